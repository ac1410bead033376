"""The letters of one SPF record judged: its grammar, its end, and what nobody reads."""

import contextlib
import re
from collections.abc import Iterator
from itertools import pairwise

from bot.formats.spf import Mechanism, MechanismKind, Modifier, Qualifier, SpfRecord
from bot.model.finding import Finding, Kind, Severity
from bot.network.clean import clean
from bot.probes.probe import join

# What and where: each fault that the grammar knows is a kind of its own.
SYNTAX = {
    reason: Kind(
        f"spf.syntax-{reason}", Severity.ERROR, frozenset({"part", "at"}), f"RFC 7208 section {at}"
    )
    for reason, at in (
        ("bad-character", "4.6"),
        ("unknown-mechanism", "4.6.1"),
        ("missing-argument", "12"),
        ("unexpected-argument", "12"),
        ("bad-domain", "7.1"),
        ("bad-macro", "7.1"),
        ("bad-ip4", "5.6"),
        ("bad-ip6", "5.6"),
        ("bad-prefix-length", "5.6"),
        ("repeated-modifier", "6"),
    )
}
EVERYBODY = Kind(
    "spf.everybody", Severity.ERROR, frozenset({"part", "proposal"}), "RFC 7208 section 5.1"
)
NEUTRAL = Kind("spf.neutral", Severity.WARNING, frozenset({"proposal"}), "RFC 7208 section 8.2")
NO_END = Kind("spf.no-end", Severity.WARNING, frozenset({"proposal"}), "RFC 7208 section 4.7")
NOBODY = Kind("spf.nobody", Severity.OK, reference="RFC 7208 section 10.1.2")
SOUND = Kind("spf.sound", Severity.OK, frozenset({"record"}), "RFC 7208")
AFTER_ALL = Kind(
    "spf.after-all", Severity.WARNING, frozenset({"terms", "proposal"}), "RFC 7208 section 5.1"
)
REDIRECT_IGNORED = Kind(
    "spf.redirect-ignored",
    Severity.WARNING,
    frozenset({"name", "part", "proposal"}),
    "RFC 7208 section 6.1",
)
GLUED = Kind("spf.glued", Severity.ERROR, frozenset({"part", "proposal"}), "RFC 7208 section 3.3")
LONG = Kind("spf.long", Severity.WARNING, frozenset({"count"}), "RFC 7208 section 3.4")
KINDS = (
    *SYNTAX.values(),
    EVERYBODY,
    NEUTRAL,
    NO_END,
    NOBODY,
    SOUND,
    AFTER_ALL,
    REDIRECT_IGNORED,
    GLUED,
    LONG,
)

LONGEST_SHOWN = 500
_LARGEST = 512  # octets of a DNS answer over plain UDP
# What a term begins with: two that meet without a blank were meant to be two.
_TERM_START = re.compile(
    r"[-+~?]?(?:(?:include|ip4|ip6|exists|a|mx|ptr):|(?:redirect|exp)=|all\Z)", re.I
)
_LONGEST_PROPOSAL = 2000


def as_typed(text: str, at: int) -> str:
    """The character at a place of the bytes, as whoever wrote it sees it; by number where nobody
    could see it.
    """
    found = text[at]
    for length in (2, 3, 4):
        with contextlib.suppress(UnicodeError):
            read = text[at : at + length].encode("latin-1").decode()
            found = read if len(read) == 1 else found
    return found if found.isprintable() and not found.isspace() else f"U+{ord(found):04X}"


def find_glued(strings: tuple[str, ...]) -> str | None:
    """Where two strings meet in the middle of a term: they are joined without a blank."""
    for first, second in pairwise(strings):
        # After a sign or a colon the cut goes through one term, which is harmless.
        is_cut = first[-1:] not in ("", *" :=-+~?")
        if is_cut and _TERM_START.match(second.partition(" ")[0]):
            return first.rpartition(" ")[2] + second.partition(" ")[0]
    return None


def with_blanks(strings: tuple[str, ...]) -> str:
    """The strings joined as they were meant to be."""
    text = strings[0]
    for second in strings[1:]:
        is_term = text[-1:] not in tuple(":=-+~?") and _TERM_START.match(second.partition(" ")[0])
        text += (" " if is_term else "") + second
    return clean(re.sub(" +", " ", text), 2000)


def judge_terms(subject: str, text: str, record: SpfRecord) -> Iterator[Finding]:
    """How the record ends, what stands behind its end, and how long it is."""
    yield from _end(subject, text, record)
    if record.all is not None:
        yield from _behind(subject, record, record.all)
    if len(text) > _LARGEST:
        yield LONG(subject, count=len(text))


def _behind(subject: str, record: SpfRecord, end: Mechanism) -> Iterator[Finding]:
    """What nobody reads because `all` has decided before."""
    late = [term for term in record.mechanisms if term.at > end.at and not _is_all(term)]
    if late:
        terms = join(clean(term.text, 100) for term in late)
        yield AFTER_ALL(subject, terms=terms, proposal=_in_order(record, end))
    redirect = next((term for term in record.modifiers if term.name == "redirect"), None)
    if redirect is not None:
        yield REDIRECT_IGNORED(
            subject,
            name=clean(redirect.value.text, 100),
            part=end.text,
            proposal=_in_order(record, end, without=redirect),
        )


def _end(subject: str, text: str, record: SpfRecord) -> Iterator[Finding]:
    end = record.all
    if end is None:
        if record.redirect is None:
            yield NO_END(subject, proposal=proposed(f"{text.rstrip()} ~all"))
        else:
            yield SOUND(subject, record=clean(text, LONGEST_SHOWN))
        return
    match end.qualifier or Qualifier.PASS:
        case Qualifier.PASS:
            yield EVERYBODY(subject, part=clean(end.text, 20), proposal=_in_order(record, end))
        case Qualifier.NEUTRAL:
            yield NEUTRAL(subject, proposal=_in_order(record, end))
        case _ if record.mechanisms == (end,) and end.qualifier is Qualifier.FAIL:
            yield NOBODY(subject)
        case _:
            yield SOUND(subject, record=clean(text, LONGEST_SHOWN))


def _in_order(record: SpfRecord, end: Mechanism, without: Modifier | None = None) -> str:
    """All that the record names, and one end behind it that lets in nobody else.

    Records that were put together by hand often end twice.
    """
    senders = [term.text for term in record.mechanisms if not _is_all(term)]
    modifiers = [term.text for term in record.modifiers if term is not without]
    is_closed = end.qualifier in (Qualifier.FAIL, Qualifier.SOFTFAIL)
    last = end.text if is_closed else "~all"
    return proposed(" ".join(("v=spf1", *senders, *modifiers, last)))


def _is_all(mechanism: Mechanism) -> bool:
    return mechanism.kind is MechanismKind.ALL


def proposed(record: str) -> str:
    """A record as a proposal shows it."""
    return clean(record, _LONGEST_PROPOSAL)
