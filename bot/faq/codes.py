"""The code or server's sentence in a message that says most: "550 5.1.1", "0x800CCC0E"."""

import re
import unicodedata
from collections.abc import Iterable

from bot.faq.normalise import MARKS, STROKED
from bot.knowledge.code import Code

LONGEST = 4096  # characters looked at: a whole bounce, whose reason stands near its end
SPACE = re.compile(r"\s+")
# A long reply says its code again at the beginning of each line.
AGAIN = re.compile(r"(?<=[a-z.,;:]) [245]\d\d-(?:[245]\.\d{1,3}\.\d{1,3} )?")


class CodeFinder:
    """Finds the one code of many that a text holds most of."""

    def __init__(self, codes: Iterable[Code]) -> None:
        self._ways = tuple(
            (code, tuple(_pattern(part) for part in way), sum(map(len, way)))
            for code in codes
            for way in code.written
        )

    def find(self, text: str) -> Code | None:
        """The code whose way of writing is longest, of those that stand in the text."""
        plain = _plain(text[:LONGEST])
        joined = AGAIN.sub(" ", plain)
        if joined != plain:  # a sentence that runs over two lines; and the codes between them
            plain = f"{plain} | {joined}"
        best: tuple[int, Code] | None = None
        for code, parts, size in self._ways:
            if (best is None or size > best[0]) and all(
                part in plain and bounded.search(plain) for part, bounded in parts
            ):
                best = (size, code)
        return best[1] if best else None


def _pattern(part: str) -> tuple[str, re.Pattern[str]]:
    """A part, and the same with nothing grown to it: 5.7.1 does not stand in 5.7.133."""
    plain = _plain(part)
    before = r"(?<![\w.])" if plain[0].isalnum() else ""
    after = r"(?!\w|\.\d)" if plain[-1].isalnum() else ""
    return plain, re.compile(before + re.escape(plain) + after)


def _plain(text: str) -> str:
    """Lower case, no diacritics, one blank between words."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(STROKED)
    folded = MARKS.sub("", unicodedata.normalize("NFD", folded))
    return SPACE.sub(" ", folded).strip()
