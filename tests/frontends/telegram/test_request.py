"""The HTTP client keeps python-telegram-bot's contract, against the double."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from ssl import SSLContext

import pytest
import telegram
from aiohttp import web
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.frontends.telegram.request import AiohttpRequest, PollRequest, redact
from tests.doubles.botapi import TOKEN, BotApi, Fault
from tests.doubles.ca import ThrowAwayCa


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        server.world.person(7)
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[telegram.Bot]:
    async with bot_at(api.url) as bot:
        yield bot


def bot_at(url: str, token: str = TOKEN, **options: float | None) -> telegram.Bot:
    return telegram.Bot(
        token,
        base_url=f"{url}/bot",
        request=AiohttpRequest(connections=4, **options),  # type: ignore[arg-type]
        get_updates_request=PollRequest(),
    )


async def test_a_bot_talks_through_it(api: BotApi, bot: telegram.Bot) -> None:
    assert bot.username == "listonosz_bot"
    sent = await bot.send_message(7, "zażółć <b>x</b> & 📮")
    assert sent.text == "zażółć <b>x</b> & 📮"
    api.world.person(7).writes("hej")
    updates = await bot.get_updates(timeout=5)
    assert updates[0].message is not None
    assert updates[0].message.text == "hej"


async def test_a_file_is_uploaded(api: BotApi, bot: telegram.Bot) -> None:
    data = bytes(range(256)) * 400
    await bot.send_document(7, data, filename="firma.mobileconfig", caption="Profil")
    assert api.world.shown(7)[0].document == ("firma.mobileconfig", data)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Fault(), NetworkError, id="dropped"),
        pytest.param(Fault(status=502), NetworkError, id="bad gateway"),
        pytest.param(Fault(status=400, description="x"), BadRequest, id="bad request"),
        pytest.param(Fault(status=403, description="x"), Forbidden, id="forbidden"),
        pytest.param(Fault(status=409, description="x"), Conflict, id="conflict"),
        pytest.param(Fault(status=401, description="x"), InvalidToken, id="unauthorized"),
    ],
)
async def test_errors_are_those_of_the_library(
    api: BotApi, bot: telegram.Bot, fault: Fault, error: type[Exception]
) -> None:
    api.fail("sendMessage", fault)
    with pytest.raises(error) as caught:
        await bot.send_message(7, "x")
    assert type(caught.value) is error


async def test_a_flood_wait_keeps_its_seconds(api: BotApi, bot: telegram.Bot) -> None:
    api.fail("sendMessage", Fault(flood=2.5))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(7, "x")
    assert caught.value.retry_after == timedelta(seconds=2.5)


async def test_silence_is_timed_out(api: BotApi, bot: telegram.Bot) -> None:
    api.fail("sendMessage", Fault(stall=5))
    with pytest.raises(TimedOut):
        await bot.send_message(7, "x", read_timeout=0.05)


async def test_the_default_time_out_holds(api: BotApi) -> None:
    async with bot_at(api.url, read_timeout=0.05) as bot:
        api.fail("sendMessage", Fault(stall=5))
        with pytest.raises(TimedOut):
            await bot.send_message(7, "x")


async def test_none_means_no_time_out(api: BotApi) -> None:
    async with bot_at(api.url, read_timeout=0.05) as bot:
        api.fail("sendMessage", Fault(stall=0.2))
        await bot.send_message(7, "x", read_timeout=None)
    assert len(api.world.shown(7)) == 1


async def test_a_full_pool_says_that_nothing_was_sent(api: BotApi) -> None:
    request = AiohttpRequest(connections=1)
    async with telegram.Bot(
        TOKEN, f"{api.url}/bot", request=request, get_updates_request=PollRequest()
    ) as bot:
        api.fail("sendMessage", Fault(stall=0.3))
        first = asyncio.create_task(bot.send_message(7, "1"))
        await api.until(lambda: api.made("sendMessage"))
        with pytest.raises(TimedOut, match="not sent"):
            await bot.send_message(7, "2", pool_timeout=0.05)
        await first
        assert (await bot.send_message(7, "3")).text == "3"
    assert [message.text for message in api.world.shown(7)] == ["1", "3"]


async def test_a_cancelled_request_gives_its_place_back(api: BotApi) -> None:
    async with bot_at(api.url) as bot:
        for _ in range(6):  # more than the pool holds
            api.fail("sendMessage", Fault(stall=5))
            count = len(api.made("sendMessage"))
            task = asyncio.create_task(bot.send_message(7, "x"))
            await api.until(lambda count=count: len(api.made("sendMessage")) > count)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert (await bot.send_message(7, "y", pool_timeout=1)).text == "y"


async def test_nobody_listening_is_a_network_error_without_the_token() -> None:
    async with BotApi() as server:
        url = server.url
    bot = bot_at(url)
    with pytest.raises(NetworkError) as caught:
        await bot.initialize()
    await bot.shutdown()
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None or TOKEN not in repr(caught.value.__cause__)


async def test_redirects_are_not_followed() -> None:
    followed = []

    async def elsewhere(request: web.Request) -> web.Response:
        if "elsewhere" in request.path:
            followed.append(request.path)
        raise web.HTTPFound("/elsewhere")

    async with serving(elsewhere) as url:
        bot = bot_at(url)
        with pytest.raises(NetworkError):
            await bot.initialize()
        await bot.shutdown()
    assert followed == []


async def test_an_error_page_that_quotes_the_address_leaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(status=502, text=f"<html>cannot reach {request.url}</html>")

    caplog.set_level(logging.DEBUG, logger="telegram")
    async with serving(page) as url:
        bot = bot_at(url)
        with pytest.raises(NetworkError) as caught:
            await bot.initialize()
        await bot.shutdown()
    assert TOKEN not in str(caught.value)
    assert TOKEN not in caplog.text


async def test_an_answer_that_is_no_json_is_an_error_of_the_library() -> None:
    async def garbage(request: web.Request) -> web.Response:
        return web.Response(text="<html>hello</html>")

    async with serving(garbage) as url:
        bot = bot_at(url)
        with pytest.raises(telegram.error.TelegramError):
            await bot.initialize()
        await bot.shutdown()


async def test_it_can_be_shut_down_twice_and_opened_again(api: BotApi) -> None:
    request = AiohttpRequest()
    await request.shutdown()
    async with request:
        pass
    await request.shutdown()
    with pytest.raises(NetworkError, match="not initialized"):
        await request.post(f"{api.url}/bot{TOKEN}/getMe")
    async with request:
        assert await request.post(f"{api.url}/bot{TOKEN}/getMe")


async def test_a_download_is_retrieved() -> None:
    async def file(request: web.Request) -> web.Response:
        return web.Response(body=b"\x00\x01")

    async with serving(file) as url, AiohttpRequest() as request:
        assert await request.retrieve(f"{url}/file/x") == b"\x00\x01"


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        asked.append(request.headers["Host"])
        return web.json_response({"ok": True, "result": True})

    async with serving(proxy) as url:
        monkeypatch.setenv("http_proxy", url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with AiohttpRequest() as request:
            assert await request.post(f"http://api.example.test/bot{TOKEN}/close") is True
    assert asked == ["api.example.test"]


async def test_a_certificate_of_nobody_we_know_is_refused(tmp_path: Path) -> None:
    issued = ThrowAwayCa(tmp_path).good("localhost")
    called: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        called.append(request.path)
        return web.json_response({"ok": True, "result": True})

    async with serving(handler, issued.context()) as url, AiohttpRequest() as request:
        with pytest.raises(NetworkError, match="ertificate") as caught:
            await request.post(f"{url}/bot{TOKEN}/getMe")
    assert TOKEN not in str(caught.value)
    assert called == []


def test_tokens_are_redacted() -> None:
    text = redact(f"GET http://host/bot{TOKEN}/getMe failed")
    assert text == "GET http://host/bot<token>/getMe failed"
    assert redact("12:30 at 2001:db8::1") == "12:30 at 2001:db8::1"


class serving:
    """A one-handler server on loopback."""

    def __init__(self, handler: object, tls: SSLContext | None = None) -> None:
        self.handler = handler
        self.tls = tls

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self.handler)  # type: ignore[arg-type]
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        scheme, host = ("https", "localhost") if self.tls else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.runner.addresses[0][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()
