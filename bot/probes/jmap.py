"""JMAP (RFC 8620 section 2.2): can programs find it by the SRV record or the well-known address?"""

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.json_object import parse_json_object
from bot.model.finding import Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer, SrvRecord, Status
from bot.network.errors import CertificateError, NetworkError
from bot.network.fetched import Fetched
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, is_there

PORT = 443
MOST_BYTES = 65_536
MOST_REDIRECTS = 3
MOST_SERVERS = 2

_SECTION = "RFC 8620 section 2.2"
OFFERED = Kind("jmap.offered", Severity.OK, frozenset({"url"}), _SECTION)
NOT_OFFERED = Kind("jmap.not-offered", Severity.NOTICE, reference="RFC 2782")
NONE = Kind("jmap.none", Severity.NOTICE, frozenset({"url"}), _SECTION)
MISSING = Kind("jmap.missing", Severity.WARNING, frozenset({"url", "status"}), _SECTION)
CLOSED = Kind("jmap.closed", Severity.WARNING, frozenset({"host"}), _SECTION)
CERTIFICATE = Kind("jmap.certificate", Severity.WARNING, frozenset({"host", "detail"}), _SECTION)


@dataclass(frozen=True, slots=True)
class Asked:
    """One address that was asked, and what came."""

    host: str
    url: str
    answer: Fetched | NetworkError
    locks_everything: bool = False  # it asks for a password wherever one knocks

    @property
    def is_jmap(self) -> bool:
        """Whether it wants a login, as JMAP does, or shows a session (section 2)."""
        if isinstance(self.answer, NetworkError):
            return False
        if self.answer.status == 401:
            return not self.locks_everything
        return self.answer.status == 200 and _is_session(self.answer.body)


@dataclass(frozen=True, slots=True)
class JmapFacts:
    """What the SRV record says, and what the well-known address answers."""

    look: Look
    srv: Answer[SrvRecord] | NetworkError
    asked: tuple[Asked, ...] = ()
    exists: bool = True

    @property
    def is_promised(self) -> bool:
        """Whether DNS names a server."""
        return isinstance(self.srv, Answer) and any(record.target for record in self.srv.records)


async def gather(network: Network, look: Look) -> JmapFacts:
    """The SRV record; then its servers, or the domain itself where there is none."""
    if look.is_address:
        return JmapFacts(look, Answer(look.name, Status.NO_DATA))
    mx = network.dns.mx(look.name)  # of every probe's questions the one that is surely asked
    srv = await attempt(network.dns.srv(f"_jmap._tcp.{look.name}"))
    if not is_there(await attempt(mx)):
        return JmapFacts(look, srv, exists=False)
    records = srv.records if isinstance(srv, Answer) else ()
    if records and not any(record.target for record in records):
        return JmapFacts(look, srv)
    servers = [(record.target, record.port) for record in records if record.target]
    wanted = servers[:MOST_SERVERS] or [(look.name, PORT)]
    asked = await asyncio.gather(
        *(ask(network, host, port, is_promised=bool(servers)) for host, port in wanted)
    )
    return JmapFacts(look, srv, tuple(asked))


async def ask(network: Network, host: str, port: int, *, is_promised: bool, url: str = "") -> Asked:
    """Ask a host at the address that somebody names, else at the well-known one."""
    url = url or _url(host, port, "jmap")
    answer = await attempt(_fetch(network, url))
    locks = False
    if not is_promised and isinstance(answer, Fetched) and answer.status == 401:
        # Where nobody has promised JMAP, a website behind a password would look like one.
        other = await attempt(_fetch(network, _url(host, port, secrets.token_hex(8))))
        locks = not isinstance(other, Fetched) or other.status == 401
    return Asked(host, url, answer, locks)


def _url(host: str, port: int, page: str) -> str:
    place = host if port == 443 else f"{host}:{port}"
    return f"https://{place}/.well-known/{page}"


async def _fetch(network: Network, url: str) -> Fetched:
    return await network.fetch(url, max_bytes=MOST_BYTES, max_redirects=MOST_REDIRECTS)


def _is_session(body: bytes) -> bool:
    try:
        session = parse_json_object(body, MOST_BYTES)
    except FormatError:
        return False
    return {"capabilities", "apiUrl"} <= session.keys()


def judge(facts: JmapFacts) -> Iterator[Statement]:
    """JMAP is an extra: only a promise that is not kept is a fault."""
    subject = facts.look.shown
    if facts.look.is_address:
        yield Gap(subject, Trouble.NO_ADDRESS)
        return
    if not facts.exists:
        yield Gap(subject, Trouble.NO_NAME)
        return
    if isinstance(facts.srv, NetworkError):
        yield gap(f"_jmap._tcp.{subject}", facts.srv)
    elif facts.srv.records and not facts.is_promised:
        yield NOT_OFFERED(subject)
    for asked in facts.asked:
        if asked.is_jmap:
            yield OFFERED(subject, url=asked.url)
        elif facts.is_promised:
            yield _broken(subject, asked)
        elif facts.look.is_asked:
            yield _absent(subject, asked)


def _broken(subject: str, asked: Asked) -> Statement:
    """What keeps a promised server from being one."""
    answer, host = asked.answer, shown(asked.host)
    if isinstance(answer, CertificateError):
        return CERTIFICATE(subject, host=host, detail=answer.fault.value)
    if isinstance(answer, NetworkError):
        is_refused = answer.trouble is Trouble.REFUSED
        return CLOSED(subject, host=host) if is_refused else gap(host, answer)
    if answer.status == 429 or answer.status >= 500:
        return Gap(host, Trouble.TRY_LATER, f"HTTP {answer.status}")
    return MISSING(subject, url=asked.url, status=answer.status)


def _absent(subject: str, asked: Asked) -> Statement:
    """Where nobody has promised anything, whatever is no JMAP only means that there is none."""
    answer = asked.answer
    is_open = isinstance(answer, NetworkError) and answer.trouble in _HIDES
    if is_open and isinstance(answer, NetworkError):
        return gap(shown(asked.host), answer)
    return NONE(subject, url=asked.url)


# Behind these a server might stand all the same.
_HIDES = frozenset({Trouble.TIMEOUT, Trouble.SERVFAIL, Trouble.BOGUS, Trouble.DNS_REFUSED})

PROBE = Probe(
    "jmap",
    gather,
    judge,
    kinds=(OFFERED, NOT_OFFERED, NONE, MISSING, CLOSED, CERTIFICATE),
    seconds=15.0,
)
