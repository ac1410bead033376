"""SMTP servers that behave as no real one would, at addresses of the laboratory.

Run as a program inside it, with a file that says which script is played where.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from tests.doubles.mailserver import (
    HOSTILE,
    Peer,
    Script,
    busy,
    endless_line,
    endless_lines,
    mail_server,
    rejecting,
    silence,
    slow_greeting,
    smtp,
)
from tests.laboratory.pki import Pki
from tests.laboratory.plan import Plan, Scripted
from tests.laboratory.program import Program, room

SLOW = 5.2  # seconds; from 5 on it is worth a word


def _ordinary(name: str, tls: ssl.SSLContext) -> Script:
    return smtp(name=name, tls=tls, greeting=(f"220 {name} ESMTP",))


def _stays_in_clear(name: str) -> Script:
    """Gives the go-ahead, and answers the handshake in words."""

    async def script(peer: Peer) -> None:
        await peer.send(f"220 {name} ESMTP")
        while True:
            match (await peer.line()).partition(" ")[0].upper():
                case "EHLO":
                    await peer.send(f"250-{name}", "250 STARTTLS")
                case "STARTTLS":
                    await peer.send("220 2.0.0 Ready to start TLS")
                    await peer.pause(0.2)  # at once, it would be words smuggled in
                    await peer.send("500 5.5.1 What?")
                    await peer.silence()
                case _:
                    await peer.send("221 2.0.0 Bye")
                    return

    return script


SCRIPTS: dict[str, Callable[[str, ssl.SSLContext], Script]] = {
    "slow": lambda name, tls: slow_greeting(SLOW, _ordinary(name, tls)),
    "silent": lambda name, tls: silence(),
    "endless": lambda name, tls: endless_line(),
    "chatter": lambda name, tls: endless_lines(),
    "injection": lambda name, tls: smtp(name=name, tls=tls, injected="250 2.1.0 Injected"),
    "escapes": lambda name, tls: smtp(name=name, tls=tls, greeting=(f"220 {name} {HOSTILE}",)),
    "454": lambda name, tls: smtp(name=name, tls=tls, starttls_reply="454 4.7.0 No TLS now"),
    "no-tls": lambda name, tls: _stays_in_clear(name),
    "helo": lambda name, tls: smtp(name=name, knows_ehlo=False),
    "421": lambda name, tls: busy(),
    "554": lambda name, tls: rejecting(),
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
        for address in place.addresses
    ]
    (home / "places.json").write_text(json.dumps(places))
    argv = (sys.executable, "-m", "tests.laboratory.scripted", str(home / "places.json"))
    listens = tuple((str(place["address"]), int(str(place["port"]))) for place in places)
    return Program("scripted", argv, listens)


async def _play(path: Path) -> None:
    async with AsyncExitStack() as stack:
        for place in json.loads(path.read_text()):
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(place["certificate"])
            script = SCRIPTS[place["script"]](place["name"], tls)
            server = mail_server(script, host=place["address"], port=place["port"])
            await stack.enter_async_context(server)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_play(Path(sys.argv[1])))
