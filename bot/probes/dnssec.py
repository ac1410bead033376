"""DNSSEC (RFC 4033 to 4035): is the domain signed, and do the signatures hold?"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join
from bot.probes.zone import Zone, find_zone

NOT_A_DOMAIN = Kind("dnssec.not-a-domain", Severity.NOTICE)
UNSIGNED = Kind("dnssec.unsigned", Severity.NOTICE, reference="RFC 4033 section 5")
NOT_LINKED = Kind("dnssec.not-linked", Severity.NOTICE, frozenset({"zone"}), "RFC 4035 section 4.3")
NOT_UNDERSTOOD = Kind(
    "dnssec.not-understood",
    Severity.NOTICE,
    frozenset({"zone", "algorithms"}),
    "RFC 4035 section 5.2",
)
OLD_ALGORITHM = Kind(
    "dnssec.old-algorithm",
    Severity.NOTICE,
    frozenset({"zone", "algorithms"}),
    "RFC 9904 section 3",
)
BOGUS = Kind("dnssec.bogus", Severity.ERROR, frozenset({"detail"}), "RFC 4035 section 5.5")
SOUND = Kind("dnssec.sound", Severity.OK, frozenset({"zone", "algorithms"}), "RFC 4035 section 5")

# The registry of algorithm numbers, to which RFC 9904 leaves the recommendations.
_ALGORITHMS = {
    1: "RSAMD5",
    3: "DSA",
    5: "RSASHA1",
    6: "DSA-NSEC3-SHA1",
    7: "RSASHA1-NSEC3",
    8: "RSASHA256",
    10: "RSASHA512",
    12: "GOST",
    13: "ECDSA P-256",
    14: "ECDSA P-384",
    15: "Ed25519",
    16: "Ed448",
}
_OLD = frozenset({1, 3, 5, 6, 7, 12})  # not to be signed with any more, or not to be checked


@dataclass(frozen=True, slots=True)
class DnssecFacts:
    """What the resolver says of the domain's zone; `validates`: whether it checks signatures."""

    look: Look
    validates: bool | NetworkError
    zone: Zone | NetworkError | None = None  # None: the name does not exist
    ds: Answer[str] | NetworkError | None = None
    keys: Answer[str] | NetworkError | None = None


async def validates(network: Network) -> bool:
    """Whether our resolver checks signatures: the root has been signed since 2010.

    NetworkError where even the root cannot be had.
    """
    return (await network.dns.ns(".")).authenticated


async def gather(network: Network, look: Look) -> DnssecFacts:
    """The zone and the resolver's ability at once, with DS and keys of the most likely zone."""
    checks, zone, ds, keys = await asyncio.gather(
        attempt(validates(network)),
        attempt(find_zone(network, look.name)),
        attempt(network.dns.query(look.name, "DS")),
        attempt(network.dns.query(look.name, "DNSKEY")),
    )
    if isinstance(zone, Zone) and zone.name != look.name:
        ds, keys = await asyncio.gather(
            attempt(network.dns.query(zone.name, "DS")),
            attempt(network.dns.query(zone.name, "DNSKEY")),
        )
    return DnssecFacts(look, checks, zone, ds, keys)


def judge(facts: DnssecFacts) -> Iterator[Statement]:
    """Secure, insecure, bogus and failing told apart (RFC 4035 section 4.3)."""
    subject, zone = facts.look.shown, facts.zone
    if facts.look.is_address:
        yield NOT_A_DOMAIN(facts.look.shown)
        return
    if isinstance(facts.validates, NetworkError):
        # If not even the root validates, it is our resolver that is broken.
        yield gap(subject, facts.validates)
    elif isinstance(zone, NetworkError):
        yield from _unseen(facts, zone)
    elif zone is None:
        yield Gap(subject, Trouble.NO_NAME)
    elif zone.soa.authenticated:
        names = _names(_algorithms(facts.ds))
        yield SOUND(subject, zone=shown(zone.name), algorithms=names)
        if _algorithms(facts.ds) and _algorithms(facts.ds) <= _OLD:
            yield OLD_ALGORITHM(subject, zone=shown(zone.name), algorithms=names)
    else:
        yield from _insecure(facts, zone, facts.validates)


def _unseen(facts: DnssecFacts, error: NetworkError) -> Iterator[Statement]:
    if error.trouble is Trouble.BOGUS:
        yield BOGUS(facts.look.shown, detail=error.detail or "–")
    else:
        yield gap(facts.look.shown, error)


def _insecure(facts: DnssecFacts, zone: Zone, validating: bool) -> Iterator[Statement]:
    subject, name = facts.look.shown, shown(zone.name)
    if isinstance(facts.ds, NetworkError):
        yield from _unseen(facts, facts.ds)
    elif facts.ds is not None and facts.ds.status is Status.FOUND:
        if validating:
            # A chain that leads only to algorithms nobody reads any more counts as unsigned
            # (RFC 4035 section 5.2).
            yield NOT_UNDERSTOOD(subject, zone=name, algorithms=_names(_algorithms(facts.ds)))
        else:
            yield Gap(subject, Trouble.NOT_VALIDATING)
    elif isinstance(facts.keys, Answer) and facts.keys.status is Status.FOUND:
        yield NOT_LINKED(subject, zone=name)
    else:
        yield UNSIGNED(subject)


def _algorithms(ds: Answer[str] | NetworkError | None) -> frozenset[int]:
    """The key algorithms that the DS records name: their second field (RFC 4034 section 5.3)."""
    if not isinstance(ds, Answer):
        return frozenset()
    fields = (record.split() for record in ds.records)
    return frozenset(int(words[1]) for words in fields if len(words) > 1 and words[1].isdigit())


def _names(algorithms: frozenset[int]) -> str:
    return join(_ALGORITHMS.get(number, str(number)) for number in sorted(algorithms))


PROBE = Probe(
    "dnssec",
    gather,
    judge,
    kinds=(NOT_A_DOMAIN, UNSIGNED, NOT_LINKED, NOT_UNDERSTOOD, OLD_ALGORITHM, BOGUS, SOUND),
    seconds=15.0,
)
