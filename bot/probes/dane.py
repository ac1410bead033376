"""DANE (RFC 6698, 7671, 7672): do signed TLSA records name the certificates that servers show?"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from bot.formats.der import public_key_info
from bot.formats.errors import FormatError
from bot.formats.tlsa import DANE_EE, Tlsa
from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status, TlsaRecord
from bot.network.errors import NetworkError
from bot.network.guard import as_address
from bot.network.network import Network
from bot.network.talk import Certificate, Protocol, ServerTalk
from bot.probes.dnssec import validates
from bot.probes.names import shown
from bot.probes.plan import is_null_mx
from bot.probes.probe import Look, Probe, Statement, attempt, gap, join
from bot.probes.servers import (
    Remark,
    is_starttls_refused,
    is_tls_broken,
    merge,
    merge_gaps,
    remark,
)
from bot.probes.smtp import MOST_ADDRESSES, MOST_HOSTS, PORT, both_families
from bot.probes.vouching import (
    Vouching,
    find_base,
    names_for,
    place,
    read_records,
    usable,
    vouchers,
    vouching,
)

NOT_A_DOMAIN = Kind("dane.not-a-domain", Severity.NOTICE)
NO_MAIL = Kind("dane.no-mail", Severity.NOTICE, reference="RFC 7505 section 3")
MISSING = Kind("dane.missing", Severity.NOTICE, reference="RFC 7672 section 1.3")
PARTIAL = Kind("dane.partial", Severity.NOTICE, frozenset({"hosts"}), "RFC 7672 section 2.2")
DOMAIN_UNSIGNED = Kind(
    "dane.domain-unsigned", Severity.NOTICE, frozenset({"hosts"}), "RFC 7672 section 2.2.1"
)
UNSIGNED = Kind("dane.unsigned", Severity.WARNING, frozenset({"name"}), "RFC 7672 section 2.2.3")
BOGUS = Kind("dane.bogus", Severity.WARNING, frozenset({"name"}), "RFC 7672 section 2.1.2")
UNUSABLE = Kind(
    "dane.unusable", Severity.WARNING, frozenset({"name", "records"}), "RFC 7672 section 3.1"
)
UNUSABLE_BESIDE = Kind(
    "dane.unusable-beside",
    Severity.NOTICE,
    frozenset({"name", "records"}),
    "RFC 7672 section 3.1.3",
)
MISMATCH = Kind(
    "dane.mismatch",
    Severity.ERROR,
    frozenset({"name", "records", "proposal"}),
    "RFC 7672 section 3.1",
)
AUTHORITY_FAULT = Kind(
    "dane.authority-fault",
    Severity.ERROR,
    frozenset({"host", "names"}),
    "RFC 7672 section 3.1.2",
)
BROKEN_CHAIN = Kind(
    "dane.broken-chain",
    Severity.ERROR,
    frozenset({"name", "records", "proposal"}),
    "RFC 7672 section 3.1.2",
)
NO_TLS = Kind("dane.no-tls", Severity.ERROR, frozenset({"name"}), "RFC 7672 section 2.2")
ROLLOVER = Kind(
    "dane.rollover", Severity.NOTICE, frozenset({"name", "records"}), "RFC 7671 section 8.1"
)
SOUND = Kind("dane.sound", Severity.OK, frozenset({"hosts"}), "RFC 7672")

_MOST_RECORDS = 4  # shown


@dataclass(frozen=True, slots=True)
class DaneHost:
    """One MX host: its TLSA records, and the conversations that they are held against."""

    name: str
    tlsa: Answer[TlsaRecord] | NetworkError
    talks: tuple[ServerTalk, ...] = ()
    error: NetworkError | None = None
    base: str = ""  # under which the records stand, where that is not the name itself
    is_behind: bool = False  # nobody vouches for the alias that leads to the base

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
    found = DaneHost(name, base.tlsa, base=base.name, is_behind=base.is_behind)
    if not found.is_signed or not found.usable:
        return found
    addresses = await attempt(network.addresses(name))
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


def judge(facts: DaneFacts) -> Iterator[Statement]:
    """From the records to what senders who keep to DANE do."""
    subject = facts.look.shown
    if facts.look.is_address:
        yield NOT_A_DOMAIN(facts.look.shown)
        return
    if facts.mx.status is Status.NO_NAME:
        yield Gap(subject, Trouble.NO_ADDRESS)
    elif is_null_mx(facts.mx):
        yield NO_MAIL(subject)
    elif facts.validates is not True and any(_is_doubtful(host) for host in facts.hosts):
        # Whether the records are signed decides everything, and we cannot see it.
        unable = facts.validates or NetworkError(Trouble.NOT_VALIDATING)
        yield gap(subject, unable)
    else:
        yield from _hosts(facts)


def _is_doubtful(host: DaneHost) -> bool:
    return bool(host.records) and not host.is_signed


def _hosts(facts: DaneFacts) -> Iterator[Statement]:
    subject = facts.look.shown
    statements = [statement for host in facts.hosts for statement in _host_faults(facts, host)]
    yield from statements
    bare = [host for host in facts.hosts if host.is_bare]
    protected = [host for host in facts.hosts if _is_protected(facts, host)]
    if len(bare) == len(facts.hosts):
        yield MISSING(subject)
        return
    if bare:
        yield PARTIAL(subject, hosts=join(shown(host.name) for host in bare))
    if not protected:
        return
    names = join(shown(host.name) for host in protected)
    if not facts.mx.authenticated:
        yield DOMAIN_UNSIGNED(subject, hosts=names)
    elif len(protected) == len(facts.hosts):
        yield SOUND(subject, hosts=names)


def _is_protected(facts: DaneFacts, host: DaneHost) -> bool:
    """Whether every conversation showed a certificate that a record names."""
    certificates = [_certificate(talk) for talk in host.talks]
    return bool(certificates) and all(
        certificate is not None and _vouching(facts, host, certificate).is_good
        for certificate in certificates
    )


def _host_faults(facts: DaneFacts, host: DaneHost) -> Iterator[Statement]:
    name, where = shown(host.name), host.place
    if isinstance(host.tlsa, NetworkError):
        if host.tlsa.trouble is Trouble.BOGUS:
            # Senders who validate take the server for unreachable.
            yield BOGUS(name, name=where)
        else:
            yield gap(place(shown(host.base or host.name)), host.tlsa)
        return
    if host.is_bare:
        return
    if not host.is_signed:
        yield UNSIGNED(name, name=where)
        return
    unusable = [record for record in host.records if record.fault is not None]
    if unusable:
        kind = UNUSABLE_BESIDE if host.usable else UNUSABLE
        yield kind(name, name=where, records=_texts(unusable))
    if host.usable:
        yield from _held_against(facts, host)


def _held_against(facts: DaneFacts, host: DaneHost) -> Iterator[Statement]:
    name, where = shown(host.name), host.place
    if host.error:
        yield gap(name, host.error)
    elif not host.talks:
        yield Gap(name, Trouble.NO_ADDRESS)
    remarks = [item for talk in host.talks if (item := _fault(facts, host, talk))]
    yield from merge(remarks, host.talks, with_port=False)
    yield from merge_gaps(name, host.talks, with_port=False)
    matched = {
        record
        for talk in host.talks
        if (certificate := _certificate(talk)) is not None
        for record in vouchers(host.records, certificate, facts.seen_at)
    }
    spare = [record for record in host.usable if record not in matched]
    if matched and spare:
        yield ROLLOVER(name, name=where, records=_texts(spare))


def _fault(facts: DaneFacts, host: DaneHost, talk: ServerTalk) -> Remark | None:
    """What makes senders who keep to DANE turn away from this address."""
    where, certificate = host.place, _certificate(talk)
    if certificate is None:
        has_refused = is_starttls_refused(talk) or is_tls_broken(talk)
        is_plain = talk.capabilities is not None and not talk.starttls_offered
        return remark(NO_TLS, talk, name=where) if has_refused or is_plain else None
    match _vouching(facts, host, certificate):
        case Vouching.LEAF | Vouching.AUTHORITY:
            return None
        case Vouching.LEAF_AT_FAULT:
            names = join(certificate.names[:_MOST_RECORDS])
            return remark(AUTHORITY_FAULT, talk, host=shown(host.base or host.name), names=names)
        case Vouching.BROKEN:
            kind = BROKEN_CHAIN
        case _:
            kind = MISMATCH
    proposal = _proposal(certificate)
    return remark(kind, talk, name=where, records=_texts(host.usable), proposal=proposal)


def _certificate(talk: ServerTalk) -> Certificate | None:
    return talk.tls.certificate if talk.tls else None


def _vouching(facts: DaneFacts, host: DaneHost, certificate: Certificate) -> Vouching:
    names = names_for(host.base or host.name, facts.look.name, facts.mx)
    return vouching(host.records, certificate, names, facts.seen_at)


def _proposal(certificate: Certificate) -> str:
    """The record that RFC 7672 section 3.1 recommends, for the leaf that was shown."""
    leaf = certificate.chain[0] if certificate.chain else b""
    try:
        return str(Tlsa(DANE_EE, 1, 1, sha256(public_key_info(leaf)).digest()))
    except FormatError:
        return str(Tlsa(DANE_EE, 0, 1, sha256(leaf).digest()))


def _texts(records: Sequence[Tlsa]) -> str:
    """The first few records, digests cut short: people compare beginnings."""
    texts = [_text(record) for record in records[:_MOST_RECORDS]]
    return join((*texts, "…") if len(records) > _MOST_RECORDS else texts)


def _text(record: Tlsa) -> str:
    digest = record.data.hex()
    short = f"{digest[:16]}…" if len(digest) > 20 else digest
    return f"{record.usage} {record.selector} {record.matching_type} {short}".rstrip()


PROBE = Probe(
    "dane",
    gather,
    judge,
    kinds=(
        NOT_A_DOMAIN,
        NO_MAIL,
        MISSING,
        PARTIAL,
        DOMAIN_UNSIGNED,
        UNSIGNED,
        BOGUS,
        UNUSABLE,
        UNUSABLE_BESIDE,
        MISMATCH,
        AUTHORITY_FAULT,
        BROKEN_CHAIN,
        NO_TLS,
        ROLLOVER,
        SOUND,
    ),
)
