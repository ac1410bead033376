"""A second opinion: where the words alone leave it open, a sentence encoder is asked, once.

Its scores come from the examples by kernel ridge regression on a few typical ones, and are added
to those of the words. How sure the two are together is learnt anew, on the same questions as
before, with signs of its own.
"""

import io
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from bot.faq.apart import run_apart
from bot.faq.calibrate import Trial, claims_of, fit_chance, fit_temperature
from bot.faq.decide import Scored
from bot.faq.encoder import Encoder
from bot.faq.features import FeatureMaker
from bot.faq.learn import Example
from bot.faq.match import Candidate
from bot.faq.read import Reader, Reading
from bot.faq.signals import CHANCES, SIGNALS, shares, signals
from bot.faq.weights import Weights, rank
from bot.knowledge.lexicon import Lexicon

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

# Chosen on the tuning part of knowledge/evaluation, cross-validated.
SHARE = np.float32(0.8)  # how much the encoder's scores count beside the words'
SECOND_ANSWER = 0.82  # the chance from which on is answered what the words alone left open
LANDMARKS = 1500  # typical examples that a question is compared with
RIDGE = 1.0
BALANCE = 0.5  # 0: every example counts the same; 1: every class does
JITTER = 1e-3
NEAREST = 10  # landmarks whose likeness is a sign
SIGNS = 8  # of the encoder
SHOWN = 3
HALVED = ("landmarks", "duals")


@dataclass(frozen=True, slots=True)
class Second:
    """What was learnt of the encoder's view; asked with a question's vector."""

    landmarks: Floats  # vectors of typical examples
    duals: Floats  # landmarks by labels
    confidence: Doubles  # chances by signs
    temperature: float

    def likeness(self, vectors: Floats) -> Floats:
        """How like each landmark the questions are."""
        alike: Floats = vectors @ self.landmarks.T
        return alike

    def scores(self, alike: Floats) -> Floats:
        """The encoder's own score of each label."""
        found: Floats = _kernel(alike) @ self.duals
        return found

    def assess(self, weights: Weights, read: Reading, vector: Floats) -> Scored:
        """The shares and chances of words and encoder together."""
        alike = self.likeness(vector)
        own = self.scores(alike)
        both = read.scores + SHARE * own
        signs = _signs(weights, self.temperature, read, both, own, alike)
        chances = 1 / (1 + np.exp(-np.clip(self.confidence @ signs, -30, 30)))
        sure, area, among = map(float, chances)
        return Scored(
            rank(weights, both, shares(both, weights.kinds, self.temperature)),
            sure,
            max(sure, among),
            max(sure, area),
            threshold=SECOND_ANSWER,
            second=self._shown(weights, own),
        )

    def _shown(self, weights: Weights, own: Floats) -> tuple[Candidate, ...]:
        share = shares(own, weights.kinds, self.temperature)
        return Scored(rank(weights, own, share), 0.0, 0.0).topics()[:SHOWN]

    def to_bytes(self) -> bytes:
        """Everything in one blob; vectors and duals take half the place that they take here."""
        stream = io.BytesIO()
        arrays = {each.name: np.asarray(getattr(self, each.name)) for each in fields(self)}
        halved = {name: arrays[name].astype(np.float16) for name in HALVED}
        np.savez(stream, allow_pickle=False, **{**arrays, **halved})
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, blob: bytes) -> "Second":
        """What `to_bytes` wrote."""
        with np.load(io.BytesIO(blob), allow_pickle=False) as kept:
            arrays = {each.name: kept[each.name] for each in fields(cls)}
        whole = {name: arrays[name].astype(np.float32) for name in HALVED}
        return cls(**{**arrays, **whole, "temperature": float(arrays["temperature"])})


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What was learnt of the encoder's view, and the encoder itself."""

    learnt: Second
    encoder: Encoder

    def assess(self, weights: Weights, read: Reading) -> Scored:
        """The shares and chances of words and encoder together."""
        return self.learnt.assess(weights, read, self.encoder.embed([read.text])[0])

    def warm(self) -> None:
        """Load now what the first question would wait for."""
        self.encoder.embed([""])


def learn_second(
    weights: Weights,
    maker: FeatureMaker,
    examples: Sequence[Example],
    trials: Sequence[Trial],
    encoder: Encoder,
) -> Second:
    """The second opinion on these examples; the same ones give the same."""
    number = {label: at for at, label in enumerate(weights.labels)}
    classes = np.array([number[example.label] for example in examples])
    vectors = encoder.embed([example.text for example in examples])
    landmarks = _rounded(vectors[typical(vectors, classes, LANDMARKS)])
    duals = _duals(vectors, classes, landmarks, len(number))
    second = Second(
        landmarks,
        _rounded(duals),
        np.zeros((CHANCES, SIGNALS + SIGNS)),
        weights.temperature,
    )
    return _calibrate(second, weights, Reader(weights, maker), trials, encoder)


def typical(vectors: Floats, classes: Ints, most: int) -> Ints:
    """Of each class its share of examples: the one in the middle, then whatever is least like
    those taken already."""
    kept: list[int] = []
    for own in np.unique(classes):
        group = np.flatnonzero(classes == own)
        many = min(len(group), max(1, round(len(group) * most / len(classes))))
        alike = vectors[group] @ vectors[group].T
        taken = [int(alike.sum(axis=1).argmax())]
        nearest = alike[taken[0]].copy()
        nearest[taken] = np.inf
        while len(taken) < many:
            taken.append(int(nearest.argmin()))
            nearest = np.maximum(nearest, alike[taken[-1]])
            nearest[taken] = np.inf
        kept += [int(group[at]) for at in taken]
    return np.array(kept, np.int64)


def _rounded(values: Floats) -> Floats:
    """The values as they will come back from where they are kept."""
    back: Floats = values.astype(np.float16).astype(np.float32)
    return back


def _kernel(alike: Floats) -> Floats:
    """Likeness to the third: what is only of the same field hardly counts."""
    cubed: Floats = np.maximum(alike, 0) ** 3
    return cubed


def _duals(vectors: Floats, classes: Ints, landmarks: Floats, width: int) -> Floats:
    design = _kernel(vectors @ landmarks.T)
    sizes = np.bincount(classes)[classes]
    weighted = (design * ((sizes.mean() / sizes) ** BALANCE)[:, None].astype(np.float32)).T
    targets = np.zeros((len(classes), width), np.float32)
    targets[np.arange(len(classes)), classes] = 1.0
    held = weighted @ design + np.float32(RIDGE) * _kernel(landmarks @ landmarks.T)
    held[np.diag_indices_from(held)] += JITTER
    solved: Floats = np.linalg.solve(held.astype(np.float64), weighted @ targets).astype(np.float32)
    return solved


def _calibrate(
    second: Second, weights: Weights, reader: Reader, trials: Sequence[Trial], encoder: Encoder
) -> Second:
    """The second opinion with chances learnt on real questions."""
    read = [reader.read(trial.text) for trial in trials]
    alike = second.likeness(encoder.embed([each.text for each in read]))
    own = second.scores(alike)
    both = np.array([each.scores for each in read]) + SHARE * own
    right = np.array([[label in trial.right for label in weights.labels] for trial in trials])
    second = replace(second, temperature=fit_temperature(both, right, weights))
    signs = np.array(
        [
            _signs(weights, second.temperature, each, both[at], own[at], alike[at])
            for at, each in enumerate(read)
        ]
    )
    claims = np.array(
        [claims_of(trial, both[at], weights) for at, trial in enumerate(trials)], bool
    )
    even = np.ones(len(trials))
    return replace(
        second, confidence=np.stack([fit_chance(signs, claim, even) for claim in claims.T])
    )


def _signs(
    weights: Weights, temperature: float, read: Reading, both: Floats, own: Floats, alike: Floats
) -> Doubles:
    """The signs of the scores together, and those of the encoder for the topic they lead to."""
    kinds = weights.kinds
    best = int(np.where(kinds.topics, both, -np.inf).argmax())
    first = int(np.where(kinds.topics, own, -np.inf).argmax())
    is_own = kinds.areas == kinds.areas[best]
    nearest = np.sort(alike)[::-1][:NEAREST]
    return np.array(
        [
            *signals(both, shares(both, kinds, temperature), kinds, read.counts, weights.known),
            own[best],
            own[best] - own[kinds.topics & ~is_own].max(initial=0.0),
            own[best] - own[kinds.outside].max(initial=0.0),
            own[first] - own[best],
            float(first == best),
            float(is_own[first]),
            nearest[0],
            nearest.mean(),
        ]
    )


def learn_here(task: bytes) -> bytes:
    """Learn in this process. `task` comes from our own parent and from nobody else."""
    blob, examples, lexicon, trials, encoder = pickle.loads(task)
    weights = Weights.from_bytes(blob)
    maker = FeatureMaker(lexicon, weights.words)
    return learn_second(weights, maker, examples, trials, encoder).to_bytes()


def learn_second_apart(
    weights: Weights,
    lexicon: Lexicon,
    examples: Sequence[Example],
    trials: Sequence[Trial],
    encoder: Encoder,
) -> bytes:
    """What `learn_second` gives, as `Second.to_bytes` writes it; this process stays small."""
    task = pickle.dumps((weights.to_bytes(), examples, lexicon, trials, encoder))
    return run_apart("bot.faq.cascade", task, learn_here)


if __name__ == "__main__":
    sys.stdout.buffer.write(learn_here(sys.stdin.buffer.read()))
