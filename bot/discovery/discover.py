"""Asks every source at once, and hands over each answer as it comes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from bot.discovery.claim import Answered, Standing, from_provider
from bot.discovery.guess import Neighbours, look_around
from bot.discovery.microsoft import ask_autodiscover
from bot.discovery.srv import ask_srv, find_mx, mx_bases, wait_for
from bot.discovery.web import ask_autoconfig, ask_ispdb, ask_pacc, mx_files, own_files
from bot.formats.suffix import is_public_suffix
from bot.knowledge.provider import Provider
from bot.knowledge.providers import Providers
from bot.model.settings import AskedSource, SettingsSource
from bot.network.network import Network

# A dead source costs no more than this.
PATIENCE = 3.0
Work = Awaitable[tuple[Answered, ...]]


class Discovery:
    """One search: the sources under way, and whose mailboxes these are as far as is known."""

    def __init__(
        self,
        network: Network,
        domain: str,
        providers: Providers,
        ispdb_url: str = "",
        *,
        only_own: bool = False,
    ) -> None:
        self._network = network
        self._domain = domain
        self._providers = providers
        self._ispdb_url = ispdb_url
        self.only_own = only_own
        self._waiting: dict[asyncio.Task[tuple[Answered, ...]], Standing] = {}
        self._mx = asyncio.ensure_future(find_mx(network, domain))
        # Asked for beforehand: a guess then waits for nobody.
        self._neighbours = None if only_own else self._look_around()
        self.provider = providers.of_domain(domain)
        self._start()

    def _start(self) -> None:
        domain, network = self._domain, self._network
        if self.provider is not None:
            self._add(Standing.KNOWN_DOMAIN, _said(self.provider, domain, Standing.KNOWN_DOMAIN))
        self._add(Standing.SRV, ask_srv(network, domain))
        if not is_public_suffix(domain):
            for url, standing in own_files(domain):
                self._add(standing, _one(ask_autoconfig, network, url, domain, standing))
            self._add(Standing.OWN_PACC, _one(ask_pacc, network, domain))
        if self.only_own:
            return
        if not is_public_suffix(domain):
            self._add(Standing.AUTODISCOVER, ask_autodiscover(network, domain))
        if self._ispdb_url:
            self._add(
                Standing.ISPDB,
                _one(ask_ispdb, network, self._ispdb_url, domain, domain, Standing.ISPDB),
            )
        self._add(Standing.KNOWN_MX, self._known_by_mx())
        self._add(Standing.MX_FILE, self._by_mx(self._ask_mx_files))
        if self._ispdb_url:
            self._add(Standing.MX_ISPDB, self._by_mx(self._ask_mx_ispdb))

    def _add(self, standing: Standing, work: Work) -> None:
        self._waiting[asyncio.ensure_future(work)] = standing

    @property
    def best_waiting(self) -> Standing | None:
        """The best standing that an answer may still come with; None when all have come."""
        return min(self._waiting.values(), default=None)

    async def answers(self) -> AsyncIterator[tuple[Answered, ...]]:
        """Every source's answer, as it comes."""
        while self._waiting:
            done, _ = await asyncio.wait(self._waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del self._waiting[task]
            for task in done:
                yield task.result()

    async def neighbours(self) -> Neighbours:
        """The usual names that exist, for a guess."""
        self._neighbours = self._neighbours or self._look_around()
        return await self._neighbours

    def _look_around(self) -> "asyncio.Task[Neighbours]":
        return asyncio.create_task(look_around(self._network, self._domain, self._mx))

    async def close(self) -> None:
        """Stop what is under way."""
        looking = () if self._neighbours is None else (self._neighbours,)
        tasks = (*self._waiting, self._mx, *looking)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _known_by_mx(self) -> tuple[Answered, ...]:
        mx = await wait_for(self._mx)
        provider = self._providers.of_mx(mx) if mx else None
        if provider is None or self.provider is not None:
            return ()
        self.provider = provider
        return await _said(provider, self._domain, Standing.KNOWN_MX, mx)

    async def _by_mx(
        self, ask: Callable[[str], Iterable[Awaitable[Answered]]]
    ) -> tuple[Answered, ...]:
        mx = await wait_for(self._mx)
        bases = mx_bases(mx, self._domain) if mx else ()
        asked = [one for base in bases if not is_public_suffix(base) for one in ask(base)]
        return tuple(await asyncio.gather(*asked))

    def _ask_mx_files(self, base: str) -> Iterable[Awaitable[Answered]]:
        for url in mx_files(base, self._domain):
            yield ask_autoconfig(self._network, url, self._domain, Standing.MX_FILE)

    def _ask_mx_ispdb(self, base: str) -> Iterable[Awaitable[Answered]]:
        yield ask_ispdb(self._network, self._ispdb_url, base, self._domain, Standing.MX_ISPDB)


@asynccontextmanager
async def discovering(
    network: Network,
    domain: str,
    providers: Providers,
    ispdb_url: str = "",
    *,
    only_own: bool = False,
) -> AsyncIterator[Discovery]:
    """A search that ends with the block, whatever happens in it."""
    discovery = Discovery(network.within(PATIENCE), domain, providers, ispdb_url, only_own=only_own)
    try:
        yield discovery
    finally:
        await discovery.close()


async def _one(ask: Callable[..., Awaitable[Answered]], *arguments: object) -> tuple[Answered, ...]:
    # Asked only once it has begun: a search may be stopped before.
    return (await ask(*arguments),)


async def _said(
    provider: Provider, domain: str, standing: Standing, mx: str = ""
) -> tuple[Answered, ...]:
    """What our own file on a provider says."""
    servers = from_provider(provider, domain, mx)
    asked = AskedSource(SettingsSource.KNOWLEDGE, provider.id, bool(servers))
    return (Answered(asked, standing, servers),)
