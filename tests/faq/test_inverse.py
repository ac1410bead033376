"""Blocks of the inverse come out as by the plain way, in far less memory and time."""

import numpy as np
import pytest

from bot.faq.inverse import BLOCK, SMALL, Factor, Inverse


@pytest.mark.parametrize("size", [1, 2, SMALL - 1, SMALL, SMALL + 1, BLOCK, BLOCK + SMALL + 5])
def test_the_inverse_is_that_of_the_matrix(size: int) -> None:
    random = np.random.default_rng(size)
    square = random.normal(size=(size, size))
    matrix = (square @ square.T / size + np.eye(size)).astype(np.float32)
    right = random.normal(size=(size, 3)).astype(np.float32)
    plain = np.linalg.inv(matrix.astype(np.float64))
    places = np.unique([0, size // 2, size - 1])
    factor = Factor(matrix.copy())
    assert np.allclose(factor.solve(right), plain @ right, atol=1e-3)
    inverse = Inverse(factor)
    assert np.allclose(inverse.block(places), plain[np.ix_(places, places)], atol=1e-4)


def test_a_matrix_without_an_inverse_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        Factor(np.zeros((3, 3), np.float32))
