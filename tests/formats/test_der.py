"""DER: any bytes are read, or are bad in the one way; what dnspython's keys hold is read right."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.der import public_key_info, rsa_bits
from bot.formats.errors import FormatError

KEY = rsa.generate_private_key(65537, 1024).public_key()
FORMS = (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)
WHOLE = [KEY.public_bytes(Encoding.DER, form) for form in FORMS]


def survives(data: bytes) -> None:
    for read in (rsa_bits, public_key_info):
        try:
            read(data)
        except FormatError as error:
            assert error.reason in ("bad-der", "not-rsa")  # noqa: PT017


@pytest.mark.parametrize("data", WHOLE, ids=["with its algorithm", "bare"])
def test_both_forms_of_a_key_tell_its_size(data: bytes) -> None:
    assert rsa_bits(data) == 1024


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_bad(data: bytes) -> None:
    survives(data)


@given(st.sampled_from(WHOLE), st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_key_is_read_or_bad(data: bytes, at: int, byte: int) -> None:
    survives(data[:at])
    survives(data[:at] + bytes([byte]) + data[at + 1 :])
