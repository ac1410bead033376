"""TLSA records, and certificates held against them."""

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.der import public_key_info
from bot.formats.errors import FormatError
from bot.formats.tlsa import Tlsa, TlsaFault

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def certificate(key: Key, name: str) -> bytes:
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.DER)


def key_info(key: Key) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


LEAF_KEY, CA_KEY = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
LEAF, CA = certificate(LEAF_KEY, "mx.example"), certificate(CA_KEY, "ca.example")


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(rsa.generate_private_key(65537, 2048), id="RSA"),
        pytest.param(ec.generate_private_key(ec.SECP384R1()), id="EC"),
        pytest.param(ed25519.Ed25519PrivateKey.generate(), id="Ed25519"),
    ],
)
def test_the_public_key_of_a_certificate_is_found(key: Key) -> None:
    assert public_key_info(certificate(key, "x.example")) == key_info(key)


@pytest.mark.parametrize("usage", [2, 3])
@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching_type", [0, 1, 2])
def test_every_usage_selector_and_matching_type(
    usage: int, selector: int, matching_type: int
) -> None:
    chosen = key_info(LEAF_KEY) if selector else LEAF
    data = [chosen, hashlib.sha256(chosen).digest(), hashlib.sha512(chosen).digest()][matching_type]
    record = Tlsa(usage, selector, matching_type, data)
    assert record.fault is None
    assert record.names(LEAF)
    assert not record.names(CA)
    assert not Tlsa(usage, selector, matching_type, bytes([data[0] ^ 1]) + data[1:]).names(LEAF)


def test_a_damaged_certificate_is_named_by_no_key() -> None:
    record = Tlsa(3, 1, 1, hashlib.sha256(key_info(LEAF_KEY)).digest())
    assert not record.names(LEAF[:50])


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (Tlsa(3, 1, 1, bytes(32)), None),
        (Tlsa(2, 0, 2, bytes(64)), None),
        (Tlsa(3, 0, 0, b"x"), None),
        (Tlsa(0, 0, 1, bytes(32)), TlsaFault.PKIX_USAGE),
        (Tlsa(1, 1, 1, bytes(32)), TlsaFault.PKIX_USAGE),
        (Tlsa(4, 1, 1, bytes(32)), TlsaFault.USAGE),
        (Tlsa(255, 1, 1, bytes(32)), TlsaFault.USAGE),
        (Tlsa(3, 2, 1, bytes(32)), TlsaFault.SELECTOR),
        (Tlsa(3, 1, 3, bytes(32)), TlsaFault.MATCHING_TYPE),
        (Tlsa(3, 1, 1, bytes(31)), TlsaFault.LENGTH),
        (Tlsa(3, 1, 2, bytes(32)), TlsaFault.LENGTH),
        (Tlsa(3, 1, 1, b""), TlsaFault.EMPTY),
        (Tlsa(3, 1, 0, b""), TlsaFault.EMPTY),
    ],
)
def test_unusable_records_say_why(record: Tlsa, fault: TlsaFault | None) -> None:
    assert record.fault is fault


def test_the_text_form_is_that_of_zone_files() -> None:
    assert str(Tlsa(3, 1, 1, b"\xab\xcd")) == "3 1 1 abcd"


@given(st.one_of(st.binary(), st.binary().map(lambda data: LEAF[: len(data) * 8] + data)))
def test_any_bytes_are_a_certificate_or_refused(data: bytes) -> None:
    try:
        found = public_key_info(data)
    except FormatError:
        return
    assert found in data
