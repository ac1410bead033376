"""Two reports side by side: how each probe stands, then what one has and the other lacks."""

from collections.abc import Iterator, Sequence

from bot.knowledge.knowledge import Knowledge
from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused
from bot.model.document import (
    Block,
    Cell,
    Document,
    Heading,
    Item,
    Note,
    Paragraph,
    Row,
    Sign,
    Table,
    line,
)
from bot.model.finding import Finding
from bot.model.language import Language
from bot.render.overview import standing
from bot.render.report import NOTICED, OLD, ReportState
from bot.render.verdict import verdict
from bot.render.words import SIGNS, Words, alike

Pair = tuple[ReportState, ReportState]
ABSENT = "absent"  # this probe was not called for here, or found nothing to look at


def comparison_document(states: Pair, knowledge: Knowledge, language: Language) -> Document:
    """Both reports in this state. While they grow there is the table alone."""
    words = Words(knowledge, language)
    if any(is_refused(state) for state in states):
        return Document((Paragraph(line(words.say("errors.target.refused"))),))
    return Document(tuple(_blocks(states, words)), language=language)


def is_refused(state: ReportState) -> bool:
    """Whether the guard let nothing of it through."""
    return bool(state.outcomes) and all(isinstance(each, Refused) for each in state.outcomes)


def probes_of(states: Pair) -> tuple[str, ...]:
    """Every probe of either report, in the order of the longer one."""
    longer, shorter = sorted(states, key=lambda state: -len(_names(state)))
    return tuple(dict.fromkeys((*_names(longer), *_names(shorter))))


def lacking(state: ReportState, other: ReportState) -> list[Finding]:
    """What is found here and not there, worst first. What was not tested there counts as unknown.

    A finding is told only where the other side's probe has seen enough to have made it.
    """
    theirs = {finding.code for finding in _findings(other)}
    seen = {outcome.probe for outcome in other.outcomes if _has_seen(outcome)}
    absent = set(_names(state)) - set(_names(other))
    found = [
        finding
        for outcome in state.outcomes
        if isinstance(outcome, Judged) and outcome.probe in seen | absent
        for finding in outcome.findings
        if finding.code not in theirs
    ]
    return sorted(found, key=lambda finding: -finding.severity)  # stable: probes keep their order


def _blocks(states: Pair, words: Words) -> Iterator[Block]:
    names = {"one": states[0].target.shown, "other": states[1].target.shown}
    is_finished = all(state.finished for state in states)
    key = "title" if is_finished else "working"
    yield Heading(line(words.say(f"comparison.{key}", **names)))
    if any(state.interrupted for state in states):
        yield Paragraph(line(words.say("report.interrupted")))
    elif is_finished:
        for state in states:
            yield Paragraph(line(verdict(state.target, state.outcomes, words.say)))
    if rows := tuple(_row(probe, states, words) for probe in probes_of(states)):
        yield Table(tuple(state.target.shown for state in states), rows)
    else:
        yield Item(Sign.WORKING, line(words.say("report.looking")))
    if is_finished:
        yield from _differences(states, words)
        yield from _small_print(states, words)


def _row(probe: str, states: Pair, words: Words) -> Row:
    return Row(words.probe(probe), tuple(_cell(probe, state, words) for state in states))


def _cell(probe: str, state: ReportState, words: Words) -> Cell:
    outcome = next((each for each in state.outcomes if each.probe == probe), None)
    is_working = probe in state.working or (not state.finished and not state.outcomes)
    if outcome is None and is_working:
        is_stopped = state.interrupted
        sign = Sign.UNTESTED if is_stopped else Sign.WORKING
        return Cell(words.say("comparison.untested" if is_stopped else "comparison.looking"), sign)
    stands = standing(outcome)
    return Cell(words.say(f"comparison.{stands or ABSENT}"), stands)


def _differences(states: Pair, words: Words) -> Iterator[Block]:
    one, other = states
    is_alike = True
    for here, there in ((one, other), (other, one)):
        found = lacking(here, there)
        if not found:
            continue
        is_alike = False
        yield Heading(
            line(words.say("comparison.only", one=here.target.shown, other=there.target.shown))
        )
        for group in alike(found):
            told = words.finding(group[0]).text + words.also([each.subject for each in group[1:]])
            yield Item(SIGNS[group[0].severity], line(told))
    if is_alike and not any(state.interrupted for state in states) and not _hides(states):
        yield Paragraph(line(words.say("comparison.alike")))


def _small_print(states: Pair, words: Words) -> Iterator[Note]:
    parts = []
    if _hides(states):
        parts.append(words.say("comparison.hidden"))
    if (seconds := max(state.seconds for state in states)) >= NOTICED:
        parts.append(words.say("report.took", seconds=round(seconds, 1)))
    outcomes = (outcome for state in states for outcome in state.outcomes)
    age = max((each.age for each in outcomes if isinstance(each, Judged)), default=0.0)
    if age >= OLD:
        parts.append(words.age(age))
    if parts:
        yield Note(line(" ".join(parts)))


def _hides(states: Pair) -> bool:
    """Whether something of either could not be tested."""
    return any(standing(each) == Sign.UNTESTED for state in states for each in state.outcomes)


def _names(state: ReportState) -> Sequence[str]:
    return tuple(dict.fromkeys((*(each.probe for each in state.outcomes), *state.working)))


def _findings(state: ReportState) -> Iterator[Finding]:
    for outcome in state.outcomes:
        if isinstance(outcome, Judged):
            yield from outcome.findings


def _has_seen(outcome: Outcome) -> bool:
    return not isinstance(outcome, Inconclusive | Crashed | Refused)
