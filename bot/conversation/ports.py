"""What the conversation needs from outside; front-ends, jobs and stores fulfil it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.conversation.groups.group import GroupSettings, Hearing, Standing
from bot.conversation.session import Session
from bot.model.check import CheckRequest, Outcome, Report
from bot.model.document import Document
from bot.model.language import Language
from bot.model.settings import SettingsReport, SettingsRequest


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person did: wrote a message, or pressed a button.

    `conversation` keys the session (a chat, and in a group the person within it). `person` and
    `chat` key the limits and what is kept; both are "" where there are none. `action` is the
    pressed button's state, "" for a written message. `shown` is the text of the message under
    which the button stood, as the front-end has it back after a restart. `id` is the same when the
    same thing is given again after a crash; "" where nothing is given twice.
    """

    conversation: str
    text: str = ""
    action: str = ""
    shown: str = ""
    language_hint: Language | None = None  # what the front-end knows: Telegram's language_code
    chosen: Language | None = None  # what they chose in private, when this was said elsewhere
    is_private: bool = True
    is_edited: bool = False
    person: str = ""
    chat: str = ""
    id: str = ""
    thread: str = ""  # the topic of a forum where it was said, as the front-end names it
    hearing: Hearing = Hearing.ADDRESSED
    group: GroupSettings | None = None  # what is set for the group where it was said
    standing: Standing | None = None  # asked only where rights count: see turn.needs_standing
    people: tuple[tuple[str, str], ...] = ()  # whom it names or replies to: key and name
    name: str = ""  # what to call the person
    message: str = ""  # the person's own message that this is, or that the button answers
    replied: str = ""  # the message that it replies to, or whose button it is
    quoted: str = ""  # what somebody wrote in the message that it replies to


class Board:
    """One message that changes while work is under way."""

    async def update(self, document: Document) -> None:
        """Show this state. A front-end may skip states, but never the last."""

    async def finish(self, document: Document) -> None:
        """Show the last state; returns when it has arrived."""


class Outlet(Protocol):
    """Where the answers to one Incoming go."""

    async def say(self, document: Document) -> None:
        """Send a new message."""

    async def replace(self, document: Document, page: int = 1) -> None:
        """Put this in the place of the message whose button was pressed (else: say)."""

    async def board(self, document: Document) -> Board:
        """Send a message that will change; returns when it is on the screen."""

    async def toast(self, text: str) -> None:
        """A passing word for the one who pressed a button (else: say)."""

    async def typing(self) -> None:
        """Show that an answer is being made."""

    async def withdraw(self) -> bool:
        """Take away the person's own message that is answered; whether that was allowed."""

    async def dismiss(self) -> bool:
        """Take away our message whose button was pressed; whether that was allowed."""


class Progress:
    """Told how a check goes on. Does nothing: override what is to be shown."""

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        """These probes are under way."""

    async def outcome(self, outcome: Outcome) -> None:
        """One probe has ended."""


class Checks(Protocol):
    """Runs probes: in this process, or over a queue."""

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        """Run to the end or to the deadline. Cancelling stops all its probes at once."""


class SettingsProgress:
    """Told how a search for settings goes on. Does nothing: override what is to be shown."""

    async def found(self, report: SettingsReport) -> None:
        """What is known by now, best first; `is_final` tells whether more can come."""


class MailboxSettings(Protocol):
    """Finds and proves the servers of a domain's mailboxes."""

    async def find(self, request: SettingsRequest, progress: SettingsProgress) -> SettingsReport:
        """Ask all sources at once, prove what they say; cancelling stops everything."""


class Sessions(Protocol):
    """Keeps what a conversation remembers."""

    async def load(self, incoming: Incoming) -> Session:
        """The session that this one goes on from, or a new one.

        Of an Incoming that is given again: the session as it was before it the first time.
        """

    async def save(self, incoming: Incoming, session: Session) -> None:
        """Keep the session as it is after this one."""
