"""The three streams of the program: UTF-8 in any locale, harmless when they are shut or full."""

import contextlib
import errno
import os
import sys
from typing import TextIO, cast

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def prepare_streams() -> None:
    """Make reading and writing safe before anybody does either."""
    # Python has None for a stream that the program was started without (`listonosz … >&-`).
    sys.stdin = _spoken(sys.stdin, "r")
    sys.stdout = _spoken(sys.stdout, "w")
    sys.stderr = _spoken(sys.stderr, "w")


def _spoken(stream: TextIO | None, mode: str) -> TextIO:
    if stream is None:
        return cast("TextIO", open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")  # bad bytes break nothing
    return stream


def is_full(error: OSError) -> bool:
    """Whether this is a disk that takes no more."""
    return error.errno in FULL


def abandon_output() -> None:
    """Write no more: the interpreter must not trip over the same stream again at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
