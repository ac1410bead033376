"""Tests of bot.formats.pacc: the document, and the record that vouches for it."""

import base64
import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.errors import FormatError
from bot.formats.pacc import PaccConfig, is_vouched_for, parse_pacc

DOCUMENT = {
    "protocols": {
        "imap": {"host": "imap.firma.pl"},
        "smtp": {"host": "SMTP.firma.pl."},
        "pop3": {"host": "nodots"},
        "managesieve": {"host": "imap.firma.pl"},
        "jmap": {"url": "https://firma.pl/jmap"},
        "telepathy": {"host": "x.firma.pl"},
    },
    "authentication": {"oauth-public": {"issuer": "https://login.firma.pl"}, "password": True},
    "info": {"provider": {"name": "Firma"}, "help": {"documentation": "https://firma.pl/pomoc"}},
    "surprise": [1, 2],
}


def test_a_document_is_read() -> None:
    assert parse_pacc(json.dumps(DOCUMENT).encode()) == PaccConfig(
        imap="imap.firma.pl",
        smtp="smtp.firma.pl",
        sieve="imap.firma.pl",
        jmap="https://firma.pl/jmap",
        has_oauth=True,
        has_password=True,
        provider="Firma",
        documentation="https://firma.pl/pomoc",
    )


def test_the_server_to_send_through_has_had_two_names() -> None:
    told = {"protocols": {"submit": {"host": "wyslij.firma.pl"}, "smtp": {"host": "smtp.firma.pl"}}}
    assert parse_pacc(json.dumps(told).encode()).smtp == "wyslij.firma.pl"


@pytest.mark.parametrize(
    "told",
    [
        {"protocols": {"imap": "imap.firma.pl", "jmap": {"url": "http://firma.pl/"}}},
        {"protocols": {}, "authentication": [], "info": {"provider": 3}},
    ],
)
def test_what_has_the_wrong_shape_counts_as_not_told(told: object) -> None:
    assert parse_pacc(json.dumps(told).encode()) == PaccConfig()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{}", "not-pacc"),
        (b"[]", "bad-json"),
        (b"<html>", "bad-json"),
        (b"[" * 100_000, "bad-json"),
        (b" " * 300_000, "too-long"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_pacc(data)
    assert caught.value.reason == reason


def test_a_record_vouches_for_these_very_bytes() -> None:
    data = json.dumps(DOCUMENT).encode()
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    record = f"v=UAAC1; a=sha256; d={digest}"
    assert is_vouched_for(data, ["v=spf1 -all", record])
    assert not is_vouched_for(data + b" ", [record])
    assert not is_vouched_for(data, [])
    others = (f"v=UAAC2; a=sha256; d={digest}", f"v=UAAC1; a=md5; d={digest}", "v=UAAC1; d=*")
    assert not is_vouched_for(data, others)


@given(st.binary(), st.text())
def test_any_bytes_are_read_or_refused(data: bytes, record: str) -> None:
    assert not is_vouched_for(data, [record])
    with contextlib.suppress(FormatError):
        parse_pacc(data)
