"""Blocks of the inverse come out as by the plain way, in far less memory and time."""

import numpy as np
import pytest

from bot.faq.inverse import SMALL, Inverse


@pytest.mark.parametrize("size", [1, 2, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL + 5])
def test_the_inverse_is_that_of_the_matrix(size: int) -> None:
    random = np.random.default_rng(size)
    square = random.normal(size=(size, size))
    matrix = (square @ square.T / size + np.eye(size)).astype(np.float32)
    right = random.normal(size=(size, 3)).astype(np.float32)
    plain = np.linalg.inv(matrix.astype(np.float64))
    places = np.unique([0, size // 2, size - 1])
    inverse = Inverse(matrix.copy())
    assert np.allclose(inverse.block(places), plain[np.ix_(places, places)], atol=1e-4)
    assert np.allclose(inverse.times(right), plain @ right, atol=1e-3)


def test_a_matrix_without_an_inverse_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        Inverse(np.zeros((3, 3), np.float32))
