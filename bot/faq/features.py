"""A question as numbered features: words, word pairs, character n-grams, concepts of the field."""

import re
from collections.abc import Iterable, Iterator
from copy import copy
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from bot.faq.entities import DOMAIN, EMAIL, EntityFinder, Forms
from bot.faq.normalise import clauses, fold, words
from bot.faq.spelling import Spelling
from bot.knowledge.lexicon import Lexicon

BITS = 17
BUCKETS = 1 << BITS  # of each block
LONGEST_WORD = 24
MOST_WORDS = 70  # of one question; more of them say nothing new
MOST_MEANT = 4096  # words remembered with what they were meant as
NEGATION = "negation"  # the concept that turns the actions of its clause
FINE = "fine"  # the concept that says that the actions of its clause work
ACTIONS = "do-"  # concepts that can be negated begin so


Feature = tuple[int, str]  # its number over all blocks, and the words that it came from


BLOCKS = ("words", "pairs", "letters", "concepts", "stems")
WORDS, PAIRS, LETTERS, CONCEPTS, STEMS = range(5)
STEM = 5  # letters of a word that its inflections share, roughly


class FeatureMaker:
    """Makes the features of a text with the names and concepts of a lexicon."""

    def __init__(self, lexicon: Lexicon, vocabulary: Iterable[str] = ()) -> None:
        self._entities = EntityFinder(lexicon)
        self._concepts = Forms(
            (form, concept)
            for concept, forms in lexicon.concepts.items()
            for each in forms.values()
            for form in each
        )
        self._spelling = Spelling(vocabulary)
        self._meant: dict[str, str] = {}  # words seen before, as they were meant

    def knowing(self, vocabulary: Iterable[str]) -> "FeatureMaker":
        """The same, which also mends slips in the words of a vocabulary."""
        other = copy(self)
        other._spelling, other._meant = Spelling(vocabulary), {}
        return other

    def features(self, text: str) -> Iterator[Feature]:
        """The features of a text, each as often as it occurs."""
        for numbers, origin in self._found(text):
            yield from ((number, origin) for number in numbers)

    def count(self, text: str) -> dict[int, int]:
        """How often each feature occurs in a text, by its number."""
        counts: dict[int, int] = {}
        for numbers, _ in self._found(text):
            for number in numbers:
                counts[number] = counts.get(number, 0) + 1
        return counts

    def _found(self, text: str) -> Iterator[tuple[tuple[int, ...], str]]:
        """The words of a text, each with the numbers of the features that it makes."""
        folded = DOMAIN.sub(self._masked, EMAIL.sub(self._masked, fold(text)))
        found: list[str] = []
        budget = MOST_WORDS
        for clause in clauses(folded):
            tokens = [self._mended(token[:LONGEST_WORD]) for token in clause[:budget]]
            budget -= len(tokens)
            yield from _of_words(tokens)
            for concept, origin in self.concepts(tokens):
                found.append(concept)
                yield (_number(CONCEPTS, concept),), origin
        distinct = sorted(set(found))[:16]
        for at, first in enumerate(distinct):
            for second in distinct[at + 1 :]:
                yield (_number(CONCEPTS, f"{first}&{second}"),), f"{first} + {second}"

    def _masked(self, found: re.Match[str]) -> str:
        """An address or domain stands for any; that it is one of a known provider is kept."""
        kind = "xemail" if "@" in found[0] else "xdomain"
        tokens = words(found[1])
        names = {i for at, size, _ in self._entities.names(tokens) for i in range(at, at + size)}
        return f" {kind} {' '.join(tokens[i] for i in sorted(names))} "

    def _mended(self, token: str) -> str:
        """A word as it was meant. What the lexicon knows is left as it is."""
        if token not in self._meant:
            if len(self._meant) >= MOST_MEANT:
                self._meant.clear()
            self._meant[token] = self._mend(token)
        return self._meant[token]

    def _mend(self, token: str) -> str:
        if token in self._spelling or any(self._concepts.find([token])):
            return token
        if any(self._entities.names([token])):
            return token
        return self._spelling.mend(token) or token

    def concepts(self, tokens: list[str]) -> Iterator[tuple[str, str]]:
        """The concepts and names of one clause, negated where it says so, with their words."""
        found = list(self._concepts.find(tokens))
        names = list(self._entities.names(tokens))
        mood = _mood(found)
        for at, size, value in found:
            sign = mood if value.startswith(ACTIONS) else ""
            yield sign + value, " ".join(tokens[at : at + size])
        for at, size, value in names:
            origin = " ".join(tokens[at : at + size])
            yield value, origin
            yield value.partition(":")[0], origin


def _mood(found: Iterable[tuple[int, int, str]]) -> str:
    """The sign of a clause's actions: "!" not done, "+" done well, "" neither is said.

    "Receiving is not a problem" denies the problem, and nothing that is done.
    """
    fine = {i for at, size, value in found if value == FINE for i in range(at, at + size)}
    if any(value == NEGATION and at not in fine for at, _, value in found):
        return "!"
    return "+" if fine else ""


def _of_words(tokens: list[str]) -> Iterator[tuple[tuple[int, ...], str]]:
    for token in tokens:
        yield _of_word(token), token
    for first, second in pairwise(tokens):
        pair = f"{first} {second}"
        yield (_number(PAIRS, pair),), pair


@lru_cache(maxsize=1024)
def _of_word(token: str) -> tuple[int, ...]:
    padded = f" {token} "
    grams = (
        padded[start : start + size]
        for size in (2, 3, 4, 5)
        for start in range(len(padded) - size + 1)
    )
    return (
        _number(WORDS, token),
        _number(STEMS, token[:STEM]),
        *[_number(LETTERS, gram) for gram in grams],
    )


def _number(block: int, text: str) -> int:
    return block * BUCKETS + (crc32(text.encode()) & (BUCKETS - 1))
