"""`listonosz knowledge verify`: what was found of each server that the provider files name."""

import json
from typing import TextIO

from bot.knowledge import Knowledge
from bot.knowledge.marks import Failed, Looked, Proved, Untested
from bot.knowledge.provider import FailedServer, MailServer
from bot.knowledge.providers import Marks
from bot.model.language import Language
from bot.model.trouble import Gap, Trouble

NO_WITNESS = "no-witness"  # what was seen is in the detail, and may be our own network's doing
SIGNS = {Proved: "✓", Failed: "✗", Untested: "?"}
STATUS = {Proved: "proved", Failed: "failed", Untested: "untested"}


class VerifyingPage:
    """Prints each look as it comes, and at the end what is marked; or one JSON object."""

    def __init__(
        self, knowledge: Knowledge, language: Language, out: TextIO, *, as_json: bool
    ) -> None:
        self._knowledge = knowledge
        self._language = language
        self._out = out
        self._as_json = as_json
        self._results: list[Looked] = []

    async def told(self, looked: Looked) -> None:
        """One server has been looked at."""
        self._results.append(looked)
        if not self._as_json:
            sign = SIGNS[type(looked.verdict)]
            self._print(f"{sign} {looked.claim.provider}: {self._words(looked)}")

    def end(self, marks: Marks) -> None:
        """Everything has been looked at; `marks` are all that stand now."""
        if self._as_json:
            results = [self._data(looked) for looked in self._results]
            data = {"results": results, "marked": [marked_data(*each) for each in marks.items()]}
            self._print(json.dumps(data, ensure_ascii=False, indent=2))
            return
        counts = {
            name: sum(isinstance(looked.verdict, kind) for looked in self._results)
            for kind, name in STATUS.items()
        }
        self._print("")
        self._print(self._say("summary", **counts))
        for line in marked_lines(marks, self._knowledge, self._language):
            self._print(line)

    def _words(self, looked: Looked) -> str:
        where = place(looked.claim.server)
        match looked.verdict:
            case Proved():
                return where
            case Failed(cause, detail):
                words = self._say(f"cause.{cause}") + (f" ({detail})" if detail else "")
                if looked.history.marked is None:
                    return self._say("failed-once", where=where, cause=words)
                since = looked.history.marked.date().isoformat()
                return self._say("failed-marked", where=where, cause=words, since=since)
            case Untested(reason, detail):
                words = self._reason(looked.claim.server, reason, detail)
                return self._say("untested", where=where, reason=words)

    def _reason(self, server: MailServer, reason: str, detail: str) -> str:
        if reason in set(Trouble):
            gap = Gap(server.host, Trouble(reason), detail)
            return self._knowledge.word_trouble(gap, self._language)
        if reason == NO_WITNESS:
            return self._say(f"reason.{reason}", cause=self._say(f"cause.{detail}"))
        return self._say(f"reason.{reason}")

    def _data(self, looked: Looked) -> dict[str, object]:
        found = server_data(looked.claim.provider, looked.claim.server)
        found["status"] = STATUS[type(looked.verdict)]
        match looked.verdict:
            case Failed(cause, detail):
                found |= {"cause": cause.value, "detail": detail}
            case Untested(reason, detail):
                found |= {"reason": reason, "detail": detail}
        marked = looked.history.marked
        found["marked"] = marked.date().isoformat() if marked else None
        found["text"] = self._words(looked)
        return found

    def _say(self, key: str, /, **params: object) -> str:
        return self._knowledge.phrases.say(f"verify.{key}", self._language, **params)

    def _print(self, text: str) -> None:
        print(text, file=self._out, flush=True)


def place(server: MailServer) -> str:
    """The server in one line, as administrators write it."""
    security = {"tls": "SSL/TLS", "starttls": "STARTTLS"}[server.security]
    return f"{server.protocol} {server.host}:{server.port} {security}"


def server_data(provider: str, server: MailServer) -> dict[str, object]:
    """The claim, for a program."""
    return {
        "provider": provider,
        "protocol": server.protocol,
        "host": server.host,
        "port": server.port,
        "security": server.security.value,
        "auth": [auth.value for auth in server.auth],
    }


def marked_data(claim: tuple[str, MailServer], failed: FailedServer) -> dict[str, object]:
    """A mark, for a program."""
    return {**server_data(*claim), "since": failed.since, "cause": failed.cause.value}


def marked_lines(marks: Marks, knowledge: Knowledge, language: Language) -> list[str]:
    """What the curator has to mend: each server that is believed no more."""
    if not marks:
        return []
    say = knowledge.phrases.say
    lines = ["", say("verify.marked", language)]
    for (provider, server), failed in sorted(marks.items(), key=lambda each: each[1].since):
        cause = say(f"verify.cause.{failed.cause}", language)
        lines.append(f"  {failed.since}  providers/{provider}.yaml: {place(server)}: {cause}")
    return lines
