"""What tells how sure an answer is: signs in the scores, and in the words that nobody asked with.

Each sign alone is weak. How much each counts is learnt on questions that are not among the
examples, and gives calibrated chances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import BUCKETS, CONCEPTS, STEMS

TOPIC = "topic:"
OUTSIDE = "outside:"
VAGUE = "vague:"
NOISE = "noise:"  # sentences around a question
CHANCES = 3  # that are learnt: of the topic, of its area, of the best three
SIGNALS = 22
BEST = 3  # topics that may be offered
TINY = 1e-6

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which labels are topics, which lie outside or are vague, and a number for each area."""

    topics: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    vague: NDArray[np.bool_]
    noise: NDArray[np.bool_]
    areas: NDArray[np.int64]


@lru_cache(maxsize=4)
def kinds(labels: tuple[str, ...], areas: tuple[str, ...]) -> Kinds:
    """The kinds of labels, each with its area."""

    def which(prefix: str) -> NDArray[np.bool_]:
        return np.array([label.startswith(prefix) for label in labels], bool)

    number = {area: at for at, area in enumerate(dict.fromkeys(areas))}
    each = np.array([number[area] for area in areas])
    return Kinds(which(TOPIC), which(OUTSIDE), which(VAGUE), which(NOISE), each)


def shares(scores: NDArray[np.float32], kinds: Kinds, temperature: float) -> Doubles:
    """The share of each label; what only stands around a question has none."""
    heard = np.where(kinds.noise, -np.inf, scores.astype(np.float64))
    scaled: Doubles = np.exp((heard - heard.max()) / temperature)
    share: Doubles = scaled / scaled.sum()
    return share


def signals(
    scores: NDArray[np.float32],
    kinds: Kinds,
    temperature: float,
    counts: Mapping[int, int],
    known: "Known",
) -> Doubles:
    """The signs for the best topic; there must be a topic."""
    share = shares(scores, kinds, temperature)
    ranked = np.argsort(-np.where(kinds.topics, scores, -np.inf), kind="stable")
    best, second = int(ranked[0]), int(ranked[1]) if kinds.topics.sum() > 1 else None
    own = kinds.areas == kinds.areas[best]
    rivals = kinds.topics & ~own
    by_area = np.bincount(kinds.areas[rivals], share[rivals], 1)
    of_area = float(share[kinds.topics & own].sum())
    outside = float(scores[kinds.outside].max(initial=0.0))
    top = float(scores[best])
    return np.array(
        [
            1.0,
            top,
            top - (float(scores[second]) if second is not None else 0.0),
            top - float(scores[rivals].max(initial=0.0)),
            top - outside,
            outside,
            np.log(share[best] + TINY),
            share[ranked[:BEST]][kinds.topics[ranked[:BEST]]].sum(),
            share[kinds.outside].sum(),
            share[kinds.vague].sum(),
            np.log(of_area + TINY),
            of_area - float(by_area.max(initial=0.0)),
            float(scores[ranked[:BEST]].sum()),
            float(np.sqrt((scores[~kinds.noise] ** 2).sum())),
            *known.of(counts, best, own, kinds.topics),
        ]
    )


@dataclass(frozen=True, slots=True)
class Known:
    """How many examples of each label have each concept and stem."""

    owners: NDArray[np.uint8]  # the last rows of the features, by labels; row 0: unknown
    first: int  # where those rows begin among all rows
    index: NDArray[np.int32]  # of every bucket: its row among all features
    idf: NDArray[np.float32]
    left_out: int | None = None  # a label one example of which is taken not to be there

    def of(
        self,
        counts: Mapping[int, int],
        best: int,
        own: NDArray[np.bool_],
        topics: NDArray[np.bool_],
    ) -> tuple[float, ...]:
        """How well the best label, its area and all topics know the words and concepts."""
        numbers = np.fromiter(counts, np.int64, len(counts))
        blocks = numbers // BUCKETS
        stems, concepts = numbers[blocks == STEMS], numbers[blocks == CONCEPTS]
        owned, weight = self._owned(stems), self.idf[stems]
        meant = self._owned(concepts)
        anywhere: NDArray[np.bool_] = np.asarray(owned[:, topics].any(axis=1))
        return (
            _share(weight, owned[:, best]),
            _share(weight, np.asarray(owned[:, own].any(axis=1))),
            _share(weight, anywhere),
            float(weight[~anywhere].sum()) / 10,
            float(meant[:, best].mean()) if len(concepts) else 0.0,
            float(meant[:, own].any(axis=1).mean()) if len(concepts) else 0.0,
            float(np.log1p(len(stems))),
            float(not len(concepts)),
        )

    def _owned(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        rows = np.maximum(self.index[numbers].astype(np.int64) - self.first, 0)
        owners = self.owners[rows]
        owned: NDArray[np.bool_] = owners > 0
        if self.left_out is not None:
            owned[:, self.left_out] = owners[:, self.left_out] > 1
        return owned


def _share(weight: NDArray[np.float32], owned: NDArray[np.bool_]) -> float:
    """The share of the weight that is owned, from 0 to 1."""
    total = float(weight.sum())
    return float(weight[owned].sum()) / total if total else 0.0
