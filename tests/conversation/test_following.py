"""After an answer: for another program, why, more, it does not help, and another subject."""

from dataclasses import replace

import pytest

from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Ask, Say, Turn
from bot.conversation.turn import take_turn
from bot.faq.match import Ambiguous, Matched
from bot.knowledge.topic import Topic, Variant
from bot.model.language import WRITTEN, Language
from bot.render.data import document_text
from tests.conversation.people import PROBES, ScriptedMatcher, knowledge

FIRST = knowledge().topics["imap-or-pop3"]
OTHER = knowledge().topics["cannot-send"]


def variant(**when: str) -> Variant:
    text = f"steps for {' '.join(when.values())}"
    return Variant(when, {language: (text,) for language in WRITTEN})


TOPIC = replace(
    FIRST,
    variants=(
        variant(program="outlook"),
        variant(program="thunderbird"),
        variant(device="iphone"),
        variant(device="android"),
        variant(provider="gmail"),
    ),
)
ONE_PHONE = replace(FIRST, variants=(variant(device="iphone"),))
BARE = replace(FIRST, variants=(), more={language: () for language in WRITTEN})


def mind(topic: Topic = TOPIC, matcher: ScriptedMatcher | None = None) -> Mind:
    known = replace(knowledge(), topics={**knowledge().topics, topic.id: topic})
    return Mind(known, matcher or ScriptedMatcher(), PROBES)


def hear(
    text: str, session: Session, topic: Topic = TOPIC, it: Matched | Ambiguous | None = None
) -> Turn:
    matcher = ScriptedMatcher({text: it} if it else {})
    return take_turn(session, Incoming("x", text), mind(topic, matcher))


def words(turn: Turn) -> str:
    said = [step.document for step in turn.steps if isinstance(step, Say)]
    return "\n".join(document_text(document) for document in said)


def labels(turn: Turn) -> list[str]:
    said = [step.document for step in turn.steps if isinstance(step, Say)]
    return [each.label for document in said for row in document.choices for each in row]


ANSWERED = Session(topic=TOPIC.id)


class TestAnotherProgram:
    """The same answer for what was just named."""

    @pytest.mark.parametrize(
        ("text", "steps"),
        [
            ("a w Outlooku?", "steps for outlook"),
            ("and in thunderbird", "steps for thunderbird"),
            ("a na iphonie?", "steps for iphone"),
            ("mam gmaila", "steps for gmail"),
            ("outlook", "steps for outlook"),
            ("what about android?", "steps for android"),
        ],
    )
    def test_its_steps_are_shown(self, text: str, steps: str) -> None:
        turn = hear(text, ANSWERED)
        assert steps in words(turn)
        assert turn.session.topic == TOPIC.id

    def test_what_is_named_last_goes_first(self) -> None:
        told = hear("a w outlooku?", ANSWERED).session
        assert "steps for iphone" in words(hear("a na iphonie?", told))
        assert dict(hear("a na iphonie?", told).session.slots)["program"] == "outlook"

    def test_a_phone_is_asked_for_where_phones_differ(self) -> None:
        turn = hear("a na telefonie?", ANSWERED)
        assert isinstance(turn.steps[0], Ask)
        assert labels(turn) == ["iPhone", "Android"]

    def test_a_phone_is_not_asked_for_where_there_is_but_one(self) -> None:
        assert "steps for iphone" in words(hear("and on the phone?", ANSWERED, ONE_PHONE))

    def test_where_there_are_no_steps_it_says_so_and_does_not_repeat_itself(self) -> None:
        turn = hear("a w roundcube?", ANSWERED)
        assert "obowiązuje to, co wyżej" in words(turn)
        assert TOPIC.answer[Language.PL][0] not in words(turn)
        assert dict(turn.session.slots) == {"program": "roundcube"}

    def test_what_is_known_of_the_provider_is_said_instead(self) -> None:
        turn = hear("a na wp?", ANSWERED)
        assert "imap.wp.pl" in words(turn)
        assert "obowiązuje" not in words(turn)

    @pytest.mark.parametrize("text", ["imap czy pop3", "co to imap", "outlook wysyła dwa razy"])
    def test_a_question_is_no_follow_up(self, text: str) -> None:
        turn = hear(text, ANSWERED, it=Matched(OTHER.id, 0.9))
        assert turn.session.topic == OTHER.id

    def test_without_an_answer_before_it_is_a_question(self) -> None:
        assert hear("a w outlooku?", Session()).session.topic == ""

    def test_it_decides_a_question_that_stood(self) -> None:
        standing = Session(options=(OTHER.id, TOPIC.id))
        bare = replace(OTHER, variants=())
        known = replace(knowledge(), topics={**knowledge().topics, TOPIC.id: TOPIC, OTHER.id: bare})
        turn = take_turn(standing, Incoming("x", "gmail"), Mind(known, ScriptedMatcher(), PROBES))
        assert turn.session.topic == TOPIC.id
        assert "steps for gmail" in words(turn)


class TestWhyAndMore:
    """The longer answer says why; where there is none, that is said."""

    @pytest.mark.parametrize("text", ["dlaczego?", "Why?", "więcej", "more", "czemu"])
    def test_all_that_is_known_is_shown(self, text: str) -> None:
        turn = hear(text, ANSWERED)
        assert TOPIC.more[Language.PL][0].removeprefix("- ") in words(turn)
        assert turn.session.in_full

    def test_there_is_no_more(self) -> None:
        assert "Więcej o tym nie wiem" in words(hear("dlaczego?", ANSWERED, BARE))

    def test_why_without_an_answer_is_a_question(self) -> None:
        assert "Więcej o tym nie wiem" not in words(hear("dlaczego?", Session()))


class TestItDoesNotHelp:
    """First everything, then what else it may be and a person."""

    @pytest.mark.parametrize("text", ["nie pomogło", "Dalej nie działa!", "it doesn't help"])
    def test_first_all_that_is_known(self, text: str) -> None:
        turn = hear(text, ANSWERED)
        assert "Oto wszystko" in words(turn)
        assert (turn.session.tried, turn.session.in_full) == (1, True)

    def test_then_what_else_it_may_be_with_what_is_known(self) -> None:
        session = replace(
            ANSWERED, in_full=True, tried=1, slots=(("program", "outlook"),), domain="firma.pl"
        )
        turn = hear("nie pomogło", session)
        assert "Outlook · firma.pl" in words(turn)
        assert turn.session.tried == 2
        assert labels(turn)

    def test_another_answer_begins_anew(self) -> None:
        session = replace(ANSWERED, tried=2, in_full=True)
        turn = hear("nie wysyła", session, it=Matched(OTHER.id, 0.9))
        assert (turn.session.tried, turn.session.in_full) == (0, False)


class TestRemembering:
    """What was named is known from then on, as long as it can still be so."""

    def test_the_right_steps_come_at_once(self) -> None:
        session = hear("mam outlooka i nic nie przychodzi", Session()).session
        turn = hear("a co wybrać", session, it=Matched(TOPIC.id, 0.9))
        assert "steps for outlook" in words(turn)

    def test_another_subject_forgets_the_error_and_keeps_the_program(self) -> None:
        session = replace(
            ANSWERED, slots=(("error", "535"), ("protocol", "imap"), ("program", "outlook"))
        )
        turn = hear("nie wysyła", session, it=Matched(OTHER.id, 0.9))
        assert dict(turn.session.slots) == {"program": "outlook"}

    def test_the_same_subject_keeps_all(self) -> None:
        session = replace(ANSWERED, slots=(("protocol", "imap"),))
        turn = hear("które lepsze", session, it=Matched(TOPIC.id, 0.9))
        assert dict(turn.session.slots) == {"protocol": "imap"}

    def test_another_domain_has_another_provider(self) -> None:
        session = replace(ANSWERED, slots=(("provider", "gmail"),), domain="gmail.com")
        turn = hear("teraz anna@firma.pl nie wysyła", session)
        assert turn.session.domain == "firma.pl"
        assert dict(turn.session.slots) == {}

    def test_an_error_is_remembered(self) -> None:
        slots = dict(hear("mam 535 5.7.8 przy wysyłce", Session()).session.slots)
        assert slots["error"] == "535 5.7.8"


def test_the_choices_of_a_question_still_count_first() -> None:
    match = Ambiguous((TOPIC.id, OTHER.id), {}, 0.8)
    asked = hear("hm", Session(), it=match)
    assert hear("pierwsze", asked.session).session.topic == TOPIC.id


class TestASlotIsAskedFor:
    """Which provider? The answer opens the topic that it means, and is remembered."""

    MATCH = Ambiguous(
        (TOPIC.id, OTHER.id),
        {},
        0.8,
        "provider",
        (("gmail", OTHER.id), ("onet", TOPIC.id)),
    )

    def test_its_values_are_the_choices(self) -> None:
        turn = hear("hm", Session(), it=self.MATCH)
        assert labels(turn) == ["Gmail", "Onet", "Żadne z nich"]
        assert "Czyja to poczta?" in words(turn)

    def test_a_button_tells(self) -> None:
        asked = hear("hm", Session(), it=self.MATCH)
        said = [step.document for step in asked.steps if isinstance(step, Say)]
        action = said[0].choices[1][0].action
        turn = take_turn(asked.session, Incoming("x", action=action), mind())
        assert turn.session.topic == TOPIC.id
        assert dict(turn.session.slots) == {"provider": "onet"}

    @pytest.mark.parametrize("text", ["gmail", "mam gmaila", "na gmailu"])
    def test_words_tell(self, text: str) -> None:
        asked = hear("hm", Session(), it=self.MATCH)
        turn = hear(text, asked.session)
        assert turn.session.topic == OTHER.id
        assert dict(turn.session.slots) == {"provider": "gmail"}

    @pytest.mark.parametrize("action", ["s|pl", "s|pl|9|gmail|imap-or-pop3", "s|pl|x|gmail|gone"])
    def test_a_button_that_means_nothing_is_old(self, action: str) -> None:
        turn = take_turn(Session(), Incoming("x", action=action), mind())
        assert turn.session == Session()


class TestTheEnd:
    """It is well, nobody knows, or nothing helps."""

    @pytest.mark.parametrize("text", ["pomogło", "ok", "Już działa!", "it works now"])
    def test_a_word_of_content_ends_it(self, text: str) -> None:
        turn = hear(text, replace(ANSWERED, tried=2))
        assert turn.session.tried == 0
        assert turn.session.topic == TOPIC.id
        assert any(each in words(turn) for each in ("coś jeszcze", "anything else"))

    def test_at_last_somebody_else_is_named_and_what_to_tell_them(self) -> None:
        session = replace(ANSWERED, tried=2, in_full=True, slots=(("program", "outlook"),))
        said = words(hear("nie pomogło", session))
        assert "administratora swojej poczty albo dostawcę" in said
        assert TOPIC.title[Language.PL] in said
        assert "Outlook" in said

    @pytest.mark.parametrize("text", ["nie wiem", "no idea"])
    def test_whoever_does_not_know_is_told_what_happens_most(self, text: str) -> None:
        session = Session(options=(OTHER.id, TOPIC.id))
        turn = hear(text, session)
        assert turn.session.topic == OTHER.id
        assert len(turn.steps) == 2

    def test_without_a_question_not_knowing_answers_nothing(self) -> None:
        assert hear("nie wiem", Session()).session.topic == ""
