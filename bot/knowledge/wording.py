"""Sentences with gaps: placeholders, plural forms, dates and numbers, as each language has them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from bot.knowledge.locale import GROUP_SIZE, NO_BREAK, PLACE, Locale
from bot.model.language import FALLBACK

GAP = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Gap:
    """A place to fill: a parameter's name, and how to write its value."""

    name: str
    forms: tuple[str, ...] = ()  # the words that go with a number, by the language's rules
    kind: str = ""  # "date", "number", "spoken"


Part = str | Gap


@lru_cache(maxsize=4096)
def parse_template(text: str) -> tuple[Part, ...]:
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
            parts.append(_parse_gap(found[1]))
    parts.append(text[at:])
    return tuple(part for part in parts if part != "")


def _parse_gap(inside: str) -> Gap:
    name, *options = inside.split("|")
    if not NAME.fullmatch(name):
        raise ValueError(f"{{{inside}}} does not begin with a parameter's name")
    match options:
        case []:
            return Gap(name)
        case [kind] if kind in WRITERS:
            return Gap(name, kind=kind)
        case [_]:
            raise ValueError(f"{{{inside}}} needs more forms, or one of {sorted(WRITERS)}")
    return Gap(name, forms=tuple(options))


def check_forms(text: str, locale: Locale) -> None:
    """Every plural of a template has as many forms as the language has. ValueError: it has not."""
    for part in parse_template(text):
        if isinstance(part, Gap) and part.forms and len(part.forms) not in locale.form_counts:
            counts = " or ".join(map(str, sorted(locale.form_counts)))
            gap = "|".join((part.name, *part.forms))
            names = ", ".join(locale.plural.categories)
            raise ValueError(f"{{{gap}}} needs {counts} forms: {names}")


def placeholders(text: str) -> frozenset[str]:
    """The names of the parameters that a template uses."""
    return frozenset(part.name for part in parse_template(text) if isinstance(part, Gap))


def fill(text: str, locale: Locale, params: Mapping[str, object]) -> str:
    """The finished sentence. A parameter that is not given is our own bug: KeyError."""
    return "".join(
        part if isinstance(part, str) else _write(part, params[part.name], locale)
        for part in parse_template(text)
    )


def _write(gap: Gap, value: object, locale: Locale) -> str:
    if gap.forms:
        number = _number(value)
        form = locale.form(_digits(number or 0.0), len(gap.forms))
        return f"{write_number(value, locale)}{NO_BREAK}{gap.forms[form]}"
    if gap.kind:
        return WRITERS[gap.kind](value, locale)
    return str(value)


def write_number(value: object, locale: Locale) -> str:
    """A number with the language's own marks, at most two decimals; other values as they are."""
    number = _number(value)
    if number is None:
        return str(value)
    whole, _, fraction = _digits(number).partition(".")
    digits = whole.lstrip("-")
    if len(digits) >= locale.group_from:
        first = len(digits) % GROUP_SIZE or GROUP_SIZE
        groups = [digits[:first]]
        groups += [digits[at : at + GROUP_SIZE] for at in range(first, len(digits), GROUP_SIZE)]
        digits = locale.group.join(groups)
    sign = "-" if number < 0 else ""
    return f"{sign}{digits}{locale.decimal}{fraction}" if fraction else f"{sign}{digits}"


def write_date(value: object, locale: Locale) -> str:
    """An ISO date in words; with its time when it has one; other values as they are."""
    try:
        when = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    words = _by_pattern("date", when, locale)
    has_time = isinstance(value, datetime) or (isinstance(value, str) and len(value) > 10)
    if not has_time or not isinstance(when, datetime):
        return words
    parts = {"date": words, "time": _by_pattern("time", when, locale)}
    words = PLACE.sub(lambda found: parts[found[1]], locale.patterns["both"])
    return f"{words} {when.tzname()}" if when.tzname() else words


def write_short_date(when: date, locale: Locale) -> str:
    """A day and its month, for where there is little room."""
    return _by_pattern("short", when, locale)


def _by_pattern(name: str, when: date, locale: Locale) -> str:
    parts = {
        "day": str(when.day),
        "dd": f"{when.day:02}",
        "month": locale.months[when.month - 1],
        "mon": locale.months[when.month - 1][:3],
        "mm": f"{when.month:02}",
        "year": str(when.year),
    }
    if isinstance(when, datetime):
        parts |= {"hour": str(when.hour), "hh": f"{when.hour:02}", "minute": f"{when.minute:02}"}
    return PLACE.sub(lambda found: parts[found[1]], locale.patterns[name])


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # also leaves out inf and nan


def _digits(number: float) -> str:
    """As it is written, but for the marks of a language: "-3", "1.5", "0.25"."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def write_spoken(value: object, locale: Locale) -> str:
    """A text that comes in several languages, as JSON; English stands in for what is lacking."""
    try:
        texts = json.loads(str(value))
    except ValueError:
        return str(value)
    if not isinstance(texts, dict):
        return str(value)
    return str(texts.get(locale.language, texts.get(FALLBACK, "")))


WRITERS: dict[str, Callable[[object, Locale], str]] = {
    "date": write_date,
    "number": write_number,
    "spoken": write_spoken,
}
