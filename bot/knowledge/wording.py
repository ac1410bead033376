"""Sentences with gaps: placeholders, plural forms, dates and numbers, as each language has them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from bot.model.language import Language

GAP = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
NAME = re.compile(r"[a-z_][a-z0-9_]*")
NO_BREAK = "\N{NO-BREAK SPACE}"
MONTHS = {
    Language.PL: [
        *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
        *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
    ],
    Language.EN: [
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ],
}
FORMS = {Language.PL: 3, Language.EN: 2}  # of a plural: one, few, many; one, many


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to fill: a parameter's name, and how to write its value."""

    name: str
    forms: tuple[str, ...] = ()  # the words that go with one, few, many
    kind: str = ""  # "date", "number"


Part = str | Gap


@lru_cache(maxsize=4096)
def parse_template(text: str, language: Language) -> tuple[Part, ...]:
    """Take a template apart. ValueError says what is wrong with it."""
    parts: list[Part] = []
    at = 0
    for found in GAP.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        if found[0] in ("{{", "}}"):
            parts.append(found[0][0])
        elif found[1] is None:
            raise ValueError(f"a lone {found[0]}: double it if it is meant as a sign")
        else:
            parts.append(_parse_gap(found[1], language))
    parts.append(text[at:])
    return tuple(part for part in parts if part != "")


def _parse_gap(inside: str, language: Language) -> Gap:
    name, *options = inside.split("|")
    if not NAME.fullmatch(name):
        raise ValueError(f"{{{inside}}} does not begin with a parameter's name")
    match options:
        case []:
            return Gap(name)
        case [kind] if kind in WRITERS:
            return Gap(name, kind=kind)
        case _ if len(options) == FORMS[language]:
            return Gap(name, forms=tuple(options))
    raise ValueError(f"{{{inside}}} needs {FORMS[language]} forms, or one of {sorted(WRITERS)}")


def placeholders(text: str, language: Language) -> frozenset[str]:
    """The names of the parameters that a template uses."""
    parts = parse_template(text, language)
    return frozenset(part.name for part in parts if isinstance(part, Gap))


def fill(text: str, language: Language, params: Mapping[str, object]) -> str:
    """The finished sentence. A parameter that is not given is our own bug: KeyError."""
    return "".join(
        part if isinstance(part, str) else _write(part, params[part.name], language)
        for part in parse_template(text, language)
    )


def _write(gap: Gap, value: object, language: Language) -> str:
    if gap.forms:
        return f"{write_number(value, language)}{NO_BREAK}{gap.forms[plural(value, language)]}"
    if gap.kind:
        return WRITERS[gap.kind](value, language)
    return str(value)


def plural(value: object, language: Language) -> int:
    """Which of the forms goes with a number: 0 one; Polish 1 few (also fractions), 2 many."""
    number = _number(value)
    if number is None:
        return FORMS[language] - 1
    if language is Language.EN:
        return 0 if abs(number) == 1 else 1
    if number != int(number):
        return 1  # "1,5 sekundy"
    count = abs(int(number))
    if count == 1:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


def write_number(value: object, language: Language) -> str:
    """A number with the language's own marks, at most two decimals; other values as they are."""
    number = _number(value)
    if number is None:
        return str(value)
    text = f"{number:,.2f}".rstrip("0").rstrip(".") if number != int(number) else f"{int(number):,}"
    if language is Language.EN:
        return text
    if abs(number) < 10_000:  # Polish groups digits from five on
        text = text.replace(",", "")
    return text.replace(",", NO_BREAK).replace(".", ",")


def write_date(value: object, language: Language) -> str:
    """An ISO date in words; with its time when it has one; other values as they are."""
    try:
        when = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    words = f"{when.day}{NO_BREAK}{MONTHS[language][when.month - 1]} {when.year}"
    has_time = isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10)
    if has_time and isinstance(when, datetime):
        words += f", {when:%H:%M}" + (f" {when.tzname()}" if when.tzname() else "")
    return words


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # also leaves out inf and nan


WRITERS: dict[str, Callable[[object, Language], str]] = {
    "date": write_date,
    "number": write_number,
}
