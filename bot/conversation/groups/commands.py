"""/group, typed or by buttons: what an administrator wants set; an office does it."""

from dataclasses import dataclass

from bot.conversation.action import Action
from bot.conversation.mind import Context
from bot.conversation.step import Toast, Turn

MOST_TYPED = 1000  # characters of one setting


@dataclass(frozen=True, slots=True)
class ShowGroup:
    """Show what is set."""

    page: str = ""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """Set one thing; `is_pressed` where a button of the page does it."""

    setting: str
    value: str
    is_pressed: bool = False


def set_up_group(context: Context, text: str) -> Turn:
    """`/group`, or `/group listening on`."""
    setting, _, value = text.strip()[:MOST_TYPED].partition(" ")
    if not setting:
        return context.errand(ShowGroup())
    return context.errand(ChangeGroup(setting, value.strip()))


def press_group(context: Context, action: Action) -> Turn | None:
    """A button of the page; None when it is not ours."""
    incoming = context.incoming
    if incoming.is_private or not 1 <= len(action.args) <= 2:
        return None
    if not (incoming.standing and incoming.standing.is_administrator):
        return Turn(context.before, (Toast(context.say("groups.only-administrators-toast")),))
    setting, *value = action.args
    if not value:
        return context.errand(ShowGroup(setting))
    return context.errand(ChangeGroup(setting, value[0], is_pressed=True))
