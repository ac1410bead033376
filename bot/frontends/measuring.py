"""`listonosz knowledge test`: how well questions are understood, in percent."""

from collections.abc import Sequence
from pathlib import Path

from bot.faq.encoder import find_encoder
from bot.faq.engine import load_matcher
from bot.faq.evaluate import Evaluation, Figures, evaluate
from bot.faq.match import Matcher
from bot.frontends.printed import Printed
from bot.knowledge import Knowledge
from bot.knowledge.load import load_posed
from bot.knowledge.posed import PARTS, TUNE, Posed

SHOWN_FAILURES = 40
SETS = ("inside", "inside_area", "folded", "mistyped", "clarify", "foreign", "lacking")
COLUMNS = ("right", "among", "wrong", "asked", "unknown")  # of Figures
NAME, COUNT, SHARE = 28, 7, 11  # how wide the columns are


class Measuring:
    """Asks the questions of evaluation/ and prints what came of them."""

    def __init__(self, knowledge: Knowledge, folder: Path | None, page: Printed) -> None:
        self._knowledge = knowledge
        self._posed = load_posed(folder)
        self._areas = {name: topic.area for name, topic in knowledge.topics.items()}
        self._page = page

    def run(self) -> None:
        """All questions, then each part on its own, with the encoder too where there is one."""
        matcher = load_matcher(self._knowledge)
        found = self._evaluate(matcher, self._posed)
        parts = self._each_part(matcher)
        self._table(found, parts)
        self._by_area(found)
        self._calibration(found)
        # Those of the other part are never looked at one by one, or its figures are worth nothing.
        self._one_by_one(parts[TUNE])

    def _evaluate(self, matcher: Matcher, posed: Sequence[Posed]) -> Evaluation:
        return evaluate(matcher, posed, self._areas)

    def _each_part(self, matcher: Matcher) -> dict[str, Evaluation]:
        return {
            part: self._evaluate(matcher, [each for each in self._posed if each.part == part])
            for part in PARTS
        }

    def _table(self, found: Evaluation, parts: dict[str, Evaluation]) -> None:
        heads = "".join(f"{self._page.words(name):>{SHARE}}" for name in COLUMNS)
        self._page.line(f"{'%':<{NAME}}{self._page.words('questions'):>{COUNT}}{heads}")
        self._sets(found)
        self._languages(found)
        for part, measured in parts.items():
            self._sets(measured, f"{part}: ")
        if (encoder := find_encoder()) is None:
            self._page.say("no-encoder")
            return
        self._page.say("encoder", version=encoder.version)
        second = load_matcher(self._knowledge, seek=lambda: encoder)
        for part, measured in self._each_part(second).items():
            self._sets(measured, f"{part}: ")
            self._languages(measured, f"{part}: ")

    def _sets(self, measured: Evaluation, before: str = "") -> None:
        for key in SETS:
            self._row(before + self._page.words(f"set.{key}"), getattr(measured, key))

    def _languages(self, measured: Evaluation, before: str = "") -> None:
        for language, figures in measured.by_language.items():
            self._row(before + self._knowledge.languages.locale(language).name, figures)

    def _by_area(self, found: Evaluation) -> None:
        """Each area; behind it what is right in each language."""
        names = map(self._knowledge.languages.locale, found.by_language)
        margin = " " * (NAME + COUNT + SHARE * len(COLUMNS))
        self._page.line(margin + "".join(f"{locale.name:>{SHARE}}" for locale in names))
        for area, figures in found.by_area.items():
            each = (found.by_area_and_language[area, language] for language in found.by_language)
            self._row(area, figures, *each)

    def _row(self, name: str, figures: Figures, *more: Figures) -> None:
        shares = [getattr(figures, column) for column in COLUMNS]
        shares += [each.right for each in more]
        cells = "".join(f"{share * 100:{SHARE}.1f}" for share in shares)
        self._page.line(f"{name:<{NAME}}{figures.questions:>{COUNT}}{cells}")

    def _calibration(self, found: Evaluation) -> None:
        self._page.heading("calibration")
        for _, said, was, count in found.calibration:
            self._page.line(f"{said:8.2f} {was:8.2f} {count:6}")
        self._page.say("calibration-error", error=f"{found.calibration_error:.3f}")
        self._page.say("outside-answered", share=f"{found.outside_answered * 100:.1f}")

    def _one_by_one(self, tuned: Evaluation) -> None:
        self._page.heading("confusions")
        self._page.rows(f"{wanted} → {got}  {count}" for wanted, got, count in tuned.confusions)
        self._page.heading("failures")
        self._page.rows(
            f"{failure.posed.text!r}: {'/'.join(failure.posed.expected)}"
            for failure in tuned.failures[:SHOWN_FAILURES]
        )
