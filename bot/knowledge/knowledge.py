"""All that the bot knows, in frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from bot.knowledge.blocklist import build_blocklists
from bot.knowledge.code import Code, build_codes
from bot.knowledge.lexicon import Lexicon, build_lexicon
from bot.knowledge.locale import Languages, build_languages
from bot.knowledge.phrases import Findings, Phrases, build_findings, build_phrases
from bot.knowledge.program import Program, build_programs
from bot.knowledge.provider_build import build_providers
from bot.knowledge.reference import Reference
from bot.knowledge.selectors import build_selectors, build_selectors_of
from bot.knowledge.topic import AREAS, Topic, build_topic
from bot.model.language import Language
from bot.model.trouble import Gap

LATE = ("codes", "providers", "programs", "lists")  # built when first asked for


@dataclass(frozen=True)
class Knowledge:
    """Topics, the words for findings, the bot's phrases, and the lexicon."""

    topics: Mapping[str, Topic]
    findings: Findings
    phrases: Phrases
    lexicon: Lexicon = field(default_factory=Lexicon)
    fingerprint: str = ""  # changes when anything changes that the matcher learns from
    edition: str = ""  # changes when anything changes
    plain_reference: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def languages(self) -> Languages:
        """The languages that are spoken, and how each writes."""
        return self.phrases.languages

    @cached_property
    def areas(self) -> Mapping[str, tuple[Topic, ...]]:
        """The topics of each area that has any, in the order of the list of areas."""
        by_area: dict[str, list[Topic]] = {area: [] for area in AREAS}
        for topic in self.topics.values():
            by_area[topic.area].append(topic)
        return {area: tuple(topics) for area, topics in by_area.items() if topics}

    @cached_property
    def programs(self) -> Mapping[str, Program]:
        """The mail programs that we have steps for, in the order of their buttons."""
        return build_programs(self.plain_reference.get("programs", {}))

    @cached_property
    def codes(self) -> Mapping[str, Code]:
        """What error codes and servers' own sentences say, by the name that is shown."""
        codes = build_codes(self.plain_reference.get("codes", {}))
        return {code.name: code for code in codes if code.topic in self.topics}

    @cached_property
    def reference(self) -> Reference:
        """What probes look things up in; built when first asked for: most answers need none."""
        lists = self.plain_reference.get("lists", {})
        return Reference(
            build_providers(self.plain_reference.get("providers", {})),
            build_blocklists(lists.get("blocklists", {})),
            build_selectors(lists.get("selectors", ())),
            build_selectors_of(lists.get("selectors", ())),
        )

    def word_trouble(self, gap: Gap, language: Language) -> str:
        """Why something could not be tested."""
        return self.findings.word_trouble(gap, language)


def build_knowledge(plain: Mapping[str, Any], fingerprint: str = "") -> Knowledge:
    """Knowledge of sound files: {"topics": {"imap-or-pop3": {…}}, "phrases": {…}, …}."""
    topics = {name: build_topic(name, entry) for name, entry in plain.get("topics", {}).items()}
    lexicon = build_lexicon(plain.get("lexicon", {}))
    languages = build_languages(plain["languages"])
    return Knowledge(
        topics={name: _without_dead_links(topic, topics) for name, topic in topics.items()},
        findings=build_findings(plain.get("findings", {}), languages),
        phrases=build_phrases(plain.get("phrases", {}), languages),
        lexicon=replace(
            lexicon,
            vague=tuple(
                replace(vague, options=tuple(name for name in vague.options if name in topics))
                for vague in lexicon.vague
            ),
        ),
        fingerprint=fingerprint,
        plain_reference={room: plain.get(room, {}) for room in LATE},
    )


def _without_dead_links(topic: Topic, topics: Mapping[str, Topic]) -> Topic:
    """Nothing is offered that is not there; `knowledge lint` names what is missing."""
    if all(name in topics for name in topic.follow) and all(
        neighbour.topic in topics for neighbour in topic.unlike
    ):
        return topic
    return replace(
        topic,
        follow=tuple(name for name in topic.follow if name in topics),
        unlike=tuple(neighbour for neighbour in topic.unlike if neighbour.topic in topics),
    )
