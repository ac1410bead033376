"""check_host() against its own table of RFC 7208, and what holds for every record."""

import asyncio
from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.network.answer import Answer, TxtRecord
from bot.probes.spf_check_host import check_host
from bot.probes.spf_questions import plain_address
from bot.probes.spf_trail import SpfResult, Trail
from tests.probes.spf_cases import CASES, V6, Case
from tests.probes.zone_dns import ZoneDns


async def judged(case: Case) -> SpfResult:
    return await check_host(
        ZoneDns(case.zone), case.ip, case.domain, case.sender, case.helo, now=1136073600.9
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_the_rfc_is_kept(case: Case) -> None:
    found = await judged(case)
    assert (found.result, found.explanation) == (case.result, case.explanation)
    assert (found.problem is not None) == (case.result in ("permerror", "temperror"))
    assert case.problem in (None, found.problem)
    assert case.lookups in (None, found.lookups)
    assert case.voids in (None, found.void_lookups)
    assert case.mechanism in (None, found.mechanism)


def test_no_two_cases_have_one_name() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def frames(trail: Trail) -> Iterator[Trail]:
    yield trail
    for step in trail.steps:
        if step.inside is not None:
            yield from frames(step.inside)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_the_trail_adds_up_to_the_counts(case: Case) -> None:
    found = await judged(case)
    steps = [step for frame in frames(found.trail) for step in frame.steps]
    assert sum(step.lookups for step in steps) == found.lookups
    assert sum(step.void_lookups for step in steps) == found.void_lookups


async def test_the_trail_tells_the_way_to_the_result() -> None:
    dns = ZoneDns(
        "d.example TXT v=spf1 mx include:i.example -all\n"
        "d.example MX 10 m.example\nm.example A 198.51.100.1\n"
        "i.example TXT v=spf1 a:x.%{d} redirect=r.example\n"
        "r.example TXT v=spf1 ?all"
    )
    found = await check_host(dns, "192.0.2.1", "d.example")
    assert found.as_json() == {
        "result": "fail",
        "explanation": None,
        "domain": "d.example",
        "mechanism": "-all",
        "record_domain": "d.example",
        "lookups": 4,
        "void_lookups": 1,
        "problem": None,
        "problem_domain": None,
        "problem_detail": "",
        "trail": {
            "domain": "d.example",
            "record": "v=spf1 mx include:i.example -all",
            "result": "fail",
            "steps": [
                step("mx", seen=["m.example", "198.51.100.1"], lookups=1),
                step(
                    "include:i.example",
                    target="i.example",
                    lookups=1,
                    inside={
                        "domain": "i.example",
                        "record": "v=spf1 a:x.%{d} redirect=r.example",
                        "result": "neutral",
                        "steps": [
                            step("a:x.%{d}", target="x.i.example", lookups=1, void_lookups=1),
                            step(
                                "redirect=r.example",
                                "neutral",
                                target="r.example",
                                lookups=1,
                                inside={
                                    "domain": "r.example",
                                    "record": "v=spf1 ?all",
                                    "result": "neutral",
                                    "steps": [step("?all", "match")],
                                },
                            ),
                        ],
                    },
                ),
                step("-all", "match"),
            ],
        },
    }


def step(term: str, outcome: str = "no-match", **more: object) -> dict[str, object]:
    plain = {"target": None, "seen": [], "lookups": 0, "void_lookups": 0, "inside": None}
    return {"term": term, "outcome": outcome, **plain, **more}


async def test_a_problem_is_told_with_the_record_it_is_in() -> None:
    dns = ZoneDns(
        "d.example TXT v=spf1 include:i.example\n"
        "i.example TXT v=spf1 include:j.example\n"
        "j.example TXT v=spf1 ip4:192.0.2.300"
    )
    found = await check_host(dns, "192.0.2.1", "d.example")
    assert (found.problem, found.problem_domain) == ("syntax", "j.example")
    assert "bad-ip4" in found.problem_detail


@pytest.mark.parametrize(
    ("written", "plain"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::1")],
)
def test_the_client_address_is_made_plain(written: str, plain: str) -> None:
    assert str(plain_address(written)) == plain


async def test_a_client_that_is_no_address_is_a_wrong_call() -> None:
    with pytest.raises(ValueError, match="192"):
        await check_host(ZoneDns(""), "192.0.2", "d.example")


class Rounds:
    """A DNS whose answers come in rounds: all that was asked together is answered together."""

    def __init__(self, dns: ZoneDns) -> None:
        self.dns = dns
        self.rounds = 0
        self._next: asyncio.Event | None = None

    async def wait(self) -> None:
        if self._next is None:
            self._next = asyncio.Event()
            asyncio.get_running_loop().create_task(self._ring(self._next))
        await self._next.wait()

    async def _ring(self, event: asyncio.Event) -> None:
        for _ in range(20):  # all that follows from the last round has asked by now
            await asyncio.sleep(0)
        self.rounds += 1
        self._next = None
        event.set()

    def __getattr__(self, name: str) -> object:
        async def ask(what: object) -> object:
            await self.wait()
            return await getattr(self.dns, name)(what)

        return ask


async def test_a_record_within_the_limit_takes_as_many_round_trips_as_it_is_deep() -> None:
    includes = "\n".join(
        f"i{n}.example TXT v=spf1 ip4:198.51.100.{n} include:j{n}.example\n"
        f"j{n}.example TXT v=spf1 a:h{n}.%{{d}}\nh{n}.j{n}.example A 198.51.100.99"
        for n in range(3)
    )
    terms = " ".join(f"include:i{n}.example" for n in range(3))
    dns = Rounds(
        ZoneDns(
            f"d.example TXT v=spf1 mx {terms} -all\nd.example MX 1 m.example\n"
            f"m.example A 198.51.100.9\n{includes}"
        )
    )
    found = await check_host(dns, "192.0.2.1", "d.example")  # type: ignore[arg-type]
    assert (found.result, found.lookups) == ("fail", 10)
    assert dns.rounds == 4  # the record, its includes, theirs, and the addresses


async def test_nothing_is_asked_ahead_behind_a_term_that_is_sure_to_match() -> None:
    dns = ZoneDns("d.example TXT v=spf1 ip4:192.0.2.0/24 include:i.example a mx -all")
    await check_host(dns, "192.0.2.1", "d.example")
    assert list(dns.asked) == [("TXT", "d.example")]


async def test_names_that_tell_of_the_sender_are_not_asked_ahead() -> None:
    dns = ZoneDns("d.example TXT v=spf1 a exists:%{l}.x.example -all\nd.example A 192.0.2.1")
    await check_host(dns, "192.0.2.1", "d.example", "anna@d.example")
    assert ("A", "anna.x.example") not in dns.asked


async def test_no_more_terms_are_asked_ahead_than_a_check_may_use() -> None:
    terms = " ".join(f"include:i{n}.example" for n in range(5)) + " a:h.example" * 40
    zone = "\n".join(
        f"i{n}.example TXT v=spf1 " + " ".join(f"a:h{n}{m}.example" for m in range(20))
        for n in range(5)
    )
    dns = ZoneDns(f"d.example TXT v=spf1 exists:%{{l}}.x.example {terms}\n{zone}")
    await check_host(dns, "192.0.2.1", "d.example", "user@d.example")
    assert dns.asked.total() <= 2 + 2 * 10


async def test_hosts_of_too_many_exchangers_are_never_asked_for() -> None:
    hosts = "\n".join(f"d.example MX {n} m{n}.example" for n in range(11))
    dns = ZoneDns(
        f"d.example TXT v=spf1 include:i.example mx -all\n{hosts}\n"
        "i.example TXT v=spf1 a:h.example\nh.example A 198.51.100.1"
    )
    # While the include takes its two rounds, there would be time to ask for the hosts.
    await check_host(Rounds(dns), "192.0.2.1", "d.example")  # type: ignore[arg-type]
    assert [name for kind, name in dns.asked if kind == "A"] == ["h.example"]


async def test_no_question_is_asked_twice() -> None:
    dns = ZoneDns(
        "d.example TXT v=spf1 a a a/24 mx mx include:i.example -all\ni.example TXT v=spf1"
    )
    await check_host(dns, "192.0.2.1", "d.example")
    assert set(dns.asked.values()) == {1}


class Silent(ZoneDns):
    """Answers the record of a domain, and is silent about addresses."""

    async def a(self, name: str) -> Answer[IPv4Address]:
        await asyncio.Event().wait()
        raise AssertionError

    async def txt(self, name: str) -> Answer[TxtRecord]:
        if name.startswith("silent"):
            await asyncio.Event().wait()
        return await super().txt(name)


async def test_the_whole_time_is_limited() -> None:
    dns = Silent("d.example TXT v=spf1 a -all")
    found = await check_host(dns, "192.0.2.1", "d.example", seconds=0.05)
    assert (found.result, found.problem) == ("temperror", "timeout")


async def test_an_explanation_that_does_not_come_leaves_the_fail() -> None:
    dns = Silent("d.example TXT v=spf1 -all exp=silent.example")
    found = await check_host(dns, "192.0.2.1", "d.example", seconds=0.05)
    assert (found.result, found.explanation) == ("fail", None)


async def test_a_check_that_is_cancelled_leaves_no_task_behind() -> None:
    dns = Silent("d.example TXT v=spf1 a mx include:silent.example -all")
    check = asyncio.create_task(check_host(dns, "192.0.2.1", "d.example"))
    await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) > 2
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    assert asyncio.all_tasks() == {asyncio.current_task()}


NAMES = [f"n{n}.example" for n in range(6)]
TARGETS = st.sampled_from([*NAMES, "%{d}", "x.%{p}", "%{l}.example", "%{d1}", "void.example"])
TERMS = st.one_of(
    st.builds("{}{}:{}".format, st.sampled_from(["", "-", "~", "?"]),
              st.sampled_from(["include", "a", "mx", "ptr", "exists"]), TARGETS),
    st.builds("{}={}".format, st.sampled_from(["redirect", "exp", "x"]), TARGETS),
    st.sampled_from(["a", "mx", "ptr", "-all", "ip4:192.0.2.1", "ip4:198.51.100.0/24", "oops"]),
)  # fmt: skip
RECORDS = st.lists(TERMS, max_size=14).map(lambda terms: "TXT v=spf1 " + " ".join(terms))
VALUES = st.one_of(
    RECORDS,
    st.sampled_from(["A 192.0.2.1", "A 198.51.100.7", "TXT other", "TXT !timeout", "A !servfail"]),
    st.sampled_from(NAMES).map("MX 10 {}".format),
)
ZONES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES).map(" ".join), max_size=24)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ZONES, st.sampled_from(["192.0.2.1", V6]), st.text(max_size=20))
async def test_every_check_ends_within_the_limits(zone: list[str], ip: str, sender: str) -> None:
    # Records first, or a failure listed second would be read as a value.
    faults = [line for line in zone if "!" in line]
    taken = {tuple(line.split(" ")[:2]) for line in faults}
    rest = [line for line in zone if tuple(line.split(" ")[:2]) not in taken]
    dns = ZoneDns("\n".join(faults + rest))
    found = await check_host(dns, ip, "n0.example", sender)
    assert found.lookups <= 10
    assert found.void_lookups <= 3
    # One record, ten terms of at most eleven questions, asked twice over at worst, and exp with p.
    assert dns.asked.total() <= 1 + 2 * 10 * 11 + 1 + 11
    assert (found.explanation is None) or found.result == "fail"


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
async def test_any_domain_sender_and_helo_is_survived(domain: str, sender: str, helo: str) -> None:
    dns = ZoneDns("d.example TXT v=spf1 exists:%{s}.%{h}.%{o} a:%{L}.%{H} exp=w.example -all")
    assert (await check_host(dns, V6, "d.example", sender, helo)).result in ("fail", "permerror")
    await check_host(dns, V6, domain, sender, helo)
