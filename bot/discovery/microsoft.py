"""Microsoft's Autodiscover without a password: XML over POST, JSON, SRV, and where they lead."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import quote, urljoin, urlsplit

from bot.discovery.claim import NOBODY, Answered, Standing, from_discovered, over_the_web
from bot.discovery.web import expect_somebody
from bot.formats.autodiscover import (
    Autodiscovered,
    parse_autodiscover,
    parse_autodiscover_json,
    request_body,
)
from bot.formats.errors import FormatError
from bot.formats.suffix import is_public_suffix
from bot.formats.xml_tree import MOST_BYTES
from bot.model.settings import ADDRESS_PLACE, AskedSource, SettingsSource
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError
from bot.network.fetched import Fetched
from bot.network.network import Network

MOST_HOPS = 3
_PAGE = "autodiscover/autodiscover.xml"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOTHING = frozenset({Trouble.NO_ADDRESS, Trouble.REFUSED})
_XML = (("Content-Type", "text/xml; charset=utf-8"),)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a chain of questions ended with."""

    found: Autodiscovered = field(default_factory=Autodiscovered)
    asks_password: bool = False


async def ask_autodiscover(network: Network, domain: str) -> tuple[Answered, ...]:
    """Every way that Outlook knows, side by side."""
    ways = (
        _ask(network, domain, "post", _from_subdomain),
        _ask(network, domain, "root", _from_root),
        _ask(network, domain, "http", _from_http),
        _ask(network, domain, "json", _from_json),
        _ask(network, domain, "srv", _from_srv),
    )
    return tuple(await asyncio.gather(*ways))


_PLACES = {
    "post": "https://autodiscover.{domain}/" + _PAGE,
    "root": "https://{domain}/" + _PAGE,
    "http": "http://autodiscover.{domain}/" + _PAGE,
    "json": "https://autodiscover.{domain}/autodiscover/autodiscover.json",
    "srv": "_autodiscover._tcp.{domain}",
}


Way = Callable[[Network, str], Awaitable[_Outcome]]


async def _ask(network: Network, domain: str, way: str, ask: Way) -> Answered:
    began = monotonic()
    place = _PLACES[way].format(domain=domain)
    outcome, gap = _Outcome(), None
    try:
        outcome = await ask(network, domain)
    except NetworkError as error:
        if error.trouble not in _NOTHING:
            gap = Gap(place, error.trouble, error.detail)
    except FormatError as error:
        if error.reason not in ("html", "empty"):
            gap = Gap(place, Trouble.GARBAGE, error.reason)
    servers = from_discovered(outcome.found.servers, domain)
    exchange = over_the_web(
        "exchange", outcome.found.exchange_url, SettingsSource.AUTODISCOVER, (), ADDRESS_PLACE
    )
    servers = servers if exchange is None else (*servers, exchange)
    asked = AskedSource(
        SettingsSource.AUTODISCOVER,
        place,
        bool(servers),
        asks_password=outcome.asks_password,
        gap=gap,
        seconds=monotonic() - began,
    )
    return Answered(asked, Standing.AUTODISCOVER, servers)


async def _from_subdomain(network: Network, domain: str) -> _Outcome:
    return await post(network, f"https://autodiscover.{domain}/{_PAGE}", domain)


async def _from_root(network: Network, domain: str) -> _Outcome:
    return await post(network, f"https://{domain}/{_PAGE}", domain)


async def post(network: Network, url: str, domain: str, hops: int = 0) -> _Outcome:
    """Ask for an address that is nobody's, and go where the answer leads."""
    if hops > MOST_HOPS or not may_be_asked(url):
        return _Outcome()
    await expect_somebody(network, url)
    body = request_body(f"{NOBODY}@{domain}")
    fetched = await network.fetch(url, max_bytes=MOST_BYTES, headers=_XML, body=body)
    if fetched.status in _REDIRECTS:
        return await post(network, urljoin(url, fetched.location), domain, hops + 1)
    if fetched.status == 401:
        return _Outcome(asks_password=True)
    if fetched.status != 200:
        _note_overload(fetched)
        return _Outcome()
    found = parse_autodiscover(fetched.body)
    if found.servers:
        return _Outcome(found)
    if found.redirect_url:
        return await post(network, found.redirect_url, domain, hops + 1)
    if found.redirect_domain and found.redirect_domain != domain:
        other = found.redirect_domain
        return await post(network, f"https://autodiscover.{other}/{_PAGE}", other, hops + 1)
    return _Outcome(found)


async def _from_http(network: Network, domain: str) -> _Outcome:
    """The one thing that http may do here is to lead to https: nothing is posted in the clear."""
    url = f"http://autodiscover.{domain}/{_PAGE}"
    if not may_be_asked(url):
        return _Outcome()
    await expect_somebody(network, url)
    fetched = await network.fetch(url, max_bytes=MOST_BYTES, in_clear=True)
    if fetched.status not in _REDIRECTS:
        return _Outcome()
    return await post(network, urljoin(url, fetched.location), domain, 1)


async def _from_json(network: Network, domain: str) -> _Outcome:
    asks = quote(f"{NOBODY}@{domain}", safe="@")
    place = _PLACES["json"].format(domain=domain)
    url = f"{place}?Email={asks}&Protocol=AutodiscoverV1&RedirectCount=1"
    for _ in range(MOST_HOPS):
        if not may_be_asked(url):
            return _Outcome()
        await expect_somebody(network, url)
        fetched = await network.fetch(url, max_bytes=MOST_BYTES)
        if fetched.status not in _REDIRECTS:
            break
        url = urljoin(url, fetched.location)
    if fetched.status == 401:
        return _Outcome(asks_password=True)
    if fetched.status != 200:
        _note_overload(fetched)
        return _Outcome()
    found = parse_autodiscover_json(fetched.body)
    return await post(network, found.redirect_url, domain, 1) if found.redirect_url else _Outcome()


async def _from_srv(network: Network, domain: str) -> _Outcome:
    answer = await network.dns.srv(f"_autodiscover._tcp.{domain}")
    for record in answer.records[:1]:
        if record.target:
            place = record.target if record.port == 443 else f"{record.target}:{record.port}"
            return await post(network, f"https://{place}/{_PAGE}", domain)
    return _Outcome()


def may_be_asked(url: str) -> bool:
    """Never up to a public suffix: autodiscover.com.pl would hear of everybody below it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    label, _, above = host.partition(".")
    return bool(host) and not (label == "autodiscover" and ("." not in host or _is_suffix(above)))


def _is_suffix(name: str) -> bool:
    return "." not in name or is_public_suffix(name)


def _note_overload(fetched: Fetched) -> None:
    if fetched.status == 429 or fetched.status >= 500:
        raise NetworkError(Trouble.TRY_LATER, f"HTTP {fetched.status}")
