"""Conversations side by side, each in order, and an end in good order."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.frontends.telegram.lanes import MOST_BESIDE, MOST_OF_ONE, Job, Lanes


class Log:
    """What happened, in order; jobs for it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.settled: dict[str, bool] = {}

    def job(
        self,
        name: str,
        *,
        waits: asyncio.Event | None = None,
        beside: asyncio.Event | None = None,
        key: object = None,
    ) -> Job:
        async def slow() -> None:
            assert beside is not None
            self.lines.append(f"{name} looks")
            await beside.wait()
            self.lines.append(f"{name} looked")

        async def talk() -> Callable[[], Awaitable[None]] | None:
            self.lines.append(name)
            if waits is not None:
                await waits.wait()
            return slow if beside is not None else None

        return Job(talk, lambda is_done: self.settled.__setitem__(name, is_done), key)


async def quiet() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_one_conversation_is_in_order_and_others_do_not_wait() -> None:
    log, lanes, gate = Log(), Lanes(), asyncio.Event()
    lanes.put("a", log.job("a1", waits=gate))
    lanes.put("a", log.job("a2"))
    lanes.put("b", log.job("b1"))
    await quiet()
    assert log.lines == ["a1", "b1"]
    gate.set()
    await quiet()
    assert log.lines == ["a1", "b1", "a2"]
    assert log.settled == {"a1": True, "a2": True, "b1": True}
    assert lanes._lanes == {}


async def test_checks_go_beside_the_talk_a_few_at_once() -> None:
    log, lanes, gate = Log(), Lanes(), asyncio.Event()
    for n in range(MOST_BESIDE + 2):
        lanes.put("a", log.job(f"c{n}", beside=gate))
    lanes.put("a", log.job("talk"))
    await quiet()
    assert "talk" in log.lines
    assert sum(line.endswith("looks") for line in log.lines) == MOST_BESIDE
    gate.set()
    await quiet()
    assert sum(line.endswith("looked") for line in log.lines) == MOST_BESIDE + 2
    assert lanes._lanes == {}


async def test_one_conversation_cannot_take_all_the_room() -> None:
    log, lanes, gate = Log(), Lanes(most=MOST_OF_ONE + 1), asyncio.Event()
    for n in range(MOST_OF_ONE + 10):
        lanes.put("a", log.job(f"a{n}", beside=gate))
    lanes.put("b", log.job("b"))
    for _ in range(5):
        await quiet()
    assert "b" in log.lines
    assert f"a{MOST_OF_ONE}" not in log.lines
    gate.set()
    for _ in range(50):
        await quiet()
    assert len(log.settled) == MOST_OF_ONE + 11


async def test_what_runs_under_a_key_can_be_cancelled() -> None:
    log, lanes, gate = Log(), Lanes(), asyncio.Event()
    lanes.put("a", log.job("a1", beside=gate, key=1))
    lanes.put("a", log.job("a2", beside=gate, key=2))
    await quiet()
    await lanes.cancel("a", 1)
    await lanes.cancel("nobody", 1)
    assert log.settled == {"a1": False}
    gate.set()
    await quiet()
    assert log.settled == {"a1": False, "a2": True}


async def test_a_dropped_conversation_leaves_nothing_open() -> None:
    log, lanes, gate = Log(), Lanes(), asyncio.Event()
    lanes.put("a", log.job("a1", beside=gate))
    lanes.put("a", log.job("a2", waits=gate))
    lanes.put("a", log.job("a3"))
    await quiet()
    lanes.drop("a")
    lanes.drop("nobody")
    await quiet()
    assert log.settled == {"a1": False, "a2": False, "a3": True}
    assert "a3" not in log.lines
    lanes.put("a", log.job("a4"))
    await quiet()
    assert log.settled["a4"] is True


async def test_an_end_does_not_cut_last_words_short() -> None:
    lanes, said = Lanes(), []

    async def look() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
            said.append("przerwane")
            raise

    async def talk() -> Callable[[], Awaitable[None]]:
        return look

    lanes.put("a", Job(talk, lambda is_done: None))
    await quiet()
    await lanes.stop(grace=0.01, last_words=1)
    assert said == ["przerwane"]


async def test_a_bug_of_ours_stops_no_conversation(caplog: pytest.LogCaptureFixture) -> None:
    log, lanes = Log(), Lanes()

    async def talk() -> None:
        raise ZeroDivisionError("boom")

    lanes.put("a", Job(talk, lambda is_done: log.settled.__setitem__("bug", is_done)))
    lanes.put("a", log.job("next"))
    await quiet()
    assert log.settled == {"bug": False, "next": True}
    assert "boom" in caplog.text


async def test_an_end_stops_checks_at_once_and_lets_talk_end() -> None:
    log, lanes, gate, never = Log(), Lanes(), asyncio.Event(), asyncio.Event()
    lanes.put("a", log.job("check", beside=never))
    lanes.put("b", log.job("talk", waits=gate))
    lanes.put("b", log.job("next"))
    lanes.put("c", log.job("stuck", waits=never))
    lanes.put("c", log.job("queued"))
    await quiet()
    asyncio.get_running_loop().call_later(0.02, gate.set)
    await lanes.stop(grace=0.1, last_words=0.1)
    assert log.settled == {"check": False, "talk": True, "next": True, "stuck": False}
    assert "queued" not in log.lines  # not begun: it will be given again
