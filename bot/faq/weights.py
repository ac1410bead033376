"""What was learnt, how it scores a question, and how it is kept."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.faq.decide import Scored
from bot.faq.features import BUCKETS, Feature
from bot.faq.match import Candidate
from bot.faq.signals import SIGNALS, Kinds, Known, first_of, kinds, shares, signals

ARRAYS = ("idf", "index", "matrix", "scales", "owners", "confidence")
ALIGNED = 16  # bytes to which each array is filled up
MOST_RANKED = 12  # topics that are told, the best; of a thousand the others matter to nobody
MOST_OTHERS = 60  # the same of what lies outside or is vague


@dataclass(frozen=True)
class Weights:
    """A linear model over hashed features, with the means to say how sure it is."""

    labels: tuple[str, ...]
    areas: tuple[str, ...]  # of each label; what is no topic is its own
    words: tuple[str, ...]  # that occur in the examples, the commonest first
    idf: NDArray[np.float32]  # of every bucket
    index: NDArray[np.int32]  # its row in the matrix; 0 is the row of unknown features
    matrix: NDArray[np.int8]  # features by labels, each row in steps of its own scale
    scales: NDArray[np.float32]
    owners: NDArray[np.uint8]  # concepts and stems by labels: how many examples have them
    temperature: float
    confidence: NDArray[np.float64]
    block_weights: tuple[float, ...]

    def scores(self, counts: Mapping[int, int]) -> NDArray[np.float32]:
        """The score of each label."""
        numbers, values = evidence(counts, self.idf, self.block_weights)
        rows = self.index[numbers]
        steps = self.matrix[rows].astype(np.float32)
        scaled: NDArray[np.float32] = values * self.scales[rows]
        return scaled @ steps

    @cached_property
    def kinds(self) -> Kinds:
        """Which labels are topics, and what the others are."""
        return kinds(self.labels, self.areas)

    @cached_property
    def known(self) -> Known:
        """The words and concepts that the examples have."""
        return Known(self.owners, len(self.matrix) - len(self.owners), self.index, self.idf)

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


def assess(weights: Weights, scores: NDArray[np.float32], counts: Mapping[int, int]) -> Scored:
    """The shares of all classes that are not noise, and the calibrated chances."""
    kinds = weights.kinds
    if not counts or kinds.noise.all():
        return Scored((), 0.0, 0.0)
    share = shares(scores, kinds, weights.temperature)
    seen = np.zeros(SIGNALS)
    if kinds.topics.any():
        seen = signals(scores, share, kinds, counts, weights.known)
    chances = 1 / (1 + np.exp(-np.clip(weights.confidence @ seen, -30, 30)))
    sure, area, among = map(float, chances)
    return Scored(rank(weights, scores, share), sure, max(sure, among), max(sure, area))


def rank(
    weights: Weights, scores: NDArray[np.float32], share: NDArray[np.float64]
) -> tuple[Candidate, ...]:
    """The best labels that are not noise, each with its share."""
    kinds = weights.kinds
    topics = first_of(np.where(kinds.topics, scores, -np.inf), min(MOST_RANKED, kinds.count))
    others = kinds.others[first_of(share[kinds.others], min(MOST_OTHERS, len(kinds.others)))]
    told = np.concatenate([topics, others])
    order = told[np.lexsort((told, -share[told]))]
    return tuple(Candidate(weights.labels[at], float(share[at])) for at in order)


def contributions(
    weights: Weights, features: Sequence[Feature], label: str
) -> Iterator[tuple[str, float]]:
    """How much each feature of a question spoke for a label, with the words that it came from."""
    column = weights.labels.index(label)
    counts: dict[int, int] = {}
    origins: dict[int, str] = {}
    for number, origin in features:
        counts[number] = counts.get(number, 0) + 1
        origins.setdefault(number, origin)
    numbers, values = evidence(counts, weights.idf, weights.block_weights)
    for number, value in zip(numbers, values, strict=True):
        row = weights.index[number]
        weight = float(weights.matrix[row, column]) * float(weights.scales[row])
        yield origins[int(number)], float(value) * weight
