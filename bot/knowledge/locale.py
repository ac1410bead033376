"""How a language writes: its name, plural forms, numbers and dates; and the shape of its file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.plural import CATEGORIES, OTHER, Plural, RuleError, parse_rule
from bot.model.language import FALLBACK, TAG, WRITTEN, Language

MONTHS = 12
GROUP_SIZE = 3  # digits
PATTERNS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"day", "dd", "month", "mm", "year"}),
    "short": frozenset({"day", "dd", "month", "mon", "mm"}),
    "time": frozenset({"hour", "hh", "minute"}),
    "both": frozenset({"date", "time"}),
}
PLACE = re.compile(r"\{([^{}]*)\}")
SPACE = "space"  # between groups of digits; a file cannot hold it, as it strips its texts
NO_BREAK = "\N{NO-BREAK SPACE}"
LONGEST = 40  # characters of what stands on a button, or between digits


@dataclass(frozen=True)
class Locale:
    """One language. `letters` are those beside a to z."""

    language: Language
    name: str  # in itself
    called: frozenset[str]  # as people may name it
    switch: str  # on a button that changes to it
    rules: Mapping[str, str]  # of plural forms
    spare: Mapping[str, str]  # forms that a text need not have, and what stands in
    decimal: str
    group: str
    group_from: int  # digits from which on they are set in groups
    months: tuple[str, ...]
    patterns: Mapping[str, str]
    letters: frozenset[str]
    words: tuple[str, ...] = ()  # small ones that tell it from others

    @cached_property
    def plural(self) -> Plural:
        """The rules, taken apart when a number is first written with a word."""
        return _plural(self.rules)

    @cached_property
    def form_counts(self) -> frozenset[int]:
        """How many forms a text may give."""
        every = len(self.plural.categories)
        return frozenset({every, every - len(self.spare)})

    def form(self, written: str, count: int) -> int:
        """Which of so many forms goes with a number as people see it, but for its marks."""
        categories = self.plural.categories
        name = self.plural.category(written)
        if count < len(categories):
            categories = tuple(each for each in categories if each not in self.spare)
            name = self.spare.get(name, name)
        return categories.index(name)


def _plural(rules: Mapping[str, str]) -> Plural:
    return Plural((*((name, parse_rule(text)) for name, text in rules.items()), (OTHER, ())))


class Languages(Mapping[Language, Locale]):
    """The languages that the bot speaks; those that every file is written in come first."""

    def __init__(self, locales: Mapping[Language, Locale]) -> None:
        order = [*(tag for tag in WRITTEN if tag in locales), *sorted(locales.keys() - {*WRITTEN})]
        self._locales = {language: locales[language] for language in order}

    def __getitem__(self, language: Language) -> Locale:
        return self._locales[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._locales)

    def __len__(self) -> int:
        return len(self._locales)

    def nearest(self, wanted: Language | None) -> Language | None:
        """The language itself, else the one that it is a kind of ("pt" for "pt-br"), if spoken."""
        if wanted is None or wanted in self._locales:
            return wanted
        general = Language(wanted.partition("-")[0])
        return general if general in self._locales else None

    def locale(self, language: Language) -> Locale:
        """How to write; a language that is not spoken any more is written as English."""
        return self._locales[self.nearest(language) or FALLBACK]

    def after(self, language: Language) -> Language:
        """The next one: what a switch changes to."""
        order = list(self._locales)
        at = order.index(language) + 1 if language in self._locales else 0
        return order[at % len(order)]

    def called(self, name: str) -> Language | None:
        """The language that somebody names so, in small letters."""
        for language, locale in self._locales.items():
            if name in locale.called:
                return language
        return None


REQUIRED = frozenset({"name", "called", "switch", "plural", "numbers", "dates"})
OPTIONAL = frozenset({"spare", "letters", "words"})


def check_locale(tag: str, value: Located, checker: Checker) -> None:
    """Note every fault of shape in the file of one language."""
    if not TAG.fullmatch(tag):
        cure = "name the folder as `de` or `pt-br`"
        checker.fault(0, f"“{tag}” is no tag of a language", cure)
    fields = checker.keys(value, "the language", REQUIRED, OPTIONAL)
    for key in fields.keys() & {"name", "switch", "letters"}:
        _check_short(fields[key], key, checker)
    for key in fields.keys() & {"called", "words"}:
        list(checker.texts(fields[key], key))
    names = _check_plural(fields.get("plural"), checker)
    if "spare" in fields:
        optional = names | {OTHER}
        for name, text in checker.keys(fields["spare"], "spare", optional=optional).items():
            if checker.text(text, name) not in optional - {name}:
                cure = f"use one of: {', '.join(sorted(optional - {name}))}"
                checker.fault(text.line, f"nothing can stand in for {name} so", cure)
    _check_numbers(fields.get("numbers"), checker)
    _check_dates(fields.get("dates"), checker)


def _check_short(value: Located, name: str, checker: Checker) -> None:
    if len(checker.text(value, name)) > LONGEST and name != "letters":
        checker.fault(value.line, f"{name} is too long", f"keep it under {LONGEST} characters")


def _check_plural(value: Located | None, checker: Checker) -> set[str]:
    if value is None:
        return set()
    known = set(CATEGORIES) - {OTHER}
    rules = checker.keys(value, "plural", optional=known)
    for name, rule in rules.items():
        try:
            parse_rule(checker.text(rule, name) or "n = 0")
        except RuleError as error:
            checker.fault(rule.line, f"{name}: {error}", "write it as CLDR does")
    return rules.keys() & known


def _check_numbers(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    fields = checker.keys(value, "numbers", {"decimal", "group", "group_from"})
    for key in fields.keys() & {"decimal", "group"}:
        sign = checker.text(fields[key], key)
        if len(sign) > 1 and (key, sign) != ("group", SPACE):
            checker.fault(fields[key].line, f"{key} is not one sign", 'write it as ","')
    if "group_from" in fields:
        text = checker.text(fields["group_from"], "group_from")
        if not (text.isascii() and text.isdecimal() and GROUP_SIZE < int(text) < LONGEST):
            checker.fault(fields["group_from"].line, "group_from is no number", "write it as 4")


def _check_dates(value: Located | None, checker: Checker) -> None:
    if value is None:
        return
    fields = checker.keys(value, "dates", {"months", *PATTERNS})
    if "months" in fields:
        count = len(list(checker.texts(fields["months"], "months")))
        if count != MONTHS:
            what = f"there are {count} months"
            checker.fault(fields["months"].line, what, f"write all {MONTHS}, as in a date")
    for key in fields.keys() & PATTERNS.keys():
        for place in PLACE.findall(checker.text(fields[key], key)):
            if place not in PATTERNS[key]:
                cure = f"use one of: {', '.join(sorted(PATTERNS[key]))}"
                checker.fault(fields[key].line, f"nothing fills {{{place}}}", cure)


def build_languages(files: Mapping[str, Any]) -> Languages:
    """The languages of sound files, by their tags."""
    return Languages({Language(tag): _build(Language(tag), plain) for tag, plain in files.items()})


def _build(language: Language, plain: Mapping[str, Any]) -> Locale:
    numbers, dates = plain["numbers"], plain["dates"]
    return Locale(
        language=language,
        name=plain["name"],
        called=frozenset(name.lower() for name in (language, *plain["called"])),
        switch=plain["switch"],
        rules=plain["plural"],
        spare=plain.get("spare", {}),
        decimal=numbers["decimal"],
        group=NO_BREAK if numbers["group"] == SPACE else numbers["group"],
        group_from=int(numbers["group_from"]),
        months=tuple(dates["months"]),
        patterns={name: dates[name] for name in PATTERNS},
        letters=frozenset(plain.get("letters", "").lower()),
        words=tuple(plain.get("words", ())),
    )
