"""`/desk`: where cases go, as administrators of both sides say; an office does it."""

from dataclasses import dataclass

from bot.conversation.action import Action
from bot.conversation.cases.case import SERVICE
from bot.conversation.mind import Context
from bot.conversation.step import Turn

LINK = "desk-"  # what the payload of a link begins with


@dataclass(frozen=True, slots=True)
class SetDesk:
    """Cases come to this chat; what comes already is shown."""


@dataclass(frozen=True, slots=True)
class EndDesk:
    """Cases of here go nowhere from here, and come here no longer."""


@dataclass(frozen=True, slots=True)
class OfferDesk:
    """Another group may point its cases here."""


@dataclass(frozen=True, slots=True)
class TakeOffer:
    """Cases of this group go to those who offered it by this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """Those of that group come here no longer."""

    group: str


def set_desk(context: Context, text: str) -> Turn:
    """`/desk`, `/desk link`, `/desk CODE`, `/desk off`."""
    wanted = text.strip()
    for name, order in (("off", EndDesk()), ("link", OfferDesk())):
        if wanted and context.mind.lists(wanted, f"cases.words.{name}"):
            return context.errand(order)
    return context.errand(TakeOffer(wanted.removeprefix(LINK)) if wanted else SetDesk())


def open_link(context: Context, payload: str) -> Turn | None:
    """A group was chosen by the link; None when the payload is another's."""
    is_ours = payload.startswith(LINK) and not context.incoming.is_private
    if not is_ours or SERVICE not in context.mind.services:
        return None
    return context.errand(TakeOffer(payload.removeprefix(LINK)))


def press_desk(context: Context, action: Action) -> Turn | None:
    """A button below a desk's groups; None when it is another."""
    match action.args:
        case ("unlink", group):
            return context.errand(Unlink(group))
    return None
