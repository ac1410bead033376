"""The words of reports in one language, and what is brought together in one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.knowledge.knowledge import Knowledge
from bot.knowledge.phrases import Worded
from bot.model.document import Sign
from bot.model.finding import Finding, Severity
from bot.model.language import Language
from bot.model.trouble import Gap

SIGNS = {
    Severity.OK: Sign.OK,
    Severity.NOTICE: Sign.NOTICE,
    Severity.WARNING: Sign.WARNING,
    Severity.ERROR: Sign.ERROR,
}
MOST_SUBJECTS = 6  # named in one line; the rest is counted


@dataclass(frozen=True, slots=True)
class Words:
    """What a report says, in the language asked for."""

    knowledge: Knowledge
    language: Language

    def say(self, key: str, /, **params: object) -> str:
        """A phrase."""
        return self.knowledge.phrases.say(key, self.language, **params)

    def probe(self, name: str) -> str:
        """What people call a probe."""
        key = f"report.probe.{name}"
        return self.say(key) if key in self.knowledge.phrases else name

    def finding(self, finding: Finding) -> Worded:
        """A finding in words."""
        return self.knowledge.findings.word(finding, self.language)

    def why(self, gap: Gap) -> str:
        """Why something could not be seen."""
        return self.knowledge.word_trouble(gap, self.language)

    def gap(self, gap: Gap, also: str) -> str:
        """What could not be seen, and why."""
        return self.say("report.gap", subject=gap.subject, also=also, why=self.why(gap))

    def age(self, seconds: float) -> str:
        """How old the oldest answer is, in a unit that tells something."""
        for key, unit in (("report.age-hours", 3600), ("report.age-minutes", 60)):
            if seconds >= 2 * unit:
                return self.say(key, count=int(seconds // unit))
        return self.say("report.age", count=round(seconds))

    def also(self, subjects: Sequence[str]) -> str:
        """ " (the same for: mx2.firma.pl, mx3.firma.pl)"."""
        unique = list(dict.fromkeys(subjects))
        if not unique:
            return ""
        named = ", ".join(unique[:MOST_SUBJECTS])
        if (more := len(unique) - MOST_SUBJECTS) > 0:
            named += " " + self.say("report.more-subjects", count=more)
        return f" ({self.say('report.same', subjects=named)})"


def alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one code about different subjects brought together, in the order of the first.

    Two about the same subject say different things of it, and both are shown.
    """
    groups: list[list[Finding]] = []
    for finding in findings:
        for group in groups:
            subjects = {other.subject for other in group}
            if group[0].code == finding.code and finding.subject not in subjects:
                group.append(finding)
                break
        else:
            groups.append([finding])
    return groups
