"""A large symmetric matrix in factors, and its inverse as far as leaving examples out needs it."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SMALL = 192  # rows that are factorised at once
TINY = 64  # rows that are inverted at once
BLOCK = 512  # rows that are solved at once


class Factor:
    """A symmetric positive definite matrix A = L Lᵀ, kept as L."""

    def __init__(self, matrix: Floats) -> None:
        """Take the matrix over: its memory holds the factor from here on."""
        _factorise(matrix)
        self.lower = matrix
        self._corners = [np.tril(matrix[start:end, start:end]) for start, end in self._bands()]
        for corner in self._corners:
            _invert_lower(corner)

    def solve(self, right: Floats) -> Floats:
        """The inverse of A times another matrix."""
        solved = right.astype(np.float32)
        bands = list(zip(self._bands(), self._corners, strict=True))
        for (start, end), corner in bands:
            solved[start:end] -= self.lower[start:end, :start] @ solved[:start]
            solved[start:end] = corner @ solved[start:end]
        for (start, end), corner in reversed(bands):
            solved[start:end] -= self.lower[end:, start:end].T @ solved[end:]
            solved[start:end] = corner.T @ solved[start:end]
        return solved

    def _bands(self) -> list[tuple[int, int]]:
        size = len(self.lower)
        return [(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]


class Inverse:
    """The inverse of A, kept as that of L: any block of it is a product of a few columns."""

    def __init__(self, factor: Factor) -> None:
        """Take the factor over: its memory holds the inverse, and it solves nothing any more."""
        _invert_lower(factor.lower)
        self._lower = factor.lower

    def block(self, places: NDArray[np.int64]) -> Floats:
        """The rows and columns of the inverse at these places."""
        columns = self._lower[places.min() :, places]  # above them the factor is zero
        product: Floats = columns.T @ columns
        return product


def _factorise(matrix: Floats) -> None:
    """Cholesky's factor in the place of the matrix, a band of columns at a time.

    NumPy's own takes five times the memory.
    """
    for start in range(0, len(matrix), SMALL):
        end = min(start + SMALL, len(matrix))
        band = matrix[start:, start:end]
        band -= matrix[start:, :start] @ matrix[start:end, :start].T
        corner = np.linalg.cholesky(band[: end - start])
        band[: end - start] = corner
        band[end - start :] = band[end - start :] @ np.linalg.inv(corner).T
        matrix[start:end, end:] = 0


def _invert_lower(lower: Floats) -> None:
    """Invert a lower triangular matrix in its own place, by halves."""
    size = len(lower)
    if size <= TINY:
        lower[:] = np.tril(np.linalg.inv(lower))
        return
    half = size // 2
    top, low, bottom = lower[:half, :half], lower[half:, :half], lower[half:, half:]
    _invert_lower(top)
    _invert_lower(bottom)
    product = low @ top
    np.matmul(bottom, product, out=low)
    np.negative(low, out=low)
