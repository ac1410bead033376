"""Where public suffixes end."""

import pytest

from bot.formats.suffix import is_public_suffix


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pl", True), ("com.pl", True), ("co.uk", True), ("firma.pl", False), ("firma.com.pl", False)],
)
def test_a_public_suffix_is_told_from_a_domain(name: str, expected: bool) -> None:
    assert is_public_suffix(name) is expected
