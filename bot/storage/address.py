"""DATABASE_URL: from what operators write to what the drivers take; no password is ever shown."""

import sqlite3
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",  # as hosting services hand it out
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
FILE = "listonosz.db"
OLDEST_SQLITE = (3, 35)  # the first with RETURNING, by which new rows get their numbers


class StorageError(Exception):
    """The database cannot be used. `reason` is worded in phrases/storage.yaml."""

    def __init__(self, reason: str, place: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {place} {detail}".strip())
        self.reason = reason
        self.place = place  # the URL without its password
        self.detail = detail


def read_address(text: str) -> URL:
    """The address for the driver; "" is the file in the user's data directory."""
    if not text:
        return URL.create(DRIVERS["sqlite"], database=str(user_data_path("listonosz") / FILE))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StorageError("wrong", "DATABASE_URL") from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise StorageError("wrong", show(url))
    return _with_tls(url.set(drivername=driver))


def show(url: URL) -> str:
    """The address as it may be shown."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def is_sqlite(url: URL) -> bool:
    """Whether it is a file of our own."""
    return url.get_backend_name() == "sqlite"


def require_recent_sqlite(url: URL) -> None:
    """Refuse early and by name what would else fail in the middle of a write."""
    if is_sqlite(url) and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StorageError("old-sqlite", show(url), sqlite3.sqlite_version)


def make_folder(url: URL) -> None:
    """The folder of SQLite's file, for its owner alone."""
    if not is_sqlite(url) or not url.database or url.database == ":memory:":
        return
    try:
        Path(url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("unusable", show(url), type(error).__name__) from None


def _with_tls(url: URL) -> URL:
    """PostgreSQL's own programs say `sslmode`, the driver says `ssl`."""
    if "sslmode" not in url.query or is_sqlite(url):
        return url
    mode = url.query["sslmode"]
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
