"""Servers that people's own programs connect to: for sending, reading and sorting mail."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from secrets import token_hex

from bot.formats.suffix import organizational_domain
from bot.network.answer import Answer, Status
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.network.talk import CertificateFault, ServerTalk
from bot.probes.mailbox_kinds import Service, ServiceKinds
from bot.probes.mailbox_logins import logins, remarks
from bot.probes.mx_addresses import both_families
from bot.probes.names import shown
from bot.probes.own_servers import Door, addresses_of, own_doors
from bot.probes.plan import is_mail_domain, is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt, join
from bot.probes.remarks import Remark, merge, merge_gaps, remark
from bot.probes.servers import details, judge_connection
from bot.probes.talks import certificate_names, is_proved, is_refused, server_name

MOST_ADDRESSES = 4
UNPROMISED = 3.0  # seconds for a name that is only usual: often a firewall swallows who calls


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    """One host, and what its ports said."""

    look: Look
    seen_at: datetime
    exists: bool = True
    talks: tuple[ServerTalk, ...] = ()
    published: tuple[str, ...] = ()  # "host:port" from SRV records of the domain
    guesses: tuple[str, ...] = ()  # names that exist, and that nobody has promised
    unpromised: frozenset[str] = frozenset()  # hosts that are looked at for their usual names alone
    has_mail: bool = False  # the name is a domain with mail, and need not be a server's
    is_of_domain: bool = False  # the talks are with the domain's servers, not with the host itself


def service_probe(service: Service) -> Probe[MailboxFacts]:
    """The probe of a service."""
    kinds = ServiceKinds.under(service.probe)

    async def gather_service(network: Network, look: Look) -> MailboxFacts:
        return await gather(network, look, service)

    def judge_service(facts: MailboxFacts) -> Iterator[Statement]:
        return judge(facts, service, kinds)

    return Probe(service.probe, gather_service, judge_service, kinds.all())


async def gather(network: Network, look: Look, service: Service) -> MailboxFacts:
    """Every port of every address at once; hints only if nobody answers a person who asked.

    A look at a mail domain goes to the servers that its people use.
    """
    if not look.is_asked and not look.is_address and await is_mail_domain(network, look.name):
        return await _gather_own(network, look, service)
    addresses: Sequence[IPAddress]
    exists = True
    if look.is_address:
        addresses = (ip_address(look.name),)
    else:
        addresses = await network.addresses(look.name)
        exists = bool(addresses) or (await network.dns.a(look.name)).status is not Status.NO_NAME
    talks = await asyncio.gather(
        *(
            network.talk(service.protocol, look.name, address, port, implicit_tls=implicit)
            for address in both_families(addresses)[:MOST_ADDRESSES]
            for port, implicit in service.ports
        )
    )
    facts = MailboxFacts(look, datetime.now(UTC), exists, tuple(talks))
    if not look.is_asked or look.is_address or any(map(_has_answered, talks)):
        return facts
    if await is_mail_domain(network, look.name):
        # Who names a domain means its servers, unless one stands at the very name.
        own = await _gather_own(network, look, service)
        if own.talks:
            return own
    published, guesses = await asyncio.gather(
        _published(network, look, service), _guesses(network, look, service, addresses)
    )
    promised = {server.rpartition(":")[0] for server in published}
    guesses = tuple(name for name in guesses if name not in promised)
    mx = await attempt(network.dns.mx(look.name))
    has_mail = isinstance(mx, Answer) and bool(mx.records) and not is_null_mx(mx)
    return replace(facts, published=published, guesses=guesses, has_mail=has_mail)


async def _gather_own(network: Network, look: Look, service: Service) -> MailboxFacts:
    """The doors of a domain. Behind a name that nobody promises, only what answers counts."""
    doors = await own_doors(network, look.name, service.discovered)
    promised = {door.host for door in doors if door.is_promised}
    if service.discovered != service.protocol:
        hosts = dict.fromkeys(door.host for door in doors)
        doors = tuple(
            Door(host, port, at_once, False) for host in hosts for port, at_once in service.ports
        )
    addresses = await addresses_of(network, doors)
    orders = [
        (door, address)
        for door in doors
        for address in both_families(addresses[door.host])[:MOST_ADDRESSES]
    ]
    briefly = network.within(UNPROMISED)
    talks = await asyncio.gather(
        *(
            (network if door.is_promised else briefly).talk(
                service.protocol, door.host, address, door.port, implicit_tls=door.implicit_tls
            )
            for door, address in orders
        )
    )
    spoke = {door for (door, _), talk in zip(orders, talks, strict=True) if _has_answered(talk)}
    kept = tuple(
        talk
        for (door, _), talk in zip(orders, talks, strict=True)
        # A promised door that is shut is told where the promise is judged.
        if door in spoke or (door.is_promised and not is_refused(talk))
    )
    unpromised = frozenset(door.host for door in doors) - promised
    return MailboxFacts(
        look, datetime.now(UTC), talks=kept, unpromised=unpromised, is_of_domain=True
    )


def _has_answered(talk: ServerTalk) -> bool:
    return talk.greeting is not None


async def _published(network: Network, look: Look, service: Service) -> tuple[str, ...]:
    """What the domain's SRV records promise."""
    domain = organizational_domain(look.name)
    answers = await asyncio.gather(
        *(attempt(network.dns.srv(f"{name}.{domain}")) for name in service.srv)
    )
    records = [srv for answer in answers if isinstance(answer, Answer) for srv in answer.records]
    return tuple(dict.fromkeys(f"{srv.target}:{srv.port}" for srv in records if srv.target))


async def _guesses(
    network: Network, look: Look, service: Service, known: Sequence[IPAddress]
) -> tuple[str, ...]:
    """Usual names that exist in DNS, lead elsewhere, and are no wildcard's."""
    domain = organizational_domain(look.name)
    names = [f"{label}.{domain}" for label in service.first_labels]
    names = [name for name in names if name != look.name]
    nobody, *found = await asyncio.gather(
        attempt(network.addresses(f"{token_hex(6)}.{domain}")),
        *(attempt(network.addresses(name)) for name in names),
    )
    elsewhere = set(known) | set(nobody if isinstance(nobody, tuple) else ())
    return tuple(
        name
        for name, addresses in zip(names, found, strict=True)
        if isinstance(addresses, tuple) and set(addresses) - elsewhere
    )


def judge(facts: MailboxFacts, service: Service, kinds: ServiceKinds) -> Iterator[Statement]:
    """From what the ports said to whether a mail program can work with them."""
    subject = facts.look.shown
    if not facts.talks and facts.has_mail:
        yield kinds.not_known(subject)
    elif not facts.talks and not facts.is_of_domain:
        yield (kinds.no_address if facts.exists else kinds.no_such_host)(subject)
    yield from _refusals(facts, service, kinds)
    found = [item for talk in facts.talks for item in _remarks(facts, kinds, talk)]
    yield from merge(found, facts.talks, with_port=True)
    for host in dict.fromkeys(talk.host for talk in facts.talks):
        talks = [talk for talk in facts.talks if talk.host == host]
        for port in dict.fromkeys(talk.port for talk in talks):
            yield from _answers(kinds, talks, port)
    if facts.published:
        yield kinds.published(subject, servers=join(map(shown, facts.published)))
    if facts.guesses:
        yield kinds.guess(subject, hosts=join(map(shown, facts.guesses)))
    yield from merge_gaps(subject, facts.talks, with_port=True)


def _refusals(facts: MailboxFacts, service: Service, kinds: ServiceKinds) -> Iterator[Statement]:
    refused = [talk for talk in facts.talks if is_refused(talk)]
    if refused and len(refused) == len(facts.talks):
        # A person who asks for this service misses it; a general look only mentions it.
        is_missed = facts.look.is_asked and not service.is_optional
        kind = kinds.none_listens if is_missed else kinds.not_offered
        yield kind(facts.look.shown, ports=join(port for port, _ in service.ports))
        return
    refusals = []
    for talk in refused:
        same_port = [other for other in facts.talks if other.port == talk.port]
        is_open = any(other.greeting is not None for other in same_port)
        refusals.append(remark(kinds.refused if is_open else kinds.closed, talk, port=talk.port))
    yield from merge(refusals, facts.talks, with_port=True)


def _remarks(facts: MailboxFacts, kinds: ServiceKinds, talk: ServerTalk) -> Iterator[Remark]:
    """A certificate for another name is no fault where nobody has given this name to people.

    Hosters let many names lead to a server, and tell their customers the one in the certificate.
    """
    certificate = talk.tls.certificate if talk.tls else None
    is_other = certificate is not None and CertificateFault.WRONG_NAME in certificate.faults
    if certificate is None or not is_other or talk.host not in facts.unpromised:
        yield from remarks(kinds, talk, facts.seen_at)
        return
    yield from judge_connection(kinds.server, talk)
    yield remark(kinds.other_name, talk, names=certificate_names(certificate))


def _answers(kinds: ServiceKinds, talks: Sequence[ServerTalk], port: int) -> Iterator[Statement]:
    """What the port said of itself, from the first conversation that went to its end."""
    for talk in talks:
        if talk.port != port or talk.failure is not None:
            continue
        before = join(logins(talk, talk.capabilities) or _forbidden(talk))
        after = join(logins(talk, talk.capabilities_after))
        if is_proved(talk):
            yield kinds.server.answers(
                server_name(talk), login=after, login_before=before, **details(talk)
            )
        elif talk.tls is None or talk.tls.certificate is not None:
            login = before if talk.tls is None else after
            yield kinds.server.answers_plain(server_name(talk), login=login, **details(talk))
        return


def _forbidden(talk: ServerTalk) -> tuple[str, ...]:
    """IMAP's own word for "no login yet" (RFC 9051 section 6.2.3), as experts look for it."""
    words = {word.upper() for word in talk.capabilities or ()}
    return ("LOGINDISABLED",) if "LOGINDISABLED" in words else ()
