"""`listonosz knowledge`: what a curator wants to see of the knowledge folder."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from bot.frontends.verifying import marked_lines
from bot.knowledge import Knowledge, KnowledgeError, load_knowledge
from bot.knowledge.fault import Fault
from bot.knowledge.ledger import Ledger
from bot.knowledge.lint import find_asked, lint
from bot.knowledge.load import load_posed
from bot.knowledge.phrases import Phrases
from bot.knowledge.posed import PARTS, Posed
from bot.model.language import Language

FAULTY = 1
SHOWN_FAILURES = 40
COUNTED = ("topics", "concepts", "names", "outside", "findings", "phrases", "providers", "servers")
TUNE = "tune"  # the part of evaluation/ that may be looked at one by one
SETS = ("inside", "inside_area", "folded", "mistyped", "clarify", "foreign", "lacking")

CURE = "write ways of asking that no neighbour has, or join the two topics"


class Curator:
    """Prints to `out` in one language; each method returns the exit status."""

    def __init__(
        self, phrases: Phrases, language: Language, folder: Path | None, out: TextIO
    ) -> None:
        self._phrases = phrases
        self._language = language
        self._folder = folder
        self._out = out

    def lint(self, probes: Collection[str]) -> int:
        """Every fault by file and line, with its cure."""
        faults = lint(self._folder, probes=probes)
        for fault in faults:
            self._print(str(fault))
        self._say("faults" if faults else "sound", count=len(faults))
        if faults:
            return FAULTY
        self._tell_lacking()
        return self._replay(load_knowledge(self._folder))

    def _tell_lacking(self) -> None:
        """What further languages still say in English, file by file."""
        from bot.knowledge.completeness import find_lacking

        for language, found in find_lacking(self._folder).items():
            self._print("")
            counts = {"count": found.texts - found.there, "texts": found.texts}
            self._say("lacking.language", name=found.name, language=language, **counts)
            for share in found.rooms.values():
                for path, keys in share.lacking.items():
                    key = "lacking.file" if path in share.whole else "lacking.keys"
                    row = {"path": path, "count": len(keys), "keys": ", ".join(keys)}
                    self._print("  " + self._phrases.say(f"curator.{key}", self._language, **row))

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
            self._print(fault)
        taken = [
            "{}:{}: “{}” → {}".format(*lines[own, text], text, thief)
            for text, own, thief in stolen(matcher, asked)
        ]
        posed = [each for each in load_posed(self._folder) if each.part == TUNE]
        areas = {name: topic.area for name, topic in knowledge.topics.items()}
        confused = evaluate(matcher, posed, areas).confusions
        taken += [f"{wanted} → {got}  {count}" for wanted, got, count in confused]
        if taken:
            self._heading("stolen")
            self._say("stolen-cure")
            self._rows(taken)
        return FAULTY if lost else 0

    def answer(self, questions: Iterable[str]) -> int:
        """Every question as it would be answered now: the folder is read again for each."""
        from bot.conversation.explaining import explanation_document
        from bot.faq.codes import CodeFinder
        from bot.faq.engine import Engine, load_matcher
        from bot.faq.match import Matched, Question
        from bot.render.answer import answer_document
        from bot.render.data import document_text

        self._say("try")
        engine: Engine | None = None
        fingerprint = ""
        for line in questions:
            if not line.strip():
                continue
            try:
                knowledge = load_knowledge(self._folder)
            except KnowledgeError as error:
                self._print(str(error))
                continue
            if engine is None or knowledge.fingerprint != fingerprint:
                self._say("learning")
                engine, fingerprint = load_matcher(knowledge), knowledge.fingerprint
            explanation = engine.explain(Question(line.strip()))
            code = CodeFinder(knowledge.codes.values()).find(line)
            document = explanation_document(explanation, knowledge, self._language, code)
            self._print(document_text(document) + "\n")
            match = explanation.match
            about = code.topic if code else match.topic if isinstance(match, Matched) else ""
            if about:
                topic = knowledge.topics[about]
                language = engine.detect(line) or self._language
                said = answer_document(topic, knowledge.phrases, language, code=code)
                self._print(document_text(said) + "\n")
        return 0

    def test(self, knowledge: Knowledge) -> int:
        """How well the questions of evaluation/ are understood."""
        from bot.faq.engine import load_matcher
        from bot.faq.evaluate import Figures, evaluate

        posed = load_posed(self._folder)
        areas = {name: topic.area for name, topic in knowledge.topics.items()}
        matcher = load_matcher(knowledge)
        found = evaluate(matcher, posed, areas)
        # Those of the other part are never looked at one by one, or its figures are worth nothing.
        parts = {
            part: evaluate(matcher, [each for each in posed if each.part == part], areas)
            for part in PARTS
        }
        tuned = parts[TUNE]

        def row(name: str, figures: Figures, *more: Figures) -> None:
            shares = (figures.right, figures.among, figures.wrong, figures.asked, figures.unknown)
            cells = "".join(f"{share * 100:11.1f}" for share in shares)
            cells += "".join(f"{each.right * 100:11.1f}" for each in more)
            self._print(f"{name:<28}{figures.questions:>7}{cells}")

        names = ("questions", "right", "among", "wrong", "asked", "unknown")
        heads = [self._phrases.say(f"curator.{name}", self._language) for name in names]
        spoken = [knowledge.languages.locale(language).name for language in found.by_language]
        self._print(f"{'%':<28}{heads[0]:>7}" + "".join(f"{head:>11}" for head in heads[1:]))
        for key in SETS:
            row(self._phrases.say(f"curator.set.{key}", self._language), getattr(found, key))
        for figures, name in zip(found.by_language.values(), spoken, strict=True):
            row(name, figures)
        for part, measured in parts.items():
            for key in SETS:
                name = self._phrases.say(f"curator.set.{key}", self._language)
                row(f"{part}: {name}", getattr(measured, key))
        self._test_encoder(knowledge, posed, areas, row)
        self._print(" " * 90 + "".join(f"{name:>11}" for name in spoken))
        for area, figures in found.by_area.items():
            both = (found.by_area_and_language[area, language] for language in found.by_language)
            row(area, figures, *both)
        self._heading("calibration")
        for _, said, was, count in found.calibration:
            self._print(f"{said:8.2f} {was:8.2f} {count:6}")
        self._say("calibration-error", error=f"{found.calibration_error:.3f}")
        self._say("outside-answered", share=f"{found.outside_answered * 100:.1f}")
        self._heading("confusions")
        self._rows(f"{wanted} → {got}  {count}" for wanted, got, count in tuned.confusions)
        self._heading("failures")
        self._rows(
            f"{failure.posed.text!r}: {'/'.join(failure.posed.expected)}"
            for failure in tuned.failures[:SHOWN_FAILURES]
        )
        return 0

    def _test_encoder(
        self,
        knowledge: Knowledge,
        posed: Sequence[Posed],
        areas: Mapping[str, str],
        row: Callable[..., None],
    ) -> None:
        """The same figures with the sentence encoder, if it is installed."""
        from bot.faq.encoder import find_encoder
        from bot.faq.engine import load_matcher
        from bot.faq.evaluate import evaluate

        if (encoder := find_encoder()) is None:
            self._say("no-encoder")
            return
        self._say("encoder", version=encoder.version)
        matcher = load_matcher(knowledge, seek=lambda: encoder)
        for part in PARTS:
            measured = evaluate(matcher, [each for each in posed if each.part == part], areas)
            for key in SETS:
                name = self._phrases.say(f"curator.set.{key}", self._language)
                row(f"{part}: {name}", getattr(measured, key))
            for language, figures in measured.by_language.items():
                name = knowledge.languages.locale(language).name
                row(f"{part}: {name}", figures)

    def stats(self, knowledge: Knowledge) -> int:
        """How much the bot knows."""
        from bot.knowledge.stats import stats

        found = stats(knowledge)
        for key in COUNTED:
            self._say(f"stats.{key}", count=getattr(found, key))
        for language, count in found.asked.items():
            name = knowledge.languages.locale(language).name
            self._say("stats.asked", count=count, name=name)
        self._tell_completeness()
        self._heading("areas")
        self._rows(f"{count:4}  {area}" for area, count in found.areas.items())
        self._heading("fewest")
        self._rows(f"{count:4}  {name}" for name, count in found.fewest_asked)
        self._heading("oldest")
        self._rows(f"{day}  {name}" for name, day in found.oldest)
        marks = Ledger(knowledge.reference.providers.all).marks()
        for line in marked_lines(marks, knowledge, self._language):
            self._print(line)
        return 0

    def _tell_completeness(self) -> None:
        """Which share of all texts each further language has."""
        from bot.knowledge.completeness import find_lacking

        for found in find_lacking(self._folder).values():
            self._say("stats.complete", name=found.name, there=found.there, count=found.texts)
            rows = found.rooms.items()
            self._rows(f"{share.there:4} / {share.texts:<5} {room}" for room, share in rows)

    def _heading(self, key: str) -> None:
        self._print("")
        self._say(key)

    def _rows(self, rows: Iterable[str]) -> None:
        for row in rows:
            self._print(f"  {row}")

    def _say(self, key: str, /, **params: object) -> None:
        self._print(self._phrases.say(f"curator.{key}", self._language, **params))

    def _print(self, text: str) -> None:
        print(text, file=self._out)
