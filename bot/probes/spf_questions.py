"""What SPF asks DNS: each question once, ahead of time where that is safe, never without bound."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Protocol, TypeVar

from bot.formats.errors import FormatError
from bot.formats.spf import MechanismKind, SpfRecord, is_spf, parse_spf
from bot.formats.spf_macro import NAME_MAX, MacroString, shorten_name
from bot.network.answer import Answer, MxRecord, TxtRecord
from bot.network.errors import NetworkError

LOOKUP_MAX = 10  # terms that ask DNS (RFC 7208 section 4.6.4)
VOID_MAX = 2  # answers without data (section 4.6.4)
HOST_MAX = 10  # MX or PTR names of one term (section 4.6.4)

IPAddress = IPv4Address | IPv6Address
Reply = TypeVar("Reply")


class Dns(Protocol):
    """The part of a resolver that SPF needs. Raises NetworkError and nothing else."""

    def txt(self, name: str) -> Awaitable[Answer[TxtRecord]]: ...
    def a(self, name: str) -> Awaitable[Answer[IPv4Address]]: ...
    def aaaa(self, name: str) -> Awaitable[Answer[IPv6Address]]: ...
    def mx(self, name: str) -> Awaitable[Answer[MxRecord]]: ...
    def ptr(self, address: IPAddress) -> Awaitable[Answer[str]]: ...


def query_name(text: str) -> str | None:
    """A name as DNS can be asked for it, without its final dot; None for what is no name.

    Macros can make any character; those that text forms of names escape are escaped.
    """
    name = text.removesuffix(".")
    if not name or len(name) > NAME_MAX:
        return None
    if any(not 0 < len(label) <= 63 for label in name.split(".")):
        return None
    if any(not " " <= character <= "~" for character in name):
        return None  # also RFC 8616 section 4: nothing matches a local part outside ASCII
    return name.replace("\\", "\\\\").lower()


def is_domain(text: str) -> bool:
    """Whether check_host() has anything to look at: a multi-label name (section 4.3)."""
    name = text.removesuffix(".")
    return query_name(name) is not None and "." in name and not name.startswith("[")


class Questions:
    """Asks each question once, and remembers. To be closed: what nobody waits for is stopped."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._asked: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._scouts: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many different questions went to DNS."""
        return len(self._asked)

    async def close(self) -> None:
        """Stop what is still under way."""
        tasks = [*self._scouts, *self._asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def texts(self, name: str) -> Answer[TxtRecord]:
        """TXT records."""
        return await self._once("txt", name, lambda: self._dns.txt(name))

    async def exchanges(self, name: str) -> Answer[MxRecord]:
        """MX records."""
        return await self._once("mx", name, lambda: self._dns.mx(name))

    async def names(self, address: IPAddress) -> Answer[str]:
        """PTR records."""
        return await self._once("ptr", str(address), lambda: self._dns.ptr(address))

    async def addresses(self, name: str, version: int) -> Answer[Any]:
        """A records for IP version 4, AAAA for 6."""
        if version == 4:
            return await self._once("a", name, lambda: self._dns.a(name))
        return await self._once("aaaa", name, lambda: self._dns.aaaa(name))

    def ahead(self, work: Callable[[], Awaitable[object]]) -> None:
        """Let something be asked before its turn; its trouble is seen when its turn comes."""
        task = asyncio.get_running_loop().create_task(_quietly(work))
        self._scouts.add(task)
        task.add_done_callback(self._scouts.discard)

    async def _once(self, kind: str, name: str, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        task = self._asked.get((kind, name))
        if task is None:
            task = asyncio.get_running_loop().create_task(_awaited(ask))
            self._asked[kind, name] = task
        # Shielded: whoever stops waiting must not stop the others.
        reply: Reply = await asyncio.shield(task)
        return reply


class Scout:
    """Asks what later terms will need, while earlier ones are judged.

    It changes no verdict and no count: terms are still judged one by one, in order. It goes
    through the tree of a record breadth first and never past as many terms as a check may use, so
    that no record makes it ask for more than twice what judging alone could.
    """

    def __init__(self, questions: Questions, client: IPAddress) -> None:
        self._questions = questions
        self._client = client
        self._left = LOOKUP_MAX
        self._seen: set[str] = set()

    def look(self, record: SpfRecord, domain: str) -> None:
        """Ask for what the terms of this record need."""
        if domain.lower() in self._seen:
            return
        self._seen.add(domain.lower())
        values = {"d": domain, "i": dotted(self._client), "v": arpa(self._client)}
        for kind, spec in self._worth_asking(record):
            if self._left <= 0:
                return
            name = query_name(_plain(spec, values) if spec else domain)
            if name is not None:
                self._left -= 1
                self._questions.ahead(partial(self._ask, kind, name))

    def _worth_asking(
        self, record: SpfRecord
    ) -> Iterator[tuple[MechanismKind, MacroString | None]]:
        """The terms up to the first that is sure to match, and the redirect if none is."""
        for mechanism in record.mechanisms:
            match mechanism.kind:
                case MechanismKind.ALL:
                    return
                case MechanismKind.IP4 | MechanismKind.IP6:
                    if mechanism.network is not None and self._client in mechanism.network:
                        return
                case kind:
                    if mechanism.domain is None or mechanism.domain.letters <= _CHEAP:
                        yield kind, mechanism.domain
        if record.redirect is not None and record.redirect.letters <= _CHEAP:
            yield MechanismKind.INCLUDE, record.redirect

    async def _ask(self, kind: MechanismKind, name: str) -> None:
        match kind:
            case MechanismKind.INCLUDE:
                await self._follow(name)
            case MechanismKind.A:
                await self._questions.addresses(name, self._client.version)
            case MechanismKind.EXISTS:
                await self._questions.addresses(name, 4)
            case MechanismKind.PTR:
                await self._questions.names(self._client)
            case MechanismKind.MX:
                answer = await self._questions.exchanges(name)
                ask_hosts_ahead(self._questions, answer, self._client.version)

    async def _follow(self, name: str) -> None:
        if not is_domain(name):
            return
        answer = await self._questions.texts(name)
        found = [text for record in answer.records if is_spf(text := record.text)]
        if len(found) == 1:
            self.look(parse_spf(found[0]), name)


_CHEAP = frozenset("div")  # macro letters that are known at once and tell nothing of the sender


def ask_hosts_ahead(questions: Questions, answer: Answer[MxRecord], version: int) -> None:
    """Ask for the addresses of MX hosts at once; not when there are too many to be judged."""
    if len(answer.records) <= HOST_MAX:
        for record in answer.records:
            if record.exchange:
                questions.ahead(partial(questions.addresses, record.exchange, version))


def plain_address(ip: str | IPAddress) -> IPAddress:
    """The client's address; IPv4 inside IPv6 is IPv4 (section 5), a zone is dropped."""
    address = ip_address(ip)
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


def dotted(client: IPAddress) -> str:
    """The value of `%{i}`: IPv4 as usual, IPv6 as its nibbles (section 7.3)."""
    if isinstance(client, IPv4Address):
        return str(client)
    return ".".join(client.exploded.replace(":", ""))


def arpa(client: IPAddress) -> str:
    """The value of `%{v}`."""
    return "in-addr" if client.version == 4 else "ip6"


def _plain(spec: MacroString, values: dict[str, str]) -> str:
    return shorten_name(spec.expand(values))


async def _quietly(work: Callable[[], Awaitable[object]]) -> None:
    with contextlib.suppress(NetworkError, FormatError):
        await work()


async def _awaited(ask: Callable[[], Awaitable[Reply]]) -> Reply:
    return await ask()
