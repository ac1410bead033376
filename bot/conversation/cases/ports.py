"""What cases need from outside: a store that keeps them, and a wire that carries them."""

from typing import Protocol

from bot.conversation.cases.case import Answered, Case, Desk, Helper, Letter, Offer
from bot.conversation.keeping import Courier, Menus
from bot.model.document import Document


class Cases(Protocol):
    """Keeps desks, drafts, cases and letters."""

    async def set_desk(self, desk: Desk) -> None:
        """Cases come here from now on."""

    async def drop_desk(self, chat: str) -> bool:
        """No new ones; whether they came. Those that are there stay, and groups point elsewhere."""

    async def desk(self, chat: str) -> Desk | None:
        """What is set for this chat as a helpers' chat."""

    async def desk_for(self, chat: str) -> Desk | None:
        """Where cases of people in this chat go."""

    async def desks(self) -> tuple[Desk, ...]:
        """All helpers' chats, also those that take nothing new."""

    async def offer(self, code: str, offer: Offer, now: float) -> None:
        """Whoever brings this code may point a group's cases there."""

    async def take_offer(self, code: str, since: float) -> Offer | None:
        """What was offered since then; a code is good for once."""

    async def link(self, chat: str, desk: str, now: float) -> None:
        """Cases of people in this chat go to that desk."""

    async def unlink(self, chat: str) -> str:
        """No longer; the desk they went to, "" where they went to none."""

    async def linked(self, desk: str) -> tuple[str, ...]:
        """The groups whose cases come to a desk."""

    async def keep_draft(
        self, conversation: str, person: str, chat: str, text: str, now: float
    ) -> None:
        """A question that may be handed over, in the place of the last."""

    async def draft(self, conversation: str) -> str:
        """It; "" where there is none."""

    async def drop_draft(self, conversation: str) -> None:
        """It is not to be handed over."""

    async def opened_by(self, update: str) -> Case | None:
        """The case that this very update opened, or wrote more to."""

    async def open(
        self, case: Case, conversation: str, update: str, now: float, remind: float
    ) -> Case:
        """A new case of the draft, with its card on the way and the first reminder planned."""

    async def load(self, number: int) -> Case | None:
        """A case."""

    async def open_of(self, person: str, chat: str) -> Case | None:
        """The open case that this person has in this chat."""

    async def in_topic(self, desk: str, topic: str) -> Case | None:
        """The case whose forum topic this is."""

    async def by_message(self, chat: str, message: str) -> Case | None:
        """The case that one of our messages in this chat belongs to."""

    async def of_desk(self, desk: str) -> tuple[Case, ...]:
        """The open ones, the oldest first."""

    async def place(self, number: int, topic: str, card: str) -> None:
        """Where the helpers have it."""

    async def keep_sent(self, number: int, person: str, message: str, now: float) -> None:
        """This message told a person that their question went to people."""

    async def write(self, letter: Letter, now: float, remind: float) -> bool:
        """Send it on; False when it is known already. A person's word opens a closed case again."""

    async def close(self, number: int, letter: Letter, now: float) -> bool:
        """Close, and send the letter; False when it was closed."""

    async def reopen(self, number: int, now: float, remind: float) -> bool:
        """Open again; False when it was open."""

    async def assign(self, number: int, person: str) -> None:
        """Somebody's own from now on."""

    async def next_letter(self, number: int) -> Letter | None:
        """The first of a case that has not arrived."""

    async def arrived(self, letter: Letter, messages: str) -> None:
        """It became these messages; "-" where it never can arrive."""

    async def letter(self, chat: str, message: str) -> Letter | None:
        """The letter that was written with this message."""

    async def rewrite(self, letter: Letter, text: str, now: float) -> None:
        """Its author changed it: what arrived is to be changed too."""

    async def notes(self, number: int) -> tuple[Letter, ...]:
        """What helpers noted for each other."""

    async def answered(self, number: int) -> Answered | None:
        """What a curator may make a topic of; None where nobody answered in words."""

    async def meet(self, helper: Helper, chat: str, now: float) -> None:
        """Somebody with a name was seen in a chat."""

    async def named(self, person: str) -> Helper | None:
        """Somebody by their key."""

    async def called(self, username: str, chat: str) -> Helper | None:
        """Somebody of this chat by the name that one calls them by."""


class TopicGoneError(Exception):
    """The forum topic was deleted."""


class RefusedError(Exception):
    """This message cannot be sent, and never could."""


class Wire(Courier, Menus, Protocol):
    """A courier who also says which messages came of it, and knows a chat's people and topics."""

    async def post(self, chat: str, document: Document, thread: str = "", under: str = "") -> str:
        """Send; the ids of the messages with a comma between. TopicGoneError, NobodyThereError."""

    async def copy(
        self, chat: str, message: str, to: str, thread: str = "", under: str = ""
    ) -> str:
        """Send a message on as it is; the new one's id. RefusedError when it is gone."""

    async def change(self, chat: str, messages: str, document: Document) -> None:
        """Put this in the place of what was posted, as far as that still can be."""

    async def change_caption(self, chat: str, messages: str, text: str) -> None:
        """Change the words under what was copied."""

    async def open_topic(self, chat: str, name: str) -> str:
        """A new forum topic; "" where the chat is no forum, or we may not."""

    async def name_topic(self, chat: str, topic: str, name: str) -> None:
        """Call a forum topic something else, where we may."""

    async def remove(self, chat: str, messages: str) -> bool:
        """Take our messages away; whether all are gone."""

    async def is_administrator(self, chat: str, person: str) -> bool:
        """Whether somebody is one now."""

    async def is_member(self, chat: str, person: str) -> bool:
        """Whether somebody is in a chat now."""
