"""POP3 spoken up to the login: greeting, CAPA, STLS, CAPA, QUIT (RFC 1939, 2449, 2595)."""

from bot.formats.pop3_reply import Pop3Reply, parse_pop3_line, parse_pop3_lines
from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.session import Session, Speaker
from bot.network.talk import Stage


class Pop3(Speaker):
    """A client that never logs in."""

    FAREWELL = b"QUIT"

    async def converse(self, session: Session) -> None:
        """From the greeting to the last CAPA."""
        async with session.stage(Stage.GREETING, session.times.greeting):
            greeting = parse_pop3_line(await session.read())
            session.note(greeting=clean(greeting.text))
            _expect_ok(greeting)
        knows_capa = await self._capa(session)
        if session.is_in_tls or not session.order.starttls:
            return
        if knows_capa and not session.talk.starttls_offered:
            return
        async with session.stage(Stage.STARTTLS, session.times.command):
            session.send("STLS")
            reply = parse_pop3_line(await session.read())
            if not knows_capa and not reply.is_ok:
                return  # it has not offered anything, we only tried
            session.note(starttls_offered=True)
            _expect_ok(reply)
            session.note_injection()
        await session.handshake(Stage.HANDSHAKE)
        await self._capa(session)

    async def _capa(self, session: Session) -> bool:
        """Ask what the server can do; False when it does not know the question (RFC 2449)."""
        stage = Stage.CAPABILITIES_AFTER if session.is_in_tls else Stage.CAPABILITIES
        async with session.stage(stage, session.times.command):
            session.send("CAPA")
            reply = parse_pop3_line(await session.read())
            if not reply.is_ok:
                session.note_capabilities(())
                return False
            lines = [await session.read()]
            while lines[-1] != ".":
                lines.append(await session.read())
            words = parse_pop3_lines(lines)
            session.note_capabilities(words)
            if not session.is_in_tls:
                offered = any(word.upper().split() == ["STLS"] for word in words)
                session.note(starttls_offered=offered)
        return True


def _expect_ok(reply: Pop3Reply) -> None:
    if not reply.is_ok:
        detail = clean(f"-ERR [{reply.code}] {reply.text}" if reply.code else f"-ERR {reply.text}")
        raise NetworkError(Trouble.TRY_LATER if reply.is_temporary else Trouble.REJECTED, detail)
