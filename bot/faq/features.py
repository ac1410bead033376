"""A question as numbered features: words, word pairs, character n-grams, concepts of the field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from bot.faq.entities import DOMAIN, EMAIL, EntityFinder, Forms
from bot.faq.normalise import clauses, fold
from bot.knowledge.lexicon import Lexicon

BITS = 15
BUCKETS = 1 << BITS  # of each block
LONGEST_WORD = 24
MOST_WORDS = 120  # of one question; more of them say nothing new
NEGATION = "negation"  # the concept that turns the actions of its clause
ACTIONS = "do-"  # concepts that can be negated begin so


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its block, its bucket there, and the words that it came from."""

    block: int
    bucket: int
    origin: str


BLOCKS = ("words", "pairs", "letters", "concepts")
WORDS, PAIRS, LETTERS, CONCEPTS = range(4)


class FeatureMaker:
    """Makes the features of a text with the names and concepts of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._entities = EntityFinder(lexicon)
        self._concepts = Forms(
            (form, concept)
            for concept, forms in lexicon.concepts.items()
            for each in forms.values()
            for form in each
        )
        self._typos = Typos(self._concepts)

    def features(self, text: str) -> Iterator[Feature]:
        """The features of a text, each as often as it occurs."""
        folded = DOMAIN.sub(" xdomain ", EMAIL.sub(" xemail ", fold(text)))
        found: list[str] = []
        budget = MOST_WORDS
        for clause in clauses(folded):
            tokens = [token[:LONGEST_WORD] for token in clause[:budget]]
            budget -= len(tokens)
            yield from _of_words(tokens)
            for concept, origin in self.concepts(tokens):
                found.append(concept)
                yield Feature(CONCEPTS, _bucket(concept), origin)
        distinct = sorted(set(found))[:16]
        for at, first in enumerate(distinct):
            for second in distinct[at + 1 :]:
                yield Feature(CONCEPTS, _bucket(f"{first}&{second}"), f"{first} + {second}")

    def concepts(self, tokens: list[str]) -> Iterator[tuple[str, str]]:
        """The concepts and names of one clause, negated where it says so, with their words."""
        found = [(at, size, value) for at, size, value in self._concepts.find(tokens)]
        names = list(self._entities.names(tokens))
        covered = {i for at, size, _ in (*found, *names) for i in range(at, at + size)}
        for at, token in enumerate(tokens):
            if at not in covered:
                found.extend((at, 1, value) for value in self._typos.find(token))
        negated = any(value == NEGATION for _, _, value in found)
        for at, size, value in found:
            sign = "!" if negated and value.startswith(ACTIONS) else ""
            yield sign + value, " ".join(tokens[at : at + size])
        for at, size, value in names:
            origin = " ".join(tokens[at : at + size])
            yield value, origin
            yield value.partition(":")[0], origin


def count(features: Iterable[Feature]) -> dict[int, int]:
    """How often each feature occurs, by its number over all blocks."""
    counts: dict[int, int] = {}
    for feature in features:
        number = feature.block * BUCKETS + feature.bucket
        counts[number] = counts.get(number, 0) + 1
    return counts


def _of_words(tokens: list[str]) -> Iterator[Feature]:
    for token in tokens:
        yield Feature(WORDS, _bucket(token), token)
        padded = f" {token} "
        for size in (2, 3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield Feature(LETTERS, _bucket(padded[start : start + size]), token)
    for first, second in pairwise(tokens):
        pair = f"{first} {second}"
        yield Feature(PAIRS, _bucket(pair), pair)


def _bucket(text: str) -> int:
    return crc32(text.encode()) & (BUCKETS - 1)


class Typos:
    """Finds the concept of a word with one wrong, missing, doubled or swapped letter."""

    SHORTEST = 5

    def __init__(self, forms: Forms) -> None:
        self._stems = {
            stem: concepts for stem, concepts in forms.stems.items() if len(stem) >= self.SHORTEST
        }
        self._near: dict[str, list[str]] = {}
        for stem in self._stems:
            for near in _deletions(stem):
                self._near.setdefault(near, []).append(stem)

    def find(self, token: str) -> Iterator[str]:
        """The concepts whose stem the word begins with, but for one slip."""
        if len(token) < self.SHORTEST or not token.isalpha():
            return
        seen: set[str] = set()
        for size in range(self.SHORTEST - 1, min(len(token), 14) + 1):
            start = token[:size]
            for near in (start, *_deletions(start)):
                for stem in self._near.get(near, ()):
                    if stem not in seen and stem[0] == token[0] and _one_slip(start, stem):
                        seen.add(stem)
        yield from sorted({concept for stem in seen for concept in self._stems[stem]})


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}


def _one_slip(word: str, stem: str) -> bool:
    """Whether two different words are one edit apart (a swap of neighbours counts as one)."""
    start = 0
    shorter = min(len(word), len(stem))
    while start < shorter and word[start] == stem[start]:
        start += 1
    rest, other = word[start:], stem[start:]
    return (
        rest[1:] == other[1:]
        or rest == other[1:]
        or rest[1:] == other
        or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
    )
