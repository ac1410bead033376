"""How much each kind of feature counts and how tightly the model is held: chosen by trying.

A few ways of asking in the words of one field call for other weights than thousands of commands
made of few words. Several recipes are tried on parts of the examples that were left out; the same
examples give the same choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import BLOCKS
from bot.faq.gram import build_matrix, gram_of
from bot.faq.margins import fit_margins

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

BALANCE = 0.5  # 0: every example counts the same; 1: every class does
MOST = 1500  # examples tried on
FOLDS = 3
STEPS = 16  # towards margins
TRIED_STEPS = 8  # the same while trying, where only the order matters


@dataclass(frozen=True, slots=True)
class Recipe:
    """How much each block counts (words, pairs, letters, concepts, stems), and the ridge."""

    block_weights: tuple[float, ...]
    ridge: float

    def ridges(self, classes: Ints) -> Floats:
        """The ridge of each example: small classes are held less."""
        sizes = np.bincount(classes)[classes]
        held: Floats = (self.ridge * (sizes / sizes.mean()) ** BALANCE).astype(np.float32)
        return held


MAIL = Recipe((0.6, 0.6, 1.0, 0.9, 0.4), 1.0)  # chosen on the tuning part of knowledge/evaluation
WORDS = (0.6, 1.2)
PAIRS = (0.6, 0.0)
RIDGES = (2.0, 1.0, 0.3)


def choose(counted: Sequence[Mapping[int, int]], classes: Ints, idf: Floats) -> Recipe:
    """The recipe that is right most often on examples left out."""
    rows = _spread(classes)
    if len(rows) < FOLDS:
        return MAIL
    own = classes[rows]
    index = np.zeros(len(idf), np.int32)
    used = np.array(sorted({bucket for row in rows for bucket in counted[row]}), np.int64)
    index[used] = np.arange(1, len(used) + 1)
    grams = [
        gram_of(build_matrix([counted[row] for row in rows], idf, index, tuple(only)))
        for only in np.eye(len(BLOCKS))
    ]
    folds = _folds(own)
    tried = []
    for words, pairs, ridge in product(WORDS, PAIRS, RIDGES):
        recipe = Recipe((words, pairs, *MAIL.block_weights[2:]), ridge)
        gram = sum(
            (np.float32(weight**2) * each)
            for weight, each in zip(recipe.block_weights, grams, strict=True)
        )
        tried.append((_share_right(np.asarray(gram), own, folds, recipe), recipe))
    return max(tried, key=lambda each: each[0])[1]


def _share_right(gram: Floats, classes: Ints, folds: Ints, recipe: Recipe) -> float:
    right = 0
    for fold in range(FOLDS):
        learnt, left = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if not len(learnt) or not len(left):
            continue
        targets = (classes[learnt][:, None] == np.arange(classes.max() + 1)).astype(np.float32)
        ridges = recipe.ridges(classes[learnt])
        inverse = np.linalg.inv(gram[np.ix_(learnt, learnt)] + np.diag(ridges))
        duals, _ = fit_margins(inverse.__matmul__, targets, ridges, TRIED_STEPS)
        scores = gram[np.ix_(left, learnt)] @ duals
        right += int((scores.argmax(axis=1) == classes[left]).sum())
    return right / len(classes)


def _spread(classes: Ints) -> Ints:
    """Examples to try on: all, or of each class its share, evenly from its first to its last."""
    order = np.argsort(classes, kind="stable")
    if len(order) <= MOST:
        return order
    return order[np.linspace(0, len(order) - 1, MOST).astype(np.int64)]


def _folds(classes: Ints) -> Ints:
    """The fold of each example; each class is spread over all of them."""
    folds = np.empty(len(classes), np.int64)
    for own in np.unique(classes):
        group = np.flatnonzero(classes == own)
        folds[group] = np.arange(len(group)) % FOLDS
    return folds
