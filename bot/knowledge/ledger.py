"""Keeps in the user's data directory what was seen of the providers' servers; never in knowledge/.

The file is read anew whenever it has changed, so that a bot under way believes what a curator's
own look has just written. Nothing in it is trusted: what cannot be read counts as never seen.
"""

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from bot.knowledge.marks import History, Verdict
from bot.knowledge.provider import Cause, FailedServer, MailServer, Provider
from bot.knowledge.providers import Marks

FILE = "verified.json"
FORMAT = 1
LARGEST = 4_000_000  # bytes; what our own providers need is a hundredth of it

logger = logging.getLogger(__name__)


class Ledger:
    """What is remembered of every server of `providers`."""

    def __init__(self, providers: Collection[Provider], path: Path | None = None) -> None:
        self.path = path or user_data_path("listonosz") / FILE
        self._servers = {key(each.id, s): (each.id, s) for each in providers for s in each.servers}
        self._stamp: tuple[int, int] | None = None
        self._histories: Mapping[str, History] = {}
        self._marks: Marks = {}

    def history(self, provider_id: str, server: MailServer) -> History:
        """What is remembered of one server; an empty history where nothing is."""
        self._refresh()
        return self._histories.get(key(provider_id, server), History())

    def marks(self) -> Marks:
        """The servers that are believed no more."""
        self._refresh()
        return self._marks

    def note(
        self, provider_id: str, server: MailServer, verdict: Verdict, now: datetime
    ) -> History:
        """Remember one look, at once. OSError where nothing can be written."""
        after = self.history(provider_id, server).after(verdict, now)
        kept = {name: each for name, each in self._histories.items() if name in self._servers}
        self._write(kept | {key(provider_id, server): after})
        return after

    def _refresh(self) -> None:
        try:
            status = self.path.stat()
        except OSError:
            self._take(None, {})
            return
        stamp = status.st_mtime_ns, status.st_size
        if stamp != self._stamp:
            self._take(stamp, _read(self.path) if status.st_size <= LARGEST else {})

    def _take(self, stamp: tuple[int, int] | None, histories: Mapping[str, History]) -> None:
        self._stamp, self._histories = stamp, histories
        self._marks = {
            self._servers[name]: FailedServer(
                self._servers[name][1], each.marked.date().isoformat(), each.cause
            )
            for name, each in histories.items()
            if name in self._servers and each.marked is not None and each.cause is not None
        }

    def _write(self, histories: Mapping[str, History]) -> None:
        plain = {name: _plain(each) for name, each in sorted(histories.items())}
        content = json.dumps({"format": FORMAT, "servers": plain}, indent=1).encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{FILE}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
        self._stamp = None


def key(provider_id: str, server: MailServer) -> str:
    """What makes a claim the same: when the file says something else, history begins anew."""
    login = ",".join(server.auth) or "-"
    where = f"{server.protocol} {server.host}:{server.port} {server.security}"
    return f"{provider_id} {where} {login}"


def _plain(history: History) -> dict[str, str]:
    found = {}
    for field in fields(History):
        value = getattr(history, field.name)
        if value is not None:
            found[field.name] = value.isoformat() if isinstance(value, datetime) else str(value)
    return found


def _read(path: Path) -> Mapping[str, History]:
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != FORMAT:
            return {}
        return {str(name): _history(plain) for name, plain in content["servers"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        logger.warning("%s cannot be read: %r", path, error)
        return {}


def _history(plain: Mapping[str, Any]) -> History:
    cause = plain.get("cause")
    times = {}
    for name in ("tried", "proved", "first_failure", "last_failure", "marked"):
        if name in plain:
            times[name] = datetime.fromisoformat(plain[name])
            if times[name].tzinfo is None:
                raise ValueError(name)
    return History(**times, cause=Cause(cause) if cause is not None else None)
