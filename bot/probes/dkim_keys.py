"""One domain's DKIM keys judged, each by its own letters (RFC 6376, 8301, 8463)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formats.dkim import DkimKey, is_dkim_key, parse_dkim_key
from bot.formats.errors import FormatError
from bot.formats.target import KEYS
from bot.model.finding import Finding, Kind, Severity
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.probes.probe import join

SOUND = Kind("dkim.sound", Severity.OK, frozenset({"key"}), "RFC 6376 section 3.6.1")
WEAK = Kind("dkim.weak", Severity.ERROR, frozenset({"bits"}), "RFC 8301 section 3.2")
SHORT = Kind("dkim.short", Severity.WARNING, frozenset({"bits"}), "RFC 8301 section 3.2")
ONLY_ED25519 = Kind("dkim.only-ed25519", Severity.NOTICE, reference="RFC 8463 section 6")
REVOKED = Kind("dkim.revoked", Severity.NOTICE, reference="RFC 6376 section 3.6.1")
TESTING = Kind("dkim.testing", Severity.WARNING, reference="RFC 6376 section 3.6.1")
STRICT = Kind("dkim.strict", Severity.NOTICE, reference="RFC 6376 section 3.6.1")
BAD_BASE64 = Kind("dkim.bad-base64", Severity.ERROR, reference="RFC 6376 section 3.6.1")
BAD_KEY = Kind("dkim.bad-key", Severity.ERROR, reference="RFC 6376 section 3.6.1")
BAD_RECORD = Kind(
    "dkim.bad-record", Severity.ERROR, frozenset({"record"}), "RFC 6376 section 3.6.1"
)
NO_SHA256 = Kind("dkim.no-sha256", Severity.ERROR, frozenset({"hashes"}), "RFC 8301 section 3.1")
NOT_FOR_MAIL = Kind(
    "dkim.not-for-mail", Severity.WARNING, frozenset({"services"}), "RFC 6376 section 3.6.1"
)
UNKNOWN_TYPE = Kind(
    "dkim.unknown-type", Severity.WARNING, frozenset({"type"}), "RFC 6376 section 3.6.1"
)
SEVERAL = Kind("dkim.several", Severity.WARNING, frozenset({"count"}), "RFC 6376 section 3.6.2.2")
KINDS = (
    SOUND,
    WEAK,
    SHORT,
    ONLY_ED25519,
    REVOKED,
    TESTING,
    STRICT,
    BAD_BASE64,
    BAD_KEY,
    BAD_RECORD,
    NO_SHA256,
    NOT_FOR_MAIL,
    UNKNOWN_TYPE,
    SEVERAL,
)

LONGEST_SHOWN = 200
_LEAST_BITS = 1024
_ADVISED_BITS = 2048
_FAULTS = {"bad-base64": BAD_BASE64, "bad-rsa-key": BAD_KEY, "bad-ed25519-key": BAD_KEY}


@dataclass(frozen=True, slots=True)
class Slot:
    """What DNS holds where the key of one selector would be."""

    selector: str
    texts: tuple[str, ...] = ()
    target: str = ""  # where an alias leads
    error: NetworkError | None = None


def judge_keys(domain: str, slots: Sequence[Slot]) -> Iterator[Finding]:
    """What receivers make of the keys in these slots."""
    types: set[str] = set()
    for slot in slots:
        name = f"{slot.selector}.{KEYS}.{domain}"
        keys = [text for text in slot.texts if is_dkim_key(text)]
        if len(keys) > 1:
            yield SEVERAL(name, count=len(keys))
            continue
        try:
            key = parse_dkim_key(keys[0])
        except FormatError as error:
            yield _fault(name, keys[0], error)
            continue
        found = list(_key(name, key))
        yield from found
        if not key.is_revoked:
            types.add(key.key_type or "rsa")
    if types == {"ed25519"}:
        yield ONLY_ED25519(domain)


def _fault(name: str, text: str, error: FormatError) -> Finding:
    if kind := _FAULTS.get(error.reason):
        return kind(name)
    return BAD_RECORD(name, record=clean(text, LONGEST_SHOWN) or "–")


def _key(name: str, key: DkimKey) -> Iterator[Finding]:
    if key.is_revoked:
        yield REVOKED(name)
        return
    if key.bits is None:
        yield UNKNOWN_TYPE(name, type=clean(key.key_type or "–", 50))
        return
    found = list(_weak_points(name, key))
    if not any(finding.severity >= Severity.WARNING for finding in found):
        yield SOUND(name, key=_described(key))
    yield from found


def _described(key: DkimKey) -> str:
    return "Ed25519" if key.key_type == "ed25519" else f"RSA {key.bits}"


def _weak_points(name: str, key: DkimKey) -> Iterator[Finding]:
    if key.bits is not None and key.key_type != "ed25519":
        if key.bits < _LEAST_BITS:
            yield WEAK(name, bits=key.bits)
        elif key.bits < _ADVISED_BITS:
            yield SHORT(name, bits=key.bits)
    if not key.takes_sha256:
        yield NO_SHA256(name, hashes=clean(join(key.hashes or ()), 50))
    if not key.is_for_mail:
        yield NOT_FOR_MAIL(name, services=clean(join(key.services or ()), 50))
    if key.is_testing:
        yield TESTING(name)
    if key.is_strict:
        yield STRICT(name)
