"""What was learnt, how it scores a question, and how it is kept."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.faq.decide import Scored
from bot.faq.features import BUCKETS, STEMS, Feature
from bot.faq.match import Candidate

TOPIC = "topic:"
OUTSIDE = "outside:"
VAGUE = "vague:"
ARRAYS = ("idf", "index", "matrix", "owners", "confidence")
ALIGNED = 16  # bytes to which each array is filled up


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model over hashed features, with the means to say how sure it is."""

    labels: tuple[str, ...]
    areas: tuple[str, ...]  # of each label; what is no topic is its own
    words: tuple[str, ...]  # that occur in the examples, the commonest first
    idf: NDArray[np.float32]  # of every bucket
    index: NDArray[np.int32]  # its row in the matrix; 0 is the row of unknown features
    matrix: NDArray[np.float16]  # features by labels
    owners: NDArray[np.uint8]  # stems by labels: how many examples of the label have the stem
    temperature: float
    confidence: NDArray[np.float64]
    block_weights: tuple[float, ...]

    def scores(self, counts: Mapping[int, int]) -> NDArray[np.float32]:
        """The score of each label."""
        numbers, values = evidence(counts, self.idf, self.block_weights)
        scores: NDArray[np.float32] = values @ self.matrix[self.index[numbers]].astype(np.float32)
        return scores

    def covered(self, counts: Mapping[int, int], label: int) -> float:
        """How much of the question's words, rare ones counting more, the label's examples have."""
        numbers = stems(counts)
        owned = self.owners[self.stem_rows(numbers), label] > 0
        return weighed_share(self.idf[numbers], owned)

    def stem_rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of stems in `owners`; row 0 is that of unknown ones."""
        first = len(self.matrix) - len(self.owners)
        return np.maximum(self.index[numbers].astype(np.int64) - first, 0)

    def to_bytes(self) -> bytes:
        """Everything in one blob: a line of JSON, then the arrays one after another."""
        arrays = {name: np.ascontiguousarray(getattr(self, name)) for name in ARRAYS}
        about = {
            "labels": self.labels,
            "areas": self.areas,
            "words": " ".join(self.words),
            "temperature": self.temperature,
            "block_weights": self.block_weights,
            "arrays": {name: [array.dtype.str, array.shape] for name, array in arrays.items()},
        }
        head = json.dumps(about).encode()
        head += b" " * (-(len(head) + 1) % ALIGNED) + b"\n"
        parts = [array.tobytes() + bytes(-array.nbytes % ALIGNED) for array in arrays.values()]
        return head + b"".join(parts)

    @classmethod
    def from_bytes(cls, blob: bytes) -> "Weights":
        """What `to_bytes` wrote; the arrays stay where they are in the blob."""
        at = blob.index(b"\n") + 1
        about = json.loads(blob[:at])
        arrays: dict[str, Any] = {}
        for name, (kind, shape) in about["arrays"].items():
            size = math.prod(shape)
            arrays[name] = np.frombuffer(blob, kind, size, at).reshape(shape)
            at += arrays[name].nbytes + -arrays[name].nbytes % ALIGNED
        return cls(
            labels=tuple(about["labels"]),
            areas=tuple(about["areas"]),
            words=tuple(about["words"].split()),
            temperature=about["temperature"],
            block_weights=tuple(about["block_weights"]),
            **arrays,
        )


def evidence(
    counts: Mapping[int, int], idf: NDArray[np.float32], block_weights: Sequence[float]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """A question's features and their weights: each block has its fixed length."""
    numbers = np.fromiter(counts, np.int64, len(counts))
    values = np.sqrt(np.fromiter(counts.values(), np.float32, len(counts))) * idf[numbers]
    blocks = numbers // BUCKETS
    lengths = np.sqrt(np.bincount(blocks, values * values, len(block_weights)))
    scale = np.divide(block_weights, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    return numbers, (values * scale[blocks]).astype(np.float32)


def likeness(weights: Weights, counts: Mapping[int, int], other: Mapping[int, int]) -> float:
    """How alike two questions are to the model."""
    mine = evidence(counts, weights.idf, weights.block_weights)
    theirs = evidence(other, weights.idf, weights.block_weights)
    values = dict(zip(theirs[0].tolist(), theirs[1].tolist(), strict=True))
    pairs = zip(mine[0].tolist(), mine[1].tolist(), strict=True)
    return float(sum(value * values.get(number, 0.0) for number, value in pairs))


def stems(counts: Mapping[int, int]) -> NDArray[np.int64]:
    """The numbers of the stems among these features."""
    numbers = np.fromiter(counts, np.int64, len(counts))
    found: NDArray[np.int64] = numbers[numbers // BUCKETS == STEMS]
    return found


def weighed_share(weight: NDArray[np.float32], owned: NDArray[np.bool_]) -> float:
    """The share of the weight that is owned, from 0 to 1."""
    total = float(weight.sum())
    return float(weight[owned].sum()) / total if total else 0.0


def assess(weights: Weights, counts: Mapping[int, int]) -> Scored:
    """The shares of all classes, and the calibrated chances."""
    if not counts:
        return Scored((), 0.0, 0.0)
    scores = weights.scores(counts)
    topics = topic_mask(weights.labels)
    seen = np.zeros(SIGNALS)
    if topics.any():
        best = int(np.where(topics, scores, -np.inf).argmax())
        areas = area_numbers(weights.areas)
        covered = weights.covered(counts, best)
        seen = signals(scores, topics, areas, weights.temperature, covered)
    chances = 1 / (1 + np.exp(-np.clip(weights.confidence @ seen, -30, 30)))
    sure, area, among = map(float, chances)
    scaled = np.exp((scores - scores.max()) / weights.temperature)
    shares = scaled / scaled.sum()
    order = np.argsort(-shares, kind="stable")
    ranked = tuple(Candidate(weights.labels[at], float(shares[at])) for at in order)
    return Scored(ranked, sure, max(sure, among), max(sure, area))


@lru_cache(maxsize=4)
def topic_mask(labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which of the labels are topics."""
    return np.array([label.startswith(TOPIC) for label in labels], bool)


@lru_cache(maxsize=4)
def area_numbers(areas: tuple[str, ...]) -> NDArray[np.int64]:
    """A number for the area of each label."""
    number = {area: at for at, area in enumerate(dict.fromkeys(areas))}
    return np.array([number[area] for area in areas])


SIGNALS = 9


def signals(
    scores: NDArray[np.float32],
    topics: NDArray[np.bool_],
    areas: NDArray[np.int64],
    temperature: float,
    covered: float,
) -> NDArray[np.float64]:
    """What tells how sure the best topic is, and its area; there must be a topic."""
    scaled = np.exp((scores - scores.max()) / temperature)
    shares = scaled / scaled.sum()
    best = np.sort(scores[topics])[::-1]
    top = np.sort(shares[topics])[::-1]
    second = best[1] if len(best) > 1 else 0.0
    outside = float(shares[~topics].sum())
    own = areas[int(np.where(topics, scores, -np.inf).argmax())]
    of_area = float(shares[areas == own].sum())
    others = np.bincount(areas[topics & (areas != own)], shares[topics & (areas != own)])
    ahead = of_area - float(others.max(initial=0.0))
    return np.array(
        [
            1.0,
            best[0],
            best[0] - second,
            np.log(top[0] + 1e-6),
            top[:3].sum(),
            outside,
            covered,
            np.log(of_area + 1e-6),
            ahead,
        ]
    )


def contributions(
    weights: Weights, features: Sequence[Feature], label: str
) -> Iterator[tuple[str, float]]:
    """How much each feature of a question spoke for a label, with the words that it came from."""
    column = weights.labels.index(label)
    counts: dict[int, int] = {}
    origins: dict[int, str] = {}
    for feature in features:
        number = feature.block * BUCKETS + feature.bucket
        counts[number] = counts.get(number, 0) + 1
        origins.setdefault(number, feature.origin)
    numbers, values = evidence(counts, weights.idf, weights.block_weights)
    for number, value in zip(numbers, values, strict=True):
        yield (
            origins[int(number)],
            float(value) * float(weights.matrix[weights.index[number], column]),
        )
