"""How much the bot knows, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge.knowledge import Knowledge
from bot.knowledge.provider import Access
from bot.model.language import Language

_WITHOUT_SERVERS = frozenset({Access.BRIDGE, Access.NONE})


@dataclass(frozen=True, slots=True)
class Stats:
    """What `knowledge stats` prints."""

    topics: int
    areas: Mapping[str, int]  # topics in each area that has any
    asked: Mapping[Language, int]  # ways of asking
    fewest_asked: tuple[tuple[str, int], ...]  # the topics with the fewest, both languages together
    concepts: int
    names: int  # programs, providers, devices, protocols
    outside: int  # ways of asking for what the bot does not answer
    findings: int
    phrases: int
    providers: int
    servers: int  # providers of which we know servers, or that there are none for programs
    oldest: tuple[tuple[str, str], ...]  # the topics reviewed longest ago


def stats(knowledge: Knowledge) -> Stats:
    """Count everything."""
    topics, providers = knowledge.topics.values(), knowledge.reference.providers.all
    by_count = sorted((sum(len(each) for each in t.asked.values()), t.id) for t in topics)
    by_age = sorted((t.reviewed, t.id) for t in topics)
    return Stats(
        topics=len(knowledge.topics),
        areas={area: len(each) for area, each in knowledge.areas.items()},
        asked={
            language: sum(len(topic.asked.get(language, ())) for topic in topics)
            for language in knowledge.languages
        },
        fewest_asked=tuple((name, count) for count, name in by_count[:5]),
        concepts=len(knowledge.lexicon.concepts),
        names=len(knowledge.lexicon.names),
        outside=sum(len(a) for group in knowledge.lexicon.outside for a in group.asked.values()),
        findings=len(knowledge.findings.entries),
        phrases=len(knowledge.phrases.templates),
        providers=len(providers),
        servers=sum(bool(p.servers) or p.access in _WITHOUT_SERVERS for p in providers),
        oldest=tuple((name, day) for day, name in by_age[:5]),
    )
