"""Files about settings on the web: autoconfig, ISPDB, PACC."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from urllib.parse import quote, urlsplit

from bot.discovery.claim import (
    NOBODY,
    Answered,
    Standing,
    from_config,
    from_pacc,
    switch_on_page,
)
from bot.formats.autoconfig import parse_autoconfig
from bot.formats.errors import FormatError
from bot.formats.pacc import is_vouched_for, parse_pacc
from bot.formats.xml_tree import MOST_BYTES
from bot.model.settings import AskedSource, MailboxServer, SettingsSource
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError
from bot.network.fetched import Fetched
from bot.network.network import Network

MOST_REDIRECTS = 3
# Behind these names stands nobody, or nobody who tells: no file, and nothing that kept us from it.
_NOTHING = frozenset({Trouble.NO_ADDRESS, Trouble.REFUSED})
# The servers, and the page where access to them is switched on.
Told = tuple[tuple[MailboxServer, ...], str]
Read = Callable[[Fetched], Told]


def own_files(domain: str) -> tuple[tuple[str, Standing], ...]:
    """Where a domain publishes its autoconfig file."""
    asks = quote(f"{NOBODY}@{domain}", safe="@")
    return (
        (
            f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={asks}",
            Standing.OWN_FILE,
        ),
        (f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml", Standing.OWN_FILE),
        (
            f"https://autoconfig.{domain}/.well-known/mail-v1.xml?emailaddress={asks}",
            Standing.OWN_FILE,
        ),
        (f"http://autoconfig.{domain}/mail/config-v1.1.xml", Standing.OWN_FILE_IN_CLEAR),
        (
            f"http://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
            Standing.OWN_FILE_IN_CLEAR,
        ),
    )


def mx_files(base: str, domain: str) -> tuple[str, ...]:
    """Where whoever receives a domain's mail publishes the autoconfig file for it.

    Thunderbird asks the first and the last, the draft has the second.
    """
    asks = quote(f"{NOBODY}@{domain}", safe="@")
    return (
        f"https://autoconfig.{base}/mail/config-v1.1.xml?emailaddress={asks}",
        f"https://autoconfig.{base}/.well-known/mail-v1.xml?emailaddress={asks}",
        f"https://{base}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


async def ask_autoconfig(network: Network, url: str, domain: str, standing: Standing) -> Answered:
    """The autoconfig file at an address."""
    in_clear = url.startswith("http:")

    async def fetch() -> Fetched:
        await expect_somebody(network, url)
        return await network.fetch(
            url, max_bytes=MOST_BYTES, max_redirects=MOST_REDIRECTS, in_clear=in_clear
        )

    def read(fetched: Fetched) -> Told:
        return _file(fetched, domain, SettingsSource.AUTOCONFIG)

    return await _ask(fetch, read, SettingsSource.AUTOCONFIG, url, standing, is_unsafe=in_clear)


async def ask_ispdb(
    network: Network, base: str, name: str, domain: str, standing: Standing
) -> Answered:
    """ISPDB's file about `name`; the name alone is sent. The operator chooses the database."""
    url = f"{base}{name}"

    async def fetch() -> Fetched:
        return await network.fetch(
            url, max_bytes=MOST_BYTES, max_redirects=MOST_REDIRECTS, in_clear=True, is_ours=True
        )

    def read(fetched: Fetched) -> Told:
        return _file(fetched, domain, SettingsSource.ISPDB)

    return await _ask(fetch, read, SettingsSource.ISPDB, url, standing)


def _file(fetched: Fetched, domain: str, source: SettingsSource) -> Told:
    config = parse_autoconfig(fetched.body)
    return from_config(config, domain, source), switch_on_page(config)


async def ask_pacc(network: Network, domain: str) -> Answered:
    """The PACC document, if the domain's DNS vouches for it."""
    url = f"https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json"
    records = asyncio.ensure_future(network.dns.txt(f"_ua-auto-config.{domain}"))

    async def fetch() -> Fetched:
        await expect_somebody(network, url)
        fetched = await network.fetch(url, max_bytes=MOST_BYTES)
        texts = [record.text for record in (await records).records]
        if fetched.status == 200 and not is_vouched_for(fetched.body, texts):
            raise NetworkError(Trouble.GARBAGE, "no record in DNS vouches for the document")
        return fetched

    def read(fetched: Fetched) -> Told:
        return from_pacc(parse_pacc(fetched.body)), ""

    try:
        return await _ask(fetch, read, SettingsSource.PACC, url, Standing.OWN_PACC)
    finally:
        records.cancel()
        await asyncio.gather(records, return_exceptions=True)


async def expect_somebody(network: Network, url: str) -> None:
    """Most domains have no such name: DNS knows it, and nothing is set up for a fetch in vain."""
    if not await network.addresses(urlsplit(url).hostname or ""):
        raise NetworkError(Trouble.NO_ADDRESS)


async def _ask(
    fetch: Callable[[], Awaitable[Fetched]],
    read: Read,
    source: SettingsSource,
    url: str,
    standing: Standing,
    *,
    is_unsafe: bool = False,
) -> Answered:
    began = monotonic()
    servers: tuple[MailboxServer, ...] = ()
    page = ""
    gap: Gap | None = None
    try:
        fetched = await fetch()
        if fetched.status == 200:
            servers, page = read(fetched)
        elif fetched.status == 429 or fetched.status >= 500:
            gap = Gap(url, Trouble.TRY_LATER, f"HTTP {fetched.status}")
    except NetworkError as error:
        if error.trouble not in _NOTHING:
            gap = Gap(url, error.trouble, error.detail)
    except FormatError as error:
        # A website that answers every question with its front page simply has no such file.
        if error.reason not in ("html", "empty"):
            gap = Gap(url, Trouble.GARBAGE, error.reason)
    seconds = monotonic() - began
    asked = AskedSource(
        source, url, bool(servers), is_unsafe, gap=gap, seconds=seconds, switch_on=page
    )
    return Answered(asked, standing, servers)
