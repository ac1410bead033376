"""The question whose answer decides most is asked first, and none twice."""

from dataclasses import replace

import pytest

from bot.faq.clarify import Clarifier
from bot.faq.match import Candidate
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.topic import Neighbour, Topic, Variant
from bot.model.language import Language

PL, EN = Language.PL, Language.EN


def topic(
    base: Topic,
    name: str,
    *asked: str,
    unlike: tuple[Neighbour, ...] = (),
    variants: tuple[Variant, ...] = (),
) -> Topic:
    return replace(
        base, id=name, asked={PL: asked, EN: ()}, unlike=unlike, variants=variants, follow=()
    )


@pytest.fixture
def known(knowledge: Knowledge) -> Knowledge:
    base = knowledge.topics["imap-or-pop3"]
    own = Neighbour("b", {PL: "A czy B?", EN: "A or B?"})
    gmail = Variant({"provider": "gmail"}, {PL: ("g",), EN: ("g",)})
    topics = (
        topic(base, "a", "coś tam", unlike=(own,)),
        topic(base, "b", "coś innego"),
        topic(base, "c", "jeszcze coś"),
        topic(base, "google", *["gmail nie wpuszcza"] * 20, variants=(gmail,)),
        topic(base, "post", *["onet nie wpuszcza"] * 20),
    )
    return replace(knowledge, topics={each.id: each for each in topics})


def candidates(**scores: float) -> list[Candidate]:
    return [Candidate(name, score) for name, score in scores.items()]


class TestTheBestQuestion:
    """What is expected of each question is weighed."""

    def test_two_close_topics_get_the_writers_own_question(self, known: Knowledge) -> None:
        asked = Clarifier(known).best(candidates(a=0.5, b=0.4, c=0.005), {})
        assert asked is not None
        assert (asked.options, asked.question[PL]) == (("a", "b"), "A czy B?")

    def test_a_likely_third_topic_is_offered_too(self, known: Knowledge) -> None:
        asked = Clarifier(known).best(candidates(a=0.4, b=0.3, c=0.25), {})
        assert asked is not None
        assert asked.options == ("a", "b", "c")
        assert asked.question == known.lexicon.ask

    def test_what_is_unlikely_is_not_offered(self, known: Knowledge) -> None:
        asked = Clarifier(known).best(candidates(b=0.5, c=0.4, a=0.01), {})
        assert asked is not None
        assert asked.options == ("b", "c")

    def test_the_provider_is_asked_for_where_it_decides(self, known: Knowledge) -> None:
        asked = Clarifier(known).best(candidates(google=0.5, post=0.45), {})
        assert asked is not None
        assert asked.slot == "provider"
        assert dict(asked.values) == {"gmail": "google", "onet": "post"}

    def test_what_is_known_is_not_asked_for(self, known: Knowledge) -> None:
        asked = Clarifier(known).best(candidates(google=0.5, post=0.45), {"provider": "gmail"})
        assert asked is not None
        assert asked.slot == ""

    def test_no_question_is_asked_twice(self, known: Knowledge) -> None:
        clarifier = Clarifier(known)
        keys: list[tuple[str, ...]] = []
        while asked := clarifier.best(candidates(a=0.4, b=0.3, c=0.25), {}, keys):
            assert asked.key not in keys
            keys.append(asked.key)
        assert sorted(keys) == [("a", "b"), ("a", "b", "c")]

    @pytest.mark.parametrize("scores", [{}, {"a": 0.9}])
    def test_between_less_than_two_there_is_nothing_to_ask(
        self, known: Knowledge, scores: dict[str, float]
    ) -> None:
        assert Clarifier(known).best(candidates(**scores), {}) is None
