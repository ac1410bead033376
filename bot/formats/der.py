"""As much of DER (X.690) as keys in records need: sizes and parts of public keys."""

from collections.abc import Iterator

from bot.formats.errors import FormatError

SEQUENCE, INTEGER, BIT_STRING, OBJECT_ID = 0x30, 0x02, 0x03, 0x06
_VERSION = 0xA0  # [0] of a certificate (RFC 5280 section 4.1)
_RSA = bytes.fromhex("2a864886f70d010101")  # rsaEncryption (RFC 8017 appendix C)


def rsa_bits(data: bytes) -> int:
    """The modulus size of an RSA key: SubjectPublicKeyInfo, or the bare RSAPublicKey.

    RFC 6376 section 3.6.1 speaks of the second; everybody publishes the first (erratum 3017).
    """
    parts = list(_inside(data))
    if [tag for tag, _ in parts] == [SEQUENCE, BIT_STRING]:
        algorithm, key = parts[0][1], parts[1][1]
        kind = next(_items(algorithm), (0, b""))
        if kind != (OBJECT_ID, _RSA):
            raise FormatError("not-rsa")
        if key[:1] != b"\0":
            raise FormatError("bad-der")
        parts = list(_inside(key[1:]))
    if [tag for tag, _ in parts] != [INTEGER, INTEGER]:
        raise FormatError("bad-der")
    modulus, exponent = (int.from_bytes(value, signed=True) for _, value in parts)
    if modulus <= 0 or exponent <= 0:
        raise FormatError("bad-der")
    return modulus.bit_length()


def public_key_info(certificate: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a certificate, whole, as TLSA's selector 1 takes it."""
    to_be_signed = next(_whole_items(_only_sequence(certificate)), b"")
    fields = list(_whole_items(_only_sequence(to_be_signed)))
    if fields and fields[0][0] == _VERSION:
        fields = fields[1:]
    # serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo
    if len(fields) < 6 or fields[5][0] != SEQUENCE:
        raise FormatError("bad-der")
    return fields[5]


def _inside(data: bytes) -> Iterator[tuple[int, bytes]]:
    return _items(_only_sequence(data))


def _only_sequence(data: bytes) -> bytes:
    """The content of data that is one sequence and nothing else."""
    tag, start, end = _header(data, 0)
    if tag != SEQUENCE or end != len(data):
        raise FormatError("bad-der")
    return data[start:end]


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, start, end = _header(data, at)
        yield tag, data[start:end]
        at = end


def _whole_items(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        _, _, end = _header(data, at)
        yield data[at:end]
        at = end


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start and end of the content that begins at `at`."""
    if at + 2 > len(data):
        raise FormatError("bad-der", at=at)
    tag, length, start = data[at], data[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise FormatError("bad-der", at=at)
        length = int.from_bytes(data[start : start + count])
        start += count
    if start + length > len(data):
        raise FormatError("bad-der", at=at)
    return tag, start, start + length
