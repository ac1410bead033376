"""Where a helper stands: which case is meant, and whether this person may touch it."""

from collections.abc import Awaitable, Callable

from bot.conversation.cases.case import Case
from bot.conversation.cases.ports import Cases, Wire
from bot.conversation.cases.rights import is_helper
from bot.conversation.mind import Context
from bot.conversation.replies import phrase, plain
from bot.conversation.step import Say, Toast, Turn

Do = Callable[[Case], Awaitable[Turn]]


class AtDesk:
    """What every office of the helpers needs. `wire` is asked who somebody is."""

    def __init__(
        self,
        cases: Cases,
        wire: Callable[[], Wire],
        poke: Callable[[], None],
        clock: Callable[[], float],
        *,
        remind: float,
    ) -> None:
        self._cases = cases
        self._wire = wire
        self._poke = poke
        self._clock = clock
        self._remind = remind

    async def with_case(self, context: Context, number: str, is_pressed: bool, do: Do) -> Turn:
        """Do it to the case that is meant, if this person may."""
        if not await self.may(context):
            return self.refused(context, is_pressed)
        incoming, cases = context.incoming, self._cases
        if number:
            case = await cases.load(int(number))
        else:
            case = await cases.in_topic(incoming.chat, incoming.thread)
            case = case or await cases.by_message(incoming.chat, incoming.replied)
        if case is None or case.desk != incoming.chat:
            key = "cases.done.no-such" if number else "cases.done.which-case"
            return context.turn(Say(phrase(context, key, number=number)))
        return await do(case)

    async def may(self, context: Context) -> bool:
        desk = await self._cases.desk(context.incoming.chat)
        return desk is not None and await is_helper(
            desk, context.incoming.person, context.incoming.group, self._wire()
        )

    def refused(self, context: Context, is_pressed: bool) -> Turn:
        words = context.say("cases.done.not-yours")
        return context.turn(Toast(words) if is_pressed else Say(plain(words)))

    def said(self, context: Context, is_pressed: bool, key: str, case: Case) -> Turn:
        words = context.say(f"cases.done.{key}", number=case.number)
        return context.turn(Toast(words) if is_pressed else Say(plain(words)))
