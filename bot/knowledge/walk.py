"""The files of a knowledge folder while they are looked at: values that know their lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.located import Checker, Located

SQUEEZED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its room ("topics"), its name without ending, what is in it, and its faults."""

    room: str
    name: str
    value: Located
    checker: Checker


def squeeze(text: str) -> str:
    """A text without what makes no difference to the bot."""
    bare = text.lower().translate(str.maketrans("ąćęłńóśźż", "acelnoszz"))
    return SQUEEZED.sub(" ", bare).strip()


def fields_of(value: Located) -> Mapping[str, Located]:
    """A mapping's values by their keys; none of what is no mapping."""
    return value.data if isinstance(value.data, dict) else {}


def items_of(value: Located | None) -> list[Located]:
    """A list's entries; none of what is no list."""
    return value.data if value is not None and isinstance(value.data, list) else []


def listed(value: Located) -> Iterator[tuple[str, int]]:
    """The texts of a list, each with its line."""
    for item in items_of(value):
        yield str(item.data), item.line
