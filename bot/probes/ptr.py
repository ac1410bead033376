"""Reverse DNS, forward-confirmed (RFC 1912 section 2.1, RFC 8601 section 3).

Receivers ask it of servers that *send*. Those that only take mail need none, so the same gap
weighs less on them; what tells the two apart is whether SPF lets the address send.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from bot.formats.errors import FormatError
from bot.formats.spf import Mechanism, MechanismKind, Qualifier, is_spf, parse_spf
from bot.formats.suffix import organizational_domain
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status, TxtRecord
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.mx_addresses import both_families
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join
from bot.probes.reverse import Reverse, look_back
from bot.probes.smtp_hosts import MOST_ADDRESSES, MOST_HOSTS

_REFERENCE = "RFC 1912 section 2.1"
MISSING = Kind("ptr.missing", Severity.WARNING, frozenset({"address"}), _REFERENCE)
MISSING_ON_RECEIVER = Kind(
    "ptr.missing-on-receiver", Severity.NOTICE, frozenset({"address"}), _REFERENCE
)
UNCONFIRMED = Kind(
    "ptr.unconfirmed", Severity.WARNING, frozenset({"address", "names"}), "RFC 8601 section 3"
)
UNCONFIRMED_ON_RECEIVER = Kind(
    "ptr.unconfirmed-on-receiver",
    Severity.NOTICE,
    frozenset({"address", "names"}),
    "RFC 8601 section 3",
)
SOUND = Kind("ptr.sound", Severity.OK, frozenset({"count", "pairs"}), "RFC 8601 section 3")


@dataclass(frozen=True, slots=True)
class PtrFacts:
    """The addresses of a domain's mail servers, or of one host."""

    look: Look
    exists: bool = True
    domain: str = ""  # whose SPF record `spf` is
    spf: str = ""
    own: tuple[IPAddress, ...] = ()  # addresses of the domain itself, which a bare "a" means
    hosts: tuple[str, ...] = ()  # of the MX records
    reverses: tuple[Reverse, ...] = ()
    errors: tuple[tuple[str, NetworkError], ...] = ()  # hosts whose addresses are not known


async def gather(network: Network, look: Look) -> PtrFacts:
    """All addresses of all servers at once."""
    if look.is_address:
        reverse = await look_back(network, look.name, ip_address(look.name))
        return PtrFacts(look, reverses=(reverse,))
    answer = await network.dns.mx(look.name)
    if answer.status is Status.NO_NAME:
        return PtrFacts(look, exists=False)
    found = dict.fromkeys(mx.exchange for mx in answer.records if mx.exchange)
    hosts = tuple(name for name in found if as_address(name) is None)[:MOST_HOSTS]
    domain = look.name if hosts else organizational_domain(look.name)
    most = MOST_ADDRESSES // max(1, len(hosts))
    texts, own, results = await asyncio.gather(
        attempt(network.dns.txt(domain)),
        attempt(network.addresses(domain)),
        asyncio.gather(*(_host(network, name, most) for name in hosts or (look.name,))),
    )
    return PtrFacts(
        look,
        domain=domain,
        spf=_spf(texts),
        own=own if isinstance(own, tuple) else (),
        hosts=hosts,
        reverses=tuple(reverse for reverses, _ in results for reverse in reverses),
        errors=tuple(error for _, errors in results for error in errors),
    )


def _spf(texts: Answer[TxtRecord] | NetworkError) -> str:
    if isinstance(texts, NetworkError):
        return ""
    return next((record.text for record in texts.records if is_spf(record.text)), "")


async def _host(
    network: Network, name: str, most: int
) -> tuple[tuple[Reverse, ...], tuple[tuple[str, NetworkError], ...]]:
    addresses = await attempt(network.addresses(name))
    if isinstance(addresses, NetworkError):
        return (), ((name, addresses),)
    asked = both_families(addresses)[:most]
    return tuple(await asyncio.gather(*(look_back(network, name, one) for one in asked))), ()


def judge(facts: PtrFacts) -> Iterator[Statement]:
    """From the names to what receivers think of the servers."""
    if not facts.exists:
        yield Gap(facts.look.shown, Trouble.NO_NAME)
        return
    for host, error in facts.errors:
        yield gap(shown(host), error)
    terms = _terms(facts.spf)
    sound: list[Reverse] = []
    for reverse in facts.reverses:
        if reverse.confirmed:
            sound.append(reverse)
        elif reverse.error:
            yield gap(str(reverse.address), reverse.error)
        else:
            is_sender = facts.look.is_address or any(
                _lets_send(term, facts, reverse) for term in terms
            )
            yield _fault(reverse, is_sender)
    if sound:
        pairs = dict.fromkeys(f"{one.address} → {shown(one.confirmed[0])}" for one in sound)
        yield SOUND(facts.look.shown, count=len(pairs), pairs=join(pairs))
    if not facts.reverses and not facts.errors:
        yield Gap(facts.look.shown, Trouble.NO_ADDRESS)


def _fault(reverse: Reverse, is_sender: bool) -> Finding:
    subject, address = shown(reverse.host), str(reverse.address)
    if not reverse.names:
        return (MISSING if is_sender else MISSING_ON_RECEIVER)(subject, address=address)
    names = join(shown(name) for name in reverse.names)
    kind = UNCONFIRMED if is_sender else UNCONFIRMED_ON_RECEIVER
    return kind(subject, address=address, names=names)


def _terms(spf: str) -> tuple[Mechanism, ...]:
    """What lets somebody send; a record that cannot be read lets nobody."""
    try:
        mechanisms = parse_spf(spf).mechanisms
    except FormatError:
        return ()
    return tuple(one for one in mechanisms if one.qualifier in (None, Qualifier.PASS))


def _lets_send(term: Mechanism, facts: PtrFacts, reverse: Reverse) -> bool:
    """Whether the term names the address. Includes are not followed: what is not seen to send is
    treated as one that only takes mail, since the other error is the false alarm."""
    target = term.domain.text.lower().rstrip(".") if term.domain else facts.domain
    match term.kind:
        case MechanismKind.IP4 | MechanismKind.IP6:
            return term.network is not None and reverse.address in term.network
        case MechanismKind.MX:
            return target == facts.domain and reverse.host in facts.hosts
        case MechanismKind.A:
            is_own = target == facts.domain and reverse.address in facts.own
            return is_own or target == reverse.host
        case _:
            return False


PROBE = Probe(
    "ptr",
    gather,
    judge,
    kinds=(MISSING, MISSING_ON_RECEIVER, UNCONFIRMED, UNCONFIRMED_ON_RECEIVER, SOUND),
    seconds=15.0,
)
