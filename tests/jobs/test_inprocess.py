"""Checks in this process: shared, kept for a while, limited, and stopped with their last caller."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

import bot.jobs.inprocess as module
from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Progress
from bot.formats.target import parse_target
from bot.jobs import shared
from bot.jobs.inprocess import CheckRunner
from bot.knowledge import Knowledge, load_knowledge
from bot.model.check import CheckRequest, Inconclusive, Judged, Outcome, Report
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network
from tests.conversation.people import ScriptedChecks, make_mind

REQUEST = CheckRequest(parse_target("firma.pl"))
FIRST, SECOND = Judged("mx", ()), Judged("spf", (), age=1.0)
UNSEEN = Inconclusive("spf", (Gap("firma.pl", Trouble.TIMEOUT),))


class Noting(Progress):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        self.told.append("started " + " ".join(probes))

    async def outcome(self, outcome: Outcome) -> None:
        self.told.append(outcome.probe)


class Script:
    """In the place of run_check: two outcomes, the second when the gate opens."""

    def __init__(self) -> None:
        self.runs = 0
        self.under_way = 0
        self.most_under_way = 0
        self.cancelled = 0
        self.begun = asyncio.Event()
        self.begun.set()
        self.gate = asyncio.Event()
        self.second: Outcome = SECOND
        self.raises: Exception | None = None
        self.references: list[object] = []

    async def __call__(
        self, network: Network, request: CheckRequest, listener: Any, reference: object
    ) -> Report:
        self.runs += 1
        self.references.append(reference)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await listener.started(request, ("mx", "spf"))
            await self.begun.wait()
            await listener.outcome(FIRST)
            await self.gate.wait()
            if self.raises:
                raise self.raises
            await listener.outcome(self.second)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.under_way -= 1
        return Report(request.target, (FIRST, self.second), 0.5)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    script = Script()
    monkeypatch.setattr(module, "run_check", script)
    return script


class Calm:
    """In the place of a network: no question waits for its turn."""

    is_crowded = False


def runner(**changes: Any) -> CheckRunner:
    return CheckRunner(cast(Network, Calm()), **changes)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


ALL = ["started mx spf", "mx", "spf"]


async def test_progress_is_told_and_the_report_returned(script: Script) -> None:
    script.gate.set()
    noting = Noting()
    report = await runner().run(REQUEST, noting)
    assert report.outcomes == (FIRST, SECOND)
    assert noting.told == ALL


async def test_what_is_under_way_is_told_before_anything_has_come(script: Script) -> None:
    script.begun.clear()
    checks, noting = runner(), Noting()
    task = asyncio.create_task(checks.run(REQUEST, noting))
    await settle()
    assert noting.told == ["started mx spf"]
    script.begun.set()
    script.gate.set()
    await task


async def test_equal_requests_share_one_run(script: Script) -> None:
    checks, one, two = runner(), Noting(), Noting()
    first = asyncio.create_task(checks.run(REQUEST, one))
    await settle()
    second = asyncio.create_task(checks.run(REQUEST, two))
    await settle()
    # Who comes later is told what has been.
    assert one.told == two.told == ["started mx spf", "mx"]
    script.gate.set()
    assert await first == await second
    assert one.told == two.told == ALL
    assert script.runs == 1


async def test_a_caller_who_goes_takes_nobody_along(script: Script) -> None:
    checks = runner()
    first = asyncio.create_task(checks.run(REQUEST, Noting()))
    second = asyncio.create_task(checks.run(REQUEST, Noting()))
    await settle()
    first.cancel()
    await settle()
    assert first.cancelled()
    script.gate.set()
    assert (await second).outcomes == (FIRST, SECOND)
    assert script.cancelled == 0


async def test_the_last_caller_stops_the_run(script: Script) -> None:
    checks = runner()
    task = asyncio.create_task(checks.run(REQUEST, Noting()))
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert script.cancelled == 1
    script.gate.set()
    assert (await checks.run(REQUEST, Noting())).outcomes == (FIRST, SECOND)


async def test_a_report_is_kept_and_its_age_told(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(shared, "monotonic", lambda: now)
    script.gate.set()
    checks = runner(kept=30.0)
    await checks.run(REQUEST, Noting())
    now += 20
    noting = Noting()
    again = await checks.run(REQUEST, noting)
    assert [outcome.age for outcome in again.outcomes] == [20.0, 21.0]  # type: ignore[union-attr]
    assert noting.told == ALL
    assert script.runs == 1
    now += 11
    await checks.run(REQUEST, Noting())
    assert script.runs == 2


async def test_a_fresh_request_is_not_answered_from_what_is_kept(script: Script) -> None:
    script.gate.set()
    checks = runner()
    await checks.run(REQUEST, Noting())
    fresh = CheckRequest(REQUEST.target, fresh=True)
    await checks.run(fresh, Noting())
    assert script.runs == 2
    await checks.run(REQUEST, Noting())
    assert script.runs == 2


async def test_what_could_not_be_seen_is_tried_again(script: Script) -> None:
    script.gate.set()
    script.second = UNSEEN
    checks = runner()
    await checks.run(REQUEST, Noting())
    await checks.run(REQUEST, Noting())
    assert script.runs == 2


async def test_only_so_many_at_once(script: Script) -> None:
    checks = runner(most_at_once=2)
    requests = [CheckRequest(parse_target(f"firma{n}.pl")) for n in range(5)]
    tasks = [asyncio.create_task(checks.run(request, Noting())) for request in requests]
    async with asyncio.timeout(10):
        while script.under_way < 2:  # noqa: ASYNC110 - the script tells nobody
            await asyncio.sleep(0.01)
    await settle()
    assert script.under_way == 2
    script.gate.set()
    assert len(await asyncio.gather(*tasks)) == 5
    assert script.most_under_way == 2


async def test_an_error_reaches_every_caller(script: Script) -> None:
    script.raises = LookupError("nonsense")
    script.gate.set()
    checks = runner()
    for _ in range(2):
        with pytest.raises(LookupError):
            await checks.run(REQUEST, Noting())


async def test_closing_stops_everything(script: Script) -> None:
    checks = runner()
    task = asyncio.create_task(checks.run(REQUEST, Noting()))
    await settle()
    await checks.close()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert script.cancelled == 1


async def test_after_a_reload_it_looks_anew_and_by_what_was_read(script: Script) -> None:
    script.gate.set()
    known = load_knowledge().reference
    checks = runner(reference=known)
    for _ in range(2):
        await checks.run(REQUEST, Noting())
    newer = replace(known, blocklists=())
    checks.renew(newer)
    await checks.run(REQUEST, Noting())
    assert script.references == [known, newer]


async def test_a_desk_tells_whoever_follows_of_another_knowledge() -> None:
    mind, told = make_mind(), list[Knowledge]()
    desk = Desk(mind, ScriptedChecks(), MemorySessions())
    desk.follow(told.append)
    other = load_knowledge()
    desk.renew(other, mind.matcher)
    assert told == [other]
    assert desk.mind.knowledge is other
