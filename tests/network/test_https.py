"""Tests of bot.network.https: every hop through the gate, nothing unbounded, nothing unproved."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from bot.model.trouble import Trouble
from bot.network.errors import NetworkError, NotPublicError
from bot.network.network import Network
from bot.network.settings import MAIL_PORTS, Times
from tests.doubles.ca import Issued, ThrowAwayCa
from tests.doubles.dns import DnsServer, dns_server
from tests.doubles.mailserver import MailServer, Peer, Script
from tests.doubles.web import answer, redirect, web_server
from tests.network.conftest import MakeNetwork

ZONE = """
firma.pl.        A 127.0.0.1
inna.pl.         A 127.0.0.1
two.firma.pl.    A 127.0.0.2
two.firma.pl.    A 127.0.0.1
inside.firma.pl. A 10.0.0.1
"""


@asynccontextmanager
async def web(
    make_network: MakeNetwork,
    issued: Issued | None,
    pages: Mapping[str, bytes | Script],
    **changes: object,
) -> AsyncIterator[tuple[Network, MailServer, DnsServer]]:
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address], **changes) as network,
        web_server(pages, tls=issued.context() if issued else None) as server,
    ):
        yield network, server, dns


async def trouble(asked: object) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        await asked  # type: ignore[misc]
    return caught.value


@pytest.fixture(scope="module")
def issued(ca: ThrowAwayCa) -> Issued:
    return ca.good("firma.pl", "inna.pl", "two.firma.pl", "inside.firma.pl")


async def test_a_page_is_fetched(make_network: MakeNetwork, issued: Issued) -> None:
    page = answer("version: STSv1 żółw".encode(), content_type="Text/Plain; charset=utf-8")
    async with web(make_network, issued, {"/p?q=1": page}) as (network, server, dns):
        url = f"https://firma.pl:{server.port}/p?q=1"
        fetched = await network.fetch(url, max_bytes=1000)
        assert (fetched.status, fetched.content_type) == (200, "text/plain")
        assert fetched.body.decode() == "version: STSv1 żółw"
        assert (fetched.url, fetched.hops, fetched.address) == (url, (), "127.0.0.1")
        assert f"Host: firma.pl:{server.port}" in server.received
        assert dns.count("firma.pl") == 2  # A and AAAA, once


async def test_a_missing_page_is_an_answer(make_network: MakeNetwork, issued: Issued) -> None:
    async with web(make_network, issued, {}) as (network, server, _):
        fetched = await network.fetch(f"https://firma.pl:{server.port}/", max_bytes=1000)
    assert fetched.status == 404


async def test_a_dead_address_is_passed_over(make_network: MakeNetwork, issued: Issued) -> None:
    async with web(make_network, issued, {"/": answer(b"x")}) as (network, server, _):
        fetched = await network.fetch(f"https://two.firma.pl:{server.port}/", max_bytes=1000)
    assert fetched.body == b"x"


async def test_a_body_over_the_cap_is_not_read_on(
    make_network: MakeNetwork, issued: Issued
) -> None:
    async def endless(peer: Peer) -> None:
        await peer.send("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "")
        while True:
            await peer.send("1000", "x" * 4096)

    pages = {"/endless": endless, "/big": answer(b"x" * 1001), "/fits": answer(b"x" * 1000)}
    async with web(make_network, issued, pages) as (network, server, _):
        base = f"https://firma.pl:{server.port}"
        for path in ("/endless", "/big"):
            error = await trouble(network.fetch(base + path, max_bytes=1000))
            assert error.trouble is Trouble.TOO_LONG
        assert len((await network.fetch(f"{base}/fits", max_bytes=1000)).body) == 1000


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
async def test_redirects_are_followed_as_far_as_allowed(
    make_network: MakeNetwork, issued: Issued, status: str
) -> None:
    pages: dict[str, bytes] = {"/c": answer(b"end")}
    async with web(make_network, issued, pages) as (network, server, _):
        pages["/a"] = redirect("/b", status)
        pages["/b"] = redirect(f"https://inna.pl:{server.port}/c", status)
        base = f"https://firma.pl:{server.port}"
        fetched = await network.fetch(f"{base}/a", max_bytes=1000, max_redirects=2)
        assert fetched.body == b"end"
        assert fetched.url == f"https://inna.pl:{server.port}/c"
        assert fetched.hops == (f"{base}/a", f"{base}/b")
        stopped = await network.fetch(f"{base}/a", max_bytes=1000, max_redirects=1)
        assert (stopped.status, stopped.url) == (int(status[:3]), f"{base}/b")
        none = await network.fetch(f"{base}/a", max_bytes=1000)
        assert (none.status, none.location) == (int(status[:3]), "/b")


async def test_a_loop_of_redirects_ends(make_network: MakeNetwork, issued: Issued) -> None:
    async with web(make_network, issued, {"/a": redirect("/a")}) as (network, server, _):
        url = f"https://firma.pl:{server.port}/a"
        fetched = await network.fetch(url, max_bytes=1000, max_redirects=3)
    assert fetched.status == 302
    assert len(fetched.hops) == 3


@pytest.mark.parametrize(
    "location",
    ["http://firma.pl/", "ftp://firma.pl/", "//user:pw@firma.pl/", "javascript:x", ""],
)
async def test_https_stays_https(make_network: MakeNetwork, issued: Issued, location: str) -> None:
    async with web(make_network, issued, {"/a": redirect(location)}) as (network, server, _):
        url = f"https://firma.pl:{server.port}/a"
        fetched = await network.fetch(url, max_bytes=1000, max_redirects=3)
    assert (fetched.status, fetched.url, fetched.hops) == (302, url, ())


@pytest.mark.parametrize("host", ["inside.firma.pl", "10.0.0.1", "[::ffff:10.0.0.1]"])
async def test_every_hop_passes_the_gate(
    make_network: MakeNetwork, issued: Issued, host: str
) -> None:
    pages: dict[str, bytes] = {}
    async with web(make_network, issued, pages) as (network, server, _):
        bad = f"https://{host}:{server.port}/"
        pages["/a"] = redirect(bad)
        for url in (bad, f"https://firma.pl:{server.port}/a"):
            error = await trouble(network.fetch(url, max_bytes=1000, max_redirects=3))
            assert isinstance(error, NotPublicError)


async def test_other_ports_are_refused(make_network: MakeNetwork, issued: Issued) -> None:
    async with web(make_network, issued, {}, ports=MAIL_PORTS) as (network, server, _):
        error = await trouble(network.fetch(f"https://firma.pl:{server.port}/", max_bytes=1000))
        assert isinstance(error, NotPublicError)


@pytest.mark.parametrize(
    "url",
    [
        "http://firma.pl/",
        "firma.pl",
        "https://",
        "https://anna@firma.pl/",
        "https://firma.pl:99999/",
        "https://firma.pl/a b",
        "https://firma.pl/\r\nX: y",
        "https://żółw.pl/",
        "https://firma.pl/" + "x" * 2000,
        "https://[firma/",
    ],
)
async def test_what_is_no_plain_https_address_is_not_asked_for(
    make_network: MakeNetwork, url: str
) -> None:
    async with make_network() as network:
        assert (await trouble(network.fetch(url, max_bytes=1000))).trouble is Trouble.GARBAGE


@pytest.mark.parametrize(
    ("case", "detail"),
    [
        ("expired", "certificate has expired"),
        ("wrong name", "Hostname mismatch"),
        ("self-signed", "self-signed certificate"),
        ("incomplete chain", "unable to get local issuer certificate"),
    ],
)
async def test_a_certificate_that_proves_nothing_ends_the_fetch(
    make_network: MakeNetwork, ca: ThrowAwayCa, case: str, detail: str
) -> None:
    made = {
        "expired": ca.expired("firma.pl"),
        "wrong name": ca.wrong_name(),
        "self-signed": ca.self_signed("firma.pl"),
        "incomplete chain": ca.incomplete_chain("firma.pl"),
    }[case]
    async with web(make_network, made, {"/": answer(b"x")}) as (network, server, _):
        error = await trouble(network.fetch(f"https://firma.pl:{server.port}/", max_bytes=1000))
    assert error.trouble is Trouble.TLS
    assert detail in error.detail


async def test_a_server_without_tls_is_told(make_network: MakeNetwork) -> None:
    async with web(make_network, None, {}) as (network, server, _):
        error = await trouble(network.fetch(f"https://firma.pl:{server.port}/", max_bytes=1000))
    assert error.trouble in (Trouble.TLS, Trouble.CLOSED, Trouble.RESET, Trouble.TIMEOUT)


async def test_what_is_not_http_is_told(make_network: MakeNetwork, issued: Issued) -> None:
    pages = {"/": b"* OK IMAP ready\r\n\r\n"}
    async with web(make_network, issued, pages) as (network, server, _):
        error = await trouble(network.fetch(f"https://firma.pl:{server.port}/", max_bytes=1000))
    assert error.trouble is Trouble.GARBAGE


async def test_a_silent_server_is_given_up(make_network: MakeNetwork, issued: Issued) -> None:
    async def silent(peer: Peer) -> None:
        await peer.silence()

    times = Times(fetch=0.5, dns_total=1.0)
    async with web(make_network, issued, {"/": silent}, times=times) as (network, server, _):
        url = f"https://firma.pl:{server.port}/"
        assert (await trouble(network.fetch(url, max_bytes=9))).trouble is Trouble.TIMEOUT
        await asyncio.wait_for(server.empty(), 2)


async def test_a_name_without_an_address_is_told(make_network: MakeNetwork) -> None:
    async with web(make_network, None, {}) as (network, server, _):
        url = f"https://nowhere.firma.pl:{server.port}/"
        assert (await trouble(network.fetch(url, max_bytes=9))).trouble is Trouble.NO_ADDRESS


async def test_http_is_asked_only_where_it_is_allowed(make_network: MakeNetwork) -> None:
    async with web(make_network, None, {"/": answer(b"in the clear")}) as (network, server, _):
        url = f"http://firma.pl:{server.port}/"
        assert (await trouble(network.fetch(url, max_bytes=100))).trouble is Trouble.GARBAGE
        fetched = await network.fetch(url, max_bytes=100, in_clear=True)
    assert fetched.body == b"in the clear"


async def test_http_may_lead_to_http_but_https_never(
    make_network: MakeNetwork, issued: Issued
) -> None:
    pages = {"/": redirect("/there"), "/there": answer(b"x")}
    async with web(make_network, None, pages) as (network, clear, _):
        fetched = await network.fetch(
            f"http://firma.pl:{clear.port}/", max_bytes=100, max_redirects=3, in_clear=True
        )
        assert fetched.body == b"x"
        down = {"/": redirect(f"http://firma.pl:{clear.port}/there")}
        async with web_server(down, tls=issued.context()) as server:
            url = f"https://firma.pl:{server.port}/"
            fetched = await network.fetch(url, max_bytes=100, max_redirects=3, in_clear=True)
    assert fetched.status == 302
    assert clear.received.count("GET /there HTTP/1.1") == 1


async def test_port_80_is_open_for_http_alone(make_network: MakeNetwork) -> None:
    async with dns_server(ZONE) as dns, make_network([dns.address], ports=MAIL_PORTS) as network:
        for allowed in (True, False):
            error = await trouble(
                network.fetch("http://firma.pl:8080/", max_bytes=100, in_clear=allowed)
            )
            assert (error.trouble is Trouble.NOT_PUBLIC) is allowed
        error = await trouble(network.fetch("https://firma.pl:80/", max_bytes=100))
        assert error.trouble is Trouble.NOT_PUBLIC


async def test_a_body_is_posted_and_posted_again_after_a_redirect(
    make_network: MakeNetwork, issued: Issued
) -> None:
    pages = {"/": redirect("/there"), "/there": answer(b"x")}
    async with web(make_network, issued, pages) as (network, server, _):
        url = f"https://firma.pl:{server.port}/"
        fetched = await network.fetch(url, max_bytes=100, max_redirects=1, body=b"question\n\n")
    assert fetched.body == b"x"
    assert [line for line in server.received if "HTTP/1.1" in line] == [
        "POST / HTTP/1.1",
        "POST /there HTTP/1.1",
    ]
    assert server.received.count("Content-Length: 10") == 2


async def test_the_operators_own_server_may_be_anywhere_but_leads_nowhere_else(
    make_network: MakeNetwork,
) -> None:
    pages = {"/": answer(b"ours"), "/away": redirect("http://127.0.0.1:1/")}
    async with (
        dns_server(ZONE) as dns,
        make_network([dns.address], ports=MAIL_PORTS, allow_networks=()) as network,
        web_server(pages, tls=None) as server,
    ):
        base = f"http://127.0.0.1:{server.port}"
        options = {"max_bytes": 100, "max_redirects": 3, "in_clear": True}
        assert (await trouble(network.fetch(f"{base}/", **options))).trouble is Trouble.NOT_PUBLIC
        fetched = await network.fetch(f"{base}/", is_ours=True, **options)
        assert fetched.body == b"ours"
        error = await trouble(network.fetch(f"{base}/away", is_ours=True, **options))
        assert error.trouble is Trouble.NOT_PUBLIC
