"""What was seen of servers is kept in a file, read anew when it changes, and never trusted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.ledger import Ledger
from bot.knowledge.marks import Failed, History, Proved, Untested
from bot.knowledge.provider import Cause, Provider

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
CLOSED = Failed(Cause.CLOSED)
KNOWN = load_knowledge().reference.providers


def provider(name: str = "fastmail") -> Provider:
    found = KNOWN.of_id(name)
    assert found is not None
    assert found.servers
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "verified.json"


def test_what_was_seen_survives_a_restart(path: Path) -> None:
    server = provider().servers[0]
    first = Ledger(KNOWN.all, path).note("fastmail", server, CLOSED, NOW)
    again = Ledger(KNOWN.all, path)
    assert again.history("fastmail", server) == first
    assert again.history("fastmail", provider().servers[1]) == History()
    second = again.note("fastmail", server, CLOSED, NOW + timedelta(hours=1))
    assert second.marked == NOW + timedelta(hours=1)


def test_a_look_by_hand_is_seen_by_the_bot_that_runs_beside_it(path: Path) -> None:
    server = provider().servers[0]
    bot = KNOWN.marked_by(Ledger(KNOWN.all, path).marks)
    by_hand = Ledger(KNOWN.all, path)
    by_hand.note("fastmail", server, CLOSED, NOW)
    believed = bot.of_id("fastmail")
    assert believed is not None
    assert believed.servers == provider().servers
    by_hand.note("fastmail", server, CLOSED, NOW + timedelta(days=1))
    believed = bot.of_id("fastmail")
    assert believed is not None
    assert server not in believed.servers
    assert [(each.since, each.cause) for each in believed.failed] == [("2026-11-24", Cause.CLOSED)]
    by_hand.note("fastmail", server, Proved(), NOW + timedelta(days=2))
    assert bot.of_id("fastmail") == provider()


def test_a_server_that_the_file_no_longer_names_is_forgotten(path: Path) -> None:
    gone, stays = provider("fastmail").servers[0], provider("gmail").servers[0]
    ledger = Ledger(KNOWN.all, path)
    for hours in (0, 1):
        ledger.note("fastmail", gone, CLOSED, NOW + timedelta(hours=hours))
    fewer = Ledger([each for each in KNOWN.all if each.id != "fastmail"], path)
    assert not fewer.marks()
    fewer.note("gmail", stays, Proved(), NOW)
    assert Ledger(KNOWN.all, path).history("fastmail", gone) == History()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"format": 1}',
        b'{"format": 1, "servers": []}',
        b'{"format": 1, "servers": {"x": 5}}',
        b'{"format": 1, "servers": {"x": {"tried": "yesterday"}}}',
        b'{"format": 1, "servers": {"x": {"tried": "2026-11-23T10:00:00"}}}',
        b'{"format": 1, "servers": {"x": {"marked": 7}}}',
        b'{"format": 1, "servers": {"x": {"cause": "whim"}}}',
        b'{"format": 2, "servers": {}}',
        b"[" * 100_000,
    ],
)
def test_a_broken_file_counts_as_never_seen_and_is_written_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    server = provider().servers[0]
    ledger = Ledger(KNOWN.all, path)
    assert not ledger.marks()
    assert ledger.history("fastmail", server) == History()
    ledger.note("fastmail", server, Untested("timeout"), NOW)
    assert Ledger(KNOWN.all, path).history("fastmail", server).tried == NOW


def test_nothing_is_left_behind_where_nothing_can_be_kept(path: Path) -> None:
    path.mkdir(parents=True)  # in the place of the file
    (path / "full").touch()
    with pytest.raises(OSError, match=path.name):
        Ledger(KNOWN.all, path).note("fastmail", provider().servers[0], CLOSED, NOW)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
