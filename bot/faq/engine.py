"""The default matcher: learnt from the knowledge at the first start, then read from the cache."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bot.faq.clarify import Clarifier
from bot.faq.decide import Scored, decide, is_open
from bot.faq.encoder import Encoder, no_encoder
from bot.faq.entities import Entities, EntityFinder, Forms
from bot.faq.features import FeatureMaker
from bot.faq.language import Heard, LanguageModel, learn_language
from bot.faq.lessons import examples, seal_further, spoken_texts, trial_files, trials
from bot.faq.match import Explanation, Match, Question, Spoke
from bot.knowledge.cache import Cache, seal_contents
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import prepared_cache
from bot.model.language import Language

if TYPE_CHECKING:
    from bot.faq.cascade import SecondOpinion
    from bot.faq.read import Reader, Reading
    from bot.faq.weights import Weights


# The modules of this room that what is learnt depends on.
LEARNING = (
    *("calibrate", "entities", "features", "gram", "inverse", "learn", "margins", "normalise"),
    *("read", "recipe", "signals", "spelling", "weights"),
)
SECOND_LEARNING = (*LEARNING, "cascade", "encoder")
LANGUAGE_LEARNING = ("language", "normalise")
log = logging.getLogger(__name__)
MOST_PHRASINGS = 3  # of an explanation


class Engine:
    """Understands questions by the topics' ways of asking. Fulfils match.Matcher."""

    def __init__(
        self,
        knowledge: Knowledge,
        cache: Cache | None = None,
        seek: Callable[[], Encoder | None] = no_encoder,
    ) -> None:
        """`seek` finds a sentence encoder; it is called when one is wanted for the first time."""
        self._knowledge = knowledge
        self._seek = seek
        self._cache = cache or Cache(prepared=prepared_cache().folder)
        self._seconding = Lock()  # a chat loads the second opinion while its person types

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
        read = self._reader.read(question.text)
        scored = self._assess(read)
        topics = scored.topics()
        best = topics[0].topic if topics else ""
        return Explanation(
            match=decide(scored, self._knowledge, self._clarifier, question),
            candidates=topics[:5],
            confidence=scored.confidence,
            among=scored.among,
            spoke=tuple(self._spoke(read.text, best)) if best else (),
            area=scored.area,
            threshold=scored.threshold,
            phrasings=tuple(self._phrasings(read.text, best)) if best else (),
            second=scored.second,
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

    def warm_words(self) -> None:
        """Load or learn now what every first question would wait for."""
        _ = self._weights, self._language

    def warm(self) -> None:
        """The same, and what a question waits for that the words leave open."""
        self.warm_words()
        with self._seconding:
            if self._second:
                self._second.warm()

    def _score(self, question: Question) -> Scored:
        """The scores of what is asked in the message."""
        return self._assess(self._reader.read(question.text))

    def _assess(self, read: "Reading") -> Scored:
        """How the words score; where they leave it open, a second opinion, if there is one."""
        from bot.faq.weights import assess

        scored = assess(self._weights, read.scores, read.counts)
        if not is_open(scored):
            return scored
        with self._seconding:
            return self._second.assess(self._weights, read) if self._second else scored

    def _spoke(self, text: str, topic: str) -> Iterator[Spoke]:
        from bot.faq.signals import TOPIC
        from bot.faq.weights import contributions

        by_words: dict[str, float] = {}
        features = list(self._maker.features(text))
        for origin, weight in contributions(self._weights, features, TOPIC + topic):
            by_words[origin] = by_words.get(origin, 0.0) + weight
        ranked = sorted(by_words.items(), key=lambda each: -abs(each[1]))
        for words, weight in ranked[:8]:
            yield Spoke(words, round(weight, 4))

    def _key(self, modules: tuple[str, ...], *files: tuple[str, Path]) -> str:
        """The weights' key: how they are learnt, and what from; the same on every machine."""
        code = ((name, Path(__file__).with_name(f"{name}.py")) for name in modules)
        found = (file for file in files if file[1].is_file())
        return seal_contents([*code, *found], self._knowledge.fingerprint)

    def _phrasings(self, text: str, topic: str) -> list[str]:
        """The ways of asking for a topic that are most like the question."""
        from bot.faq.weights import likeness

        asked = [text for each in self._knowledge.topics[topic].asked.values() for text in each]
        counts = self._maker.count(text)
        alike = {each: likeness(self._weights, counts, self._maker.count(each)) for each in asked}
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
    def _reader(self) -> "Reader":
        from bot.faq.read import Reader

        return Reader(self._weights, self._maker)

    @cached_property
    def _weights(self) -> "Weights":
        from bot.faq.weights import Weights

        key = self._key(LEARNING, *trial_files())
        if blob := self._cache.load("matcher", key):
            return Weights.from_bytes(blob)
        from bot.faq.apart import learn_apart

        asked, tried = list(examples(self._knowledge)), list(trials(self._knowledge))
        blob = learn_apart(asked, self._knowledge.lexicon, tried)
        self._cache.save("matcher", key, blob)
        return Weights.from_bytes(blob)

    @cached_property
    def _second(self) -> "SecondOpinion | None":
        """The second opinion; None where no encoder is installed, or there is no topic."""
        encoder = self._seek()
        if encoder is None or not self._weights.kinds.topics.any():
            return None
        from bot.faq.apart import LearningError
        from bot.faq.cascade import Second, SecondOpinion, learn_second_apart

        key = f"{self._key(SECOND_LEARNING, *trial_files())} {encoder.version}"
        if not (blob := self._cache.load("encoder", key)):
            lexicon = self._knowledge.lexicon
            asked, tried = list(examples(self._knowledge)), list(trials(self._knowledge))
            try:
                blob = learn_second_apart(self._weights, lexicon, asked, tried, encoder)
            except LearningError as error:  # an extra: without it the bot answers as well
                log.warning("No second opinion from the sentence encoder: %s", error)
                return None
            self._cache.save("encoder", key, blob)
        return SecondOpinion(Second.from_bytes(blob), encoder)

    @cached_property
    def _language(self) -> LanguageModel:
        lexicon = self._knowledge.lexicon
        names = Forms((form, name.value) for name in lexicon.names for form in name.forms)
        common = {
            tag: (*each.words, *lexicon.common.get(tag, ()))
            for tag, each in self._knowledge.languages.items()
        }
        letters = {tag: each.letters for tag, each in self._knowledge.languages.items()}
        key = f"{self._key(LANGUAGE_LEARNING)} {seal_further(self._knowledge)}"
        if not (odds := self._cache.load("language", key)):
            texts = {
                language: list(spoken_texts(self._knowledge, language)) for language in letters
            }
            odds = learn_language(texts, common, letters)
            self._cache.save("language", key, odds)
        listed = Counter(word for words in common.values() for word in set(words))
        shared = (word for word, count in listed.items() if count > 1)
        return LanguageModel(odds, names, letters, shared)


def prepare_matcher(knowledge: Knowledge, folder: Path) -> None:
    """Keep in `folder` what a first start would have to learn."""
    Engine(knowledge, Cache(folder)).warm()


def load_matcher(
    knowledge: Knowledge,
    cache: Cache | None = None,
    seek: Callable[[], Encoder | None] = no_encoder,
) -> Engine:
    """The matcher for this knowledge. Cheap: the work is done at the first question."""
    return Engine(knowledge, cache, seek)
