"""What a turn asks the outside to do, and the turn itself."""

from dataclasses import dataclass

from bot.conversation.session import Session
from bot.conversation.settings.step import FindSettings
from bot.faq.match import Match
from bot.model.check import CheckRequest, Target
from bot.model.document import Document
from bot.model.language import Language


@dataclass(frozen=True, slots=True)
class Say:
    """Show this; `replace` puts it in the place of the message whose button was pressed."""

    document: Document
    replace: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Ask(Say):
    """Show this and wait for the answer."""


@dataclass(frozen=True, slots=True)
class View:
    """How a report is shown: with everything or in short, and which page of it."""

    language: Language
    detailed: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """Look, and show the report as it grows."""

    request: CheckRequest
    view: View


@dataclass(frozen=True, slots=True)
class Show:
    """Show a report that was made before in another view; look anew where it is gone."""

    request: CheckRequest
    view: View


@dataclass(frozen=True, slots=True)
class Compare:
    """Look at two, side by side; `again` shows what was seen before in another view."""

    requests: tuple[CheckRequest, CheckRequest]
    view: View
    again: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """A passing word for the one who pressed a button."""

    text: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take away the message that is answered, and say what came of it."""

    done: Document | None
    failed: Document | None


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Take away our own message whose button was pressed; where that fails, empty it."""

    instead: Document


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that needs what is kept: the office for this type of order does it."""

    order: object
    language: Language


Work = Check | Show | Compare | FindSettings  # what takes its time
Step = Say | Ask | Check | Show | Compare | FindSettings | Toast | Withdraw | Dismiss | Errand


@dataclass(frozen=True, slots=True)
class Turn:
    """A session after one thing that a person did, and what follows from it."""

    session: Session
    steps: tuple[Step, ...] = ()
    command: str = ""  # the command that it was, typed or plainly meant
    match: Match | None = None  # what a question was understood to be
    look_up: Target | None = None  # whose mail this is, would make for a better turn
    servers_of: Target | None = None  # which servers this has, would make for a better turn
