"""Where public suffixes end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.suffix import is_listed_ending, is_public_suffix, organizational_domain


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pl", True), ("com.pl", True), ("co.uk", True), ("firma.pl", False), ("firma.com.pl", False)],
)
def test_a_public_suffix_is_told_from_a_domain(name: str, expected: bool) -> None:
    assert is_public_suffix(name) is expected


@given(st.text(alphabet="ab.-plcomé\x00 ", max_size=40))
def test_any_text_has_an_organization_that_is_its_own(name: str) -> None:
    domain = organizational_domain(name)
    assert organizational_domain(domain) == domain
    assert isinstance(is_public_suffix(name), bool)
    assert isinstance(is_listed_ending(name), bool)
