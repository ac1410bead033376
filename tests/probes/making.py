"""Facts made by hand, with defaults that one can override; and findings in short."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from bot.formats.target import parse_target
from bot.model.finding import Finding
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, MxRecord, Status, TxtRecord
from bot.network.talk import (
    Certificate,
    CertificateFault,
    Failure,
    Protocol,
    ServerTalk,
    Stage,
    Tls,
)
from bot.probes.probe import Look, Statement

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
V4 = IPv4Address("192.0.2.1")
V6 = IPv6Address("2001:db8::1")


def look(text: str = "firma.pl", *, is_asked: bool = False) -> Look:
    return Look(parse_target(text), is_asked)


def found(name: str, *records: Any, aliases: Sequence[str] = ()) -> Answer[Any]:
    return Answer(name, Status.FOUND, records, tuple(aliases))


def no_data(name: str = "firma.pl") -> Answer[Any]:
    return Answer(name, Status.NO_DATA)


def no_name(name: str = "firma.pl", *, aliases: Sequence[str] = ()) -> Answer[Any]:
    return Answer(name, Status.NO_NAME, aliases=tuple(aliases))


def mx(*exchanges: str) -> Answer[MxRecord]:
    """MX records, of preferences 10, 20, …"""
    records = (MxRecord(10 * n, exchange) for n, exchange in enumerate(exchanges, 1))
    return found("firma.pl", *records)


def txt(*texts: str) -> Answer[TxtRecord]:
    return found("firma.pl", *(TxtRecord((text.encode("latin-1"),)) for text in texts))


def certificate(
    *faults: CertificateFault,
    names: Sequence[str] = ("mx.firma.pl",),
    begins: timedelta = -timedelta(days=30),
    ends: timedelta = timedelta(days=60),
) -> Certificate:
    return Certificate(
        tuple(names), "R11, Let's Encrypt", NOW + begins, NOW + ends, "RSA 2048", "ab" * 32, faults
    )


def talk(
    *faults: CertificateFault,
    protocol: Protocol = Protocol.SMTP,
    host: str = "mx.firma.pl",
    address: str = "192.0.2.1",
    port: int = 25,
    version: str = "TLSv1.3",
    cert: Certificate | None = None,
    **changes: Any,
) -> ServerTalk:
    """A conversation that went well to its end, but for what is changed."""
    whole = ServerTalk(
        protocol,
        host,
        address,
        port,
        implicit_tls=False,
        greeting=f"{host} ready",
        greeting_code=220,
        capabilities=("STARTTLS",),
        starttls_offered=True,
        tls=Tls(version, "TLS_AES_256_GCM_SHA384", cert or certificate(*faults)),
        capabilities_after=("SIZE 1000",),
        timings=((Stage.CONNECT, 0.012), (Stage.GREETING, 0.02), (Stage.HANDSHAKE, 0.03)),
    )
    return replace(whole, **changes)


def cut_off(
    stage: Stage = Stage.CONNECT, trouble: Trouble = Trouble.REFUSED, **changes: Any
) -> ServerTalk:
    """A conversation that ended before its end."""
    nothing: dict[str, Any] = {}
    if stage in (Stage.CONNECT, Stage.TLS_AT_ONCE, Stage.GREETING):
        nothing = {"greeting": None, "capabilities": None, "starttls_offered": False}
    return talk(
        **{
            "tls": None,
            "capabilities_after": None,
            "failure": Failure(stage, trouble, "said so"),
            **nothing,
            **changes,
        }
    )


def codes(statements: Iterable[Statement]) -> list[str]:
    """Codes of findings, and "? trouble" for each gap."""
    return [f"? {one.trouble}" if isinstance(one, Gap) else one.code for one in statements]


def subjects(statements: Iterable[Statement]) -> list[str]:
    return [one.subject for one in statements]


def only(statements: Iterable[Statement], code: str) -> Finding:
    """The one finding of this code."""
    (finding,) = (one for one in statements if isinstance(one, Finding) and one.code == code)
    return finding
