"""Who hosts the domain's mail, as its MX and SPF records tell, and what that asks of people."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.formats.suffix import organizational_domain
from bot.knowledge.provider import (
    Access,
    Auth,
    LimitKind,
    MailServer,
    Provider,
    ProviderKind,
    Security,
)
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status, TxtRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.plan import is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join
from bot.probes.provider_signs import Found, senders, takers

_NAME = frozenset({"name"})
_HELP = frozenset({"name", "help"})
IDENTIFIED = Kind("provider.identified", Severity.OK, frozenset({"name", "hosts"}))
SEVERAL = Kind("provider.several", Severity.NOTICE, frozenset({"names"}))
FILTER = Kind("provider.filter", Severity.NOTICE, frozenset({"name", "hosts"}))
FORWARDING = Kind("provider.forwarding", Severity.NOTICE, frozenset({"name", "hosts"}))
LIKELY = Kind("provider.likely", Severity.OK, _NAME)
OWN = Kind("provider.own", Severity.OK, frozenset({"hosts"}))
UNKNOWN = Kind("provider.unknown", Severity.NOTICE, frozenset({"hosts"}))
SENDERS = Kind("provider.senders", Severity.OK, frozenset({"names"}))
OAUTH_ONLY = Kind("provider.oauth-only", Severity.NOTICE, _HELP, "RFC 7628")
APP_PASSWORD = Kind("provider.app-password", Severity.NOTICE, _HELP)
SWITCH_ON = Kind("provider.switch-on", Severity.NOTICE, _HELP)
BRIDGE = Kind("provider.bridge", Severity.NOTICE, _HELP)
NO_PROGRAMS = Kind("provider.no-programs", Severity.NOTICE, _NAME)
SERVERS = Kind("provider.servers", Severity.OK, frozenset({"name", "incoming", "outgoing"}))
MESSAGE_LIMIT = Kind("provider.message-limit", Severity.OK, frozenset({"name", "mb"}))
SENDING_LIMIT = Kind("provider.sending-limit", Severity.OK, frozenset({"name", "count"}))
NOTE = Kind("provider.note", Severity.NOTICE, frozenset({"name", "notes"}))

_HOLDS_MAIL = frozenset({ProviderKind.MAILBOX, ProviderKind.HOSTING})
_HANDS_ON = frozenset({ProviderKind.FILTER, ProviderKind.FORWARDING})


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What DNS tells of those who handle the domain's mail."""

    look: Look
    mx: Answer[MxRecord]
    texts: Answer[TxtRecord] | NetworkError


async def gather(network: Network, look: Look) -> ProviderFacts:
    """The MX and TXT records, which other probes ask for as well."""
    if look.is_address:
        return ProviderFacts(look, Answer(look.name, Status.NO_DATA), Answer("", Status.NO_DATA))
    mx, texts = await asyncio.gather(network.dns.mx(look.name), attempt(network.dns.txt(look.name)))
    return ProviderFacts(look, mx, texts)


def judge(facts: ProviderFacts) -> Iterator[Statement]:
    """From names to names: nothing here is a fault."""
    subject = facts.look.shown
    if facts.look.is_address or facts.mx.status is Status.NO_NAME:
        yield Gap(subject, Trouble.NO_ADDRESS if facts.look.is_address else Trouble.NO_NAME)
        return
    if isinstance(facts.texts, NetworkError):
        yield gap(subject, facts.texts)
    if is_null_mx(facts.mx):
        return
    hosts = tuple(dict.fromkeys(record.exchange for record in facts.mx.records if record.exchange))
    received = takers(facts.look.reference.providers, facts.look.name, hosts)
    sent = senders(facts.look.reference.providers, facts.texts)
    holders = [found for found in received if found.provider.kind not in _HANDS_ON]
    yield from _in_front(subject, received)
    if holders:
        yield _holder(subject, holders)
        if len(holders) == 1:
            yield from _what_follows(subject, holders[0].provider)
            yield from _how_to_connect(facts.look, holders[0])
    else:
        yield from _guess(facts, hosts, received, sent)
    known = {found.provider.id for found in received}
    others = [provider.name for provider in sent if provider.id not in known]
    if others:
        yield SENDERS(subject, names=join(others))


def _in_front(subject: str, received: Sequence[Found]) -> Iterator[Finding]:
    for found in received:
        if found.provider.kind is ProviderKind.FILTER:
            yield FILTER(subject, **found.params)
        elif found.provider.kind is ProviderKind.FORWARDING:
            yield FORWARDING(subject, **found.params)


def _holder(subject: str, holders: Sequence[Found]) -> Finding:
    if len(holders) == 1:
        return IDENTIFIED(subject, **holders[0].params)
    return SEVERAL(subject, names=join(found.provider.name for found in holders))


def _guess(
    facts: ProviderFacts,
    hosts: Sequence[str],
    received: Sequence[Found],
    sent: Sequence[Provider],
) -> Iterator[Finding]:
    """What the SPF record, or the names of the servers, let one suppose."""
    subject = facts.look.shown
    likely = [provider for provider in sent if provider.kind in _HOLDS_MAIL]
    if len(likely) == 1:
        yield LIKELY(subject, name=likely[0].name)
    elif hosts and not received:
        own = organizational_domain(facts.look.name)
        is_own = all(organizational_domain(host) == own for host in hosts)
        if is_own:
            yield OWN(subject, hosts=join(map(shown, hosts)))
        elif facts.look.is_asked:
            yield UNKNOWN(subject, hosts=join(map(shown, hosts)))


def _what_follows(subject: str, provider: Provider) -> Iterator[Finding]:
    """What a person with a mail program has to know first."""
    name, page = provider.name, provider.help or "–"
    if provider.access is Access.NONE:
        yield NO_PROGRAMS(subject, name=name)
        return
    if provider.access is Access.BRIDGE:
        yield BRIDGE(subject, name=name, help=page)
        return
    if provider.access is Access.SWITCH_ON:
        pages = [each.page for each in provider.switch_on if each.page]
        yield SWITCH_ON(subject, name=name, help=pages[0] if pages else page)
    if provider.auth == (Auth.OAUTH2,):
        yield OAUTH_ONLY(subject, name=name, help=page)
    elif Auth.APP_PASSWORD in provider.auth and Auth.PASSWORD not in provider.auth:
        made_at = provider.app_password.page if provider.app_password else ""
        yield APP_PASSWORD(subject, name=name, help=made_at or page)


def _how_to_connect(look: Look, holder: Found) -> Iterator[Finding]:
    """What the provider's own pages tell a person with a mail program."""
    subject, provider = look.shown, holder.provider
    name = provider.name
    if provider.access is not Access.BRIDGE:
        mx = holder.hosts[0] if len(holder.hosts) == 1 else ""
        incoming = _best(provider, "imap", look.name, mx) or _best(provider, "pop3", look.name, mx)
        outgoing = _best(provider, "smtp", look.name, mx)
        if incoming and outgoing:
            yield SERVERS(subject, name=name, incoming=incoming, outgoing=outgoing)
    if size := provider.limit(LimitKind.MESSAGE):
        yield MESSAGE_LIMIT(subject, name=name, mb=size.most)
    if sent := provider.limit(LimitKind.MESSAGES_A_DAY):
        yield SENDING_LIMIT(subject, name=name, count=sent.most)
    if provider.note:
        # In all languages that there are: which one is read is not known here.
        yield NOTE(subject, name=name, notes=json.dumps(provider.note, ensure_ascii=False))


_SECURITY = {Security.TLS: "SSL/TLS", Security.STARTTLS: "STARTTLS"}


def _best(provider: Provider, protocol: str, domain: str, mx: str) -> str:
    """The first server that the file names for a protocol, as programs ask for it; "" if none."""

    def fits(server: MailServer) -> bool:
        return server.protocol == protocol and bool(server.host_for(domain, mx))

    server = next(filter(fits, provider.servers), None)
    if server is None:
        return ""
    host = shown(server.host_for(domain, mx))
    return f"{server.protocol.upper()} {host}:{server.port} ({_SECURITY[server.security]})"


PROBE = Probe(
    "provider",
    gather,
    judge,
    kinds=(
        IDENTIFIED,
        SEVERAL,
        FILTER,
        FORWARDING,
        LIKELY,
        OWN,
        UNKNOWN,
        SENDERS,
        OAUTH_ONLY,
        APP_PASSWORD,
        SWITCH_ON,
        BRIDGE,
        NO_PROGRAMS,
        SERVERS,
        MESSAGE_LIMIT,
        SENDING_LIMIT,
        NOTE,
    ),
    seconds=15.0,
)
