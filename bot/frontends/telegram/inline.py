"""Answers inline queries: `@bot imap or pop3` in any chat offers the answers that fit."""

import logging

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.conversation.drive import Desk
from bot.conversation.inline import Offer, offers
from bot.frontends.telegram.events import Wanted
from bot.frontends.telegram.post import NO_PREVIEW, Post

log = logging.getLogger(__name__)

CACHED = 300  # seconds that Telegram may give the same person the same answers
START = "inline"  # what the button above the answers begins a private chat with


async def answer_wanted(bot: Bot, post: Post, desk: Desk, wanted: Wanted) -> None:
    """Offer what fits. Whoever types on gets the next answer; a late one is no loss."""
    mind = desk.mind
    chosen = await desk.chosen_by(wanted.person)
    language, found = offers(wanted.text, wanted.language, mind, chosen)
    button = InlineQueryResultsButton(
        mind.knowledge.phrases.say("groups.inline.ask", language), start_parameter=START
    )
    results = [_result(post, offer) for offer in found]
    try:
        await bot.answer_inline_query(
            wanted.query, results, cache_time=CACHED, is_personal=True, button=button
        )
    except TelegramError as error:
        log.debug("an inline query was not answered: %s", error)


def _result(post: Post, offer: Offer) -> InlineQueryResultArticle:
    # One message is what an inline answer can be: the pages after the first are behind its link.
    sheet = post.whole(offer.document)
    content = InputTextMessageContent(
        sheet.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
    )
    return InlineQueryResultArticle(
        offer.key, offer.title, content, description=offer.about, reply_markup=sheet.keyboard
    )
