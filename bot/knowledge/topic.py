"""A topic: how people ask, what to answer, what it is not; and the shape of its file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.spoken import NOTHING, Paragraphs, Texts, spoken, spoken_lists
from bot.model.language import WRITTEN

AREAS = (
    "password-rejected",
    "imap-or-pop3",
    "cannot-receive",
    "connection-fails",
    "domain-dns",
    "missing-mail",
    "cannot-send",
    "certificate",
    "oauth-app-password",
    "bounces",
    "add-account",
    "server-settings",
    "forwarding-filters",
    "backup-migration",
    "attachments-quota",
    "special-folders",
    "identities",
    "lands-in-spam",
    "hacked-spoofed",
    "phone",
    "spam-incoming",
    "encryption",
    "slow-sync",
    "blocklist",
    "sending-limit",
    "duplicates",
    "message-display",
    "shared-mailbox",
    "hosted-mailbox",
    "account-blocked",
    "autoconfiguration",
    "delete-account",
    "protocols",
    "delays",
    "headers",
)
SLOTS = ("program", "device", "provider", "protocol", "error")
# What may be said under an answer from what is known of the person's provider.
EVIDENCE = (
    *("incoming", "outgoing", "offers-imap", "username", "login", "switch-on"),
    *("message-size", "mailbox-size", "sending-limit"),
)
LABEL_LENGTH = 40
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID_LENGTH = 48  # "t:" and a page fit beside it in the 64 bytes of a button
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Variant:
    """What else to say to a person whose slots are these."""

    when: Mapping[str, str]
    text: Paragraphs

    def fits(self, slots: Mapping[str, str]) -> bool:
        """Whether all that it asks for is known and so."""
        return all(slots.get(slot) == value for slot, value in self.when.items())


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A topic that this one is mistaken for, and the question that tells them apart."""

    topic: str
    question: Texts


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts come from, and when they were read there."""

    name: str
    url: str = ""
    read: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Topic:
    """One help-desk topic. Paragraphs hold plain text and `code` in backticks."""

    id: str
    area: str
    title: Texts
    label: Texts
    asked: Paragraphs  # of the languages that have any
    answer: Paragraphs
    more: Paragraphs
    variants: tuple[Variant, ...]
    unlike: tuple[Neighbour, ...]
    follow: tuple[str, ...]
    check: tuple[str, ...]
    sources: tuple[Source, ...]
    reviewed: str
    evidence: tuple[str, ...] = ()  # of EVIDENCE: what the provider's file can make concrete

    def question_unlike(self, other: str) -> Texts | None:
        """The question that tells this topic from `other`; None where the writer gave none."""
        for neighbour in self.unlike:
            if neighbour.topic == other:
                return neighbour.question
        return None

    def variant(self, slots: Mapping[str, str]) -> Variant | None:
        """The variant that fits what was named last (the slots' order), and asks for most of it."""
        fitting = [variant for variant in self.variants if variant.fits(slots)]
        order = {slot: at for at, slot in enumerate(slots)}

        def newest(variant: Variant) -> tuple[int, int]:
            return max((order[slot] for slot in variant.when), default=-1), len(variant.when)

        return max(fitting, key=newest, default=None)


REQUIRED = frozenset({"area", "title", "label", "asked", "answer", "sources", "reviewed"})
OPTIONAL = frozenset({"more", "variants", "unlike", "follow", "check", "evidence"})
LANGUAGES = frozenset(map(str, WRITTEN))


def check_topic(topic_id: str, value: Located, checker: Checker) -> None:
    """Note every fault of shape in one topic's file."""
    if not ID.fullmatch(topic_id) or len(topic_id) > ID_LENGTH:
        cure = f"use small letters, digits and single hyphens, at most {ID_LENGTH}"
        checker.fault(0, f"“{topic_id}” cannot be a topic's name", f"rename the file: {cure}")
    fields = checker.keys(value, "the topic", REQUIRED, OPTIONAL)
    if area := fields.get("area"):
        name = checker.text(area, "area")
        if name and name not in AREAS:
            checker.fault(area.line, f"unknown area “{name}”", f"use one of: {', '.join(AREAS)}")
    for key in ("title", "label"):
        if key in fields:
            check_texts(fields[key], key, checker)
    for key in ("asked", "answer", "more"):
        if key in fields:
            check_paragraphs(fields[key], key, checker)
    _check_label(fields.get("label"), checker)
    for key in ("follow", "check"):
        if key in fields:
            list(checker.texts(fields[key], key))
    _check_evidence(fields.get("evidence"), checker)
    _check_variants(fields.get("variants"), checker)
    _check_neighbours(fields.get("unlike"), checker)
    _check_sources(fields.get("sources"), checker)
    if reviewed := fields.get("reviewed"):
        _check_date(reviewed, "reviewed", checker)


def check_texts(value: Located, name: str, checker: Checker) -> None:
    """One text for each language that all files are written in."""
    for language, text in checker.keys(value, name, LANGUAGES).items():
        checker.text(text, f"{name}.{language}")


def check_paragraphs(value: Located, name: str, checker: Checker) -> None:
    """A list of texts for each language that all files are written in."""
    for language, entries in checker.keys(value, name, LANGUAGES).items():
        if not list(checker.texts(entries, f"{name}.{language}")) and entries.data == []:
            checker.fault(entries.line, f"{name}.{language} is empty", "write at least one entry")


def _entries(value: Located | None, name: str, checker: Checker) -> list[Located]:
    if value is None:
        return []
    if isinstance(value.data, list):
        return value.data
    checker.fault(value.line, f"{name} is not a list", "begin each of its lines with `- `")
    return []


def _check_label(label: Located | None, checker: Checker) -> None:
    if label is None or not isinstance(label.data, dict):
        return
    for language, text in label.data.items():
        if isinstance(text.data, str) and len(text.data) > LABEL_LENGTH:
            what = f"label.{language} has {len(text.data)} characters"
            checker.fault(text.line, what, f"a button holds {LABEL_LENGTH}: say it shorter")


def _check_variants(variants: Located | None, checker: Checker) -> None:
    for entry in _entries(variants, "variants", checker):
        fields = checker.keys(entry, "a variant", LANGUAGES | {"when"})
        if when := fields.get("when"):
            for slot, value in checker.keys(when, "when", optional=set(SLOTS)).items():
                checker.text(value, slot)
            if when.data == {}:
                checker.fault(when.line, "when is empty", "name a slot, as `program: outlook`")
        for language in LANGUAGES & fields.keys():
            list(checker.texts(fields[language], f"the variant's {language}"))


def _check_evidence(evidence: Located | None, checker: Checker) -> None:
    for entry in _entries(evidence, "evidence", checker):
        kind = checker.text(entry, "an entry of evidence")
        if kind and kind not in EVIDENCE:
            cure = f"use one of: {', '.join(EVIDENCE)}"
            checker.fault(entry.line, f"no evidence is called “{kind}”", cure)


def _check_neighbours(unlike: Located | None, checker: Checker) -> None:
    for entry in _entries(unlike, "unlike", checker):
        for key, text in checker.keys(entry, "an entry of unlike", LANGUAGES | {"topic"}).items():
            checker.text(text, f"unlike {key}")


def _check_sources(sources: Located | None, checker: Checker) -> None:
    for entry in _entries(sources, "sources", checker):
        fields = checker.keys(entry, "a source", {"name"}, {"url", "read"})
        for key in fields.keys() & {"name", "url"}:
            checker.text(fields[key], f"a source's {key}")
        url = fields.get("url")
        if url and isinstance(url.data, str) and not url.data.startswith("https://"):
            checker.fault(url.line, "the url is not https", "give an https:// address, or none")
        if read := fields.get("read"):
            _check_date(read, "read", checker)


def _check_date(value: Located, name: str, checker: Checker) -> None:
    text = checker.text(value, name)
    if text and not DATE.fullmatch(text):
        checker.fault(value.line, f"{name} is not a date", "write it as 2026-11-23")


def build_topic(topic_id: str, plain: Mapping[str, Any]) -> Topic:
    """The topic of a file that `check_topic` found sound."""
    return Topic(
        id=topic_id,
        area=plain["area"],
        title=spoken(plain["title"]),
        label=spoken(plain["label"]),
        asked=dict(spoken_lists(plain["asked"])),
        answer=spoken_lists(plain["answer"]),
        more=spoken_lists(plain.get("more", NOTHING)),
        variants=tuple(
            Variant(entry["when"], spoken_lists(entry)) for entry in plain.get("variants", ())
        ),
        unlike=tuple(Neighbour(entry["topic"], spoken(entry)) for entry in plain.get("unlike", ())),
        follow=tuple(plain.get("follow", ())),
        check=tuple(plain.get("check", ())),
        sources=tuple(Source(**entry) for entry in plain["sources"]),
        reviewed=plain["reviewed"],
        evidence=tuple(plain.get("evidence", ())),
    )
