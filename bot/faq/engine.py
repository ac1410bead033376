"""The default matcher: learnt from the knowledge at the first start, then read from the cache."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.faq.clarify import Clarifier
from bot.faq.decide import Scored, decide, is_open
from bot.faq.encoder import Encoder, no_encoder
from bot.faq.entities import Entities, EntityFinder, Forms
from bot.faq.features import FeatureMaker
from bot.faq.language import Heard, LanguageModel, learn_language
from bot.faq.match import Explanation, Match, Question, Spoke
from bot.knowledge.cache import Cache, seal_contents
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_posed, prepared_cache
from bot.knowledge.posed import AREA, Posed
from bot.knowledge.sheets import shipped_folder
from bot.model.language import WRITTEN, Language

if TYPE_CHECKING:
    from bot.faq.calibrate import Trial
    from bot.faq.cascade import SecondOpinion
    from bot.faq.learn import Example
    from bot.faq.read import Reader, Reading
    from bot.faq.weights import Weights


# The modules of this room that what is learnt depends on.
LEARNING = (
    *("calibrate", "entities", "features", "gram", "inverse", "learn", "margins", "normalise"),
    *("read", "recipe", "signals", "spelling", "weights"),
)
SECOND_LEARNING = (*LEARNING, "cascade", "encoder")
LANGUAGE_LEARNING = ("language", "normalise")
TRIALS = "tune"  # the part of evaluation/ that says how sure is sure
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

    def warm(self) -> None:
        """Load or learn now what the first question would wait for."""
        _ = self._weights, self._language
        if self._second:
            self._second.warm()

    def _score(self, question: Question) -> Scored:
        """The scores of what is asked in the message."""
        return self._assess(self._reader.read(question.text))

    def _assess(self, read: "Reading") -> Scored:
        """How the words score; where they leave it open, a second opinion, if there is one."""
        from bot.faq.weights import assess

        scored = assess(self._weights, read.scores, read.counts)
        if is_open(scored) and self._second:
            return self._second.assess(self._weights, read)
        return scored

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

        key = self._key(LEARNING, *_trial_files())
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

        key = f"{self._key(SECOND_LEARNING, *_trial_files())} {encoder.version}"
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
        key = f"{self._key(LANGUAGE_LEARNING)} {_seal_further(self._knowledge)}"
        if not (odds := self._cache.load("language", key)):
            texts = {language: list(_texts(self._knowledge, language)) for language in letters}
            odds = learn_language(texts, common, letters)
            self._cache.save("language", key, odds)
        listed = Counter(word for words in common.values() for word in set(words))
        shared = (word for word, count in listed.items() if count > 1)
        return LanguageModel(odds, names, letters, shared)


def _trial_files() -> tuple[tuple[str, Path], ...]:
    return ((TRIALS, shipped_folder() / "evaluation" / f"{TRIALS}.yaml"),)


def examples(knowledge: Knowledge) -> "Iterator[Example]":
    """Every way of asking with its class."""
    from bot.faq.learn import Example
    from bot.faq.signals import NOISE, OUTSIDE, TOPIC, VAGUE

    for topic in knowledge.topics.values():
        for language, asked in topic.asked.items():
            named = (each[language] for each in (topic.title, topic.label) if language in each)
            for text in (*asked, *named):
                yield Example(text, TOPIC + topic.id, topic.area)
    for vague in knowledge.lexicon.vague:
        for asked in vague.asked.values():
            yield from (Example(text, VAGUE + vague.id) for text in asked)
    for outside in knowledge.lexicon.outside:
        for asked in outside.asked.values():
            yield from (Example(text, OUTSIDE + outside.id) for text in asked)
    for texts in knowledge.lexicon.noise.values():
        yield from (Example(text, NOISE) for text in texts)


def trials(knowledge: Knowledge) -> "Iterator[Trial]":
    """Questions that are no examples, with what would be right for them."""
    for posed in load_posed():
        if posed.part == TRIALS:
            yield _trial(posed, knowledge)


def _trial(posed: Posed, knowledge: Knowledge) -> "Trial":
    from bot.faq.calibrate import Trial
    from bot.faq.signals import TOPIC

    topics = knowledge.topics
    named = {topics[name].area for name in posed.expected if name in topics}
    areas = {name.removeprefix(AREA) for name in posed.expected if name.startswith(AREA)}
    right = {
        name for name, topic in topics.items() if name in posed.expected or topic.area in areas
    }
    return Trial(posed.text, frozenset(TOPIC + name for name in right), frozenset(named | areas))


def _texts(knowledge: Knowledge, language: Language) -> Iterator[str]:
    """What is written in a language, English that stands in for it left out."""
    for topic in knowledge.topics.values():
        yield from (each[language] for each in (topic.title, topic.label) if language in each)
        for paragraphs in (topic.asked, topic.answer, topic.more):
            yield from paragraphs.get(language, ())
    for vague in knowledge.lexicon.vague:
        yield from vague.asked.get(language, ())
    for outside in knowledge.lexicon.outside:
        yield from outside.asked.get(language, ())
    if language not in WRITTEN:  # it may have little else
        yield from knowledge.phrases.texts(language)


def _seal_further(knowledge: Knowledge) -> str:
    """Changes with the texts of the languages that the fingerprint knows nothing of."""
    digest = hashlib.blake2b(digest_size=16)
    for language, locale in knowledge.languages.items():
        digest.update(f"{language} {''.join(sorted(locale.letters))} {locale.words}\n".encode())
        if language not in WRITTEN:
            digest.update("\n".join(_texts(knowledge, language)).encode())
    return digest.hexdigest()


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
