"""What a group says to nobody in particular: mostly silence, an answer only when it is plain."""

from datetime import datetime

import pytest

from bot.conversation.errand import run_errands
from bot.conversation.groups.exposing import Exposed, exposed
from bot.conversation.groups.group import GroupSettings, Hearing, QuietHours, Speaking
from bot.conversation.groups.listening import SERVICE, AnswerUnasked, ListeningOffice, is_quiet
from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Errand, Say, Turn, Withdraw
from bot.conversation.turn import take_turn
from bot.faq.engine import load_matcher
from bot.model.document import Document
from bot.storage.store import Store
from tests.conversation.people import PROBES, knowledge
from tests.storage.clock import Clock
from tests.storage.conftest import address, clock, server, store  # noqa: F401

LISTENING = GroupSettings(is_listening=True)
QUESTION = "czym się różni imap od pop3?"


@pytest.fixture(scope="module")
def mind() -> Mind:
    return Mind(knowledge(), load_matcher(knowledge()), PROBES, services=frozenset({SERVICE}))


def overheard(text: str, group: GroupSettings = LISTENING, **changes: object) -> Incoming:
    values = {"hearing": Hearing.OVERHEARD, "thread": "", "id": "tg:1"} | changes
    return Incoming(
        "tg:-1:7", text, is_private=False, person="tg:7", chat="tg:-1", group=group, **values
    )  # type: ignore[arg-type]


def topic(turn: Turn) -> str:
    """The topic that it wants to answer unasked; "" for silence."""
    for step in turn.steps:
        if isinstance(step, Errand) and isinstance(step.order, AnswerUnasked):
            return step.order.topic
    assert turn.steps == ()
    return ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUESTION, "imap-or-pop3"),
        ("imap or pop3, which one should I choose?", "imap-or-pop3"),
        ("co to jest SPF?", "what-is-spf"),
        ("jak sprawdzić czy moja domena jest na czarnej liście?", "blocklisted"),
    ],
)
def test_what_is_plain_is_answered(mind: Mind, text: str, expected: str) -> None:
    assert topic(take_turn(Session(), overheard(text), mind)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "hej wszystkim, co słychać?",
        "kto idzie dziś na obiad?",
        "jaka będzie pogoda jutro?",
        "czy ktoś ma ładowarkę do iPhone'a?",
        "o której jest zebranie w poniedziałek?",
        "wysłałam Ci maila z umową, zobacz proszę",
        "dostałeś mojego maila?",
        "kto może mi wysłać maila do księgowości?",
        "jak nazywa się nowa osoba w dziale IT?",
        "u mnie już działa, dzięki za pomoc",
        "spróbuj zmienić port na 587",
        "poczta znowu...",
        "outlook?",
        "which of you is coming to lunch?",
        "did you get my email about the contract?",
        "does anyone have a spare charger?",
        "where is the printer on the second floor?",
        "it works now, the password was wrong",
        "you should try port 587 with STARTTLS",
        "what time does the post office close?",
        "jak wysłać paczkę na poczcie?",
        "ile kosztuje list polecony?",
    ],
)
def test_what_people_say_among_themselves_is_left_alone(mind: Mind, text: str) -> None:
    assert topic(take_turn(Session(), overheard(text), mind)) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"group": GroupSettings()},
        {"group": GroupSettings(is_listening=True, topics={"": Speaking.ADDRESSED})},
        {"group": GroupSettings(is_listening=True, topics={"": Speaking.NEVER})},
        {"hearing": Hearing.ASIDE},
    ],
    ids=["off", "only when addressed", "never", "to somebody else"],
)
def test_where_it_is_not_to_answer_it_does_not(mind: Mind, changes: dict[str, object]) -> None:
    group = changes.pop("group", LISTENING)
    said = overheard(QUESTION, group, **changes)  # type: ignore[arg-type]
    assert take_turn(Session(), said, mind) == Turn(Session())


def test_silence_leaves_no_trace(mind: Mind) -> None:
    session = Session(options=("imap-or-pop3",), domain="firma.pl")
    assert take_turn(session, overheard("hej, co słychać?"), mind).session == session


async def answer(kept: Store, when: Clock, incoming: Incoming, mind: Mind) -> list[Document]:
    office = ListeningOffice(kept.schedule, when, 3600)
    turn = take_turn(Session(), incoming, mind)
    turn = await run_errands(turn, Session(), incoming, mind, office.offices)
    return [step.document for step in turn.steps if isinstance(step, Say)]


async def test_once_per_topic_and_thread_in_a_while(
    store: Store,  # noqa: F811
    clock: Clock,  # noqa: F811
    mind: Mind,
) -> None:
    (first,) = await answer(store, clock, overheard(QUESTION), mind)
    assert "usuń" in first.choices[-1][0].label
    assert await answer(store, clock, overheard(QUESTION, id="tg:2"), mind) == []
    assert await answer(store, clock, overheard(QUESTION, thread="5"), mind)
    assert await answer(store, clock, overheard("co to jest SPF?"), mind)
    (claimed, *_) = await store.schedule.claim(["unasked"], clock() + 3601, 60)
    await store.schedule.done(claimed)
    assert await answer(store, clock, overheard(QUESTION, id="tg:3"), mind)


async def test_a_quiet_hour_costs_no_turn(
    store: Store,  # noqa: F811
    clock: Clock,  # noqa: F811
    mind: Mind,
) -> None:
    night = GroupSettings(is_listening=True, quiet=QuietHours(0, 1440))
    assert await answer(store, clock, overheard(QUESTION, night), mind) == []
    assert await answer(store, clock, overheard(QUESTION), mind)


@pytest.mark.parametrize(
    ("hour", "holds"), [(21, False), (22, True), (3, True), (6, True), (7, False)]
)
def test_quiet_hours_go_over_midnight_by_the_clock_of_their_zone(hour: int, holds: bool) -> None:
    noon_utc = 1_800_014_400 - 1_800_014_400 % 86_400  # midnight UTC, 1:00 in Warsaw in winter
    now = noon_utc + (hour - 1) * 3600
    assert is_quiet(QuietHours(22 * 60, 7 * 60), now) is holds


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("moje hasło to Kotek12!", Exposed.PASSWORD),
        ("a1 LOGIN anna Kotek12!", Exposed.PASSWORD),
        ("anna@firma.pl Kotek12!", Exposed.LOGIN),
        ("login anna@firma.pl i Kotek12!", Exposed.LOGIN),
        ("Return-Path: <a@b.pl>\nReceived: from a by b\nMessage-ID: <1@b.pl>", Exposed.HEADERS),
        ("anna@firma.pl smtp.firma.pl:587", None),
        ("anna@firma.pl nie działa w Outlook2019", None),
        ("anna@firma.pl błąd 0x800CCC0E", None),
        ("napisz na anna@firma.pl", None),
        ("jak zmienić hasło do poczty?", None),
        ("Subject: co to jest?", None),
        ("From: i To: co oznaczają?", None),
    ],
)
def test_what_nobody_should_show(text: str, what: Exposed | None) -> None:
    assert exposed(text) is what


@pytest.mark.parametrize("hearing", list(Hearing))
def test_a_secret_is_warned_of_whoever_it_was_said_to(mind: Mind, hearing: Hearing) -> None:
    said = overheard("hasło: Kotek12!", GroupSettings(), hearing=hearing)
    turn = take_turn(Session(), said, mind)
    (step,) = turn.steps
    assert isinstance(step, Say)
    assert "Kotek12" not in str(step.document)
    assert turn.session == Session()


def test_where_the_group_wants_it_the_secret_goes_at_once(mind: Mind) -> None:
    said = overheard("hasło: Kotek12!", GroupSettings(deletes_secrets=True))
    (step,) = take_turn(Session(), said, mind).steps
    assert isinstance(step, Withdraw)
    assert step.done != step.failed


@pytest.mark.parametrize(
    ("when", "is_held"),
    [
        # The night of 29 March 2026 has no hour from 2 to 3, that of 25 October has it twice.
        pytest.param("2026-03-28T22:00+01:00", True, id="begins before midnight"),
        pytest.param("2026-03-28T21:59+01:00", False, id="not yet"),
        pytest.param("2026-03-29T01:59+01:00", True, id="the last minute of winter"),
        pytest.param("2026-03-29T03:00+02:00", True, id="the first minute of summer"),
        pytest.param("2026-03-29T06:59+02:00", True, id="ends by the clock on the wall"),
        pytest.param("2026-03-29T07:00+02:00", False, id="over"),
        pytest.param("2026-10-25T02:30+02:00", True, id="the hour that comes twice"),
        pytest.param("2026-10-25T02:30+01:00", True, id="the hour that came twice"),
        pytest.param("2026-10-25T07:00+01:00", False, id="over in winter"),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(when: str, is_held: bool) -> None:
    night = QuietHours(22 * 60, 7 * 60)
    assert is_quiet(night, datetime.fromisoformat(when).timestamp()) is is_held
