"""How sure is sure: chances learnt on questions that were not learnt from.

The best such questions are real ones, each with the topics that would be right for it or with none
where it must not be answered. Without them (a few topics of one's own, another field) each example
is scored as if it and its likes had not been learnt, which the inverse gives for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import FeatureMaker
from bot.faq.inverse import Inverse
from bot.faq.read import Reader
from bot.faq.signals import BEST, OUTSIDE, first_of, shares, signals
from bot.faq.weights import Weights

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

ENOUGH = 200  # trials, from which on they are calibrated on
LIKES = 1  # near examples left out together with one
STRANGE = 0.2  # how often a question is of the field and yet not in the knowledge
HELD_BACK = 1.0  # how strongly the logistic regressions are
TEMPERATURES = np.geomspace(0.02, 0.5, 40)


@dataclass(frozen=True, slots=True)
class Trial:
    """A question that is no example, and the labels right for it: none, not to be answered."""

    text: str
    right: frozenset[str]  # topics of which any is right
    area: frozenset[str]  # areas of which any is right


@dataclass(frozen=True, slots=True)
class _Case:
    """One scored question: its signs, and whether topic, area, one of the best were right."""

    signs: Doubles
    claims: tuple[bool, bool, bool]
    weight: float


def calibrate_on_trials(weights: Weights, maker: FeatureMaker, trials: Sequence[Trial]) -> Weights:
    """The weights with chances learnt on real questions."""
    if not weights.kinds.topics.any():  # nothing is known: nothing is sure
        return weights
    reader = Reader(weights, maker)
    read = [reader.read(trial.text) for trial in trials]
    scores = np.array([each.scores for each in read])
    right = np.array([[label in trial.right for label in weights.labels] for trial in trials])
    weights = replace(weights, temperature=fit_temperature(scores, right, weights))
    cases = []
    for trial, each in zip(trials, read, strict=True):
        claims = claims_of(trial, each.scores, weights)
        share = shares(each.scores, weights.kinds, weights.temperature)
        signs = signals(each.scores, share, weights.kinds, each.counts, weights.known)
        cases.append(_Case(signs, claims, 1.0))
    return replace(weights, confidence=_fit(cases))


def claims_of(trial: Trial, scores: Floats, weights: Weights) -> tuple[bool, bool, bool]:
    """Whether the topic, its area, and one of the best topics is right for a question."""
    best = _best(scores, weights)
    return (
        weights.labels[best[0]] in trial.right,
        weights.areas[best[0]] in trial.area,
        any(weights.areas[at] in trial.area for at in best),
    )


def calibrate_on_examples(
    weights: Weights,
    counted: Sequence[dict[int, int]],
    classes: Ints,
    likes: Sequence[Ints],
    inverse: Inverse,
    duals: Floats,
    targets: Floats,
) -> Weights:
    """The weights with chances learnt on the examples, each as if it had not been learnt."""
    kinds = weights.kinds
    if not kinds.topics.any():
        return weights
    left = _LeftOut(inverse, duals, targets, classes)
    held_out = left.with_likes(weights.labels, likes)
    right = classes[:, None] == np.arange(len(weights.labels))
    weights = replace(weights, temperature=fit_temperature(held_out, right, weights))
    strange = left.with_class()
    cases = []
    for at, own in enumerate(classes):
        known = replace(weights.known, left_out=int(own))
        if kinds.noise[own] or own in kinds.vague:
            continue
        for scores, is_known in ((held_out[at], True), (strange[at], False)):
            if not is_known and not kinds.topics[own]:
                continue
            best = _best(scores, weights)
            claims = (
                bool(is_known and own == best[0]),
                bool(is_known and kinds.topics[own] and kinds.areas[own] == kinds.areas[best[0]]),
                bool(is_known and own in best),
            )
            share = shares(scores, kinds, weights.temperature)
            signs = signals(scores, share, kinds, counted[at], known)
            cases.append(_Case(signs, claims, 1.0 if is_known else STRANGE))
    return replace(weights, confidence=_fit(cases))


def _best(scores: Floats, weights: Weights) -> Ints:
    kinds = weights.kinds
    return first_of(np.where(kinds.topics, scores, -np.inf), min(BEST, kinds.count))


def _fit(cases: Sequence[_Case]) -> Doubles:
    design = np.array([case.signs for case in cases])
    heavy = np.array([case.weight for case in cases])
    claims = np.array([case.claims for case in cases])
    return np.stack([fit_chance(design, claim, heavy) for claim in claims.T])


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """The scores that examples would have, had some not been learnt, by the inverse.

    The others' targets are taken to stay where they are, which they nearly do.
    """

    inverse: Inverse
    duals: Floats
    targets: Floats
    classes: Ints

    def with_likes(self, labels: Sequence[str], likes: Sequence[Ints]) -> Floats:
        """The scores of each example had neither it nor its likes been learnt.

        People ask in words that no writer thought of: so the nearest examples of the same class
        are left out with each, and of what lies outside a whole group at a time.
        """
        scores = np.empty_like(self.duals)
        for number, label in enumerate(labels):
            group = np.flatnonzero(self.classes == number)
            if label.startswith(OUTSIDE):
                scores[group] = self._of(group)
                continue
            for row in group:
                scores[row] = self._of(np.array([row, *likes[int(row)]]))[0]
        return scores

    def with_class(self) -> Floats:
        """The scores of each example had its whole class not been learnt.

        So a question of the field looks that the knowledge lacks: the hardest to own up to.
        """
        scores = np.empty_like(self.duals)
        for number in range(self.duals.shape[1]):
            group = np.flatnonzero(self.classes == number)
            scores[group] = self._of(group)
            scores[group, number] = scores[group].min()
        return scores

    def _of(self, block: Ints) -> Floats:
        solved = np.linalg.solve(self.inverse.block(block), self.duals[block])
        left: Floats = self.targets[block] - solved
        return left


def likes_of(gram: Floats, classes: Ints) -> Sequence[Ints]:
    """For each example the others of its class that are most like it."""
    likes = []
    for row, own in enumerate(classes):
        group = np.flatnonzero(classes == own)
        group = group[group != row]
        likes.append(group[np.argsort(-gram[row, group], kind="stable")[:LIKES]])
    return likes


def fit_temperature(scores: Floats, right: NDArray[np.bool_], weights: Weights) -> float:
    """The temperature at which what is right is likeliest; what has nothing right says nothing."""
    asked = right.any(axis=1)
    if not asked.any():
        return float(TEMPERATURES[len(TEMPERATURES) // 2])
    heard = ~weights.kinds.noise
    scores, right = scores[np.ix_(asked, heard)], right[np.ix_(asked, heard)]
    scores = scores - scores.max(axis=1, keepdims=True)
    losses = []
    for temperature in TEMPERATURES:
        scaled = np.exp(scores / np.float32(temperature))
        each = (scaled * right).sum(axis=1) / scaled.sum(axis=1)
        losses.append(-np.log(np.maximum(each, 1e-12)).mean())
    return float(TEMPERATURES[int(np.argmin(losses))])


def fit_chance(design: Doubles, right: NDArray[np.bool_], heavy: Doubles) -> Doubles:
    """Logistic regression by Newton's steps on signs of equal spread, held back a little."""
    spread = np.maximum(design.std(axis=0), 1e-9)
    spread[0] = 1.0  # the constant
    middle = design.mean(axis=0)
    middle[0] = 0.0
    even = (design - middle) / spread
    held = np.full(design.shape[1], HELD_BACK)
    held[0] = 1e-3
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(even @ weights, -30, 30)))
        slope = even.T @ (heavy * (right - chance)) - held * weights
        curve = (even * (heavy * chance * (1 - chance))[:, None]).T @ even
        curve[np.diag_indices_from(curve)] += held
        weights = weights + np.linalg.solve(curve, slope)
    plain: Doubles = weights / spread
    plain[0] -= float(middle @ plain)
    return plain
