"""DMARC records after RFC 9989: what is read, what is discarded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.dmarc import (
    DmarcRecord,
    Policy,
    is_dmarc,
    parse_dmarc,
    resembles_dmarc,
    rewrite,
)
from bot.formats.errors import FormatError

NONE, QUARANTINE, REJECT = Policy.NONE, Policy.QUARANTINE, Policy.REJECT


def bad(record: DmarcRecord) -> list[tuple[str, str]]:
    return [(tag.name, tag.value) for tag in record.bad]


def test_every_tag_is_read() -> None:
    record = parse_dmarc(
        "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=r; fo=1;"
        " rua=mailto:a@firma.pl,mailto:b@x.example; ruf=mailto:c@firma.pl; psd=n; t=y"
    )
    assert (record.p, record.sp, record.np) == (REJECT, QUARANTINE, NONE)
    assert (record.adkim, record.aspf, record.fo) == ("s", "r", "1")
    assert record.rua == ("mailto:a@firma.pl", "mailto:b@x.example")
    assert record.ruf == ("mailto:c@firma.pl",)
    assert (record.psd, record.t, record.removed, record.bad) == ("n", "y", {}, ())


def test_nothing_is_filled_in() -> None:
    record = parse_dmarc("v=DMARC1")
    assert record == DmarcRecord("v=DMARC1")
    assert record.p is None
    assert record.adkim is None


@pytest.mark.parametrize(
    "text",
    ["v=DMARC1;p=none", "v = DMARC1 ; p = none ; ", "v=DMARC1; P=NONE", "v=DMARC1;; p=none;;"],
)
def test_blanks_letter_case_and_semicolons_are_free(text: str) -> None:
    record = parse_dmarc(text)
    assert (record.p, record.bad) == (NONE, ())


@pytest.mark.parametrize(
    "text", ["", "v=DMARC2; p=none", "v=dmarc1; p=none", "p=none; v=DMARC1", "v=DMARC1p=none", "x"]
)
def test_the_version_comes_first_and_in_capitals(text: str) -> None:
    assert not is_dmarc(text)
    with pytest.raises(FormatError) as caught:
        parse_dmarc(text)
    assert caught.value.reason == "bad-version"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("v=dmarc1; p=none", True),
        ('"v=DMARC1; p=none"', True),
        ("v=DMARC1p=none", True),
        ("DMARC1; p=none", True),
        ("p=none; v=DMARC1", True),
        ("v=DMARC1; p=none", False),
        ("v=spf1 -all", False),
        ("", False),
    ],
)
def test_what_was_meant_as_a_record_is_recognised(text: str, near: bool) -> None:
    assert resembles_dmarc(text) is near


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("p=rejct", [("p", "rejct")], id="a policy that does not exist"),
        pytest.param("p=", [("p", "")], id="an empty value"),
        pytest.param("p=none; sp=no", [("sp", "no")], id="a bad subdomain policy"),
        pytest.param("p=none; adkim=x", [("adkim", "x")], id="a bad alignment"),
        pytest.param("p=none; fo=9", [("fo", "9")], id="a bad option"),
        pytest.param("p=none; fo=0:1:d:s", [], id="options as they are written in the wild"),
        pytest.param("p=none; t=maybe", [("t", "maybe")], id="a bad test flag"),
        pytest.param("p=none; rua=a@firma.pl", [("rua", "a@firma.pl")], id="no mailto"),
        pytest.param("p=none; rua=mailto:a", [("rua", "mailto:a")], id="no domain"),
        pytest.param("p=none; rua=mailto:a@firma.pl, x", [("rua", "x")], id="one address of two"),
        pytest.param("p=none; rua=mailto:a@firma.pl!10m", [], id="an old size limit"),
        pytest.param("p=none; p=reject", [("p", "reject")], id="a tag twice"),
        pytest.param("p=none; nonsense", [("nonsense", "")], id="no value"),
        pytest.param("p=none; unknown=x; pct=50", [], id="unknown and removed tags"),
        pytest.param("p=none rua=mailto:a@b.pl", [("p", "none rua=mailto:a@b.pl")], id="no ;"),
    ],
)
def test_what_breaks_its_rule_is_set_aside(text: str, expected: list[tuple[str, str]]) -> None:
    assert bad(parse_dmarc(f"v=DMARC1; {text}")) == expected


def test_a_bad_address_leaves_the_good_ones() -> None:
    assert parse_dmarc("v=DMARC1; p=none; rua=mailto:a@b.pl,x").rua == ("mailto:a@b.pl",)


def test_removed_tags_are_kept_for_whoever_asks() -> None:
    record = parse_dmarc("v=DMARC1; p=none; pct=50; ri=3600")
    assert record.removed == {"pct": "50", "ri": "3600"}


@pytest.mark.parametrize(
    ("text", "policy", "below"),
    [
        ("p=reject", REJECT, REJECT),
        ("p=reject; sp=none", REJECT, NONE),
        ("p=none; sp=reject", NONE, REJECT),
        ("p=oops; rua=mailto:a@b.pl", NONE, NONE),
        ("p=reject; sp=oops; rua=mailto:a@b.pl", NONE, NONE),
        ("p=oops", None, None),
        ("rua=mailto:a@b.pl", NONE, NONE),
        ("sp=reject", None, None),
        ("p=reject; p=none; rua=mailto:a@b.pl", None, None),
    ],
)
def test_what_receivers_apply(text: str, policy: Policy | None, below: Policy | None) -> None:
    record = parse_dmarc(f"v=DMARC1; {text}")
    assert (record.effective, record.for_subdomains()) == (policy, below)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"p": "reject"}, "v=DMARC1; p=reject; sp=none"),
        ({"sp": None}, "v=DMARC1; p=none"),
        ({"rua": "mailto:a@b.pl"}, "v=DMARC1; p=none; sp=none; rua=mailto:a@b.pl"),
        ({}, "v=DMARC1; p=none; sp=none"),
    ],
)
def test_a_record_is_rewritten_in_place(changes: dict[str, str | None], expected: str) -> None:
    assert rewrite("v=DMARC1;p=none ; sp=none;", **changes) == expected


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    resembles_dmarc(text)
    rewrite(text, p="none")
    if is_dmarc(text):
        parse_dmarc(text)
    record = parse_dmarc(f"v=DMARC1;{text}")
    assert record.effective in (None, NONE, QUARANTINE, REJECT)


def test_tags_that_no_standard_knows_are_named() -> None:
    record = parse_dmarc("v=DMARC1; p=none; rau=x; pct=5; Foo=bar")
    assert record.others == ("rau", "foo")


@pytest.mark.parametrize(
    ("text", "policy", "missing_names"),
    [
        ("v=DMARC1; p=reject", "reject", "reject"),
        ("v=DMARC1; p=reject; t=y", "quarantine", "reject"),
        ("v=DMARC1; p=quarantine; t=y; np=reject", "none", "reject"),
        ("v=DMARC1; p=none; t=y; sp=reject", "none", "reject"),
        ("v=DMARC1; p=reject; sp=reject; np=none", "reject", "none"),
    ],
)
def test_test_mode_lowers_the_policy(text: str, policy: str, missing_names: str) -> None:
    record = parse_dmarc(text)
    assert record.p is not None
    assert record.applied(record.p) == policy
    assert record.for_missing_names() == missing_names
