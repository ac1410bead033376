"""Reads a message: which of its sentences hold the question, and how each class scores for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import FeatureMaker
from bot.faq.normalise import sentences
from bot.faq.weights import Weights

MOST_READ = 600  # characters; a question is in the first lines
HALF = np.float32(0.5)
SMALL_TALK = "outside:small-talk"  # between other sentences it is but politeness


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the text without the noise around it, its features, its scores."""

    text: str
    counts: Mapping[int, int]
    scores: NDArray[np.float32]


class Reader:
    """Reads messages with what was learnt."""

    def __init__(self, weights: Weights, maker: FeatureMaker) -> None:
        self._weights = weights
        self._maker = maker
        noise = weights.kinds.noise.copy()
        if SMALL_TALK in weights.labels:
            noise[weights.labels.index(SMALL_TALK)] = True
        self._noise = noise

    def read(self, text: str) -> Reading:
        """The scores of a message, backed by the sentence that says most.

        A long message tells a story, and its question is in one sentence of it.
        """
        text = text[:MOST_READ]
        parts = [self._read(sentence) for sentence in sentences(text)]
        telling = [part for part in parts if not self._is_noise(part)]
        if not telling:
            return self._read(text)
        if len(telling) == 1:
            return telling[0]
        whole = self._read(". ".join(part.text for part in telling))
        if not self._weights.kinds.topics.any():
            return whole
        best = max(telling, key=self._top)
        return Reading(whole.text, whole.counts, (whole.scores + best.scores) * HALF)

    def _read(self, text: str) -> Reading:
        counts = self._maker.count(text)
        return Reading(text, counts, self._weights.scores(counts))

    def _is_noise(self, part: Reading) -> bool:
        return bool(self._noise[int(part.scores.argmax())])

    def _top(self, part: Reading) -> float:
        return float(part.scores[self._weights.kinds.topics].max())
