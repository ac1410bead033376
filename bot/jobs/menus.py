"""Puts the menus of chats right: those of helpers, of operators, and where commands are off."""

import logging
from collections.abc import Callable, Mapping
from time import time

from bot.conversation.cases.ports import Cases
from bot.conversation.keeping import Groups, Job, Menus, NobodyThereError, Schedule
from bot.conversation.menus import ALL, MENU, group_menu, menu_job, operators_menu
from bot.conversation.mind import Mind
from bot.jobs.clerk import Again, Doer
from bot.model.language import Language

log = logging.getLogger(__name__)

DAY = 86_400.0


class MenuKeeper:
    """Sets a menu of its own only where it differs from everybody's."""

    def __init__(
        self,
        menus: Menus,
        cases: Cases,
        groups: Groups,
        schedule: Schedule,
        mind: Callable[[], Mind],
        operators: frozenset[str],
        clock: Callable[[], float] = time,
    ) -> None:
        self._menus = menus
        self._cases = cases
        self._groups = groups
        self._schedule = schedule
        self._mind = mind
        self._operators = operators
        self._clock = clock

    @property
    def doers(self) -> dict[str, Doer]:
        """What it does, by the kind of the job."""
        return {MENU: self.do}

    async def do(self, job: Job) -> Again | None:
        """One chat, or all that may have a menu of their own."""
        if job.key != ALL:
            await self._settle(job.key)
            return None
        now = self._clock()
        desks = {desk.chat for desk in await self._cases.desks() if desk.is_open}
        for chat in sorted({*await self._groups.members(), *desks, *self._operators}):
            await self._schedule.add(menu_job(chat, now))
        # Words, commands and rights change; nobody needs to hear of it within the minute.
        return Again(now + DAY)

    async def _settle(self, chat: str) -> None:
        try:
            if chat in self._operators:
                await self._menus.offer(chat, self._worded(operators_menu(self._mind().services)))
            else:
                await self._settle_group(chat)
        except NobodyThereError:
            log.info("the menu of %s is not set: nobody is there", chat)

    async def _settle_group(self, chat: str) -> None:
        services = self._mind().services
        desk = await self._cases.desk(chat)
        settings = await self._groups.load(chat)
        menu = group_menu(services, settings, is_desk=desk is not None)
        is_usual = menu == group_menu(services)
        for names, for_administrators in (
            (menu.for_members, False),
            (menu.for_administrators, True),
        ):
            await self._menus.offer(
                chat,
                self._worded(() if is_usual else names),
                for_administrators=for_administrators,
            )

    def _worded(self, names: tuple[str, ...]) -> Mapping[Language, tuple[tuple[str, str], ...]]:
        knowledge = self._mind().knowledge
        say = knowledge.phrases.say
        return {
            language: tuple((name, say(f"commands.{name}.help", language)) for name in names)
            for language in knowledge.languages
        }
