"""Learns from the ways of asking: one linear model over all topics, with margins between them.

Kernel ridge regression brought to margins has no random start and no rate to tune. How sure its
answers are is learnt afterwards, on questions that it did not learn from (calibrate.py).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.faq.calibrate import ENOUGH, Trial, calibrate_on_examples, calibrate_on_trials, likes_of
from bot.faq.features import BUCKETS, CONCEPTS, FeatureMaker
from bot.faq.gram import build_matrix, gram_of, primal, vocabulary
from bot.faq.inverse import Factor, Inverse
from bot.faq.margins import fit_margins
from bot.faq.normalise import fold, words
from bot.faq.recipe import STEPS, Recipe, choose
from bot.faq.signals import CHANCES, SIGNALS
from bot.faq.weights import Weights

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """A way of asking, and its class: "topic:…", "outside:…", "vague:…" or "noise:…"."""

    text: str
    label: str
    area: str = ""  # the topic's; what is no topic has none


def learn(
    examples: Sequence[Example],
    maker: FeatureMaker,
    trials: Sequence[Trial] = (),
    recipe: Recipe | None = None,
) -> Weights:
    """The weights that tell the classes apart; the same examples give the same weights.

    Without a `recipe` one is chosen by trying.
    """
    labels = tuple(sorted({example.label for example in examples}))
    number = {label: at for at, label in enumerate(labels)}
    areas = {example.label: example.area or example.label for example in examples}
    classes = np.array([number[example.label] for example in examples])
    counted = [maker.count(example.text) for example in examples]
    idf, index = vocabulary(counted)
    has_trials = len(trials) >= ENOUGH
    recipe = recipe or choose(counted, classes, idf)
    matrix = build_matrix(counted, idf, index, recipe.block_weights)
    targets = np.zeros((len(examples), len(labels)), np.float32)
    targets[np.arange(len(examples)), classes] = 1.0
    gram = gram_of(matrix)
    likes = () if has_trials else likes_of(gram, classes)  # before the factor takes its place
    ridges = recipe.ridges(classes)
    gram[np.diag_indices_from(gram)] += ridges
    factor = Factor(gram)
    duals, moved = fit_margins(factor.solve, targets, ridges, STEPS)
    steps, scales = primal(matrix, duals)
    weights = Weights(
        labels=labels,
        areas=tuple(areas[label] for label in labels),
        words=_words(examples),
        idf=idf,
        index=index,
        matrix=steps,
        scales=scales,
        temperature=1.0,
        block_weights=recipe.block_weights,
        owners=_owners(counted, classes, len(labels), index),
        confidence=np.zeros((CHANCES, SIGNALS)),
    )
    if has_trials:
        return calibrate_on_trials(weights, maker.knowing(weights.words), trials)
    inverse = Inverse(factor)
    return calibrate_on_examples(weights, counted, classes, likes, inverse, duals, moved)


def _owners(
    counted: Sequence[dict[int, int]], classes: Ints, width: int, index: NDArray[np.int32]
) -> NDArray[np.uint8]:
    """How many examples of each class have each concept and stem; row 0: unknown ones."""
    least = CONCEPTS * BUCKETS
    first = int(index[:least].max(initial=0))
    owners = np.zeros((int(index.max(initial=0)) - first + 1, width), np.int64)
    for buckets, own in zip(counted, classes, strict=True):
        numbers = np.fromiter((number for number in buckets if number >= least), np.int64)
        owners[index[numbers] - first, own] += 1
    return np.minimum(owners, 255).astype(np.uint8)


def _words(examples: Sequence[Example]) -> tuple[str, ...]:
    counts = Counter(word for example in examples for word in words(fold(example.text)))
    return tuple(word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
