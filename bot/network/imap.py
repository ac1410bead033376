"""IMAP spoken up to the login: greeting, CAPABILITY, STARTTLS, CAPABILITY, LOGOUT (RFC 9051)."""

from bot.formats.imap_reply import ImapLine, ImapStatus, parse_imap_line
from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.session import Session, Speaker
from bot.network.talk import Stage


class Imap(Speaker):
    """A client that never logs in."""

    FAREWELL = b"z LOGOUT"

    async def converse(self, session: Session) -> None:
        """From the greeting to the last CAPABILITY."""
        async with session.stage(Stage.GREETING, session.times.greeting):
            greeting = _read_greeting(await session.read())
            session.note(greeting=clean(greeting.text))
            _refuse_goodbye(greeting)
        if greeting.capabilities is not None:
            self._note(session, greeting.capabilities)  # said without being asked
        else:
            await self._ask(session)
        # Whom the server knows already cannot begin TLS (RFC 9051 section 6.2.1).
        may_start = session.order.starttls and greeting.status is ImapStatus.OK
        if session.is_in_tls or not may_start or not session.talk.starttls_offered:
            return
        async with session.stage(Stage.STARTTLS, session.times.command):
            reply, _ = await _command(session, "b", "STARTTLS")
            _expect_ok(reply)
            session.note_injection()
        await session.handshake(Stage.HANDSHAKE)
        # What was said before TLS no longer counts (RFC 9051 section 6.2.1).
        await self._ask(session)

    async def _ask(self, session: Session) -> None:
        stage = Stage.CAPABILITIES_AFTER if session.is_in_tls else Stage.CAPABILITIES
        async with session.stage(stage, session.times.command):
            reply, capabilities = await _command(session, "a", "CAPABILITY")
            _expect_ok(reply)
            if capabilities is None:
                raise NetworkError(Trouble.GARBAGE, "no capabilities")
            self._note(session, capabilities)

    def _note(self, session: Session, capabilities: tuple[str, ...]) -> None:
        session.note_capabilities(capabilities)
        if not session.is_in_tls:
            offered = "STARTTLS" in map(str.upper, capabilities)
            session.note(starttls_offered=offered)


def _read_greeting(line: str) -> ImapLine:
    greeting = parse_imap_line(line)
    if greeting.tag != "*" or greeting.status not in (
        ImapStatus.OK,
        ImapStatus.PREAUTH,
        ImapStatus.BYE,
    ):
        raise NetworkError(Trouble.GARBAGE, clean(line, 200))
    return greeting


def _refuse_goodbye(line: ImapLine) -> None:
    if line.status is ImapStatus.BYE:
        detail = clean(f"BYE [{line.code}] {line.text}" if line.code else f"BYE {line.text}")
        # UNAVAILABLE and INUSE pass by themselves (RFC 5530 section 3).
        later = line.code.upper() in ("UNAVAILABLE", "INUSE", "LIMIT")
        raise NetworkError(Trouble.TRY_LATER if later else Trouble.REJECTED, detail)


async def _command(
    session: Session, tag: str, command: str
) -> tuple[ImapLine, tuple[str, ...] | None]:
    """Say a command; its tagged reply, and the capabilities told on the way."""
    session.send(f"{tag} {command}")
    capabilities = None
    while True:
        line = parse_imap_line(await session.read())
        if line.capabilities is not None:
            capabilities = line.capabilities
        if line.tag == tag:
            return line, capabilities
        _refuse_goodbye(line)


def _expect_ok(line: ImapLine) -> None:
    if line.status is not ImapStatus.OK:
        word = line.status or line.name
        code = f"[{line.code}] " if line.code else ""
        raise NetworkError(Trouble.REJECTED, clean(f"{word} {code}{line.text}"))
