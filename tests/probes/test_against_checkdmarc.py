"""Our judgement beside checkdmarc's on the same zones: each difference has its RFC section here.

checkdmarc is an oracle of development only; nothing else here needs it. Both ask the same server
on loopback. BIMI is left out: checkdmarc fetches the picture that a record names, we never do.
"""

# ruff: noqa: E501 - a table is read across, one case a line

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import dns.resolver
import pytest

from bot.formats.errors import FormatError
from bot.formats.mta_sts import is_mta_sts, parse_mta_sts_record
from bot.model.finding import Finding, Severity
from bot.network.network import Network
from bot.probes import dmarc, spf, tls_rpt
from tests.doubles.dns import DnsServer, dns_server
from tests.probes.making import look

checkdmarc = pytest.importorskip("checkdmarc", reason="checkdmarc is not installed")
for _part in ("dmarc", "mta_sts", "smtp_tls_reporting", "spf"):
    importlib.import_module(f"checkdmarc.{_part}")

# What checkdmarc says no with; anything else it raises is our mistake in asking it.
REFUSALS = (
    checkdmarc.spf.SPFError,
    checkdmarc.dmarc.DMARCError,
    checkdmarc.mta_sts.MTASTSError,
    checkdmarc.smtp_tls_reporting.SMTPTLSReportingError,
)
# Opinions about records that keep to the RFC: no fault of form, and no error of evaluation.
OPINIONS = frozenset({"spf.everybody", "spf.include-everybody", "spf.whole-internet"})


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    kind: str  # spf, dmarc, mta-sts, tls-rpt
    zone: str  # @ stands for the domain, @@ for that of an address, & for a plain at sign
    is_good: bool  # in our judgement, which the RFC named in DIFFERENCES or the id gives reason for


LONG = "a" * 64
TEN = " ".join(f"a:h{n}.@" for n in range(10))
TEN_ZONE = "\n".join(f"h{n}.@ A 198.51.100.{n}" for n in range(11))


def s(id_: str, terms: str, good: bool, zone: str = "") -> Case:
    return Case(id_, "spf", f'@ TXT "v=spf1 {terms}"\n{zone}', good)


def d(id_: str, text: str, good: bool, zone: str = "") -> Case:
    return Case(
        id_, "dmarc", f'_dmarc.@ TXT "{text}"\n@ MX 10 mx.@\nmx.@ A 192.0.2.1\n{zone}', good
    )


def m(id_: str, text: str, good: bool) -> Case:
    return Case(id_, "mta-sts", f'_mta-sts.@ TXT "{text}"', good)


def t(id_: str, text: str, good: bool) -> Case:
    return Case(id_, "tls-rpt", f'_smtp._tls.@ TXT "{text}"', good)


CASES = [
    s("spf: all alone", "-all", True),
    s("spf: a network", "ip4:192.0.2.0/24 -all", True),
    s("spf: IPv6", "ip6:2001:db8::/32 -all", True),
    s("spf: own hosts", "a mx -all", True, "@ A 192.0.2.1\n@ MX 10 mx.@\nmx.@ A 192.0.2.2"),
    s("spf: capitals", "IP4:192.0.2.1 -ALL", True),
    s("spf: an include", "include:i.@ -all", True, 'i.@ TXT "v=spf1 ip4:192.0.2.1 ?all"'),
    s("spf: a redirect", "redirect=i.@", True, 'i.@ TXT "v=spf1 ip4:192.0.2.1 -all"'),
    s("spf: an include without a record", "include:i.@ -all", False),
    s("spf: a redirect without a record", "redirect=i.@", False),
    s("spf: an include of itself", "include:@ -all", False),
    s("spf: an include whose record is broken", "include:i.@ -all", False, 'i.@ TXT "v=spf1 ip4:1.2.3 -all"'),
    s("spf: an include with two records", "include:i.@ -all", False, 'i.@ TXT "v=spf1 -all"\ni.@ TXT "v=spf1 ~all"'),
    s("spf: an unknown mechanism", "foo -all", False),
    s("spf: an unknown mechanism with a name", "foo:bar.example -all", False),
    s("spf: ip4 too short", "ip4:192.0.2 -all", False),
    s("spf: ip4 with a bad length", "ip4:192.0.2.0/33 -all", False),
    s("spf: ip4 with a zero before its length", "ip4:192.0.2.0/024 -all", False),
    s("spf: ip4 with an IPv6 address", "ip4:2001:db8::1 -all", False),
    s("spf: ip6 with an IPv4 address", "ip6:192.0.2.1 -all", False),
    s("spf: ip6 with a bad length", "ip6:2001:db8::/129 -all", False),
    s("spf: host bits in a network", "ip4:192.0.2.1/24 -all", True),
    s("spf: nothing behind the colon", "a: -all", False),
    s("spf: include without a name", "include -all", False),
    s("spf: exists without a name", "exists -all", False),
    s("spf: all with an argument", "-all:x.@", False),
    s("spf: a bad letter in a macro", "exists:%{z}.@ -all", False),
    s("spf: a bare percent sign", "exists:%x.@ -all", False),
    s("spf: no parts of a macro", "exists:%{d0}.@ -all", False),
    s("spf: a letter of explanations", "exists:%{c}.@ -all", False),
    s("spf: macros", "exists:%{ir}.%{v}.@ -all", True),
    s("spf: a top label of digits", "a:x.9 -all", False),
    s("spf: redirect twice", "redirect=i.@ redirect=i.@", False, 'i.@ TXT "v=spf1 -all"'),
    s("spf: exp twice", "-all exp=e.@ exp=e.@", False, 'e.@ TXT "no"'),
    s("spf: an unknown modifier", "x=1 -all", True),
    s("spf: an explanation", "-all exp=e.@", True, 'e.@ TXT "Not from here"'),
    s("spf: ten lookups", f"{TEN} -all", True, TEN_ZONE),
    s("spf: eleven lookups", f"{TEN} a:h10.@ -all", False, TEN_ZONE),
    s("spf: two void lookups", "a:x.@ a:y.@ -all", True),
    s("spf: three void lookups", "a:x.@ a:y.@ a:z.@ -all", False),
    s("spf: ten exchangers", "mx -all", True, "\n".join(f"@ MX {n} m{n}.@\nm{n}.@ A 198.51.100.{n}" for n in range(10))),
    s("spf: eleven exchangers", "mx -all", False, "\n".join(f"@ MX {n} m{n}.@\nm{n}.@ A 198.51.100.{n}" for n in range(11))),
    s("spf: a label of 64", f"a:{LONG}.@ -all", True),
    Case("spf: none", "spf", '@ TXT "hello"', False),
    Case("spf: two records", "spf", '@ TXT "v=spf1 -all"\n@ TXT "v=spf1 ~all"', False),
    Case("spf: version in capitals", "spf", '@ TXT "V=SPF1 -all"', True),
    Case("spf: no blank behind the version", "spf", '@ TXT "v=spf1-all"', False),
    Case("spf: version alone", "spf", '@ TXT "v=spf1"', True),
    Case("spf: strings joined", "spf", '@ TXT "v=spf1 ip4:192.0." "2.1 -all"', True),
    Case("spf: letters outside ASCII", "spf", '@ TXT "v=spf1 -all \\195\\169"', False),
    d("dmarc: reject", "v=DMARC1; p=reject", True),
    d("dmarc: none with reports", "v=DMARC1; p=none; rua=mailto:d@@", True),
    d("dmarc: all tags", "v=DMARC1; p=reject; sp=none; np=reject; adkim=s; aspf=r; fo=1:d; t=n; psd=n; rua=mailto:d@@; ruf=mailto:d@@", True),
    d("dmarc: a final semicolon", "v=DMARC1; p=none;", True),
    d("dmarc: blanks", "v = DMARC1 ; p = none ;", True),
    d("dmarc: no blanks", "v=DMARC1;p=none", True),
    d("dmarc: capitals in the policy", "v=DMARC1; p=REJECT", True),
    d("dmarc: capitals in the tag", "v=DMARC1; P=reject", True),
    d("dmarc: small letters in the version", "v=dmarc1; p=reject", False),
    d("dmarc: version not first", "p=reject; v=DMARC1", False),
    d("dmarc: no policy", "v=DMARC1", False),
    d("dmarc: no policy, with reports", "v=DMARC1; rua=mailto:d@@", False),
    d("dmarc: a policy that is none of the three", "v=DMARC1; p=block", False),
    d("dmarc: policy not second", "v=DMARC1; adkim=s; p=reject", True),
    d("dmarc: a repeated tag", "v=DMARC1; p=none; p=reject", False),
    d("dmarc: a wrong alignment", "v=DMARC1; p=reject; adkim=x", True),
    d("dmarc: wrong reporting options", "v=DMARC1; p=reject; fo=z", True),
    d("dmarc: an unknown tag", "v=DMARC1; p=reject; x=1", True),
    d("dmarc: pct out of range", "v=DMARC1; p=reject; pct=200", True),
    d("dmarc: pct", "v=DMARC1; p=reject; pct=50", True),
    d("dmarc: an address without mailto", "v=DMARC1; p=none; rua=d@@", True),
    d("dmarc: an address with a size", "v=DMARC1; p=none; rua=mailto:d@@!10m", True),
    d("dmarc: a wrong policy for subdomains, with reports", "v=DMARC1; p=reject; sp=x; rua=mailto:d@@", False),
    d("dmarc: reports elsewhere, unallowed", "v=DMARC1; p=none; rua=mailto:d&other.example", True),
    d("dmarc: an equals sign is missing", "v=DMARC1; p=reject; rua", True),
    d("dmarc: two records", 'v=DMARC1; p=none"\n_dmarc.@ TXT "v=DMARC1; p=reject', False),
    d("dmarc: another record beside", 'v=DMARC1; p=none"\n_dmarc.@ TXT "hello', True),
    Case("dmarc: none", "dmarc", "@ A 192.0.2.1", False),
    Case("dmarc: at the domain itself", "dmarc", '@ TXT "v=DMARC1; p=none"', False),
    m("mta-sts: sound", "v=STSv1; id=20261123", True),
    m("mta-sts: a final semicolon", "v=STSv1; id=20261123;", True),
    m("mta-sts: no id", "v=STSv1;", False),
    m("mta-sts: an empty id", "v=STSv1; id=;", False),
    m("mta-sts: an id with a hyphen", "v=STSv1; id=2026-11-23", False),
    m("mta-sts: an id of 33", f"v=STSv1; id={'1' * 33}", False),
    m("mta-sts: an extension", "v=STSv1; id=1; x=y", True),
    m("mta-sts: small letters", "v=stsv1; id=1", False),
    m("mta-sts: version not first", "id=1; v=STSv1", False),
    m("mta-sts: two records", 'v=STSv1; id=1"\n_mta-sts.@ TXT "v=STSv1; id=2', False),
    m("mta-sts: another record beside", 'v=STSv1; id=1"\n_mta-sts.@ TXT "hello', True),
    Case("mta-sts: none", "mta-sts", "@ A 192.0.2.1", False),
    t("tls-rpt: by mail", "v=TLSRPTv1; rua=mailto:t@@", True),
    t("tls-rpt: by https", "v=TLSRPTv1; rua=https://reports.@/v1", True),
    t("tls-rpt: by both", "v=TLSRPTv1; rua=mailto:t@@,https://reports.@/v1", True),
    t("tls-rpt: a final semicolon", "v=TLSRPTv1; rua=mailto:t@@;", True),
    t("tls-rpt: no address", "v=TLSRPTv1;", False),
    t("tls-rpt: http", "v=TLSRPTv1; rua=http://reports.@/v1", False),
    t("tls-rpt: no scheme", "v=TLSRPTv1; rua=t@@", False),
    t("tls-rpt: an extension", "v=TLSRPTv1; rua=mailto:t@@; x=y", True),
    t("tls-rpt: small letters", "v=tlsrptv1; rua=mailto:t@@", False),
    t("tls-rpt: two records", 'v=TLSRPTv1; rua=mailto:t@@"\n_smtp._tls.@ TXT "v=TLSRPTv1; rua=mailto:u@@', False),
    t("tls-rpt: another record beside", 'v=TLSRPTv1; rua=mailto:t@@"\n_smtp._tls.@ TXT "hello', True),
    Case("tls-rpt: none", "tls-rpt", "@ A 192.0.2.1", False),
]  # fmt: skip

# Where checkdmarc judges otherwise, and why we do not follow it.
DIFFERENCES = {
    "spf: a top label of digits": "RFC 7208 7.1: toplabel has a letter in it",
    "spf: version in capitals": "RFC 7208 4.5 and 12: the version is a literal of ABNF, any case",
    "spf: letters outside ASCII": "RFC 7208 3.1 and 12: a record is of US-ASCII",
    "dmarc: no policy": "RFC 9989 4.10.1: without p and rua receivers apply no DMARC",
    "dmarc: no policy, with reports": "RFC 9989 4.10.1: it counts as none, and protects nobody",
    "dmarc: wrong reporting options": "RFC 9989 4.7: a tag with a bad value counts as absent",
    "dmarc: an address without mailto": "RFC 9989 4.7: a bad value is ignored, the policy holds",
    "dmarc: an equals sign is missing": "RFC 9989 4.7: what is no tag is ignored",
    "dmarc: another record beside": "RFC 9989 4.10: what does not begin with the version is left out",
}


def zone_of(case: Case, domain: str) -> str:
    """The zone with the domain in the place of its sign."""
    lines = []
    for line in filter(str.strip, case.zone.replace("@@", "\0").replace("@", domain).splitlines()):
        name, rest = line.replace("\0", f"@{domain}").replace("&", "@").split(" ", 1)
        lines.append(f"{name}. 300 IN {rest}{'.' if rest.startswith('MX') else ''}")
    return "\n".join(lines)


def domain_of(case: Case) -> str:
    return f"c{CASES.index(case)}.pl"


@pytest.fixture(scope="module")
def loop_zone() -> str:
    return "\n".join(zone_of(case, domain_of(case)) for case in CASES)


@pytest.fixture
async def server(loop_zone: str) -> AsyncIterator[DnsServer]:
    async with dns_server(loop_zone) as running:
        yield running


async def ours(case: Case, network: Network) -> bool:
    domain = domain_of(case)
    if case.kind == "mta-sts":  # its probe goes on to the policy, which is another matter
        answer = await network.dns.txt(f"_mta-sts.{domain}")
        records = [record.text for record in answer.records if is_mta_sts(record.text)]
        return len(records) == 1 and _is_read(parse_mta_sts_record, records[0])
    probe: Any = {"spf": spf.PROBE, "dmarc": dmarc.PROBE, "tls-rpt": tls_rpt.PROBE}[case.kind]
    found = [
        one
        for one in probe.judge(await probe.gather(network, look(domain)))
        if isinstance(one, Finding)
    ]
    faults = {one.code for one in found if one.severity is Severity.ERROR} - OPINIONS
    if case.kind == "tls-rpt":  # without it mail arrives all the same: its faults are warnings
        faults = {one.code for one in found if one.severity >= Severity.WARNING}
    return not faults and not any(one.code == f"{case.kind}.missing" for one in found)


def _is_read(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except FormatError:
        return False
    return True


def theirs(case: Case, resolver: dns.resolver.Resolver) -> bool:
    domain, report = domain_of(case), checkdmarc.smtp_tls_reporting
    try:
        match case.kind:
            case "spf":
                checkdmarc.spf.get_spf_record(domain, resolver=resolver)
            case "dmarc":
                checkdmarc.dmarc.get_dmarc_record(domain, resolver=resolver)
            case "mta-sts":
                found = checkdmarc.mta_sts.query_mta_sts_record(domain, resolver=resolver)
                checkdmarc.mta_sts.parse_mta_sts_record(found["record"])
            case _:
                found = report.query_smtp_tls_reporting_record(domain, resolver=resolver)
                report.parse_smtp_tls_reporting_record(found["record"])
    except REFUSALS:
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_checkdmarc_agrees_but_where_the_rfc_says_otherwise(
    case: Case, server: DnsServer, make_network: Callable[..., Network]
) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.address.port
    async with make_network([server.address]) as network:
        mine = await ours(case, network)
    assert mine is case.is_good
    agrees = await asyncio.to_thread(theirs, case, resolver) is mine
    assert agrees is (case.id not in DIFFERENCES)


def test_every_difference_is_of_a_case_and_every_name_is_one_s_own() -> None:
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)
    assert set(names) >= DIFFERENCES.keys()
