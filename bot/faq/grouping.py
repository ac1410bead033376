"""Puts questions that mean about the same together, so that a curator reads each kind once."""

import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bot.faq.normalise import fold, words

# Cosine. Higher parts paraphrases, lower joins neighbours: of pairs this much alike among the
# knowledge's own ways of asking, three in ten mean the very same topic, the rest one beside it.
ALIKE = 0.4
WIDTH = 4096  # features, hashed
MOST = 2_000  # questions compared with one another
SHORTEST, LONGEST = 3, 5  # letters of a piece of a word

Vectors = npt.NDArray[np.float32]


def group(questions: Sequence[str], alike: float = ALIKE) -> tuple[tuple[int, ...], ...]:
    """The indices of the questions of each group, the largest group first.

    The first of a group is its most typical question. What comes after `MOST` is left out.
    """
    vectors = _vectors(questions[:MOST])
    likeness = vectors @ vectors.T
    left = np.ones(len(vectors), dtype=bool)
    groups = []
    # The question that has most like it gathers those, then the next of what is left: no chain
    # of small steps can lead from one subject to another.
    while left.any():
        near = (likeness >= alike) & left
        near[np.arange(len(left)), np.arange(len(left))] = left
        centre = int(np.argmax(np.where(left, near.sum(axis=1), -1)))
        members = np.flatnonzero(near[centre])
        ordered = sorted(members, key=lambda at: (-likeness[centre, at], at))
        groups.append((centre, *(int(at) for at in ordered if at != centre)))
        left[members] = False
    return tuple(sorted(groups, key=lambda each: (-len(each), min(each))))


def _vectors(questions: Sequence[str]) -> Vectors:
    """A row of length one for each question; features that many share weigh little."""
    counts = np.zeros((len(questions), WIDTH), dtype=np.float32)
    for row, question in enumerate(questions):
        for piece in _pieces(question):
            counts[row, zlib.crc32(piece.encode()) % WIDTH] = 1.0
    seen = counts.sum(axis=0)
    weighted = counts * np.log1p((1 + len(questions)) / (1 + seen)).astype(np.float32)
    lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
    lengths[lengths == 0] = 1.0
    rows: Vectors = (weighted / lengths).astype(np.float32)
    return rows


def _pieces(question: str) -> set[str]:
    """Words, their beginnings and pieces, and pairs of neighbours."""
    found = words(fold(question))
    pieces = {f"{first} {second}" for first, second in pairwise(found)}
    for word in found:
        marked = f"_{word}_"
        pieces.update(
            marked[at : at + length]
            for length in range(SHORTEST, LONGEST + 1)
            for at in range(len(marked) - length + 1)
        )
        pieces.add(word)
    return pieces
