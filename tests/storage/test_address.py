"""DATABASE_URL as operators and hosting services write it; a password is never shown."""

from pathlib import Path

import pytest

from bot.storage.address import StorageError, read_address, show
from bot.storage.database import Database


@pytest.mark.parametrize(
    ("text", "driver", "query"),
    [
        ("sqlite:////srv/bot.db", "sqlite+aiosqlite", {}),
        ("postgres://u:p@db/bot", "postgresql+asyncpg", {}),
        ("postgresql://u:p@db:5433/bot?sslmode=require", "postgresql+asyncpg", {"ssl": "require"}),
        ("postgresql+asyncpg:///bot?host=/run/pg", "postgresql+asyncpg", {"host": "/run/pg"}),
    ],
)
def test_what_operators_write_is_what_the_driver_takes(
    text: str, driver: str, query: dict[str, str]
) -> None:
    url = read_address(text)
    assert url.drivername == driver
    assert dict(url.query) == query


def test_without_an_address_it_is_a_file_of_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert read_address("").database == str(tmp_path / "listonosz" / "listonosz.db")


@pytest.mark.parametrize("text", ["mysql://u:hunter2@db/bot", "hunter2", "://hunter2"])
def test_what_is_no_database_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(StorageError) as raised:
        read_address(text)
    assert raised.value.reason == "wrong"
    assert "hunter2" not in f"{raised.value} {raised.value.place}"


def test_a_place_is_shown_without_its_password() -> None:
    assert show(read_address("postgresql://u:hunter2@db/bot")) == "postgresql://u:***@db/bot"


def test_an_sqlite_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr("sqlite3.sqlite_version", "3.34.1")
    with pytest.raises(StorageError) as raised:
        Database("sqlite://")
    assert (raised.value.reason, raised.value.detail) == ("old-sqlite", "3.34.1")
    Database("postgresql://u@db/bot")
