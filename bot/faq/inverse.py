"""The inverse of a large symmetric matrix, as far as leaving examples out needs it."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SMALL = 192  # rows that are inverted at once


class Inverse:
    """The inverse of a symmetric positive definite matrix, kept as the factor of its factors.

    With A = L Lᵀ, the inverse of L is half the work of the inverse of A, and every block of the
    inverse of A is a product of a few of its columns.
    """

    def __init__(self, matrix: Floats) -> None:
        """Take the matrix over: its memory holds the factor from here on."""
        _factorise(matrix)
        _invert_lower(matrix)
        self._factor = matrix

    def times(self, right: Floats) -> Floats:
        """The inverse of the matrix times another matrix."""
        product: Floats = self._factor.T @ (self._factor @ right)
        return product

    def block(self, places: NDArray[np.int64]) -> Floats:
        """The rows and columns of the inverse at these places."""
        columns = self._factor[places.min() :, places]  # above them the factor is zero
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
    if size <= SMALL:
        lower[:] = np.tril(np.linalg.inv(lower))
        return
    half = size // 2
    top, low, bottom = lower[:half, :half], lower[half:, :half], lower[half:, half:]
    _invert_lower(top)
    _invert_lower(bottom)
    low[:] = -(bottom @ (low @ top))
