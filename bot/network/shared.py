"""What all views of one process share: caches, conversations under way, and what is costly."""

import asyncio
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from bot.network.addresses import find_addresses
from bot.network.authority import Authorities
from bot.network.calls import Calls
from bot.network.files import Files
from bot.network.guard import Guard
from bot.network.resolver import Resolver
from bot.network.session import Manners
from bot.network.settings import NetworkSettings
from bot.network.shelf import Shelf
from bot.network.talks import Talks
from bot.network.trust import Trust

if TYPE_CHECKING:
    from bot.network.port25 import Port25
    from bot.network.tls import Verifier

# Views of one check begin a moment apart, and must share what is fetched afresh.
SAME_MOMENT = 2.0
_ON_ITS_WAY = 0.002  # the first packet of a connection has surely left by then
_MOST_WORKS = 200


class Shared:
    """One for the process. OpenSSL and HTTP are imported when first needed."""

    def __init__(
        self, resolver: Resolver, guard: Guard, settings: NetworkSettings, trust: Trust
    ) -> None:
        self.resolver = resolver
        self.guard = guard
        self.settings = settings
        self._trust = trust
        self._verifier: Verifier | None = None
        self._port25: Port25 | None = None
        self._is_tls_warm = False
        self._is_web_warm = False
        manners = Manners(settings.ehlo_name, settings.times, self._make_verifier)
        self._talks = Talks(manners, settings.most_talks)
        self.calls = Calls(self._talks, self.port25, self._warm_tls)
        self.authorities = Authorities(settings.times, settings.name_server_port)
        self.files = Files(trust, guard, settings.times)
        self.works: Shelf[Hashable, Any] = Shelf(lambda _: SAME_MOMENT, most=_MOST_WORKS)

    async def close(self) -> None:
        """Break off whatever is under way, and close every socket."""
        await self.works.close()
        await self._talks.close()
        await self.files.close()
        await self.authorities.close()
        await self.resolver.close()

    def port25(self) -> "Port25":
        """The look at our own network."""
        if self._port25 is None:
            from bot.network.port25 import Port25

            self._port25 = Port25(
                lambda host: find_addresses(self.resolver, self.guard, host),
                self.settings.port_25_witnesses,
                self.settings.times.connect,
            )
        return self._port25

    def warm(self) -> None:
        """Load the HTTP client while the first questions are on their way."""
        if not self._is_web_warm:
            self._is_web_warm = True
            asyncio.get_running_loop().call_later(_ON_ITS_WAY, self.files.warm)

    def _make_verifier(self) -> "Verifier":
        if self._verifier is None:
            from bot.network.tls import Verifier

            self._verifier = Verifier(self._trust)
        return self._verifier

    def _warm_tls(self) -> None:
        """Load what the first handshake needs while the connection is on its way."""
        if not self._is_tls_warm:
            self._is_tls_warm = True
            asyncio.get_running_loop().call_later(_ON_ITS_WAY, self._load_tls)

    def _load_tls(self) -> None:
        _ = self._make_verifier().context
