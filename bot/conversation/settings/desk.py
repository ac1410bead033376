"""Runs a search for settings and shows it: the card as it grows, then what is asked of it."""

import asyncio
import contextlib
from collections import OrderedDict
from dataclasses import replace

from bot.conversation.ports import Board, MailboxSettings, Outlet, SettingsProgress
from bot.conversation.settings.buttons import below_card, below_steps, document_words
from bot.conversation.settings.step import FindSettings, SettingsPage, SettingsView
from bot.conversation.surviving import Survive, nobody
from bot.knowledge.knowledge import Knowledge
from bot.model.document import Document
from bot.model.settings import SettingsReport, SettingsRequest
from bot.render.settings_card import CardState, card_document
from bot.render.settings_files import Signature, profile_document, publish_document
from bot.render.settings_steps import steps_document

LAST_WORD = 3.0  # seconds that a cancelled search may take to show what is ready
MOST_REPORTS = 200  # kept for steps and files; one that is gone is looked for again


class SettingsDesk:
    """Everything about a mailbox's settings that takes its time."""

    def __init__(
        self,
        knowledge: Knowledge,
        settings: MailboxSettings | None,
        survive: Survive,
        sign: Signature | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._settings = settings
        self._survive = survive
        self._sign = sign
        # By the domain alone: nobody's address is kept.
        self._reports: OrderedDict[SettingsRequest, SettingsReport] = OrderedDict()

    def renew(self, knowledge: Knowledge) -> None:
        """Speak in the words of another knowledge from now on."""
        self._knowledge = knowledge

    @property
    def can_find(self) -> bool:
        """Whether there is anybody who looks for servers."""
        return self._settings is not None

    def found(self, domain: str) -> SettingsReport | None:
        """The servers found last for a domain, while they are kept."""
        return next((r for each, r in self._reports.items() if each.target.name == domain), None)

    def report(self, request: SettingsRequest) -> SettingsReport | None:
        """The report made last for this domain, while it is kept."""
        return self._reports.get(replace(request, fresh=False))

    def has_to_publish(self, step: FindSettings) -> bool:
        """Whether somebody who asks about a domain alone is to be told what it does not publish."""
        report = self.report(step.request)
        if report is None:
            return False
        words = document_words(self._knowledge, step.mailbox, step.view, report)
        return words.facts.is_administrators

    async def run(self, request: SettingsRequest) -> SettingsReport:
        """One search without showing how it goes on; what goes wrong is raised."""
        report = await self._ask(request, SettingsProgress())
        self._keep(request, report)
        return report

    async def _ask(self, request: SettingsRequest, progress: SettingsProgress) -> SettingsReport:
        if self._settings is None:
            raise RuntimeError("nobody was given who finds settings")
        return await self._settings.find(request, progress)

    async def find(self, step: FindSettings, outlet: Outlet) -> None:
        """Show what a step asks for."""
        kept = self.report(step.request)
        if step.view.page is not SettingsPage.CARD:
            await self._hand_over(step, kept, outlet)
        elif step.view.in_place and kept:
            await outlet.replace(self.card(step, kept))
        else:
            await self._search(step, outlet)

    async def _search(self, step: FindSettings, outlet: Outlet) -> None:
        """Post one message at once, and change it as servers are found and proved."""
        view = step.view
        watch = _Watch(self, step)
        board = watch.board = await outlet.board(self._draw(watch.state, view))
        async with self._survive(view.language, board.finish):
            try:
                report = await self._ask(step.request, watch)
            except asyncio.CancelledError:
                await self._last_word(watch, view)
                raise
            self._keep(step.request, report)
            await board.finish(self.card(step, report))
            if view.program and (report.incoming or report.outgoing):
                await outlet.say(self._page(step, report, SettingsPage.STEPS))

    async def _last_word(self, watch: "_Watch", view: SettingsView) -> None:
        """What was ready when a search was stopped, marked as such."""
        state = replace(watch.state, interrupted=True)
        async with self._survive(view.language, nobody):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORD):
                    await watch.board.finish(self._draw(state, view))

    async def _hand_over(
        self, step: FindSettings, kept: SettingsReport | None, outlet: Outlet
    ) -> None:
        """The steps or a file; after a restart the servers are looked for again."""
        if kept is None:
            phrases = self._knowledge.phrases
            await outlet.toast(phrases.say("answers.button.looking", step.view.language))
            kept = await self.run(step.request)
        document = self._page(step, kept, step.view.page)
        if step.view.in_place:
            await outlet.replace(document)
        else:
            await outlet.say(document)

    def _page(self, step: FindSettings, report: SettingsReport, page: SettingsPage) -> Document:
        view = step.view
        words = document_words(self._knowledge, step.mailbox, view, report)
        match page:
            case SettingsPage.STEPS:
                program = self._knowledge.programs[view.program]
                document = steps_document(words, program, view.protocol)
                return replace(document, choices=below_steps(words, view))
            case SettingsPage.PROFILE:
                return profile_document(words, self._sign, view.protocol)
            case SettingsPage.PUBLISH:
                return publish_document(words)
        return self.card(step, report)

    def card(self, step: FindSettings, report: SettingsReport) -> Document:
        """The finished card with its buttons."""
        words = document_words(self._knowledge, step.mailbox, step.view, report)
        state = CardState(step.mailbox, report, step.view.is_private)
        return replace(self._draw(state, step.view), choices=below_card(words, step.view))

    def _draw(self, state: CardState, view: SettingsView) -> Document:
        return card_document(state, self._knowledge, view.language)

    def _keep(self, request: SettingsRequest, report: SettingsReport) -> None:
        request = replace(request, fresh=False)
        self._reports.pop(request, None)
        if report.is_final:
            self._reports[request] = report
        while len(self._reports) > MOST_REPORTS:
            self._reports.popitem(last=False)

    async def show(self, board: Board, state: CardState, view: SettingsView) -> None:
        """A state by the way. What a board cannot show never stops a search."""
        async with self._survive(view.language, nobody):
            await board.update(self._draw(state, view))


class _Watch(SettingsProgress):
    """Shows what is known by now."""

    board: Board

    def __init__(self, desk: SettingsDesk, step: FindSettings) -> None:
        self._desk = desk
        self._view = step.view
        self.state = CardState(step.mailbox, None, step.view.is_private)

    async def found(self, report: SettingsReport) -> None:
        """More is known."""
        self.state = replace(self.state, report=report)
        await self._desk.show(self.board, self.state, self._view)
