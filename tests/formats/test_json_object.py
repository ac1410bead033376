"""JSON of strangers is an object, or refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.json_object import parse_json_object


def test_an_object_is_read() -> None:
    assert parse_json_object(b'{"a": [1, "x"]}', 15) == {"a": [1, "x"]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "bad-json"),
        (b"[]", "bad-json"),
        (b'"text"', "bad-json"),
        (b"<html>", "bad-json"),
        (b'{"a": "\xff"}', "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b"{}" + b" " * 200_000, "too-long"),
    ],
    ids=["nothing", "a list", "a text", "HTML", "no UTF-8", "too deep", "too long"],
)
def test_anything_else_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as raised:
        parse_json_object(data, 200_000)
    assert raised.value.reason == reason


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        told = parse_json_object(data, 100)
    except FormatError:
        return
    assert isinstance(told, dict)
    assert len(data) <= 100
