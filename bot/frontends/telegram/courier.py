"""Says on Telegram what nobody has just asked for: in turn with everything else, within limits."""

from bot.conversation.keeping import NobodyThereError
from bot.frontends.telegram.post import Place, Post
from bot.frontends.telegram.refusals import GoneError
from bot.model.document import Document

PREFIX = "tg:"


class TelegramCourier:
    """Fulfils keeping.Courier."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def deliver(self, chat: str, document: Document, thread: str = "") -> None:
        """Send every page of it. NobodyThereError where the bot was blocked or removed."""
        if not chat.startswith(PREFIX):
            raise NobodyThereError(chat)
        place = Place(int(chat.removeprefix(PREFIX)), int(thread) if thread else None)
        try:
            for sheet in self._post.sheets(document):
                # Who has asked something waits for an answer: news for everybody goes behind it.
                await self._post.pacer.stand_back(place.chat)
                await self._post.send(place, sheet)
        except GoneError as error:
            raise NobodyThereError(chat) from error
