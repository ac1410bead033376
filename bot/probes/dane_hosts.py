"""What DANE is judged by: every MX host's TLSA records, and the conversations held with it."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.formats.tlsa import Tlsa
from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord, Status, TlsaRecord
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.talk import Protocol, ServerTalk
from bot.probes.dnssec import validates
from bot.probes.mx_addresses import both_families
from bot.probes.probe import Look, attempt
from bot.probes.smtp_hosts import MOST_ADDRESSES, MOST_HOSTS, PORT
from bot.probes.vouching import find_base, place, read_records, usable


@dataclass(frozen=True, slots=True)
class DaneHost:
    """One MX host: its TLSA records, and the conversations that they are held against."""

    name: str
    tlsa: Answer[TlsaRecord] | NetworkError
    talks: tuple[ServerTalk, ...] = ()
    error: NetworkError | None = None
    base: str = ""  # under which the records stand, where that is not the name itself
    is_behind: bool = False  # nobody vouches for the alias that leads to the base
    is_insecure: bool = False  # nor for its addresses: then senders ask for no records
    is_dead: bool = False  # it leads to no address, or to none that is public

    @property
    def place(self) -> str:
        """Where the records stand."""
        return place(self.base or self.name)

    @property
    def is_bare(self) -> bool:
        """Whether no sender has any records to go by."""
        return isinstance(self.tlsa, Answer) and (self.is_behind or not self.records)

    @property
    def records(self) -> tuple[Tlsa, ...]:
        """The records as they stand, sound or not."""
        if isinstance(self.tlsa, NetworkError):
            return ()
        return read_records(self.tlsa)

    @property
    def usable(self) -> tuple[Tlsa, ...]:
        """The records that senders of mail can use."""
        return usable(self.records)

    @property
    def is_signed(self) -> bool:
        """Whether DNSSEC vouches for the records."""
        return isinstance(self.tlsa, Answer) and self.tlsa.authenticated


@dataclass(frozen=True, slots=True)
class DaneFacts:
    """The MX records, every host's TLSA, and whether our resolver can tell signed from not."""

    look: Look
    seen_at: datetime
    mx: Answer[MxRecord]
    validates: bool | NetworkError = True
    hosts: tuple[DaneHost, ...] = ()


async def gather(network: Network, look: Look) -> DaneFacts:
    """All hosts at once; only those with records to be held against something are talked to."""
    checks, mx = await asyncio.gather(attempt(validates(network)), network.dns.mx(look.name))
    names = _names(look, mx)
    most = MOST_ADDRESSES // max(1, len(names))
    hosts = await asyncio.gather(*(_host(network, name, most) for name in names))
    return DaneFacts(look, datetime.now(UTC), mx, checks, tuple(hosts))


def _names(look: Look, mx: Answer[MxRecord]) -> list[str]:
    if mx.status is Status.NO_DATA:
        return [look.name]  # the implicit MX (RFC 5321 section 5.1)
    exchanges = (record.exchange for record in mx.records)
    names = (name for name in exchanges if name and as_address(name) is None)
    return list(dict.fromkeys(names))[:MOST_HOSTS]


async def _host(network: Network, name: str, most: int) -> DaneHost:
    base = await find_base(network, name)
    addresses = await attempt(network.addresses(name))  # asked for already, with the base
    is_private = isinstance(addresses, NetworkError) and addresses.trouble is Trouble.NOT_PUBLIC
    found = DaneHost(
        name,
        base.tlsa,
        base=base.name,
        is_behind=base.is_behind,
        is_insecure=base.is_insecure,
        is_dead=is_private or addresses == (),
    )
    if not found.is_signed or not found.records:
        return found
    if isinstance(addresses, NetworkError):
        return replace(found, error=addresses)
    # The very conversations of the `smtp` probe, so that each server is called once; but senders
    # ask an alias for the certificate of the base (RFC 7672 section 8.1).
    talks = await asyncio.gather(
        *(
            attempt(network.talk(Protocol.SMTP, base.name, address, PORT))
            for address in both_families(addresses)[:most]
        )
    )
    error = next((talk for talk in talks if isinstance(talk, NetworkError)), None)
    held = (replace(talk, host=name) for talk in talks if isinstance(talk, ServerTalk))
    return replace(found, talks=tuple(held), error=error)
