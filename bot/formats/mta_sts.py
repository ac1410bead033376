"""MTA-STS: the record (RFC 8461 section 3.1) and the policy (section 3.2), and MX against it."""

import re
from dataclasses import dataclass

from bot.formats.errors import FormatError

VERSION = "STSv1"
MODES = ("enforce", "testing", "none")
MAX_AGE_MAX = 31_557_600  # section 3.2: a year
POLICY_SIZE_MAX = 64 * 1024  # section 3.2 suggests this limit for readers

_FIELD = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,31})=(?P<value>[!-:<>-~]+)")
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_DELIMITER = re.compile(r"[ \t]*;[ \t]*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MX = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)*{_LABEL}")
_POLICY_FIELD = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class MtaStsRecord:
    """The TXT record at `_mta-sts`: its id changes whenever the policy does."""

    id: str
    extensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MtaStsPolicy:
    """The policy file. `mx` may be empty only where the mode is none."""

    mode: str
    max_age: int
    mx: tuple[str, ...]
    extensions: tuple[tuple[str, str], ...] = ()

    def allows(self, host: str) -> bool:
        """Whether an MX host is one of those that the policy names."""
        return any(matches_mx(pattern, host) for pattern in self.mx)


def is_mta_sts(text: str) -> bool:
    """Whether a TXT record counts at all (section 3.1); the others are discarded."""
    return text.startswith("v=STSv1;")


def parse_mta_sts_record(text: str) -> MtaStsRecord:
    """Read the record. Reasons: bad-version, bad-field, missing-id, bad-id."""
    version, *fields = _DELIMITER.split(text)
    if version != f"v={VERSION}":
        raise FormatError("bad-version", version)
    if fields and not fields[-1]:
        fields.pop()
    read: dict[str, str] = {}
    for field in fields:
        found = _FIELD.fullmatch(field)
        if not found:
            is_id = field.startswith("id=")
            raise FormatError("bad-id" if is_id else "bad-field", field, text.find(field))
        read.setdefault(found["name"], found["value"])
    if "id" not in read:
        raise FormatError("missing-id", text)
    if not _ID.fullmatch(read["id"]):
        raise FormatError("bad-id", read["id"], text.find("id="))
    extensions = ((name, value) for name, value in read.items() if name != "id")
    return MtaStsRecord(read["id"], tuple(extensions))


def parse_mta_sts_policy(text: str) -> MtaStsPolicy:
    """Read the policy file. Reasons of a FormatError:

    too-long, bad-line, blank-line, missing-version, bad-version, missing-mode, bad-mode,
    missing-max-age, bad-max-age, missing-mx, bad-mx. Of a field given twice the first counts; only
    mx may repeat.
    """
    if len(text) > POLICY_SIZE_MAX:
        raise FormatError("too-long", at=POLICY_SIZE_MAX)
    fields: dict[str, str] = {}
    mx: list[str] = []
    for name, value, at in _policy_fields(text):
        if name != "mx":
            fields.setdefault(name, value)
        elif _MX.fullmatch(value) and len(value) <= 255:
            mx.append(value.lower())
        else:
            raise FormatError("bad-mx", value, at)
    if _needed(fields, "version") != VERSION:
        raise FormatError("bad-version", fields["version"])
    mode = _needed(fields, "mode")
    if mode not in MODES:
        raise FormatError("bad-mode", mode)
    max_age = _needed(fields, "max_age")
    if not re.fullmatch("[0-9]{1,10}", max_age):
        raise FormatError("bad-max-age", max_age)
    if not mx and mode != "none":
        raise FormatError("missing-mx")
    extensions = ((name, value) for name, value in fields.items() if name not in _KNOWN)
    return MtaStsPolicy(mode, int(max_age), tuple(mx), tuple(extensions))


_KNOWN = frozenset({"version", "mode", "max_age"})


def matches_mx(pattern: str, host: str) -> bool:
    """Label by label (section 4.1): `*.` stands for exactly one label on the left."""
    wanted = pattern.lower().removesuffix(".").split(".")
    labels = host.lower().removesuffix(".").split(".")
    if wanted[0] == "*":
        return len(labels) > 1 and bool(labels[0]) and labels[1:] == wanted[1:]
    return labels == wanted


def _policy_fields(text: str) -> list[tuple[str, str, int]]:
    fields, at = [], 0
    lines = re.split(r"\r?\n", text)
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # the last line may be ended, too
    for line in lines:
        if not line.strip(" \t"):
            raise FormatError("blank-line", line, at)
        found = _POLICY_FIELD.fullmatch(line.rstrip(" \t"))
        if not found or re.search("[\x00-\x08\x0a-\x1f\x7f]", found["value"]):
            raise FormatError("bad-line", line, at)
        fields.append((found["name"], found["value"], at))
        at = text.find("\n", at) + 1
    return fields


def _needed(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise FormatError(f"missing-{name.replace('_', '-')}")
    return fields[name]
