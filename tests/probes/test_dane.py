"""DANE: TLSA records, whether they are signed, and the certificates that servers really show."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate as X509
from cryptography.x509 import ExtendedKeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID

import bot.probes.dane as module
import bot.probes.dane_hosts as hosts
from bot.model.finding import Kind, Severity
from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord, TlsaRecord
from bot.network.errors import NetworkError, NotPublicError
from bot.network.network import Network
from bot.network.talk import CertificateFault, Protocol, ServerTalk, Stage
from bot.probes.dane import PROBE, judge
from bot.probes.dane_hosts import DaneFacts, DaneHost, gather
from tests.doubles.ca import Issued, ThrowAwayCa
from tests.doubles.dns import DnsServer, Fault, dns_server
from tests.doubles.mailserver import mail_server, smtp
from tests.probes.making import certificate, codes, cut_off, found, look, mx, no_data, no_name, only
from tests.probes.making import talk as any_talk

MakeNetwork = Callable[..., Network]
MX1, MX2 = "mx1.firma.pl", "mx2.firma.pl"
TIMEOUT, BOGUS = NetworkError(Trouble.TIMEOUT), NetworkError(Trouble.BOGUS)
CA = ThrowAwayCa(Path(mkdtemp()))
# Whole certificates stand for themselves: selector 0, matching type 0.
LEAF, OTHER = (CA.good(name).leaf.public_bytes(Encoding.DER) for name in (MX1, MX2))
ISSUER = CA.intermediate.certificate.public_bytes(Encoding.DER)
FOREIGN = CA.unknown_issuer(MX1).leaf.public_bytes(Encoding.DER)
EXPIRED = CA.expired(MX1).leaf.public_bytes(Encoding.DER)
EE, TA = TlsaRecord(3, 0, 0, LEAF), TlsaRecord(2, 0, 0, ISSUER)
NEXT = TlsaRecord(3, 0, 1, hashlib.sha256(OTHER).digest())
PKIX = TlsaRecord(1, 1, 1, hashlib.sha256(LEAF).digest())
CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
CUT_OFF = TlsaRecord(3, 1, 1, b"short")


def talk(*faults: CertificateFault, **changes: Any) -> ServerTalk:
    leaf, names = changes.pop("leaf", LEAF), changes.pop("names", (MX1,))
    cert = replace(certificate(*faults, names=names), chain=(leaf, ISSUER))
    return any_talk(cert=cert, **{"host": MX1, **changes})


def tlsa(*records: TlsaRecord, signed: bool = True) -> Answer[TlsaRecord]:
    answer = found("x", *records) if records else no_data("x")
    return replace(answer, authenticated=signed)


def host(*records: TlsaRecord, signed: bool = True, **changes: Any) -> DaneHost:
    talks = (talk(),) if signed and records else ()
    whole: dict[str, Any] = {"tlsa": tlsa(*records, signed=signed), "talks": talks, **changes}
    return DaneHost(whole.pop("name", MX1), **whole)


def facts(*hosts: DaneHost, signed: bool = True, **changes: Any) -> DaneFacts:
    answer: Answer[MxRecord] = mx(*(one.name for one in hosts))
    whole = {"mx": replace(answer, authenticated=signed), "hosts": hosts, **changes}
    return DaneFacts(look(), datetime.now(UTC), **whole)


PLAIN = talk(tls=None, starttls_offered=False, capabilities=("SIZE 1000",))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(host(EE)), ["dane.sound"], id="the leaf"),
        pytest.param(facts(host(TA)), ["dane.sound"], id="the issuer"),
        pytest.param(facts(host(EE), host(EE, name=MX2)), ["dane.sound"], id="two hosts"),
        pytest.param(facts(host(EE, TA)), ["dane.sound"], id="both match"),
        pytest.param(facts(host(EE, NEXT)), ["dane.rollover", "dane.sound"], id="roll-over"),
        pytest.param(facts(host()), ["dane.missing"], id="none"),
        pytest.param(
            facts(host(signed=False), signed=False, validates=False),
            ["dane.missing"],
            id="none, which anybody can see",
        ),
        pytest.param(facts(host(EE), host(name=MX2)), ["dane.partial"], id="one of two"),
        pytest.param(
            facts(host(EE), signed=False), ["dane.domain-unsigned"], id="only the host is signed"
        ),
        pytest.param(facts(host(EE, signed=False)), ["dane.unsigned"], id="not signed"),
        pytest.param(
            facts(host(EE, signed=False), validates=False),
            ["? not-validating"],
            id="nobody here can tell whether it is signed",
        ),
        pytest.param(
            facts(host(EE, signed=False), validates=TIMEOUT), ["? timeout"], id="the root is silent"
        ),
        pytest.param(
            facts(host(EE), validates=TIMEOUT), ["dane.sound"], id="AD is proof enough by itself"
        ),
        pytest.param(facts(host(NEXT)), ["dane.mismatch"], id="another certificate"),
        pytest.param(
            facts(host(NEXT), signed=False), ["dane.mismatch"], id="some senders mind it even so"
        ),
        pytest.param(
            facts(host(replace(TA, data=LEAF))), ["dane.mismatch"], id="an authority is no leaf"
        ),
        pytest.param(
            facts(host(replace(EE, data=ISSUER))), ["dane.mismatch"], id="a leaf is no authority"
        ),
        pytest.param(
            facts(host(EE), host(NEXT, name=MX2)), ["dane.mismatch"], id="one of two mismatches"
        ),
        pytest.param(
            facts(host(EE, talks=(talk(CertificateFault.EXPIRED, CertificateFault.WRONG_NAME),))),
            ["dane.sound"],
            id="DANE-EE asks for neither name nor dates",
        ),
        pytest.param(
            facts(host(TA, talks=(talk(CertificateFault.EXPIRED, leaf=EXPIRED),))),
            ["dane.authority-fault"],
            id="DANE-TA asks for dates",
        ),
        pytest.param(
            facts(host(TA, talks=(talk(CertificateFault.WRONG_NAME, names=(MX2,)),))),
            ["dane.authority-fault"],
            id="DANE-TA asks for the name",
        ),
        pytest.param(
            facts(host(TA, talks=(talk(CertificateFault.UNKNOWN_ISSUER),))),
            ["dane.sound"],
            id="DANE-TA trusts whom it names",
        ),
        pytest.param(
            facts(host(TA, talks=(talk(CertificateFault.WRONG_NAME, names=("firma.pl",)),))),
            ["dane.sound"],
            id="where MX is signed, the domain's own name will do for DANE-TA",
        ),
        pytest.param(
            facts(host(TA, talks=(talk(names=("firma.pl",)),)), signed=False),
            ["dane.authority-fault"],
            id="where MX is not signed, it will not",
        ),
        pytest.param(
            facts(host(TA, talks=(talk(leaf=FOREIGN),))),
            ["dane.broken-chain"],
            id="the issuer is there, but another has signed",
        ),
        pytest.param(
            facts(host(EE, TA, talks=(talk(leaf=FOREIGN),))),
            ["dane.broken-chain", "dane.rollover"],
            id="neither of two fits",
        ),
        pytest.param(facts(host(PKIX)), ["dane.unusable"], id="PKIX is not for mail"),
        pytest.param(facts(host(CUT_OFF)), ["dane.unusable"], id="a digest cut off"),
        pytest.param(
            facts(host(PKIX, talks=(PLAIN,))),
            ["dane.unusable", "dane.no-tls"],
            id="records that cannot be used still ask for TLS",
        ),
        pytest.param(
            facts(host(PKIX, talks=(talk(CertificateFault.SELF_SIGNED),))),
            ["dane.unusable"],
            id="and for no more than TLS",
        ),
        pytest.param(
            facts(host(EE), host(name=MX2, is_dead=True)),
            ["dane.sound"],
            id="a server that nobody reaches needs no certificate",
        ),
        pytest.param(
            facts(host(EE), host(name=MX2, tlsa=TIMEOUT, is_insecure=True)),
            ["dane.partial"],
            id="unsigned zones that cannot answer for TLSA are passed over",
        ),
        pytest.param(
            facts(host(tlsa=TIMEOUT, is_insecure=True)), ["dane.missing"], id="nor is that a gap"
        ),
        pytest.param(
            facts(host(tlsa=TIMEOUT, is_insecure=True), validates=False),
            ["? timeout"],
            id="unless nobody here can tell an unsigned zone",
        ),
        pytest.param(
            facts(host(tlsa=BOGUS, is_insecure=True)), ["dane.bogus"], id="bogus is never passed"
        ),
        pytest.param(
            facts(host(EE, PKIX)), ["dane.unusable-beside", "dane.sound"], id="PKIX beside"
        ),
        pytest.param(facts(host(EE, talks=(PLAIN,))), ["dane.no-tls"], id="no STARTTLS"),
        pytest.param(
            facts(host(EE, talks=(cut_off(Stage.STARTTLS, Trouble.TRY_LATER, host=MX1),))),
            ["dane.no-tls"],
            id="STARTTLS denied",
        ),
        pytest.param(
            facts(host(EE, talks=(cut_off(Stage.HANDSHAKE, Trouble.TLS, host=MX1),))),
            ["dane.no-tls"],
            id="no TLS behind it",
        ),
        pytest.param(
            facts(host(EE, talks=(cut_off(Stage.CONNECT, Trouble.TIMEOUT, host=MX1),))),
            ["? timeout"],
            id="silence is no verdict",
        ),
        pytest.param(
            facts(host(EE, talks=(cut_off(Stage.GREETING, Trouble.TRY_LATER, host=MX1),))),
            ["? try-later"],
            id="421 is no verdict",
        ),
        pytest.param(facts(host(EE, talks=())), ["? no-address"], id="no address"),
        pytest.param(
            facts(host(EE, talks=(), error=NotPublicError())), ["? not-public"], id="private"
        ),
        pytest.param(facts(host(tlsa=TIMEOUT)), ["? timeout"], id="TLSA unseen"),
        pytest.param(
            facts(host(tlsa=TIMEOUT), host(name=MX2)),
            ["? timeout", "dane.partial"],
            id="one unseen and one without",
        ),
        pytest.param(facts(host(tlsa=BOGUS)), ["dane.bogus"], id="bogus"),
        pytest.param(facts(mx=mx("")), ["dane.no-mail"], id="a null MX"),
        pytest.param(facts(mx=no_name()), ["? no-name"], id="no such name"),
    ],
)
def test_what_records_and_certificates_mean(seen: DaneFacts, expected: list[str]) -> None:
    got = codes(judge(seen))
    if expected == ["? timeout", "dane.partial"]:
        # What could not be seen must not be counted among those without records.
        assert only(judge(seen), "dane.partial").params["hosts"] == MX2
    assert got == expected


def test_absence_is_no_warning_and_a_mismatch_loses_mail() -> None:
    assert only(judge(facts(host())), "dane.missing").severity is Severity.NOTICE
    assert only(judge(facts(host(NEXT))), "dane.mismatch").severity is Severity.ERROR


def test_addresses_that_agree_make_one_finding_and_others_are_named() -> None:
    v4, v6 = talk(address="192.0.2.1"), talk(address="2001:db8::1")
    both = only(judge(facts(host(NEXT, talks=(v4, v6)))), "dane.mismatch")
    assert both.subject == MX1
    stranger = replace(certificate(names=(MX1,)), chain=(OTHER,))
    bad = any_talk(cert=stranger, host=MX1, address="2001:db8::1")
    one = only(judge(facts(host(EE, talks=(v4, bad)))), "dane.mismatch")
    assert one.subject == f"{MX1} [2001:db8::1]"


def test_every_kind_is_in_the_table() -> None:
    declared = {value for value in vars(module).values() if isinstance(value, Kind)}
    assert declared == set(PROBE.kinds)


def data(cert: X509, selector: int, matching: int) -> str:
    raw = (
        cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if selector
        else cert.public_bytes(Encoding.DER)
    )
    return {0: raw, 1: hashlib.sha256(raw).digest(), 2: hashlib.sha512(raw).digest()}[
        matching
    ].hex()


ZONE = """
    . NS a.root.
    firma.pl. MX 10 mx1.firma.pl.
    mx1.firma.pl. A 127.0.0.1
"""


async def seen_by(
    make_network: MakeNetwork,
    monkeypatch: pytest.MonkeyPatch,
    issued: Issued | None,
    record: str,
    prepare: Callable[[DnsServer], None] = lambda server: None,
) -> list[str]:
    async with (
        dns_server(ZONE, authenticated=True) as dns,
        mail_server(smtp(tls=issued.context() if issued else None)) as server,
        make_network([dns.address]) as network,
    ):
        if record:
            dns.add(f"_25._tcp.mx1.firma.pl. TLSA {record}")
        prepare(dns)
        monkeypatch.setattr(hosts, "PORT", server.port)
        found = codes(judge(await gather(network, look())))
        # What the smtp probe asks for is the very same conversation.
        await network.talk(Protocol.SMTP, MX1, server.address, server.port)
        assert server.connections == 1
        return found


@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("usage", [2, 3])
async def test_records_are_held_against_the_certificate_really_shown(
    make_network: MakeNetwork,
    monkeypatch: pytest.MonkeyPatch,
    ca: ThrowAwayCa,
    usage: int,
    selector: int,
    matching: int,
) -> None:
    issued = ca.good(MX1)
    named = issued.leaf if usage == 3 else ca.intermediate.certificate
    record = f"{usage} {selector} {matching} {data(named, selector, matching)}"
    assert await seen_by(make_network, monkeypatch, issued, record) == ["dane.sound"]


async def test_a_certificate_renewed_with_another_key_is_a_mismatch(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch, ca: ThrowAwayCa
) -> None:
    record = f"3 1 1 {data(ca.good(MX1).leaf, 1, 1)}"
    assert await seen_by(make_network, monkeypatch, ca.good(MX1), record) == ["dane.mismatch"]


async def test_the_record_proposed_is_the_one_that_fits(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch, ca: ThrowAwayCa
) -> None:
    issued = ca.good(MX1)
    async with (
        dns_server(ZONE, authenticated=True) as dns,
        mail_server(smtp(tls=issued.context())) as server,
        make_network([dns.address]) as network,
    ):
        dns.add(f"_25._tcp.mx1.firma.pl. TLSA 3 1 1 {'ab' * 32}")
        monkeypatch.setattr(hosts, "PORT", server.port)
        mismatch = only(judge(await gather(network, look())), "dane.mismatch")
    assert mismatch.params == {
        "name": "_25._tcp.mx1.firma.pl",
        "records": "3 1 1 abababababababab…",
        "proposal": f"3 1 1 {data(issued.leaf, 1, 1)}",
    }


async def test_a_server_without_starttls_breaks_what_its_records_promise(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await seen_by(make_network, monkeypatch, None, f"3 1 1 {'ab' * 32}") == ["dane.no-tls"]


async def test_records_without_dnssec_are_not_relied_on(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch, ca: ThrowAwayCa
) -> None:
    def unsign(server: DnsServer) -> None:
        server.unsigned("firma.pl")

    record = f"3 1 1 {'ab' * 32}"
    seen = await seen_by(make_network, monkeypatch, ca.good(MX1), record, unsign)
    assert seen == ["dane.unsigned"]


async def test_no_server_is_called_where_there_are_no_records(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE, authenticated=True) as dns, make_network([dns.address]) as network:
        seen = await gather(network, look())
    assert [host.talks for host in seen.hosts] == [()]
    assert codes(judge(seen)) == ["dane.missing"]


async def test_records_that_dns_cannot_give_are_no_verdict(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE, authenticated=True) as dns, make_network([dns.address]) as network:
        dns.misbehave("_25._tcp.mx1.firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["? servfail"]


async def test_what_an_unsigned_zone_cannot_tell_of_tlsa_is_passed_over(
    make_network: MakeNetwork,
) -> None:
    async with dns_server(ZONE, authenticated=True) as dns, make_network([dns.address]) as network:
        dns.unsigned("mx1.firma.pl")
        dns.misbehave("_25._tcp.mx1.firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["dane.missing"]


async def test_a_server_without_an_address_is_not_said_to_lack_records(
    make_network: MakeNetwork,
) -> None:
    zone = ZONE + "firma.pl. MX 20 gone.firma.pl.\nfirma.pl. MX 30 inside.firma.pl.\n"
    zone += "inside.firma.pl. A 10.0.0.1\n"
    async with dns_server(zone, authenticated=True) as dns, make_network([dns.address]) as network:
        seen = await gather(network, look())
    assert [host.is_dead for host in seen.hosts] == [False, True, True]


async def test_an_address_is_told_to_be_no_domain(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["dane.not-a-domain"]


ALIAS_ZONE = """
    . NS a.root.
    firma.pl. MX 10 mx1.firma.pl.
    mx1.firma.pl. CNAME in.poczta.net.
    in.poczta.net. A 127.0.0.1
"""
HERE, THERE = "_25._tcp.mx1.firma.pl", "_25._tcp.in.poczta.net"
WRONG = f"3 1 1 {'ab' * 32}"


@pytest.mark.parametrize(
    ("records", "unsigned", "expected"),
    [
        pytest.param({THERE: "good"}, (), ["dane.sound"], id="at the end of the alias"),
        pytest.param({HERE: "good"}, (), ["dane.sound"], id="at the alias alone"),
        pytest.param({HERE: WRONG, THERE: "good"}, (), ["dane.sound"], id="the end comes first"),
        pytest.param({HERE: "good", THERE: WRONG}, (), ["dane.mismatch"], id="even if it is wrong"),
        pytest.param(
            {HERE: "good", THERE: WRONG}, (THERE,), ["dane.sound"], id="the end is not signed"
        ),
        pytest.param(
            {HERE: "good", THERE: WRONG},
            ("poczta.net",),
            ["dane.sound"],
            id="the alias leads out of the signed zone",
        ),
        pytest.param(
            {THERE: "good"},
            ("firma.pl",),
            ["dane.missing"],
            id="nobody vouches for the alias to signed records",
        ),
        pytest.param({}, (), ["dane.missing"], id="nowhere"),
    ],
)
async def test_records_of_an_alias_count_where_it_leads(
    make_network: MakeNetwork,
    monkeypatch: pytest.MonkeyPatch,
    ca: ThrowAwayCa,
    records: dict[str, str],
    unsigned: tuple[str, ...],
    expected: list[str],
) -> None:
    issued = ca.good("in.poczta.net")
    good = f"3 1 1 {data(issued.leaf, 1, 1)}"
    async with (
        dns_server(ALIAS_ZONE, authenticated=True) as dns,
        mail_server(smtp(tls=issued.context())) as server,
        make_network([dns.address]) as network,
    ):
        for name, text in records.items():
            dns.add(f"{name}. TLSA {good if text == 'good' else text}")
        for name in unsigned:
            dns.unsigned(name)
        monkeypatch.setattr(hosts, "PORT", server.port)
        assert codes(judge(await gather(network, look()))) == expected


async def test_records_behind_an_alias_are_unknown_where_nobody_validates(
    make_network: MakeNetwork,
) -> None:
    async with dns_server(ALIAS_ZONE) as dns, make_network([dns.address]) as network:
        dns.add(f"{THERE}. TLSA {WRONG}")
        assert codes(judge(await gather(network, look()))) == ["? not-validating"]


async def test_an_issuer_that_is_named_must_have_issued_for_servers(
    make_network: MakeNetwork, monkeypatch: pytest.MonkeyPatch, ca: ThrowAwayCa
) -> None:
    record = f"2 1 1 {data(ca.intermediate.certificate, 1, 1)}"
    issued = ca.issue(MX1, extensions=(ExtendedKeyUsage([CLIENT_AUTH]),))
    seen = await seen_by(make_network, monkeypatch, issued, record)
    assert seen == ["dane.authority-fault"]
