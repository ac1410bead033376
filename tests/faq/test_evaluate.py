"""How well questions are understood may not fall below what was reached."""

import pytest

from bot.faq.engine import Engine
from bot.faq.evaluate import Evaluation, Verdict, evaluate, figures, mistype, stolen, unreachable
from bot.faq.match import Ambiguous, Match, Matched, Question, Unmatched
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_posed
from bot.knowledge.posed import CLARIFY, LACKING, OUTSIDE, Posed
from bot.model.language import WRITTEN, Language


@pytest.fixture(scope="module")
def evaluation(engine: Engine, knowledge: Knowledge) -> Evaluation:
    areas = {topic.id: topic.area for topic in knowledge.topics.values()}
    return evaluate(engine, load_posed(), areas)


@pytest.fixture(scope="module")
def reported(engine: Engine, knowledge: Knowledge) -> Evaluation:
    areas = {topic.id: topic.area for topic in knowledge.topics.values()}
    return evaluate(engine, [each for each in load_posed() if each.part == "report"], areas)


class TestTheFigures:
    """Floors a little under what the default engine reaches on both parts together."""

    def test_questions_are_answered(self, evaluation: Evaluation) -> None:
        inside = evaluation.inside
        assert inside.questions >= 1500
        assert inside.right >= 0.84
        assert inside.among >= 0.93
        assert inside.wrong <= 0.05

    def test_the_area_is_nearly_always_right(self, evaluation: Evaluation) -> None:
        area = evaluation.inside_area
        assert area.right >= 0.85
        assert area.among >= 0.94
        assert area.wrong <= 0.04

    @pytest.mark.parametrize("language", WRITTEN)
    def test_both_languages_alike(self, language: Language, evaluation: Evaluation) -> None:
        spoken = evaluation.by_language[language]
        assert spoken.right >= 0.83
        assert spoken.among >= 0.92

    def test_missing_diacritics_cost_nothing(self, evaluation: Evaluation) -> None:
        assert evaluation.folded.right >= evaluation.inside.right - 0.01

    def test_slips_of_the_finger_cost_little(self, evaluation: Evaluation) -> None:
        assert evaluation.mistyped.right >= 0.78
        assert evaluation.mistyped.among >= 0.89

    def test_what_lies_outside_is_seldom_answered(self, evaluation: Evaluation) -> None:
        assert evaluation.foreign.wrong <= 0.04
        assert evaluation.outside_answered <= 0.06

    def test_vague_questions_get_a_question_back(self, evaluation: Evaluation) -> None:
        assert evaluation.clarify.right >= 0.85

    def test_confidence_is_honest(self, evaluation: Evaluation) -> None:
        for _, said, was_right, count in evaluation.calibration:
            if count >= 20:
                assert was_right >= said - 0.1
        assert evaluation.calibration_error <= 0.05

    @pytest.mark.parametrize("language", WRITTEN)
    def test_there_are_questions_enough(self, language: Language) -> None:
        assert sum(posed.language == language for posed in load_posed()) >= 600


class TestThePartThatNobodyTunesOn:
    """The same on the part that is looked at only in figures."""

    def test_the_figures_hold_there_too(self, reported: Evaluation) -> None:
        assert reported.inside.right >= 0.83
        assert reported.inside_area.right >= 0.85
        assert reported.inside_area.among >= 0.93
        assert reported.inside_area.wrong <= 0.05
        assert reported.calibration_error <= 0.05
        assert all(spoken.right >= 0.81 for spoken in reported.by_language.values())

    def test_what_is_not_known_is_seldom_answered(self, reported: Evaluation) -> None:
        assert reported.foreign.wrong <= 0.03
        assert reported.outside_answered <= 0.1


class TestTheMeasure:
    """What counts as right, as among the choices, and as wrong."""

    @pytest.mark.parametrize(
        ("expected", "match", "right", "among", "wrong"),
        [
            (("a",), Matched("a", 0.9), True, True, False),
            (("a", "b"), Matched("b", 0.9), True, True, False),
            (("a",), Matched("c", 0.9), False, False, True),
            (("a",), Ambiguous(("c", "a"), {}), False, True, False),
            (("a",), Ambiguous(("c", "b"), {}), False, False, False),
            (("a",), Unmatched(("a",)), False, False, False),
            ((CLARIFY,), Ambiguous(("a", "b"), {}), True, True, False),
            ((CLARIFY,), Matched("a", 0.9), False, False, True),
            ((OUTSIDE,), Unmatched(), True, True, False),
            ((OUTSIDE,), Ambiguous(("a", "b"), {}), False, False, False),
            ((LACKING,), Matched("a", 0.9), False, False, True),
        ],
    )
    def test_a_verdict(
        self, expected: tuple[str, ...], match: Match, right: bool, among: bool, wrong: bool
    ) -> None:
        verdict = Verdict(Posed("?", Language.PL, expected, "tune"), "?", match)
        assert (verdict.is_right, verdict.is_among, verdict.is_wrong) == (right, among, wrong)

    def test_shares_are_of_all_questions(self) -> None:
        class Parrot:
            """Answers every question with its own text."""

            def match(self, question: Question) -> Match:
                return Matched(question.text, 0.95)

        posed = [
            Posed("one", Language.PL, ("one",), "tune"),
            Posed("two", Language.EN, ("three",), "tune"),
            Posed("out", Language.EN, (OUTSIDE,), "tune"),
        ]
        told = evaluate(Parrot(), posed, {"one": "x", "two": "y", "three": "y"})
        assert (told.inside.questions, told.inside.right, told.inside.wrong) == (2, 0.5, 0.5)
        assert told.inside_area.right == 1.0
        assert told.by_language[Language.PL].right == 1.0
        assert told.by_area["y"].right == 0.0
        assert told.by_area_and_language["x", Language.PL].questions == 1
        assert told.by_area_and_language["x", Language.EN].questions == 0
        assert told.outside_answered == 1.0
        assert told.confusions == (("three", "two", 1), (OUTSIDE, "out", 1))
        assert told.calibration == ((0.9, pytest.approx(0.95), pytest.approx(1 / 3), 3),)
        assert told.calibration_error == pytest.approx(0.95 - 1 / 3)

    def test_a_way_of_asking_that_another_topic_answers_is_stolen(self) -> None:
        class Thief:
            """Takes everything for one topic."""

            def match(self, question: Question) -> Match:
                return Matched("thief", 0.95)

        asked = {"thief": ["mine"], "robbed": ["yours"]}
        assert list(stolen(Thief(), asked)) == [("yours", "robbed", "thief")]

    def test_a_topic_that_none_of_its_ways_of_asking_leads_to_is_unreachable(self) -> None:
        class Deaf:
            def match(self, question: Question) -> Match:
                if question.text == "perhaps":
                    return Ambiguous(("offered", "known"), {})
                return Matched("known", 0.9) if question.text == "known" else Unmatched(("lost",))

        asked = {"known": ["x", "known"], "offered": ["x", "perhaps"], "lost": ["x", "known"]}
        assert list(unreachable(Deaf(), asked)) == ["lost"]

    def test_any_topic_of_an_expected_area_is_right(self) -> None:
        class Parrot:
            """Always answers with one topic."""

            def match(self, question: Question) -> Match:
                return Matched("one", 0.95)

        posed = [
            Posed("a", Language.PL, ("area:x",), "tune"),
            Posed("b", Language.PL, ("area:y",), "tune"),
            Posed("c", Language.PL, ("area:nobody-wrote",), "tune"),
        ]
        told = evaluate(Parrot(), posed, {"one": "x", "two": "y"})
        assert (told.inside.questions, told.inside.right, told.inside.wrong) == (2, 0.5, 0.5)
        assert (told.lacking.questions, told.lacking.wrong) == (1, 1.0)

    def test_no_questions_give_no_figures(self) -> None:
        assert figures([]).right == 0.0

    def test_slips_are_always_the_same(self) -> None:
        text = "nie mogę wysłać wiadomości z telefonu"
        assert mistype(text) == mistype(text) != text
        assert len(mistype(text).split()) == len(text.split())
