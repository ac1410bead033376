"""No trouble of DNS is ever taken for a fault of the domain, whichever question it meets.

Every probe looks at a sound domain first. Then each kind of question that it asked meets each
trouble, and it may say less, and name what it could not see, but nothing worse than before.
"""

from collections.abc import Iterator, Mapping

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest, Crashed, Judged, Report
from bot.model.finding import Severity
from bot.model.trouble import Gap, Trouble
from bot.network.settings import Times
from bot.probes import PROBES
from bot.probes.run import run_check
from tests.doubles.dns import Fault, dns_server
from tests.network.conftest import MakeNetwork
from tests.probes.making import look

ZONE = """
firma.pl. SOA ns1.firma.pl. root.firma.pl. 7 3600 600 864000 60
firma.pl. NS ns1.firma.pl.
firma.pl. NS ns2.firma.pl.
ns1.firma.pl. A 127.0.0.1
ns2.firma.pl. A 127.0.0.2
firma.pl. MX 10 mx1.firma.pl.
firma.pl. MX 20 mx2.firma.pl.
mx1.firma.pl. A 127.0.0.3
mx2.firma.pl. A 127.0.0.4
firma.pl. A 127.0.0.5
firma.pl. TXT "v=spf1 include:_spf.firma.pl exists:%{i}.ok.firma.pl -all"
_spf.firma.pl. TXT "v=spf1 mx a:mail.firma.pl redirect=_spf2.firma.pl"
_spf2.firma.pl. TXT "v=spf1 ip4:198.51.100.0/28 -all"
mail.firma.pl. A 127.0.0.6
_dmarc.firma.pl. TXT "v=DMARC1; p=reject; rua=mailto:raporty@inna.pl"
firma.pl._report._dmarc.inna.pl. TXT "v=DMARC1"
inna.pl. SOA ns1.firma.pl. root.firma.pl. 7 3600 600 864000 60
_smtp._tls.firma.pl. TXT "v=TLSRPTv1; rua=mailto:tls@firma.pl"
default._bimi.firma.pl. TXT "v=BIMI1; l=; a="
firma.pl. CAA 0 issue "letsencrypt.org"
_25._tcp.mx1.firma.pl. TLSA 3 1 1 0000000000000000000000000000000000000000000000000000000000000000
_imaps._tcp.firma.pl. SRV 0 1 993 mail.firma.pl.
_submissions._tcp.firma.pl. SRV 0 1 465 mail.firma.pl.
_jmap._tcp.firma.pl. SRV 0 0 0 .
3.0.0.127.in-addr.arpa. PTR mx1.firma.pl.
"""
TIMES = Times(
    dns_try=0.05,
    dns_total=0.15,
    connect=1.0,
    greeting=1.0,
    command=1.0,
    handshake=1.0,
    farewell=0.1,
    ping=0.1,
    fetch=1.0,
)
TROUBLES: Mapping[Fault, Trouble] = {
    Fault.SERVFAIL: Trouble.SERVFAIL,
    Fault.REFUSED: Trouble.DNS_REFUSED,
    Fault.BOGUS: Trouble.BOGUS,
    Fault.SILENCE: Trouble.TIMEOUT,
    Fault.GARBAGE: Trouble.SERVFAIL,
}
# Failed validation is what these look for: whoever validates delivers nothing then (RFC 7672
# section 2.1.2). It is the one trouble that is a verdict.
RIGHTLY = {("dnssec.bogus", Fault.BOGUS), ("dane.bogus", Fault.BOGUS)}


class Silent:
    """A listener."""

    async def started(self, request: object, probes: object) -> None: ...

    async def outcome(self, outcome: object) -> None: ...


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_knowledge().reference


def grave(report: Report) -> set[tuple[str, str]]:
    return {
        (finding.code, finding.subject)
        for outcome in report.outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
        if finding.severity >= Severity.WARNING
    }


def gaps(report: Report) -> Iterator[Gap]:
    for outcome in report.outcomes:
        yield from getattr(outcome, "gaps", ())


@pytest.mark.parametrize(
    "fault",
    [Fault.SERVFAIL, Fault.REFUSED, Fault.BOGUS, Fault.SILENCE],
    ids=lambda fault: fault.name.lower(),
)
@pytest.mark.parametrize("name", [probe.name for probe in PROBES])
async def test_no_trouble_of_dns_is_a_verdict(
    make_network: MakeNetwork, reference: Reference, name: str, fault: Fault
) -> None:
    async with dns_server(ZONE, authenticated=True) as server:
        server.authoritative = True

        async def check() -> Report:
            async with make_network(
                (server.address,), times=TIMES, name_server_port=server.port
            ) as network:
                request = CheckRequest(look().target, (name,), record="MX")
                return await run_check(network, request, Silent(), reference)

        sound = grave(await check())
        asked = {(question, rdtype) for question, rdtype, _ in server.asked if question}
        assert asked or name == "ping"
        for rdtype in sorted({rdtype for _, rdtype in asked}):
            chosen = [question for question, each in asked if each == rdtype]
            for question in chosen:
                server.misbehave(question, fault, rdtype)
            report = await check()
            for question in chosen:
                server.behave(question, rdtype)
            assert not any(isinstance(outcome, Crashed) for outcome in report.outcomes)
            said = {pair for pair in grave(report) - sound if (pair[0], fault) not in RIGHTLY}
            assert not said, f"{rdtype}: {said}"


@pytest.mark.parametrize("fault", TROUBLES, ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize(
    "name", [probe.name for probe in PROBES if probe.name not in ("ping", "dns")]
)
async def test_where_nothing_can_be_asked_the_trouble_is_named(
    make_network: MakeNetwork, reference: Reference, name: str, fault: Fault
) -> None:
    async with dns_server(ZONE) as server:
        server.fault = fault
        async with make_network((server.address,), times=TIMES) as network:
            request = CheckRequest(look().target, (name,))
            report = await run_check(network, request, Silent(), reference)
    assert {pair for pair in grave(report) if (pair[0], fault) not in RIGHTLY} == set()
    told = {gap.trouble for gap in gaps(report)}
    assert told == {TROUBLES[fault]} or (name, fault) == ("dnssec", Fault.BOGUS)


NEIGHBOURS = """
pl. SOA ns1.pl. root.pl. 7 3600 600 864000 60
pusta.pl. SOA ns1.pusta.pl. root.pl. 7 3600 600 864000 60
pusta.pl. NS ns1.pusta.pl.
ns1.pusta.pl. A 127.0.0.1
"""


@pytest.mark.parametrize("name", [probe.name for probe in PROBES])
async def test_a_name_that_does_not_exist_is_told_from_one_that_has_nothing(
    make_network: MakeNetwork, reference: Reference, name: str
) -> None:
    said = []
    async with dns_server(NEIGHBOURS) as server:
        for target in ("gone.pl", "pusta.pl"):
            async with make_network(
                (server.address,), times=TIMES, name_server_port=server.port
            ) as network:
                request = CheckRequest(look(target).target, (name,), record="MX")
                report = await run_check(network, request, Silent(), reference)
            (outcome,) = report.outcomes
            codes = {finding.code for finding in getattr(outcome, "findings", ())}
            said.append(codes | {str(gap.trouble) for gap in gaps(report)})
    gone, empty = said
    assert gone & {"no-name", f"{name}.no-name", f"{name}.no-such-host"}
    assert not gone & empty
