"""The servers on whose port 25 a domain's mail arrives, and the conversations held with them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address

from bot.formats.mta_sts import MtaStsPolicy
from bot.formats.suffix import organizational_domain
from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord, Status, TlsaRecord
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.network.talk import Protocol, ServerTalk
from bot.probes.beside import beside, soon
from bot.probes.dnssec import validates
from bot.probes.mx_addresses import both_families
from bot.probes.plan import is_mailless, is_null_mx
from bot.probes.probe import Look, attempt
from bot.probes.reverse import Reverse, look_back
from bot.probes.smtp_trust import find_policy, has_fault
from bot.probes.smtp_versions import OldVersions
from bot.probes.vouching import Base, find_base

PORT = 25
MOST_HOSTS = 10
MOST_ADDRESSES = 20
_NO_MX: Answer[MxRecord] = Answer("", Status.NO_DATA)


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
    if all(isinstance(tlsa, Answer) and _is_clear(tlsa) for tlsa in found):
        return True
    return await attempt(validates(network))


def _is_clear(tlsa: Answer[TlsaRecord]) -> bool:
    return tlsa.authenticated or not tlsa.records


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
