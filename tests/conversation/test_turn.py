"""A turn: whatever is typed or pressed leads to steps, never to an exception."""

from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.action import LONGEST, parse_action
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Ask, Check, Say, Turn
from bot.conversation.turn import take_turn
from bot.faq.match import Ambiguous, Match, Matched, Question, Unmatched
from bot.formats.errors import FormatError
from bot.formats.target import REASONS, parse_targets
from bot.knowledge.topic import Topic
from bot.model.document import Choice, Heading
from bot.model.language import WRITTEN, Language
from bot.render.data import document_text
from tests.conversation.people import ScriptedMatcher, knowledge, make_mind

TOPICS = tuple(knowledge().topics)


def choices(turn: Turn) -> list[Choice]:
    said = [step.document for step in turn.steps if isinstance(step, Say)]
    return [choice for document in said for row in document.choices for choice in row]


def words(turn: Turn) -> str:
    said = [step.document for step in turn.steps if isinstance(step, Say)]
    return "\n".join(document_text(document) for document in said)


def hear(text: str, session: Session | None = None, matcher: ScriptedMatcher | None = None) -> Turn:
    return take_turn(session or Session(), Incoming("x", text), make_mind(matcher))


class Capricious(ScriptedMatcher):
    """Understands anything as anything: each text always the same way."""

    def match(self, question: Question) -> Match:
        number = crc32(question.text.encode("utf-8", "replace")) % 7
        some = TOPICS[number : number + 3]
        if number < 2:
            return Matched(some[0], 0.9)
        if number < 4:
            return Ambiguous(some, {}, 0.7)
        return Unmatched((*some, "gone") if number == 5 else ())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60) | st.sampled_from(["/check", "/ask", "/imap"]), max_size=5))
def test_no_text_makes_an_exception(texts: list[str]) -> None:
    session = Session()
    mind = make_mind(Capricious())
    for text in texts:
        turn = take_turn(session, Incoming("x", text), mind)
        assert turn.steps
        session = turn.session
        for choice in choices(turn):
            assert len(choice.action.encode()) <= LONGEST
            assert choice.action.isascii()
            assert take_turn(session, Incoming("x", action=choice.action), mind).steps


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=70), st.text(max_size=40))
def test_no_button_makes_an_exception(action: str, shown: str) -> None:
    assert take_turn(Session(), Incoming("x", action=action, shown=shown), make_mind()).steps


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from("tohmvnkxlcfrd"),
    st.sampled_from(["pl", "en"]),
    st.lists(
        st.sampled_from(["imap-or-pop3", "-", "firma.pl", "@", "", "mx", "9", "²"]), max_size=4
    ),
)
def test_no_arguments_of_a_button_make_an_exception(
    letter: str, language: str, args: list[str]
) -> None:
    action = "|".join([letter, language, *args])
    assert take_turn(Session(), Incoming("x", action=action), make_mind()).steps


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("reason", sorted(REASONS - {"bad-selector"}))  # of /dkim alone
def test_every_reason_has_a_clear_sentence_with_an_example(reason: str, language: Language) -> None:
    text, example = BAD[reason], {"pl": "firma.pl", "en": "example"}[language]
    with pytest.raises(FormatError) as caught:
        parse_targets(text)
    assert caught.value.reason == reason
    turn = hear(f"/check {text}", matcher=ScriptedMatcher(language=language))
    assert example in words(turn) or f"{text}." in words(turn)
    assert not any(isinstance(step, Check) for step in turn.steps)


@pytest.mark.parametrize("language", WRITTEN)
def test_a_selector_that_is_none_gets_a_clear_sentence(language: Language) -> None:
    turn = hear("/dkim firma.pl a..b", matcher=ScriptedMatcher(language=language))
    assert "“a..b”" in words(turn) or "„a..b”" in words(turn)
    assert "s=google" in words(turn)
    assert not any(isinstance(step, Check) for step in turn.steps)


BAD = {
    "empty": "\u200b",
    "too-long": "a" * 10_000,
    "control-character": "firma\x00.pl",
    "emoji": "🙂",
    "blanks": "anna kowalska@firma.pl",
    "not-a-name": "?",
    "no-dot": "serwer",
    "label-too-long": "a" * 64 + ".pl",
    "bad-idna": "fi​rma‍ą.pl".replace("\u200b", "") + "ﷺ.pl",
    "reserved-name": "drukarka.local",
    "odd-address": "0x7f000001",
    "too-many": "a.pl b.pl c.pl d.pl e.pl f.pl",
}


def test_all_refusals_say_the_same() -> None:
    refused = {words(hear(f"/check {text}")) for text in ("localhost", "0x7f.1", "x.internal")}
    assert len(refused) == 1


def test_ten_thousand_characters_are_too_long() -> None:
    assert words(hear("poczta " * 2000)) == (
        "To za długie, żebym dobrze zrozumiał. Opisz kłopot w dwóch, trzech zdaniach."
    )


def test_a_password_is_neither_matched_nor_remembered() -> None:
    matcher = ScriptedMatcher()
    turn = hear("nie działa poczta anna@firma.pl, hasło: Kotek12", matcher=matcher)
    assert matcher.asked == []
    assert "Kotek" not in repr(turn.session)
    assert "Kotek" not in words(turn)


def test_a_domain_named_in_a_question_can_be_checked_with_one_press() -> None:
    topic = next(t for t in knowledge().topics.values() if {"mx", "smtp"} & set(t.check))
    text = "poczta do anna@sklep.pl nie dochodzi"
    turn = hear(text, matcher=ScriptedMatcher({text: Matched(topic.id, 0.9)}))
    action = next(c.action for c in choices(turn) if c.label == "Sprawdź sklep.pl")
    pressed = take_turn(turn.session, Incoming("x", action=action), make_mind())
    (step,) = pressed.steps
    assert isinstance(step, Check)
    assert str(step.request.target) == "sklep.pl"
    assert step.request.probes


def test_what_is_remembered_is_offered_and_told_to_the_matcher() -> None:
    topic = next(t for t in knowledge().topics.values() if "mx" in t.check)
    matcher = ScriptedMatcher({"a co z pocztą?": Matched(topic.id, 0.9)})
    first = hear("w outlooku na sklep.pl nic nie ma", matcher=matcher)
    second = hear("a co z pocztą?", first.session, matcher)
    assert "Sprawdź sklep.pl" in [choice.label for choice in choices(second)]
    assert matcher.asked[-1].slots["program"] == "outlook"


def test_a_program_s_steps_are_shown_in_place() -> None:
    topic = next(topic for topic in knowledge().topics.values() if offered(topic))
    answered = hear("x y z", matcher=ScriptedMatcher({"x y z": Matched(topic.id, 0.9)}))
    action = next(c.action for c in choices(answered) if c.action.startswith("v|"))
    read = parse_action(action)
    assert read
    number = int(read.args[1])
    (step,) = take_turn(answered.session, Incoming("x", action=action), make_mind()).steps
    assert isinstance(step, Say)
    assert step.replace
    variant = topic.variants[number].text[Language.PL]
    assert any(part.strip("-1234567890. ")[:20] in document_text(step.document) for part in variant)


def offered(topic: Topic) -> bool:
    return any("program" in variant.when and len(variant.when) == 1 for variant in topic.variants)


def test_more_shows_all_and_less_goes_back() -> None:
    topic = next(topic for topic in knowledge().topics.values() if topic.more[Language.PL])
    answered = hear("x", matcher=ScriptedMatcher({"x": Matched(topic.id, 0.9)}))
    more = next(choice for choice in choices(answered) if choice.label == "Więcej")
    longer = take_turn(answered.session, Incoming("x", action=more.action), make_mind())
    less = next(choice for choice in choices(longer) if choice.label == "Krócej")
    shorter = take_turn(longer.session, Incoming("x", action=less.action), make_mind())
    assert len(words(longer)) > len(words(answered)) == len(words(shorter))


def test_an_answer_begins_with_what_was_understood() -> None:
    turn = hear("x", matcher=ScriptedMatcher({"x": Matched("imap-or-pop3", 0.9)}))
    (step,) = turn.steps
    assert isinstance(step, Say)
    assert isinstance(step.document.blocks[0], Heading)
    assert step.document.language == Language.PL


def test_at_most_three_choices_are_offered() -> None:
    turn = hear("x", matcher=ScriptedMatcher({"x": Ambiguous(TOPICS[:6], {}, 0.5)}))
    assert isinstance(turn.steps[0], Ask)
    assert len(choices(turn)) == 4  # and none of these


def test_the_hint_counts_where_nothing_else_tells() -> None:
    mind = make_mind(ScriptedMatcher(language=None))
    for language in WRITTEN:
        incoming = Incoming("x", "/start", language_hint=language)
        assert take_turn(Session(), incoming, mind).session.last_language == language
