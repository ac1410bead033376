"""Writes down every question and conversation of one check; each is written once."""

from time import monotonic

import dns.rdatatype

from bot.model.trace import Traced
from bot.network.authority import ServerAnswer
from bot.network.clean import clean
from bot.network.dns_message import Reply
from bot.network.errors import NetworkError
from bot.network.question import Question
from bot.network.records import read_presentation
from bot.network.settings import IPAddress
from bot.network.talk import ServerTalk

_MOST = 1000
_MOST_RECORDS = 40
_LONGEST = 500  # characters of a record
_DONE = "done"


class Trace:
    """Begun with the check. Probes that ask the same share one answer, and one line here."""

    def __init__(self) -> None:
        self._started = monotonic()
        self._seen: dict[tuple[str, str, str], Traced] = {}

    @property
    def entries(self) -> tuple[Traced, ...]:
        """All that was written down, by the time when it began."""
        return tuple(sorted(self._seen.values(), key=lambda entry: entry.at))

    def dns(
        self, question: Question, began: float, outcome: Reply | NetworkError, age: float = 0.0
    ) -> None:
        """A question to the resolver."""
        if isinstance(outcome, NetworkError):
            self._note("dns", _words(question), str(outcome.trouble), began, (outcome.detail,))
            return
        records = outcome.records[:_MOST_RECORDS]
        lines = [f"CNAME {alias}" for alias in outcome.aliases]
        lines += [
            f"{dns.rdatatype.to_text(data.rdtype)} {read_presentation(data)[:_LONGEST]}"
            for data in records
        ]
        if outcome.records:
            lines.append(f"TTL {outcome.ttl}{', AD' if outcome.authenticated else ''}")
        lines += outcome.way
        self._note("dns", _words(question), str(outcome.status), began, tuple(lines), age=age)

    def name_server(
        self, address: IPAddress, question: Question, began: float, outcome: ServerAnswer
    ) -> None:
        """A question to a domain's own name server."""
        result = str(outcome.status) if outcome.status else "none"
        lines = (*outcome.records, "AA") if outcome.is_authoritative else outcome.records
        detail = (outcome.detail,) if outcome.detail else ()
        self._note(
            "name-server", f"{_words(question)} @{address}", result, began, (*lines, *detail)
        )

    def talk(self, talk: ServerTalk, began: float, offered: str = "") -> None:
        """A conversation with a mail server; `offered`: what of TLS, where not all of it."""
        host = talk.host if talk.host == talk.address else f"{talk.host} [{talk.address}]"
        failure = talk.failure
        result = f"{failure.trouble} at {failure.stage}" if failure else _DONE
        lines = talk.transcript
        if failure and failure.detail:
            lines = (*lines, f"-: {failure.detail}")
        how = " TLS" if talk.implicit_tls else ""
        times = tuple((str(stage), seconds) for stage, seconds in talk.timings)
        subject = f"{host}:{talk.port}{how}{offered}"
        spoken = talk.spoken_at
        self._note(str(talk.protocol), subject, result, began, lines, times, talk.age, spoken)

    def https(self, url: str, began: float, result: str, lines: tuple[str, ...] = ()) -> None:
        """A file fetched."""
        self._note("https", clean(url), result, began, tuple(clean(line) for line in lines))

    def ping(self, address: IPAddress, began: float, result: str) -> None:
        """A round trip."""
        self._note("ping", str(address), result, began, ())

    def _note(
        self,
        kind: str,
        subject: str,
        result: str,
        began: float,
        lines: tuple[str, ...],
        times: tuple[tuple[str, float], ...] = (),
        age: float = 0.0,
        spoken_at: tuple[float, ...] = (),
    ) -> None:
        key = (kind, subject, result)
        if key in self._seen or len(self._seen) >= _MOST:
            return
        at, took = max(0.0, began - self._started), monotonic() - began
        shown = tuple(line for line in lines if line)
        self._seen[key] = Traced(at, kind, subject, result, took, shown, times, spoken_at, age)


def _words(question: Question) -> str:
    """The name and the type; the root is a dot."""
    text = str(question)
    return f".{text}" if text.startswith(" ") else text
