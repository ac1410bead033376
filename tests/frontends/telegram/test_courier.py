"""What is said unasked: in its place, within the limits, and never into the void for ever."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.conversation.keeping import NobodyThereError
from bot.frontends.telegram.courier import TelegramCourier
from bot.frontends.telegram.pace import Pacer
from bot.frontends.telegram.post import Post
from bot.model.document import Document, Paragraph, line
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import make_bot, pace, slow

NEWS = Document((Paragraph(line("firma.pl: coś się zmieniło")),))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def courier(api: BotApi) -> AsyncIterator[TelegramCourier]:
    bot, _ = make_bot(api)
    async with bot:
        yield TelegramCourier(Post(bot, Pacer(pace(0.05)), dict))


async def test_it_arrives_after_the_flood_wait(api: BotApi, courier: TelegramCourier) -> None:
    api.world.person(7)
    api.fail("sendMessage", Fault(flood=0.1))
    await courier.deliver("tg:7", NEWS)
    assert [message.text for message in api.world.shown(7)] == ["firma.pl: coś się zmieniło"]
    assert len(api.made("sendMessage")) == 2


async def test_who_blocked_the_bot_is_not_written_to_again_and_again(
    api: BotApi, courier: TelegramCourier
) -> None:
    api.world.person(7)
    api.world.chats[7].gone = "bot was blocked by the user"
    with pytest.raises(NobodyThereError):
        await courier.deliver("tg:7", NEWS)


async def test_a_chat_of_another_front_end_is_nobody_here(courier: TelegramCourier) -> None:
    with pytest.raises(NobodyThereError):
        await courier.deliver("console:7", NEWS)


async def test_news_for_many_chats_keeps_telegrams_limits_and_arrives_everywhere() -> None:
    chats = range(1, 61)
    async with BotApi(limits=slow(0.5)) as api:
        for number in chats:
            api.world.person(number)
        api.world.group()
        bot, _ = make_bot(api)
        async with bot:
            courier = TelegramCourier(Post(bot, Pacer(pace(0.5)), dict))
            everybody = [courier.deliver(f"tg:{number}", NEWS) for number in chats]
            group = [courier.deliver("tg:-1001", NEWS) for _ in range(2)]
            await asyncio.gather(*everybody, *group)
        assert api.limits.refused == 0
        assert all(len(api.world.shown(number)) == 1 for number in chats)
        assert len(api.world.shown(-1001)) == 2
