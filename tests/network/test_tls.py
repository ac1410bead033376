"""Tests of bot.network.tls and certificate over real handshakes."""

import ssl
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from bot.network.network import Network
from bot.network.talk import CertificateFault, Protocol, ServerTalk
from tests.doubles.ca import Issued, ThrowAwayCa
from tests.doubles.mailserver import mail_server, smtp
from tests.network.conftest import MakeNetwork

HOST = "mx.firma.pl"
F = CertificateFault
_DAY = timedelta(days=1)


async def look(network: Network, issued: Issued, host: str = HOST) -> ServerTalk:
    async with network, mail_server(smtp(tls=issued.context())) as server:
        talk = await network.talk(Protocol.SMTP, host, server.address, server.port)
    assert talk.failure is None, talk.failure
    return talk


def published() -> x509.AuthorityInformationAccess:
    where = x509.UniformResourceIdentifier("http://ca.example/intermediate.crt")
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, where)]
    )


def make(ca: ThrowAwayCa, case: str) -> Issued:
    match case:
        case "good":
            return ca.good(HOST)
        case "wildcard":
            return ca.good("*.firma.pl")
        case "direct":
            return ca.issue(HOST, issuer=ca.root, send=())
        case "expired":
            return ca.expired(HOST)
        case "not yet valid":
            return ca.not_yet_valid(HOST)
        case "wrong name":
            return ca.wrong_name()
        case "wildcard too deep":
            return ca.good("*.pl")
        case "common name only":
            return ca.issue(common=HOST)
        case "self-signed":
            return ca.self_signed(HOST)
        case "self-signed, expired, wrong name":
            return ca.self_signed("other.example", begin=-_DAY * 3, end=-_DAY)
        case "unknown issuer":
            return ca.unknown_issuer(HOST)
        case "unknown issuer with its root":
            return ca.unknown_issuer(HOST, sends_root=True)
        case "incomplete chain":
            return ca.incomplete_chain(HOST)
        case "incomplete and expired":
            return ca.issue(HOST, send=(), begin=-_DAY * 3, end=-_DAY)
        case "incomplete chain of a published authority":
            return ca.issue(HOST, issuer=ca.stranger, send=(), extensions=(published(),))
    raise AssertionError(case)


@pytest.mark.parametrize(
    ("case", "faults"),
    [
        ("good", ()),
        ("wildcard", ()),
        ("direct", ()),
        ("expired", (F.EXPIRED,)),
        ("not yet valid", (F.NOT_YET_VALID,)),
        ("wrong name", (F.WRONG_NAME,)),
        ("wildcard too deep", (F.WRONG_NAME,)),
        ("common name only", (F.WRONG_NAME,)),
        ("self-signed", (F.SELF_SIGNED,)),
        ("self-signed, expired, wrong name", (F.SELF_SIGNED, F.EXPIRED, F.WRONG_NAME)),
        ("unknown issuer", (F.UNKNOWN_ISSUER,)),
        ("unknown issuer with its root", (F.UNKNOWN_ISSUER,)),
        ("incomplete chain", (F.INCOMPLETE_CHAIN,)),
        ("incomplete and expired", (F.INCOMPLETE_CHAIN, F.EXPIRED)),
        ("incomplete chain of a published authority", (F.INCOMPLETE_CHAIN,)),
    ],
)
async def test_one_handshake_tells_every_fault_of_a_certificate(
    ca: ThrowAwayCa, make_network: MakeNetwork, case: str, faults: tuple[CertificateFault, ...]
) -> None:
    talk = await look(make_network(), make(ca, case))
    assert talk.tls is not None
    assert talk.tls.certificate is not None
    assert set(talk.tls.certificate.faults) == set(faults)
    assert talk.capabilities_after is not None


async def test_the_certificate_is_read_whole(ca: ThrowAwayCa, make_network: MakeNetwork) -> None:
    issued = ca.good(HOST, "mail.firma.pl", "127.0.0.1")
    talk = await look(make_network(), issued, "127.0.0.1")
    assert talk.tls is not None
    certificate = talk.tls.certificate
    assert certificate is not None
    assert certificate.faults == ()
    assert certificate.names == (HOST, "mail.firma.pl", "127.0.0.1")
    assert certificate.issuer == "Test intermediate, Listonosz tests"
    assert certificate.key == "EC secp256r1"
    assert certificate.not_after == issued.leaf.not_valid_after_utc
    assert len(certificate.chain) == 2
    assert len(certificate.sha256) == 64


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (ssl.TLSVersion.TLSv1, "TLSv1"),
        (ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
        (ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
    ],
)
async def test_old_versions_are_seen_not_refused(
    ca: ThrowAwayCa, make_network: MakeNetwork, version: ssl.TLSVersion, name: str
) -> None:
    context = ca.good(HOST).context(version)
    async with make_network() as network, mail_server(smtp(tls=context)) as server:
        talk = await network.talk(Protocol.SMTP, HOST, server.address, server.port)
    assert talk.failure is None
    assert talk.tls is not None
    assert talk.tls.version == name
