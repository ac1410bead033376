"""A report, finished or still growing: verdict, short table, findings worst first, gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.knowledge.knowledge import Knowledge
from bot.knowledge.phrases import Worded
from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused, Target
from bot.model.document import (
    Block,
    Bullets,
    Copyable,
    Document,
    Heading,
    Item,
    Note,
    Paragraph,
    Sign,
    line,
)
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap
from bot.render.overview import overview
from bot.render.verdict import tally, verdict
from bot.render.words import MOST_SUBJECTS, SIGNS, Words, alike

NOTICED = 0.1  # seconds from which on it is told how long a check took
OLD = 5.0  # seconds from which on the age of a cached answer is told
# Features that many good domains live without: their absence is told together, a line each.
OPTIONAL = frozenset(
    {
        "mta-sts.missing",
        "tls-rpt.missing",
        "dane.missing",
        "dnssec.unsigned",
        "caa.missing",
        "bimi.missing",
    }
)
# What a fault asks for: never without the record to copy.
PROPOSALS = frozenset({"spf.merged", "spf.flattened"})
FEW_OPTIONAL = 2  # below this there is nothing to bring together

Body = tuple[Paragraph | Bullets | Copyable | Note, ...]


@dataclass(frozen=True, slots=True)
class ReportState:
    """What is to be shown of a check. `working` are the probes that have not ended yet."""

    target: Target
    outcomes: tuple[Outcome, ...]
    working: tuple[str, ...] = ()
    seconds: float = 0.0
    finished: bool = True
    interrupted: bool = False
    detailed: bool = False


def report_document(state: ReportState, knowledge: Knowledge, language: Language) -> Document:
    """The report in this state. While it grows it is short; what is there comes at once."""
    words = Words(knowledge, language)
    if state.outcomes and all(isinstance(outcome, Refused) for outcome in state.outcomes):
        return Document((Paragraph(line(words.say("errors.target.refused"))),))
    blocks: list[Block] = [_title(state, words)]
    if state.interrupted:
        key = "report.interrupted" if state.outcomes else "report.interrupted-empty"
        blocks.append(Paragraph(line(words.say(key))))
    if state.finished and not state.interrupted and (table := overview(state.outcomes, words)):
        blocks.append(table)
    blocks.extend(_findings(state, words))
    blocks.extend(_untested(state, words))
    blocks.extend(_sound(state, words))
    blocks.extend(_pending(state, words))
    blocks.extend(_small_print(state, words))
    return Document(tuple(blocks))


def _title(state: ReportState, words: Words) -> Heading:
    if not state.finished:
        return Heading(line(words.say("report.title", target=state.target.shown)))
    if _is_plain_dns(state):
        return Heading(line(words.say("report.title-dns", target=state.target.shown)))
    if state.interrupted:  # what was not reached may change the verdict
        return Heading(line(state.target.shown))
    return Heading(line(verdict(state.target, state.outcomes, words.say)))


def _is_plain_dns(state: ReportState) -> bool:
    """Records were asked for: there is nothing to judge, and nothing to count."""
    return [outcome.probe for outcome in state.outcomes] == ["dns"]


def _judged(outcomes: Iterable[Outcome]) -> list[tuple[str, Finding]]:
    return [
        (outcome.probe, finding)
        for outcome in outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
    ]


def _findings(state: ReportState, words: Words) -> Iterable[Item]:
    """What is not simply sound, worst first; the same statement about several is made once."""
    optional = _optional(state)
    found = [
        finding
        for _, finding in _judged(state.outcomes)
        if finding.severity and finding not in optional
    ]
    found.sort(key=lambda finding: -finding.severity)  # stable: probes keep their order
    together: dict[tuple[str, ...], list[tuple[Finding, Worded]]] = {}
    for finding in found:
        worded = words.finding(finding)
        key = (finding.code, worded.meaning, worded.remedy, worded.copy)
        if _is_one_line(finding, state):  # then only what is said word for word the same
            key = (finding.code, worded.text.replace(finding.subject, ""), "", "")
        together.setdefault(key, []).append((finding, worded))
    for group in together.values():
        yield _item(group, state, words)
    if optional:
        listed = (words.say(f"report.optional.{each.code.split('.')[0]}") for each in optional)
        lines = tuple(line(text) for text in dict.fromkeys(listed))
        yield Item(Sign.NOTICE, line(words.say("report.optional.title")), (Bullets(lines),))


def _optional(state: ReportState) -> list[Finding]:
    """What a finished report in short tells together; nothing where there is but one of it."""
    if state.detailed or not state.finished:
        return []
    found = [finding for _, finding in _judged(state.outcomes) if finding.code in OPTIONAL]
    return found if len({finding.code for finding in found}) >= FEW_OPTIONAL else []


def _item(group: Sequence[tuple[Finding, Worded]], state: ReportState, words: Words) -> Item:
    (finding, worded), *others = group
    sign = SIGNS[finding.severity]
    if _is_one_line(finding, state):
        return Item(sign, line(worded.text + words.also([each.subject for each, _ in others])))
    body: list[Paragraph | Bullets | Copyable | Note] = []
    if others:
        body.append(Bullets(tuple(line(each.text) for _, each in others)))
    body.extend(Paragraph(line(text)) for text in (worded.meaning, worded.remedy) if text)
    if worded.copy:
        body.append(Copyable(worded.copy))
    if finding.reference:
        body.append(Note(line(words.say("report.reference", reference=finding.reference))))
    return Item(sign, line(worded.text), tuple(body))


def _is_one_line(finding: Finding, state: ReportState) -> bool:
    """A growing report is short, and so is in short what only is worth knowing."""
    is_remark = finding.severity <= Severity.NOTICE and finding.code not in PROPOSALS
    is_short = not state.detailed and is_remark
    return is_short or not state.finished


def _untested(state: ReportState, words: Words) -> Iterable[Item]:
    """What could not be tested, and why: never a verdict about somebody's server."""
    gaps: dict[tuple[str, str], list[Gap]] = {}
    for outcome in state.outcomes:
        match outcome:
            case Judged() | Inconclusive():
                for gap in outcome.gaps:
                    gaps.setdefault((gap.trouble, words.why(gap)), []).append(gap)
            case Refused():
                text = words.say("report.refused-probe", probe=words.probe(outcome.probe))
                yield Item(Sign.UNTESTED, line(text))
            case Crashed():
                text = words.say(
                    "report.crashed",
                    probe=words.probe(outcome.probe),
                    incident=outcome.incident,
                )
                yield Item(Sign.UNTESTED, line(text))
    for group in gaps.values():
        yield _gap_item(group, state, words)


def _gap_item(group: Sequence[Gap], state: ReportState, words: Words) -> Item:
    first, *others = list({gap.subject: gap for gap in group}.values())
    text = words.gap(first, words.also([gap.subject for gap in others]))
    details = list(dict.fromkeys(gap.detail for gap in group if gap.detail not in text))
    shown = details[:MOST_SUBJECTS] if state.detailed and state.finished else ()
    return Item(Sign.UNTESTED, line(text), tuple(Note(line(detail)) for detail in shown))


def _sound(state: ReportState, words: Words) -> Iterable[Item]:
    """What is in order: one line a statement, or in detail all about each of them."""
    optional = _optional(state)
    sound = [
        finding
        for _, finding in _judged(state.outcomes)
        if not finding.severity and finding not in optional
    ]
    if not state.detailed:
        for group in alike(sound):
            text = words.finding(group[0]).text + words.also([f.subject for f in group[1:]])
            yield Item(Sign.OK, line(text))
        return
    for finding in sound:
        worded = words.finding(finding)
        body = tuple(Paragraph(line(text)) for text in (worded.meaning, worded.remedy) if text)
        yield Item(Sign.OK, line(worded.text), body)


def _pending(state: ReportState, words: Words) -> Iterable[Item]:
    if state.interrupted:
        for probe in state.working:
            text = words.say("report.interrupted-probe", probe=words.probe(probe))
            yield Item(Sign.UNTESTED, line(text))
    elif state.working:
        names = ", ".join(words.probe(probe) for probe in state.working)
        yield Item(Sign.WORKING, line(words.say("report.working", probes=names)))
    elif not state.finished:
        yield Item(Sign.WORKING, line(words.say("report.looking")))


def _small_print(state: ReportState, words: Words) -> Iterable[Note]:
    if not state.finished or state.interrupted:
        return
    parts = [] if _is_plain_dns(state) else [tally(state.outcomes, words.say)]
    if state.seconds >= NOTICED:
        parts.append(words.say("report.took", seconds=round(state.seconds, 1)))
    ages = [outcome.age for outcome in state.outcomes if isinstance(outcome, Judged)]
    if (age := max(ages, default=0.0)) >= OLD:
        parts.append(words.age(age))
    if told := " ".join(part for part in parts if part):
        yield Note(line(told))
