"""The shell around the talk: loads the session, takes the turn, runs what it asks for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bot.conversation.errand import Offices, run_errands
from bot.conversation.gate import Gate
from bot.conversation.glancing import Glance
from bot.conversation.groups.group import Hearing
from bot.conversation.groups.talk import DEFAULT_LANGUAGE, language_for
from bot.conversation.limits import Limits
from bot.conversation.mind import Mind, Understanding
from bot.conversation.ports import Checks, Incoming, MailboxSettings, Outlet, Sessions
from bot.conversation.report_desk import ReportDesk
from bot.conversation.session import Session
from bot.conversation.settings.desk import SettingsDesk
from bot.conversation.settings.step import FindSettings
from bot.conversation.step import Dismiss, Say, Step, Toast, Turn, Withdraw, Work
from bot.conversation.surviving import Tell, nobody, survival
from bot.conversation.turn import take_turn
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.phrases import Phrases
from bot.model.check import CheckRequest, Report
from bot.model.language import Language
from bot.render.settings_files import Signature

# The session before, what was done, the turn without and with its errands; the turn to take.
Note = Callable[[Session, Incoming, Turn, Turn, Mind], Awaitable[Turn]]


class Desk:
    """Everything that a person does goes through here."""

    def __init__(
        self,
        mind: Mind,
        checks: Checks,
        sessions: Sessions,
        limits: Limits | None = None,
        *,
        offices: Offices | None = None,
        settings: MailboxSettings | None = None,
        sign: Signature | None = None,
        note: Note | None = None,
    ) -> None:
        self.mind = mind
        self._note = note
        self._survive = survival(self._phrases)
        self.settings = SettingsDesk(mind.knowledge, settings, self._survive, sign)
        if self.settings.can_find:
            self.mind = replace(mind, found=self.settings.found)
        self._glance = Glance(checks, self.settings)
        self._reports = ReportDesk(checks, lambda: self.mind.knowledge, self._survive)
        self._gate = Gate(limits, self._phrases, self._reports, self.settings)
        self._offices = offices or {}
        self._checks = checks
        self._sessions = sessions
        self._followers: list[Callable[[Knowledge], None]] = []

    def _phrases(self) -> Phrases:
        return self.mind.knowledge.phrases

    def renew(self, knowledge: Knowledge, matcher: Understanding) -> None:
        """Answer from this knowledge from now on; turns under way keep what they began with."""
        self.mind = replace(self.mind, knowledge=knowledge, matcher=matcher)
        self.settings.renew(knowledge)
        for follower in self._followers:
            follower(knowledge)

    def follow(self, follower: Callable[[Knowledge], None]) -> None:
        """Tell it of every other knowledge from now on."""
        self._followers.append(follower)

    @property
    def checks(self) -> Checks:
        """Who looks: also for what is looked at without a talk."""
        return self._checks

    def survive(self, language: Language, tell: Tell) -> AbstractAsyncContextManager[None]:
        """What fails within is told with a number, and goes no further."""
        return self._survive(language, tell)

    async def handle(self, incoming: Incoming, outlet: Outlet) -> None:
        """Answer one thing that a person did, to its end.

        Never raises, but for being cancelled: then what is under way is answered with
        "interrupted" first.
        """
        await self.look(await self.answer(incoming, outlet), outlet)

    async def answer(self, incoming: Incoming, outlet: Outlet) -> tuple[Work, ...]:
        """The quick part of `handle`: what can be said at once is said; what is left is returned.

        A front-end that serves many lets `look` run beside the next message.
        """
        left: list[Work] = []
        is_asked = incoming.hearing is Hearing.ADDRESSED
        # Who did not speak to us hears nothing of our troubles either.
        tell = outlet.say if is_asked else nobody
        async with self._survive(incoming.language_hint or DEFAULT_LANGUAGE, tell):
            session = await self._sessions.load(incoming)
            if is_asked and not incoming.is_private and not session.language:
                incoming = replace(incoming, chosen=await self.chosen_by(incoming.person))
            language = language_for(session, incoming, self.mind.knowledge.languages)
            if is_asked and await self._gate.is_too_much(incoming, language, outlet):
                return ()
            mind = self.mind  # another may be put in its place meanwhile
            asked = take_turn(session, incoming, mind, self._reports.last_of)
            target = self._glance.target(asked) if is_asked else None
            if target is not None and self._gate.may_look(incoming, target):
                await outlet.typing()
                known = await self._glance.take(asked, session, mind)
                asked = take_turn(known, incoming, mind, self._reports.last_of)
            turn = await run_errands(asked, session, incoming, mind, self._offices)
            if self._note is not None:
                turn = await self._note(session, incoming, asked, turn, mind)
            if turn.session != session:
                await self._sessions.save(incoming, turn.session)
            for step in turn.steps:
                if isinstance(step, Work):
                    if await self._gate.lets_through(step, incoming, outlet):
                        left.append(step)
                else:
                    await _show(step, outlet)
        return tuple(left)

    async def chosen_by(self, person: str) -> Language | None:
        """The language that somebody chose in private; None where they did not."""
        if not person:
            return None
        alone = Incoming(person, person=person, chat=person)
        return (await self._sessions.load(alone)).language

    async def run(self, request: CheckRequest) -> Report:
        """One check without showing how it goes on; what goes wrong is raised."""
        return await self._reports.run(request)

    def report(self, request: CheckRequest) -> Report | None:
        """The report made last for this request, while it is kept."""
        return self._reports.report(request)

    async def look(self, checks: Sequence[Work], outlet: Outlet) -> None:
        """The slow part of `handle`: several checks run side by side."""
        async with asyncio.TaskGroup() as group:
            for check in checks:
                group.create_task(self._look(check, outlet))

    async def _look(self, step: Work, outlet: Outlet) -> None:
        async with self._survive(step.view.language, outlet.say):
            if isinstance(step, FindSettings):
                await self.settings.find(step, outlet)
            else:
                await self._reports.look(step, outlet)


async def _show(step: Step, outlet: Outlet) -> None:
    match step:
        case Say(document, replace=True, page=page):
            await outlet.replace(document, page)
        case Say(document):
            await outlet.say(document)
        case Toast(text):
            await outlet.toast(text)
        case Withdraw(done, failed):
            told = done if await outlet.withdraw() else failed
            if told is not None:
                await outlet.replace(told)
        case Dismiss(instead):
            if not await outlet.dismiss():
                await outlet.replace(instead)
