"""/why: how a question was understood, by which words, and how sure."""

import pytest

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Ask, Say, Turn
from bot.conversation.turn import take_turn
from bot.faq.engine import load_matcher
from bot.faq.match import Ambiguous, Candidate, Match, Matched, Unmatched
from bot.render.data import document_text
from tests.conversation.people import ScriptedMatcher, knowledge, make_mind


def words(turn: Turn) -> str:
    said = [step.document for step in turn.steps if isinstance(step, Say)]
    return "\n".join(document_text(document) for document in said)


@pytest.mark.parametrize(
    ("match", "verdict"),
    [
        (Matched("imap-or-pop3", 0.8), "Rozumiem to jako: IMAP czy POP3"),
        (Ambiguous(("imap-or-pop3", "cannot-send"), {}, 0.7), "Dlatego dopytuję"),
        (Unmatched(), "Nie rozumiem tego na tyle"),
    ],
)
def test_the_verdict_is_explained(match: Match, verdict: str) -> None:
    mind = make_mind(ScriptedMatcher({"imap czy pop3": match}))
    told = words(take_turn(Session(), Incoming("x", "/why imap czy pop3"), mind))
    assert verdict in told
    for fact in ("70% głosów", "temat 80%", "przewaga 60%", "imap +0.42", "imap czy pop3"):
        assert fact in told


def test_without_a_question_the_next_message_is_it() -> None:
    mind = make_mind(ScriptedMatcher({"imap czy pop3": Matched("imap-or-pop3", 0.8)}))
    asked = take_turn(Session(), Incoming("x", "/why"), mind)
    assert isinstance(asked.steps[0], Ask)
    told = take_turn(asked.session, Incoming("x", "imap czy pop3"), mind)
    assert told.session.topic == "imap-or-pop3" or "Rozumiem to jako" in words(told)


def test_without_a_question_the_last_answer_is_explained() -> None:
    match = Matched("imap-or-pop3", 0.8, Candidate("cannot-send", 0.1))
    mind = make_mind(ScriptedMatcher({"imap czy pop3": match}))
    answered = take_turn(Session(), Incoming("x", "imap czy pop3"), mind)
    told = words(take_turn(answered.session, Incoming("x", "/why"), mind))
    for fact in ("„IMAP czy POP3: co wybrać”, z pewnością 80%", "imap, pop3", "10% głosów"):
        assert fact in told


def test_an_answer_that_a_button_chose_has_no_words_to_explain() -> None:
    mind = make_mind(ScriptedMatcher({"imap czy pop3": Matched("imap-or-pop3", 0.8)}))
    answered = take_turn(Session(), Incoming("x", "imap czy pop3"), mind)
    pressed = take_turn(answered.session, Incoming("x", action="t|pl|cannot-send"), mind)
    assert pressed.session.topic == "cannot-send"
    asked = take_turn(pressed.session, Incoming("x", "/why"), mind)
    assert isinstance(asked.steps[0], Ask)


def test_only_words_of_the_knowledge_are_given_as_those_that_spoke() -> None:
    question = "nie mogę wysłać poczty z outlooka, zenobiusz brzęczyszczykiewicz"
    spoke = load_matcher(knowledge()).spoke(question, "cannot-send")
    words = " ".join(each.words for each in spoke)
    assert "wyslac" in words
    assert not any(part in words for part in ("zenob", "brzecz", "brzęcz"))
