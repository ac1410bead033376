"""Who minds what is wrong with the certificate of an MX host: DANE (RFC 7672), MTA-STS (RFC 8461).

Most servers that hand on mail take TLS as it comes (RFC 7435). Those who keep to DANE look at
nothing but TLSA records; those who keep to MTA-STS at nothing but the authorities that everybody
knows, and let no TLSA record take its place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.formats.errors import FormatError
from bot.formats.mta_sts import (
    POLICY_SIZE_MAX,
    MtaStsPolicy,
    is_mta_sts,
    parse_mta_sts_policy,
    parse_mta_sts_record,
)
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.talk import CertificateFault, ServerTalk
from bot.probes.mta_sts_policy import policy_url, text_of
from bot.probes.names import shown
from bot.probes.probe import attempt, gap, join
from bot.probes.remarks import Remark, remark
from bot.probes.servers import ServerKinds, judge_certificate
from bot.probes.talks import is_starttls_refused, is_tls_broken
from bot.probes.vouching import (
    OF_THE_ISSUER,
    Base,
    Vouching,
    names_for,
    place,
    read_records,
    vouching,
)

DANE_VOUCHES = Kind(
    "smtp.dane-vouches", Severity.NOTICE, frozenset({"issuer"}), "RFC 7672 section 3.1"
)
MTA_STS_NONE = Kind("smtp.mta-sts-none", Severity.ERROR, frozenset({"hosts"}), "RFC 8461 section 5")
MTA_STS_SOME = Kind(
    "smtp.mta-sts-some", Severity.WARNING, frozenset({"hosts"}), "RFC 8461 section 5"
)
KINDS = (DANE_VOUCHES, MTA_STS_NONE, MTA_STS_SOME)
# Of the policy's server, not of the way there: senders do without the policy, too.
_NOBODY_CAN_FETCH = frozenset(
    {Trouble.NO_ADDRESS, Trouble.REFUSED, Trouble.TLS, Trouble.TOO_LONG, Trouble.GARBAGE}
)


@dataclass(frozen=True, slots=True)
class Assurance:
    """What the domain has published for senders to check its servers by."""

    domain: str
    seen_at: datetime
    policy: MtaStsPolicy | None  # in mode enforce, and in force
    mx: Answer[MxRecord]
    validates: bool | NetworkError = True  # whether our resolver can tell signed from not


async def find_policy(network: Network, domain: str) -> MtaStsPolicy | NetworkError | None:
    """The policy that senders enforce; None where there is none, or none that they could fetch.

    NetworkError where only we could not see it.
    """
    texts = await attempt(network.dns.txt(f"_mta-sts.{domain}"))
    if isinstance(texts, NetworkError):
        return texts
    records = [record.text for record in texts.records if is_mta_sts(record.text)]
    if len(records) != 1:
        return None
    try:
        parse_mta_sts_record(records[0])
        # The very file of the `mta-sts` probe: it is fetched once.
        fetched = await network.fetch(
            policy_url(domain), max_bytes=POLICY_SIZE_MAX, max_redirects=0
        )
        if fetched.status != 200 or fetched.content_type != "text/plain":
            return None
        policy = parse_mta_sts_policy(text_of(fetched))
    except FormatError:
        return None
    except NetworkError as error:
        return None if error.trouble in _NOBODY_CAN_FETCH else error
    return policy if policy.mode == "enforce" else None


def has_fault(talk: ServerTalk) -> bool:
    """Whether anybody who checks TLS would turn away."""
    if talk.tls is not None and talk.tls.certificate is not None:
        return bool(talk.tls.certificate.faults)
    is_plain = talk.capabilities is not None and not talk.starttls_offered
    return is_plain or is_starttls_refused(talk) or is_tls_broken(talk)


def is_sound(talk: ServerTalk) -> bool:
    """Whether everybody who checks TLS would deliver."""
    certificate = talk.tls.certificate if talk.tls else None
    return certificate is not None and not certificate.faults


def weigh(talk: ServerTalk, base: Base | None, given: Assurance) -> Vouching | None:
    """What TLSA records make of the certificate that was shown; None where nobody can tell."""
    certificate = talk.tls.certificate if talk.tls else None
    if certificate is None or base is None:
        return Vouching.NONE
    tlsa = base.tlsa
    if isinstance(tlsa, NetworkError):
        # Where the signatures do not fit, nobody takes the records for good; and nobody asks for
        # any where the addresses are not signed (RFC 7672 section 2.2.2).
        is_passed = tlsa.trouble is Trouble.BOGUS or (base.is_insecure and given.validates is True)
        return Vouching.NONE if is_passed else None
    names = names_for(base.name, given.domain, given.mx)
    found = vouching(read_records(tlsa), certificate, names, given.seen_at)
    if found is Vouching.NONE or tlsa.authenticated:
        return found
    return Vouching.NONE if given.validates is True else None


def judge_trust(
    kinds: ServerKinds,
    talk: ServerTalk,
    base: Base | None,
    given: Assurance,
) -> Iterator[Remark | Gap]:
    """What is wrong with the certificate in the eyes of those who check it."""
    certificate = talk.tls.certificate if talk.tls else None
    if certificate is None:
        return
    found = weigh(talk, base, given) if certificate.faults else Vouching.NONE
    if given.policy is not None and given.policy.allows(talk.host):
        # Who keeps to MTA-STS alone looks at no TLSA record (RFC 8461 section 2).
        yield from judge_certificate(kinds, talk, given.seen_at)
    elif found is None:
        yield _unseen_records(talk.host, base)
    elif found.is_good:
        yield remark(DANE_VOUCHES, talk, issuer=certificate.issuer or "–")
        if found is Vouching.AUTHORITY:  # the dates still count (RFC 7672 section 3.1.2)
            yield from judge_certificate(kinds, talk, given.seen_at, frozenset(CertificateFault))
    else:
        passed = OF_THE_ISSUER if found is Vouching.LEAF_AT_FAULT else frozenset[CertificateFault]()
        yield from judge_certificate(kinds, talk, given.seen_at, passed)


def _unseen_records(host: str, base: Base | None) -> Gap:
    """Why nobody can say whether the certificate is vouched for."""
    about = place(shown(base.name if base else host))
    if base is not None and isinstance(base.tlsa, NetworkError):
        return gap(about, base.tlsa)
    return Gap(about, Trouble.NOT_VALIDATING)


def judge_policy(
    subject: str, hosts: Sequence[tuple[str, Sequence[ServerTalk]]], policy: MtaStsPolicy
) -> Iterator[Finding]:
    """What senders who keep to the policy do: they pass over whoever does not meet it.

    Servers that the policy does not name are the `mta-sts` probe's to tell.
    """
    listed = [(name, talks) for name, talks in hosts if policy.allows(name)]
    failing = [
        name
        for name, talks in listed
        if any(map(has_fault, talks)) and not any(map(is_sound, talks))
    ]
    if not failing:
        return
    kind = MTA_STS_NONE if len(failing) == len(listed) else MTA_STS_SOME
    yield kind(subject, hosts=join(map(shown, failing)))
