"""Chains held against authorities that TLSA records name: the signatures are really followed."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.tlsa import Tlsa
from bot.network.anchor import Anchoring, anchoring
from tests.doubles.ca import ThrowAwayCa

NOW = datetime.now(UTC)
MX = "mx.firma.pl"


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> ThrowAwayCa:
    return ThrowAwayCa(Path(tmp_path_factory.mktemp("anchor")))


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def key_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def named(certificate: x509.Certificate, selector: int = 0, matching: int = 1) -> Tlsa:
    chosen = key_of(certificate) if selector else der(certificate)
    data = [chosen, hashlib.sha256(chosen).digest(), hashlib.sha512(chosen).digest()][matching]
    return Tlsa(2, selector, matching, data)


@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("above", ["intermediate", "root"])
def test_a_chain_leads_to_whoever_is_named_above_the_leaf(
    ca: ThrowAwayCa, above: str, selector: int, matching: int
) -> None:
    chain = [der(one) for one in (ca.good(MX).leaf, ca.intermediate.certificate)]
    chain.append(der(ca.root.certificate))
    record = named(getattr(ca, above).certificate, selector, matching)
    assert anchoring(record, chain, NOW) is Anchoring.SOUND


@pytest.mark.parametrize("selector", [0, 1])
def test_what_is_whole_in_dns_need_not_be_sent(ca: ThrowAwayCa, selector: int) -> None:
    issuer = ca.intermediate.certificate
    chain = [der(ca.good(MX).leaf)]
    assert anchoring(named(issuer, selector, 0), chain, NOW) is Anchoring.SOUND
    assert anchoring(named(issuer, selector, 1), chain, NOW) is Anchoring.ABSENT
    assert anchoring(named(ca.stranger.certificate, selector, 0), chain, NOW) is Anchoring.ABSENT


def test_a_chain_that_only_shows_the_issuer_does_not_lead_there(ca: ThrowAwayCa) -> None:
    issuer = ca.intermediate.certificate
    foreign = [der(ca.unknown_issuer(MX).leaf), der(issuer)]
    assert anchoring(named(issuer), foreign, NOW) is Anchoring.BROKEN
    assert anchoring(named(ca.stranger.certificate), foreign, NOW) is Anchoring.ABSENT


def test_a_forged_signature_is_found(ca: ThrowAwayCa) -> None:
    leaf = bytearray(der(ca.good(MX).leaf))
    leaf[-1] ^= 1
    issuer = ca.intermediate.certificate
    assert anchoring(named(issuer), [bytes(leaf), der(issuer)], NOW) is Anchoring.BROKEN


def test_a_leaf_cannot_sign_for_others(ca: ThrowAwayCa) -> None:
    holder = ca.good("somebody.example")

    class NoAuthority:
        key, name, certificate = holder.key, holder.leaf.subject, holder.leaf

    below: Any = NoAuthority()
    leaf = ca.issue(MX, issuer=below, send=()).leaf
    assert anchoring(named(holder.leaf), [der(leaf), der(holder.leaf)], NOW) is Anchoring.BROKEN


@pytest.mark.parametrize("days", [-60, 120])
def test_dates_are_told_apart_from_signatures(ca: ThrowAwayCa, days: int) -> None:
    issuer = ca.intermediate.certificate
    chain = [der(ca.good(MX).leaf), der(issuer)]
    at = NOW + timedelta(days=days)
    assert anchoring(named(issuer), chain, at) is Anchoring.DATES


def test_the_leaf_itself_is_no_authority(ca: ThrowAwayCa) -> None:
    own = ca.self_signed(MX).leaf
    for matching in (0, 1):
        assert anchoring(named(own, 0, matching), [der(own)], NOW) is Anchoring.ABSENT


Signer = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@pytest.mark.parametrize(
    ("key", "how"),
    [
        pytest.param(rsa.generate_private_key(65537, 2048), None, id="RSA"),
        pytest.param(
            rsa.generate_private_key(65537, 2048),
            padding.PSS(padding.MGF1(hashes.SHA256()), 32),
            id="RSA-PSS",
        ),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), None, id="EC"),
        pytest.param(ed25519.Ed25519PrivateKey.generate(), None, id="Ed25519"),
    ],
)
def test_a_bare_key_of_any_kind_is_held_against_the_signature(key: Signer, how: Any) -> None:
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, MX)])
    leaf = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, digest, rsa_padding=how)
    )
    own = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert anchoring(Tlsa(2, 1, 0, own), [der(leaf)], NOW) is Anchoring.SOUND
    assert anchoring(Tlsa(2, 1, 0, key_of(leaf)), [der(leaf)], NOW) is Anchoring.ABSENT


@given(st.lists(st.binary(max_size=60), max_size=3), st.binary(max_size=60), st.integers(0, 1))
def test_any_bytes_are_followed_or_lead_nowhere(
    chain: list[bytes], data: bytes, selector: int
) -> None:
    found = anchoring(Tlsa(2, selector, 0, data), chain, NOW)
    assert found in (Anchoring.ABSENT, Anchoring.BROKEN)
