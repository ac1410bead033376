"""What the engine learns from: ways of asking, questions to try itself on, texts of a language."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.knowledge.knowledge import Knowledge
from bot.knowledge.load import load_posed
from bot.knowledge.posed import AREA, Posed
from bot.knowledge.sheets import shipped_folder
from bot.model.language import WRITTEN, Language

if TYPE_CHECKING:
    from bot.faq.calibrate import Trial
    from bot.faq.learn import Example

TRIALS = "tune"  # the part of evaluation/ that says how sure is sure


def trial_files() -> tuple[tuple[str, Path], ...]:
    """The files that trials come from, each with its name."""
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


def spoken_texts(knowledge: Knowledge, language: Language) -> Iterator[str]:
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


def seal_further(knowledge: Knowledge) -> str:
    """Changes with the texts of the languages that the fingerprint knows nothing of."""
    digest = hashlib.blake2b(digest_size=16)
    for language, locale in knowledge.languages.items():
        digest.update(f"{language} {''.join(sorted(locale.letters))} {locale.words}\n".encode())
        if language not in WRITTEN:
            digest.update("\n".join(spoken_texts(knowledge, language)).encode())
    return digest.hexdigest()
