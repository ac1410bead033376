"""From scores to a step: answer, ask back, or say that we do not know."""

from dataclasses import dataclass

from bot.faq.clarify import MOST_CHOICES, Clarifier
from bot.faq.match import Ambiguous, Candidate, Match, Matched, Question, Unmatched
from bot.knowledge.knowledge import Knowledge

# Chosen on the tuning part of knowledge/evaluation.
ANSWER = 0.72  # the chance that the best topic is right, from which on it is answered
AREA = 0.72  # the chance that it is at least of the right area, from which on it is answered
ASK = 0.20  # the chance that one of the best three is right, from which on we ask
VAGUE = 0.45  # the share of a vague question from which on its own question is asked
ASK_VAGUE = 0.15  # the same, where no topic is worth asking about
OUTSIDE = 0.40  # the share of all that lies outside from which on the nearest are not offered
NEAR = 0.6  # of the share of all that lies outside: how likely a topic is that we ask about
NOTHING_ASKED = Question("")


@dataclass(frozen=True, slots=True)
class Scored:
    """The shares of all classes, best first, and how sure the best topics are."""

    shares: tuple[Candidate, ...]  # "topic:…", "outside:…", "vague:…"
    confidence: float  # that the best topic is right
    among: float  # that one of the best three is
    area: float = 0.0  # that the best topic is at least of the right area
    threshold: float = ANSWER  # of both, from which on it is answered
    second: tuple[Candidate, ...] = ()  # what a sentence encoder held likeliest, if it was asked

    def topics(self) -> tuple[Candidate, ...]:
        """The topics among them, by their ids."""
        return self._of("topic:")

    def outside(self) -> tuple[Candidate, ...]:
        """What lies outside, by group."""
        return self._of("outside:")

    def vague(self) -> tuple[Candidate, ...]:
        """The vague questions."""
        return self._of("vague:")

    def _of(self, prefix: str) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(each.topic.removeprefix(prefix), each.score)
            for each in self.shares
            if each.topic.startswith(prefix)
        )


def is_open(scored: Scored) -> bool:
    """Whether the words leave it open which topic is meant, so that asking on is worth it."""
    return bool(scored.topics()) and max(scored.confidence, scored.area) < ANSWER


def decide(
    scored: Scored, knowledge: Knowledge, clarifier: Clarifier, question: Question = NOTHING_ASKED
) -> Match:
    """The step that the scores call for, with what is known and was asked already."""
    topics, outside, vague = scored.topics(), scored.outside(), scored.vague()
    far = sum(each.score for each in outside)
    if vague and vague[0].score >= VAGUE and (match := _ask_vague(vague[0], knowledge)):
        return match
    best = topics[0].score if topics else 0.0
    sure = scored.confidence >= scored.threshold or scored.area >= max(AREA, scored.threshold)
    if topics and sure and best > far:
        runner_up = topics[1] if len(topics) > 1 else None
        return Matched(topics[0].topic, scored.confidence, runner_up)
    is_near = bool(topics) and scored.among >= ASK and best > NEAR * far
    if is_near and (asked := clarifier.best(topics, question.slots, question.asked)):
        return Ambiguous(asked.options, asked.question, scored.among, asked.slot, asked.values)
    if (
        vague
        and vague[0].score > max(far, ASK_VAGUE)
        and (match := _ask_vague(vague[0], knowledge))
    ):
        return match
    nearest = () if far >= OUTSIDE else tuple(each.topic for each in topics[:2])
    group = outside[0].topic if outside and far >= max(OUTSIDE, best) else ""
    return Unmatched(nearest, group, scored.among)


def _ask_vague(candidate: Candidate, knowledge: Knowledge) -> Match | None:
    for vague in knowledge.lexicon.vague:
        if vague.id == candidate.topic and vague.options:
            return Ambiguous(vague.options[:MOST_CHOICES], vague.question, candidate.score)
    return None
