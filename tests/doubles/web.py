"""A web server on loopback, for what the bot fetches over HTTPS.

async with web_server({"/a": answer(b"text")}, tls=ca.good("firma.pl").context()) as server:
    … f"https://firma.pl:{server.port}/a" …
"""

import ssl
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from tests.doubles.mailserver import MailServer, Peer, Script, mail_server


def answer(
    body: bytes = b"", status: str = "200 OK", content_type: str = "text/plain", **headers: str
) -> bytes:
    """A whole answer with its length told."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    """An answer that points elsewhere."""
    return answer(status=status, Location=location)


def web_server(
    pages: Mapping[str, bytes | Script], *, tls: ssl.SSLContext | None, host: str = "127.0.0.1"
) -> AbstractAsyncContextManager[MailServer]:
    """Run it; a page is the raw answer, or a script for what no server should do."""

    async def script(peer: Peer) -> None:
        while True:
            request = await peer.line()
            while await peer.line():
                pass
            page = pages.get(request.split()[1], answer(b"no such page", "404 Not Found"))
            if isinstance(page, bytes):
                await peer.send_bytes(page)
            else:
                await page(peer)

    return mail_server(script, tls=tls, host=host)
