"""From ridge regression to margins: an example that is right by far pulls at nothing any more.

Least squares also punish scores that are too good, which blurs classes that share their words. The
squared hinge does not; it is least squares towards targets that move with the scores, so each
step is one product with an inverse that is there already.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def fit_margins(
    solve: Callable[[Floats], Floats], targets: Floats, ridges: Floats, steps: int
) -> tuple[Floats, Floats]:
    """The duals after some steps, and the targets that they solve exactly.

    `solve` multiplies with the inverse of the kernel plus `ridges`; `targets` are 1 for an
    example's own class and 0 for the others. The steps have Nesterov's momentum.
    """
    own = targets > 0
    moved, before = targets, targets
    momentum = 1.0
    for _ in range(steps):
        following = (1 + np.sqrt(1 + 4 * momentum * momentum)) / 2
        ahead = moved + np.float32((momentum - 1) / following) * (moved - before)
        momentum, before = following, moved
        scores = ahead - ridges[:, None] * solve(ahead)
        moved = np.where(own, np.maximum(scores, 1), np.minimum(scores, 0)).astype(np.float32)
    return solve(moved), moved
