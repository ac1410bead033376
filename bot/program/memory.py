"""What the process does with memory that learning has left empty."""

import contextlib
import ctypes
import gc


def give_memory_back() -> None:
    """Learning leaves a fifth of the heap empty; glibc returns it only when it is told to.

    What has been learnt stays: the collector need not walk it again and again, nor look for
    rubbish at each of the thousands of small things that a check makes and drops.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    # Elsewhere there is no such call, and no such need.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
