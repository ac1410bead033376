"""Talks as people have them, with the matcher as it is learnt: what each ends with."""

from functools import cache

import pytest

from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Say, Turn
from bot.conversation.turn import take_turn
from bot.faq.engine import load_matcher
from bot.model.language import Language
from bot.render.data import document_text
from tests.conversation.people import PROBES, knowledge


@cache
def mind() -> Mind:
    return Mind(knowledge(), load_matcher(knowledge()), PROBES)


def talk(*messages: str) -> Turn:
    turn = Turn(Session())
    for message in messages:
        turn = take_turn(turn.session, Incoming("x", message), mind())
    return turn


def words(turn: Turn) -> str:
    said = (step.document for step in turn.steps if isinstance(step, Say))
    return "\n".join(document_text(document) for document in said)


@pytest.mark.parametrize(
    ("messages", "topic"),
    [
        (("nie działa", "wysyłanie"), "cannot-send"),
        (("it doesn't work", "sending"), "cannot-send"),
        (("poczta", "to drugie"), "cannot-send"),
        (("mail", "the second one"), "cannot-send"),
        (("hasło", "zapomniałem"), "forgotten-password"),
        (("password", "forgot it"), "forgotten-password"),
        (("spam", "moje maile"), "landing-in-spam"),
        (("settings", "server names"), "find-server-names"),
        (("outlook", "dodać konto"), "add-account"),
        (("co to jest dmarc", "a spf?"), "what-is-spf"),
        (("what is dmarc", "and dkim?"), "what-is-dkim"),
        (("Które konto IMAP czy POP3?",), "imap-or-pop3"),
        (("which account, IMAP or POP3?",), "imap-or-pop3"),
        (("chcę przenieść pocztę", "na nowy komputer"), "backup-new-computer"),
        (("move my mail", "to a new computer"), "backup-new-computer"),
        (("nie działa", "nie wiem"), "cannot-send"),
        # A program that fits all choices decides none of them.
        (("nie działa poczta", "outlook", "to drugie"), "cannot-receive"),
        (("my email doesn't work", "thunderbird", "login"), "password-rejected"),
        (("nie działa poczta", "outlook", "jak ustawić autoresponder"), "auto-reply"),
    ],
    ids=lambda value: value if isinstance(value, str) else " · ".join(value),
)
def test_the_talk_comes_to_its_topic(messages: tuple[str, ...], topic: str) -> None:
    assert talk(*messages).session.topic == topic


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        (("jak ustawić pocztę w thunderbirdzie", "a w outlooku"), "Zaawansowane opcje"),
        (("how to set up mail in thunderbird", "on android"), "Gmail app"),
        (("nie mogę wysłać", "a na iphonie?"), "iPhone"),
        (("limit wysyłania", "gmail"), "500"),
        (("imap czy pop3", "dlaczego?"), "POP3 ma sens"),
        (("nie mogę wysłać", "nie pomogło"), "wszystko, co o tym wiem"),
        (("nie mogę wysłać", "nie pomogło", "nie pomogło"), "Przykro mi"),
        (("nie mogę wysłać", "nie pomogło", "nie pomogło", "nie pomogło"), "administratora"),
        (("i can't send mail", "it works now"), "anything else"),
        (("imap czy pop3", "asdf"), "nie rozumiem"),
        (("imap or pop3", "asdf"), "do not understand"),
        (("nie działa",), "Co nie działa?"),
        (("it doesn't work",), "What does not work?"),
    ],
    ids=lambda value: value if isinstance(value, str) else " · ".join(value),
)
def test_the_talk_ends_with(messages: tuple[str, ...], said: str) -> None:
    assert said in words(talk(*messages))


def test_after_two_questions_back_there_is_no_third() -> None:
    asked = 0
    session = Session()
    for message in ("poczta", "ustawienia", "serwer", "spam", "hasło"):
        turn = take_turn(session, Incoming("x", message), mind())
        asked = asked + 1 if turn.session.options else 0
        assert asked <= 2
        session = turn.session


def test_no_question_back_is_put_twice() -> None:
    once = talk("poczta")
    twice = take_turn(once.session, Incoming("x", "poczta"), mind())
    assert words(once) != words(twice)
    assert not twice.session.options


@pytest.mark.parametrize(
    ("pasted", "topic", "says"),
    [
        ("co to znaczy 0x800CCC0E", "connection-refused", "0x800CCC0E: Outlook zna adres serwera"),
        ("AADSTS50126", "password-rejected", "zła nazwa użytkownika lub złe hasło"),
        ("Outlook says 0x800CCCDD", "connection-dropped", "the IMAP server hung up by itself"),
        ("my mail came back: 550 5.7.26", "bounce-rejected-as-spam", "neither SPF nor DKIM"),
    ],
)
def test_what_a_code_says_comes_first_and_stays(pasted: str, topic: str, says: str) -> None:
    turn = take_turn(Session(), Incoming("x", pasted, language_hint=Language.PL), mind())
    assert turn.session.topic == topic
    assert says in words(turn).splitlines()[0]
    english = turn.session.last_language is Language.EN
    longer = take_turn(turn.session, Incoming("x", "more" if english else "więcej"), mind())
    assert says in words(longer)


def test_a_code_is_forgotten_with_its_matter_and_why_names_it() -> None:
    turn = talk("550 5.1.1 user unknown", "/why")
    assert "5.1.1" in words(turn)
    assert "5.1.1" not in str(talk("550 5.1.1 user unknown", "jak ustawić autoresponder").session)


def test_nothing_of_a_pasted_bounce_is_kept() -> None:
    bounce = "Do: jan.tajny@example.com\n550 5.1.1 <jan.tajny@example.com> user unknown"
    assert "tajny" not in str(talk(bounce).session)
    assert "tajny" not in words(talk(bounce))


def test_a_program_that_decides_nothing_is_noted_and_the_choices_stay() -> None:
    turn = talk("nie działa poczta", "outlook")
    assert turn.session.topic == ""
    assert dict(turn.session.slots) == {"program": "outlook"}
    assert "Dobrze, Outlook." in words(turn)
    assert turn.session.options == ("cannot-send", "cannot-receive", "password-rejected")


@pytest.mark.parametrize("text", ["home.pl", "nazwa.pl", "a na onecie?", "wp"])
def test_a_provider_named_after_an_answer_is_that_answer_for_it(text: str) -> None:
    turn = talk("jaki port imap gmail", text)
    assert turn.session.topic == "ports-and-encryption"
    assert "993" in words(turn)
    assert "gmail" not in words(turn).lower()


@pytest.mark.parametrize("text", ["dziękuję panu", "ok dzieki juz dziala", "thanks, it works now"])
def test_thanks_are_understood_however_they_are_said(text: str) -> None:
    turn = talk(text)
    assert any(each in words(turn) for each in ("Cieszę się", "You are welcome"))


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        (("nie przychodzą maile", "a na telefonie?", "android"), "bez ograniczeń"),
        (("nie przychodzą maile", "wp"), "Społeczności"),
        (("my mail doesn't arrive", "thunderbird"), "Get Messages"),
        (("hasło aplikacji gmail", "w thunderbirdzie"), "Zachowane dane logowania"),
        (("app password", "and on the iphone?"), "once more under"),
        (("imap czy pop3", "mam outlooka"), "tylko przy dodawaniu"),
        (("imap czy pop3", "a na telefonie?"), "Telefon: wybierz IMAP"),
        (("jak ustawić autoresponder", "home.pl"), "Zawiadomienie o urlopie"),
        (("zapomniałem hasła do poczty", "onet"), "konto.onet.pl/haslo.html"),
    ],
    ids=lambda value: value if isinstance(value, str) else " · ".join(value),
)
def test_what_is_named_next_brings_its_own_steps(messages: tuple[str, ...], says: str) -> None:
    assert says in words(talk(*messages))


def test_who_asks_which_protocol_has_told_none() -> None:
    assert "protocol" not in dict(talk("imap czy pop3?").session.slots)
    assert dict(talk("co to jest imap").session.slots)["protocol"] == "imap"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("po angielsku proszę", Language.EN),
        ("english please", Language.EN),
        ("mów po polsku", Language.PL),
        ("do you speak Polish?", Language.PL),
    ],
)
def test_a_wish_for_a_language_is_granted(text: str, language: Language) -> None:
    turn = talk("jak ustawić autoresponder", text)
    assert turn.session.language is language
    assert turn.session.topic == "auto-reply"
