"""SMTP on port 25 (RFC 5321): do the servers that take the domain's mail answer, and how?

Other mail servers come here, not people's programs: those are the `submission` probe's.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import chain, zip_longest

from bot.formats.mta_sts import MtaStsPolicy
from bot.formats.suffix import organizational_domain
from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.network.talk import Protocol, ServerTalk
from bot.probes import smtp_greeting, smtp_trust
from bot.probes.beside import beside, soon
from bot.probes.dnssec import validates
from bot.probes.names import shown
from bot.probes.plan import is_mailless, is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join
from bot.probes.reverse import Reverse, look_back
from bot.probes.servers import (
    Remark,
    ServerKinds,
    details,
    is_proved,
    is_refused,
    judge_connection,
    merge,
    merge_gaps,
    remark,
)
from bot.probes.smtp_greeting import extensions, judge_greeting, judge_logins
from bot.probes.smtp_trust import Assurance, find_policy, has_fault, judge_policy, judge_trust
from bot.probes.smtp_versions import OLD_OFFERED, OldVersions, judge_old
from bot.probes.vouching import Base, find_base

PORT = 25
MOST_HOSTS = 10
MOST_ADDRESSES = 20

SERVER = ServerKinds.under("smtp", is_verified=False)
NO_MAIL = Kind("smtp.no-mail", Severity.NOTICE, reference="RFC 7505 section 3")
NONE_LISTENS = Kind(
    "smtp.none-listens", Severity.ERROR, frozenset({"hosts"}), "RFC 5321 section 4.5.4.1"
)
REFUSED = Kind("smtp.refused", Severity.WARNING, reference="RFC 5321 section 5.1")
CLOSED = Kind("smtp.closed", Severity.NOTICE)
NONE_WANTED = Kind("smtp.none-wanted", Severity.NOTICE, reference="RFC 7505 section 3")
HELO_ONLY = Kind("smtp.helo-only", Severity.NOTICE, reference="RFC 5321 section 2.2.1")
_NO_MX: Answer[MxRecord] = Answer("", Status.NO_DATA)
NOT_ALL = Kind("smtp.not-all", Severity.NOTICE, frozenset({"count", "total"}))


@dataclass(frozen=True, slots=True)
class MxHost:
    """One server: the conversations with its addresses, or why there were none."""

    name: str
    talks: tuple[ServerTalk, ...] = ()
    error: NetworkError | None = None
    base: Base | None = None  # with its TLSA records; None: nothing hangs on them
    reverses: tuple[Reverse, ...] = ()
    old: ServerTalk | None = None  # with TLS 1.0 and 1.1 alone


@dataclass(frozen=True, slots=True)
class SmtpFacts:
    """The servers on whose port 25 the domain's mail arrives."""

    look: Look
    seen_at: datetime
    exists: bool = True
    is_null: bool = False  # the domain declares that it takes no mail
    is_mailless: bool = False  # no MX, and its SPF says that nobody sends
    is_mail_domain: bool = True  # False: a server's own name or address, with no mail of its own
    hosts: tuple[MxHost, ...] = ()
    addresses: int = 0  # of all servers, also those beyond what we look at
    hosts_left_out: int = 0
    policy: MtaStsPolicy | NetworkError | None = None  # of MTA-STS, in mode enforce
    mx: Answer[MxRecord] = _NO_MX
    validates: bool | NetworkError = True  # whether our resolver can tell signed from not


async def gather(network: Network, look: Look) -> SmtpFacts:
    """All servers at once; each address is talked to as soon as it is known."""
    if look.is_address:
        host = await _converse(network, look.name, (ip_address(look.name),))
        return SmtpFacts(look, _now(), is_mail_domain=False, hosts=(host,), addresses=1)
    async with beside(find_policy(network, look.name)) as policy:
        answer = await network.dns.mx(look.name)
        if answer.status is Status.NO_NAME:
            return SmtpFacts(look, _now(), exists=False)
        if is_null_mx(answer):
            return SmtpFacts(look, _now(), is_null=True)
        names = list(dict.fromkeys(mx.exchange for mx in answer.records if _is_name(mx.exchange)))
        is_mail_domain = bool(names) or organizational_domain(look.name) == look.name
        if answer.status is Status.NO_DATA:
            names = [look.name]  # the implicit MX (RFC 5321 section 5.1)
        asked = names[:MOST_HOSTS]
        most = MOST_ADDRESSES // max(1, len(asked))
        found = await asyncio.gather(*(_host(network, name, most) for name in asked))
        hosts = tuple(host for host, _ in found)
        is_faulty = any(has_fault(talk) for host in hosts for talk in host.talks)
        return SmtpFacts(
            look,
            _now(),
            is_mailless=answer.status is Status.NO_DATA and await is_mailless(network, look.name),
            is_mail_domain=is_mail_domain,
            hosts=hosts,
            addresses=sum(count for _, count in found),
            hosts_left_out=len(names) - len(asked),
            # Waited for to its end: what a fault means hangs on it, and hardly anybody has both.
            policy=await policy if is_faulty else None,
            mx=answer,
            validates=await _validates(network, hosts),
        )


async def _validates(network: Network, hosts: Sequence[MxHost]) -> bool | NetworkError:
    """Asked only where something hangs on records that nobody seems to have signed."""
    found = [host.base.tlsa for host in hosts if host.base]
    answers = [tlsa for tlsa in found if isinstance(tlsa, Answer)]
    if all(answer.authenticated or not answer.records for answer in answers):
        return True
    return await attempt(validates(network))


def _now() -> datetime:
    return datetime.now(UTC)


def _is_name(exchange: str) -> bool:
    return bool(exchange) and as_address(exchange) is None


async def _host(network: Network, name: str, most: int) -> tuple[MxHost, int]:
    async with beside(find_base(network, name)) as base:
        addresses = await attempt(network.addresses(name))
        if isinstance(addresses, NetworkError):
            return MxHost(name, error=addresses), 0
        host = await _converse(network, name, both_families(addresses)[:most])
        if any(talk.tls is not None and has_fault(talk) for talk in host.talks):
            found = await soon(base, None)
            host = replace(host, base=found or Base(name, NetworkError(Trouble.TIMEOUT)))
        return host, len(addresses)


async def _converse(network: Network, name: str, addresses: Sequence[IPAddress]) -> MxHost:
    old = OldVersions(network, PORT)

    async def converse(address: IPAddress) -> ServerTalk | NetworkError:
        talk = await attempt(network.talk(Protocol.SMTP, name, address, PORT))
        if isinstance(talk, ServerTalk):
            await old.try_after(talk, address)
        return talk

    names = asyncio.gather(*(look_back(network, name, address) for address in addresses))
    async with beside(names) as reverses:
        talks = await asyncio.gather(*(converse(address) for address in addresses))
        error = next((talk for talk in talks if isinstance(talk, NetworkError)), None)
        held = tuple(talk for talk in talks if isinstance(talk, ServerTalk))
        known = await soon(reverses, None)
        return MxHost(name, held, error, reverses=tuple(known or ()), old=old.talk)


def both_families(addresses: Sequence[IPAddress]) -> list[IPAddress]:
    """In turn from both families, so that a limit cuts neither of them off."""
    v4 = [address for address in addresses if address.version == 4]
    v6 = [address for address in addresses if address.version == 6]
    return [a for a in chain.from_iterable(zip_longest(v4, v6)) if a is not None]


def judge(facts: SmtpFacts) -> Iterator[Statement]:
    """From the conversations to what happens to mail on its way in."""
    subject = facts.look.shown
    if not facts.exists:
        yield Gap(subject, Trouble.NO_ADDRESS)
        return
    if facts.is_null:
        yield NO_MAIL(subject)
        return
    talks = [talk for host in facts.hosts for talk in host.talks]
    yield from _refusals(facts, talks)
    said = [item for host in facts.hosts for item in _remarks(facts, host)]
    remarks = [item for item in said if isinstance(item, Remark)]
    yield from merge(remarks, talks, with_port=False)
    if isinstance(facts.policy, NetworkError):
        yield gap(f"mta-sts.{subject}", facts.policy)
    elif facts.policy is not None:
        hosts = [(host.name, host.talks) for host in facts.hosts]
        yield from judge_policy(subject, hosts, facts.policy)
    for host in facts.hosts:
        yield from judge_old(host.old)
    for host in facts.hosts:
        yield from _answers(host)
    if facts.hosts_left_out or len(talks) < facts.addresses:
        total = facts.addresses + facts.hosts_left_out
        yield NOT_ALL(subject, count=len(talks), total=total)
    yield from dict.fromkeys(item for item in said if isinstance(item, Gap))
    yield from _gaps(facts, talks)


def _remarks(facts: SmtpFacts, host: MxHost) -> Iterator[Remark | Gap]:
    policy = None if isinstance(facts.policy, NetworkError) else facts.policy
    given = Assurance(facts.look.name, facts.seen_at, policy, facts.mx, facts.validates)
    for talk in host.talks:
        if not talk.has_ehlo:
            yield remark(HELO_ONLY, talk)
        yield from judge_connection(SERVER, talk)
        yield from judge_trust(SERVER, talk, host.base, given)
        yield from judge_logins(talk)
        yield from judge_greeting(talk, host.reverses)


def _answers(host: MxHost) -> Iterator[Statement]:
    """How the server presents itself, from the first conversation that went to its end."""
    for talk in host.talks:
        if talk.failure is None:
            # Times differ between addresses: one finding stands for the whole server.
            kind = SERVER.answers if is_proved(talk) else SERVER.answers_plain
            yield kind(shown(host.name), **details(talk), **extensions(talk))
            return


def _refusals(facts: SmtpFacts, talks: Sequence[ServerTalk]) -> Iterator[Statement]:
    refused = [talk for talk in talks if is_refused(talk)]
    if not refused:
        return
    if not facts.is_mail_domain:
        yield from merge((remark(CLOSED, talk) for talk in refused), talks, with_port=True)
    elif len(refused) == len(talks) and not any(host.error for host in facts.hosts):
        if facts.is_mailless:
            yield NONE_WANTED(facts.look.shown)
            return
        hosts = join(shown(host.name) for host in facts.hosts)
        yield NONE_LISTENS(facts.look.shown, hosts=hosts)
    else:
        yield from merge((remark(REFUSED, talk) for talk in refused), talks, with_port=False)


def _gaps(facts: SmtpFacts, talks: Sequence[ServerTalk]) -> Iterator[Gap]:
    for host in facts.hosts:
        if host.error:
            yield gap(shown(host.name), host.error)
        elif not host.talks:
            yield Gap(shown(host.name), Trouble.NO_ADDRESS)
    if not facts.hosts:
        yield Gap(facts.look.shown, Trouble.NO_ADDRESS)
    yield from merge_gaps(facts.look.shown, talks, with_port=False)


PROBE = Probe(
    "smtp",
    gather,
    judge,
    kinds=(
        NO_MAIL,
        NONE_LISTENS,
        REFUSED,
        CLOSED,
        NONE_WANTED,
        HELO_ONLY,
        NOT_ALL,
        *smtp_trust.KINDS,
        OLD_OFFERED,
        *smtp_greeting.KINDS,
        *SERVER.all(),
    ),
)
