"""What tells how sure an answer is: signs in the scores, and in the words that nobody asked with.

Each sign alone is weak. How much each counts is learnt on questions that are not among the
examples, and gives calibrated chances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    """Which labels are topics, which lie outside or are vague, and a number for each area.

    Masks where nearly all are meant, places where few are: of thousands of topics that matters.
    """

    topics: NDArray[np.bool_]
    outside: NDArray[np.int64]
    vague: NDArray[np.int64]
    noise: NDArray[np.bool_]
    others: NDArray[np.int64]  # what is neither topic nor noise
    heard: NDArray[np.int64]  # what is no noise
    areas: NDArray[np.int64]
    count: int  # of topics


def kinds(labels: tuple[str, ...], areas: tuple[str, ...]) -> Kinds:
    """The kinds of labels, each with its area."""

    def which(prefix: str) -> NDArray[np.bool_]:
        return np.array([label.startswith(prefix) for label in labels], bool)

    number = {area: at for at, area in enumerate(dict.fromkeys(areas))}
    each = np.array([number[area] for area in areas])
    topics, noise = which(TOPIC), which(NOISE)
    outside, vague = np.flatnonzero(which(OUTSIDE)), np.flatnonzero(which(VAGUE))
    others, heard = np.flatnonzero(~topics & ~noise), np.flatnonzero(~noise)
    return Kinds(topics, outside, vague, noise, others, heard, each, count=int(topics.sum()))


def first_of(values: NDArray[Any], count: int) -> NDArray[np.int64]:
    """The places of the largest values, in their order; of equal ones the earlier first."""
    if 0 < count < len(values):
        least = np.partition(values, -count)[-count]
        places = np.flatnonzero(values >= least)
    else:
        places = np.arange(len(values))
    ranked: NDArray[np.int64] = places[np.argsort(-values[places], kind="stable")][:count]
    return ranked


def shares(scores: NDArray[np.float32], kinds: Kinds, temperature: float) -> Doubles:
    """The share of each label; what only stands around a question has none."""
    heard = scores[kinds.heard].astype(np.float64)
    scaled = np.exp((heard - heard.max()) / temperature)
    share = np.zeros(len(scores))
    share[kinds.heard] = scaled / scaled.sum()
    return share


def signals(
    scores: NDArray[np.float32],
    share: Doubles,
    kinds: Kinds,
    counts: Mapping[int, int],
    known: "Known",
) -> Doubles:
    """The signs for the best topic; there must be a topic."""
    ranked = first_of(np.where(kinds.topics, scores, -np.inf), min(BEST, kinds.count))
    best, second = int(ranked[0]), int(ranked[1]) if kinds.count > 1 else None
    area = kinds.areas[best]
    own = kinds.areas == area
    rivals = kinds.topics & ~own
    by_area = np.bincount(kinds.areas, np.where(kinds.topics, share, 0.0))
    of_area = float(by_area[area])
    by_area[area] = 0.0
    outside = float(scores[kinds.outside].max(initial=0.0))
    top = float(scores[best])
    return np.array(
        [
            1.0,
            top,
            top - (float(scores[second]) if second is not None else 0.0),
            top - float(scores.max(where=rivals, initial=0.0)),
            top - outside,
            outside,
            np.log(share[best] + TINY),
            share[ranked].sum(),
            share[kinds.outside].sum(),
            share[kinds.vague].sum(),
            np.log(of_area + TINY),
            of_area - float(by_area.max()),
            float(scores[ranked].sum()),
            float(np.linalg.norm(scores[kinds.heard])),
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
        anywhere: NDArray[np.bool_] = np.asarray((owned & topics).any(axis=1))
        area = np.flatnonzero(own)
        return (
            _share(weight, owned[:, best]),
            _share(weight, np.asarray(owned[:, area].any(axis=1))),
            _share(weight, anywhere),
            float(weight[~anywhere].sum()) / 10,
            float(meant[:, best].mean()) if len(concepts) else 0.0,
            float(meant[:, area].any(axis=1).mean()) if len(concepts) else 0.0,
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
