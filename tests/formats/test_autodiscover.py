"""Tests of bot.formats.autodiscover: servers, ways on, errors; and whatever else may come."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.autodiscover import (
    Autodiscovered,
    DiscoveredServer,
    parse_autodiscover,
    parse_autodiscover_json,
    request_body,
)
from bot.formats.errors import FormatError
from bot.formats.xml_tree import child_text, parse_xml
from bot.model.settings import ConnectionSecurity

SPACE = "http://schemas.microsoft.com/exchange/autodiscover"


def answer(inside: str) -> Autodiscovered:
    return parse_autodiscover(
        f'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="{SPACE}/responseschema/2006">'
        f'<Response xmlns="{SPACE}/outlook/responseschema/2006a"><User><DisplayName>Firma'
        f"</DisplayName></User><Account><AccountType>email</AccountType>{inside}"
        "</Account></Response></Autodiscover>".encode()
    )


def protocol(inside: str, kind: str = "IMAP") -> DiscoveredServer:
    text = f"<Protocol><Type>{kind}</Type><Server>Mail.Firma.pl</Server>{inside}</Protocol>"
    (server,) = answer(f"<Action>settings</Action>{text}").servers
    return server


def test_a_server_is_read() -> None:
    server = protocol(
        "<Port>993</Port><SSL>on</SSL><SPA>off</SPA><AuthRequired>on</AuthRequired>"
        "<LoginName>anna@firma.pl</LoginName><TTL>1</TTL>"
    )
    assert server == DiscoveredServer(
        "imap", "mail.firma.pl", 993, True, "", False, True, "anna@firma.pl"
    )


@pytest.mark.parametrize(
    ("inside", "security"),
    [
        ("<Port>993</Port><SSL>on</SSL>", "tls"),
        ("<Port>993</Port>", "tls"),
        ("<Port>143</Port><SSL>off</SSL>", "starttls"),
        ("<Port>143</Port><Encryption>TLS</Encryption><SSL>on</SSL>", "starttls"),
        ("<Port>143</Port><Encryption>None</Encryption>", "none"),
        ("<Port>1993</Port><Encryption>SSL</Encryption>", "tls"),
        ("<Port>587</Port><Encryption>Auto</Encryption>", "starttls"),
        ("", "tls"),
        ("<SSL>off</SSL>", "starttls"),
    ],
)
def test_how_to_encrypt(inside: str, security: str) -> None:
    assert protocol(inside).security is ConnectionSecurity(security)


def test_exchange_is_noticed_and_its_servers_are_not_taken_for_imap() -> None:
    read = answer(
        "<Protocol><Type>EXCH</Type><Server>guid@firma.pl</Server></Protocol>"
        '<Protocol Type="mapiHttp"><Port>443</Port></Protocol>'
        "<Protocol><Type>WEB</Type></Protocol>"
    )
    assert read.has_exchange
    assert read.servers == ()


def test_the_address_of_exchange_is_the_one_for_outside() -> None:
    inside = "<Internal><EwsUrl>https://wewn.firma.local/EWS</EwsUrl></Internal>"
    both = (
        f"<Protocol><Type>EXCH</Type><EwsUrl>https://exch.firma.pl/EWS</EwsUrl>{inside}</Protocol>"
        "<Protocol><Type>EXPR</Type><EwsUrl>https://poczta.firma.pl/EWS</EwsUrl></Protocol>"
        "<Protocol><Type>WEB</Type><EwsUrl>https://www.firma.pl/EWS</EwsUrl></Protocol>"
    )
    assert answer(both).exchange_url == "https://poczta.firma.pl/EWS"
    only = f'<Protocol Type="mapiHttp">{inside}</Protocol>'
    assert answer(only).exchange_url == "https://wewn.firma.local/EWS"
    plain = "<Protocol><Type>EXCH</Type><EwsUrl>http://firma.pl/EWS</EwsUrl></Protocol>"
    assert answer(plain).exchange_url == ""


def test_ways_on() -> None:
    url = "https://mail.firma.pl/autodiscover/autodiscover.xml"
    assert answer(f"<RedirectUrl>{url}</RedirectUrl>").redirect_url == url
    moved = answer("<Action>redirectAddr</Action><RedirectAddr>anna@Inna.pl</RedirectAddr>")
    assert moved.redirect_domain == "inna.pl"
    assert answer("<RedirectAddr>nobody</RedirectAddr>").redirect_domain == ""


def test_an_error_is_told() -> None:
    text = (
        "<Autodiscover><Response><Error><ErrorCode>600</ErrorCode><Message>Invalid Request"
        "</Message></Error></Response></Autodiscover>"
    )
    assert parse_autodiscover(text.encode()).error == "600"


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"<clientConfig/>", "not-autodiscover"), (b"<html/>", "html"), (b"no", "bad-xml")],
)
def test_what_is_no_answer_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_autodiscover(data)
    assert caught.value.reason == reason


def test_the_question_holds_the_address_and_nothing_more_of_a_person() -> None:
    root = parse_xml(request_body("nobody@firma.pl"))
    assert child_text(root[0], "emailaddress") == "nobody@firma.pl"


def test_json_leads_on_or_tells_an_error() -> None:
    url = "https://outlook.office365.com/autodiscover/autodiscover.xml"
    told = {"Protocol": "AutodiscoverV1", "Url": url}
    assert parse_autodiscover_json(json.dumps(told).encode()).redirect_url == url
    error = {"ErrorCode": "ProtocolNotSupported", "ErrorMessage": "no"}
    assert parse_autodiscover_json(json.dumps(error).encode()).error == "ProtocolNotSupported"


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b'{"Url": 3}', b"<a/>", b"[" * 100_000, b"9" * 5000, b"x" * 300_000]
)
def test_other_json_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_autodiscover_json(data)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parse in (parse_autodiscover, parse_autodiscover_json):
        with contextlib.suppress(FormatError):
            parse(data)
