"""The words of the field: concepts, names, vague questions, what lies outside, how to choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.spoken import NO_TEXT, Paragraphs, Texts, spoken, spoken_lists
from bot.knowledge.topic import LANGUAGES, SLOTS, check_paragraphs, check_texts

CHOOSING = frozenset({"first", "second", "third", "last", "none", "filler"})


@dataclass(frozen=True, slots=True)
class Name:
    """A program, provider, device or protocol, and how people write it."""

    slot: str
    value: str
    shown: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vague:
    """Words that could mean anything, and the question to ask back."""

    id: str
    asked: Paragraphs
    question: Texts
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """Something the bot does not answer: how people ask for it, and where they are helped."""

    id: str
    asked: Paragraphs
    reply: Texts


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of knowledge/lexicon/. A form may end in * for any ending."""

    concepts: Mapping[str, Paragraphs] = field(default_factory=dict)
    names: tuple[Name, ...] = ()
    vague: tuple[Vague, ...] = ()
    outside: tuple[Outside, ...] = ()
    choosing: Mapping[str, Paragraphs] = field(default_factory=dict)
    common: Paragraphs = field(default_factory=dict)
    noise: Paragraphs = field(default_factory=dict)
    ask: Texts = field(default_factory=lambda: spoken(NO_TEXT))


def _check_concepts(value: Located, checker: Checker) -> None:
    for concept, forms in checker.mapping(value, "the file").items():
        check_paragraphs(forms, concept, checker)


def _check_names(value: Located, checker: Checker) -> None:
    for slot, names in checker.keys(value, "the file", optional=set(SLOTS)).items():
        for name, entry in checker.mapping(names, slot).items():
            fields = checker.keys(entry, name, {"name", "forms"})
            if "name" in fields:
                checker.text(fields["name"], f"{name}.name")
            if "forms" in fields:
                list(checker.texts(fields["forms"], f"{name}.forms"))


def _check_vague(value: Located, checker: Checker) -> None:
    for name, entry in checker.mapping(value, "the file").items():
        fields = checker.keys(entry, name, {"asked", "question", "options"})
        if "asked" in fields:
            check_paragraphs(fields["asked"], f"{name}.asked", checker)
        if "question" in fields:
            check_texts(fields["question"], f"{name}.question", checker)
        if "options" in fields:
            list(checker.texts(fields["options"], f"{name}.options"))


def _check_outside(value: Located, checker: Checker) -> None:
    for name, entry in checker.mapping(value, "the file").items():
        fields = checker.keys(entry, name, {"asked"}, {"reply"})
        if "asked" in fields:
            check_paragraphs(fields["asked"], f"{name}.asked", checker)
        if "reply" in fields:
            check_texts(fields["reply"], f"{name}.reply", checker)


def _check_choosing(value: Located, checker: Checker) -> None:
    for name, forms in checker.keys(value, "the file", CHOOSING).items():
        check_paragraphs(forms, name, checker)


def _check_common(value: Located, checker: Checker) -> None:
    for language, words in checker.keys(value, "the file", LANGUAGES).items():
        list(checker.texts(words, language))


CHECKS: Mapping[str, Callable[[Located, Checker], None]] = {
    "concepts": _check_concepts,
    "names": _check_names,
    "vague": _check_vague,
    "outside": _check_outside,
    "choosing": _check_choosing,
    "common": _check_common,
    "noise": lambda value, checker: check_paragraphs(value, "the file", checker),
    "ask": lambda value, checker: check_texts(value, "the file", checker),
}


def check_lexicon(name: str, value: Located, checker: Checker) -> None:
    """Note the faults of one file of the lexicon."""
    if name in CHECKS:
        CHECKS[name](value, checker)
    else:
        checker.fault(0, f"“{name}” is no file of the lexicon", f"use one of: {', '.join(CHECKS)}")


def build_lexicon(files: Mapping[str, Any]) -> Lexicon:
    """The lexicon of sound files; a file that is not there is empty."""
    empty: Mapping[str, Any] = {}
    return Lexicon(
        concepts=_by_name(files.get("concepts", empty)),
        names=tuple(
            Name(slot, value, entry["name"], tuple(entry["forms"]))
            for slot, names in files.get("names", empty).items()
            for value, entry in names.items()
        ),
        vague=tuple(
            Vague(name, _each(entry["asked"]), spoken(entry["question"]), tuple(entry["options"]))
            for name, entry in files.get("vague", empty).items()
        ),
        outside=tuple(
            Outside(name, _each(entry["asked"]), spoken(entry.get("reply", NO_TEXT)))
            for name, entry in files.get("outside", empty).items()
        ),
        choosing=_by_name(files.get("choosing", empty)),
        common=_each(files.get("common", empty)),
        noise=_each(files.get("noise", empty)),
        ask=spoken(files.get("ask", NO_TEXT)),
    )


def _by_name(plain: Mapping[str, Any]) -> Mapping[str, Paragraphs]:
    return {name: _each(forms) for name, forms in plain.items()}


def _each(plain: Mapping[str, Any]) -> Paragraphs:
    """What people say in each language that has any of it."""
    return dict(spoken_lists(plain))
