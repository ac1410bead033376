"""ManageSieve spoken up to the login: greeting, STARTTLS, capabilities, LOGOUT (RFC 5804)."""

from bot.formats.sieve_reply import (
    LARGEST_LITERAL,
    SieveCapability,
    SieveReply,
    SieveStatus,
    literal_length,
    parse_sieve_line,
    quote,
)
from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.session import Session, Speaker
from bot.network.talk import Stage


class Sieve(Speaker):
    """A client that never logs in."""

    FAREWELL = b"LOGOUT"

    async def converse(self, session: Session) -> None:
        """From the greeting, which holds the capabilities, to those inside TLS."""
        async with session.stage(Stage.GREETING, session.times.greeting):
            await _greeting(session)
        if session.is_in_tls or not session.order.starttls or not session.talk.starttls_offered:
            return
        async with session.stage(Stage.STARTTLS, session.times.command):
            session.send("STARTTLS")
            _expect_ok(await _reply(session))
            session.note_injection()
        await session.handshake(Stage.HANDSHAKE)
        # The server says them again by itself (section 2.2).
        async with session.stage(Stage.CAPABILITIES_AFTER, session.times.command):
            capabilities = await _capabilities(session)
        session.note_capabilities(tuple(each.words for each in capabilities))


async def _greeting(session: Session) -> None:
    capabilities = await _capabilities(session)
    by_name = {each.name: each.value or "" for each in capabilities}
    session.note(greeting=clean(by_name.get("IMPLEMENTATION", "")))
    session.note_capabilities(tuple(each.words for each in capabilities))
    if not session.is_in_tls:
        session.note(starttls_offered="STARTTLS" in by_name)


async def _capabilities(session: Session) -> list[SieveCapability]:
    """Everything up to the OK."""
    found: list[SieveCapability] = []
    while isinstance(line := await _line(session), SieveCapability):
        found.append(line)
    _expect_ok(line)
    return found


async def _reply(session: Session) -> SieveReply:
    line = await _line(session)
    if isinstance(line, SieveCapability):
        raise NetworkError(Trouble.GARBAGE, clean(line.words, 200))
    return line


async def _line(session: Session) -> SieveReply | SieveCapability:
    """One line, with its literals put in place."""
    text = await session.read()
    while (length := literal_length(text)) is not None:
        head = text[: text.rindex("{")]
        body, rest = await _literal(session, length)
        text = f"{head}{quote(body)}{rest}"
        if len(text) > 2 * LARGEST_LITERAL:
            raise NetworkError(Trouble.TOO_LONG)
    return parse_sieve_line(text)


async def _literal(session: Session, length: int) -> tuple[str, str]:
    """So many octets, which may hold line ends; and what follows them on the same line."""
    data = (await session.read()).encode()
    while len(data) < length:
        data += b"\r\n" + (await session.read()).encode()
    return data[:length].decode(errors="replace"), data[length:].decode(errors="replace")


def _expect_ok(reply: SieveReply) -> None:
    if reply.status is SieveStatus.OK:
        return
    code = f"({reply.code}) " if reply.code else ""
    detail = clean(f"{reply.status} {code}{reply.text}")
    raise NetworkError(Trouble.TRY_LATER if reply.is_temporary else Trouble.REJECTED, detail)
