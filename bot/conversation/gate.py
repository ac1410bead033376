"""Who asks for too much is told so, in a friendly word, and gets what was seen before."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from bot.conversation.limits import Limits, Refusal
from bot.conversation.ports import Incoming, Outlet
from bot.conversation.refusing import refusal_text, with_refusal
from bot.conversation.replies import plain
from bot.conversation.report_desk import ReportDesk
from bot.conversation.settings.desk import SettingsDesk
from bot.conversation.settings.step import FindSettings
from bot.conversation.step import Compare, Show, Work
from bot.formats.suffix import organizational_domain
from bot.knowledge.phrases import Phrases
from bot.model.check import Target, TargetKind
from bot.model.language import Language


class Gate:
    """Lets through what the limits allow; without limits, everything."""

    def __init__(
        self,
        limits: Limits | None,
        phrases: Callable[[], Phrases],
        reports: ReportDesk,
        settings: SettingsDesk,
    ) -> None:
        self._limits = limits
        self._phrases = phrases
        self._reports = reports
        self._settings = settings

    def may_look(self, incoming: Incoming, target: Target) -> bool:
        """Whether this person may have this looked at; it is counted."""
        return self._refusal(incoming, target) is None

    def _refusal(self, incoming: Incoming, *targets: Target) -> Refusal | None:
        if self._limits is None:
            return None
        return self._limits.check(incoming.person, incoming.chat, *map(_limited, targets))

    async def is_too_much(self, incoming: Incoming, language: Language, outlet: Outlet) -> bool:
        """Whether this person writes faster than we answer; they are told so once."""
        refusal = self._limits.message(incoming.person) if self._limits else None
        if refusal is None:
            return False
        if incoming.action:
            await outlet.toast(refusal_text(self._phrases(), language, refusal))
        elif refusal.is_news:
            await self._say(refusal, language, outlet)
        return True

    async def lets_through(self, step: Work, incoming: Incoming, outlet: Outlet) -> bool:
        """Whether no limit forbids this look; else the last report is given, if there is one."""
        if isinstance(step, FindSettings):
            return await self._may_find(step, incoming, outlet)
        language = step.view.language
        requests = step.requests if isinstance(step, Compare) else (step.request,)
        made = [self._reports.made(request) for request in requests]
        is_again = isinstance(step, Show) or (isinstance(step, Compare) and step.again)
        if is_again and None not in made:
            return True
        refusal = self._refusal(incoming, *(request.target for request in requests))
        if refusal is None:
            return True
        document = self._reports.shown(step)
        if document is None:
            await self._say(refusal, language, outlet)
        else:
            age = monotonic() - min(each for each in made if each is not None)
            await outlet.say(with_refusal(document, self._phrases(), language, refusal, age))
        return False

    async def _may_find(self, step: FindSettings, incoming: Incoming, outlet: Outlet) -> bool:
        """The same for a mailbox's settings; what is known already costs nothing."""
        if not step.request.fresh and self._settings.report(step.request) is not None:
            return True
        refusal = self._refusal(incoming, step.request.target)
        if refusal is None:
            return True
        await self._say(refusal, step.view.language, outlet)
        return False

    async def _say(self, refusal: Refusal, language: Language, outlet: Outlet) -> None:
        words = refusal_text(self._phrases(), language, refusal)
        await outlet.say(replace(plain(words), language=language))


def _limited(target: Target) -> str:
    """What the limit of a target counts together: all hosts of a domain."""
    if target.kind is TargetKind.ADDRESS:
        return target.name
    return organizational_domain(target.name)
