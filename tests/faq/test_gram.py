"""How alike examples are, however common their features, and the weights that come of it."""

import tracemalloc

import numpy as np
import pytest

from bot.faq import gram
from bot.faq.gram import build_matrix, gram_of, primal, vocabulary

CLASSES = 3


@pytest.mark.parametrize("rare", [0, 3, 1000], ids=["all common", "both", "all rare"])
def test_it_is_the_product_of_all_examples(rare: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gram, "RARE", rare)
    monkeypatch.setattr(gram, "CHUNK", 7)
    matrix, dense = some()
    assert np.allclose(gram_of(matrix), dense @ dense.T, atol=1e-5)


@pytest.mark.parametrize("most", [1, 100, 4_000_000], ids=["one column", "some", "all at once"])
def test_a_weight_is_kept_in_a_byte_to_within_half_a_step(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gram, "MOST_WEIGHED", most)
    matrix, dense = some()
    duals = np.random.default_rng(1).normal(size=(len(dense), CLASSES)).astype(np.float32)
    steps, scales = primal(matrix, duals)
    exact = dense.T @ duals
    assert steps.dtype == np.int8
    assert not steps[0].any()
    assert (np.abs(steps[1:] * scales[1:, None] - exact) <= scales[1:, None] * 0.51).all()


def test_weighing_what_all_examples_have_takes_little_memory() -> None:
    counted = [dict.fromkeys(range(1000), 1) for _ in range(300)]
    idf, index = vocabulary(counted)
    matrix = build_matrix(counted, idf, index, (1.0, 1.0, 1.0, 1.0, 1.0))
    duals = np.ones((300, 100), np.float32)
    tracemalloc.start()
    primal(matrix, duals)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 << 20  # all products at once are 120 MB


def some() -> tuple[gram.Matrix, np.ndarray]:
    """Forty examples with features of all frequencies; sparse, and written out."""
    random = np.random.default_rng(7)
    counted = [
        dict.fromkeys(random.choice(30, size=random.integers(1, 12), replace=False).tolist(), 1)
        for _ in range(40)
    ]
    idf, index = vocabulary(counted)
    matrix = build_matrix(counted, idf, index, (1.0, 1.0, 1.0, 1.0, 1.0))
    dense = np.zeros(matrix.shape, np.float32)
    for column in range(matrix.shape[1]):
        ends = [*matrix.starts, len(matrix.rows)]
        entries = slice(ends[column], ends[column + 1])
        dense[matrix.rows[entries], column] = matrix.values[entries]
    return matrix, dense
