"""Two checks under one board: both run at once, and one message shows both as they grow."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from time import monotonic

from bot.conversation.comparing import Pair, below_comparison, comparison_pages
from bot.conversation.ports import Checks, Progress
from bot.conversation.step import View
from bot.knowledge.knowledge import Knowledge
from bot.model.check import CheckRequest, Outcome, Report
from bot.model.document import Document
from bot.model.language import Language
from bot.render.comparison import comparison_document, is_refused
from bot.render.report import ReportState

Reports = tuple[Report, Report]
Redraw = Callable[[], Awaitable[None]]


def comparison(pair: Pair, reports: Reports, knowledge: Knowledge, view: View) -> Document:
    """Two reports that have ended, with the buttons under them."""
    states = (_ended(reports[0]), _ended(reports[1]))
    document = comparison_document(states, knowledge, view.language)
    if any(map(is_refused, states)):
        return document
    return replace(
        document,
        choices=below_comparison(knowledge.phrases, pair, view),
        page_action=comparison_pages(pair, view),
    )


def _ended(report: Report) -> ReportState:
    return ReportState(
        report.target, report.outcomes, seconds=report.seconds, interrupted=report.interrupted
    )


class SideBySide:
    """Both checks under way; `redraw` is called after each piece of news."""

    def __init__(self, pair: Pair, knowledge: Knowledge, language: Language) -> None:
        self._pair = pair
        self._knowledge = knowledge
        self._language = language
        self._started = monotonic()
        self._sides = tuple(
            _Side(ReportState(request.target, (), finished=False)) for request in pair
        )

    def draw(self) -> Document:
        """The state of both by now."""
        one, other = (side.state for side in self._sides)
        return comparison_document((one, other), self._knowledge, self._language)

    def last_word(self) -> Document:
        """What was ready when it was stopped, marked as such."""
        seconds = monotonic() - self._started
        one, other = (
            replace(side.state, interrupted=True, finished=True, seconds=seconds)
            for side in self._sides
        )
        return comparison_document((one, other), self._knowledge, self._language)

    async def run(self, checks: Checks, redraw: Redraw) -> Reports:
        """Both to their end; a failure of one stops the other and is raised."""
        for side in self._sides:
            side.redraw = redraw
        running = [
            asyncio.ensure_future(checks.run(request, side))
            for request, side in zip(self._pair, self._sides, strict=True)
        ]
        try:
            one, other = await asyncio.gather(*running)
        except BaseException:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            raise
        return one, other


class _Side(Progress):
    """One of the two."""

    redraw: Redraw

    def __init__(self, state: ReportState) -> None:
        self.state = state

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        """These probes are under way."""
        done = {outcome.probe for outcome in self.state.outcomes}
        working = tuple(probe for probe in probes if probe not in done)
        self.state = replace(self.state, working=working)
        await self.redraw()

    async def outcome(self, outcome: Outcome) -> None:
        """One probe has ended."""
        working = tuple(probe for probe in self.state.working if probe != outcome.probe)
        outcomes = (*self.state.outcomes, outcome)
        self.state = replace(self.state, outcomes=outcomes, working=working)
        await self.redraw()
