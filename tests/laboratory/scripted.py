"""Servers that behave as no real one would, at addresses of the laboratory.

Run as a program inside it, with a file that says which script is played where.
"""

import asyncio
import json
import ssl
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.doubles.mailserver import (
    HOSTILE,
    Peer,
    Script,
    busy,
    endless_line,
    endless_lines,
    imap,
    mail_server,
    pop3,
    rejecting,
    says,
    silence,
    slow_greeting,
    smtp,
    web_server,
)
from tests.laboratory.pki import Pki
from tests.laboratory.plan import Plan, Scripted
from tests.laboratory.program import Program, room

SLOW = 5.2  # seconds; from 5 on it is worth a word


@dataclass(frozen=True, slots=True)
class Role:
    """Who plays: the name of the host, and the file of its key and certificate."""

    name: str
    certificate: str

    @property
    def tls(self) -> ssl.SSLContext:
        """TLS as it should be."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate)
        return context

    @property
    def old_tls(self) -> ssl.SSLContext:
        """TLS 1.0 and nothing else."""
        context = self.tls
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
        return context


def _stays_in_clear(
    greeting: str, offer: Mapping[str, tuple[str, ...]], go_ahead: tuple[str, str], gibe: str
) -> Script:
    """Gives the go-ahead, and answers the handshake in words."""

    async def script(peer: Peer) -> None:
        await peer.send(greeting)
        while True:
            line = await peer.line()
            tag, _, tagged = line.partition(" ")
            for command in (line.upper(), tag.upper(), tagged.upper()):
                if command == go_ahead[0]:
                    await peer.send(go_ahead[1].format(tag=tag))
                    await peer.pause(0.2)  # at once, it would be words smuggled in
                    await peer.send(gibe)
                    await peer.silence()
                if command in offer:
                    await peer.send(*(answer.format(tag=tag) for answer in offer[command]))
                    break

    return script


def _smtp_in_clear(role: Role) -> Script:
    return _stays_in_clear(
        f"220 {role.name} ESMTP",
        {"EHLO": (f"250-{role.name}", "250 STARTTLS")},
        ("STARTTLS", "220 2.0.0 Ready to start TLS"),
        "500 5.5.1 What?",
    )


def _imap_in_clear(role: Role) -> Script:
    return _stays_in_clear(
        "* OK IMAP ready",
        {"CAPABILITY": ("* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED", "{tag} OK done")},
        ("STARTTLS", "{tag} OK begin TLS"),
        "* BAD what?",
    )


def _pop3_in_clear(role: Role) -> Script:
    return _stays_in_clear(
        "+OK POP3 ready",
        {"CAPA": ("+OK here", "STLS", ".")},
        ("STLS", "+OK begin TLS"),
        "-ERR what?",
    )


_CLOSED_IMAP = ("IMAP4rev1", "LOGINDISABLED")
_OPEN_IMAP = ("IMAP4rev1", "AUTH=PLAIN")
_OAUTH_IMAP = (*_CLOSED_IMAP, "AUTH=XOAUTH2", "AUTH=OAUTHBEARER")
_CLOSED_POP3 = ("CAPA", "UIDL")
_OPEN_POP3 = (*_CLOSED_POP3, "USER", "SASL PLAIN")
_OAUTH_POP3 = (*_CLOSED_POP3, "SASL XOAUTH2 OAUTHBEARER")
_CLOSED_SMTP = ("8BITMIME",)
_OPEN_SMTP = (*_CLOSED_SMTP, "AUTH PLAIN LOGIN")
_OAUTH_SMTP = (*_CLOSED_SMTP, "AUTH XOAUTH2 OAUTHBEARER")


def _mx(role: Role) -> Script:
    return smtp(name=role.name, tls=role.tls, greeting=(f"220 {role.name} ESMTP",))


def _imap(
    tls: ssl.SSLContext,
    reply: str = "OK Begin TLS",
    injected: str = "",
    after: tuple[str, ...] = _OPEN_IMAP,
) -> Script:
    return imap(
        tls=tls,
        capabilities=_CLOSED_IMAP,
        capabilities_after=after,
        starttls_reply=reply,
        injected=injected,
    )


def _pop3(
    tls: ssl.SSLContext,
    reply: str = "+OK Begin TLS",
    injected: str = "",
    after: tuple[str, ...] = _OPEN_POP3,
) -> Script:
    return pop3(
        tls=tls,
        capabilities=_CLOSED_POP3,
        capabilities_after=after,
        stls_reply=reply,
        injected=injected,
    )


def _submission(
    tls: ssl.SSLContext,
    reply: str = "220 2.0.0 Ready to start TLS",
    injected: str = "",
    after: tuple[str, ...] = _OPEN_SMTP,
) -> Script:
    return smtp(
        tls=tls,
        capabilities=_CLOSED_SMTP,
        capabilities_after=after,
        starttls_reply=reply,
        injected=injected,
    )


def _endless_page(tls: ssl.SSLContext) -> Script:
    """A page that goes on as long as anybody reads."""

    async def script(peer: Peer) -> None:
        await peer.start_tls(tls)
        while await peer.line():
            pass
        await peer.send("HTTP/1.1 200 OK", "Content-Type: text/xml", "")
        while True:
            await peer.send("<clientConfig>" * 1000)
            await peer.pause(0.001)  # the other scripts have their turn

    return script


SCRIPTS: Mapping[str, Callable[[Role], Script]] = {
    "slow": lambda role: slow_greeting(SLOW, _mx(role)),
    "silent": lambda role: silence(),
    "endless": lambda role: endless_line(),
    "chatter": lambda role: endless_lines(),
    "injection": lambda role: smtp(name=role.name, tls=role.tls, injected="250 2.1.0 Injected"),
    "escapes": lambda role: smtp(
        name=role.name, tls=role.tls, greeting=(f"220 {role.name} {HOSTILE}",)
    ),
    "454": lambda role: smtp(name=role.name, tls=role.tls, starttls_reply="454 4.7.0 No TLS now"),
    "no-tls": _smtp_in_clear,
    "helo": lambda role: smtp(name=role.name, knows_ehlo=False),
    "other-name": lambda role: smtp(
        name=role.name, tls=role.tls, greeting=("220 mail.inside.example ESMTP",)
    ),
    "nameless": lambda role: smtp(name=role.name, tls=role.tls, greeting=("220 ESMTP ready",)),
    "auth": lambda role: smtp(
        name=role.name,
        tls=role.tls,
        greeting=(f"220 {role.name} ESMTP",),
        capabilities=_CLOSED_SMTP,
        capabilities_after=_OPEN_SMTP,
    ),
    "auth-in-clear": lambda role: smtp(
        name=role.name, tls=role.tls, greeting=(f"220 {role.name} ESMTP",), capabilities=_OPEN_SMTP
    ),
    "450": lambda role: says("450 4.7.1 Not now, try again"),
    "421": lambda role: busy(),
    "554": lambda role: rejecting(),
    "web-in-clear": lambda role: web_server(),
    "web-endless": lambda role: _endless_page(role.tls),
    "imap-sound": lambda role: _imap(role.tls),
    "imap-denied": lambda role: _imap(role.tls, reply="NO no TLS now"),
    "imap-injection": lambda role: _imap(role.tls, injected="* OK injected"),
    "imap-no-tls": _imap_in_clear,
    "imap-old-tls": lambda role: _imap(role.old_tls),
    "imap-no-login": lambda role: _imap(role.tls, after=_CLOSED_IMAP),
    "imap-oauth": lambda role: _imap(role.tls, after=_OAUTH_IMAP),
    "pop3-sound": lambda role: _pop3(role.tls),
    "pop3-denied": lambda role: _pop3(role.tls, reply="-ERR no TLS now"),
    "pop3-injection": lambda role: _pop3(role.tls, injected="+OK injected"),
    "pop3-no-tls": _pop3_in_clear,
    "pop3-old-tls": lambda role: _pop3(role.old_tls),
    "pop3-no-login": lambda role: _pop3(role.tls, after=_CLOSED_POP3),
    "pop3-oauth": lambda role: _pop3(role.tls, after=_OAUTH_POP3),
    "submission-sound": lambda role: _submission(role.tls),
    "submission-denied": lambda role: _submission(role.tls, reply="454 4.7.0 No TLS now"),
    "submission-injection": lambda role: _submission(role.tls, injected="250 2.1.0 Injected"),
    "submission-no-tls": _smtp_in_clear,
    "submission-old-tls": lambda role: _submission(role.old_tls),
    "submission-no-login": lambda role: _submission(role.tls, after=_CLOSED_SMTP),
    "submission-oauth": lambda role: _submission(role.tls, after=_OAUTH_SMTP),
    "submission-clear": lambda role: smtp(tls=role.tls, capabilities=_OPEN_SMTP),
}


def scripted(folder: Path, plan: Plan, pki: Pki) -> Program:
    """All of the plan's scripted servers in one process."""
    home = room(folder, "scripted")
    places = [
        {
            "address": address,
            "port": server.port,
            "name": place.host.name,
            "script": server.script,
            "certificate": str(pki.shown(place.host)),
        }
        for place in plan.places
        for server in place.host.servers
        if isinstance(server, Scripted)
        for address in ((place.ipv4,) if server.only_ipv4 else place.addresses)
    ]
    (home / "places.json").write_text(json.dumps(places))
    argv = (sys.executable, "-m", "tests.laboratory.scripted", str(home / "places.json"))
    listens = tuple((str(place["address"]), int(str(place["port"]))) for place in places)
    return Program("scripted", argv, listens)


async def _play(path: Path) -> None:
    async with AsyncExitStack() as stack:
        for place in json.loads(path.read_text()):
            script = SCRIPTS[place["script"]](Role(place["name"], place["certificate"]))
            server = mail_server(script, host=place["address"], port=place["port"])
            await stack.enter_async_context(server)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_play(Path(sys.argv[1])))
