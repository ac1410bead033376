"""Names in greetings, extensions and logins of MX hosts."""

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.talk import ServerTalk
from bot.probes.reverse import Reverse
from bot.probes.smtp_greeting import extensions, judge_greeting, judge_logins, logins
from tests.probes.making import talk

ADDRESS = "192.0.2.1"


def reverse(*confirmed: str, address: str = ADDRESS, **changes: Any) -> Reverse:
    return Reverse("mx.firma.pl", ip_address(address), confirmed, confirmed, **changes)


@pytest.mark.parametrize(
    ("greeting", "known", "expected"),
    [
        pytest.param("mx.firma.pl ESMTP", reverse("mx.firma.pl"), [], id="the same"),
        pytest.param("MX.Firma.PL. ESMTP", reverse("mx.firma.pl."), [], id="letters and dots"),
        pytest.param("mx.firma.pl", reverse("a.firma.pl", "mx.firma.pl"), [], id="one of them"),
        pytest.param("mx.firma.pl x", reverse("host.pl"), ["smtp.greeting-name"], id="another"),
        pytest.param("mx.firma.pl x", reverse(), [], id="no reverse name is the ptr probe's"),
        pytest.param(
            "mx.firma.pl x", reverse("host.pl", address="192.0.2.9"), [], id="another address"
        ),
        pytest.param(
            "mx.firma.pl x", reverse(error=NetworkError(Trouble.TIMEOUT)), [], id="names unseen"
        ),
        pytest.param("[192.0.2.1] ESMTP", reverse("host.pl"), [], id="an address literal"),
        pytest.param("ESMTP ready", reverse("host.pl"), ["smtp.greeting-nameless"], id="none"),
        pytest.param("*** ***", reverse("host.pl"), ["smtp.greeting-nameless"], id="masked"),
        pytest.param("", reverse("host.pl"), ["smtp.greeting-nameless"], id="empty"),
    ],
)
def test_the_name_in_the_greeting(greeting: str, known: Reverse, expected: list[str]) -> None:
    remarks = judge_greeting(talk(greeting=greeting), (known,))
    assert [remark.kind.code for remark in remarks] == expected


def test_who_sends_us_away_is_not_asked_for_a_name() -> None:
    assert not list(judge_greeting(talk(greeting="Go away", greeting_code=554), ()))
    assert not list(judge_greeting(talk(greeting=None), ()))


def offering(before: tuple[str, ...], after: tuple[str, ...] | None) -> ServerTalk:
    return talk(capabilities=before, capabilities_after=after)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(offering(("STARTTLS",), ("SIZE 1",)), [], id="none"),
        pytest.param(offering((), ("AUTH PLAIN LOGIN",)), ["smtp.auth"], id="inside TLS"),
        pytest.param(offering(("AUTH LOGIN",), ()), ["smtp.auth-in-clear"], id="before TLS"),
        pytest.param(offering(("auth=login",), None), ["smtp.auth-in-clear"], id="the old form"),
        pytest.param(offering(("AUTH GSSAPI NTLM",), ()), ["smtp.auth"], id="no password shown"),
        pytest.param(offering(("AUTHOR x",), ("XAUTH PLAIN",)), [], id="other words"),
    ],
)
def test_logins_at_port_25(seen: ServerTalk, expected: list[str]) -> None:
    assert [remark.kind.code for remark in judge_logins(seen)] == expected


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (("SIZE 10485760",), "10 MB"),
        (("SIZE 10240000",), "10 MB"),
        (("size 157286400",), "150 MB"),
        (("SIZE 5",), "1 MB"),
        (("SIZE 0",), "–"),
        (("SIZE",), "–"),
        (("SIZE ٣",), "–"),
        (("SIZE -1",), "–"),
        (("SIZE " + "9" * 400,), "–"),
        ((), "–"),
    ],
)
def test_the_largest_message(words: tuple[str, ...], size: str) -> None:
    assert extensions(offering((), words))["size"] == size


def test_extensions_that_are_missing_are_told() -> None:
    told = extensions(offering((), ("8BITMIME", "smtputf8", "REQUIRETLS", "PIPELINING x")))
    assert told["missing"] == "CHUNKING, DSN"


WORD = st.one_of(
    st.text(), st.from_regex(r"(?i)(AUTH|SIZE|8BITMIME|REQUIRETLS)[ =]?.{0,12}", fullmatch=True)
)


@given(st.lists(WORD, max_size=5).map(tuple), st.text(max_size=40))
def test_whatever_a_server_says_is_read(words: tuple[str, ...], greeting: str) -> None:
    seen = talk(capabilities=words, capabilities_after=words, greeting=greeting)
    assert all(name == name.upper() for name in logins(words))
    assert set(extensions(seen)) == {"size", "missing"}
    remarks = [*judge_greeting(seen, (reverse("host.pl"),)), *judge_logins(seen)]
    assert len(remarks) <= 2
