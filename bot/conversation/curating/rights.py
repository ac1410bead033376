"""Who may curate what the bot learns: operators, and in a group its own people."""

from bot.conversation.groups.talk import group_of
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn


def may_curate(context: Context, operators: frozenset[str]) -> bool:
    """An operator anywhere; in a group also its administrators and helpers."""
    incoming = context.incoming
    if incoming.person in operators:
        return True
    if incoming.is_private:
        return False
    is_administrator = incoming.standing is not None and incoming.standing.is_administrator
    return is_administrator or incoming.person in group_of(incoming).helpers


def refused(context: Context) -> Turn:
    """It is for others."""
    key = "private" if context.incoming.is_private else "group"
    return context.turn(Say(phrase(context, f"learning.refused.{key}")))


def made_in(context: Context) -> str:
    """The group that a curator decides in; "" where an operator does for all."""
    return "" if context.incoming.is_private else context.incoming.chat
