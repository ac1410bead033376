"""`/help` where rights differ: everybody is shown the commands that they can use there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.conversation.commands import ListCommands
from bot.conversation.errand import Offices
from bot.conversation.menus import may_type
from bot.conversation.mind import Context
from bot.conversation.replies import help_page
from bot.conversation.step import Say, Turn


@dataclass(frozen=True, slots=True)
class HelpOffice:
    """Knows what the pure turn does not: whether helpers work here, and who runs the bot."""

    is_desk: Callable[[str], Awaitable[bool]]
    operators: frozenset[str]

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {ListCommands: self.tell}

    async def tell(self, order: ListCommands, context: Context) -> Turn:
        """The page of help."""
        incoming = context.incoming
        names = may_type(
            context.mind.services,
            incoming,
            is_desk=not incoming.is_private and await self.is_desk(incoming.chat),
            is_operator=incoming.person in self.operators,
        )
        return context.turn(Say(help_page(context, names)))
