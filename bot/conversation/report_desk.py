"""Runs checks and shows them: a board that grows, then the report and the pages of it."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from bot.conversation.comparison import SideBySide, comparison
from bot.conversation.ports import Board, Checks, Outlet, Progress
from bot.conversation.reporting import below_report, page_action
from bot.conversation.step import Check, Compare, Show, View
from bot.conversation.surviving import Survive, nobody
from bot.knowledge.knowledge import Knowledge
from bot.model.check import CheckRequest, Outcome, Report
from bot.model.document import Document
from bot.model.language import Language
from bot.render.report import ReportState, report_document

LAST_WORD = 3.0  # seconds that a cancelled check may take to show what is ready
MOST_REPORTS = 200  # kept for their pages and details; one that is gone is looked at again


class ReportDesk:
    """Everything about checks that takes its time."""

    def __init__(
        self, checks: Checks, knowledge: Callable[[], Knowledge], survive: Survive
    ) -> None:
        self._checks = checks
        self._knowledge = knowledge
        self._survive = survive
        # With the time when each was made.
        self._reports: OrderedDict[CheckRequest, tuple[float, Report]] = OrderedDict()

    async def run(self, request: CheckRequest) -> Report:
        """One check without showing how it goes on; what goes wrong is raised."""
        report = await self._checks.run(request, Progress())
        self._keep(request, report)
        return report

    def report(self, request: CheckRequest) -> Report | None:
        """The report made last for this request, while it is kept, and as old as it is by now."""
        kept = self._find(request)
        return kept[1].older(monotonic() - kept[0]) if kept else None

    def made(self, request: CheckRequest) -> float | None:
        """When that was made; None where none is kept."""
        kept = self._find(request)
        return kept[0] if kept else None

    def last_of(self, domain: str) -> Report | None:
        """The report made last of a domain, while it is kept: the fullest one."""
        found = [(r, report) for r, (_, report) in self._reports.items() if r.target.name == domain]
        whole = [report for request, report in found if not request.probes]
        kept = whole or [report for _, report in found]
        return kept[-1] if kept else None

    def shown(self, step: Check | Show | Compare) -> Document | None:
        """What was shown of this before; None where it is gone."""
        if not isinstance(step, Compare):
            report = self.report(step.request)
            if report is None:
                return None
            return self._report(replace(step.request, fresh=False), report, step.view)
        one, other = map(self.report, step.requests)
        if one is None or other is None:
            return None
        return comparison(step.requests, (one, other), self._knowledge(), step.view)

    async def look(self, step: Check | Show | Compare, outlet: Outlet) -> None:
        """Show what a step asks for."""
        match step:
            case Check():
                await self._check(step, outlet)
            case Show():
                await self._show_again(step, outlet)
            case Compare():
                await self._compare(step, outlet)

    async def _compare(self, step: Compare, outlet: Outlet) -> None:
        """Both checks under one board; or what was seen before, in another view."""
        view, seen = step.view, self.shown(step) if step.again else None
        if seen is not None:
            await outlet.replace(seen, view.page)
            return
        both = SideBySide(step.requests, self._knowledge(), view.language)
        board = await outlet.board(both.draw())

        async def redraw() -> None:
            async with self._survive(view.language, nobody):
                await board.update(both.draw())

        async with self._survive(view.language, board.finish):
            try:
                reports = await both.run(self._checks, redraw)
            except asyncio.CancelledError:
                await self._put_last(board, both.last_word, view.language)
                raise
            for request, report in zip(step.requests, reports, strict=True):
                self._keep(request, report)
            await board.finish(comparison(step.requests, reports, self._knowledge(), view))

    async def _check(self, step: Check, outlet: Outlet) -> None:
        """Post one message at once, and change it as outcomes come."""
        request, view = step.request, step.view
        watch = _Watch(self, ReportState(request.target, (), finished=False), view.language)
        board = await outlet.board(self.draw(watch.state, view.language))
        watch.board = board
        started = monotonic()
        async with self._survive(view.language, board.finish):
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
        async with self._survive(language, nobody):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD):
                    await board.finish(draw())

    async def _show_again(self, step: Show, outlet: Outlet) -> None:
        """Another page or view of a report; after a restart it is made again."""
        report = self.report(step.request)
        if report is None:
            words = self._knowledge().phrases.say("answers.button.looking", step.view.language)
            await outlet.toast(words)
            report = await self.run(step.request)
        document = self._report(step.request, report, step.view)
        await outlet.replace(document, step.view.page)

    def _find(self, request: CheckRequest) -> tuple[float, Report] | None:
        """What is kept for this request, or as a part of the report on the whole domain."""
        request = replace(request, fresh=False)
        kept = self._reports.get(request)
        if kept is not None or not request.probes or request.beside:
            return kept
        whole = self._reports.get(replace(request, probes=()))
        part = whole[1].part(request.probes) if whole else None
        return (whole[0], part) if whole and part else None

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
            choices=below_report(self._knowledge().phrases, request, report, view),
            page_action=page_action(request, view),
        )

    def draw(self, state: ReportState, language: Language) -> Document:
        """A report, finished or not, without buttons."""
        document = report_document(state, self._knowledge(), language)
        return replace(document, language=language)

    async def grow(self, board: Board, state: ReportState, language: Language) -> None:
        """A state by the way. What a board cannot show never stops a check."""
        async with self._survive(language, nobody):
            await board.update(self.draw(state, language))


class _Watch(Progress):
    """Shows each outcome as it comes."""

    board: Board

    def __init__(self, desk: ReportDesk, state: ReportState, language: Language) -> None:
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
        await self._desk.grow(self.board, state, self.language)
