"""Searches for settings: shared, kept for a while, told at each follower's pace, stopped."""

import asyncio
from typing import Any, cast

import pytest

import bot.jobs.settings as module
from bot.conversation.ports import SettingsProgress
from bot.formats.target import parse_target
from bot.jobs.settings import SettingsFinder
from bot.knowledge.reference import Reference
from bot.model.settings import (
    ConnectionSecurity,
    FoundServer,
    MailboxServer,
    Proof,
    SettingsReport,
    SettingsRequest,
    SettingsSource,
)
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network

TARGET = parse_target("firma.pl")
REQUEST = SettingsRequest(TARGET)
EARLY = SettingsReport(TARGET, seconds=0.1, is_final=False)
LATE = SettingsReport(TARGET, seconds=0.2)
SERVER = MailboxServer("imap", "imap.firma.pl", 993, ConnectionSecurity.TLS)
UNSEEN = FoundServer(
    SERVER, (SettingsSource.SRV,), Proof(None, gaps=(Gap("firma.pl", Trouble.TIMEOUT),))
)


class Noting(SettingsProgress):
    def __init__(self) -> None:
        self.told: list[SettingsReport] = []

    async def found(self, report: SettingsReport) -> None:
        self.told.append(report)


class Script:
    """In the place of the search: an early state, and the end when the gate opens."""

    def __init__(self) -> None:
        self.runs = 0
        self.cancelled = 0
        self.gate = asyncio.Event()
        self.end = LATE
        self.raises: Exception | None = None

    async def __call__(
        self, network: Network, request: SettingsRequest, reference: Any, tell: Any, **_: Any
    ) -> SettingsReport:
        self.runs += 1
        try:
            await tell(EARLY)
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.raises:
            raise self.raises
        return self.end


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    script = Script()
    monkeypatch.setattr(module, "find_settings", script)
    return script


def finder(**changes: Any) -> SettingsFinder:
    return SettingsFinder(cast(Network, None), Reference(), **changes)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_early_states_are_told_and_the_end_last(script: Script) -> None:
    noting = Noting()
    task = asyncio.create_task(finder().find(REQUEST, noting))
    await settle()
    assert noting.told == [EARLY]
    script.gate.set()
    assert await task == LATE
    assert noting.told == [EARLY, LATE]


async def test_equal_searches_share_one_run_and_its_newest_state(script: Script) -> None:
    settings, one, two = finder(), Noting(), Noting()
    first = asyncio.create_task(settings.find(REQUEST, one))
    await settle()
    second = asyncio.create_task(settings.find(REQUEST, two))
    await settle()
    assert one.told == two.told == [EARLY]
    script.gate.set()
    assert await first == await second == LATE
    assert script.runs == 1


async def test_the_last_caller_stops_the_search(script: Script) -> None:
    settings = finder()
    first = asyncio.create_task(settings.find(REQUEST, Noting()))
    second = asyncio.create_task(settings.find(REQUEST, Noting()))
    await settle()
    first.cancel()
    await settle()
    assert script.cancelled == 0
    second.cancel()
    await settle()
    assert script.cancelled == 1


async def test_a_result_is_kept_a_while_and_passed_by_on_wish(script: Script) -> None:
    script.gate.set()
    settings, noting = finder(), Noting()
    await settings.find(REQUEST, Noting())
    assert await settings.find(REQUEST, noting) == LATE
    assert (script.runs, noting.told) == (1, [LATE])
    await settings.find(SettingsRequest(TARGET, fresh=True), Noting())
    assert script.runs == 2


async def test_a_result_grows_old(script: Script) -> None:
    script.gate.set()
    settings = finder(kept=0.0)
    await settings.find(REQUEST, Noting())
    await asyncio.sleep(0.01)
    await settings.find(REQUEST, Noting())
    assert script.runs == 2


async def test_what_could_not_be_tested_is_tried_again(script: Script) -> None:
    script.gate.set()
    script.end = SettingsReport(TARGET, incoming=(UNSEEN,))
    settings = finder()
    await settings.find(REQUEST, Noting())
    await settings.find(REQUEST, Noting())
    assert script.runs == 2


async def test_a_fault_of_our_own_reaches_every_caller(script: Script) -> None:
    script.raises = RuntimeError("ours")
    script.gate.set()
    settings = finder()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await settings.find(REQUEST, Noting())


async def test_closing_stops_everything(script: Script) -> None:
    settings = finder()
    task = asyncio.create_task(settings.find(REQUEST, Noting()))
    await settle()
    await settings.close()
    assert script.cancelled == 1
    with pytest.raises(asyncio.CancelledError):
        await task
