"""The real program, as a process: `python -m bot telegram` with the double in Telegram's place."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.doubles.botapi import TOKEN, BotApi

ROOT = Path(__file__).parents[3]
STARTED = 20.0  # seconds that a busy machine may take to start the program


@pytest.fixture
def silent_resolver() -> Iterator[str]:
    """A resolver that never answers: a check that asks it is under way until its deadline."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{udp.getsockname()[1]}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's database is the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


def environment(url: str, resolver: str = "127.0.0.1:9", token: str = TOKEN) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LISTONOSZ_")}
    return kept | {
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": url,
        "LISTONOSZ_RESOLVERS": resolver,
        "LISTONOSZ_BLOCKLISTS": "none",
        "LISTONOSZ_ENCODER": "off",  # the extra is there for the tests; it holds 100 MB more
        "LC_ALL": "C.UTF-8",
    }


async def start(env: dict[str, str], *options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "telegram",
        *options,
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def program(env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, killed at the end if it still runs."""
    process = await start(env)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_it_answers_in_little_memory_and_sigterm_says_interrupted(
    api: BotApi, silent_resolver: str
) -> None:
    anna = api.world.person(7)
    async with program(environment(api.url, silent_resolver)) as process:
        anna.writes("/start")
        await api.until(lambda: api.world.shown(7), STARTED)
        assert resident_megabytes(process.pid) < 150
        anna.writes("/check firma.pl")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
        assert time.monotonic() - begun < 5
    assert process.returncode == 0
    assert "Przerwane" in api.world.shown(7)[1].text
    assert api.waiting == []
    assert TOKEN not in out.decode() + err.decode()
    assert "Traceback" not in err.decode()


async def test_killed_outright_it_loses_no_question_and_no_button(
    api: BotApi, silent_resolver: str
) -> None:
    anna = api.world.person(7)
    async with program(environment(api.url, silent_resolver)) as process:
        anna.writes("/start")
        await api.until(lambda: api.world.shown(7), STARTED)
        anna.writes("/check firma.pl")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        count = len(api.made("getUpdates"))
        await api.until(lambda: len(api.made("getUpdates")) > count + 1)
        process.kill()
        await process.wait()
    async with program(environment(api.url)):
        anna.presses("In English", api.world.shown(7)[0].message_id)
        # The check is made again, and the button pressed meanwhile works.
        await api.until(lambda: len(api.world.shown(7)) >= 3 and not api.waiting, STARTED)
        texts = [message.text for message in api.world.shown(7)]
        assert any("Hello" in text for text in texts)
        assert "firma.pl" in texts[2] + texts[-1]


@pytest.mark.parametrize(
    ("token", "language", "sentence"),
    [
        ("", "pl", "Brakuje tokenu bota"),
        ("", "en", "There is no bot token"),
        ("4242:AAwrongwrongwrongwrongwrongwrongwrong", "pl", "Telegram nie przyjmuje tokenu"),
        ("4242:AAwrongwrongwrongwrongwrongwrongwrong", "en", "Telegram does not accept the token"),
    ],
)
async def test_without_a_good_token_it_says_so_in_a_sentence_and_exits_2(
    api: BotApi, token: str, language: str, sentence: str
) -> None:
    process = await start(environment(api.url, token=token), "--language", language)
    out, err = await asyncio.wait_for(process.communicate(), STARTED)
    assert process.returncode == 2
    assert sentence in err.decode()
    assert len(err.decode().strip().splitlines()) == 1
    assert out == b""
    assert not token or token not in err.decode()


async def test_ctrl_c_ends_it_while_telegram_is_away() -> None:
    async with BotApi() as gone:
        url = gone.url
    process = await start(environment(url))
    assert process.stderr is not None
    await asyncio.wait_for(process.stderr.readline(), STARTED)  # that it tries again
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 5)
    assert process.returncode == 0
    assert TOKEN not in err.decode()


def resident_megabytes(pid: int) -> float:
    """What the process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")
