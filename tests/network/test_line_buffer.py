"""Lines come whole however they were cut on the way, and nothing passes a cap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.line_buffer import Caps, LineBuffer

CAPS = Caps(line=10, lines=3, session=40, handshake=20)
LINE = st.binary(max_size=10).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))


@given(st.lists(LINE, max_size=3), st.sampled_from([b"\n", b"\r\n"]), st.integers(1, 7))
def test_lines_are_the_same_however_they_come(lines: list[bytes], end: bytes, size: int) -> None:
    said = b"".join(line + end for line in lines)
    buffer, found = LineBuffer(Caps(line=11)), []
    for at in range(0, len(said), size):
        buffer.put(said[at : at + size])
        while (line := buffer.take_line()) is not None:
            found.append(line)
    assert found == lines


@pytest.mark.parametrize(
    "said",
    [b"x" * 11, b"x" * 11 + b"\n", b"\n" * 4],
    ids=["a line without end", "a long line", "too many lines"],
)
def test_what_passes_a_cap_is_given_up(said: bytes) -> None:
    buffer = LineBuffer(CAPS)
    buffer.put(said)
    with pytest.raises(NetworkError) as caught:
        list(iter(buffer.take_line, None))
    assert caught.value.trouble is Trouble.TOO_LONG


@pytest.mark.parametrize(("in_handshake", "most"), [(False, 40), (True, 20)])
def test_bytes_are_counted_apart_from_those_of_a_handshake(in_handshake: bool, most: int) -> None:
    buffer = LineBuffer(CAPS)
    buffer.count(most, in_handshake=in_handshake)
    buffer.count(20, in_handshake=not in_handshake)
    with pytest.raises(NetworkError):
        buffer.count(1, in_handshake=in_handshake)


def test_what_is_thrown_away_is_told_and_does_not_come_again() -> None:
    buffer = LineBuffer(CAPS)
    buffer.put(b"250 ok\r\n25")
    assert buffer.take_line() == b"250 ok"
    assert buffer.clear() == b"25"
    assert buffer.take_line() is None
