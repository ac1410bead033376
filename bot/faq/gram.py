"""Examples as a sparse matrix of features, and the products of it that learning needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.faq.features import BLOCKS, BUCKETS
from bot.faq.weights import evidence

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

RARE = 160  # features of so few examples are multiplied one by one, the others as matrices
CHUNK = 2048
MOST_PRODUCTS = 500_000  # at once
MOST_WEIGHED = 4_000_000  # products of entries and duals at once
STEPS = 127  # in which a weight is kept, to either side of zero
TINY = 1e-9
UNSEEN = 0.5  # of the weight of the rarest feature: what one weighs that no example has


@dataclass(frozen=True, slots=True)
class Matrix:
    """Examples by features, sparse: entries sorted by feature."""

    rows: Ints
    columns: Ints
    values: Floats
    starts: Ints  # of each column among the entries
    shape: tuple[int, int]


def vocabulary(counted: Sequence[Mapping[int, int]]) -> tuple[Floats, NDArray[np.int32]]:
    """Each feature's inverse document frequency, and its row in the weights (0: none)."""
    frequency = np.zeros(BUCKETS * len(BLOCKS), np.int64)
    for buckets in counted:
        frequency[list(buckets)] += 1
    idf = np.log((1 + len(counted)) / (1 + frequency)) + 1
    index = np.zeros(len(frequency), np.int32)
    used = np.flatnonzero(frequency)
    index[used] = np.arange(1, len(used) + 1)
    idf[frequency == 0] *= UNSEEN  # what nobody asked with is seldom what the question is about
    return idf.astype(np.float32), index


def build_matrix(
    counted: Sequence[Mapping[int, int]],
    idf: Floats,
    index: NDArray[np.int32],
    block_weights: Sequence[float],
) -> Matrix:
    """The evidence of each example."""
    rows, columns, values = [], [], []
    for at, buckets in enumerate(counted):
        numbers, weights = evidence(buckets, idf, block_weights)
        rows.append(np.full(len(numbers), at))
        columns.append(index[numbers] - 1)
        values.append(weights)
    row, column = np.concatenate(rows), np.concatenate(columns).astype(np.int64)
    order = np.lexsort((row, column))
    width = int(index.max())
    starts = np.searchsorted(column[order], np.arange(width + 1))
    return Matrix(
        row[order], column[order], np.concatenate(values)[order], starts, (len(counted), width)
    )


def gram_of(matrix: Matrix) -> Floats:
    """How alike each two examples are: the product of the matrix with its own transpose.

    Only its lower half is added up, and then mirrored.
    """
    height = matrix.shape[0]
    gram = np.zeros((height, height), np.float32)
    sizes = np.diff(matrix.starts)
    for size in range(1, RARE + 1):
        rare = np.flatnonzero(sizes == size)
        for columns in np.array_split(rare, 1 + len(rare) * size**2 // MOST_PRODUCTS):
            each = matrix.starts[columns][:, None] + np.arange(size)
            rows, values = matrix.rows[each], matrix.values[each]
            later, earlier = np.tril_indices(size)
            flat = (rows[:, later] * height + rows[:, earlier]).ravel()
            products = (values[:, later] * values[:, earlier]).ravel()
            np.add.at(gram.reshape(-1), flat, products)
    common = np.flatnonzero(sizes > RARE)
    for chunk in np.array_split(common, max(1, -(-len(common) // CHUNK))):
        dense = np.zeros((height, len(chunk)), np.float32)
        for at, column in enumerate(chunk):
            entries = slice(matrix.starts[column], matrix.starts[column + 1])
            dense[matrix.rows[entries], at] = matrix.values[entries]
        for start, end in _bands(height):
            gram[start:end, :end] += dense[start:end] @ dense[:end].T
    for start, end in _bands(height):
        corner = np.tril(gram[start:end, start:end])
        gram[start:end, start:end] = corner + np.tril(corner, -1).T
        gram[:start, start:end] = gram[start:end, :start].T
    return gram


def _bands(height: int) -> Iterator[tuple[int, int]]:
    """Rows that are filled together; all at once would take the memory twice."""
    return ((start, min(start + CHUNK, height)) for start in range(0, height, CHUNK))


def primal(matrix: Matrix, duals: Floats) -> tuple[NDArray[np.int8], Floats]:
    """The weight of each feature for each class, in steps of its row's scale; row 0: unknown.

    A byte each is exact enough, and of many topics it is quick to read.
    """
    _, width = matrix.shape
    steps = np.zeros((width + 1, duals.shape[1]), np.int8)
    scales = np.zeros(width + 1, np.float32)
    for start, end in _columns(matrix.starts, MOST_WEIGHED // max(1, duals.shape[1])):
        entries = slice(matrix.starts[start], matrix.starts[end])
        products = matrix.values[entries, None] * duals[matrix.rows[entries]]
        begins = matrix.starts[start:end] - matrix.starts[start]
        weights = np.add.reduceat(products, begins, axis=0)
        scale = np.maximum(np.abs(weights).max(axis=1), TINY) / STEPS
        steps[start + 1 : end + 1] = np.rint(weights / scale[:, None])
        scales[start + 1 : end + 1] = scale
    return steps, scales


def _columns(starts: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Columns that are weighed together: so many entries at most, or one column alone.

    What nearly every example has would else take more memory than all the rest of learning.
    """
    start, width = 0, len(starts) - 1
    while start < width:
        fits = int(np.searchsorted(starts, starts[start] + most, side="right")) - 1
        end = min(max(fits, start + 1), start + CHUNK, width)
        yield start, end
        start = end
