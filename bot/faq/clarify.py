"""Which question to ask back: the one after whose answer we are likeliest to say the right thing.

Every question that could be asked is weighed by what is expected of it: how likely its answer
leads to the right topic with the right steps, and how likely a person can answer it at all. It
is cheap for a person to say which provider or program they have, and to answer a writer's own
question; to recognise one's trouble among the titles of topics is harder.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.faq.entities import EntityFinder
from bot.faq.match import Candidate
from bot.faq.normalise import fold, words
from bot.knowledge.knowledge import Knowledge
from bot.knowledge.topic import Topic
from bot.model.language import Language

ASKABLE = ("provider", "program", "device", "protocol")  # slots, in the order people know them
MOST_CHOICES = 3
WORTH_OFFERING = 0.12  # of the best option's share, from which on an option is offered too
# How likely a person answers each kind of question rightly.
OWN_QUESTION, TITLES, SLOT = 0.95, 0.93, 1.0
GENERAL = 0.9  # what the answer for everybody is worth to whom another one is written
SMOOTHING = 4.0  # mentions that a topic is taken to have beside those in its ways of asking


@dataclass(frozen=True, slots=True)
class Asked:
    """A question back. Where it asks for a slot, `values` say which topic each value means."""

    options: tuple[str, ...]
    question: Mapping[Language, str] = field(default_factory=dict)
    slot: str = ""
    values: tuple[tuple[str, str], ...] = ()
    gain: float = 0.0  # the chance to say the right thing after its answer

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same question again."""
        return (self.slot,) if self.slot else tuple(sorted(self.options))


class Clarifier:
    """Finds the question whose answer decides most."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._names = EntityFinder(knowledge.lexicon)
        self._mentions: dict[tuple[str, str], Counter[str]] = {}

    def best(
        self,
        candidates: Sequence[Candidate],
        known: Mapping[str, str],
        asked: Sequence[tuple[str, ...]] = (),
    ) -> Asked | None:
        """The best question that was not asked yet; None when there is nothing to ask."""
        questions = (*self._of_topics(candidates, known), *self._of_slots(candidates, known))
        fresh = [each for each in questions if each.key not in asked]
        return max(fresh, key=lambda each: each.gain, default=None)

    def _of_topics(
        self, candidates: Sequence[Candidate], known: Mapping[str, str]
    ) -> Iterator[Asked]:
        """Which of these topics is it? Between two of them perhaps in a writer's own words."""
        worth = candidates[0].score * WORTH_OFFERING if candidates else 0.0
        offered = [each for each in candidates[:MOST_CHOICES] if each.score >= worth]
        if len(offered) < 2:
            offered = list(candidates[:2])
        for count in range(2, len(offered) + 1):
            options = tuple(each.topic for each in offered[:count])
            hit = sum(each.score * self._use(each.topic, known) for each in offered[:count])
            if count == 2 and (own := self._unlike(*options)):
                yield Asked(options, own, gain=hit * OWN_QUESTION)
            yield Asked(options, self._knowledge.lexicon.ask, gain=hit * TITLES)

    def _of_slots(
        self, candidates: Sequence[Candidate], known: Mapping[str, str]
    ) -> Iterator[Asked]:
        """Which provider, which program? Where it decides which topic is meant."""
        topics = candidates[:MOST_CHOICES]
        for slot in ASKABLE:
            mentions = {each.topic: self._mentioned(each.topic, slot) for each in topics}
            if slot in known or not any(mentions.values()):
                continue
            every: Counter[str] = sum(mentions.values(), Counter())
            values = [value for value, _ in every.most_common(MOST_CHOICES)]
            leads: list[tuple[str, str]] = []
            gain, said = 0.0, dict.fromkeys(mentions, 0.0)
            for value in values:
                told = {**known, slot: value}
                worth = {}
                for each in topics:
                    own, usual = mentions[each.topic], every[value] / every.total()
                    chance = (own[value] + SMOOTHING * usual) / (own.total() + SMOOTHING)
                    said[each.topic] += chance
                    worth[each.topic] = each.score * chance * self._use(each.topic, told)
                best = max(worth, key=lambda name: worth[name])
                gain += worth[best]
                leads.append((value, best))
            left = [each.score * (1 - said[each.topic]) * GENERAL for each in topics]
            if len({topic for _, topic in leads}) > 1:
                options = tuple(each.topic for each in topics)
                gain = (gain + max(left, default=0.0)) * SLOT
                yield Asked(options, {}, slot, tuple(leads), gain)

    def _use(self, name: str, known: Mapping[str, str]) -> float:
        """How well the topic's answer will fit: wholly, or only as it does everybody."""
        topic = self._knowledge.topics[name]
        return 1.0 if not topic.variants or topic.variant(known) else GENERAL

    def _unlike(self, first: str, second: str) -> Mapping[Language, str] | None:
        topics = self._knowledge.topics
        for topic, other in ((topics[first], second), (topics[second], first)):
            if question := topic.question_unlike(other):
                return question
        return None

    def _mentioned(self, name: str, slot: str) -> Counter[str]:
        """How often a topic's ways of asking and variants name each value of a slot."""
        if (name, slot) not in self._mentions:
            for each in ASKABLE:
                self._mentions[name, each] = Counter()
            for found, value in self._names_in(self._knowledge.topics[name]):
                if found in ASKABLE:
                    self._mentions[name, found][value] += 1
        return self._mentions[name, slot]

    def _names_in(self, topic: Topic) -> Iterator[tuple[str, str]]:
        for texts in topic.asked.values():
            for text in texts:
                named = (value.partition(":") for *_, value in self._names.names(words(fold(text))))
                yield from {slot: value for slot, _, value in reversed(list(named))}.items()
        for variant in topic.variants:
            yield from variant.when.items()
