"""MX (RFC 5321 section 5.1, RFC 7505): where does the domain's mail go, and does it get there?"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.suffix import is_listed_ending, is_public_suffix
from bot.model.finding import Finding, Kind, Severity
from bot.network.answer import Answer, MxRecord, Status
from bot.network.network import Network
from bot.probes.mx_hosts import HostFacts, find_host, seen_addresses
from bot.probes.names import shown
from bot.probes.plan import is_mailless
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join

NOT_A_DOMAIN = Kind("mx.not-a-domain", Severity.NOTICE)
NO_SUCH_ENDING = Kind(
    "mx.no-such-ending", Severity.ERROR, frozenset({"ending"}), "RFC 1034 section 3.1"
)
NO_NAME = Kind("mx.no-name", Severity.ERROR, reference="RFC 2308 section 2.1")
ALIAS_TO_NOTHING = Kind(
    "mx.alias-to-nothing", Severity.ERROR, frozenset({"alias"}), "RFC 1034 section 3.6.2"
)
NULL = Kind("mx.null", Severity.NOTICE, reference="RFC 7505 section 3")
NULL_BESIDE_OTHERS = Kind(
    "mx.null-beside-others", Severity.ERROR, frozenset({"hosts"}), "RFC 7505 section 3"
)
SUFFIX = Kind("mx.public-suffix", Severity.NOTICE)
# Nobody sends from it, says its SPF: then it hardly wants any mail either.
IMPLICIT_PARKED = Kind(
    "mx.implicit-parked", Severity.NOTICE, frozenset({"addresses"}), "RFC 7505 section 3"
)
NONE = Kind("mx.none", Severity.ERROR, reference="RFC 5321 section 5.1")
IMPLICIT = Kind("mx.implicit", Severity.WARNING, frozenset({"addresses"}), "RFC 5321 section 5.1")
IP = Kind("mx.ip", Severity.WARNING, frozenset({"host"}), "RFC 1035 section 3.3.9")
CNAME = Kind("mx.cname", Severity.WARNING, frozenset({"host", "alias"}), "RFC 2181 section 10.3")
NOTHING = Kind("mx.nothing", Severity.WARNING, frozenset({"host"}), "RFC 5321 section 5.1")
PRIVATE = Kind("mx.private", Severity.WARNING, frozenset({"host"}), "RFC 1918 section 3")
NONE_USABLE = Kind("mx.none-usable", Severity.ERROR, frozenset({"hosts"}), "RFC 5321 section 5.1")
DUPLICATE = Kind("mx.duplicate", Severity.NOTICE, frozenset({"host", "count"}))
SINGLE = Kind("mx.single", Severity.NOTICE, frozenset({"host"}), "RFC 5321 section 5.1")
NO_IPV6 = Kind("mx.no-ipv6", Severity.NOTICE, reference="RFC 3974")
MANY = Kind("mx.many", Severity.NOTICE, frozenset({"count", "total"}))
SOUND = Kind("mx.sound", Severity.OK, frozenset({"count", "hosts"}), "RFC 5321 section 5.1")

MOST_HOSTS = 20  # whose addresses are asked for


@dataclass(frozen=True, slots=True)
class MxFacts:
    """The MX records of a domain, and where they lead."""

    look: Look
    answer: Answer[MxRecord]
    hosts: tuple[HostFacts, ...] = ()
    itself: HostFacts | None = None  # the domain's own addresses, where it has no MX
    ending_exists: bool = True
    total: int = 0  # of different hosts, also those beyond what is asked for
    is_mailless: bool = False  # no MX, and its SPF says that nobody sends


async def gather(network: Network, look: Look) -> MxFacts:
    """The records, then every host's addresses at once."""
    if look.is_address:
        return MxFacts(look, Answer(look.name, Status.NO_DATA))
    answer = await network.dns.mx(look.name)
    if answer.status is Status.NO_NAME:
        return MxFacts(look, answer, ending_exists=await _ending_exists(network, look, answer))
    if answer.status is Status.NO_DATA:
        itself, has_none = await asyncio.gather(
            find_host(network, look.name), is_mailless(network, look.name)
        )
        return MxFacts(look, answer, itself=itself, is_mailless=has_none)
    names = list(dict.fromkeys(mx.exchange for mx in answer.records if mx.exchange))
    hosts = await asyncio.gather(*(find_host(network, name) for name in names[:MOST_HOSTS]))
    return MxFacts(look, answer, tuple(hosts), total=len(names))


async def _ending_exists(network: Network, look: Look, answer: Answer[MxRecord]) -> bool:
    """Whether the top-level domain exists. The list alone proves nothing: it ages."""
    if answer.aliases or is_listed_ending(look.name):
        return True
    ending = await attempt(network.dns.soa(look.name.rpartition(".")[2]))
    return not isinstance(ending, Answer) or ending.status is not Status.NO_NAME


def judge(facts: MxFacts) -> Iterator[Statement]:
    """From the records to what happens to mail for this domain."""
    exchanges = [mx.exchange for mx in facts.answer.records]
    if facts.look.is_address:
        yield NOT_A_DOMAIN(facts.look.shown)
    elif facts.answer.status is Status.NO_NAME:
        yield _no_name(facts)
    elif facts.answer.status is Status.NO_DATA:
        yield from _without_mx(facts)
    elif set(exchanges) == {""}:
        yield NULL(facts.look.shown)
    else:
        yield from _with_mx(facts, exchanges)


def _no_name(facts: MxFacts) -> Finding:
    subject = facts.look.shown
    if not facts.ending_exists:
        return NO_SUCH_ENDING(subject, ending=subject.rpartition(".")[2])
    if facts.answer.aliases:
        return ALIAS_TO_NOTHING(subject, alias=shown(facts.answer.aliases[-1]))
    return NO_NAME(subject)


def _without_mx(facts: MxFacts) -> Iterator[Statement]:
    itself = facts.itself
    if is_public_suffix(facts.look.name):
        yield SUFFIX(facts.look.shown)
        return
    if itself is None:
        return
    for error in itself.errors:
        yield gap(facts.look.shown, error)
    if itself.addresses:
        implicit = IMPLICIT_PARKED if facts.is_mailless else IMPLICIT
        yield implicit(facts.look.shown, addresses=join(itself.addresses))
    elif not itself.errors:
        yield NONE(facts.look.shown)


def _with_mx(facts: MxFacts, exchanges: list[str]) -> Iterator[Statement]:
    subject = facts.look.shown
    if "" in exchanges:
        yield NULL_BESIDE_OTHERS(subject, hosts=join(shown(e) for e in exchanges if e))
    for name, count in Counter(exchanges).items():
        if count > 1 and name:
            yield DUPLICATE(subject, host=shown(name), count=count)
    if facts.total > len(facts.hosts):
        yield MANY(subject, count=len(facts.hosts), total=facts.total)
    faults = [statement for host in facts.hosts for statement in _host_faults(subject, host)]
    yield from faults
    usable = [host for host in facts.hosts if host.addresses and host.is_public]
    unseen = [host for host in facts.hosts if host.errors]
    names = join(shown(host.name) for host in facts.hosts)
    if not usable and not unseen:
        yield NONE_USABLE(subject, hosts=names)
    if not usable or "" in exchanges:
        return
    if not any(isinstance(fault, Finding) for fault in faults):
        listed = join(f"{mx.preference} {shown(mx.exchange)}" for mx in facts.answer.records)
        yield SOUND(subject, count=max(facts.total, len(facts.hosts)), hosts=listed)
    yield from _worth_knowing(subject, facts.hosts)


def _host_faults(subject: str, host: HostFacts) -> Iterator[Statement]:
    name = shown(host.name)
    for error in host.errors[:1]:
        yield gap(name, error)
    if host.is_address:
        yield IP(subject, host=name)
    elif not host.exists or not (host.addresses or host.errors):
        yield NOTHING(subject, host=name)
    elif not host.is_public:
        # Which address, and of what class, nobody learns from us.
        yield PRIVATE(subject, host=name)
    if host.aliases and host.exists:
        yield CNAME(subject, host=name, alias=shown(host.aliases[-1]))


def _worth_knowing(subject: str, hosts: tuple[HostFacts, ...]) -> Iterator[Statement]:
    if any(host.errors for host in hosts):
        return
    # One name with several addresses is several servers: large providers do it so.
    if len(hosts) == 1 and max(map(len, map(seen_addresses, (hosts[0].v4, hosts[0].v6)))) < 2:
        yield SINGLE(subject, host=shown(hosts[0].name))
    if not any(seen_addresses(host.v6) for host in hosts):
        yield NO_IPV6(subject)


PROBE = Probe(
    "mx",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        NO_SUCH_ENDING,
        NO_NAME,
        ALIAS_TO_NOTHING,
        NULL,
        NULL_BESIDE_OTHERS,
        SUFFIX,
        NONE,
        IMPLICIT,
        IMPLICIT_PARKED,
        IP,
        CNAME,
        NOTHING,
        PRIVATE,
        NONE_USABLE,
        DUPLICATE,
        SINGLE,
        NO_IPV6,
        MANY,
        SOUND,
    ),
    seconds=15.0,
)
