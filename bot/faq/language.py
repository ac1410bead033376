"""In which language is a message? Letters in a row tell, learnt from the knowledge's own texts."""

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
DECIDED = 1.0  # lead of a whole message below which nothing is said
WORD_DECIDED = 2.4
SURE = 4.0  # log odds that one word counts for at the most
OWN_LETTER = 2.0  # at the least for the languages that have a letter of the word; against others
# What a language with few texts is taken to have beside them: n-grams as in all others.
BORROWED = 4000
LATIN = "a-zA-Z\u00c0-\u024f"
# What is no language: addresses, hosts, code, file names.
FOREIGN = re.compile(r"\S*[@/\\=<>]\S*|\b\S+\.\S+\b|\b\w*\d\w*\b|\b[A-Z]{2,6}\d?\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """The language of a message; None when nothing in it tells."""

    language: Language | None
    is_mixed: bool = False


class LanguageModel:
    """For each language the log odds against the others, for each hashed n-gram of a word."""

    def __init__(
        self,
        odds: bytes,
        names: Forms,
        letters: Mapping[Language, Iterable[str]],
        shared: Iterable[str] = (),
    ) -> None:
        """`letters` are those that each language has beside a to z."""
        if len(odds) != BUCKETS * len(letters):
            raise ValueError("not a language model")
        self._odds = {
            language: odds[at * BUCKETS : (at + 1) * BUCKETS] for at, language in enumerate(letters)
        }
        self._names = names
        self._shared = frozenset(map(fold, shared))  # "to", "do", "problem": words of several
        self._letters = {language: frozenset(own) for language, own in letters.items()}
        self._words = _word_pattern(letters)

    def hear(self, text: str) -> Heard:
        """The language of most of the words, and whether another one is there too."""
        total = dict.fromkeys(self._odds, 0.0)
        sides = Counter[Language]()
        for word in _words(text, self._words):
            plain = fold(word)
            if plain in self._shared or any(self._names.find([plain])):
                continue  # Outlook is Outlook in every language
            odds = self._word(word)
            for language, each in odds.items():
                total[language] += max(-SURE, min(SURE, each))
            best, lead = _first(odds)
            if lead > WORD_DECIDED:
                sides[best] += 1
        language, lead = _first(total)
        if lead < DECIDED:
            return Heard(None, len(sides) > 1)
        others = sides.total() - sides[language]
        return Heard(language, others * 3 >= sides[language] > 0 and others > 0)

    def detect(self, text: str) -> Language | None:
        """The language of a message; None when nothing in it tells."""
        return self.hear(text).language

    def _word(self, word: str) -> dict[Language, float]:
        buckets = list(_grams(word))
        scores = {
            language: sum((odds[bucket] - 128) * STEP for bucket in buckets)
            for language, odds in self._odds.items()
        }
        owners = {language for language, own in self._letters.items() if not own.isdisjoint(word)}
        if owners:
            for language, score in scores.items():
                is_owner = language in owners
                scores[language] = max(score, OWN_LETTER) if is_owner else min(score, -OWN_LETTER)
        return scores


def _first(scores: Mapping[Language, float]) -> tuple[Language, float]:
    """The best, and by how much it leads."""
    best, second = sorted(scores, key=lambda each: -scores[each])[:2]
    return best, scores[best] - scores[second]


def learn_language(
    texts: Mapping[Language, Iterable[str]],
    common: Mapping[Language, Iterable[str]],
    letters: Mapping[Language, Iterable[str]],
) -> bytes:
    """The log odds of every language and bucket, a byte each. Common words count for much."""
    counts = {language: Counter[int]() for language in texts}
    pattern = _word_pattern(letters)
    for language, each in texts.items():
        for text in each:
            for word in _words(text, pattern):
                for spelt in {word, fold(word)}:
                    counts[language].update(_grams(spelt))
        for word in common.get(language, ()):
            for spelt in {word, fold(word)}:
                for bucket in _grams(spelt):
                    counts[language][bucket] += 6
    totals = {language: sum(count.values()) or 1 for language, count in counts.items()}
    smoothing = 0.5 / max(totals.values())
    odds = {language: bytearray([128]) * BUCKETS for language in texts}
    for bucket in set[int]().union(*counts.values()):
        plain = {tag: counts[tag][bucket] / totals[tag] + smoothing for tag in counts}
        mean = sum(plain.values()) / len(plain)
        likely = {
            tag: (share * totals[tag] + mean * BORROWED) / (totals[tag] + BORROWED)
            for tag, share in plain.items()
        }
        whole = sum(likely.values())
        # An n-gram seen once or twice is no proof of a language.
        seen = sum(count[bucket] for count in counts.values())
        for tag, share in likely.items():
            ratio = math.log(share * (len(likely) - 1) / (whole - share))
            odds[tag][bucket] = max(1, min(255, 128 + round(ratio * seen / (seen + 4) / STEP)))
    return b"".join(bytes(each) for each in odds.values())


def _word_pattern(letters: Mapping[Language, Iterable[str]]) -> re.Pattern[str]:
    """Words of Latin letters, and of those that a language has for its own."""
    own = "".join(sorted({sign for each in letters.values() for sign in each}))
    signs = LATIN + re.escape(own + own.upper())
    return re.compile(f"[{signs}]+(?:['’][{signs}]+)*")


def _words(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    text = text[:LONGEST]
    if text.isupper():  # shouting, not abbreviations
        text = text.lower()
    for found in pattern.finditer(FOREIGN.sub(" ", text)):
        yield found[0].lower()


def _grams(word: str) -> Iterator[int]:
    padded = f"^{word[:24]}$"
    for size in (2, 3, 4):
        for start in range(len(padded) - size + 1):
            yield crc32(padded[start : start + size].encode()) & (BUCKETS - 1)
    yield crc32(f"={word}".encode()) & (BUCKETS - 1)
