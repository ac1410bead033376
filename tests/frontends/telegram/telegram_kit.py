"""A bot under test: the real desk and knowledge, scripted checks, the double as Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial

import telegram

from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Mind
from bot.conversation.ports import Checks, Progress
from bot.faq.engine import Engine, load_matcher
from bot.frontends.telegram.pace import Limits
from bot.frontends.telegram.request import AiohttpRequest, PollRequest
from bot.frontends.telegram.talk import Telegram
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge
from bot.model.check import CheckRequest, Crashed, Report
from bot.service import Service
from bot.storage.store import Store, open_store
from tests.doubles import botapi_limits
from tests.doubles.botapi import TOKEN, BotApi
from tests.storage.conftest import DAYS

PROBES = ("mx", "spf", "dmarc", "smtp", "ptr")


@cache
def wits() -> tuple[Knowledge, Engine]:
    """The shipped knowledge, read once for all tests, and what was learnt from it."""
    knowledge = load_knowledge()
    matcher = load_matcher(knowledge)
    matcher.warm()  # a first run learns for a while: not within the time of a dialogue
    return knowledge, matcher


@dataclass
class ScriptedChecks:
    """Fulfils ports.Checks: each probe ends when the test lets it."""

    gate: Callable[[str, str], asyncio.Event] | None = None
    pause: float = 0.0
    requests: list[CheckRequest] = field(default_factory=list)
    cancelled: int = 0

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        self.requests.append(request)
        probes = request.probes or PROBES
        outcomes = []
        try:
            await progress.started(request, probes)
            for probe in probes:
                await asyncio.sleep(self.pause)
                if self.gate is not None:
                    await self.gate(request.target.name, probe).wait()
                outcome = Crashed(probe, f"{probe}-done")
                outcomes.append(outcome)
                await progress.outcome(outcome)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Report(request.target, tuple(outcomes), seconds=0.1)


class Gates:
    """Events by target and probe; `open` lets one go on, `open_all` all of a target."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], asyncio.Event] = {}

    def __call__(self, target: str, probe: str) -> asyncio.Event:
        return self._events.setdefault((target, probe), asyncio.Event())

    def open(self, target: str, *probes: str) -> None:
        for probe in probes or PROBES:
            self(target, probe).set()


def make_desk(checks: ScriptedChecks | None = None) -> Desk:
    """A real desk."""
    knowledge, matcher = wits()
    return Desk(Mind(knowledge, matcher, PROBES), checks or ScriptedChecks(), MemorySessions())


def slow(scale: float) -> botapi_limits.Limits:
    """The double's limits, with seconds of this length."""
    return botapi_limits.Limits(scale=scale)


def pace(scale: float) -> Limits:
    """The bot's limits for that; a fifth slower, because loopback is not a wall clock."""
    second = scale * 1.2
    return Limits(
        overall=(28, second),
        chat=(4, 4 * second),
        group=(18, 60 * second),
        edit=second,
        group_edit=4 * second,
        retries=(0.02, 0.05, 0.1, 0.2, 0.4, 0.8),
    )


def make_bot(api: BotApi) -> tuple[telegram.Bot, PollRequest]:
    """The library's own bot on our transport."""
    polling = PollRequest()
    bot = telegram.Bot(
        TOKEN,
        base_url=f"{api.url}/bot",
        request=AiohttpRequest(),
        get_updates_request=polling,
    )
    return bot, polling


@asynccontextmanager
async def at_work(frontend: Telegram) -> AsyncIterator[None]:
    """The front-end serving, ended in good order."""
    stop = asyncio.Event()
    serving = asyncio.create_task(frontend.serve(stop, lambda name: None))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(serving, 6)


@asynccontextmanager
async def running(
    api: BotApi, desk: Desk | None = None, scale: float = 0.05
) -> AsyncIterator[None]:
    """The front-end at work with a desk that keeps nothing."""
    bot, polling = make_bot(api)
    async with at_work(Telegram(desk or make_desk(), bot, polling, pace(scale))):
        yield


@asynccontextmanager
async def keeping(
    api: BotApi,
    database: str,
    operator: int,
    scale: float,
    checks: Checks | None = None,
    *,
    learns: bool = True,
) -> AsyncIterator[tuple[Store, Service]]:
    """The whole bot with all that it keeps; `learns`: it also notes what was asked."""
    async with open_store(database, DAYS) as store:
        service = Service(
            store, watch_every=3600.0, watch_most=5, operators=frozenset({f"tg:{operator}"})
        )
        knowledge, matcher = wits()
        desk = Desk(
            Mind(knowledge, matcher, PROBES, services=service.names),
            checks or ScriptedChecks(),
            store.sessions,
            offices=service.offices,
            note=service.note if learns else None,
        )
        bot, polling = make_bot(api)
        frontend = Telegram(
            desk,
            bot,
            polling,
            pace(scale),
            partial(service.run, desk),
            store.inbox,
            store.groups,
            service.take,
            store.replies,
        )
        async with at_work(frontend):
            yield store, service
