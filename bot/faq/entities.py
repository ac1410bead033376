"""What can be told exactly: addresses, domains, codes, ports, and the names of the field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.faq.normalise import fold, words
from bot.knowledge.lexicon import Lexicon

EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})\b")
DOMAIN = re.compile(r"(?<![\w@.-])(?:https?://)?((?:[a-z0-9_-]{1,63}\.){1,8}[a-z]{2,24})(?![\w@.])")
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<![\w.:])([245]\d\d)(?![\w.:]?\d)")
HEX = re.compile(r"\b0x[0-9a-f]{6,8}\b")
PORT = re.compile(r"\bpor(?:t|ci)\w{0,4}\s*(?:nr|numer|no|number|:)?\s*(\d{2,5})\b|:(\d{2,5})\b")
KNOWN_PORTS = frozenset({25, 110, 143, 465, 587, 993, 995, 2525, 4190})
NUMBER = re.compile(r"(?<![\w.])(\d{2,4})(?![\w.])")

MOST_BEGUN = 4096  # words remembered with the forms that they may begin
Form = tuple[tuple[str, ...], str]  # its words, and what it stands for


@dataclass(frozen=True, slots=True)
class Entities:
    """What was found in a message, in its order."""

    emails: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()  # those of the addresses too
    reply_codes: tuple[str, ...] = ()  # "535"
    statuses: tuple[str, ...] = ()  # enhanced: "5.7.8"
    error_codes: tuple[str, ...] = ()  # Windows': "0x800ccc0e"
    ports: tuple[int, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)  # program: outlook


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


class Forms:
    """Ways to write something, found among words: exact, or with any ending (`wysyl*`).

    A form of several words matches them in a row.
    """

    def __init__(self, forms: Iterable[tuple[str, str]]) -> None:
        self._exact: dict[str, list[Form]] = {}
        self._stems: dict[str, list[Form]] = {}
        self._begun: dict[str, tuple[Form, ...]] = {}  # words seen before, and what they begin
        self.words: set[str] = set()
        self.stems: dict[str, set[str]] = {}
        for form, value in forms:
            parts = tuple(_patterns(form))
            if not parts:
                continue
            head = parts[0]
            index = self._stems if head.endswith("*") else self._exact
            index.setdefault(head.rstrip("*")[:2] if head.endswith("*") else head, []).append(
                (parts, value)
            )
            if len(parts) == 1:
                self.words.add(head.rstrip("*"))
                self.stems.setdefault(head.rstrip("*"), set()).add(value)

    def find(self, tokens: list[str]) -> Iterator[tuple[int, int, str]]:
        """(first word, number of words, value) for each match; matches may overlap."""
        for at, token in enumerate(tokens):
            for parts, value in self._begun_by(token):
                size = len(parts)
                if size == 1 or (
                    at + size <= len(tokens) and all(map(_fits, parts[1:], tokens[at + 1 :]))
                ):
                    yield at, size, value

    def _begun_by(self, token: str) -> tuple[Form, ...]:
        """The forms whose first word this may be."""
        if (begun := self._begun.get(token)) is None:
            if len(self._begun) >= MOST_BEGUN:
                self._begun.clear()
            some = (*self._exact.get(token, ()), *self._stems.get(token[:2], ()))
            begun = tuple(form for form in some if _fits(form[0][0], token))
            self._begun[token] = begun
        return begun


def _fits(part: str, token: str) -> bool:
    return token.startswith(part[:-1]) if part.endswith("*") else token == part


def _patterns(form: str) -> Iterator[str]:
    """The folded words of a form, each with its * kept."""
    for part in form.split():
        pieces = words(fold(part.rstrip("*")))
        if part.endswith("*") and pieces:
            pieces[-1] += "*"
        yield from pieces


class EntityFinder:
    """Finds entities by the names of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = Forms(
            (form, f"{name.slot}:{name.value}") for name in lexicon.names for form in name.forms
        )

    def find(self, text: str) -> Entities:
        """All entities of a message."""
        folded = fold(text)
        emails = [found[0] for found in EMAIL.finditer(folded)]
        domains = [found[1] for found in EMAIL.finditer(folded)]
        domains += [found[1] for found in DOMAIN.finditer(EMAIL.sub(" ", folded))]
        slots: dict[str, str] = {}
        for _, _, value in self._names.find(words(folded)):
            slot, _, name = value.partition(":")
            slots.setdefault(slot, name)
        statuses = _unique(ENHANCED.findall(folded))
        codes = _unique(HEX.findall(folded))
        replies = tuple(c for c in _unique(REPLY.findall(folded)) if int(c) not in KNOWN_PORTS)
        if error := (*replies, *statuses, *codes):
            slots["error"] = error[0]
        return Entities(
            emails=_unique(emails),
            domains=_unique(domains),
            reply_codes=replies,
            statuses=statuses,
            error_codes=codes,
            ports=_ports(folded),
            slots=slots,
        )

    def names(self, tokens: list[str]) -> Iterator[tuple[int, int, str]]:
        """The names among words, as (first word, number of words, "slot:value")."""
        return self._names.find(tokens)


def _ports(folded: str) -> tuple[int, ...]:
    named = [int(found[1] or found[2]) for found in PORT.finditer(folded)]
    plain = [int(found[1]) for found in NUMBER.finditer(folded) if int(found[1]) in KNOWN_PORTS]
    return tuple(dict.fromkeys(port for port in (*named, *plain) if 0 < port < 65_536))
