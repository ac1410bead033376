"""The shell around the talk: loads the session, takes the turn, runs what it asks for."""

import asyncio
import contextlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from bot.conversation.comparison import SideBySide, comparison
from bot.conversation.errand import Offices, run_errands
from bot.conversation.groups import Hearing
from bot.conversation.hosted import PROBE, identified, with_hosted
from bot.conversation.in_group import DEFAULT_LANGUAGE, language_for
from bot.conversation.limits import Limits
from bot.conversation.mind import Mind, Understanding
from bot.conversation.ports import (
    Board,
    Checks,
    Incoming,
    MailboxSettings,
    Outlet,
    Progress,
    Sessions,
)
from bot.conversation.refusing import refusal_text, with_refusal
from bot.conversation.replies import plain
from bot.conversation.reporting import below_report, page_action
from bot.conversation.session import Session
from bot.conversation.settings_desk import SettingsDesk
from bot.conversation.settings_step import FindSettings
from bot.conversation.step import (
    Check,
    Compare,
    Dismiss,
    Say,
    Show,
    Step,
    Toast,
    Turn,
    View,
    Withdraw,
    Work,
)
from bot.conversation.turn import take_turn
from bot.formats.suffix import organizational_domain
from bot.knowledge.knowledge import Knowledge
from bot.model.check import CheckRequest, Outcome, Report, Target, TargetKind
from bot.model.document import Document
from bot.model.language import Language
from bot.render.report import ReportState, report_document
from bot.render.settings_files import Signature

Tell = Callable[[Document], Awaitable[None]]
# The session before, what was done, the turn without and with its errands; the turn to take.
Note = Callable[[Session, Incoming, Turn, Turn, Mind], Awaitable[Turn]]

MOMENT = 3.0  # seconds that a look for whose mail it is may take before an answer
LAST_WORD = 3.0  # seconds that a cancelled check may take to show what is ready
MOST_REPORTS = 200  # kept for their pages and details; one that is gone is looked at again

logger = logging.getLogger(__name__)


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
        self.settings = SettingsDesk(mind.knowledge, settings, self.survive, sign)
        self._offices = offices or {}
        self._checks = checks
        self._sessions = sessions
        self._limits = limits
        # With the time when each was made.
        self._reports: OrderedDict[CheckRequest, tuple[float, Report]] = OrderedDict()

    def renew(self, knowledge: Knowledge, matcher: Understanding) -> None:
        """Answer from this knowledge from now on; turns under way keep what they began with."""
        self.mind = replace(self.mind, knowledge=knowledge, matcher=matcher)
        self.settings.renew(knowledge)

    @property
    def checks(self) -> Checks:
        """Who looks: also for what is looked at without a talk."""
        return self._checks

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
        tell = outlet.say if is_asked else _nobody
        async with self.survive(incoming.language_hint or DEFAULT_LANGUAGE, tell):
            session = await self._sessions.load(incoming)
            language = language_for(session, incoming)
            if is_asked and await self._is_too_much(incoming, language, outlet):
                return ()
            mind = self.mind  # another may be put in its place meanwhile
            asked = take_turn(session, incoming, mind, self._last_of)
            if asked.look_up and is_asked:
                asked = await self._look_up(asked.look_up, session, incoming, mind, outlet) or asked
            turn = await run_errands(asked, session, incoming, mind, self._offices)
            if self._note is not None:
                turn = await self._note(session, incoming, asked, turn, mind)
            if turn.session != session:
                await self._sessions.save(incoming, turn.session)
            for step in turn.steps:
                if isinstance(step, Work):
                    if await self._is_let_through(step, incoming, outlet):
                        left.append(step)
                else:
                    await _show(step, outlet)
        return tuple(left)

    async def _look_up(
        self,
        target: Target,
        session: Session,
        incoming: Incoming,
        mind: Mind,
        outlet: Outlet,
    ) -> Turn | None:
        """The same turn with the knowledge of whose mail a domain is; None where not allowed.

        A look of a moment: what it does not tell in time, the person is asked.
        """
        if self._limits and self._limits.check(incoming.person, incoming.chat, _limited(target)):
            return None
        await outlet.typing()
        provider = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOMENT):
                report = await self._checks.run(CheckRequest(target, (PROBE,)), Progress())
                provider = identified(report, mind)
        known = with_hosted(session, target.name, provider)
        return take_turn(known, incoming, mind, self._last_of)

    async def _is_too_much(self, incoming: Incoming, language: Language, outlet: Outlet) -> bool:
        """Whether this person writes faster than we answer; they are told so once."""
        refusal = self._limits.message(incoming.person) if self._limits else None
        if refusal is None:
            return False
        words = refusal_text(self.mind.knowledge.phrases, language, refusal)
        if incoming.action:
            await outlet.toast(words)
        elif refusal.is_news:
            await outlet.say(replace(plain(words), language=language))
        return True

    async def _is_let_through(self, step: Work, incoming: Incoming, outlet: Outlet) -> bool:
        """Whether no limit forbids this look; else the last report is given, if there is one."""
        if isinstance(step, FindSettings):
            return await self._may_find(step, incoming, outlet)
        view = step.view
        requests = step.requests if isinstance(step, Compare) else (step.request,)
        kept = [self._reports.get(replace(request, fresh=False)) for request in requests]
        is_again = isinstance(step, Show) or (isinstance(step, Compare) and step.again)
        if self._limits is None or (is_again and all(kept)):
            return True
        targets = [_limited(request.target) for request in requests]
        refusal = self._limits.check(incoming.person, incoming.chat, *targets)
        if refusal is None:
            return True
        phrases = self.mind.knowledge.phrases
        document = self._kept(step)
        if document is None:
            words = refusal_text(phrases, view.language, refusal)
            await outlet.say(replace(plain(words), language=view.language))
        else:
            age = monotonic() - min(since for since, _ in filter(None, kept))
            await outlet.say(with_refusal(document, phrases, view.language, refusal, age))
        return False

    async def _may_find(self, step: FindSettings, incoming: Incoming, outlet: Outlet) -> bool:
        """The same for a mailbox's settings; what is known already costs nothing."""
        is_known = not step.request.fresh and self.settings.report(step.request) is not None
        if self._limits is None or is_known:
            return True
        target = _limited(step.request.target)
        refusal = self._limits.check(incoming.person, incoming.chat, target)
        if refusal is None:
            return True
        language = step.view.language
        words = refusal_text(self.mind.knowledge.phrases, language, refusal)
        await outlet.say(replace(plain(words), language=language))
        return False

    def _kept(self, step: Check | Show | Compare) -> Document | None:
        """What was shown of this before; None where it is gone."""
        if not isinstance(step, Compare):
            report = self.report(step.request)
            if report is None:
                return None
            return self._report(replace(step.request, fresh=False), report, step.view)
        one, other = map(self.report, step.requests)
        if one is None or other is None:
            return None
        return comparison(step.requests, (one, other), self.mind.knowledge, step.view)

    async def run(self, request: CheckRequest) -> Report:
        """One check without showing how it goes on; what goes wrong is raised."""
        report = await self._checks.run(request, Progress())
        self._keep(request, report)
        return report

    def report(self, request: CheckRequest) -> Report | None:
        """The report made last for this request, while it is kept."""
        kept = self._reports.get(replace(request, fresh=False))
        return kept[1] if kept else None

    def _last_of(self, domain: str) -> Report | None:
        """The report made last of a domain, while it is kept: the fullest one."""
        found = [(r, report) for r, (_, report) in self._reports.items() if r.target.name == domain]
        whole = [report for request, report in found if not request.probes]
        kept = whole or [report for _, report in found]
        return kept[-1] if kept else None

    async def look(self, checks: Sequence[Work], outlet: Outlet) -> None:
        """The slow part of `handle`: several checks run side by side."""
        async with asyncio.TaskGroup() as group:
            for check in checks:
                group.create_task(self._look(check, outlet))

    async def _look(self, step: Work, outlet: Outlet) -> None:
        async with self.survive(step.view.language, outlet.say):
            match step:
                case Check():
                    await self._check(step, outlet)
                case Show():
                    await self._show_again(step, outlet)
                case Compare():
                    await self._compare(step, outlet)
                case FindSettings():
                    await self.settings.find(step, outlet)

    async def _compare(self, step: Compare, outlet: Outlet) -> None:
        """Both checks under one board; or what was seen before, in another view."""
        view, seen = step.view, self._kept(step) if step.again else None
        if seen is not None:
            await outlet.replace(seen, view.page)
            return
        both = SideBySide(step.requests, self.mind.knowledge, view.language)
        board = await outlet.board(both.draw())

        async def redraw() -> None:
            async with self.survive(view.language, _nobody):
                await board.update(both.draw())

        async with self.survive(view.language, board.finish):
            try:
                reports = await both.run(self._checks, redraw)
            except asyncio.CancelledError:
                await self._put_last(board, both.last_word, view.language)
                raise
            for request, report in zip(step.requests, reports, strict=True):
                self._keep(request, report)
            await board.finish(comparison(step.requests, reports, self.mind.knowledge, view))

    async def _check(self, step: Check, outlet: Outlet) -> None:
        """Post one message at once, and change it as outcomes come."""
        request, view = step.request, step.view
        watch = _Watch(self, ReportState(request.target, (), finished=False), view.language)
        board = await outlet.board(self.draw(watch.state, view.language))
        watch.board = board
        started = monotonic()
        async with self.survive(view.language, board.finish):
            try:
                report = await self._checks.run(request, watch)
            except asyncio.CancelledError:
                await self._last_word(watch, monotonic() - started)
                raise
            self._keep(request, report)
            await board.finish(self._report(request, report, view))

    async def _last_word(self, watch: "_Watch", seconds: float) -> None:
        """What was ready when a check was stopped, marked as such."""
        state = replace(watch.state, interrupted=True, finished=True, seconds=seconds)
        draw = partial(self.draw, state, watch.language)
        await self._put_last(watch.board, draw, watch.language)

    async def _put_last(
        self, board: Board, draw: Callable[[], Document], language: Language
    ) -> None:
        async with self.survive(language, _nobody):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD):
                    await board.finish(draw())

    async def _show_again(self, step: Show, outlet: Outlet) -> None:
        """Another page or view of a report; after a restart it is made again."""
        report = self.report(step.request)
        if report is None:
            language = step.view.language
            words = self.mind.knowledge.phrases.say("answers.button.looking", language)
            await outlet.toast(words)
            report = await self.run(step.request)
        document = self._report(step.request, report, step.view)
        await outlet.replace(document, step.view.page)

    def _keep(self, request: CheckRequest, report: Report) -> None:
        request = replace(request, fresh=False)
        self._reports.pop(request, None)
        if not report.interrupted:
            self._reports[request] = (monotonic(), report)
        while len(self._reports) > MOST_REPORTS:
            self._reports.popitem(last=False)

    def _report(self, request: CheckRequest, report: Report, view: View) -> Document:
        state = ReportState(
            report.target,
            report.outcomes,
            seconds=report.seconds,
            interrupted=report.interrupted,
            detailed=view.detailed,
        )
        document = self.draw(state, view.language)
        return replace(
            document,
            choices=below_report(self.mind.knowledge.phrases, request, report, view),
            page_action=page_action(request, view),
        )

    def draw(self, state: ReportState, language: Language) -> Document:
        """A report, finished or not, without buttons."""
        document = report_document(state, self.mind.knowledge, language)
        return replace(document, language=language)

    @contextlib.asynccontextmanager
    async def survive(self, language: Language, tell: Tell) -> AsyncIterator[None]:
        """Our own bugs, and front-ends that fail: a number to the person, the trace to the log.

        No word of the person's is logged.
        """
        try:
            yield
        except Exception:
            incident = new_incident()
            logger.exception("incident %s", incident)
            words = self.mind.knowledge.phrases.say("errors.incident", language, incident=incident)
            with contextlib.suppress(Exception):
                await tell(replace(plain(words), language=language))


def _limited(target: Target) -> str:
    """What the limit of a target counts together: all hosts of a domain."""
    if target.kind is TargetKind.ADDRESS:
        return target.name
    return organizational_domain(target.name)


def new_incident() -> str:
    """A number that the log and the person have in common."""
    return secrets.token_hex(4)


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
        case Dismiss():
            await outlet.dismiss()


async def _nobody(document: Document) -> None:
    """Nobody is left to tell."""


class _Watch(Progress):
    """Shows each outcome as it comes. What a board cannot show never stops a check."""

    board: Board

    def __init__(self, desk: Desk, state: ReportState, language: Language) -> None:
        self._desk = desk
        self.state = state
        self.language = language

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        """These probes are under way."""
        done = {outcome.probe for outcome in self.state.outcomes}
        working = tuple(probe for probe in probes if probe not in done)
        await self._update(replace(self.state, working=working))

    async def outcome(self, outcome: Outcome) -> None:
        """One probe has ended."""
        outcomes = (*self.state.outcomes, outcome)
        working = tuple(probe for probe in self.state.working if probe != outcome.probe)
        await self._update(replace(self.state, outcomes=outcomes, working=working))

    async def _update(self, state: ReportState) -> None:
        self.state = state
        async with self._desk.survive(self.language, _nobody):
            await self.board.update(self._desk.draw(state, self.language))
