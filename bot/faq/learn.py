"""Learns from the ways of asking: one linear model over all topics, solved in closed form.

Kernel ridge regression has no random start and no steps to tune, and gives the score that each
example would get had it not been learnt (leave-one-out) for nothing, so confidence is calibrated
on honest scores: right answers against wrong ones and against what lies outside.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import BLOCKS, BUCKETS, STEMS, FeatureMaker, count
from bot.faq.inverse import Inverse
from bot.faq.normalise import fold, words
from bot.faq.weights import (
    OUTSIDE,
    SIGNALS,
    TOPIC,
    VAGUE,
    Weights,
    area_numbers,
    evidence,
    signals,
    stems,
    weighed_share,
)

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK_WEIGHTS = (0.6, 0.45, 1.0, 0.8, 0.4)  # words, pairs, letters, concepts, stems
RIDGE = 0.6
BALANCE = 0.5  # 0: every example counts the same; 1: every class does
RARE = 24  # features of so few examples are multiplied one by one, the others as matrices
CHUNK = 2048
MOST_PRODUCTS = 500_000  # at once
LIKES = 1  # near examples left out together with one
STRANGE = 0.2  # how often a question is of the field and yet not in the knowledge
CHANCES = 3  # that are learnt: of the topic, of its area, of the best three
TEMPERATURES = np.geomspace(0.02, 0.5, 40)


@dataclass(frozen=True, slots=True)
class Example:
    """A way of asking, and its class: "topic:…", "outside:…" or "vague:…"."""

    text: str
    label: str
    area: str = ""  # the topic's; what is no topic has none


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Examples by features, sparse: entries sorted by feature."""

    rows: Ints
    columns: Ints
    values: Floats
    starts: Ints  # of each column among the entries
    shape: tuple[int, int]


def learn(examples: Sequence[Example], maker: FeatureMaker) -> Weights:
    """The weights that tell the classes apart; the same examples give the same weights."""
    labels = tuple(sorted({example.label for example in examples}))
    number = {label: at for at, label in enumerate(labels)}
    areas = {example.label: example.area or example.label for example in examples}
    classes = np.array([number[example.label] for example in examples])
    counted = [count(maker.features(example.text)) for example in examples]
    idf, index = _vocabulary(counted)
    matrix = _matrix(counted, idf, index)
    targets = np.zeros((len(examples), len(labels)), np.float32)
    targets[np.arange(len(examples)), classes] = 1.0
    sizes = np.bincount(classes)[classes]
    ridge = RIDGE * (sizes / sizes.mean()) ** BALANCE
    gram = _gram(matrix)
    gram[np.diag_indices_from(gram)] += ridge.astype(np.float32)
    likes = _likes(gram, classes)
    inverse = Inverse(gram)
    duals = inverse.times(targets)
    held_out = _held_out(inverse, duals, targets, classes, labels, likes)
    owners = _owners(counted, classes, len(labels), index)
    strange = _strange(inverse, duals, targets, classes)
    temperature = _temperature(held_out, classes)
    weights = Weights(
        labels=labels,
        areas=tuple(areas[label] for label in labels),
        words=_words(examples),
        idf=idf,
        index=index,
        matrix=_primal(matrix, duals),
        temperature=temperature,
        block_weights=BLOCK_WEIGHTS,
        owners=owners,
        confidence=np.zeros((CHANCES, SIGNALS)),
    )
    calibration = _calibrate(weights, counted, classes, held_out, strange)
    return replace(weights, confidence=calibration)


def _owners(
    counted: Sequence[dict[int, int]], classes: Ints, width: int, index: NDArray[np.int32]
) -> NDArray[np.uint8]:
    """How many examples of each class have each stem; row 0 is that of unknown stems."""
    first = int(index[: STEMS * BUCKETS].max(initial=0))
    owners = np.zeros((int(index.max(initial=0)) - first + 1, width), np.int64)
    for buckets, own in zip(counted, classes, strict=True):
        owners[index[stems(buckets)] - first, own] += 1
    return np.minimum(owners, 255).astype(np.uint8)


def _words(examples: Sequence[Example]) -> tuple[str, ...]:
    counts = Counter(word for example in examples for word in words(fold(example.text)))
    return tuple(word for word, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _vocabulary(counted: Sequence[dict[int, int]]) -> tuple[Floats, NDArray[np.int32]]:
    """Each feature's inverse document frequency, and its row in the weights (0: none)."""
    frequency = np.zeros(BUCKETS * len(BLOCKS), np.int64)
    for buckets in counted:
        frequency[list(buckets)] += 1
    idf = np.log((1 + len(counted)) / (1 + frequency)) + 1
    index = np.zeros(len(frequency), np.int32)
    used = np.flatnonzero(frequency)
    index[used] = np.arange(1, len(used) + 1)
    return idf.astype(np.float32), index


def _matrix(counted: Sequence[dict[int, int]], idf: Floats, index: NDArray[np.int32]) -> _Matrix:
    rows, columns, values = [], [], []
    for at, buckets in enumerate(counted):
        numbers, weights = evidence(buckets, idf, BLOCK_WEIGHTS)
        rows.append(np.full(len(numbers), at))
        columns.append(index[numbers] - 1)
        values.append(weights)
    row, column = np.concatenate(rows), np.concatenate(columns).astype(np.int64)
    order = np.lexsort((row, column))
    width = int(index.max())
    starts = np.searchsorted(column[order], np.arange(width + 1))
    return _Matrix(
        row[order], column[order], np.concatenate(values)[order], starts, (len(counted), width)
    )


def _gram(matrix: _Matrix) -> Floats:
    """How alike each two examples are: the product of the matrix with its own transpose."""
    height = matrix.shape[0]
    gram = np.zeros((height, height), np.float32)
    sizes = np.diff(matrix.starts)
    for size in range(1, RARE + 1):
        rare = np.flatnonzero(sizes == size)
        for columns in np.array_split(rare, 1 + len(rare) * size**2 // MOST_PRODUCTS):
            each = matrix.starts[columns][:, None] + np.arange(size)
            rows, values = matrix.rows[each], matrix.values[each]
            flat = (rows[:, :, None] * height + rows[:, None, :]).ravel()
            products = (values[:, :, None] * values[:, None, :]).ravel()
            np.add.at(gram.reshape(-1), flat, products)
    common = np.flatnonzero(sizes > RARE)
    for chunk in np.array_split(common, max(1, -(-len(common) // CHUNK))):
        dense = np.zeros((height, len(chunk)), np.float32)
        for at, column in enumerate(chunk):
            entries = slice(matrix.starts[column], matrix.starts[column + 1])
            dense[matrix.rows[entries], at] = matrix.values[entries]
        gram += dense @ dense.T
    return gram


def _primal(matrix: _Matrix, duals: Floats) -> NDArray[np.float16]:
    """The weight of each feature for each class; row 0 is that of unknown features."""
    _, width = matrix.shape
    weights = np.zeros((width + 1, duals.shape[1]), np.float16)
    for start in range(0, width, CHUNK):
        end = min(start + CHUNK, width)
        entries = slice(matrix.starts[start], matrix.starts[end])
        products = matrix.values[entries, None] * duals[matrix.rows[entries]]
        weights[start + 1 : end + 1] = np.add.reduceat(
            products, matrix.starts[start:end] - matrix.starts[start], axis=0
        )
    return weights


def _held_out(
    inverse: Inverse,
    duals: Floats,
    targets: Floats,
    classes: Ints,
    labels: Sequence[str],
    likes: Sequence[Ints],
) -> Floats:
    """The scores of each example had neither it nor its likes been learnt.

    People ask in words that no writer thought of: so the nearest examples of the same class are
    left out with each, and of what lies outside a whole group at a time.
    """
    scores = np.empty_like(duals)
    for number, label in enumerate(labels):
        group = np.flatnonzero(classes == number)
        if label.startswith(OUTSIDE):
            scores[group] = _left_out(group, inverse, duals, targets)
            continue
        for row in group:
            block = np.array([row, *likes[int(row)]])
            scores[row] = _left_out(block, inverse, duals, targets)[0]
    return scores


def _likes(gram: Floats, classes: Ints) -> Sequence[Ints]:
    """For each example the others of its class that are most like it."""
    likes = []
    for row, own in enumerate(classes):
        group = np.flatnonzero(classes == own)
        group = group[group != row]
        likes.append(group[np.argsort(-gram[row, group], kind="stable")[:LIKES]])
    return likes


def _strange(inverse: Inverse, duals: Floats, targets: Floats, classes: Ints) -> Floats:
    """The scores of each example had its whole class not been learnt.

    So a question of the field looks that the knowledge lacks: the hardest to own up to.
    """
    scores = np.empty_like(duals)
    for number in range(duals.shape[1]):
        group = np.flatnonzero(classes == number)
        scores[group] = _left_out(group, inverse, duals, targets)
        scores[group, number] = scores[group].min()
    return scores


def _left_out(block: Ints, inverse: Inverse, duals: Floats, targets: Floats) -> Floats:
    """The scores of a block of examples had it not been learnt: exact, without learning again."""
    left: Floats = targets[block] - np.linalg.solve(inverse.block(block), duals[block])
    return left


def _temperature(scores: Floats, classes: Ints) -> float:
    """The temperature at which the held-out scores are likeliest."""
    losses = []
    for temperature in TEMPERATURES:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        likelihood = scaled[np.arange(len(classes)), classes] - np.log(np.exp(scaled).sum(axis=1))
        losses.append(-likelihood.mean())
    return float(TEMPERATURES[int(np.argmin(losses))])


def _calibrate(
    weights: Weights,
    counted: Sequence[dict[int, int]],
    classes: Ints,
    held_out: Floats,
    strange: Floats,
) -> Doubles:
    """Coefficients of three chances: best topic right, its area right, one of three right."""
    topics = np.array([label.startswith(TOPIC) for label in weights.labels])
    vague = np.array([label.startswith(VAGUE) for label in weights.labels])
    places = np.flatnonzero(topics)
    areas = area_numbers(weights.areas)
    rows: list[Doubles] = []
    claims: list[tuple[bool, bool, bool]] = []
    weight: list[float] = []
    if not len(places):  # nothing is known: nothing is sure
        return np.zeros((CHANCES, SIGNALS))
    for at, own in enumerate(classes):
        for scores, counts in ((held_out[at], 1.0), (strange[at], STRANGE)):
            if vague[own] or (counts == STRANGE and not topics[own]):
                continue
            best = places[np.argsort(-scores[topics], kind="stable")[:3]]
            covered = _covered(weights, counted[at], int(best[0]), best[0] == own)
            rows.append(signals(scores, topics, areas, weights.temperature, covered))
            known = counts != STRANGE
            claims.append(
                (
                    bool(known and own == best[0]),
                    bool(known and topics[own] and areas[own] == areas[best[0]]),
                    bool(known and own in best),
                )
            )
            weight.append(counts)
    design, heavy = np.array(rows), np.array(weight)
    return np.stack([_logistic(design, claim, heavy) for claim in np.array(claims).T])


def _covered(weights: Weights, counts: dict[int, int], label: int, is_own: bool) -> float:
    """What Weights.covered() would say of an example, had it not been learnt itself."""
    numbers = stems(counts)
    owners = weights.owners[weights.stem_rows(numbers), label]
    return weighed_share(weights.idf[numbers], owners > (1 if is_own else 0))


def _logistic(design: Doubles, right: NDArray[np.bool_], weight: Doubles) -> Doubles:
    """Logistic regression by Newton's steps, lightly held back."""
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (weight * (right - chance)) - 0.1 * weights
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        curve[np.diag_indices_from(curve)] += 0.1
        weights = weights + np.linalg.solve(curve, slope)
    return weights
