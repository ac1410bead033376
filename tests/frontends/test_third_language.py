"""A third language is one folder more: a person is served in it from the first word to the last."""

import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Mind
from bot.faq.engine import Engine, load_matcher
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_knowledge, load_posed
from bot.model.language import Language
from tests.doubles.botapi import BotApi
from tests.frontends.telegram.telegram_kit import PROBES, ScriptedChecks, running, slow
from tests.frontends.terminal_kit import terminal
from tests.languages.german import DE, GERMAN
from tests.program import environment, run


@cache
def german() -> tuple[Knowledge, Engine]:
    knowledge = load_knowledge(GERMAN)
    matcher = load_matcher(knowledge)
    matcher.warm()
    return knowledge, matcher


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    german()  # what the program has to learn of the language, it finds in the cache
    return environment(tmp_path, LANG="de_DE.UTF-8", LISTONOSZ_KNOWLEDGE=str(GERMAN))


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=slow(0.05)) as server:
        yield server


def desk() -> Desk:
    return Desk(Mind(*german(), PROBES), ScriptedChecks(), MemorySessions())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("IMAP oder POP3?", DE),
        ("hallo", DE),
        ("Passwort falsch", DE),
        ("Guten Tag, mein Postfach ist voll", DE),
        ("Größe", DE),
        ("nie działa", Language.PL),
        ("haslo", Language.PL),
        ("password", Language.EN),
        ("why", Language.EN),
        ("535", None),
        ("imap?", None),
    ],
)
def test_its_messages_are_heard(text: str, language: Language | None) -> None:
    assert german()[1].detect(text) == language


def test_the_others_are_heard_as_well_as_without_it() -> None:
    posed = load_posed()
    heard = [(each, german()[1].detect(each.text)) for each in posed]
    wrong = [each.text for each, language in heard if language not in (None, each.language)]
    assert len(wrong) <= 0.02 * len(posed), wrong


async def test_the_command_line_speaks_it(env: dict[str, str]) -> None:
    ended = await run("ask", "IMAP vs POP3, was ist besser?", "--json", environment=env)
    found = json.loads(ended.out)
    assert (found["language"], found["topic"]) == ("de", "imap-or-pop3")
    assert "Wähle IMAP." in found["text"]
    ended = await run("ask", "imap or pop3", "--language", "de", environment=env)
    assert "Wähle IMAP." in ended.out
    assert "Quellen: RFC 9051" in ended.out
    assert "geprüft am 23. November 2026" in ended.out
    ended = await run("ask", "imap or pop3", "--language", "fr", environment=env)
    assert ended.status == 2
    assert "“fr”. Possible: pl, en, de." in ended.err


async def test_curators_are_told_what_it_lacks(env: dict[str, str]) -> None:
    ended = await run("knowledge", "stats", environment=env | {"LANG": "en_GB.UTF-8"})
    assert ended.status == 0
    (line,) = (line for line in ended.out.splitlines() if line.startswith("Deutsch: "))
    assert " of " in line


async def test_a_chat_in_a_terminal(env: dict[str, str]) -> None:
    async with terminal("chat", environment=env) as screen:
        await screen.until("Hallo, hier ist Listonosz.")
        assert "[1] Meine Domain prüfen" in screen.text
        await screen.enter("IMAP vs POP3, was ist besser?")
        await screen.until("Wähle IMAP.")
        await screen.until("[1] Mehr")
        await screen.enter("co lepsze imap czy pop3")
        await screen.until("Wybierz IMAP")
        await screen.enter("/language deutsch")
        await screen.until("Gut, ich spreche Deutsch.")
        await screen.enter("535 5.7.8")
        await screen.enter("vielen dank")
        await screen.until("Gern geschehen.")
        await screen.enter("/language klingonisch")
        await screen.until("Wähle eine von meinen: polski, English, Deutsch.")
        assert await screen.leave() == 0


async def test_a_conversation_on_telegram(api: BotApi) -> None:
    def texts() -> list[str]:
        return [message.text for message in api.world.shown(7)]

    async with running(api, desk()):
        anna = api.world.person(7, "de-AT")
        anna.writes("/start")
        await api.until(lambda: len(texts()) == 1)
        assert texts()[0].startswith("Hallo, hier ist Listonosz.")
        assert "Po polsku" in api.world.shown(7)[0].buttons  # the one after German, in a circle
        anna.writes("imap?")
        await api.until(lambda: len(texts()) == 2)
        anna.writes("IMAP vs POP3, was ist besser?")
        await api.until(lambda: len(texts()) == 3)
        assert "Wähle IMAP." in texts()[2]
        anna.writes("/language")
        await api.until(lambda: len(texts()) == 4)
        assert texts()[3] == "In welcher Sprache soll ich sprechen?"
        assert api.world.shown(7)[3].buttons == ["polski", "English", "Deutsch"]
        anna.presses("polski", api.world.shown(7)[3].message_id)
        await api.until(lambda: "Dobrze, mówię po polsku." in texts())
        anna.writes("IMAP vs POP3, was ist besser?")  # a choice outweighs the message
        await api.until(lambda: "Wybierz IMAP" in texts()[-1])


async def test_telegrams_menu_is_set_for_it(api: BotApi) -> None:
    scope = '{"type": "all_private_chats"}'
    async with running(api, desk()):
        await api.until(lambda: (scope, "de") in api.commands)
    described = {one["command"]: one["description"] for one in api.commands[scope, "de"]}
    assert described["check"] == "die ganze E-Mail einer Domain prüfen"
    # Where German has no word yet, English stands in.
    assert described["ask"] == "ask a question about e-mail"
