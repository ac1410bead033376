"""The policy file of MTA-STS (RFC 8461 sections 3.2 to 5): can it be had, and what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.mta_sts import MAX_AGE_MAX, MtaStsPolicy, parse_mta_sts_policy
from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status, TxtRecord
from bot.network.clean import clean
from bot.network.errors import CertificateError, NetworkError
from bot.network.fetched import Fetched
from bot.network.talk import CertificateFault
from bot.probes.names import shown
from bot.probes.probe import Look, Statement, gap, join

_POLICY = "RFC 8461 section 3.2"
_FETCH = "RFC 8461 section 3.3"


def grave(what: str, reference: str, *params: str) -> Kind:
    """What leaves the domain without the protection that it set up."""
    return Kind(f"mta-sts.{what}", Severity.WARNING, frozenset(params), reference)


NO_HOST = grave("no-host", _FETCH, "host")
CLOSED = grave("closed", _FETCH, "host")
TLS_FAILED = grave("tls-failed", _FETCH, "host", "detail")
REDIRECT = grave("redirect", _FETCH, "url", "location")
NO_FILE = grave("no-file", _FETCH, "url", "status")
TOO_LONG = grave("too-long", _FETCH, "url")
CONTENT_TYPE = grave("content-type", _FETCH, "url", "type")
CERTIFICATES = {
    fault: grave(f"certificate-{what}", _FETCH, "host")
    for fault, what in (
        (CertificateFault.EXPIRED, "expired"),
        (CertificateFault.NOT_YET_VALID, "not-yet-valid"),
        (CertificateFault.WRONG_NAME, "wrong-name"),
        (CertificateFault.SELF_SIGNED, "self-signed"),
        (CertificateFault.UNKNOWN_ISSUER, "unknown-issuer"),
        (CertificateFault.OTHER, "unsound"),
    )
}
POLICY_LINE = grave("policy-line", _POLICY, "url", "part")
POLICY_VERSION = grave("policy-version", _POLICY, "url")
POLICY_MODE = grave("policy-mode", _POLICY, "url")
POLICY_MAX_AGE = grave("policy-max-age", _POLICY, "url")
POLICY_NO_MX = grave("policy-no-mx", _POLICY, "url")
POLICY_BAD_MX = grave("policy-bad-mx", _POLICY, "url", "part")
_BROKEN = {
    "missing-version": POLICY_VERSION,
    "bad-version": POLICY_VERSION,
    "missing-mode": POLICY_MODE,
    "bad-mode": POLICY_MODE,
    "missing-max-age": POLICY_MAX_AGE,
    "bad-max-age": POLICY_MAX_AGE,
    "missing-mx": POLICY_NO_MX,
}
BLANK_LINES = Kind("mta-sts.blank-lines", Severity.NOTICE, frozenset({"url"}), _POLICY)
NONE = Kind("mta-sts.none", Severity.NOTICE, reference="RFC 8461 section 5")
TESTING = Kind("mta-sts.testing", Severity.NOTICE, reference="RFC 8461 section 5")
MAX_AGE_SHORT = Kind("mta-sts.max-age-short", Severity.NOTICE, frozenset({"seconds"}), _POLICY)
MAX_AGE_LONG = Kind("mta-sts.max-age-long", Severity.NOTICE, frozenset({"seconds"}), _POLICY)
NONE_LISTED = Kind(
    "mta-sts.none-listed",
    Severity.ERROR,
    frozenset({"hosts", "patterns"}),
    "RFC 8461 section 4.1",
)
NOT_LISTED = grave("not-listed", "RFC 8461 section 4.1", "hosts", "patterns")
TESTING_NOT_LISTED = grave("testing-not-listed", "RFC 8461 section 4.1", "hosts", "patterns")
SOUND = Kind("mta-sts.sound", Severity.OK, frozenset({"patterns", "seconds"}), "RFC 8461 section 5")
KINDS = (
    NO_HOST,
    CLOSED,
    TLS_FAILED,
    REDIRECT,
    NO_FILE,
    TOO_LONG,
    CONTENT_TYPE,
    POLICY_LINE,
    POLICY_VERSION,
    POLICY_MODE,
    POLICY_MAX_AGE,
    POLICY_NO_MX,
    POLICY_BAD_MX,
    BLANK_LINES,
    NONE,
    TESTING,
    MAX_AGE_SHORT,
    MAX_AGE_LONG,
    NONE_LISTED,
    NOT_LISTED,
    TESTING_NOT_LISTED,
    SOUND,
    *CERTIFICATES.values(),
)

# A day. Section 3.2 speaks of weeks or more: a policy protects only while senders remember it.
_SHORT = 86_400


@dataclass(frozen=True, slots=True)
class MtaStsFacts:
    """The record, the policy file, and the servers that it is about."""

    look: Look
    record: Answer[TxtRecord] | NetworkError
    policy: Fetched | NetworkError | None = None  # None: not waited for
    mx: Answer[MxRecord] | NetworkError | None = None

    @property
    def host(self) -> str:
        """Where the policy lies."""
        return f"mta-sts.{self.look.name}"

    @property
    def url(self) -> str:
        """The policy's address, which senders make in the same way."""
        return policy_url(self.look.name)


def policy_url(domain: str) -> str:
    """Section 3.3: there is no choice in it."""
    return f"https://mta-sts.{domain}/.well-known/mta-sts.txt"


def judge_policy(facts: MtaStsFacts, *, is_active: bool) -> Iterator[Statement]:
    """`is_active`: the record is right, so that senders do fetch this policy."""
    fetched = facts.policy
    if isinstance(fetched, NetworkError):
        yield _unfetched(facts, fetched)
        return
    if fetched is None:
        return
    subject = facts.look.shown
    if fetched.location and 300 <= fetched.status < 400:
        yield REDIRECT(subject, url=facts.url, location=fetched.location)
    elif fetched.status == 429 or fetched.status >= 500:
        yield Gap(shown(facts.host), Trouble.TRY_LATER, f"HTTP {fetched.status}")
    elif fetched.status != 200:
        yield NO_FILE(subject, url=facts.url, status=fetched.status)
    else:
        yield from _file(facts, fetched, is_active)


def _unfetched(facts: MtaStsFacts, error: NetworkError) -> Statement:
    subject, host = facts.look.shown, shown(facts.host)
    if isinstance(error, CertificateError):
        kind = CERTIFICATES.get(error.fault, CERTIFICATES[CertificateFault.OTHER])
        return kind(subject, host=host)
    match error.trouble:
        case Trouble.NO_ADDRESS:
            return NO_HOST(subject, host=host)
        case Trouble.REFUSED:
            return CLOSED(subject, host=host)
        case Trouble.TLS:
            return TLS_FAILED(subject, host=host, detail=error.detail or "–")
        case Trouble.TOO_LONG:
            return TOO_LONG(subject, url=facts.url)
    return gap(host, error)


def _file(facts: MtaStsFacts, fetched: Fetched, is_active: bool) -> Iterator[Statement]:
    subject = facts.look.shown
    if fetched.content_type != "text/plain":
        yield CONTENT_TYPE(subject, url=facts.url, type=fetched.content_type or "–")
        is_active = False
    text = text_of(fetched)
    try:
        policy = parse_mta_sts_policy(text)
    except FormatError as error:
        if error.reason != "blank-line":
            yield _broken(facts, error)
            return
        # Not what the grammar allows, but senders are known to read past it.
        yield BLANK_LINES(subject, url=facts.url)
        try:
            policy = parse_mta_sts_policy(_without_blank_lines(text))
        except FormatError as graver:
            yield _broken(facts, graver)
            return
    yield from _meaning(facts, policy, is_active)


def text_of(fetched: Fetched) -> str:
    """The file as text, whatever its bytes."""
    return fetched.body.decode("utf-8", "replace")


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in re.split(r"\r?\n", text) if line.strip(" \t"))


def _broken(facts: MtaStsFacts, error: FormatError) -> Finding:
    subject, part = facts.look.shown, clean(error.text, 100) or "–"
    if error.reason in _BROKEN:
        return _BROKEN[error.reason](subject, url=facts.url)
    if error.reason == "bad-mx":
        return POLICY_BAD_MX(subject, url=facts.url, part=part)
    return POLICY_LINE(subject, url=facts.url, part=part)


def _meaning(facts: MtaStsFacts, policy: MtaStsPolicy, is_active: bool) -> Iterator[Statement]:
    subject = facts.look.shown
    if policy.mode == "none":
        yield NONE(subject)
        return
    if policy.max_age > MAX_AGE_MAX:
        yield MAX_AGE_LONG(subject, seconds=policy.max_age)
    elif policy.max_age < _SHORT and policy.mode == "enforce":
        yield MAX_AGE_SHORT(subject, seconds=policy.max_age)
    if isinstance(facts.mx, NetworkError):
        yield gap(subject, facts.mx)
        return
    hosts = _hosts(facts)
    unlisted = [host for host in hosts if not policy.allows(host)]
    names, patterns = join(map(shown, unlisted)), join(map(shown, policy.mx))
    if unlisted and policy.mode == "testing":
        yield TESTING_NOT_LISTED(subject, hosts=names, patterns=patterns)
    elif unlisted:
        kind = NONE_LISTED if len(unlisted) == len(hosts) else NOT_LISTED
        yield kind(subject, hosts=names, patterns=patterns)
    if policy.mode == "testing":
        yield TESTING(subject)
    elif is_active and not unlisted:
        yield SOUND(subject, patterns=patterns, seconds=policy.max_age)


def _hosts(facts: MtaStsFacts) -> list[str]:
    """The servers that mail is brought to; without MX the domain itself (RFC 5321 5.1)."""
    if not isinstance(facts.mx, Answer):
        return []
    if facts.mx.status is Status.NO_DATA:
        return [facts.look.name]
    return list(dict.fromkeys(mx.exchange for mx in facts.mx.records if mx.exchange))
