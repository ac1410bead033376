"""What nobody should show to a whole group: passwords, whole logins, headers of private mail."""

import re
from dataclasses import replace
from enum import StrEnum

from bot.conversation.action import Action
from bot.conversation.groups.talk import group_of, language_for
from bot.conversation.mind import Context
from bot.conversation.secret import has_secret, looks_secret
from bot.conversation.step import Say, Step, Turn, Withdraw
from bot.model.document import Choice, Document, Heading, Paragraph, line

FEW_LINES = 2
MOST_WORDS = 6  # of a message that is a login and nothing else
LONGEST = 20_000  # characters that are looked through
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]{2,}")
# Lines that stand in the head of a message and nowhere else (RFC 5322 section 3.6, RFC 8601).
_HEADER = re.compile(
    r"^(?:Received:\s+(?:from|by)\b|Return-Path:\s*<|Delivered-To:|Message-ID:\s*<|DKIM-Signature:"
    r"|Authentication-Results:|ARC-[A-Z][\w-]*:|X-Originating-IP:|Received-SPF:|From:\s.*@"
    r"|To:\s.*@|Subject:\s)",
    re.IGNORECASE | re.MULTILINE,
)
_TRACED = re.compile(
    r"^(?:Received:\s+(?:from|by)\b|Return-Path:\s*<|Delivered-To:|Message-ID:\s*<)",
    re.IGNORECASE | re.MULTILINE,
)
# "smtp.firma.pl:587", "5.7.8", "TLS1", "0x800CCC0E": these stand beside addresses too.
_PLACE = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?|[A-Z]{2,6}\d|(?i:outlook|office|windows)\d+")


class Exposed(StrEnum):
    """What a message shows to everybody in the group."""

    PASSWORD = "password"
    LOGIN = "login"
    HEADERS = "headers"


def exposed(text: str) -> Exposed | None:
    """What a message gives away; None when nothing."""
    text = text[:LONGEST]
    if has_secret(text):
        return Exposed.PASSWORD
    if _is_login(text):
        return Exposed.LOGIN
    if _TRACED.search(text) and len(_HEADER.findall(text)) > FEW_LINES:
        return Exposed.HEADERS
    return None


def _is_login(text: str) -> bool:
    """An address with what may well be its password beside it: "anna@firma.pl Kotek12!"."""
    words = text.split()
    others = [word for word in words if not _ADDRESS.search(word)]
    if len(words) > MOST_WORDS or len(others) == len(words):
        return False
    strange = [word for word in others if looks_secret(word)]
    return len(strange) == 1 and not any(map(_is_place, strange))


def _is_place(word: str) -> bool:
    return bool(_PLACE.fullmatch(word.strip(".,;:()")))


def warn(context: Context, what: Exposed) -> Turn:
    """A warning that quotes nothing, and the way to take the message out of the group."""
    if what is Exposed.HEADERS:  # they are English, whatever the one who pasted them speaks
        languages = context.mind.knowledge.languages
        known = language_for(context.before, context.incoming, languages)
        context = replace(context, language=known)
    if not group_of(context.incoming).deletes_secrets:
        return Turn(context.before, (Say(_warning(context, what, is_deleted=False)),))
    step: Step = Withdraw(
        _warning(context, what, is_deleted=True), _warning(context, what, is_deleted=False)
    )
    return Turn(context.before, (step,))


def take_away(context: Context) -> Turn:
    """The button under a warning was pressed."""
    say = context.say
    return context.turn(
        Withdraw(
            Document((Paragraph(line(say("groups.exposed.deleted"))),), language=context.language),
            Document((Paragraph(line(say("groups.exposed.may-not"))),), language=context.language),
        )
    )


def _warning(context: Context, what: Exposed, *, is_deleted: bool) -> Document:
    say = context.say
    key = "gone" if is_deleted else "here"
    blocks = (
        Heading(line(say(f"groups.exposed.{what}.title"))),
        Paragraph(line(say(f"groups.exposed.{key}"))),
        Paragraph(line(say(f"groups.exposed.{what}.advice"))),
    )
    if is_deleted:
        return Document(blocks, language=context.language)
    button = Choice(say("groups.button.withdraw"), str(Action("withdraw", context.language)))
    return Document(blocks, ((button,),), language=context.language)
