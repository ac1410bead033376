"""What one conversation shows of a server that people log in to: its ways of logging in."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.network.talk import Protocol, ServerTalk
from bot.probes.mailbox_kinds import ServiceKinds
from bot.probes.probe import join
from bot.probes.remarks import Remark, remark
from bot.probes.servers import judge_talk


def remarks(kinds: ServiceKinds, talk: ServerTalk, now: datetime) -> Iterator[Remark]:
    """What one conversation shows of a server that people log in to."""
    yield from judge_talk(kinds.server, talk, now)
    before = logins(talk, talk.capabilities)
    clear = [name for name in before if name in _IN_THE_CLEAR]
    # Without STARTTLS that finding says it already, and more.
    if clear and talk.starttls_offered and not talk.implicit_tls:
        yield remark(kinds.plain_login, talk, login=join(clear))
    if talk.tls is None or not talk.capabilities_after:
        return
    after = logins(talk, talk.capabilities_after)
    if not after:
        yield remark(kinds.no_login, talk)
    elif set(after) <= _OAUTH:
        yield remark(kinds.oauth_only, talk, login=join(after))


_IN_THE_CLEAR = frozenset({"PLAIN", "LOGIN", "USER"})
_OAUTH = frozenset({"XOAUTH2", "OAUTHBEARER"})


def logins(talk: ServerTalk, capabilities: Sequence[str] | None) -> tuple[str, ...]:
    """The ways to log in: SASL mechanisms, and the protocols' own LOGIN and USER."""
    found: list[str] = []
    words = [word.upper() for word in capabilities or ()]
    for word in words:
        match talk.protocol:
            case Protocol.IMAP if word.startswith("AUTH="):
                found.append(word.removeprefix("AUTH="))
            case Protocol.POP3 | Protocol.SIEVE if word.startswith("SASL "):
                found += word.split()[1:]
            case Protocol.POP3 if word == "USER":
                found.append(word)
            case Protocol.SMTP if word.startswith(("AUTH ", "AUTH=")):
                found += word[5:].replace("=", " ").split()
    if talk.protocol is Protocol.IMAP and words and "LOGINDISABLED" not in words:
        found.append("LOGIN")
    return tuple(dict.fromkeys(found))
