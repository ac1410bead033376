"""The addresses of a name: resolved once, and let through the gate as a whole or not at all."""

from bot.network.errors import NetworkError
from bot.network.guard import Guard, as_address
from bot.network.resolver import Resolver
from bot.network.settings import IPAddress, parse_networks

_OPEN_GATE = Guard(parse_networks("0.0.0.0/0, ::/0"))
_LOCAL = {"localhost": "127.0.0.1"}


async def find_addresses(dns: Resolver, guard: Guard, host: str) -> tuple[IPAddress, ...]:
    """IPv4 first; () where the name has none or does not exist."""
    literal = as_address(host)
    if literal is not None:
        guard.check(literal)
        return (literal,)
    asked = (dns.a(host), dns.aaaa(host))
    found: list[IPAddress] = []
    failures: list[NetworkError] = []
    try:
        for each in asked:
            try:
                found.extend((await each).records)
            except NetworkError as error:
                failures.append(error)
    finally:
        for each in asked:
            each.cancel()
    guard.check_all(found)
    if not found and failures:
        raise failures[0]
    return tuple(dict.fromkeys(found))


async def find_own_addresses(dns: Resolver, host: str) -> tuple[IPAddress, ...]:
    """The same for a server that the operator has named: it may be anywhere."""
    return await find_addresses(dns, _OPEN_GATE, _LOCAL.get(host, host))
