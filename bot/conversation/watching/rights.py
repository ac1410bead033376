"""Who may begin and end watches in a group: its administrators, unless /group says otherwise."""

from bot.conversation.groups.group import Watchers
from bot.conversation.groups.talk import group_of
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Toast, Turn


def refusal(context: Context) -> Turn | None:
    """Why this person may not; None where they may."""
    if _may_set(context):
        return None
    key = f"watching.refused.{group_of(context.incoming).watchers}"
    if context.incoming.action:
        return Turn(context.before, (Toast(context.say(key)),))
    return context.turn(Say(phrase(context, key)))


def _may_set(context: Context) -> bool:
    incoming = context.incoming
    group = group_of(incoming)
    if incoming.is_private or group.watchers is Watchers.EVERYBODY:
        return True
    if incoming.standing is not None and incoming.standing.is_administrator:
        return True
    return group.watchers is Watchers.HELPERS and incoming.person in group.helpers
