"""Commands that do one thing and end: a question answered, a target checked, as text or JSON."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from bot.conversation.comparing import Pair
from bot.conversation.comparison import Reports
from bot.conversation.drive import Desk
from bot.conversation.explaining import explanation_document
from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Check, Compare, Say, Turn, View
from bot.conversation.turn import take_turn
from bot.faq.match import Ambiguous, Explanation, Matched, Question
from bot.frontends.outlet import TerminalOutlet
from bot.knowledge import Knowledge
from bot.model.check import CheckRequest, Refused, Report, Target, TargetKind
from bot.model.language import Language
from bot.render.data import comparison_data, document_text, report_data
from bot.render.terminal import clean
from bot.render.trace import trace_lines

CONVERSATION = "oneshot"
OF_AN_ADDRESS = ("smtp", "ptr", "blocklist", "ping")  # the probes that an address calls for


def ask_data(text: str, mind: Mind, language: Language, *, explain: bool = False) -> dict[str, Any]:
    """One question as the JSON says it: answer, clarify, unknown or command."""
    turn = take_turn(Session(), Incoming(CONVERSATION, text, language_hint=language), mind)
    session = turn.session
    topics = mind.knowledge.topics
    heard = session.last_language or language
    data: dict[str, Any] = {"kind": "unknown", "language": str(heard)}
    if turn.command:
        data |= {"kind": "command", "command": turn.command}
    elif session.topic:
        topic = topics[session.topic]
        data |= {"kind": "answer", "topic": topic.id, "area": topic.area}
    elif session.options:
        options = [
            {"topic": name, "area": topics[name].area, "label": topics[name].label[heard]}
            for name in session.options
        ]
        data |= {"kind": "clarify", "options": options, "question": _words(turn)}
    data |= {"text": _words(turn), "score": _score(turn)}
    if explain:
        data["explanation"] = explanation_data(mind.matcher.explain(Question(text)))
        if code := mind.code(text):  # it decides before any of these figures
            data["explanation"]["code"] = code.name
    return data


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """Why a question was understood as it was."""
    return {
        "candidates": [
            {"topic": each.topic, "share": round(each.score, 4)} for each in explanation.candidates
        ],
        "confidence": round(explanation.confidence, 4),
        "area": round(explanation.area, 4),
        "among": round(explanation.among, 4),
        "threshold": explanation.threshold,
        "margin": round(explanation.margin, 4),
        "words": [{"words": each.words, "weight": each.weight} for each in explanation.spoke],
        "phrasings": list(explanation.phrasings),
    }


def _words(turn: Turn) -> str:
    said = (step.document for step in turn.steps if isinstance(step, Say))
    return "\n".join(document_text(document) for document in said)


def _score(turn: Turn) -> float:
    """How sure the answer or the choices are; 1 where nothing had to be guessed."""
    match turn.match:
        case Matched() | Ambiguous():
            return round(turn.match.score, 4)
        case None if turn.command:
            return 1.0
    return 0.0


def ask_lines(
    lines: Iterable[str], mind: Mind, language: Language, out: TextIO, *, explain: bool = False
) -> None:
    """One question a line in, one JSON object a line out, each at once."""
    for line in lines:
        write_json(ask_data(line.rstrip("\r\n"), mind, language, explain=explain), out)


def explain_words(text: str, mind: Mind, language: Language) -> str:
    """How a question is understood and why, as text."""
    heard = mind.language or mind.matcher.detect(text) or language
    explanation = mind.matcher.explain(Question(text))
    document = explanation_document(explanation, mind.knowledge, heard, mind.code(text))
    return document_text(document)


async def ask_once(desk: Desk, text: str, language: Language, outlet: TerminalOutlet) -> None:
    """One question in words; a command is carried out."""
    await desk.handle(Incoming(CONVERSATION, text, language_hint=language), outlet)


async def check_json(
    desk: Desk, requests: Sequence[CheckRequest], language: Language, out: TextIO
) -> list[Report]:
    """Every check at once; one JSON object a line, in the order asked for."""
    reports = await asyncio.gather(*(desk.run(request) for request in requests))
    for report in reports:
        write_json(report_data(report, desk.mind.knowledge, language), out)
    return list(reports)


async def check_words(
    desk: Desk, requests: Sequence[CheckRequest], view: View, outlet: TerminalOutlet
) -> list[Report]:
    """Every check at once, each shown as it grows. Those that could be finished are returned."""
    steps = [Check(request, view) for request in requests]
    await desk.look(steps, outlet)
    found = (desk.report(request) for request in requests)
    reports = [report for report in found if report is not None]
    for report in reports:
        if report.trace is not None:
            words = desk.mind.knowledge.phrases.say(
                "report.trace", view.language, target=report.target.shown
            )
            outlet.show_lines((words, *trace_lines(report.trace), ""))
    return reports


async def compare_json(desk: Desk, pair: Pair, language: Language, out: TextIO) -> Reports:
    """Both checks at once; one JSON object."""
    one, other = await asyncio.gather(*(desk.run(request) for request in pair))
    write_json(comparison_data((one, other), desk.mind.knowledge, language), out)
    return one, other


async def compare_words(
    desk: Desk, pair: Pair, language: Language, outlet: TerminalOutlet
) -> list[Report]:
    """Both checks at once, side by side as they go on. What could be finished is returned."""
    await desk.look([Compare(pair, View(language))], outlet)
    found = (desk.report(request) for request in pair)
    return [report for report in found if report is not None]


def is_refused(report: Report) -> bool:
    """Whether the guard let nothing of it through."""
    outcomes = report.outcomes
    return bool(outcomes) and all(isinstance(outcome, Refused) for outcome in outcomes)


def write_json(data: dict[str, Any], out: TextIO) -> None:
    """One object on one line, at once."""
    print(json.dumps(data, ensure_ascii=False), file=out, flush=True)


def print_refusal(
    text: str, probes: Sequence[str], knowledge: Knowledge, language: Language, out: TextIO
) -> None:
    """A target that is refused by its spelling looks like one that the guard refuses."""
    target = Target(TargetKind.NAME, text, clean(text))
    report = Report(target, tuple(Refused(name) for name in probes or OF_AN_ADDRESS))
    write_json(report_data(report, knowledge, language), out)
