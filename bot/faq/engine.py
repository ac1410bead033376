"""The default matcher: learnt from the knowledge at the first start, then read from the cache."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.faq.clarify import Clarifier
from bot.faq.decide import ANSWER, Scored, decide, mingle
from bot.faq.entities import Entities, EntityFinder, Forms
from bot.faq.features import FeatureMaker, count
from bot.faq.language import Heard, LanguageModel, learn_language
from bot.faq.match import Explanation, Match, Question, Spoke
from bot.faq.normalise import sentences
from bot.knowledge.cache import Cache, seal_contents
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import prepared_cache
from bot.model.language import Language

if TYPE_CHECKING:
    from bot.faq.learn import Example
    from bot.faq.weights import Weights


# The modules of this room that what is learnt depends on.
LEARNING = ("entities", "features", "inverse", "learn", "normalise", "spelling", "weights")
LANGUAGE_LEARNING = ("language", "normalise")
MOST_PHRASINGS = 3  # of an explanation
NEAR = 5  # topics that the whole message may mean, for a sentence of it to say which


class Engine:
    """Understands questions by the topics' ways of asking. Fulfils match.Matcher."""

    def __init__(self, knowledge: Knowledge, cache: Cache | None = None) -> None:
        self._knowledge = knowledge
        self._cache = cache or Cache(prepared=prepared_cache().folder)

    def match(self, question: Question) -> Match:
        """What the question means."""
        return decide(self._score(question), self._knowledge, self._clarifier, question)

    def detect(self, text: str) -> Language | None:
        """The language of a message; None when nothing in it tells."""
        return self._language.detect(text)

    def hear(self, text: str) -> Heard:
        """The language of a message, and whether the other one is in it too."""
        return self._language.hear(text)

    def entities(self, text: str) -> Entities:
        """Addresses, domains, codes, and the names of programs, providers, devices, protocols."""
        return self._entities.find(text)

    def explain(self, question: Question) -> Explanation:
        """The match, and what spoke for it."""
        scored = self._score(question)
        topics = scored.topics()
        best = topics[0].topic if topics else ""
        return Explanation(
            match=decide(scored, self._knowledge, self._clarifier, question),
            candidates=topics[:5],
            confidence=scored.confidence,
            among=scored.among,
            spoke=tuple(self._spoke(question.text, best)) if best else (),
            area=scored.area,
            threshold=ANSWER,
            phrasings=tuple(self._phrasings(question.text, best)) if best else (),
        )

    def spoke(self, text: str, topic: str) -> tuple[Spoke, ...]:
        """Words in a question that spoke for a topic, loudest first.

        Only words that the examples hold too: of a person's own nothing is given away.
        """
        known = self._known
        return tuple(
            each
            for each in self._spoke(text, topic)
            if each.weight > 0 and known.issuperset(each.words.split())
        )

    def warm(self) -> None:
        """Load or learn now what the first question would wait for."""
        _ = self._weights, self._language

    def _score(self, question: Question) -> Scored:
        """The scores of the whole message, backed by the sentence that says most.

        A long message tells a story, and its question is in one sentence of it.
        """
        whole = self._assess(question.text)
        near = {candidate.topic for candidate in whole.topics()[:NEAR]}
        parts = [self._assess(sentence) for sentence in sentences(question.text)]
        fitting = [part for part in parts if part.topics() and part.topics()[0].topic in near]
        best = max(fitting, key=lambda part: part.confidence, default=whole)
        return mingle(whole, best) if best.confidence > whole.confidence else whole

    def _assess(self, text: str) -> Scored:
        from bot.faq.weights import assess

        return assess(self._weights, count(self._maker.features(text)))

    def _spoke(self, text: str, topic: str) -> Iterator[Spoke]:
        from bot.faq.weights import TOPIC, contributions

        by_words: dict[str, float] = {}
        features = list(self._maker.features(text))
        for origin, weight in contributions(self._weights, features, TOPIC + topic):
            by_words[origin] = by_words.get(origin, 0.0) + weight
        ranked = sorted(by_words.items(), key=lambda each: -abs(each[1]))
        for words, weight in ranked[:8]:
            yield Spoke(words, round(weight, 4))

    def _key(self, modules: tuple[str, ...]) -> str:
        """The weights' key: how they are learnt, and what from; the same on every machine."""
        code = ((name, Path(__file__).with_name(f"{name}.py")) for name in modules)
        return seal_contents(code, self._knowledge.fingerprint)

    def _phrasings(self, text: str, topic: str) -> list[str]:
        """The ways of asking for a topic that are most like the question."""
        from bot.faq.weights import likeness

        asked = [text for each in self._knowledge.topics[topic].asked.values() for text in each]
        counts = count(self._maker.features(text))
        alike = {
            each: likeness(self._weights, counts, count(self._maker.features(each)))
            for each in asked
        }
        return sorted(asked, key=lambda each: (-alike[each], each))[:MOST_PHRASINGS]

    @cached_property
    def _clarifier(self) -> Clarifier:
        return Clarifier(self._knowledge)

    @cached_property
    def _entities(self) -> EntityFinder:
        return EntityFinder(self._knowledge.lexicon)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._weights.words)

    @cached_property
    def _maker(self) -> FeatureMaker:
        return FeatureMaker(self._knowledge.lexicon, self._weights.words)

    @cached_property
    def _weights(self) -> "Weights":
        from bot.faq.weights import Weights

        key = self._key(LEARNING)
        if blob := self._cache.load("matcher", key):
            return Weights.from_bytes(blob)
        from bot.faq.apart import learn_apart

        blob = learn_apart(list(examples(self._knowledge)), self._knowledge.lexicon)
        self._cache.save("matcher", key, blob)
        return Weights.from_bytes(blob)

    @cached_property
    def _language(self) -> LanguageModel:
        lexicon = self._knowledge.lexicon
        names = Forms((form, name.value) for name in lexicon.names for form in name.forms)
        key = self._key(LANGUAGE_LEARNING)
        if not (odds := self._cache.load("language", key)):
            texts = {language: list(_texts(self._knowledge, language)) for language in Language}
            odds = learn_language(texts, lexicon.common)
            self._cache.save("language", key, odds)
        shared = set(lexicon.common[Language.PL]) & set(lexicon.common[Language.EN])
        return LanguageModel(odds, names, shared)


def examples(knowledge: Knowledge) -> "Iterator[Example]":
    """Every way of asking with its class."""
    from bot.faq.learn import Example
    from bot.faq.weights import OUTSIDE, TOPIC, VAGUE

    for topic in knowledge.topics.values():
        for language in Language:
            for text in (*topic.asked[language], topic.title[language], topic.label[language]):
                yield Example(text, TOPIC + topic.id, topic.area)
    for vague in knowledge.lexicon.vague:
        for asked in vague.asked.values():
            yield from (Example(text, VAGUE + vague.id) for text in asked)
    for outside in knowledge.lexicon.outside:
        for asked in outside.asked.values():
            yield from (Example(text, OUTSIDE + outside.id) for text in asked)


def _texts(knowledge: Knowledge, language: Language) -> Iterator[str]:
    for topic in knowledge.topics.values():
        yield from (topic.title[language], topic.label[language])
        yield from (*topic.asked[language], *topic.answer[language], *topic.more[language])
    for vague in knowledge.lexicon.vague:
        yield from vague.asked[language]
    for outside in knowledge.lexicon.outside:
        yield from outside.asked[language]


def prepare_matcher(knowledge: Knowledge, folder: Path) -> None:
    """Keep in `folder` what a first start would have to learn."""
    Engine(knowledge, Cache(folder)).warm()


def load_matcher(knowledge: Knowledge, cache: Cache | None = None) -> Engine:
    """The matcher for this knowledge. Cheap: the work is done at the first question."""
    return Engine(knowledge, cache)
