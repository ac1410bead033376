"""What a turn thinks with: the knowledge, the matcher, and what there is to look with."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Errand, Say, Step, Turn
from bot.faq.choose import Chooser
from bot.faq.codes import CodeFinder
from bot.faq.entities import Entities, EntityFinder
from bot.faq.match import Explanation, Matcher, Question, Spoke
from bot.faq.normalise import fold, words
from bot.knowledge.code import Code
from bot.knowledge.knowledge import Knowledge
from bot.model.check import Report
from bot.model.language import Language
from bot.model.settings import SettingsReport

WORD_LISTS = (
    *("cancel", "help", "check", "leave", "thanks", "greeting", "bye"),
    *("person", "more", "why", "no-help", "okay", "dont-know"),
    *("speak-pl", "speak-en"),
)
SPEAK = "speak-"  # and a language's tag: a wish to be spoken to in it
# They mean something only among others.
SMALL_WORDS = ("and", "about", "phone", "settings", "settings-beside", "asking", "settled")


class Understanding(Matcher, Protocol):
    """A matcher that also hears which language a message is in, and what it names."""

    def detect(self, text: str) -> Language | None:
        """The language of a message; None when nothing in it tells."""

    def explain(self, question: Question) -> Explanation:
        """What the question means, and what spoke for it."""

    def spoke(self, text: str, topic: str) -> tuple[Spoke, ...]:
        """Words of the knowledge's own in a question that spoke for a topic, loudest first."""

    def entities(self, text: str) -> Entities:
        """Addresses, domains, codes, and the names of programs, providers and devices."""


@dataclass(frozen=True)
class Mind:
    """The same for every conversation. `probes` are the names that may be asked for."""

    knowledge: Knowledge
    matcher: Understanding
    probes: tuple[str, ...]
    language: Language | None = None  # every answer in this one, whatever the question is in
    services: frozenset[str] = frozenset()  # what is there beside the talk: "archive", "watching"
    found: Callable[[str], SettingsReport | None] | None = None  # a domain's servers; None: nobody

    @cached_property
    def chooser(self) -> Chooser:
        """Knows how people name one of the choices just offered."""
        return Chooser(self.knowledge.lexicon)

    @cached_property
    def _typed(self) -> Mapping[str, frozenset[str]]:
        phrases = self.knowledge.phrases
        return {
            name: frozenset(
                " ".join(words(fold(word)))
                for language in phrases.languages
                for word in phrases.say(f"words.{name}", language).split(",")
            )
            for name in (*WORD_LISTS, *SMALL_WORDS)
        }

    @cached_property
    def _names(self) -> EntityFinder:
        return EntityFinder(self.knowledge.lexicon)

    @cached_property
    def _codes(self) -> CodeFinder:
        return CodeFinder(self.knowledge.codes.values())

    @cached_property
    def provider_values(self) -> Mapping[str, str]:
        """By a provider's id, what topics call it: several of one name are one to them."""
        return {
            each.id: self._names.find(each.name).slots.get("provider", each.id)
            for each in self.knowledge.reference.providers.all
        }

    @cached_property
    def public_domains(self) -> frozenset[str]:
        """The domains in which anybody may have a mailbox: they tell nothing about a person."""
        providers = self.knowledge.reference.providers.all
        return frozenset(domain for each in providers for domain in each.domains)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of the field and of the language, folded, as the knowledge uses them."""
        knowledge = self.knowledge
        texts = [form for name in knowledge.lexicon.names for form in name.forms]
        for topic in knowledge.topics.values():
            texts += [*topic.title.values(), *topic.label.values()]
            for paragraphs in (topic.asked, topic.answer, topic.more):
                texts += [text for each in paragraphs.values() for text in each]
        # "jan@firma.pl" is an example, and Jan a name.
        plain = (word for text in texts for word in text.split() if "@" not in word)
        return frozenset(part for word in plain for part in words(fold(word)))

    def code(self, text: str) -> Code | None:
        """The error code or server's sentence in a text that says what it is about."""
        return self._codes.find(text)

    def names(self, tokens: list[str]) -> Iterator[tuple[int, int, str]]:
        """The names of the field among words: (first word, number of words, "slot:value")."""
        return self._names.names(tokens)

    def is_word(self, token: str, name: str) -> bool:
        """Whether a folded word is one of those listed in phrases/words.yaml."""
        return token in self._typed[name]

    def means(self, text: str, name: str) -> bool:
        """Whether the text is nothing but one of the words listed in phrases/words.yaml."""
        return " ".join(words(fold(text))) in self._typed[name]

    def lists(self, text: str, key: str) -> bool:
        """Whether the text is one of the words that a phrase lists, in whatever language."""
        folded = fold(text).strip()
        return any(
            folded == fold(word).strip()
            for language in self.knowledge.languages
            for word in self.knowledge.phrases.say(key, language).split(",")
        )

    def after_word(self, text: str, name: str) -> str:
        """What follows one of the listed words at the beginning of the text; else ""."""
        tokens = text.split()
        for count in (3, 2, 1):
            if len(tokens) > count and self.means(" ".join(tokens[:count]), name):
                return " ".join(tokens[count:])
        return ""


Seen = Callable[[str], Report | None]  # what was seen last of a domain


def nothing_seen(_domain: str) -> None:
    """Where nothing was looked at before."""


@dataclass(frozen=True, slots=True)
class Context:
    """One turn: who did what, in which language it is answered.

    `session` is the one to go on from, with the question that stood put aside; `before` has it.
    """

    before: Session
    session: Session
    incoming: Incoming
    mind: Mind
    language: Language
    seen: Seen = nothing_seen

    def say(self, key: str, /, **params: object) -> str:
        """A phrase in the language of this turn."""
        return self.mind.knowledge.phrases.say(key, self.language, **params)

    def errand(self, order: object) -> Turn:
        """The end of the turn: what is left to say, an office will say."""
        return self.turn(Errand(order, self.language))

    def turn(self, *steps: Step, **changes: Any) -> Turn:
        """The end of the turn: these steps, and a session with these changes."""
        spoken = (
            replace(step, document=replace(step.document, language=self.language))
            if isinstance(step, Say)
            else step
            for step in steps
        )
        return Turn(replace(self.session, **changes), tuple(spoken))
