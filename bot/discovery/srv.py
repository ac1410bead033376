"""Servers by SRV records (RFC 6186, RFC 8314 section 5.1, RFC 8620 section 2.2)."""

import asyncio
from dataclasses import dataclass
from time import monotonic

from bot.discovery.claim import Answered, Standing, from_srv
from bot.formats.suffix import organizational_domain
from bot.model.settings import AskedSource, ConnectionSecurity, MailboxServer, SettingsSource
from bot.model.trouble import Gap
from bot.network.answer import Answer, SrvRecord, Status
from bot.network.errors import NetworkError
from bot.network.network import Network


@dataclass(frozen=True, slots=True)
class _Service:
    name: str
    protocol: str
    security: ConnectionSecurity


# TLS at once stands before STARTTLS (RFC 8314 section 3).
SERVICES = (
    _Service("_imaps._tcp", "imap", ConnectionSecurity.TLS),
    _Service("_imap._tcp", "imap", ConnectionSecurity.STARTTLS),
    _Service("_pop3s._tcp", "pop3", ConnectionSecurity.TLS),
    _Service("_pop3._tcp", "pop3", ConnectionSecurity.STARTTLS),
    _Service("_submissions._tcp", "smtp", ConnectionSecurity.TLS),
    _Service("_submission._tcp", "smtp", ConnectionSecurity.STARTTLS),
    _Service("_jmap._tcp", "jmap", ConnectionSecurity.TLS),
)


async def ask_srv(network: Network, domain: str) -> tuple[Answered, ...]:
    """All records at once; one answer for each name, so that each can be shown."""
    began = monotonic()
    answers = await network.gather_each(
        [network.dns.srv(f"{service.name}.{domain}") for service in SERVICES]
    )
    offered = {
        service.protocol
        for service, answer in zip(SERVICES, answers, strict=True)
        if isinstance(answer, Answer) and any(record.target for record in answer.records)
    }
    return tuple(
        _answered(service, domain, answer, offered, monotonic() - began)
        for service, answer in zip(SERVICES, answers, strict=True)
    )


def _answered(
    service: _Service,
    domain: str,
    answer: Answer[SrvRecord] | NetworkError,
    offered: set[str],
    seconds: float,
) -> Answered:
    place = f"{service.name}.{domain}"
    if isinstance(answer, NetworkError):
        gap = Gap(place, answer.trouble, answer.detail)
        return Answered(
            AskedSource(SettingsSource.SRV, place, gap=gap, seconds=seconds), Standing.SRV
        )
    servers = from_srv(service.protocol, service.security, answer.records)
    says_none = bool(answer.records) and not servers and service.protocol not in offered
    asked = AskedSource(SettingsSource.SRV, place, bool(servers), seconds=seconds)
    return Answered(
        asked,
        Standing.SRV,
        servers,
        (service.protocol,) if says_none else (),
        frozenset() if answer.authenticated else _strangers(domain, servers),
    )


def _strangers(domain: str, servers: tuple[MailboxServer, ...]) -> frozenset[str]:
    """Hosts outside the domain, named by records that nobody signed (RFC 6186 section 6)."""
    own = organizational_domain(domain)
    return frozenset(s.host for s in servers if organizational_domain(s.host) != own)


async def find_mx(network: Network, domain: str) -> str:
    """The domain's first MX; "" where there is none."""
    try:
        answer = await network.dns.mx(domain)
    except NetworkError:
        return ""
    return next((record.exchange for record in answer.records if record.exchange), "")


async def is_missing(network: Network, domain: str) -> bool:
    """Whether DNS knows no such name. What could not be asked is not missing."""
    try:
        return (await network.dns.mx(domain)).status is Status.NO_NAME
    except NetworkError:
        return False


async def takes_no_mail(network: Network, domain: str) -> bool:
    """Whether the domain declares by a null MX that it has no mail (RFC 7505)."""
    try:
        records = (await network.dns.mx(domain)).records
    except NetworkError:
        return False
    return bool(records) and not any(record.exchange for record in records)


def mx_bases(mx: str, domain: str) -> tuple[str, ...]:
    """The domains of those who receive the mail, nearest first, as the autoconfig draft has it."""
    base = organizational_domain(mx)
    _, _, full = mx.partition(".")
    found = (full, base) if len(full) > len(base) else (base,)
    return tuple(name for name in found if name != domain and "." in name)


async def wait_for(mx: "asyncio.Task[str]") -> str:
    """The MX from a question that several sources share: one that is cancelled ends it for none."""
    return await asyncio.shield(mx)
