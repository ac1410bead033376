"""The way from an answer that did not help to a person: buttons and words; an office does it."""

from dataclasses import dataclass, replace

from bot.conversation.action import Action
from bot.conversation.cases.case import SERVICE
from bot.conversation.groups.exposing import exposed
from bot.conversation.mind import Context
from bot.conversation.replies import plain
from bot.conversation.session import Session
from bot.conversation.step import Errand, Say, Step, Turn
from bot.model.check import Report
from bot.model.document import Block, Choice, Document, Note, Paragraph, line

COMMAND = "human"
MOST_TRIED = 8  # topics that are remembered as shown
ASKED_BACK = "?"  # before topics that were only asked back about


@dataclass(frozen=True, slots=True)
class KeepQuestion:
    """What was asked, should it come to be handed over; "": what was asked before is settled."""

    text: str


@dataclass(frozen=True, slots=True)
class OfferBeside:
    """Say this, with a way to a person beside it where there is one."""

    said: Say


@dataclass(frozen=True, slots=True)
class AskPerson:
    """A person is wanted. Without a text: for what was asked last, else ask for it."""

    text: str = ""
    is_about_last: bool = True  # what was asked last has no answer yet
    has_report: bool = False  # a check of the domain in question would go along


@dataclass(frozen=True, slots=True)
class SendToPeople:
    """The asker has read what goes to people, and wants it."""

    report: Report | None


@dataclass(frozen=True, slots=True)
class DropDraft:
    """The asker does not want it."""


def with_person(context: Context, said: Say) -> Step:
    """An answer that is none, with a way to a person where people may be there."""
    if SERVICE not in context.mind.services:
        return said
    return Errand(OfferBeside(said), context.language)


def question(context: Context, text: str) -> tuple[Step, ...]:
    """A question that has no answer yet: kept where people may be asked."""
    if SERVICE not in context.mind.services:
        return ()
    return (Errand(KeepQuestion(text), context.language),)


def ask_person(context: Context, text: str = "") -> Turn:
    """Somebody wants to speak to a person."""
    if SERVICE not in context.mind.services:
        return context.turn(Say(nobody(context)))
    before = context.before
    is_open = bool(context.incoming.action or before.unclear or before.options)
    has_report = context.seen(context.session.domain) is not None
    return context.errand(AskPerson(text.strip(), is_open, has_report))


def human(context: Context, text: str) -> Turn:
    """`/human`, with or without the question."""
    return ask_person(context, text)


def nobody(context: Context) -> Document:
    """There is no person here, and what to do instead."""
    return Document(
        (
            Paragraph(line(context.say("cases.nobody.text"))),
            Note(line(context.say("answers.unknown.person"))),
        )
    )


def person_choice(context: Context) -> Choice:
    """The button."""
    return Choice(
        context.say("cases.button.ask"), str(Action("person", context.language, ("ask",)))
    )


def press_person(context: Context, action: Action) -> Turn | None:
    """A button of the asker's; None when it is another."""
    match action.args:
        case ("ask",):
            return ask_person(context)
        case ("send",):
            return context.errand(SendToPeople(context.seen(context.session.domain)))
        case ("drop",):
            return context.errand(DropDraft())
    return None


def preview(context: Context, text: str, known: str, *, has_report: bool) -> Document:
    """What goes to people, word for word, before it goes."""
    say, language = context.say, context.language
    session = context.session
    parts = (
        say("cases.preview.name") if context.incoming.name else "",
        say("cases.preview.known", known=known) if known else "",
        say("cases.preview.tried") if session.trail else "",
        say("cases.preview.seen", domain=session.domain) if has_report else "",
    )
    along = ", ".join(filter(None, parts))
    along = say("cases.preview.along", along=along) if along else say("cases.preview.alone")
    row = (
        Choice(say("cases.button.send"), str(Action("person", language, ("send",)))),
        Choice(say("cases.button.drop"), str(Action("person", language, ("drop",)))),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(line(say("cases.preview.title"))),
        *quoted(text),
        Note(line(along)),
    )
    return Document(blocks, (row,))


def quoted(text: str) -> tuple[Paragraph, ...]:
    """Somebody's own words, line by line."""
    return tuple(Paragraph(line(each.strip())) for each in text.splitlines() if each.strip())


def may_pass(text: str) -> bool:
    """Whether a text may go to people: neither a login nor the head of somebody's message."""
    return exposed(text) is None


def not_that(context: Context) -> Document:
    """It holds what goes to nobody."""
    return plain(context.say("cases.not-that"))


def tried(before: Session, turn: Turn) -> Turn:
    """The turn with a note of what was shown in it, for those who may have to go on from here."""
    session = turn.session
    shown = ""
    if turn.steps and len(session.asked) > len(before.asked) and session.options:
        shown = ASKED_BACK + ",".join(session.options)
    elif turn.steps and session.topic and (session.topic != before.topic or turn.match):
        shown = session.topic
    if not shown or (session.trail and session.trail[-1] == shown):
        return turn
    trail = (*(each for each in session.trail if each != shown), shown)[-MOST_TRIED:]
    return replace(turn, session=replace(session, trail=trail))
