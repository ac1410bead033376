"""The questions that measure the bot, and what each should get."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.topic import LANGUAGES, check_paragraphs
from bot.model.language import Language

TUNE = "tune"  # the part that may be looked at one by one
PARTS = (TUNE, "report")
CLARIFY = "clarify"  # a question back is the right answer
OUTSIDE = "outside"  # foreign: nothing to do with setting up mail
LACKING = "lacking"  # of the field, but no topic answers it
AREA = "area:"  # "area:cannot-send": any topic of the area is right
OR = " or "  # "what-is-pop3 or imap-or-pop3": either is right


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with what is expected: topics or areas (any is right), or a word of the above."""

    text: str
    language: Language
    expected: tuple[str, ...]
    part: str

    @property
    def is_outside(self) -> bool:
        """Whether it must not be answered as if it were known."""
        return self.expected in ((OUTSIDE,), (LACKING,))


def check_posed(value: Located, checker: Checker) -> None:
    """Note the faults of one file of questions: by what is expected, by language."""
    for expected, texts in checker.mapping(value, "the file").items():
        if isinstance(texts.data, dict) and texts.data.keys() < LANGUAGES:
            for language, entries in texts.data.items():
                list(checker.texts(entries, f"{expected}.{language}"))
        else:
            check_paragraphs(texts, expected, checker)


def build_posed(part: str, plain: Mapping[str, Any]) -> Iterator[Posed]:
    """The questions of one sound file."""
    for expected, by_language in plain.items():
        for language, texts in by_language.items():
            for text in texts:
                yield Posed(text, Language(language), tuple(expected.split(OR)), part)
