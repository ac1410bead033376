"""Reports and documents as plain data, for the JSON that programs rely on: add, never change."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.knowledge.knowledge import Knowledge
from bot.model.check import Crashed, Inconclusive, Judged, Outcome, Refused, Report
from bot.model.document import Block, Bullets, Copyable, Document, Item, Line, Paragraph, Table
from bot.model.finding import Finding
from bot.model.language import Language
from bot.model.trouble import Gap
from bot.render.comparison import ABSENT, lacking, probes_of
from bot.render.overview import standing
from bot.render.report import ReportState
from bot.render.trace import trace_data


def report_data(report: Report, knowledge: Knowledge, language: Language) -> dict[str, Any]:
    """A report as design.md writes it down; with a trace where one was asked for."""
    data = {
        "target": report.target.shown,
        "seconds": round(report.seconds, 3),
        "outcomes": [outcome_data(each, knowledge, language) for each in report.outcomes],
        "interrupted": report.interrupted,
    }
    return data if report.trace is None else data | {"trace": trace_data(report.trace)}


def comparison_data(
    reports: tuple[Report, Report], knowledge: Knowledge, language: Language
) -> dict[str, Any]:
    """Two reports: how each probe stands in both, what one has and the other lacks, and both."""
    one, other = (ReportState(report.target, report.outcomes) for report in reports)
    return {
        "targets": [report.target.shown for report in reports],
        "seconds": round(max(report.seconds for report in reports), 3),
        "probes": [
            {"probe": probe, "standing": [_standing(probe, state) for state in (one, other)]}
            for probe in probes_of((one, other))
        ],
        "only": [
            [finding_data(each, knowledge, language) for each in lacking(here, there)]
            for here, there in ((one, other), (other, one))
        ],
        "reports": [report_data(report, knowledge, language) for report in reports],
    }


def _standing(probe: str, state: ReportState) -> str:
    sign = standing(next((each for each in state.outcomes if each.probe == probe), None))
    return sign.value if sign else ABSENT


def outcome_data(outcome: Outcome, knowledge: Knowledge, language: Language) -> dict[str, Any]:
    """One probe's outcome: judged, inconclusive, refused or crashed."""
    say = knowledge.phrases.say
    match outcome:
        case Judged():
            return {
                "probe": outcome.probe,
                "status": "judged",
                "seconds": round(outcome.seconds, 3),
                "age": round(outcome.age, 1),
                "findings": [finding_data(each, knowledge, language) for each in outcome.findings],
                "gaps": [gap_data(each, knowledge, language) for each in outcome.gaps],
            }
        case Inconclusive():
            gaps = [gap_data(each, knowledge, language) for each in outcome.gaps]
            return {
                "probe": outcome.probe,
                "status": "inconclusive",
                "reason": outcome.trouble.value,
                "text": gaps[0]["text"],
                "seconds": round(outcome.seconds, 3),
                "findings": [],
                "gaps": gaps,
            }
        case Refused():
            return {
                "probe": outcome.probe,
                "status": "refused",
                "text": say("errors.target.refused", language),
                "findings": [],
                "gaps": [],
            }
        case Crashed():
            return {
                "probe": outcome.probe,
                "status": "crashed",
                "incident": outcome.incident,
                "text": say("errors.incident", language, incident=outcome.incident),
                "findings": [],
                "gaps": [],
            }


def finding_data(finding: Finding, knowledge: Knowledge, language: Language) -> dict[str, Any]:
    """One finding with its words."""
    worded = knowledge.findings.word(finding, language)
    return {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "subject": finding.subject,
        "params": dict(finding.params),
        "text": worded.text,
        "meaning": worded.meaning,
        "remedy": worded.remedy,
        "copy": worded.copy,
        "reference": finding.reference,
    }


def gap_data(gap: Gap, knowledge: Knowledge, language: Language) -> dict[str, Any]:
    """What could not be tested, and why."""
    return {
        "subject": gap.subject,
        "reason": gap.trouble.value,
        "text": knowledge.phrases.say(
            "report.gap",
            language,
            subject=gap.subject,
            also="",
            why=knowledge.word_trouble(gap, language),
        ),
        "detail": gap.detail,
    }


def document_text(document: Document) -> str:
    """The words of a document, one block a line, without titles and small print."""
    return "\n".join(_lines(document.blocks))


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(line):
                yield _plain(line)
            case Bullets(items, numbered):
                for number, item in enumerate(items, 1):
                    yield f"{f'{number}.' if numbered else '-'} {_plain(item)}"
            case Copyable(text):
                yield text
            case Table(heads, rows):
                if heads:
                    yield " | ".join(heads)
                for row in rows:
                    yield f"{row.label}: {' | '.join(cell.text for cell in row.cells)}"
            case Item(_, line, body):
                yield _plain(line)
                yield from _lines(body)


def _plain(line: Line) -> str:
    return "".join(inline.text for inline in line)
