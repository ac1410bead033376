"""Any record: what stands there, and which kind of nothing."""

import pytest

from bot.conversation.ports import Progress
from bot.formats.record_query import parse_query
from bot.model.check import CheckRequest, Inconclusive, Judged, Refused
from bot.model.finding import Finding
from bot.model.trouble import Trouble
from bot.network.answer import Answer, Status
from bot.network.guard import Guard
from bot.network.network import Network
from bot.network.resolver import Resolver
from bot.probes.dns import LONGEST_VALUE, MOST_RECORDS, DnsFacts, judge
from bot.probes.probe import Look
from bot.probes.run import run_check
from tests.doubles.dns import DnsServer, Fault, dns_server
from tests.probes.making import codes

ZONE = """
firma.pl. 300 IN MX 10 mx1.firma.pl.
firma.pl. 300 IN MX 20 mx2.firma.pl.
_dmarc.firma.pl. 60 IN TXT "v=DMARC1; p=none"
www.firma.pl. 300 IN CNAME firma.pl.
7.2.0.192.in-addr.arpa. 300 IN PTR mail.firma.pl.
1.1.1.1.in-addr.arpa. 300 IN PTR one.one.one.one.
"""


def judged(answer: Answer[str], rdtype: str = "TXT") -> list[Finding]:
    target, _ = parse_query("firma.pl")
    return [f for f in judge(DnsFacts(Look(target), rdtype, answer)) if isinstance(f, Finding)]


def test_every_record_is_shown_and_dnssec_is_named() -> None:
    found = judged(Answer("firma.pl", Status.FOUND, ("a", "b"), ttl=60, authenticated=True))
    assert codes(found) == ["dns.signed", "dns.record", "dns.record"]
    assert found[0].params == {"rdtype": "TXT", "count": 2, "ttl": 60}
    assert [finding.params["value"] for finding in found[1:]] == ["a", "b"]


@pytest.mark.parametrize(
    ("status", "code"), [(Status.NO_DATA, "dns.no-data"), (Status.NO_NAME, "dns.no-name")]
)
def test_the_two_kinds_of_nothing_are_told_apart(status: Status, code: str) -> None:
    assert codes(judged(Answer("firma.pl", status))) == [code]


def test_an_alias_is_named_also_where_it_leads_nowhere() -> None:
    answer: Answer[str] = Answer("www.firma.pl", Status.NO_NAME, aliases=("a.firma.pl",))
    assert codes(judged(answer)) == ["dns.alias", "dns.no-name"]


def test_many_and_long_records_are_cut() -> None:
    found = judged(Answer("firma.pl", Status.FOUND, ("x" * 4000,) * (MOST_RECORDS + 3)))
    assert codes(found).count("dns.record") == MOST_RECORDS
    assert found[-1].params == {"count": 3}
    assert len(str(found[1].params["value"])) == LONGEST_VALUE


async def ask(server: DnsServer, text: str) -> object:
    target, record = parse_query(text)
    async with Network(Resolver([server.address]), Guard()) as network:
        request = CheckRequest(target, ("dns",), record=record)
        (outcome,) = (await run_check(network, request, Progress())).outcomes
        return outcome


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("firma.pl MX", {"10 mx1.firma.pl.", "20 mx2.firma.pl."}),
        ("_dmarc.firma.pl TXT", {'"v=DMARC1; p=none"'}),
        ("www.firma.pl MX", {"10 mx1.firma.pl.", "20 mx2.firma.pl."}),
        ("1.1.1.1", {"one.one.one.one."}),
    ],
)
async def test_records_are_asked_for_and_shown_as_a_zone_file_has_them(
    text: str, values: set[str]
) -> None:
    async with dns_server(ZONE) as server:
        outcome = await ask(server, text)
    assert isinstance(outcome, Judged)
    assert {f.params["value"] for f in outcome.findings if f.code == "dns.record"} == values


async def test_a_failure_of_dns_is_no_answer() -> None:
    async with dns_server(ZONE) as server:
        server.misbehave("firma.pl", Fault.SERVFAIL)
        outcome = await ask(server, "firma.pl MX")
    assert isinstance(outcome, Inconclusive)
    assert outcome.trouble is Trouble.SERVFAIL


async def test_the_name_of_a_private_address_is_not_asked_for() -> None:
    async with dns_server(ZONE) as server:
        assert isinstance(await ask(server, "10.0.0.1"), Refused)
        assert isinstance(await ask(server, "1.0.0.10.in-addr.arpa PTR"), Refused)
        assert not server.count("1.0.0.10.in-addr.arpa")
