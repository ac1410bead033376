"""Blocklists (RFC 5782): does one list the address, the mail servers or the domain?

Every list is put to the test before it is believed, and only answers that it documents count.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from bot.knowledge.blocklist import Weight
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError
from bot.probes.blocklist_asked import BlocklistFacts, Item, ListFacts, Role, Seen, gather
from bot.probes.mx_addresses import unseen
from bot.probes.probe import Probe, Statement, gap, join

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


def judge(facts: BlocklistFacts) -> Iterator[Statement]:
    """Listings, and a word about every list that could not be believed."""
    subject = facts.look.shown
    if not facts.exists:
        yield Gap(subject, Trouble.NO_NAME)
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
