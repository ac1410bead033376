"""A person's language: their choice, else their message's, else Telegram's, else the group's."""

from dataclasses import replace

import pytest

from bot.conversation.drive import Desk
from bot.conversation.groups.group import GroupSettings
from bot.conversation.groups.talk import language_for
from bot.conversation.inline import offers
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.turn import take_turn
from bot.knowledge.load import load_knowledge
from bot.model.language import Language
from tests.conversation.people import PROBES, ScriptedChecks, WrittenOutlet
from tests.frontends.telegram.telegram_kit import wits
from tests.languages.german import DE, GERMAN

PL, EN = Language.PL, Language.EN
NEITHER = ("535", "imap?", "5.7.8", "🙂", "anna@firma.pl", "firma.pl")


@pytest.fixture(scope="module")
def mind() -> Mind:
    return Mind(*wits(), PROBES)


def answered(
    mind: Mind, text: str, session: Session | None = None, **changes: object
) -> Language | None:
    incoming = Incoming("someone", text, **changes)  # type: ignore[arg-type]
    return take_turn(session or Session(), incoming, mind).session.last_language


@pytest.mark.parametrize("text", ["nie działa poczta", "my mail does not work", *NEITHER])
def test_a_choice_outweighs_all_else(mind: Mind, text: str) -> None:
    group = GroupSettings(language=PL)
    chosen = Session(language=EN, last_language=PL)
    assert answered(mind, text, chosen, language_hint=PL, group=group) == EN


@pytest.mark.parametrize("text", ["nie działa poczta", "my mail does not work", *NEITHER])
def test_a_choice_made_in_private_counts_elsewhere_too(mind: Mind, text: str) -> None:
    group = GroupSettings(language=PL)
    said = {"is_private": False, "group": group, "language_hint": PL}
    assert answered(mind, text, chosen=EN, **said) == EN
    assert answered(mind, text, Session(language=PL), chosen=EN, **said) == PL


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("nie działa poczta", PL),
        ("haslo", PL),
        ("my mail does not work", EN),
        ("password", EN),
        ("dostaję błąd: the server rejected your login, co zrobić", PL),
        ("outlook says nie można połączyć and then it closes, what do I do", EN),
    ],
)
def test_the_message_outweighs_what_was_before_and_telegram_and_the_group(
    mind: Mind, text: str, language: Language
) -> None:
    other = EN if language == PL else PL
    before = Session(last_language=other)
    group = GroupSettings(language=other)
    assert answered(mind, text, before, language_hint=other, group=group) == language


@pytest.mark.parametrize("text", NEITHER)
def test_a_message_that_tells_nothing_is_answered_as_the_one_before_it(
    mind: Mind, text: str
) -> None:
    before = Session(last_language=PL)
    assert answered(mind, text, before, language_hint=EN, group=GroupSettings(language=EN)) == PL


@pytest.mark.parametrize("text", NEITHER)
def test_then_telegram_is_asked_and_then_the_group(mind: Mind, text: str) -> None:
    group = GroupSettings(language=PL)
    assert answered(mind, text, language_hint=EN, group=group) == EN
    assert answered(mind, text, group=group) == PL
    assert answered(mind, text) == EN


def test_a_language_that_is_not_spoken_is_passed_over(mind: Mind) -> None:
    group = GroupSettings(language=PL)
    stale = Session(language=DE, last_language=DE)
    assert answered(mind, "535", stale, language_hint=Language("uk"), group=group) == PL


def test_a_kind_of_a_language_counts_as_the_language(mind: Mind) -> None:
    assert answered(mind, "535", language_hint=Language("pl-pl")) == PL


def test_a_button_of_a_language_that_is_gone_still_works(mind: Mind) -> None:
    incoming = Incoming("someone", action="m|de|imap-or-pop3", language_hint=PL)
    turn = take_turn(Session(), incoming, mind)
    assert turn.session.topic == "imap-or-pop3"
    assert turn.session.last_language == PL


def test_a_language_laid_over_takes_part_in_all_of_it() -> None:
    languages = load_knowledge(GERMAN).languages
    usual = Incoming("someone", language_hint=PL)
    assert language_for(Session(), usual, languages, DE) == DE
    assert language_for(Session(language=DE), usual, languages, EN) == DE
    hinted = replace(usual, language_hint=Language("de-at"))
    assert language_for(Session(), hinted, languages) == DE


async def test_the_desk_knows_in_a_group_what_was_chosen_in_private(mind: Mind) -> None:
    sessions = MemorySessions()
    await sessions.save(Incoming("tg:7", person="tg:7", chat="tg:7"), Session(language=PL))
    desk = Desk(mind, ScriptedChecks(), sessions)
    said = Incoming(
        "tg:-100:7", "what is imap", is_private=False, person="tg:7", chat="tg:-100", id="1"
    )
    outlet = WrittenOutlet()
    await desk.handle(said, outlet)
    assert outlet.said[0].language == PL
    await desk.handle(replace(said, conversation="tg:-100:8", person="tg:8", id="2"), outlet)
    assert outlet.said[1].language == EN


def test_inline_answers_go_by_the_choice_too(mind: Mind) -> None:
    assert offers("imap or pop3", EN, mind, PL)[0] == PL
    assert offers("imap or pop3", PL, mind)[0] == EN
    assert offers("imap", Language("pl-pl"), mind)[0] == PL
