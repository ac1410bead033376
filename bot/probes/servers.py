"""What every mail server is judged by, whatever it speaks: TLS, certificate, STARTTLS, delays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.finding import Kind, Param, Severity
from bot.network.talk import CertificateFault, ServerTalk, Stage
from bot.probes.probe import join
from bot.probes.remarks import Remark, remark
from bot.probes.talks import (
    certificate_names,
    is_proved,
    is_starttls_refused,
    is_tls_broken,
    tls_name,
    took,
)

# RFC 8996 retired both; below them is nothing that we would offer.
OLD_VERSIONS = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"})
SLOW_GREETING = 5.0  # seconds; most answer at once, and whoever looks on takes it for a fault
EXPIRES_SOON = timedelta(days=7)
# Certificates that live for days only are renewed in their last days, and rightly so.
SHORT_LIVED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ServerKinds:
    """The findings about one server, under the name of a probe."""

    answers: Kind
    answers_plain: Kind
    slow: Kind
    no_starttls: Kind
    starttls_refused: Kind
    injected: Kind
    tls_failed: Kind
    old_tls: Kind
    expiring: Kind
    faults: dict[CertificateFault, Kind]

    @classmethod
    def under(cls, probe: str, *, is_verified: bool) -> "ServerKinds":
        """`is_verified`: those who connect check the certificate and stay away if it is wrong.

        Mail programs do; servers that hand on mail take TLS as it comes (RFC 7435) and deliver.
        """
        grave = Severity.ERROR if is_verified else Severity.WARNING

        def certificate(what: str, *params: str) -> Kind:
            reference = "RFC 9525 section 6" if what == "wrong-name" else "RFC 5280 section 6"
            return Kind(f"{probe}.certificate-{what}", grave, frozenset(params), reference)

        clear = "RFC 8314 section 3" if is_verified else "RFC 3207 section 1"
        patience = "" if is_verified else "RFC 5321 section 4.5.3.2.1"
        details = frozenset({"greeting", "capabilities", "connect_ms", "greeting_ms"})
        secure = details | {"tls", "names", "issuer", "until", "tls_ms"}
        added = {"login"} if is_verified else {"size", "missing"}
        details |= added
        secure |= added | ({"login_before"} if is_verified else set())
        return cls(
            Kind(f"{probe}.answers", Severity.OK, secure),
            Kind(f"{probe}.answers-plain", Severity.OK, details),
            Kind(f"{probe}.slow", Severity.NOTICE, frozenset({"seconds"}), patience),
            Kind(f"{probe}.no-starttls", Severity.WARNING, reference=clear),
            Kind(f"{probe}.starttls-refused", grave, frozenset({"reply"}), "RFC 3207 section 4"),
            Kind(f"{probe}.injection", grave, reference="CVE-2011-0411"),
            Kind(f"{probe}.tls-failed", grave, frozenset({"detail"}), "RFC 8446"),
            Kind(f"{probe}.old-tls", Severity.WARNING, frozenset({"tls"}), "RFC 8996"),
            Kind(
                f"{probe}.certificate-expiring",
                Severity.WARNING,
                frozenset({"until", "days"}),
                "RFC 5280 section 4.1.2.5",
            ),
            {
                CertificateFault.EXPIRED: certificate("expired", "until"),
                CertificateFault.NOT_YET_VALID: certificate("not-yet-valid", "since"),
                CertificateFault.WRONG_NAME: certificate("wrong-name", "host", "names"),
                CertificateFault.SELF_SIGNED: certificate("self-signed"),
                CertificateFault.UNKNOWN_ISSUER: certificate("unknown-issuer", "issuer"),
                CertificateFault.INCOMPLETE_CHAIN: certificate("incomplete-chain", "issuer"),
                CertificateFault.OTHER: certificate("unsound"),
            },
        )

    def all(self) -> tuple[Kind, ...]:
        """Every kind, for a probe's table."""
        return (
            self.answers,
            self.answers_plain,
            self.slow,
            self.no_starttls,
            self.starttls_refused,
            self.injected,
            self.tls_failed,
            self.old_tls,
            self.expiring,
            *self.faults.values(),
        )


def judge_talk(kinds: ServerKinds, talk: ServerTalk, now: datetime) -> Iterator[Remark]:
    """What one conversation shows of the server; whatever was not reached is passed over."""
    yield from judge_connection(kinds, talk)
    yield from judge_certificate(kinds, talk, now)


def judge_connection(kinds: ServerKinds, talk: ServerTalk) -> Iterator[Remark]:
    """All of it but the certificate."""
    greeting = took(talk, Stage.GREETING)
    if talk.greeting is not None and greeting >= SLOW_GREETING:
        yield remark(kinds.slow, talk, seconds=round(greeting))
    if talk.capabilities is not None and not talk.implicit_tls and not talk.starttls_offered:
        yield remark(kinds.no_starttls, talk)
    if is_starttls_refused(talk) and talk.failure:
        yield remark(kinds.starttls_refused, talk, reply=talk.failure.detail or "–")
    if talk.starttls_injected:
        yield remark(kinds.injected, talk)
    if is_tls_broken(talk) and talk.failure:
        yield remark(kinds.tls_failed, talk, detail=talk.failure.detail or "–")
    if talk.tls is not None and talk.tls.version in OLD_VERSIONS:
        yield remark(kinds.old_tls, talk, tls=tls_name(talk))


def judge_certificate(
    kinds: ServerKinds,
    talk: ServerTalk,
    now: datetime,
    passed: frozenset[CertificateFault] = frozenset(),
) -> Iterator[Remark]:
    """What the certificate lacks; what is `passed` over, something else makes up for."""
    certificate = talk.tls.certificate if talk.tls else None
    if certificate is None:
        return
    for fault in certificate.faults:
        if fault in passed:
            continue
        kind = kinds.faults[fault]
        match fault:
            case CertificateFault.EXPIRED:
                yield remark(kind, talk, until=certificate.not_after.date().isoformat())
            case CertificateFault.NOT_YET_VALID:
                yield remark(kind, talk, since=certificate.not_before.date().isoformat())
            case CertificateFault.WRONG_NAME:
                # An address is not a name: nobody can say which one was meant.
                if talk.host != talk.address:
                    yield remark(kind, talk, host=talk.host, names=certificate_names(certificate))
            case CertificateFault.UNKNOWN_ISSUER | CertificateFault.INCOMPLETE_CHAIN:
                yield remark(kind, talk, issuer=certificate.issuer or "–")
            case _:
                yield remark(kind, talk)
    left = certificate.not_after - now
    lives = certificate.not_after - certificate.not_before
    if timedelta(0) < left < EXPIRES_SOON and lives > SHORT_LIVED:
        until = certificate.not_after.date().isoformat()
        yield remark(kinds.expiring, talk, until=until, days=left.days)


def details(talk: ServerTalk) -> dict[str, Param]:
    """What the server said and how long it took, for the finding that it answers."""
    found: dict[str, Param] = {
        "greeting": talk.greeting or "–",
        "capabilities": join(talk.capabilities_after or talk.capabilities or ()),
        "connect_ms": _ms(took(talk, Stage.CONNECT)),
        "greeting_ms": _ms(took(talk, Stage.GREETING)),
    }
    certificate = talk.tls.certificate if talk.tls else None
    if certificate is not None and is_proved(talk):
        found |= {
            "tls": tls_name(talk),
            "names": certificate_names(certificate),
            "issuer": certificate.issuer or "–",
            "until": certificate.not_after.date().isoformat(),
            "tls_ms": _ms(took(talk, Stage.TLS_AT_ONCE) + took(talk, Stage.HANDSHAKE)),
        }
    return found


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
