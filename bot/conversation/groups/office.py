"""The office of /group: shows and keeps what administrators set."""

from collections.abc import Callable

from bot.conversation.errand import Offices
from bot.conversation.groups.commands import ChangeGroup, ShowGroup
from bot.conversation.groups.page import COMMANDS, commands_page, group_page
from bot.conversation.groups.rules import changed, named_setting
from bot.conversation.groups.values import Offered, WrongValueError
from bot.conversation.keeping import Groups
from bot.conversation.menus import PlanMenu
from bot.conversation.mind import Context
from bot.conversation.replies import plain
from bot.conversation.step import Say, Turn


class GroupOffice:
    """Keeps what is set. `offered` are the commands that may be switched off; `plan` has a menu
    put right.
    """

    def __init__(self, groups: Groups, offered: Callable[[], Offered], plan: PlanMenu) -> None:
        self._groups = groups
        self._plan_menu = plan
        self._offered = offered

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {ShowGroup: self.show, ChangeGroup: self.change}

    async def show(self, order: ShowGroup, context: Context) -> Turn:
        """The page, or that of the commands."""
        settings = await self._groups.load(context.incoming.chat)
        is_pressed = bool(context.incoming.action)
        if order.page == COMMANDS:
            document = commands_page(context, settings, self._offered())
            return context.turn(Say(document, is_pressed))
        return context.turn(Say(group_page(context, settings), is_pressed))

    async def change(self, order: ChangeGroup, context: Context) -> Turn:
        """Set it, or say what is wrong with the value. Twice the same changes nothing more."""
        chat = context.incoming.chat
        settings = await self._groups.load(chat)
        try:
            name = named_setting(context, order.setting)
            after = changed(context, settings, name, order.value, self._offered())
        except WrongValueError as error:
            return context.turn(
                Say(plain(context.say(f"groups.wrong.{error.key}", **error.params)))
            )
        if after != settings:
            await self._groups.save(chat, after)
            if (after.commands, after.watchers) != (settings.commands, settings.watchers):
                await self._plan_menu(chat)
        if order.is_pressed and name == COMMANDS:
            return context.turn(Say(commands_page(context, after, self._offered()), replace=True))
        said = "" if order.is_pressed else context.say("groups.page.done")
        return context.turn(Say(group_page(context, after, said), order.is_pressed))
