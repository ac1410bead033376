"""SMTP servers that behave as no real one would; each script is one function.

Run as a program inside the laboratory, with a file of what to do at which address.
"""

import asyncio
import contextlib
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from tests.laboratory.pki import Pki
from tests.laboratory.plan import Plan, Scripted
from tests.laboratory.program import Program, room

SLOW = 5.2  # seconds; from 5 on it is worth a word


class Session:
    """One client, and the TLS that this server could offer it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tls: ssl.SSLContext
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._tls = tls

    async def say(self, text: str) -> None:
        """Send the text as it is."""
        self._writer.write(text.encode())
        await self._writer.drain()

    async def hear(self) -> str:
        """The next command's verb; "" when the client is gone."""
        line = await self._reader.readline()
        return line.split()[0].decode("latin-1").upper() if line.split() else ""

    async def secure(self) -> None:
        """Do what STARTTLS promised."""
        await self._writer.start_tls(self._tls)

    async def serve(
        self, name: str, go_ahead: str = "220 2.0.0 Ready\r\n", *, keeps_word: bool = True
    ) -> None:
        """An ordinary conversation after the greeting."""
        offer = "250-STARTTLS\r\n"
        while verb := await self.hear():
            match verb:
                case "EHLO":
                    await self.say(f"250-{name}\r\n{offer}250 8BITMIME\r\n")
                case "STARTTLS":
                    await self.say(go_ahead)
                    if keeps_word:
                        await self.secure()
                        offer = ""
                case "QUIT":
                    await self.say("221 2.0.0 Bye\r\n")
                    return
                case _:
                    await self.say("502 5.5.2 Not here\r\n")


async def slow(session: Session, name: str) -> None:
    """Greets late, as servers do that wait for spammers to lose patience."""
    await asyncio.sleep(SLOW)
    await session.say(f"220 {name} ESMTP\r\n")
    await session.serve(name)


async def silent(session: Session, name: str) -> None:
    """Takes the call and says nothing."""
    while await session.hear():
        pass


async def endless(session: Session, name: str) -> None:
    """A greeting that never comes to its end."""
    await session.say("220 ")
    while True:
        await session.say("x" * 4096)


async def chatter(session: Session, name: str) -> None:
    """Lines without end: each is a continuation."""
    while True:
        await session.say("220-and another thing\r\n")


async def injection(session: Session, name: str) -> None:
    """More words behind the go-ahead, in the clear, for the client to take as coming from TLS."""
    await session.say(f"220 {name} ESMTP\r\n")
    await session.serve(name, "220 2.0.0 Ready\r\n250 2.1.0 Injected\r\n")


async def denied(session: Session, name: str) -> None:
    """Offers STARTTLS, and has no TLS when it comes to it (RFC 3207 section 4)."""
    await session.say(f"220 {name} ESMTP\r\n")
    await session.serve(name, "454 4.7.0 TLS not available\r\n", keeps_word=False)


async def no_tls(session: Session, name: str) -> None:
    """Gives the go-ahead, and goes on in the clear."""
    await session.say(f"220 {name} ESMTP\r\n")
    await session.serve(name, keeps_word=False)


async def helo(session: Session, name: str) -> None:
    """Speaks as in 1982 (RFC 821)."""
    await session.say(f"220 {name} Simple Mail Transfer Service\r\n")
    answers = {"HELO": f"250 {name}\r\n", "QUIT": "221 Bye\r\n"}
    while verb := await session.hear():
        await session.say(answers.get(verb, "500 Command unrecognized\r\n"))
        if verb == "QUIT":
            return


async def escapes(session: Session, name: str) -> None:
    """A greeting that would like to paint, to ring and to be HTML."""
    art = "<b>bold</b> <script>alert(1)</script> &amp; \x1b[31mred\x1b[2J\x07 \u202etfel \x9b5m"
    await session.say(f"220 {name} {art}\r\n")
    await session.serve(name)


async def busy(session: Session, name: str) -> None:
    """Asks to come back."""
    await session.say(f"421 4.3.2 {name} Too busy, come back later\r\n")


async def rejecting(session: Session, name: str) -> None:
    """Will not talk to us (RFC 5321 section 3.1)."""
    await session.say(f"554 5.7.1 {name} No service for you\r\n")
    while verb := await session.hear():
        await session.say("221 2.0.0 Bye\r\n" if verb == "QUIT" else "503 5.5.1 Only QUIT\r\n")
        if verb == "QUIT":
            return


SCRIPTS: dict[str, Callable[[Session, str], Awaitable[None]]] = {
    "slow": slow,
    "silent": silent,
    "endless": endless,
    "chatter": chatter,
    "injection": injection,
    "escapes": escapes,
    "454": denied,
    "no-tls": no_tls,
    "helo": helo,
    "421": busy,
    "554": rejecting,
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
            "chain": str(pki.shown(place.host).chain),
            "key": str(pki.shown(place.host).key),
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


async def _serve(path: Path) -> None:
    for place in json.loads(path.read_text()):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(place["chain"], place["key"])
        answer = partial(_answer, script=SCRIPTS[place["script"]], name=place["name"], tls=tls)
        await asyncio.start_server(answer, place["address"], place["port"])
    await asyncio.Event().wait()


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    script: Callable[[Session, str], Awaitable[None]],
    name: str,
    tls: ssl.SSLContext,
) -> None:
    # A client may hang up at any moment, and some of these scripts make sure that it does.
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, ValueError):
        await script(Session(reader, writer, tls), name)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
