"""The bot's own words, and the words for what probes find, by key and language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.locale import Languages
from bot.knowledge.located import Checker, Located
from bot.knowledge.topic import LANGUAGES
from bot.knowledge.wording import GAP, check_forms, fill, parse_template, placeholders
from bot.model.finding import Finding
from bot.model.language import FALLBACK, WRITTEN, Language
from bot.model.trouble import Gap

WORDED = frozenset({"text", "meaning", "remedy"})
TROUBLES = "troubles"  # findings/troubles.yaml words the reasons why something was not tested


@dataclass(frozen=True, slots=True)
class Worded:
    """A finding in words. What has no words is ""; `copy` is a record or setting to copy."""

    text: str
    meaning: str = ""
    remedy: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """phrases/*.yaml, by "file.key.key"."""

    templates: Mapping[str, Mapping[str, str]]
    languages: Languages

    def say(self, key: str, language: Language, /, **params: object) -> str:
        """The phrase with its gaps filled. A key that is not there is our own bug: KeyError."""
        texts = self.templates[key]
        if language not in texts:
            language = self.languages.nearest(language) or FALLBACK
        if language not in texts:
            language = FALLBACK  # an English sentence has English plurals, whoever reads it
        return fill(texts[language], self.languages.locale(language), params)

    def texts(self, language: Language) -> Iterator[str]:
        """Every phrase that this language has, without its gaps."""
        for texts in self.templates.values():
            if language in texts:
                yield GAP.sub(" ", texts[language])

    def __contains__(self, key: str) -> bool:
        return key in self.templates


@dataclass(frozen=True, slots=True)
class Findings:
    """findings/*.yaml, by finding code."""

    entries: Mapping[str, Mapping[str, Any]]
    troubles: Mapping[str, Mapping[str, str]]
    languages: Languages

    def word(self, finding: Finding, language: Language) -> Worded:
        """What a finding says, means and asks to do."""
        entry = self.entries[finding.code]
        params = {"subject": finding.subject, **finding.params}
        language = self.languages.nearest(language) or FALLBACK
        own, locale = entry.get(language, {}), self.languages.locale(language)
        words = {
            key: fill(own[key], locale, params)
            if key in own
            else fill(text, self.languages.locale(FALLBACK), params)
            for key, text in (entry[FALLBACK] | own).items()
        }
        return Worded(**words, copy=fill(entry.get("copy", ""), locale, params))

    def can_word(self, finding: Finding) -> bool:
        """Whether one that was kept, perhaps by another version, has all that its words need."""
        if finding.code not in self.entries:
            return False
        given = {"subject", *finding.params}
        spoken = [each for each in self.languages if each in self.entries[finding.code]]
        texts = (text for each in spoken for text in self.templates(finding.code, each))
        return all(placeholders(text) <= given for text in texts)

    def word_trouble(self, gap: Gap, language: Language) -> str:
        """Why something could not be tested."""
        params = {"subject": gap.subject, "detail": gap.detail}
        texts = self.troubles[gap.trouble]
        language = self.languages.nearest(language) or FALLBACK
        language = language if language in texts else FALLBACK
        return fill(texts[language], self.languages.locale(language), params)

    def templates(self, code: str, language: Language) -> Iterator[str]:
        """Every template of a code: for tests of completeness."""
        entry = self.entries[code]
        yield from entry[language].values()
        if "copy" in entry:
            yield entry["copy"]


def check_phrases(
    value: Located, checker: Checker, languages: Languages, name: str = "the file"
) -> None:
    """Note the faults of one file of phrases: groups of groups, at last a text per language."""
    mapping = checker.mapping(value, name)
    if mapping.keys() & LANGUAGES:
        check_templates(value, name, checker, languages)
        return
    for key, entry in mapping.items():
        if "." in key:
            checker.fault(entry.line, f"the key “{key}” holds a dot", "use a hyphen, or a group")
        check_phrases(entry, checker, languages, key)


def check_templates(value: Located, name: str, checker: Checker, languages: Languages) -> None:
    """One template for each language that all files are written in."""
    for language, entry in checker.keys(value, name, LANGUAGES).items():
        if language in LANGUAGES:
            check_template(entry, f"{name}.{language}", Language(language), checker, languages)


def check_template(
    value: Located, name: str, language: Language, checker: Checker, languages: Languages
) -> None:
    """A text whose gaps are well formed."""
    text = checker.text(value, name)
    try:
        parse_template(text)
        check_forms(text, languages.locale(language))
    except ValueError as error:
        checker.fault(value.line, f"{name}: {error}", "see “Gaps” in docs/knowledge.md")


def check_findings(probe: str, value: Located, checker: Checker, languages: Languages) -> None:
    """Note the faults of one probe's file, or of the file of troubles."""
    for code, entry in checker.mapping(value, "the file").items():
        if probe == TROUBLES:
            check_templates(entry, code, checker, languages)
            continue
        fields = checker.keys(entry, code, LANGUAGES, {"copy"})
        for language in sorted(LANGUAGES & fields.keys()):
            name = f"{code}.{language}"
            words = checker.keys(fields[language], name, {"text"}, WORDED)
            for key, text in words.items():
                each = f"{name}.{key}"
                check_template(text, each, Language(language), checker, languages)
        if "copy" in fields:
            for tag in WRITTEN:
                check_template(fields["copy"], f"{code}.copy", tag, checker, languages)


def build_phrases(files: Mapping[str, Any], languages: Languages) -> Phrases:
    """The phrases of sound files."""
    templates = {key: leaf for name, tree in files.items() for key, leaf in _leaves(name, tree)}
    return Phrases(templates, languages)


def _leaves(key: str, tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    if tree.keys() & LANGUAGES:
        yield key, tree
        return
    for name, branch in tree.items():
        yield from _leaves(f"{key}.{name}", branch)


def build_findings(files: Mapping[str, Any], languages: Languages) -> Findings:
    """The findings of sound files. A code may be written with or without its probe's name."""
    entries = {}
    for probe, codes in files.items():
        if probe != TROUBLES:
            for code, entry in codes.items():
                entries[code if code.startswith(f"{probe}.") else f"{probe}.{code}"] = entry
    return Findings(entries, files.get(TROUBLES, {}), languages)
