"""A wire with a delay: carries packets between two TUN devices, each way late by the same time."""

import os
import select
import sys
import time
from collections import deque

_PACKET = 65536


def relay(ends: tuple[int, int], delay: float) -> None:
    """Carry packets for ever, in order."""
    to = {ends[0]: ends[1], ends[1]: ends[0]}
    # The delay is the same for all, so one queue holds both ways in the order of their time.
    late: deque[tuple[float, int, bytes]] = deque()
    while True:
        # select() waits to the microsecond, poll() only to the millisecond.
        wait = max(0.0, late[0][0] - time.monotonic()) if late else None
        readable, _, _ = select.select(ends, (), (), wait)
        for end in readable:
            while packet := _read(end):
                late.append((time.monotonic() + delay, to[end], packet))
        while late and late[0][0] <= time.monotonic():
            _, end, packet = late.popleft()
            _write(end, packet)


def _read(end: int) -> bytes | None:
    try:
        return os.read(end, _PACKET)
    except OSError:  # nothing more, or the device is not up yet
        return None


def _write(end: int, packet: bytes) -> None:
    try:
        os.write(end, packet)
    except OSError:  # a full or sleeping device drops the packet, as a wire does
        return


if __name__ == "__main__":
    relay((int(sys.argv[1]), int(sys.argv[2])), float(sys.argv[3]))
