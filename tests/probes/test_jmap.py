"""JMAP: found by SRV or at the well-known address; its absence is no fault."""

from collections.abc import Callable, Mapping

import pytest

from bot.model.finding import Severity
from bot.model.trouble import Trouble
from bot.network.answer import Answer, SrvRecord
from bot.network.errors import CertificateError, NetworkError
from bot.network.fetched import Fetched
from bot.network.network import Network
from bot.network.talk import CertificateFault
from bot.probes import jmap
from bot.probes.jmap import PROBE, Asked, JmapFacts, gather, judge
from bot.probes.probe import Statement
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import Fault, dns_server
from tests.doubles.mailserver import unused_port
from tests.doubles.web import answer, redirect, web_server
from tests.probes.making import codes, found, look, no_name, only

SESSION = b'{"capabilities": {"urn:ietf:params:jmap:core": {}}, "apiUrl": "https://x/api/"}'
URL = "https://jmap.firma.pl/.well-known/jmap"
SRV = found("x", SrvRecord(0, 0, 443, "jmap.firma.pl"))
DOT = found("x", SrvRecord(0, 0, 0, ""))
LOCKED = answer(b"who are you?", "401 Unauthorized")
MakeNetwork = Callable[..., Network]


def came(status: int, body: bytes = b"") -> Fetched:
    return Fetched(URL, status, "text/html", body)


def facts(
    seen: Fetched | NetworkError | None,
    srv: Answer[SrvRecord] | NetworkError = SRV,
    *,
    is_asked: bool = True,
    locks: bool = False,
) -> JmapFacts:
    asked = () if seen is None else (Asked("jmap.firma.pl", URL, seen, locks),)
    return JmapFacts(look(is_asked=is_asked), srv, asked)


def error(trouble: Trouble) -> NetworkError:
    return NetworkError(trouble)


EXPIRED = CertificateError(CertificateFault.EXPIRED)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(came(401)), ["jmap.offered"], id="wants a login"),
        pytest.param(facts(came(200, SESSION)), ["jmap.offered"], id="a session"),
        pytest.param(facts(came(401), no_name()), ["jmap.offered"], id="without SRV"),
        pytest.param(
            facts(came(401), no_name(), locks=True), ["jmap.none"], id="a website behind a password"
        ),
        pytest.param(facts(came(200, b"<html>")), ["jmap.missing"], id="promised: a page"),
        pytest.param(facts(came(404)), ["jmap.missing"], id="promised: no such page"),
        pytest.param(facts(came(503)), ["? try-later"], id="promised: busy"),
        pytest.param(facts(error(Trouble.REFUSED)), ["jmap.closed"], id="promised: closed"),
        pytest.param(facts(EXPIRED), ["jmap.certificate"], id="promised: an old certificate"),
        pytest.param(facts(error(Trouble.TIMEOUT)), ["? timeout"], id="promised: silence"),
        pytest.param(facts(came(404), no_name()), ["jmap.none"], id="none"),
        pytest.param(facts(EXPIRED, no_name()), ["jmap.none"], id="none, and no certificate"),
        pytest.param(facts(error(Trouble.REFUSED), no_name()), ["jmap.none"], id="none, closed"),
        pytest.param(facts(error(Trouble.TIMEOUT), no_name()), ["? timeout"], id="silence"),
        pytest.param(facts(came(404), no_name(), is_asked=False), [], id="nobody asked"),
        pytest.param(facts(None, DOT), ["jmap.not-offered"], id="SRV says no"),
        pytest.param(
            facts(came(401), error(Trouble.SERVFAIL)), ["? servfail", "jmap.offered"], id="DNS dead"
        ),
        pytest.param(JmapFacts(look("192.0.2.1"), no_name()), ["? no-address"], id="an address"),
    ],
)
def test_what_is_found(seen: JmapFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"[" * 100_000, b'{"capabilities": 1}', b"\xff"]
)
def test_what_is_no_session(body: bytes) -> None:
    assert codes(judge(facts(came(200, body)))) == ["jmap.missing"]


def test_absence_is_never_a_warning() -> None:
    kinds = {kind.code: kind.severity for kind in PROBE.kinds}
    assert kinds["jmap.none"] is kinds["jmap.not-offered"] is Severity.NOTICE


async def seen(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    monkeypatch: pytest.MonkeyPatch,
    pages: Mapping[str, bytes],
    *,
    srv: str = "",
    fault: Fault | None = None,
) -> list[Statement]:
    issued = ca.good("firma.pl", "jmap.firma.pl")
    async with web_server(pages, tls=issued.context()) as web:
        monkeypatch.setattr(jmap, "PORT", web.port)
        zone = "firma.pl. A 127.0.0.1\njmap.firma.pl. A 127.0.0.1\n"
        zone += srv.replace("PORT", str(web.port))
        async with dns_server(zone) as dns, make_network([dns.address]) as network:
            if fault:
                dns.misbehave("_jmap._tcp.firma.pl", fault)
            return list(judge(await gather(network, look(is_asked=True))))


PROMISED = "_jmap._tcp.firma.pl. SRV 0 1 PORT jmap.firma.pl."


async def test_the_srv_record_leads_there(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"/.well-known/jmap": redirect("/jmap/session"), "/jmap/session": LOCKED}
    statements = await seen(make_network, ca, monkeypatch, pages, srv=PROMISED)
    assert "jmap.firma.pl:" in str(only(statements, "jmap.offered").params["url"])


async def test_the_domain_itself_is_asked_without_srv(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = await seen(make_network, ca, monkeypatch, {"/.well-known/jmap": LOCKED})
    assert codes(statements) == ["jmap.offered"]


async def test_a_page_that_is_not_there(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert codes(await seen(make_network, ca, monkeypatch, {})) == ["jmap.none"]
    promised = await seen(make_network, ca, monkeypatch, {}, srv=PROMISED)
    assert codes(promised) == ["jmap.missing"]


async def test_a_promise_to_a_closed_port(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    srv = f"_jmap._tcp.firma.pl. SRV 0 1 {unused_port()} jmap.firma.pl."
    assert codes(await seen(make_network, ca, monkeypatch, {}, srv=srv)) == ["jmap.closed"]


async def test_srv_may_say_no(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    srv = "_jmap._tcp.firma.pl. SRV 0 0 0 ."
    pages = {"/.well-known/jmap": LOCKED}
    statements = await seen(make_network, ca, monkeypatch, pages, srv=srv)
    assert codes(statements) == ["jmap.not-offered"]


async def test_a_dead_srv_record_is_a_gap(
    make_network: MakeNetwork, ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = await seen(make_network, ca, monkeypatch, {}, fault=Fault.SERVFAIL)
    assert codes(statements) == ["? servfail", "jmap.none"]
