"""Tests of bot.formats.xml_tree: what strangers send is read within bounds, or refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.xml_tree import MOST_BYTES, MOST_DEPTH, child_text, parse_xml

TEXT = "<a><b>Zażółć</b></a>"
BOMB = (
    '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
)


def reason(data: bytes) -> str:
    with pytest.raises(FormatError) as caught:
        parse_xml(data)
    return caught.value.reason


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode(), id="nothing declared"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), id="a byte-order mark"),
        pytest.param(b"\n\n  <?xml version='1.0'?>" + TEXT.encode(), id="blank lines before"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(TEXT.encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(TEXT.encode("utf-16-be"), id="UTF-16 the other way round"),
        pytest.param(TEXT.encode("utf-32"), id="UTF-32"),
        pytest.param(
            f'<?xml version="1.0" encoding="windows-1250"?>{TEXT}'.encode("windows-1250"),
            id="windows-1250",
        ),
        pytest.param(
            f"<?xml version='1.0' encoding='ISO-8859-2' ?>{TEXT}".encode("iso-8859-2"),
            id="ISO 8859-2",
        ),
        pytest.param(
            f'<?xml version="1.0" encoding="klingon"?>{TEXT}'.encode(), id="no such encoding"
        ),
        pytest.param(f'<?xml version="1.0" encoding="idna"?>{TEXT}'.encode(), id="no encoding"),
        pytest.param(
            TEXT.replace("<a>", '<A xmlns="urn:x">').replace("</a>", "</A>").encode(),
            id="a namespace and capitals",
        ),
    ],
)
def test_text_is_read_in_whatever_encoding_it_comes(data: bytes) -> None:
    root = parse_xml(data)
    assert (root.tag, child_text(root, "b")) == ("a", "Zażółć")


@pytest.mark.parametrize("text", BOMB, ids=["entities", "a DTD from outside", "a local file"])
def test_a_document_type_is_refused(text: str) -> None:
    assert reason(text.encode()) == "dtd"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        pytest.param(b"<!DOCTYPE html><p>", "html", id="a web page"),
        pytest.param(b"  <HTML><body></HTML>", "html", id="an old web page"),
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b" \r\n\xef\xbb\xbf", "empty", id="nothing but blanks"),
        pytest.param(b"<a>", "bad-xml", id="cut short"),
        pytest.param(b"<a>&nbsp;</a>", "bad-xml", id="an entity of HTML"),
        pytest.param(b'{"a": 1}', "bad-xml", id="JSON"),
        pytest.param(b"<a>\x00</a>", "bad-xml", id="a zero byte"),
        pytest.param(b"x" * (MOST_BYTES + 1), "too-long", id="too long"),
        pytest.param(b"<a>" * (MOST_DEPTH + 1), "too-deep", id="too deep"),
        pytest.param(b"<a>" * (MOST_BYTES // 3), "too-deep", id="as deep as it can be"),
        pytest.param(b"<a>" + b"<b/>" * 20_000, "too-many-elements", id="too many"),
    ],
)
def test_what_is_no_such_tree_is_refused(data: bytes, wanted: str) -> None:
    assert reason(data) == wanted


def test_ten_megabytes_of_depth_are_not_even_begun() -> None:
    assert reason(b"<a>" * 3_500_000) == "too-long"


@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        parse_xml(data)


def test_a_forgotten_slash_is_put_in_where_the_whole_would_be_lost() -> None:
    data = b"<a><b>one<b><c>two</c></a>"
    assert reason(data) == "bad-xml"
    root = parse_xml(data, enough="c")
    assert (child_text(root, "b"), child_text(root, "c")) == ("one", "two")


def test_what_stands_before_the_break_is_taken_once_it_is_enough() -> None:
    data = b"<a><b><c>two</c></b><d></e></a>"
    assert reason(data) == "bad-xml"
    assert next(child.tag for child in parse_xml(data, enough="b")) == "b"
    with pytest.raises(FormatError, match="bad-xml"):
        parse_xml(b"<a><b><c>two</c><d>", enough="b")


def test_mending_lets_no_document_type_in() -> None:
    bomb = BOMB[0].removesuffix("</a>") + "<b>x<b></a>"
    with pytest.raises(FormatError, match="dtd"):
        parse_xml(bomb.encode(), enough="b")
