"""Proves one server that a source names: does it answer as promised, and may one log in there?"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model.finding import Finding, Kind, Severity
from bot.model.settings import ConnectionSecurity, MailboxServer, Proof
from bot.model.trouble import Trouble
from bot.network.answer import Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.network.talk import Protocol, ServerTalk
from bot.probes import jmap
from bot.probes.mailbox_kinds import ServiceKinds
from bot.probes.mailbox_logins import logins, remarks
from bot.probes.mx_addresses import both_families
from bot.probes.names import shown
from bot.probes.probe import gap
from bot.probes.remarks import merge, merge_gaps
from bot.probes.servers import OLD_VERSIONS
from bot.probes.talks import is_proved, is_refused

MOST_ADDRESSES = 2
MOST_BYTES = 65_536
_SECTION = "RFC 8314 section 3"
NO_SUCH_HOST = Kind("settings.no-such-host", Severity.ERROR, reference="RFC 2308 section 2.1")
NO_ADDRESS = Kind("settings.no-address", Severity.ERROR)
CLOSED = Kind("settings.closed", Severity.ERROR, frozenset({"port"}))
IN_CLEAR = Kind("settings.in-clear", Severity.WARNING, frozenset({"port"}), _SECTION)
NO_JMAP = Kind("settings.no-jmap", Severity.WARNING, reference="RFC 8620 section 2.2")


@dataclass(frozen=True, slots=True)
class _Service:
    protocol: Protocol
    kinds: ServiceKinds


_SERVICES = {
    "imap": _Service(Protocol.IMAP, ServiceKinds.under("imap")),
    "pop3": _Service(Protocol.POP3, ServiceKinds.under("pop3")),
    "smtp": _Service(Protocol.SMTP, ServiceKinds.under("submission")),
}


# By these it is known that nothing is to be had at a place.
NOBODY_THERE = frozenset({NO_SUCH_HOST.code, NO_ADDRESS.code, CLOSED.code, NO_JMAP.code})
_OAUTH = frozenset({"XOAUTH2", "OAUTHBEARER"})
_HASHED = ("SCRAM-", "CRAM-MD5", "DIGEST-MD5")


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof, and the ways to log in that the server offered inside TLS."""

    proof: Proof = Proof()  # noqa: RUF009 - frozen
    logins: tuple[str, ...] = ()

    def auth_of(self, server: MailboxServer) -> tuple[str, ...]:
        """How to log in: as the source says, unless the server takes OAuth2 and nothing else."""
        if self.logins and set(self.logins) <= _OAUTH:
            return ("oauth2",)
        return server.auth or tuple(self._offered())

    def _offered(self) -> Iterator[str]:
        if {"PLAIN", "LOGIN", "USER"} & set(self.logins):
            yield "password-cleartext"
        if any(name.startswith(_HASHED) for name in self.logins):
            yield "password-encrypted"
        if _OAUTH & set(self.logins):
            yield "oauth2"


async def prove(network: Network, server: MailboxServer) -> Proved:
    """Connect as a mail program would, up to the login."""
    subject = _subject(server)
    try:
        if server.protocol == "jmap":
            return Proved(await _prove_jmap(network, server))
        if server.protocol == "exchange":
            return Proved(await _prove_exchange(network, server))
        addresses = await network.addresses(server.host)
        if not addresses:
            answer = await network.dns.a(server.host)
            exists = answer.status is not Status.NO_NAME
            missing = (NO_ADDRESS if exists else NO_SUCH_HOST)(shown(server.host))
            return Proved(Proof(False, (missing,)))
        talks = await asyncio.gather(
            *(
                network.talk(
                    _SERVICES[server.protocol].protocol,
                    server.host,
                    address,
                    server.port,
                    implicit_tls=server.security is ConnectionSecurity.TLS,
                )
                for address in both_families(addresses)[:MOST_ADDRESSES]
            )
        )
    except NetworkError as error:
        return Proved(Proof(None, gaps=(gap(subject, error),)))
    return Proved(judge(server, talks, datetime.now(UTC)), _offered(talks))


def judge(server: MailboxServer, talks: Sequence[ServerTalk], now: datetime) -> Proof:
    """From the conversations to a proof: one address that works is enough for a program."""
    kinds = _SERVICES[server.protocol].kinds
    found = tuple(_findings(server, kinds, talks, now))
    gaps = tuple(merge_gaps(_subject(server), talks, with_port=True))
    if server.security is ConnectionSecurity.NONE:
        # Nothing proves whose server it is, and passwords go in the clear.
        answers = any(talk.capabilities is not None for talk in talks)
        clear = (IN_CLEAR(_subject(server), port=server.port),) if answers else ()
        return Proof(False if answers or found else None, (*clear, *found), gaps)
    if any(_is_good(server, talk) for talk in talks):
        return Proof(True, found, gaps)
    harmless = {kind.code for kind in (kinds.server.slow, kinds.server.expiring, kinds.plain_login)}
    is_broken = any(each.code not in harmless for each in found)
    # What only broke off, or spoke no further, is not proved wrong.
    return Proof(False if is_broken or not gaps else None, found, gaps)


def _is_good(server: MailboxServer, talk: ServerTalk) -> bool:
    """Encrypted as promised, by a certificate that is valid for the name, and with a login."""
    is_old = talk.tls is not None and talk.tls.version in OLD_VERSIONS
    if talk.failure is not None or is_old or not is_proved(talk):
        return False
    # A POP3 server that knows no CAPA takes USER all the same (RFC 1939 section 7).
    silent = talk.protocol is Protocol.POP3 and not talk.capabilities_after
    return silent or bool(logins(talk, talk.capabilities_after))


def _findings(
    server: MailboxServer, kinds: ServiceKinds, talks: Sequence[ServerTalk], now: datetime
) -> Iterator[Finding]:
    refused = [talk for talk in talks if is_refused(talk)]
    if refused and len(refused) == len([t for t in talks if not _is_our_own(t)]):
        yield CLOSED(_subject(server), port=server.port)
    found = [item for talk in talks for item in remarks(kinds, talk, now)]
    yield from merge(found, talks, with_port=True)


def _is_our_own(talk: ServerTalk) -> bool:
    """Whether it failed for what our own network lacks."""
    return talk.failure is not None and talk.failure.trouble in (
        Trouble.NO_IPV6,
        Trouble.PORT_BLOCKED,
        Trouble.BUSY,
    )


def _offered(talks: Sequence[ServerTalk]) -> tuple[str, ...]:
    """The SASL mechanisms and commands to log in with, as told inside TLS."""
    return tuple(
        dict.fromkeys(
            name
            for talk in talks
            if talk.tls is not None
            for name in logins(talk, talk.capabilities_after)
        )
    )


async def _prove_jmap(network: Network, server: MailboxServer) -> Proof:
    asked = await jmap.ask(network, server.host, server.port, is_promised=True, url=server.url)
    if asked.is_jmap:
        return Proof(True)
    if isinstance(asked.answer, NetworkError) and asked.answer.trouble is not Trouble.REFUSED:
        return Proof(None, gaps=(gap(_subject(server), asked.answer),))
    return Proof(False, (NO_JMAP(_subject(server)),))


async def _prove_exchange(network: Network, server: MailboxServer) -> Proof:
    """It is there where it asks for a login; what else it may say without one is not known."""
    url = server.url or f"https://{server.host}/EWS/Exchange.asmx"
    try:
        fetched = await network.fetch(url, max_bytes=MOST_BYTES)
    except NetworkError as error:
        if error.trouble is Trouble.REFUSED:
            return Proof(False, (CLOSED(_subject(server), port=server.port),))
        raise
    return Proof(True if fetched.status == 401 else None)


def _subject(server: MailboxServer) -> str:
    return f"{shown(server.host)}:{server.port}"
