"""`listonosz knowledge`: what a curator wants to see of the knowledge folder."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TextIO

from bot.frontends.printed import Printed
from bot.frontends.verifying import marked_lines
from bot.knowledge import Knowledge, KnowledgeError, load_knowledge
from bot.knowledge.fault import Fault
from bot.knowledge.ledger import Ledger
from bot.knowledge.lint import find_asked, lint
from bot.knowledge.load import load_posed
from bot.knowledge.phrases import Phrases
from bot.knowledge.posed import TUNE
from bot.model.language import Language

FAULTY = 1
COUNTED = ("topics", "concepts", "names", "outside", "findings", "phrases", "providers", "servers")

CURE = "write ways of asking that no neighbour has, or join the two topics"


class Curator:
    """Prints to `out` in one language; each method returns the exit status."""

    def __init__(
        self, phrases: Phrases, language: Language, folder: Path | None, out: TextIO
    ) -> None:
        self._page = Printed(phrases, language, out)
        self._folder = folder

    def lint(self, probes: Collection[str]) -> int:
        """Every fault by file and line, with its cure."""
        faults = lint(self._folder, probes=probes)
        for fault in faults:
            self._page.line(str(fault))
        self._page.say("faults" if faults else "sound", count=len(faults))
        if faults:
            return FAULTY
        self._tell_lacking()
        return self._replay(load_knowledge(self._folder))

    def _tell_lacking(self) -> None:
        """What further languages still say in English, file by file."""
        from bot.knowledge.completeness import find_lacking

        for language, found in find_lacking(self._folder).items():
            self._page.line()
            counts = {"count": found.texts - found.there, "texts": found.texts}
            self._page.say("lacking.language", name=found.name, language=language, **counts)
            for share in found.rooms.values():
                for path, keys in share.lacking.items():
                    key = "lacking.file" if path in share.whole else "lacking.keys"
                    row = {"path": path, "count": len(keys), "keys": ", ".join(keys)}
                    self._page.line("  " + self._page.words(key, **row))

    def _replay(self, knowledge: Knowledge) -> int:
        """Every way of asking asked: who answers it, and which topic nobody gets to.

        Then the questions of the evaluation that are answered wrongly.
        """
        from bot.faq.engine import load_matcher
        from bot.faq.evaluate import evaluate, stolen, unreachable

        matcher = load_matcher(knowledge)
        asked = {
            name: [text for texts in topic.asked.values() for text in texts]
            for name, topic in knowledge.topics.items()
        }
        lines = find_asked(self._folder)
        lost = [
            str(Fault(*lines[name, asked[name][0]], "no way of asking leads here", CURE))
            for name in unreachable(matcher, asked)
        ]
        for fault in lost:
            self._page.line(fault)
        taken = [
            "{}:{}: “{}” → {}".format(*lines[own, text], text, thief)
            for text, own, thief in stolen(matcher, asked)
        ]
        posed = [each for each in load_posed(self._folder) if each.part == TUNE]
        areas = {name: topic.area for name, topic in knowledge.topics.items()}
        confused = evaluate(matcher, posed, areas).confusions
        taken += [f"{wanted} → {got}  {count}" for wanted, got, count in confused]
        if taken:
            self._page.heading("stolen")
            self._page.say("stolen-cure")
            self._page.rows(taken)
        return FAULTY if lost else 0

    def answer(self, questions: Iterable[str]) -> int:
        """Every question as it would be answered now: the folder is read again for each."""
        from bot.conversation.explaining import explanation_document
        from bot.faq.codes import CodeFinder
        from bot.faq.engine import Engine, load_matcher
        from bot.faq.match import Matched, Question
        from bot.render.answer import answer_document
        from bot.render.data import document_text

        self._page.say("try")
        engine: Engine | None = None
        fingerprint = ""
        for line in questions:
            if not line.strip():
                continue
            try:
                knowledge = load_knowledge(self._folder)
            except KnowledgeError as error:
                self._page.line(str(error))
                continue
            if engine is None or knowledge.fingerprint != fingerprint:
                self._page.say("learning")
                engine, fingerprint = load_matcher(knowledge), knowledge.fingerprint
            explanation = engine.explain(Question(line.strip()))
            code = CodeFinder(knowledge.codes.values()).find(line)
            document = explanation_document(explanation, knowledge, self._page.language, code)
            self._page.line(document_text(document) + "\n")
            match = explanation.match
            about = code.topic if code else match.topic if isinstance(match, Matched) else ""
            if about:
                topic = knowledge.topics[about]
                language = engine.detect(line) or self._page.language
                said = answer_document(topic, knowledge.phrases, language, code=code)
                self._page.line(document_text(said) + "\n")
        return 0

    def test(self, knowledge: Knowledge) -> int:
        """How well the questions of evaluation/ are understood."""
        from bot.frontends.measuring import Measuring

        Measuring(knowledge, self._folder, self._page).run()
        return 0

    def stats(self, knowledge: Knowledge) -> int:
        """How much the bot knows."""
        from bot.knowledge.stats import stats

        found = stats(knowledge)
        for key in COUNTED:
            self._page.say(f"stats.{key}", count=getattr(found, key))
        for language, count in found.asked.items():
            name = knowledge.languages.locale(language).name
            self._page.say("stats.asked", count=count, name=name)
        self._tell_completeness()
        self._page.heading("areas")
        self._page.rows(f"{count:4}  {area}" for area, count in found.areas.items())
        self._page.heading("fewest")
        self._page.rows(f"{count:4}  {name}" for name, count in found.fewest_asked)
        self._page.heading("oldest")
        self._page.rows(f"{day}  {name}" for name, day in found.oldest)
        marks = Ledger(knowledge.reference.providers.all).marks()
        for line in marked_lines(marks, knowledge, self._page.language):
            self._page.line(line)
        return 0

    def _tell_completeness(self) -> None:
        """Which share of all texts each further language has."""
        from bot.knowledge.completeness import find_lacking

        for found in find_lacking(self._folder).values():
            self._page.say("stats.complete", name=found.name, there=found.there, count=found.texts)
            rows = found.rooms.items()
            self._page.rows(f"{share.there:4} / {share.texts:<5} {room}" for room, share in rows)
