"""`/questions` and `/attach`: what a curator types and presses; an office does it."""

from dataclasses import dataclass

from bot.conversation.action import Action
from bot.conversation.mind import Context
from bot.conversation.questions import SERVICE
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.knowledge.topic import ID
from bot.model.document import Choice

# What a button asks for, in one letter: beside it stands a topic's id, and 64 bytes are few.
LIST, SHOW, ATTACH, DROP, CASE = "l", "s", "a", "d", "c"


@dataclass(frozen=True, slots=True)
class ListQuestions:
    """What waits."""

    page: int = 1
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class ShowGroup:
    """All questions that are like this one."""

    number: int


@dataclass(frozen=True, slots=True)
class Attach:
    """Another way to ask for a topic; with `words`, in a curator's own."""

    number: int
    topic: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class DropGroup:
    """Nothing is to be learnt from these."""

    number: int


@dataclass(frozen=True, slots=True)
class DraftFromCase:
    """A topic of what people answered in a case; "" where its id is still to be typed."""

    case: int
    topic: str = ""


Order = ListQuestions | ShowGroup | Attach | DropGroup | DraftFromCase


def list_questions(context: Context, text: str) -> Turn:
    """`/questions`, `/questions 2`."""
    page = text.strip()
    return context.errand(ListQuestions(int(page[:4]) if _is_number(page) else 1))


def attach(context: Context, text: str) -> Turn:
    """`/attach 12 imap-or-pop3`, with other words behind it where the curator has better ones."""
    number, topic, words = (*text.split(maxsplit=2), "", "", "")[:3]
    if number.startswith("#") and _is_number(number[1:]) and ID.fullmatch(topic):
        return context.errand(DraftFromCase(int(number[1:][:9]), topic))
    if not _is_number(number) or not topic:
        return context.turn(Say(phrase(context, "learning.attach.how")))
    return context.errand(Attach(int(number[:9]), topic, " ".join(words.split())))


def press_learn(context: Context, action: Action) -> Turn | None:
    """A button of a curator's; None when it is none."""
    if SERVICE not in context.mind.services:
        return None
    what, number, topic = (*action.args, "", "", "")[:3]
    if not _is_number(number):
        return None
    orders: dict[str, Order] = {
        LIST: ListQuestions(int(number[:4]), is_pressed=True),
        SHOW: ShowGroup(int(number[:9])),
        ATTACH: Attach(int(number[:9]), topic),
        DROP: DropGroup(int(number[:9])),
        CASE: DraftFromCase(int(number[:9])),
    }
    return context.errand(orders[what]) if what in orders else None


def learn_case_choice(context: Context, case: int) -> Choice:
    """The button under a closed case that begins a topic of its answers."""
    action = Action("learn", context.language, (CASE, str(case)))
    return Choice(context.say("learning.button.case"), str(action))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
