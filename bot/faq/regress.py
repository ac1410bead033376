"""Would a change of the knowledge break other answers? Measured before and after."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.faq.evaluate import evaluate, stolen
from bot.faq.match import Ambiguous, Matched, Matcher, Question
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.posed import Posed


@dataclass(frozen=True, slots=True)
class Standing:
    """What is understood by now: shares of questions that are no examples, and what is stolen."""

    right: float
    wrong: float
    outside: float  # answered as if known
    stolen: frozenset[tuple[str, str, str]]  # way of asking, its topic, the thief


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that was better before; `reason` is a key of the words."""

    reason: str
    text: str = ""
    topic: str = ""
    thief: str = ""
    before: float = 0.0
    after: float = 0.0


def measure(matcher: Matcher, knowledge: Knowledge, posed: Iterable[Posed]) -> Standing:
    """How things stand."""
    asked = {
        name: [text for texts in topic.asked.values() for text in texts]
        for name, topic in knowledge.topics.items()
    }
    areas = {name: topic.area for name, topic in knowledge.topics.items()}
    found = evaluate(matcher, list(posed), areas)
    taken = frozenset(stolen(matcher, asked))
    return Standing(found.inside.right, found.inside.wrong, found.outside_answered, taken)


def compare(before: Standing, after: Standing) -> tuple[Break, ...]:
    """What got worse, be it ever so little."""
    breaks = [
        Break("stolen", text, topic, thief)
        for text, topic, thief in sorted(after.stolen - before.stolen)
    ]
    if after.right < before.right:
        breaks.append(Break("right", before=before.right, after=after.right))
    if after.wrong > before.wrong:
        breaks.append(Break("wrong", before=before.wrong, after=after.wrong))
    if after.outside > before.outside:
        breaks.append(Break("outside", before=before.outside, after=after.outside))
    return tuple(breaks)


def is_reached(matcher: Matcher, text: str, topic: str) -> bool:
    """Whether a way of asking leads to its topic, at once or among choices."""
    match matcher.match(Question(text)):
        case Matched(found):
            return found == topic
        case Ambiguous(options):
            return topic in options
    return False
