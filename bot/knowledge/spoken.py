"""One text in several languages: whoever asks for a language that lacks it is given English."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from bot.model.language import FALLBACK, TAG, Language

T = TypeVar("T")
Texts = Mapping[Language, str]
Paragraphs = Mapping[Language, tuple[str, ...]]
NOTHING: Mapping[str, Any] = {FALLBACK: ()}
NO_TEXT: Mapping[str, str] = {FALLBACK: ""}


class Spoken(dict[Language, T]):
    """By language. English must be there, and stands in for what is lacking."""

    def __missing__(self, language: Language) -> T:
        if FALLBACK in self:
            return self[FALLBACK]
        raise KeyError(language)


def spoken(plain: Mapping[str, str]) -> Texts:
    """A text for each language of an entry, which may hold other things beside."""
    return Spoken((tag, text) for key, text in plain.items() if (tag := _tag(key)))


def spoken_lists(plain: Mapping[str, Any]) -> Paragraphs:
    """A list of texts for each language of an entry."""
    return Spoken((tag, tuple(texts)) for key, texts in plain.items() if (tag := _tag(key)))


@cache
def _tag(key: str) -> Language | None:
    """None for the other keys of such entries ("when", "topic", "page"), which are no tags."""
    return Language(key) if TAG.fullmatch(key) else None
