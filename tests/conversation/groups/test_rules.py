"""/group: what can be set, how it is written in both languages, and what gets a clear sentence."""

import pytest

from bot.conversation.errand import run_errands
from bot.conversation.groups.group import GroupSettings, QuietHours, Speaking, Standing, Watchers
from bot.conversation.groups.listening import SERVICE
from bot.conversation.groups.office import GroupOffice
from bot.conversation.groups.values import Offered
from bot.conversation.memory import MemoryGroups
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Say, Toast
from bot.conversation.turn import needs_standing, take_turn
from bot.model.document import Document
from bot.model.language import Language
from tests.conversation.people import ScriptedMatcher, make_mind

BEFORE = GroupSettings(
    language=Language.EN,
    is_listening=True,
    quiet=QuietHours(0, 60),
    commands=frozenset({"mx"}),
    helpers=("tg:7", "tg:8"),
    domain="firma.pl",
    provider="ovh",
    greeting="Hej",
    deletes_secrets=True,
    topics={"5": Speaking.NEVER},
)
OFFERED = Offered(("check", "mx", "spf"))
RULER = Standing(is_administrator=True)


async def plan(chat: str) -> None:
    """Whose menu is put right is seen in tests/jobs/test_menus.py."""


async def typed(
    text: str, before: GroupSettings | None = None, **changes: object
) -> tuple[GroupSettings, str]:
    """What is set after this was typed, and what was said."""
    groups = MemoryGroups()
    await groups.save("tg:-1", before or GroupSettings())
    values: dict[str, object] = {"text": text, "standing": RULER, "thread": "5"} | changes
    incoming = Incoming(
        "x", is_private=False, chat="tg:-1", person="tg:1", language_hint=Language.PL, **values
    )  # type: ignore[arg-type]
    mind = make_mind(ScriptedMatcher(language=None), services=frozenset({SERVICE}))
    offices = GroupOffice(groups, lambda: OFFERED, plan).offices
    turn = take_turn(Session(), incoming, mind)
    turn = await run_errands(turn, Session(), incoming, mind, offices)
    (step,) = turn.steps
    said = step.document if isinstance(step, Say) else step
    assert isinstance(said, Document | Toast)
    return await groups.load("tg:-1"), str(said)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("język polski", "language", Language.PL),
        ("language english", "language", Language.EN),
        ("language pl", "language", Language.PL),
        ("Słuchanie WŁĄCZ", "is_listening", True),
        ("sluchanie wlacz", "is_listening", True),
        ("listening on", "is_listening", True),
        ("topic everything", "topics", {"5": Speaking.EVERYTHING}),
        ("wątek wołany", "topics", {"5": Speaking.ADDRESSED}),
        ("wątek nigdy", "topics", {"5": Speaking.NEVER}),
        ("quiet 22-7", "quiet", QuietHours(22 * 60, 7 * 60)),
        ("cisza 21:30 do 6:15", "quiet", QuietHours(21 * 60 + 30, 6 * 60 + 15)),
        ("quiet 22-7 Europe/London", "quiet", QuietHours(22 * 60, 7 * 60, "Europe/London")),
        ("quiet 0-24", None, None),
        ("commands check /mx", "commands", frozenset({"check", "mx"})),
        ("polecenia -check", "commands", frozenset({"mx", "spf"})),
        ("commands check, mx, spf", "commands", None),
        ("watching everybody", "watchers", Watchers.EVERYBODY),
        ("obserwowanie pomocnicy", "watchers", Watchers.HELPERS),
        ("helpers 12345", "helpers", ("tg:12345",)),
        ("pomocnicy dodaj 12345", "helpers", ("tg:12345",)),
        ("domain Firma.PL", "domain", "firma.pl"),
        ("domena żółw.pl", "domain", "xn--w-uga1v8h.pl"),
        ("provider OVH", "provider", "ovh"),
        ("greeting Cześć, {name}!", "greeting", "Cześć, {name}!"),
        ("hasła usuwaj", "deletes_secrets", True),
        ("secrets on", "deletes_secrets", True),
    ],
)
async def test_what_can_be_set(text: str, field: str | None, value: object) -> None:
    after, said = await typed(f"/group {text}")
    if field is None:
        assert after == GroupSettings()
        return
    assert getattr(after, field) == value
    assert "Zapisałem" in said or "Saved" in said


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("language off", "language"),
        ("słuchanie wyłącz", "is_listening"),
        ("topic off", "topics"),
        ("cisza brak", "quiet"),
        ("commands all", "commands"),
        ("helpers none", "helpers"),
        ("domena usuń", "domain"),
        ("provider off", "provider"),
        ("powitanie wyłącz", "greeting"),
        ("hasła ostrzegaj", "deletes_secrets"),
    ],
)
async def test_everything_can_be_undone_and_nothing_else_changes(text: str, field: str) -> None:
    after, _ = await typed(f"/group {text}", BEFORE)
    assert getattr(after, field) == getattr(GroupSettings(), field)
    others = {name for name in GroupSettings.__slots__ if name != field}
    assert all(getattr(after, name) == getattr(BEFORE, name) for name in others)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pogoda ładna", "Nie znam ustawienia „pogoda”"),
        ("listening maybe", "/group listening włącz"),
        ("language klingon", "po polsku i po angielsku"),
        ("watching nobody", "Kto ma włączać"),
        ("topic czasem", "/group wątek"),
        ("quiet 25-7", "/group cisza 22-7"),
        ("quiet 7-7", "dwie różne godziny"),
        ("quiet 22:99-7", "/group cisza 22-7"),
        ("quiet 22-7 Europe/Atlantis", "strefy czasowej „Europe/Atlantis”"),
        ("quiet 22-7 ../etc/passwd", "/group cisza 22-7"),
        ("commands", "Wymień polecenia"),
        ("commands lunch", "Nie ma polecenia „lunch”"),
        ("helpers", "Kogo?"),
        ("helpers add @nobody", "kim jest @nobody"),
        ("domain firma", "nie jest nazwą domeny"),
        ("domain 127.0.0.1", "nie jest nazwą domeny"),
        ("provider Kwiaciarnia", "Nie znam dostawcy „Kwiaciarnia”"),
        ("greeting", "od 1 do 600"),
        ("greeting " + "x" * 700, "od 1 do 600"),
    ],
)
async def test_a_wrong_value_gets_a_clear_sentence_and_changes_nothing(
    text: str, words: str
) -> None:
    after, said = await typed(f"/group {text}", BEFORE)
    assert words in said
    assert after == BEFORE


async def test_whom_a_reply_names_is_added_and_taken_off() -> None:
    people = (("tg:9", "Jan"),)
    after, said = await typed("/group helpers add", BEFORE, people=people)
    assert after.helpers == ("tg:7", "tg:8", "tg:9")
    assert "Jan" in said
    after, _ = await typed("/group helpers remove", BEFORE, people=(("tg:8", "Ola"),))
    assert after.helpers == ("tg:7",)


@pytest.mark.parametrize("standing", [None, Standing()])
async def test_nobody_else_sets_anything(standing: Standing | None) -> None:
    after, said = await typed("/group listening on", standing=standing)
    assert after == GroupSettings()
    assert "tylko dla administratorów" in said
    after, said = await typed("", action="g|pl|listening|on", standing=standing)
    assert after == GroupSettings()
    assert "Tylko administratorzy" in said


async def test_a_bot_that_hears_nothing_says_so_where_it_is_to_listen() -> None:
    blind = Standing(is_administrator=True, sees_all=False)
    assert "BotFather" in (await typed("/group listening on", standing=blind))[1]
    assert "BotFather" not in (await typed("/group listening on"))[1]
    assert "BotFather" not in (await typed("/group", standing=blind))[1]


@pytest.mark.parametrize(
    ("incoming", "needs"),
    [
        (Incoming("x", "/group", is_private=False), True),
        (Incoming("x", "/GROUP@listonosz_bot quiet 22-7", is_private=False), True),
        (Incoming("x", action="g|pl|quiet|off", is_private=False), True),
        (Incoming("x", "/check firma.pl", is_private=False), False),
        (Incoming("x", action="c|pl|-|firma.pl", is_private=False), False),
    ],
)
def test_telegram_is_asked_only_where_it_counts(incoming: Incoming, needs: bool) -> None:
    assert needs_standing(incoming) is needs


def test_in_private_there_is_no_group() -> None:
    mind = make_mind(services=frozenset({SERVICE}))
    (step,) = take_turn(Session(), Incoming("x", "/group"), mind).steps
    assert "działa tylko w grupie" in str(step)
