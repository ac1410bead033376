"""Blocklists (RFC 5782): does one list the address, the mail servers or the domain?

Every list is put to the test before it is believed, and only answers that it documents count.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address

from bot.formats.suffix import organizational_domain
from bot.knowledge.blocklist import Blocklist, Scope, Weight
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.probes.mx_addresses import HostAddresses, find_servers, unseen
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join

MOST_HOSTS = 3
MOST_ADDRESSES = 3

_LISTED = frozenset({"list", "kind", "entry", "link"})
ADDRESS_MAJOR = Kind("blocklist.address-major", Severity.ERROR, _LISTED)
ADDRESS = Kind("blocklist.address", Severity.WARNING, _LISTED)
ADDRESS_LOW = Kind("blocklist.address-low", Severity.NOTICE, _LISTED)
# A server that takes mail need not be the one that sends it: no more than a warning.
MX_MAJOR = Kind("blocklist.mx-major", Severity.WARNING, _LISTED)
MX = Kind("blocklist.mx", Severity.NOTICE, _LISTED)
DOMAIN_MAJOR = Kind("blocklist.domain-major", Severity.ERROR, _LISTED)
DOMAIN = Kind("blocklist.domain", Severity.WARNING, _LISTED)
POLICY = Kind("blocklist.policy", Severity.NOTICE, _LISTED)
NONE_ASKED = Kind("blocklist.none-asked", Severity.NOTICE)
SOUND = Kind("blocklist.sound", Severity.OK, frozenset({"count", "lists"}), "RFC 5782")


class Role(Enum):
    """What somebody wants to know of: an address itself, a mail server's, or a domain."""

    ADDRESS = auto()
    MX = auto()
    DOMAIN = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be listed."""

    role: Role
    name: str  # for people
    value: str  # an address, or a domain

    @property
    def scope(self) -> Scope:
        """The lists that know such things."""
        return Scope.DOMAIN if self.role is Role.DOMAIN else Scope.ADDRESS

    @property
    def label(self) -> str:
        """What stands before the zone (RFC 5782 sections 2.1, 2.4 and 3)."""
        if self.role is Role.DOMAIN:
            return self.value
        return ".".join(ip_address(self.value).reverse_pointer.split(".")[:-2])

    def is_known_to(self, blocklist: Blocklist) -> bool:
        """Whether it makes sense to ask this list."""
        if self.scope is not blocklist.scope:
            return False
        is_v6 = self.role is not Role.DOMAIN and ":" in self.value
        return blocklist.has_ipv6 or not is_v6


Seen = Answer[IPv4Address] | NetworkError


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What one list answered to its own test, and to what was asked."""

    blocklist: Blocklist
    listed: Seen  # what every list must list
    unlisted: Seen  # what none may list
    answers: tuple[tuple[Item, Seen], ...]


@dataclass(frozen=True, slots=True)
class BlocklistFacts:
    """What was asked of which lists."""

    look: Look
    exists: bool
    servers: tuple[HostAddresses, ...]
    lists: tuple[ListFacts, ...]


async def gather(network: Network, look: Look) -> BlocklistFacts:
    """Every list at once, its test beside the questions."""
    exists = True
    servers: tuple[HostAddresses, ...] = ()
    if look.is_address:
        items = [Item(Role.ADDRESS, look.shown, look.name)]
    else:
        answer = await network.dns.mx(look.name)
        exists = answer.status is not Status.NO_NAME
        if look.reference.blocklists:
            servers = await find_servers(network, look.name, answer, most=MOST_HOSTS)
        items = _items(look, servers) if exists else []
    wanted = [
        (blocklist, [item for item in items if item.is_known_to(blocklist)])
        for blocklist in look.reference.blocklists
    ]
    lists = await asyncio.gather(
        *(_ask(network, blocklist, chosen) for blocklist, chosen in wanted if chosen)
    )
    return BlocklistFacts(look, exists, servers, tuple(lists))


def _items(look: Look, servers: Sequence[HostAddresses]) -> list[Item]:
    domain = organizational_domain(look.name)
    items = [Item(Role.DOMAIN, shown(domain), domain)]
    found: dict[IPAddress, str] = {}
    for server in servers:
        for address in server.addresses:
            found.setdefault(address, shown(server.name))
    # IPv4 first: that is what lists are about.
    addresses = sorted(found, key=lambda address: isinstance(address, IPv6Address))
    return items + [
        Item(Role.MX, f"{found[address]} [{address}]", str(address))
        for address in addresses[:MOST_ADDRESSES]
    ]


async def _ask(network: Network, blocklist: Blocklist, items: Sequence[Item]) -> ListFacts:
    labels = (*blocklist.test, *(item.label for item in items))
    listed, unlisted, *answers = await asyncio.gather(
        *(attempt(network.dns.a(f"{label}.{blocklist.zone}")) for label in labels)
    )
    return ListFacts(blocklist, listed, unlisted, tuple(zip(items, answers, strict=True)))


def judge(facts: BlocklistFacts) -> Iterator[Statement]:
    """Listings, and a word about every list that could not be believed."""
    subject = facts.look.shown
    if not facts.exists:
        yield Gap(subject, Trouble.NO_ADDRESS)
        return
    if not facts.look.reference.blocklists and facts.look.is_asked:
        yield NONE_ASKED(subject)
    if facts.lists and not facts.look.is_address and not any(s.addresses for s in facts.servers):
        yield from unseen(facts.servers)
    sound: list[str] = []
    for each in facts.lists:
        trouble = _untrusted(each)
        if trouble is None:
            findings = [one for item, seen in each.answers for one in _listing(each, item, seen)]
            yield from findings
            trouble = _unanswered(each)
            if trouble is None and not findings:
                sound.append(each.blocklist.name)
        if trouble is not None:
            yield trouble
    if sound:
        yield SOUND(subject, count=len(sound), lists=join(sound))


def _untrusted(facts: ListFacts) -> Gap | None:
    """Why the list cannot be believed: it must list one thing and must not list another."""
    listed, unlisted, zone = facts.listed, facts.unlisted, facts.blocklist.zone
    if isinstance(listed, NetworkError):
        return gap(zone, listed)
    if isinstance(unlisted, NetworkError):
        return gap(zone, unlisted)
    for record in (*listed.records, *unlisted.records):
        if facts.blocklist.kinds(record) is None:
            return _refusal(zone, record)
    if not any(facts.blocklist.kinds(record) for record in listed.records):
        # Some lists say nothing at all to resolvers that they do not serve.
        return Gap(zone, Trouble.LIST_REFUSED)
    return Gap(zone, Trouble.LIST_BROKEN) if unlisted.records else None


def _unanswered(facts: ListFacts) -> Gap | None:
    """Why a question was left open, though the list passed its test."""
    for _, seen in facts.answers:
        if isinstance(seen, NetworkError):
            return gap(facts.blocklist.zone, seen)
        for record in seen.records:
            if facts.blocklist.kinds(record) is None:
                return _refusal(facts.blocklist.zone, record)
    return None


def _refusal(zone: str, record: IPv4Address) -> Gap:
    # Outside 127.0.0.0/8 it is not the list that speaks: somebody rewrites answers on the way.
    is_refusal = str(record).startswith("127.")
    return Gap(zone, Trouble.LIST_REFUSED if is_refusal else Trouble.LIST_BROKEN)


def _listing(facts: ListFacts, item: Item, answer: Seen) -> Iterator[Finding]:
    if isinstance(answer, NetworkError):
        return
    blocklist = facts.blocklist
    kinds = [kind for record in answer.records for kind in blocklist.kinds(record) or ()]
    grave = [kind for kind in dict.fromkeys(kinds) if kind not in blocklist.policy]
    if kinds:
        chosen = _KINDS[item.role, blocklist.weight] if grave else POLICY
        kind = join(grave or dict.fromkeys(kinds))
        yield chosen(
            item.name,
            list=blocklist.name,
            kind=kind,
            # A list without codes has no name for the kind but its own.
            entry=blocklist.name if kind == blocklist.name else f"{blocklist.name} ({kind})",
            # An operator's own list has no page; its TXT says why (RFC 5782 section 2.1).
            link=blocklist.link or f"DNS TXT {item.label}.{blocklist.zone}",
        )


_KINDS = {
    (Role.ADDRESS, Weight.MAJOR): ADDRESS_MAJOR,
    (Role.ADDRESS, Weight.MEDIUM): ADDRESS,
    (Role.ADDRESS, Weight.LOW): ADDRESS_LOW,
    (Role.MX, Weight.MAJOR): MX_MAJOR,
    (Role.MX, Weight.MEDIUM): MX,
    (Role.MX, Weight.LOW): MX,
    (Role.DOMAIN, Weight.MAJOR): DOMAIN_MAJOR,
    (Role.DOMAIN, Weight.MEDIUM): DOMAIN,
    (Role.DOMAIN, Weight.LOW): DOMAIN,
}

PROBE = Probe(
    "blocklist",
    gather,
    judge,
    kinds=(
        ADDRESS_MAJOR,
        ADDRESS,
        ADDRESS_LOW,
        MX_MAJOR,
        MX,
        DOMAIN_MAJOR,
        DOMAIN,
        POLICY,
        NONE_ASKED,
        SOUND,
    ),
    seconds=6.0,
)
