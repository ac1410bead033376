"""The chat end to end: in a terminal as a person sees it, and in a pipe."""

import asyncio
import io
import signal
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.frontends.outlet import make_console
from bot.frontends.terminal import Chat
from bot.model.language import Language
from tests.conversation.people import ScriptedChecks, ScriptedMatcher, make_mind
from tests.doubles.dns import DnsServer, dns_server
from tests.frontends.terminal_kit import colours, terminal
from tests.program import PATIENCE, PROGRAM, asks, environment, run

ZONE = """
slow.example.pl. 300 IN MX 10 mx.slow.example.pl.
slow.example.pl. 300 IN TXT v=spf1
"""


@pytest.fixture
async def resolver() -> AsyncIterator[DnsServer]:
    async with dns_server(ZONE) as server:
        server.slow("mx.slow.example.pl", 60)
        yield server


@pytest.fixture
def env(tmp_path: Path, resolver: DnsServer) -> dict[str, str]:
    return environment(tmp_path, LANG="pl_PL.UTF-8", **asks(resolver.address))


async def test_a_person_asks_chooses_looks_and_leaves(env: dict[str, str]) -> None:
    async with terminal("chat", environment=env) as screen:
        await screen.until("Ctrl-D kończy rozmowę.")
        assert "Cześć, tu Listonosz." in screen.text
        assert "[1] Sprawdź moją domenę" in screen.text
        await screen.enter("które konto, IMAP czy POP3?")
        await screen.until("Wybierz IMAP")
        await screen.until("[1] Więcej")
        await screen.enter("1")
        await screen.until("→ Więcej")
        await screen.until("[1] Krócej")
        await screen.enter("nie-ma-takiej.pl")
        await screen.until("nie-ma-takiej.pl nie istnieje w DNS.")
        await screen.until("[2] Sprawdź od nowa")
        assert await screen.leave() == 0
        assert "Do zobaczenia!" in screen.text
        assert colours(screen.raw)


async def test_commands_are_completed(env: dict[str, str]) -> None:
    async with terminal("chat", "--language", "en", environment=env) as screen:
        await screen.at_prompt()
        screen.type("/pri")
        await screen.until("what I remember about you")
        screen.type("\t\r")
        await screen.until("Of this conversation I remember only")


async def test_ctrl_c_stops_a_check_and_not_the_chat(
    env: dict[str, str], resolver: DnsServer
) -> None:
    async with terminal("chat", environment=env) as screen:
        await screen.until("Ctrl-D kończy rozmowę.")
        await screen.enter("/check slow.example.pl")
        await screen.until("slow.example.pl nie ma rekordu DMARC")
        await screen.until("jeszcze pracuję: ")
        screen.type("\x03")
        text = await screen.until("Przerwane: pokazuję to, co zdążyłem sprawdzić.")
        assert "serwery MX: przerwane" in await screen.until("serwery MX: przerwane")
        assert "jeszcze pracuję" not in text
        await screen.enter("dzięki")
        await screen.until("Cieszę się, że mogłem pomóc.")
        await screen.at_prompt()
        screen.type("\x03/languag\x03koniec\r")
        assert await screen.ended() == 0


async def test_what_is_typed_ahead_is_not_lost_and_not_in_the_way(
    env: dict[str, str], resolver: DnsServer
) -> None:
    resolver.slow("mx.slow.example.pl", 1.5)
    async with terminal("chat", environment=env) as screen:
        await screen.enter("/check slow.example.pl")
        await screen.until("jeszcze pracuję: ")
        screen.type("dzięki\r")
        text = await screen.until("Cieszę się, że mogłem pomóc.")
        assert text.index("[1] Szczegóły") < text.index("dzięki")


@pytest.mark.parametrize("line", ["", "/check slow.example.pl"], ids=["at the prompt", "busy"])
async def test_sigterm_ends_at_once_and_leaves_the_terminal_as_it_was(
    line: str, env: dict[str, str]
) -> None:
    async with terminal("chat", environment=env) as screen:
        await screen.until("Ctrl-D kończy rozmowę.")
        if line:
            await screen.enter(line)
            await screen.until("jeszcze pracuję: ")
        screen.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await screen.ended() == 0
        assert ("Przerwane" in screen.text) is bool(line)
        assert "Traceback" not in screen.text


async def test_the_history_keeps_questions_and_no_passwords(
    env: dict[str, str], tmp_path: Path
) -> None:
    async with terminal("chat", environment=env) as screen:
        await screen.until("Ctrl-D kończy rozmowę.")
        for line in ("dzięki", "moje hasło to Kotek12!", "cześć"):
            await screen.enter(line)
        await screen.until("Cześć! O co chcesz zapytać?")
        await screen.leave()
    kept = (tmp_path / "listonosz" / "history").read_text(encoding="utf-8")
    assert "+dzięki" in kept
    assert "+cześć" in kept
    assert "Kotek12" not in kept
    async with terminal("chat", environment=env) as screen:
        await screen.at_prompt()
        screen.type("\x1b[A")
        await screen.until("› cześć")


async def test_no_colour_where_none_is_wanted(env: dict[str, str]) -> None:
    async with terminal("chat", environment={**env, "NO_COLOR": "1"}) as screen:
        await screen.until("Ctrl-D kończy rozmowę.")
        await screen.enter("/help")
        await screen.until("Co umiem")
        await screen.leave()
        assert not colours(screen.raw)


async def test_a_pipe_gets_plain_lines(env: dict[str, str]) -> None:
    lines = ["IMAP czy POP3?", "1", "77", "", "nie-ma.pl", "asdf\x00\x1b[2J", "koniec", "nie to"]
    ended = await run("chat", environment=env, stdin="\n".join(lines))
    assert ended.status == 0
    assert ended.err == ""
    assert "\x1b" not in ended.out
    assert "Wybierz IMAP" in ended.out
    assert "→ Więcej" in ended.out
    assert "Nie ma teraz wyboru o numerze 77." in ended.out
    assert "✗ Domena nie-ma.pl nie istnieje" in ended.out
    assert ended.out.rstrip().endswith("Do zobaczenia!")


async def test_bytes_that_are_no_text_break_nothing(env: dict[str, str]) -> None:
    ended = await run("chat", environment=env, stdin=b"\xff\xfe\x00\n/check \xc3\x28.pl\n")
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_results_appear_in_a_pipe_as_they_come(
    env: dict[str, str], resolver: DnsServer
) -> None:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        "chat",
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"/check slow.example.pl\n")
    shown = ""
    async with asyncio.timeout(PATIENCE):
        while "✗ slow.example.pl nie ma rekordu DMARC" not in shown:
            shown += (await process.stdout.read(4096)).decode()
        assert "Przerwane" not in shown
        process.send_signal(signal.SIGTERM)
        shown += (await process.stdout.read()).decode()
        assert await process.wait() == 0
    assert "Przerwane: pokazuję to, co zdążyłem sprawdzić." in shown


@pytest.mark.parametrize(
    ("locale", "welcome"),
    [
        ({"LANG": "pl_PL.UTF-8"}, "Cześć"),
        ({"LANG": "C"}, "Hello"),
        ({"LANG": "pl_PL", "LC_ALL": "en_GB"}, "Hello"),
    ],
)
async def test_the_welcome_is_in_the_person_s_language(
    locale: dict[str, str], welcome: str, env: dict[str, str]
) -> None:
    ended = await run("chat", environment={**env, **locale})
    assert ended.out.startswith(welcome)


class Typed:
    """Lines as though somebody typed them."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)

    async def read(self) -> str | None:
        return self._lines.pop(0) if self._lines else None


async def test_a_first_start_that_learns_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = threading.Event()
    out = io.StringIO()

    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            if "Learning the questions" in text:
                learnt.set()
            return out.write(text)

    monkeypatch.setattr("bot.frontends.terminal.PATIENCE", 0.01)
    desk = Desk(
        make_mind(ScriptedMatcher(language=Language.EN)), ScriptedChecks(), MemorySessions()
    )
    chat = Chat(
        desk, make_console(file=Slow()), Language.EN, Typed("thanks", "thanks"), learnt.wait
    )
    await chat.run()
    assert out.getvalue().count("Learning the questions") == 1
    assert out.getvalue().count("You are welcome.") == 2


async def test_no_answer_waits_for_what_only_some_questions_need() -> None:
    answered = threading.Event()
    done = threading.Event()
    waited: list[bool] = []
    out = io.StringIO()

    def load() -> None:
        waited.append(answered.wait(20))
        done.set()

    class Watched(io.StringIO):
        def write(self, text: str) -> int:
            if "You are welcome." in text:
                answered.set()
            return out.write(text)

    desk = Desk(
        make_mind(ScriptedMatcher(language=Language.EN)), ScriptedChecks(), MemorySessions()
    )
    chat = Chat(
        desk,
        make_console(file=Watched()),
        Language.EN,
        Typed("thanks"),
        further=load,
    )
    await chat.run()
    assert "You are welcome." in out.getvalue()
    assert await asyncio.to_thread(done.wait, 20)
    assert waited == [True]


async def test_a_matcher_that_cannot_be_loaded_does_not_end_the_chat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(threading, "excepthook", lambda arguments: None)
    out = io.StringIO()
    desk = Desk(make_mind(), ScriptedChecks(), MemorySessions())
    chat = Chat(desk, make_console(file=out), Language.PL, Typed("dzięki", "", "2"), broken)
    await chat.run()
    assert "Cieszę się" in out.getvalue()
    assert out.getvalue().endswith("Do zobaczenia!\n")
