"""The run of a check: side by side, each to one of four ends, told as it ends."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import bot.probes.run as module
from bot.formats.target import parse_target
from bot.model.check import (
    CheckRequest,
    Crashed,
    Inconclusive,
    Judged,
    Outcome,
    Refused,
)
from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError, NotPublicError
from bot.network.network import Network
from bot.probes.plan import DOMAIN
from bot.probes.probe import Look, Probe, Statement
from bot.probes.run import UnknownProbeError, run_check
from tests.doubles.dns import Fault, dns_server

SEEN = Kind("test.seen", Severity.OK)
MakeNetwork = Callable[..., Network]


class Listener:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.probes: list[str] = []
        self.outcomes: list[Outcome] = []
        self.has_started = asyncio.Event()

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        self.probes = list(probes)
        self.has_started.set()

    async def outcome(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def probe(name: str, *statements: Statement, seconds: float = 20.0, raises: Any = None,
          takes: float = 0.0) -> Probe[Look]:  # fmt: skip
    """A probe that says this, after so long."""

    async def gather(network: Network, look: Look) -> Look:
        await asyncio.sleep(takes)
        if raises is not None:
            raise raises
        return look

    def judge(look: Look) -> Iterator[Statement]:
        yield from statements or (SEEN(look.shown),)

    return Probe(name, gather, judge, (SEEN,), seconds)


@pytest.fixture
def run(make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run these probes, all named, on a target."""

    async def run(*probes: Probe[Any], target: str = "firma.pl", listener: Any = None) -> Any:
        monkeypatch.setattr(module, "PROBES", probes)
        monkeypatch.setattr(module, "_NAMED", {one.name: one for one in probes})
        names = tuple(one.name for one in probes)
        async with make_network() as network:
            request = CheckRequest(parse_target(target), names)
            return await run_check(network, request, listener or Listener())

    return run


async def test_what_a_probe_says_is_judged(run: Callable[..., Any]) -> None:
    report = await run(probe("one"))
    assert report.outcomes == (
        Judged("one", (SEEN("firma.pl"),), seconds=report.outcomes[0].seconds),
    )


async def test_gaps_beside_findings_leave_it_judged(run: Callable[..., Any]) -> None:
    gap = Gap("mx.firma.pl", Trouble.TIMEOUT)
    report = await run(probe("one", SEEN("firma.pl"), gap))
    (outcome,) = report.outcomes
    assert isinstance(outcome, Judged)
    assert outcome.gaps == (gap,)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param({"raises": NetworkError(Trouble.SERVFAIL, "x")}, id="raised by gather"),
        pytest.param({"says": Gap("firma.pl", Trouble.SERVFAIL, "x")}, id="said by judge"),
    ],
)
async def test_a_gap_alone_is_inconclusive(run: Callable[..., Any], ends: dict[str, Any]) -> None:
    said = (ends.pop("says"),) if "says" in ends else ()
    report = await run(probe("one", *said, **ends))
    (outcome,) = report.outcomes
    assert isinstance(outcome, Inconclusive)
    assert outcome.gaps == (Gap("firma.pl", Trouble.SERVFAIL, "x"),)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param({"raises": NotPublicError()}, id="raised by gather"),
        pytest.param({"says": Gap("firma.pl", Trouble.NOT_PUBLIC)}, id="said of all that there is"),
    ],
)
async def test_what_the_guard_refuses_is_refused(
    run: Callable[..., Any], ends: dict[str, Any]
) -> None:
    said = (ends.pop("says"),) if "says" in ends else ()
    report = await run(probe("one", *said, **ends))
    assert report.outcomes == (Refused("one"),)


async def test_a_private_address_is_not_even_looked_at(run: Callable[..., Any]) -> None:
    report = await run(probe("one", raises=AssertionError("looked")), target="10.0.0.1")
    assert report.outcomes == (Refused("one"),)


async def test_our_own_bug_is_told_by_its_number(
    run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        report = await run(probe("one", raises=ZeroDivisionError("ours")), probe("two"))
    crashed, judged = report.outcomes
    assert isinstance(crashed, Crashed)
    assert isinstance(judged, Judged)
    assert crashed.incident in caplog.text
    assert "ZeroDivisionError: ours" in caplog.text


async def test_a_probe_that_never_ends_is_stopped(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE", 0.05)
    listener = Listener()
    report = await run(probe("slow", takes=3600, seconds=0.05), probe("quick"), listener=listener)
    slow, quick = report.outcomes
    assert isinstance(slow, Inconclusive)
    assert slow.trouble is Trouble.TIMEOUT
    assert isinstance(quick, Judged)
    assert [outcome.probe for outcome in listener.outcomes] == ["quick", "slow"]


async def test_the_whole_check_has_an_end(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE", 0.05)
    monkeypatch.setattr(module, "LONGEST_CHECK", 0.15)
    report = await run(probe("slow", takes=3600, seconds=3600))
    assert isinstance(report.outcomes[0], Inconclusive)


async def test_outcomes_are_told_as_they_come_and_kept_in_order(run: Callable[..., Any]) -> None:
    listener = Listener()
    report = await run(probe("late", takes=0.05), probe("early"), listener=listener)
    assert listener.probes == ["late", "early"]
    assert [outcome.probe for outcome in listener.outcomes] == ["early", "late"]
    assert [outcome.probe for outcome in report.outcomes] == ["late", "early"]


async def test_cancelling_stops_every_probe(run: Callable[..., Any]) -> None:
    stopped: list[str] = []

    def endless(name: str) -> Probe[Look]:
        async def gather(network: Network, look: Look) -> Look:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(name)
            return look

        return Probe(name, gather, lambda look: iter(()), ())

    listener = Listener()
    task = asyncio.create_task(run(endless("one"), endless("two"), listener=listener))
    await listener.has_started.wait()
    await asyncio.sleep(0.01)  # until both have begun to wait
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(stopped) == ["one", "two"]


async def test_a_probe_that_nobody_knows_is_refused_at_once(make_network: MakeNetwork) -> None:
    request = CheckRequest(parse_target("firma.pl"), ("nonsense",))
    async with make_network() as network:
        with pytest.raises(UnknownProbeError):
            await run_check(network, request, Listener())


async def test_a_name_that_does_not_exist_has_one_finding_and_no_consequences(
    make_network: MakeNetwork,
) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        report = await run_check(network, CheckRequest(parse_target("gone.pl")), Listener())
    assert [finding.code for finding in report.findings()] == ["mx.no-name"]
    assert [outcome.probe for outcome in report.outcomes] == ["mx"]


async def test_a_dead_resolver_is_inconclusive_not_bad(make_network: MakeNetwork) -> None:
    async with dns_server() as server, make_network([server.address]) as network:
        server.fault = Fault.SILENCE
        report = await run_check(network, CheckRequest(parse_target("firma.pl")), Listener())
    assert list(report.findings()) == []
    assert {type(outcome) for outcome in report.outcomes} == {Inconclusive}
    assert [outcome.probe for outcome in report.outcomes] == list(DOMAIN)


async def test_equal_questions_of_different_probes_are_asked_once(
    make_network: MakeNetwork,
) -> None:
    zone = """
        firma.pl. MX 10 mx.firma.pl.
        firma.pl. TXT "v=spf1 mx -all"
        mx.firma.pl. A 10.0.0.1
        _dmarc.firma.pl. TXT "v=DMARC1; p=reject; rua=mailto:d@firma.pl"
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        report = await run_check(network, CheckRequest(parse_target("firma.pl")), Listener())
        asked = [(name, rdtype) for name, rdtype, _ in server.asked]
    assert len(asked) == len(set(asked))
    kinds = {outcome.probe: type(outcome).__name__ for outcome in report.outcomes}
    assert kinds.items() >= {"mx": "Judged", "spf": "Judged", "dmarc": "Judged"}.items()
    assert kinds.items() >= {"smtp": "Refused", "ptr": "Refused"}.items()


async def test_what_is_run_beside_was_not_asked_for(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, bool] = {}

    def noting(name: str) -> Probe[Look]:
        async def gather(network: Network, look: Look) -> Look:
            asked[name] = look.is_asked
            return look

        return Probe(name, gather, lambda look: iter(()), ())

    monkeypatch.setattr(module, "PROBES", (noting("smtp"), noting("submission")))
    request = CheckRequest(parse_target("127.0.0.1"), ("smtp",))
    async with make_network() as network:
        await run_check(network, request, Listener())
    assert asked == {"smtp": True, "submission": False}
