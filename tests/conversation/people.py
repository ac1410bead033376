"""A mind with a scripted matcher, an outlet that writes down, checks that do as told."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from bot.conversation.mind import Mind
from bot.conversation.ports import Board, Progress
from bot.faq.entities import Entities, EntityFinder
from bot.faq.match import Candidate, Explanation, Match, Matched, Question, Spoke, Unmatched
from bot.knowledge import Knowledge, load_knowledge
from bot.model.check import CheckRequest, Judged, Outcome, Report
from bot.model.document import Document
from bot.model.finding import Finding, Severity
from bot.model.language import Language

PROBES = ("mx", "spf", "dkim", "dmarc", "smtp", "ptr", "submission", "imap", "pop3", "ping")


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


@dataclass
class ScriptedMatcher:
    """Understands exactly the questions it is told about; hears one language unless told."""

    matches: Mapping[str, Match] = field(default_factory=dict)
    language: Language | None = Language.PL
    heard: Mapping[str, Language | None] = field(default_factory=dict)
    asked: list[Question] = field(default_factory=list)

    def match(self, question: Question) -> Match:
        self.asked.append(question)
        return self.matches.get(question.text, Unmatched())

    def detect(self, text: str) -> Language | None:
        return self.heard.get(text, self.language)

    def explain(self, question: Question) -> Explanation:
        match = self.match(question)
        topic = match.topic if isinstance(match, Matched) else "imap-or-pop3"
        return Explanation(
            match,
            (Candidate(topic, 0.7), Candidate("cannot-send", 0.1)),
            0.8,
            0.9,
            (Spoke("imap", 0.42),),
            phrasings=("imap czy pop3",),
        )

    def spoke(self, text: str, topic: str) -> tuple[Spoke, ...]:
        return (Spoke("imap", 0.42), Spoke("pop3", 0.21))

    def entities(self, text: str) -> Entities:
        return EntityFinder(knowledge().lexicon).find(text)


def make_mind(matcher: ScriptedMatcher | None = None, **changes: object) -> Mind:
    return Mind(knowledge(), matcher or ScriptedMatcher(), PROBES, **changes)  # type: ignore[arg-type]


def finding(code: str = "spf.sound", severity: Severity = Severity.OK, **params: str) -> Finding:
    return Finding(code, severity, "firma.pl", params)


@dataclass
class WrittenBoard(Board):
    states: list[Document]
    finished: list[Document]
    trouble: Exception | None = None

    async def update(self, document: Document) -> None:
        if self.trouble:
            raise self.trouble
        self.states.append(document)

    async def finish(self, document: Document) -> None:
        self.finished.append(document)


@dataclass
class WrittenOutlet:
    """Writes down what would be shown."""

    said: list[Document] = field(default_factory=list)
    replaced: list[tuple[Document, int]] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    boards: list[WrittenBoard] = field(default_factory=list)
    trouble: Exception | None = None
    board_trouble: Exception | None = None
    may_withdraw: bool = True
    withdrawn: int = 0
    dismissed: int = 0

    async def say(self, document: Document) -> None:
        if self.trouble:
            raise self.trouble
        self.said.append(document)

    async def replace(self, document: Document, page: int = 1) -> None:
        self.replaced.append((document, page))

    async def board(self, document: Document) -> Board:
        board = WrittenBoard([document], [], self.board_trouble)
        self.boards.append(board)
        return board

    async def toast(self, text: str) -> None:
        self.toasts.append(text)

    async def typing(self) -> None:
        pass

    async def withdraw(self) -> bool:
        self.withdrawn += 1
        return self.may_withdraw

    async def dismiss(self) -> bool:
        self.dismissed += 1
        return True


@dataclass
class ScriptedChecks:
    """Ends with these outcomes one after another; waits for `gate` before those after the first."""

    outcomes: Sequence[Outcome] = (Judged("spf", ()),)
    gate: asyncio.Event | None = None
    trouble: Exception | None = None
    requests: list[CheckRequest] = field(default_factory=list)
    first_shown: asyncio.Event = field(default_factory=asyncio.Event)
    both_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        self.requests.append(request)
        if len(self.requests) == 2:
            self.both_asked.set()
        await progress.started(request, [outcome.probe for outcome in self.outcomes])
        for number, outcome in enumerate(self.outcomes):
            if number and self.gate:
                await self.gate.wait()
            if self.trouble:
                raise self.trouble
            await progress.outcome(outcome)
            self.first_shown.set()
        return Report(request.target, tuple(self.outcomes), seconds=1.0)
