"""Learning on Telegram, as a process: thumbs, a curator's list, figures with a picture, /reload."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.storage.store import open_store
from tests.doubles.botapi import BotApi, Fault
from tests.frontends.telegram.telegram_kit import wits
from tests.frontends.telegram.test_process import STARTED, environment, program
from tests.storage.conftest import DAYS

LEARNT = 120.0  # seconds that a busy machine may take to check the whole knowledge


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture(autouse=True)
def learnt() -> None:
    """A first start learns for a while: not within the time of a test."""
    wits()


async def test_a_question_goes_from_a_thumb_to_a_draft(api: BotApi, tmp_path: Path) -> None:
    anna, ola = api.world.person(7), api.world.person(9)
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    env = environment(api.url) | {"DATABASE_URL": database, "LISTONOSZ_OPERATORS": "9"}
    async with program(env):
        anna.writes("imap czy pop3")
        await api.until(lambda: api.world.shown(7), STARTED)
        (answer,) = api.world.shown(7)
        anna.presses("👎", answer.message_id)
        await api.until(lambda: api.made("answerCallbackQuery"))
        assert (
            "Zapisałem to bez Twoich danych" in api.made("answerCallbackQuery")[-1].params["text"]
        )
        ola.writes("/questions")
        await api.until(lambda: len(api.world.shown(9)) == 1)
        (listed,) = api.world.shown(9)
        assert "imap czy pop3" in listed.text
        ola.presses("1.", listed.message_id)
        await api.until(lambda: "➕" in str(api.world.shown(9)[0]))
        ola.presses("➕ IMAP czy POP3: co wybrać", listed.message_id)
        await api.until(lambda: len(api.world.shown(9)) == 2)
        ola.writes("/stats")
        await api.until(lambda: api.made("sendPhoto"))
    async with open_store(database, DAYS) as store:
        (draft,) = await store.questions.drafts()
        assert (draft.topic, draft.asked) == ("imap-or-pop3", ("imap czy pop3",))


async def test_a_reload_is_refused_or_done_while_the_bot_answers(
    api: BotApi, tmp_path: Path
) -> None:
    anna, ola = api.world.person(7), api.world.person(9)
    folder = tmp_path / "knowledge"
    (folder / "topics").mkdir(parents=True)
    env = environment(api.url) | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "LISTONOSZ_OPERATORS": "9",
        "LISTONOSZ_KNOWLEDGE": str(folder),
    }
    async with program(env):
        anna.writes("imap czy pop3")
        await api.until(lambda: api.world.shown(7), LEARNT)
        broken = folder / "topics" / "broken.yaml"
        broken.write_text("area: [\n")
        ola.writes("/reload")
        anna.writes("jak ustawić imap w thunderbirdzie")
        await api.until(lambda: len(api.world.shown(7)) == 2)
        await api.until(lambda: len(api.world.shown(9)) == 2, LEARNT)
        assert "topics/broken.yaml:" in api.world.shown(9)[1].text
        broken.unlink()
        ola.writes("/reload")
        await api.until(lambda: len(api.world.shown(9)) == 4, LEARNT)
        assert "od teraz z niej odpowiadam" in api.world.shown(9)[3].text
        anna.writes("imap czy pop3")
        await api.until(lambda: len(api.world.shown(7)) == 3)


async def test_killed_while_it_counts_and_keeps_everything_is_done_once(
    api: BotApi, tmp_path: Path
) -> None:
    """Each press is given again to the next process; a vote, a draft, a topic are there once."""
    anna, ola = api.world.person(7), api.world.person(9)
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    env = environment(api.url) | {"DATABASE_URL": database, "LISTONOSZ_OPERATORS": "9"}

    async def dies_when(method: str, do: Callable[[], object]) -> None:
        """The bot does it, and is killed before it hears that Telegram took its answer."""
        async with program(env) as process:
            await api.until(lambda: not api.waiting, STARTED)
            count = len(api.made(method))
            api.fail(method, Fault(stall=600))
            do()
            await api.until(lambda: len(api.made(method)) > count, STARTED)
            process.kill()
            await process.wait()

    async with program(env):
        anna.writes("imap czy pop3")
        await api.until(lambda: api.world.shown(7), STARTED)
        ola.writes("/questions")
        await api.until(lambda: api.world.shown(9))
    (answer,) = api.world.shown(7)
    await dies_when("answerCallbackQuery", lambda: anna.presses("👎", answer.message_id))
    async with program(env):
        await api.until(lambda: not api.waiting, STARTED)
        ola.writes("/questions")
        await api.until(lambda: "imap czy pop3" in api.world.shown(9)[-1].text, STARTED)
        listed = api.world.shown(9)[-1]
        ola.presses("1.", listed.message_id)
        await api.until(lambda: "➕" in str(api.world.shown(9)[-1]))
        count = len(api.world.shown(9))
        advice = ola.writes("Kliknij Zwolnij w panelu serwera.")
        await api.until(lambda: len(api.world.shown(9)) > count)
    await dies_when("sendMessage", lambda: ola.presses("➕ IMAP czy POP3: co wybrać"))
    await dies_when(
        "sendMessage", partial(ola.writes, "/topic free-mail Jak zwolnić list?", reply_to=advice)
    )
    async with program(env):
        await api.until(lambda: not api.waiting, STARTED)
        ola.writes("/drafts")
        await api.until(
            lambda: "2 szkice" in api.world.shown(9)[-1].text.replace("\xa0", " "), STARTED
        )
    async with open_store(database, DAYS) as store:
        drafts = await store.questions.drafts()
        assert [each.topic for each in drafts] == ["imap-or-pop3", "free-mail"]
        counts = {each.what: each.count for each in await store.questions.tallies("", None)}
        assert counts["useless"] == 1
