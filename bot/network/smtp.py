"""SMTP spoken as a stranger at the door: greeting, EHLO, STARTTLS, EHLO, QUIT (RFC 5321, 3207).

No VRFY, EXPN, MAIL or RCPT: nobody's mail is touched.
"""

from bot.formats.smtp_reply import SmtpReply, parse_smtp_line, parse_smtp_reply
from bot.model.trouble import Trouble
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.session import Session, Speaker
from bot.network.talk import Stage

# "Unknown command" in its dialects (RFC 5321 sections 4.1.1.1 and 4.2.4).
_KNOWS_NO_EHLO = frozenset({500, 502, 504})


class Smtp(Speaker):
    """A client of an MTA or an MSA."""

    FAREWELL = b"QUIT"

    async def converse(self, session: Session) -> None:
        """From the greeting to the last EHLO."""
        async with session.stage(Stage.GREETING, session.times.greeting):
            # The whole of it: speaking before the last line is what postscreen waits for.
            greeting = await _read(session)
            session.note(greeting=clean(greeting.text), greeting_code=greeting.code)
            _expect(greeting, 220)
        await self._ehlo(session)
        if session.is_in_tls or not session.order.starttls or not session.talk.starttls_offered:
            return
        async with session.stage(Stage.STARTTLS, session.times.command):
            session.send("STARTTLS")
            reply = await _read(session)
            session.note(starttls_code=reply.code)
            _expect(reply, 220)
            session.note_injection()
        await session.handshake(Stage.HANDSHAKE)
        if session.order.old_tls:
            return  # the handshake was the question
        await self._ehlo(session)

    async def _ehlo(self, session: Session) -> None:
        stage = Stage.CAPABILITIES_AFTER if session.is_in_tls else Stage.CAPABILITIES
        async with session.stage(stage, session.times.command):
            session.send(f"EHLO {session.ehlo_name}")
            reply = await _read(session)
            if reply.code in _KNOWS_NO_EHLO:
                session.note(has_ehlo=False)
                session.send(f"HELO {session.ehlo_name}")
                reply = await _read(session)
            _expect(reply, 250)
            # The first line is the server's name (RFC 5321 section 4.1.1.1).
            words = reply.lines[1:] if session.talk.has_ehlo else ()
            session.note_capabilities(words)
            if not session.is_in_tls:
                offered = any(word.split()[:1] == ["STARTTLS"] for word in map(str.upper, words))
                session.note(starttls_offered=offered)


async def _read(session: Session) -> SmtpReply:
    lines: list[str] = []
    while True:
        line = await session.read()
        lines.append(line)
        if parse_smtp_line(line).is_last:
            return parse_smtp_reply(lines)


def _expect(reply: SmtpReply, code: int) -> None:
    """Anything but `code` ends the conversation."""
    if reply.code == code:
        return
    detail = clean(f"{reply.code} {reply.text}")
    match reply.code // 100:
        case 4:
            raise NetworkError(Trouble.TRY_LATER, detail)
        case 5:
            raise NetworkError(Trouble.REJECTED, detail)
    raise NetworkError(Trouble.GARBAGE, detail)
