"""Limits are kept chat by chat, and nothing is dropped."""

import asyncio
import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.frontends.telegram.pace import Limits, Pacer, Window
from tests.doubles.botapi_limits import Limits as Double
from tests.frontends.telegram.telegram_kit import pace

os.environ.setdefault("PTB_TIMEDELTA", "true")


@given(st.lists(st.floats(0, 3), max_size=60), st.integers(1, 6), st.integers(0, 5))
def test_no_window_ever_holds_more_than_it_may(pauses: list[float], most: int, spare: int) -> None:
    window, now, sent = Window(most, 2.0), 100.0, []
    for pause in pauses:
        now += pause
        now += window.wait(now) + 1e-6  # past what a float may lose
        window.count(now)
        sent.append(now)
        inside = sum(1 for at in sent if at > now - 2.0)
        assert inside <= most
        if spare < most:
            assert (window.wait(now, spare) <= 0) == (inside + spare < most)


async def test_the_double_never_has_to_refuse() -> None:
    scale = 0.05
    double = Double(scale=scale)
    pacer = Pacer(pace(2 * scale))  # twice as slow: this machine may be busy
    sent: list[int] = []

    async def send(chat: int, number: int) -> None:
        assert double.take(chat, is_group=chat < 0) is None
        sent.append(number)

    jobs = [(chat, n) for n in range(9) for chat in (1, 2, 3, 4, -5)]
    await asyncio.gather(
        *(pacer.send(chat, lambda chat=chat, n=n: send(chat, n)) for chat, n in jobs)
    )
    assert len(sent) == len(jobs)


async def test_a_chat_is_sent_to_in_order() -> None:
    pacer = Pacer(pace(0.01))
    sent: list[int] = []

    async def send(number: int) -> None:
        if number == 3 and 3 not in sent:
            sent.append(3)
            raise RetryAfter(0.05)
        sent.append(number)

    await asyncio.gather(*(pacer.send(1, lambda n=n: send(n)) for n in range(8)))
    assert sent == [0, 1, 2, 3, 3, 4, 5, 6, 7]


async def test_a_flood_wait_is_kept_by_its_chat_alone() -> None:
    pacer = Pacer(pace(0.01))
    begun = time.monotonic()
    times: dict[int, float] = {}

    async def send(chat: int) -> None:
        if chat == 1 and 1 not in times:
            times[1] = 0.0
            raise RetryAfter(0.3)
        times[chat] = time.monotonic() - begun

    await asyncio.gather(pacer.send(1, lambda: send(1)), pacer.send(2, lambda: send(2)))
    assert times[1] >= 0.3
    assert times[2] < times[1]


async def test_a_lost_line_is_tried_again_and_in_the_end_given_up() -> None:
    pacer = Pacer(Limits(chat=(100, 1.0), retries=(0.0, 0.0)))
    tries = []

    async def send() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise NetworkError("lost")
        return "sent"

    assert await pacer.send(1, send) == "sent"

    async def never() -> None:
        raise NetworkError("lost")

    with pytest.raises(NetworkError):
        await pacer.send(1, never)


async def test_what_telegram_refuses_is_not_tried_again() -> None:
    tries = []

    async def send() -> None:
        tries.append(1)
        raise BadRequest("can't parse entities")

    with pytest.raises(BadRequest):
        await Pacer().send(1, send)
    assert len(tries) == 1


async def test_edits_leave_room_for_answers_in_a_group() -> None:
    second = 0.02
    pacer = Pacer(
        Limits(group=(6, 60 * second), spare=3, edit=0.0, group_edit=0.0, chat=(100, 0.01))
    )

    async def send() -> None:
        return None

    for _ in range(3):
        await pacer.stand_back(-1)
        await pacer.send(-1, send)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5 * second):
            await pacer.stand_back(-1)
    async with asyncio.timeout(5 * second):
        await pacer.send(-1, send)  # an answer still goes


async def test_idle_chats_are_forgotten() -> None:
    pacer = Pacer(Limits(overall=(10_000, 0.1)))

    async def send() -> None:
        return None

    for chat in range(1, 1500):
        await pacer.send(chat, send)
        pacer._chats[chat].last -= 1000
    assert len(pacer._chats) <= 1000
