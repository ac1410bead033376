"""The mechanisms of SPF that ask for hosts: a, mx, ptr and exists (RFC 7208 section 5)."""

import asyncio
from collections.abc import Sequence

from bot.formats.spf import Mechanism
from bot.network.errors import NetworkError
from bot.probes.spf_cost import Cost, Look, StopError
from bot.probes.spf_questions import HOST_MAX, IPAddress, Questions, ask_hosts_ahead
from bot.probes.spf_trail import SpfProblem, SpfVerdict

_SEEN_MAX = 20  # addresses of one term that a trail shows


class Hosts:
    """Whether a client is one of the hosts that a mechanism names."""

    def __init__(self, questions: Questions, client: IPAddress, cost: Cost) -> None:
        self._questions = questions
        self._client = client
        self._cost = cost

    async def has_client(self, name: str, mechanism: Mechanism, look: Look) -> bool:
        """Whether one of a host's addresses is in one network with the client (section 5.3)."""
        answer = await self._questions.addresses(name, self._client.version)
        look.seen = (*look.seen, *map(str, answer.records))[:_SEEN_MAX]
        self._cost.count_void(look, answer)
        is_ip4 = self._client.version == 4
        length = mechanism.ip4_length if is_ip4 else mechanism.ip6_length
        bits = self._client.max_prefixlen
        spare = bits - (bits if length is None else length)
        return any(int(found) >> spare == int(self._client) >> spare for found in answer.records)

    async def mx(self, name: str, mechanism: Mechanism, look: Look) -> bool:
        """Section 5.4; too many names are an error wherever a match might be (section 4.6.4)."""
        answer = await self._questions.exchanges(name)
        self._cost.count_void(look, answer)
        hosts = [record.exchange for record in answer.records if record.exchange]
        if len(hosts) > HOST_MAX:
            raise StopError(SpfVerdict.PERMERROR, SpfProblem.EXCHANGES, str(len(hosts)))
        ask_hosts_ahead(self._questions, answer, self._client.version)
        for host in hosts:
            look.seen = (*look.seen, host)[:_SEEN_MAX]
            if await self.has_client(host, mechanism, look):
                return True
        return False

    async def exists(self, name: str, look: Look) -> bool:
        """Section 5.7: A records, also for a client with IPv6."""
        answer = await self._questions.addresses(name, 4)
        look.seen = tuple(map(str, answer.records[:_SEEN_MAX]))
        self._cost.count_void(look, answer)
        return bool(answer.records)

    async def ptr(self, name: str, look: Look) -> bool:
        """Section 5.5; no error of DNS here is an error of the check."""
        try:
            answer = await self._questions.names(self._client)
        except NetworkError:
            return False
        self._cost.count_void(look, answer)
        names = [found for found in answer.records[:HOST_MAX] if _is_within(found, name)]
        look.seen = await self._confirmed(names)
        return bool(look.seen)

    async def _confirmed(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the names that have the client's address (section 5.5)."""
        confirmed = await asyncio.gather(*map(self._is_confirmed, names))
        return tuple(name for name, is_so in zip(names, confirmed, strict=True) if is_so)

    async def _is_confirmed(self, name: str) -> bool:
        try:
            answer = await self._questions.addresses(name, self._client.version)
        except NetworkError:
            return False
        return self._client in answer.records

    async def client_name(self, domain: str) -> str:
        """The value of `%{p}`: the domain itself, else below it, else any name (section 7.3)."""
        try:
            answer = await self._questions.names(self._client)
        except NetworkError:
            return "unknown"
        names = await self._confirmed(answer.records[:HOST_MAX])
        domain = domain.lower()
        if domain in names:
            return domain
        below = [name for name in names if _is_within(name, domain)]
        return next(iter((*below, *names)), "unknown")


def _is_within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")
