"""Languages by their tags; which of them the bot speaks, the knowledge says."""

import re
from functools import lru_cache
from typing import ClassVar

# Three letters and a script at the most: a tag stands in a button, beside an address.
TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,4})?")


class Language(str):
    """A language by its tag (RFC 5646) in small letters. ValueError for what can be none."""

    __slots__ = ()
    PL: ClassVar["Language"]
    EN: ClassVar["Language"]

    def __new__(cls, tag: str) -> "Language":
        if not TAG.fullmatch(tag):
            raise ValueError("not the tag of a language")
        return super().__new__(cls, tag)


Language.PL = Language("pl")
Language.EN = Language("en")

WRITTEN = (Language.PL, Language.EN)  # stand side by side in every file of the knowledge
FALLBACK = Language.EN  # said to whoever speaks another, or one in which a sentence is lacking


@lru_cache(maxsize=256)  # people type these: it must not grow for ever
def _named(tag: str) -> Language | None:
    return Language(tag) if TAG.fullmatch(tag) else None


def language_named(text: str) -> Language | None:
    """The language that a system or a program names: "pl", "pt-BR", "de_DE.UTF-8"."""
    tag = text[:32].partition(".")[0].partition("@")[0].replace("_", "-").lower()
    return _named(tag) or _named(tag.partition("-")[0])
