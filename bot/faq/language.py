"""Is a message Polish or English? Letters in a row tell, learnt from the topics' own texts."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from bot.faq.entities import Forms
from bot.faq.normalise import LONGEST, fold
from bot.model.language import Language

BUCKETS = 1 << 15
STEP = 0.04  # of the log odds kept in one byte
DECIDED = 0.5  # log odds of a whole message below which nothing is said
WORD_DECIDED = 1.2
LETTERS = re.compile("[a-zA-Z\u00c0-\u024f]+(?:['’][a-zA-Z]+)*")
# What is neither language: addresses, hosts, code, file names.
FOREIGN = re.compile(r"\S*[@/\\=<>]\S*|\b\S+\.\S+\b|\b\w*\d\w*\b|\b[A-Z]{2,6}\d?\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """The language of a message; None when nothing in it tells."""

    language: Language | None
    is_mixed: bool = False


class LanguageModel:
    """Log odds of Polish against English for each hashed n-gram of a word."""

    def __init__(self, odds: bytes, names: Forms, shared: Iterable[str] = ()) -> None:
        if len(odds) != BUCKETS:
            raise ValueError("not a language model")
        self._odds = odds
        self._names = names
        self._shared = frozenset(map(fold, shared))  # "to", "do", "problem": words of both

    def hear(self, text: str) -> Heard:
        """The language of most of the words, and whether the other one is there too."""
        total = 0.0
        sides = Counter[bool]()
        for word in _words(text):
            plain = fold(word)
            if plain in self._shared or any(self._names.find([plain])):
                continue  # Outlook is Outlook in every language
            odds = self._word(word)
            total += max(-4.0, min(4.0, odds))
            if abs(odds) > WORD_DECIDED:
                sides[odds > 0] += 1
        if abs(total) < DECIDED:
            return Heard(None, bool(sides[True] and sides[False]))
        smaller = sides[total < 0]
        language = Language.PL if total > 0 else Language.EN
        return Heard(language, smaller * 3 >= sides[total > 0] > 0 and smaller > 0)

    def detect(self, text: str) -> Language | None:
        """The language of a message; None when nothing in it tells."""
        return self.hear(text).language

    def _word(self, word: str) -> float:
        odds = self._odds
        return sum((odds[bucket] - 128) * STEP for bucket in _grams(word))


def learn_language(
    texts: Mapping[Language, Iterable[str]], common: Mapping[Language, Iterable[str]]
) -> bytes:
    """The log odds of every bucket, a byte each. Common words count for much."""
    counts = {language: Counter[int]() for language in Language}
    for language, each in texts.items():
        for text in each:
            for word in _words(text):
                for spelt in {word, fold(word)}:
                    counts[language].update(_grams(spelt))
    for language, each in common.items():
        for word in each:
            for spelt in {word, fold(word)}:
                for bucket in _grams(spelt):
                    counts[language][bucket] += 6
    polish, english = counts[Language.PL], counts[Language.EN]
    totals = {language: sum(count.values()) or 1 for language, count in counts.items()}
    odds = bytearray([128]) * BUCKETS
    for bucket in polish.keys() | english.keys():
        ratio = math.log(
            ((polish[bucket] + 0.5) / totals[Language.PL])
            / ((english[bucket] + 0.5) / totals[Language.EN])
        )
        # An n-gram seen once or twice is no proof of a language.
        seen = polish[bucket] + english[bucket]
        odds[bucket] = max(1, min(255, 128 + round(ratio * seen / (seen + 4) / STEP)))
    return bytes(odds)


def _words(text: str) -> Iterator[str]:
    text = text[:LONGEST]
    if text.isupper():  # shouting, not abbreviations
        text = text.lower()
    for found in LETTERS.finditer(FOREIGN.sub(" ", text)):
        yield found[0].lower()


def _grams(word: str) -> Iterator[int]:
    padded = f"^{word[:24]}$"
    for size in (2, 3, 4):
        for start in range(len(padded) - size + 1):
            yield crc32(padded[start : start + size].encode()) & (BUCKETS - 1)
    yield crc32(f"={word}".encode()) & (BUCKETS - 1)
