"""How well questions are understood, in figures that `knowledge test` prints and tests guard."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.faq.match import Ambiguous, Match, Matched, Matcher, Question, Unmatched
from bot.faq.normalise import fold
from bot.knowledge.posed import AREA, CLARIFY, LACKING, OUTSIDE, Posed
from bot.model.language import WRITTEN, Language


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one question got."""

    posed: Posed
    text: str  # as it was asked: perhaps without diacritics, or mistyped
    match: Match

    @property
    def is_right(self) -> bool:
        """Answered at once with the right topic, or asked back where that was right."""
        match self.match:
            case Matched(topic):
                return topic in self.posed.expected
            case Ambiguous():
                return self.posed.expected == (CLARIFY,)
            case Unmatched():
                return self.posed.is_outside

    @property
    def is_among(self) -> bool:
        """Right at once, or the right topic is among the choices."""
        if isinstance(self.match, Ambiguous):
            return self.is_right or bool(set(self.match.options) & set(self.posed.expected))
        return self.is_right

    @property
    def is_wrong(self) -> bool:
        """Answered with confidence, and not with what was asked."""
        return isinstance(self.match, Matched) and not self.is_right


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of a set of questions, from 0 to 1."""

    questions: int
    right: float
    among: float
    wrong: float
    asked: float  # got a question back
    unknown: float  # got "I do not know"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a whole set."""

    inside: Figures  # questions that the knowledge answers
    inside_area: Figures  # the same, where any topic of the right area is right
    clarify: Figures  # questions that call for a question back
    foreign: Figures  # outside; `wrong` is the share answered as if it were known
    lacking: Figures  # of the field, but not in the knowledge; `wrong` as above
    by_language: Mapping[Language, Figures]
    by_area: Mapping[str, Figures]
    by_area_and_language: Mapping[tuple[str, Language], Figures]
    folded: Figures  # inside, without diacritics
    mistyped: Figures  # inside, with one slip in every other word
    calibration: tuple[tuple[float, float, float, int], ...]  # from, said, right, of how many
    confusions: tuple[tuple[str, str, int], ...]  # expected, answered, how often
    failures: tuple[Verdict, ...]

    @property
    def calibration_error(self) -> float:
        """How far what was said is from what was right, on average over the answers (ECE)."""
        answers = sum(count for _, _, _, count in self.calibration) or 1
        return sum(abs(said - was) * count for _, said, was, count in self.calibration) / answers

    @property
    def outside_answered(self) -> float:
        """The share of all questions outside, of both kinds, answered as if known."""
        count = self.foreign.questions + self.lacking.questions
        answered = (
            self.foreign.wrong * self.foreign.questions
            + self.lacking.wrong * self.lacking.questions
        )
        return answered / count if count else 0.0


def stolen(matcher: Matcher, asked: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str, str]]:
    """Ways of asking (by topic) that another topic answers: (text, its topic, the thief)."""
    for topic, texts in asked.items():
        for text in texts:
            match = matcher.match(Question(text))
            if isinstance(match, Matched) and match.topic != topic:
                yield text, topic, match.topic


def unreachable(matcher: Matcher, asked: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Topics that none of their own ways of asking leads to, not even among choices."""
    for topic, texts in asked.items():
        matches = (matcher.match(Question(text)) for text in texts)
        if not any(
            (isinstance(match, Matched) and match.topic == topic)
            or (isinstance(match, Ambiguous) and topic in match.options)
            for match in matches
        ):
            yield topic


def evaluate(matcher: Matcher, posed: Sequence[Posed], areas: Mapping[str, str]) -> Evaluation:
    """Ask every question, and again as people without diacritics and with clumsy fingers would.

    `areas` gives each topic's area.
    """
    verdicts = _ask(matcher, [_resolved(each, areas) for each in posed], str)
    inside = [verdict for verdict in verdicts if _is_inside(verdict.posed)]
    asked_inside = [verdict.posed for verdict in inside]
    languages = list(dict.fromkeys((*WRITTEN, *(each.language for each in posed))))
    by_area: dict[str, list[Verdict]] = {}
    for verdict in inside:
        by_area.setdefault(areas.get(verdict.posed.expected[0], ""), []).append(verdict)
    return Evaluation(
        inside=figures(inside),
        inside_area=figures(_widened(verdict, areas) for verdict in inside),
        clarify=figures(_expecting(verdicts, CLARIFY)),
        foreign=figures(_expecting(verdicts, OUTSIDE)),
        lacking=figures(_expecting(verdicts, LACKING)),
        by_language={
            language: figures(v for v in inside if v.posed.language == language)
            for language in languages
        },
        by_area={area: figures(of_area) for area, of_area in sorted(by_area.items())},
        by_area_and_language={
            (area, language): figures(v for v in of_area if v.posed.language == language)
            for area, of_area in sorted(by_area.items())
            for language in languages
        },
        folded=figures(_ask(matcher, asked_inside, fold)),
        mistyped=figures(_ask(matcher, asked_inside, mistype)),
        calibration=_calibration(verdicts),
        confusions=_confusions(verdicts),
        failures=tuple(verdict for verdict in verdicts if not verdict.is_among),
    )


def figures(verdicts: Iterable[Verdict]) -> Figures:
    """The shares of these verdicts."""
    each = list(verdicts)

    def share(claim: Callable[[Verdict], bool]) -> float:
        return sum(map(claim, each)) / len(each) if each else 0.0

    return Figures(
        questions=len(each),
        right=share(lambda verdict: verdict.is_right),
        among=share(lambda verdict: verdict.is_among),
        wrong=share(lambda verdict: verdict.is_wrong),
        asked=share(lambda verdict: isinstance(verdict.match, Ambiguous)),
        unknown=share(lambda verdict: isinstance(verdict.match, Unmatched)),
    )


def mistype(text: str) -> str:
    """The text with one slip in every other longer word; always the same slips."""
    chance = random.Random(text)
    typed = []
    for at, word in enumerate(text.split(" ")):
        if len(word) > 3 and at % 2 == 0 and word.isalpha():
            spot = chance.randrange(1, len(word) - 1)
            before, here, after = word[:spot], word[spot], word[spot + 1 :]
            slips = (
                before + after,
                before + here * 2 + after,
                before + after[0] + here + after[1:],
            )
            word = chance.choice(slips)
        typed.append(word)
    return " ".join(typed)


def _ask(matcher: Matcher, posed: Iterable[Posed], spell: Callable[[str], str]) -> list[Verdict]:
    return [
        Verdict(each, spelt := spell(each.text), matcher.match(Question(spelt))) for each in posed
    ]


def _widened(verdict: Verdict, areas: Mapping[str, str]) -> Verdict:
    """The verdict, were every topic of the expected areas expected."""
    wanted = {areas.get(topic) for topic in verdict.posed.expected}
    topics = tuple(topic for topic, area in areas.items() if area in wanted)
    return replace(verdict, posed=replace(verdict.posed, expected=topics))


def _resolved(posed: Posed, areas: Mapping[str, str]) -> Posed:
    """The question with the topics of each area that is expected; with none, it is lacking."""
    expected: list[str] = []
    for name in posed.expected:
        area = name.removeprefix(AREA)
        expected += [topic for topic in areas if areas[topic] == area] if area != name else [name]
    return replace(posed, expected=tuple(expected) or (LACKING,))


def _is_inside(posed: Posed) -> bool:
    return not posed.is_outside and posed.expected != (CLARIFY,)


def _expecting(verdicts: Iterable[Verdict], word: str) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.posed.expected == (word,)]


def _calibration(verdicts: Iterable[Verdict]) -> tuple[tuple[float, float, float, int], ...]:
    """Of the answers given at each confidence, in steps of a tenth: what was said, and right."""
    said: dict[int, list[tuple[float, bool]]] = {}
    for verdict in verdicts:
        if isinstance(verdict.match, Matched):
            score = verdict.match.score
            said.setdefault(min(9, int(score * 10)), []).append((score, verdict.is_right))
    return tuple(
        (
            step / 10,
            sum(score for score, _ in group) / len(group),
            sum(right for _, right in group) / len(group),
            len(group),
        )
        for step, group in sorted(said.items())
    )


def _confusions(verdicts: Iterable[Verdict]) -> tuple[tuple[str, str, int], ...]:
    count = Counter(
        (verdict.posed.expected[0], verdict.match.topic)
        for verdict in verdicts
        if isinstance(verdict.match, Matched) and verdict.is_wrong
    )
    return tuple((expected, got, times) for (expected, got), times in count.most_common())
