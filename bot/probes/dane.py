"""DANE (RFC 6698, 7671, 7672): do signed TLSA records name the certificates that servers show?"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from bot.formats.der import public_key_info
from bot.formats.errors import FormatError
from bot.formats.tlsa import DANE_EE, Tlsa
from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError
from bot.network.talk import Certificate, ServerTalk
from bot.probes.dane_hosts import DaneFacts, DaneHost, gather
from bot.probes.names import shown
from bot.probes.plan import is_null_mx
from bot.probes.probe import Probe, Statement, gap, is_there, join, no_domain
from bot.probes.remarks import Remark, merge, merge_gaps, remark
from bot.probes.talks import is_starttls_refused, is_tls_broken
from bot.probes.vouching import Vouching, names_for, place, vouchers, vouching

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
    "dane.unusable", Severity.WARNING, frozenset({"name", "records"}), "RFC 7672 section 2.2"
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
    "RFC 7672 section 3.2",
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


def judge(facts: DaneFacts) -> Iterator[Statement]:
    """From the records to what senders who keep to DANE do."""
    subject = facts.look.shown
    if nothing := no_domain(facts.look, NOT_A_DOMAIN, exists=is_there(facts.mx)):
        yield nothing
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
    bare = [host for host in facts.hosts if _is_bare(facts, host)]
    protected = [host for host in facts.hosts if _is_protected(facts, host)]
    if len(bare) == len(facts.hosts):
        yield MISSING(subject)
        return
    # A server that cannot be reached at all needs no certificate: the `mx` probe tells of it.
    if alive := [host for host in bare if not host.is_dead]:
        yield PARTIAL(subject, hosts=join(shown(host.name) for host in alive))
    if not protected:
        return
    names = join(shown(host.name) for host in protected)
    if not facts.mx.authenticated:
        yield DOMAIN_UNSIGNED(subject, hosts=names)
    elif len(protected) == sum(not host.is_dead for host in facts.hosts):
        yield SOUND(subject, hosts=names)


def _is_bare(facts: DaneFacts, host: DaneHost) -> bool:
    """Whether no sender goes by records of this server.

    Name servers of unsigned zones that cannot answer for TLSA are known and passed over (RFC 7672
    section 2.2.2); only a resolver that validates tells them from others.
    """
    if isinstance(host.tlsa, NetworkError) and host.tlsa.trouble is not Trouble.BOGUS:
        return host.is_insecure and facts.validates is True
    return host.is_bare


def _is_protected(facts: DaneFacts, host: DaneHost) -> bool:
    """Whether every conversation showed a certificate that a record names."""
    certificates = [_certificate(talk) for talk in host.talks]
    return bool(certificates) and all(
        certificate is not None and _vouching(facts, host, certificate).is_good
        for certificate in certificates
    )


def _host_faults(facts: DaneFacts, host: DaneHost) -> Iterator[Statement]:
    name, where = shown(host.name), host.place
    if _is_bare(facts, host):
        return
    if isinstance(host.tlsa, NetworkError):
        if host.tlsa.trouble is Trouble.BOGUS:
            # Senders who validate take the server for unreachable.
            yield BOGUS(name, name=where)
        else:
            yield gap(place(shown(host.base or host.name)), host.tlsa)
        return
    if not host.is_signed:
        yield UNSIGNED(name, name=where)
        return
    unusable = [record for record in host.records if record.fault is not None]
    if unusable:
        kind = UNUSABLE_BESIDE if host.usable else UNUSABLE
        yield kind(name, name=where, records=_texts(unusable))
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
    if not host.usable:
        return None  # TLS is enough where no record can be used (section 2.2)
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
