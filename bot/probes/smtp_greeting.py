"""What an MX host says of itself: its name (RFC 5321 section 4.2), its extensions, its logins."""

import re
from collections.abc import Iterator, Sequence

from bot.model.finding import Kind, Param, Severity
from bot.network.talk import ServerTalk
from bot.probes.names import shown
from bot.probes.probe import join
from bot.probes.remarks import Remark, remark
from bot.probes.reverse import Reverse

NAMELESS = Kind("smtp.greeting-nameless", Severity.NOTICE, reference="RFC 5321 section 4.2")
OTHER_NAME = Kind(
    "smtp.greeting-name", Severity.NOTICE, frozenset({"name", "names"}), "RFC 5321 section 4.3.1"
)
LOGIN = Kind("smtp.auth", Severity.NOTICE, frozenset({"login"}), "RFC 8314 section 3.3")
LOGIN_IN_CLEAR = Kind(
    "smtp.auth-in-clear", Severity.WARNING, frozenset({"login"}), "RFC 4954 section 4"
)
KINDS = (NAMELESS, OTHER_NAME, LOGIN, LOGIN_IN_CLEAR)

_NAME = re.compile(
    r"(?=.{1,253}\.?$)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})\.)+[A-Za-z0-9-]{2,63}\.?"
)
_LITERAL = re.compile(r"\[[0-9A-Za-z.:]+\]")
# Extensions that decide what mail gets through, in the order in which they are told.
_EXTENSIONS = ("8BITMIME", "SMTPUTF8", "PIPELINING", "CHUNKING", "DSN", "REQUIRETLS")
_MEGABYTE = 1024 * 1024
_PASSWORD_IN_CLEAR = frozenset({"PLAIN", "LOGIN"})


def judge_greeting(talk: ServerTalk, reverses: Sequence[Reverse]) -> Iterator[Remark]:
    """The name in the greeting against the address's own, where that is beyond doubt."""
    if talk.greeting is None or talk.greeting_code != 220:
        return
    name = talk.greeting.split(" ", 1)[0]
    if _LITERAL.fullmatch(name):
        return
    if not _NAME.fullmatch(name):
        yield remark(NAMELESS, talk)
        return
    known = [
        name
        for reverse in reverses
        if str(reverse.address) == talk.address
        for name in reverse.confirmed
    ]
    if known and name.lower().rstrip(".") not in {one.lower().rstrip(".") for one in known}:
        yield remark(OTHER_NAME, talk, name=shown(name.lower()), names=join(map(shown, known)))


def judge_logins(talk: ServerTalk) -> Iterator[Remark]:
    """People log in at other ports; with a password in the clear they should nowhere."""
    before, after = logins(talk.capabilities or ()), logins(talk.capabilities_after or ())
    clear = [name for name in before if name in _PASSWORD_IN_CLEAR]
    if clear:
        yield remark(LOGIN_IN_CLEAR, talk, login=join(clear))
    elif before or after:
        yield remark(LOGIN, talk, login=join(after or before))


def logins(words: Sequence[str]) -> tuple[str, ...]:
    """The SASL mechanisms of an EHLO answer, also in the form of old programs (`AUTH=`)."""
    upper = [word.upper() for word in words]
    found = [word[5:].replace("=", " ").split() for word in upper if word[:5] in ("AUTH ", "AUTH=")]
    return tuple(dict.fromkeys(name for names in found for name in names))


def extensions(talk: ServerTalk) -> dict[str, Param]:
    """The largest message, and which extensions are not offered."""
    words = talk.capabilities_after or talk.capabilities or ()
    offered = {word.upper().split()[0] for word in words if word.split()}
    return {
        "size": _size(words),
        "missing": join(name for name in _EXTENSIONS if name not in offered),
    }


def _size(words: Sequence[str]) -> str:
    """RFC 1870: in bytes; nothing or 0 where no fixed limit is told."""
    for word in words:
        name, _, value = word.partition(" ")
        value = value.strip()
        if name.upper() == "SIZE" and value.isascii() and value.isdigit() and len(value) <= 20:
            size = int(value)
            return f"{max(1, round(size / _MEGABYTE))} MB" if size else "–"
    return "–"
