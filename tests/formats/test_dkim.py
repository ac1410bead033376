"""DKIM key records: tags, key types and sizes, and what is no key."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.dkim import is_dkim_key, parse_dkim_key
from bot.formats.errors import FormatError

RSA = {bits: rsa.generate_private_key(65537, bits).public_key() for bits in (1024, 2048)}


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def spki(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def der_integer(value: int) -> bytes:
    data = value.to_bytes(value.bit_length() // 8 + 1)
    return b"\x02" + bytes([0x81, len(data)]) + data if len(data) > 127 else b"\x02" + bytes(
        [len(data)]
    ) + data  # fmt: skip


def small_rsa(bits: int) -> bytes:
    """A bare RSAPublicKey of a size that no library makes any more."""
    body = der_integer((1 << (bits - 1)) + 1) + der_integer(65537)
    return b"\x30\x81" + bytes([len(body)]) + body


KEY = b64(spki(RSA[2048]))


@pytest.mark.parametrize("bits", [1024, 2048])
def test_the_size_of_an_rsa_key(bits: int) -> None:
    key = parse_dkim_key(f"v=DKIM1; k=rsa; p={b64(spki(RSA[bits]))}")
    assert (key.bits, key.key_type, key.version) == (bits, "rsa", "DKIM1")


@pytest.mark.parametrize("bits", [512, 768, 1000])
def test_a_bare_rsa_key_counts_too(bits: int) -> None:
    assert parse_dkim_key(f"p={b64(small_rsa(bits))}").bits == bits


def test_a_bare_key_as_a_library_writes_it() -> None:
    data = RSA[2048].public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    assert parse_dkim_key(f"p={b64(data)}").bits == 2048


def test_an_ed25519_key_is_its_32_bytes() -> None:
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    key = parse_dkim_key(f"v=DKIM1; k=ed25519; p={b64(raw)}")
    assert (key.bits, key.key) == (256, raw)


def test_absent_tags_stay_absent() -> None:
    key = parse_dkim_key(f"p={KEY}")
    assert (key.version, key.key_type, key.hashes, key.services, key.flags, key.notes) == (
        (None,) * 6
    )
    assert key.is_for_mail
    assert key.takes_sha256
    assert not key.is_testing
    assert not key.is_strict
    assert not key.is_revoked


def test_every_tag_is_read() -> None:
    key = parse_dkim_key(
        f"v=DKIM1 ; h = sha1 : sha256; k=rsa; n=some=20note; s=email:*; t= y:s ; x=1; p={KEY};"
    )
    assert key.hashes == ("sha1", "sha256")
    assert key.services == ("email", "*")
    assert key.flags == ("y", "s")
    assert key.notes == "some=20note"
    assert key.others == (("x", "1"),)
    assert key.is_testing
    assert key.is_strict
    assert key.takes_sha256


def test_white_space_inside_the_key_is_dropped() -> None:
    assert parse_dkim_key(f"p={KEY[:40]} {KEY[40:80]}\t{KEY[80:]}").bits == 2048


@pytest.mark.parametrize("text", ["v=DKIM1; p=", "p=", "p=;", "v=DKIM1; k=ed25519; p= ;"])
def test_an_empty_key_is_revoked(text: str) -> None:
    key = parse_dkim_key(text)
    assert key.is_revoked
    assert key.bits is None


def test_a_key_for_another_service_is_not_for_mail() -> None:
    assert not parse_dkim_key(f"s=tlsrpt; p={KEY}").is_for_mail


def test_a_key_without_sha256_takes_nothing_in_use() -> None:
    assert not parse_dkim_key(f"h=sha1; p={KEY}").takes_sha256


def test_an_unknown_key_type_has_no_size() -> None:
    assert parse_dkim_key("k=post-quantum; p=AAAA").bits is None


EC_KEY = b64(spki(ec.generate_private_key(ec.SECP256R1()).public_key()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("v=DKIM1", "missing-key"),
        ("v=DKIM1;;p=", "bad-tag"),
        ("hello", "bad-tag"),
        ("v=DKIM1 p=", "bad-version"),
        ("1a=b; p=", "bad-tag"),
        ("p=; p=", "repeated-tag"),
        ("p=; v=DKIM1", "bad-version"),
        ("v=DKIM2; p=", "bad-version"),
        ("v=dkim1; p=", "bad-version"),
        ("v=DKIM1; p=ąę", "bad-character"),
        ("n=\x00; p=", "bad-character"),
        ("p=A", "bad-base64"),
        ("p=AAA", "bad-base64"),
        ("p=AA-_", "bad-base64"),
        ('p="AAAA"', "bad-base64"),
        ("k=; p=", "bad-word"),
        ("h=sha256:; p=", "bad-word"),
        ("t=y!; p=", "bad-word"),
        ("p=AAAA", "bad-rsa-key"),
        (f"p={KEY[:100]}", "bad-rsa-key"),
        (f"p={EC_KEY}", "bad-rsa-key"),
        ("k=ed25519; p=AAAA", "bad-ed25519-key"),
        (f"k=ed25519; p={KEY}", "bad-ed25519-key"),
    ],
)
def test_what_is_no_key_is_refused(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_dkim_key(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DKIM1; p=", True),
        ("k=rsa; p=AAAA", True),
        ("v=DKIM1", True),
        ("v=spf1 -all", False),
        ("v=dkim1; p=", True),  # meant as one, and then refused
        ("v=DMARC1; p=none", False),
        ("k=rsa", False),
        ("", False),
        ("hello", False),
    ],
)
def test_what_looks_meant_as_a_key(text: str, expected: bool) -> None:
    assert is_dkim_key(text) is expected


@given(st.one_of(st.text(), st.binary().map(lambda data: f"v=DKIM1; p={b64(data)}")))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        key = parse_dkim_key(text)
    except FormatError:
        return
    assert key.bits is None or key.bits > 0


@given(st.integers(0, len(spki(RSA[1024])) - 1), st.integers(0, 255))
def test_a_damaged_key_is_read_or_refused(at: int, byte: int) -> None:
    data = bytearray(spki(RSA[1024]))
    data[at] = byte
    try:
        bits = parse_dkim_key(f"p={b64(bytes(data))}").bits
    except FormatError:
        return
    assert bits is not None
