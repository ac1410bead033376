"""What one conversation with a server shows at a glance: refused, broken, proved, how long."""

from bot.model.trouble import Trouble
from bot.network.talk import Certificate, CertificateFault, ServerTalk, Stage
from bot.probes.names import shown
from bot.probes.probe import join

_MOST_NAMES = 4


def is_refused(talk: ServerTalk) -> bool:
    """Whether nobody listens at the port: the one failure to connect that is an answer."""
    return (
        talk.failure is not None
        and talk.failure.stage is Stage.CONNECT
        and talk.failure.trouble is Trouble.REFUSED
    )


def is_starttls_refused(talk: ServerTalk) -> bool:
    """Whether TLS was offered and then denied, in words."""
    return (
        talk.failure is not None
        and talk.failure.stage is Stage.STARTTLS
        and talk.failure.trouble in (Trouble.REJECTED, Trouble.TRY_LATER)
    )


def is_tls_broken(talk: ServerTalk) -> bool:
    """Whether the server answered the handshake with something that TLS forbids."""
    return talk.failure is not None and talk.failure.trouble is Trouble.TLS


def unseen(talk: ServerTalk) -> Trouble | None:
    """Why the talk ended early, where that says nothing about the server."""
    if talk.failure is None or is_refused(talk) or is_tls_broken(talk):
        return None
    return None if is_starttls_refused(talk) else talk.failure.trouble


def is_proved(talk: ServerTalk) -> bool:
    """Whether a certificate was shown with nothing wrong in it: then its names may be praised.

    An address is not a name: that the certificate holds it is not asked.
    """
    certificate = talk.tls.certificate if talk.tls else None
    if certificate is None:
        return False
    passed = {CertificateFault.WRONG_NAME} if talk.host == talk.address else set()
    return set(certificate.faults) <= passed


def took(talk: ServerTalk, stage: Stage) -> float:
    """Seconds that a stage took; 0 where it was not reached."""
    return dict(talk.timings).get(stage, 0.0)


def tls_name(talk: ServerTalk) -> str:
    """ "TLS 1.3", as people write it."""
    version = talk.tls.version if talk.tls else ""
    return {"TLSv1": "TLS 1.0"}.get(version, version.replace("TLSv", "TLS "))


def certificate_names(certificate: Certificate) -> str:
    """The first few names of a certificate."""
    names = certificate.names[:_MOST_NAMES]
    return join((*names, "…") if len(certificate.names) > _MOST_NAMES else names)


def server_name(talk: ServerTalk) -> str:
    """ "mail.firma.pl:993"; an IPv6 address in brackets."""
    host = f"[{talk.host}]" if ":" in talk.host else shown(talk.host)
    return f"{host}:{talk.port}"
