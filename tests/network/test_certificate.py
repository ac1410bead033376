"""Tests of bot.network.certificate: names held against hosts, and causes of a broken chain."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from bot.network.certificate import (
    matches,
    organizations_in,
    read_certificate,
    untrusted_cause,
)
from bot.network.talk import CertificateFault
from tests.doubles.ca import ThrowAwayCa


@pytest.mark.parametrize(
    ("names", "host"),
    [
        (["mx.firma.pl"], "mx.firma.pl"),
        (["MX.Firma.PL"], "mx.firma.pl"),
        (["mx.firma.pl"], "MX.firma.pl."),
        (["a.pl", "mx.firma.pl"], "mx.firma.pl"),
        (["*.firma.pl"], "mx.firma.pl"),
        (["*.mx.firma.pl"], "a.mx.firma.pl"),
    ],
)
def test_a_name_that_proves_the_host(names: list[str], host: str) -> None:
    assert matches(host, names, [])


@pytest.mark.parametrize(
    ("names", "host"),
    [
        ([], "mx.firma.pl"),
        (["firma.pl"], "mx.firma.pl"),
        (["mx.firma.pl"], "firma.pl"),
        (["*.firma.pl"], "firma.pl"),
        (["*.firma.pl"], "a.mx.firma.pl"),
        (["*.firma.pl"], ".firma.pl"),
        (["m*.firma.pl"], "mx.firma.pl"),
        (["mx.*.pl"], "mx.firma.pl"),
        (["*.pl"], "firma.pl"),
        (["*"], "firma"),
        (["*.*.pl"], "mx.firma.pl"),
        (["mx.firma.pl.evil.net"], "mx.firma.pl"),
        (["mx.firma.pl"], "192.0.2.1"),
        (["*.0.2.1"], "192.0.2.1"),
        (["192.0.2.1"], "192.0.2.1"),  # an address in the place of a name
    ],
)
def test_a_name_that_proves_nothing(names: list[str], host: str) -> None:
    assert not matches(host, names, [])


def test_an_address_is_proved_by_an_address() -> None:
    assert matches("192.0.2.1", [], ["192.0.2.1"])
    assert matches("2001:db8:0::1", [], ["2001:db8::1"])
    assert not matches("192.0.2.2", [], ["192.0.2.1"])
    assert not matches("mx.firma.pl", [], ["192.0.2.1"])


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


KNOWN = frozenset({"listonosz tests"})


def test_an_issuer_of_a_known_organization_is_only_not_sent(ca: ThrowAwayCa) -> None:
    leaf = der(ca.incomplete_chain("mx.firma.pl").leaf)
    assert untrusted_cause(leaf, 0, KNOWN) is CertificateFault.INCOMPLETE_CHAIN
    middle = der(ca.intermediate.certificate)
    assert untrusted_cause(middle, 1, KNOWN) is CertificateFault.INCOMPLETE_CHAIN


def test_an_issuer_that_calls_itself_intermediate_is_one(ca: ThrowAwayCa) -> None:
    leaf = der(ca.incomplete_chain("mx.firma.pl").leaf)
    assert untrusted_cause(leaf, 0, frozenset()) is CertificateFault.INCOMPLETE_CHAIN


def test_without_any_sign_the_issuer_is_unknown(ca: ThrowAwayCa) -> None:
    leaf = der(ca.unknown_issuer("mx.firma.pl").leaf)
    assert untrusted_cause(leaf, 0, KNOWN) is CertificateFault.UNKNOWN_ISSUER


def key_identifier(issuer: x509.Name) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(issuer)], 1)


def test_the_issuers_issuer_tells_a_root_from_an_intermediate(ca: ThrowAwayCa) -> None:
    root = ca.stranger
    for name, cause in (
        (root.name, CertificateFault.UNKNOWN_ISSUER),
        (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Another")]),
            CertificateFault.INCOMPLETE_CHAIN,
        ),
    ):
        made = ca.issue("a.pl", issuer=root, send=(), authority_key=key_identifier(name))
        assert untrusted_cause(der(made.leaf), 0, KNOWN) is cause


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://ca.example/i.crt", CertificateFault.INCOMPLETE_CHAIN),
        ("ldap:///CN=Company%20CA", CertificateFault.UNKNOWN_ISSUER),
    ],
)
def test_an_issuer_published_on_the_web_is_only_not_sent(
    ca: ThrowAwayCa, url: str, cause: CertificateFault
) -> None:
    where = x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url)
    )
    access = x509.AuthorityInformationAccess([where])
    made = ca.issue("a.pl", issuer=ca.stranger, send=(), extensions=(access,))
    assert untrusted_cause(der(made.leaf), 0, KNOWN) is cause


def test_damaged_certificates_are_told_not_crashed_on() -> None:
    read = read_certificate([b"\x30\x03\x02\x01\x01"], "mx.firma.pl", ())
    assert read.faults == (CertificateFault.OTHER,)
    assert read.names == ()
    assert len(read.sha256) == 64
    assert untrusted_cause(b"nonsense", 0, KNOWN) is CertificateFault.UNKNOWN_ISSUER


def test_hostile_names_are_made_harmless(ca: ThrowAwayCa) -> None:
    made = ca.issue(common="a\x1b[31m\u202eb")
    assert read_certificate([der(made.leaf)], "a.pl", ()).names == ("ab",)


def test_organizations_are_read_and_rubbish_between_is_not(ca: ThrowAwayCa) -> None:
    pem = ca.root_file.read_bytes()
    rubbish = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    assert organizations_in([b"# comment\n" + rubbish + pem]) == KNOWN
