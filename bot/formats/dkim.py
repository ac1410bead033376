"""DKIM key records (RFC 6376 section 3.6.1, RFC 8301, RFC 8463)."""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass

from bot.formats.der import rsa_bits
from bot.formats.errors import FormatError
from bot.formats.tag_list import parse_tag_list

VERSION = "DKIM1"
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?")  # hyphenated-word


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One key record. An absent tag is None; section 3.6.1 says what then holds."""

    version: str | None  # v=
    key_type: str | None  # k=, "rsa" and "ed25519" are known
    key: bytes  # p=, decoded; empty for a revoked key
    bits: int | None  # of an RSA modulus or an Ed25519 key; None: revoked, or of unknown type
    hashes: tuple[str, ...] | None  # h=
    services: tuple[str, ...] | None  # s=
    flags: tuple[str, ...] | None  # t=
    notes: str | None  # n=
    others: tuple[tuple[str, str], ...] = ()  # tags that mean nothing here, and are ignored

    @property
    def is_revoked(self) -> bool:
        """An empty p= says that the key is withdrawn."""
        return not self.key

    @property
    def is_for_mail(self) -> bool:
        """Whether s= lets the key sign mail."""
        return self.services is None or bool({"*", "email"} & set(self.services))

    @property
    def is_testing(self) -> bool:
        """t=y: receivers must treat signed mail as though it were not signed."""
        return "y" in (self.flags or ())

    @property
    def is_strict(self) -> bool:
        """t=s: the user's domain in i= must be d= itself, not below it."""
        return "s" in (self.flags or ())

    @property
    def takes_sha256(self) -> bool:
        """Whether h= allows the one hash that is still in use (RFC 8301 section 3.1)."""
        return self.hashes is None or "sha256" in self.hashes


def is_dkim_key(text: str) -> bool:
    """Whether a TXT record is meant as a DKIM key: by its version, or else by a p= tag.

    Other records come up under `_domainkey` where a wildcard answers for every name.
    """
    if version := re.match(r"\s*v\s*=\s*([A-Za-z]*)", text):
        return version[1].upper() == "DKIM"
    return bool(re.search(r"(^|;)\s*p\s*=", text))


def parse_dkim_key(text: str) -> DkimKey:
    """Read a key record. Reasons of a FormatError:

    those of tag lists, and bad-version, missing-key, bad-word (in k, h, s or t), bad-base64,
    bad-rsa-key, bad-ed25519-key.
    """
    tags = parse_tag_list(text)
    version = tags.get("v")
    if version is not None and (version != VERSION or next(iter(tags)) != "v"):
        raise FormatError("bad-version", version)
    if "p" not in tags:
        raise FormatError("missing-key")
    key_type = tags.get("k")
    if key_type is not None and not _WORD.fullmatch(key_type):
        raise FormatError("bad-word", key_type)
    key = _decode(tags["p"])
    return DkimKey(
        version,
        key_type,
        key,
        _bits(key, key_type or "rsa"),
        _words(tags.get("h")),
        _words(tags.get("s")),
        _words(tags.get("t")),
        tags.get("n"),
        tuple((name, value) for name, value in tags.items() if name not in _KNOWN),
    )


_KNOWN = frozenset("vkphstn")


def _decode(value: str) -> bytes:
    packed = re.sub(r"[ \t\r\n]", "", value)
    try:
        return b64decode(packed, validate=True)
    except binascii.Error as error:
        raise FormatError("bad-base64", value) from error


def _bits(key: bytes, key_type: str) -> int | None:
    if not key:
        return None
    if key_type == "ed25519":
        if len(key) != 32:  # the key alone, without any wrapping (RFC 8463 section 4.2)
            raise FormatError("bad-ed25519-key", str(len(key)))
        return 256
    if key_type != "rsa":
        return None
    try:
        return rsa_bits(key)
    except FormatError as error:
        raise FormatError("bad-rsa-key", error.reason) from error


def _words(value: str | None) -> tuple[str, ...] | None:
    """A list with colons; `*` is a word of s= only, but harmless elsewhere: nobody knows it."""
    if value is None:
        return None
    words = tuple(word.strip(" \t\r\n") for word in value.split(":"))
    for word in words:
        if word != "*" and not _WORD.fullmatch(word):
            raise FormatError("bad-word", word)
    return words
