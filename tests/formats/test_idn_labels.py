"""Names as people type them become what DNS knows, and what can be no name is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.idn_labels import a_labels, is_emoji, u_label


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("Firma.PL", ["firma", "pl"]),
        ("żółw.pl", ["xn--w-uga1v8h", "pl"]),
        ("ŻÓŁW。pl", ["xn--w-uga1v8h", "pl"]),
        ("xn--w-uga1v8h.pl", ["xn--w-uga1v8h", "pl"]),
        ("ab--cd.pl", ["ab--cd", "pl"]),
    ],
)
def test_names_become_a_labels(typed: str, labels: list[str]) -> None:
    assert a_labels(typed) == labels


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("xn--zz.pl", "bad-idna"), ("ż" * 64 + ".pl", "label-too-long"), ("a\u0301\u0302-ż.pl", None)],
)
def test_what_can_be_no_name_is_told(typed: str, reason: str | None) -> None:
    if reason is None:
        assert all(label.isascii() for label in a_labels(typed))
        return
    with pytest.raises(FormatError, match=reason):
        a_labels(typed)


@given(st.text(max_size=80))
def test_any_text_becomes_labels_or_the_one_error(text: str) -> None:
    try:
        labels = a_labels(text)
    except FormatError:
        return
    assert all(label.isascii() for label in labels)


def test_labels_are_shown_as_people_read_them() -> None:
    assert [u_label(label) for label in a_labels("żółw.pl")] == ["żółw", "pl"]


def test_pictures_are_told_from_letters() -> None:
    assert is_emoji("😀")
    assert is_emoji("☃")
    assert not is_emoji("ż")
