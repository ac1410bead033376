"""What helpers type and press about cases; an office does it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation.action import Action
from bot.conversation.mind import Context
from bot.conversation.step import Turn

MOST_TYPED = 3000  # characters of a note


@dataclass(frozen=True, slots=True)
class CloseCase:
    """It is done. The number is that of a button or typed; "" where the place tells."""

    number: str = ""
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class ReopenCase:
    """It is not."""

    number: str = ""
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class AssignCase:
    """Somebody's own: "me", "@basia"; "" is me too."""

    whom: str = ""
    number: str = ""
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class NoteCase:
    """A word among helpers."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """A topic of the knowledge, by its id or by what it is about."""

    text: str
    number: str = ""
    is_pressed: bool = False


@dataclass(frozen=True, slots=True)
class ListCases:
    """The open ones, or one in full."""

    number: str = ""
    page: int = 1
    is_pressed: bool = False


def close(context: Context, text: str) -> Turn:
    """`/close` in the case's topic or under its message; `/close 12`."""
    return context.errand(CloseCase(_number(text)))


def reopen(context: Context, text: str) -> Turn:
    """`/reopen`, likewise."""
    return context.errand(ReopenCase(_number(text)))


def assign(context: Context, text: str) -> Turn:
    """`/assign`, `/assign me`, `/assign @basia`, `/assign @basia 12`."""
    words = text.split()
    numbers = [word for word in words if _number(word)]
    whom = [word for word in words if word not in numbers]
    return context.errand(AssignCase(" ".join(whom), _number(numbers[0]) if numbers else ""))


def note(context: Context, text: str) -> Turn:
    """`/note text`: not sent to anybody."""
    return context.errand(NoteCase(text.strip()[:MOST_TYPED]))


def answer(context: Context, text: str) -> Turn:
    """`/answer imap-or-pop3`, `/answer imap or pop3`."""
    return context.errand(AnswerCase(text.strip()))


def list_cases(context: Context, text: str) -> Turn:
    """`/cases`, `/cases 12`."""
    return context.errand(ListCases(_number(text)))


_NUMBERED: dict[str, Callable[[str], object]] = {
    "mine": lambda number: AssignCase("", number, True),
    "close": lambda number: CloseCase(number, True),
    "reopen": lambda number: ReopenCase(number, True),
    "show": lambda number: ListCases(number, is_pressed=True),
}


def press_helpers(context: Context, action: Action) -> Turn | None:
    """A button of the helpers'; None when it is another."""
    match action.args:
        case (what, number) if what in _NUMBERED and _number(number):
            return context.errand(_NUMBERED[what](number))
        case ("list", page) if page.isdecimal():
            return context.errand(ListCases(page=int(page[:4]), is_pressed=True))
        case ("give", number, topic) if _number(number):
            return context.errand(AnswerCase(topic, number, True))
    return None


def _number(text: str) -> str:
    """A case's number as people write it: "12", "#12"."""
    digits = text.strip().removeprefix("#")
    return digits if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else ""
