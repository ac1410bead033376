"""Every fault of a knowledge folder, by file and line, with its cure: shape, links, style."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from bot.knowledge.code_lint import lint_codes
from bot.knowledge.fault import Fault
from bot.knowledge.lexicon import Lexicon, build_lexicon
from bot.knowledge.locale import Languages, build_languages
from bot.knowledge.located import Checker, Located
from bot.knowledge.posed import AREA, CLARIFY, LACKING, OR, OUTSIDE, PARTS, check_posed
from bot.knowledge.program_lint import lint_programs
from bot.knowledge.provider_check import shared_faults
from bot.knowledge.sheets import (
    check_sheet,
    lay,
    list_sheets,
    place,
    read_locales,
    shipped_folder,
    tag_of,
)
from bot.knowledge.style import lint_advice, lint_style
from bot.knowledge.topic import AREAS, LANGUAGES
from bot.knowledge.topic_lint import asked_lines, lint_age, lint_shared, lint_topics
from bot.knowledge.walk import Sheet, fields_of, items_of, listed, squeeze
from bot.knowledge.wording import placeholders
from bot.knowledge.yaml_file import read_located
from bot.model.language import WRITTEN, Language

WORDS = "words"  # the phrases that hold what people type, in whatever spelling


def lint(
    folder: Path | None = None,
    *,
    probes: Collection[str] | None = None,
    today: date | None = None,
) -> list[Fault]:
    """Every fault of the folder (default: the shipped one), in the order of files and lines.

    `probes` are the names that `check` may hold; without them they are not looked at.
    """
    folder = folder or shipped_folder()
    locales, faults = read_locales(list_sheets(folder))
    languages = build_languages(locales)
    sheets = list(_read(folder))
    for sheet in sheets:
        if sheet.room == "evaluation":
            check_posed(sheet.value, sheet.checker)
        elif not tag_of(sheet.room)[0]:
            check_sheet(sheet.room, sheet.name, sheet.value, sheet.checker, languages)
    _lint_languages(sheets, folder, languages)
    lexicon = [sheet for sheet in sheets if sheet.room == "lexicon"]
    if not any(sheet.checker.faults for sheet in lexicon):  # the others are looked at with it
        _lint_sound(sheets, probes, today or date.today())  # noqa: DTZ011
    return sorted((*faults, *(fault for sheet in sheets for fault in sheet.checker.faults)))


def _lint_sound(sheets: Collection[Sheet], probes: Collection[str] | None, today: date) -> None:
    """What only a file of the right shape can be asked; one that is broken hides no other."""
    sound = [sheet for sheet in sheets if not sheet.checker.faults]
    names = {sheet.name for sheet in sheets if sheet.room == "topics"}
    topics = {sheet.name: sheet for sheet in sound if sheet.room == "topics"}
    lexicon = build_lexicon(
        {sheet.name: sheet.value.plain() for sheet in sound if sheet.room == "lexicon"}
    )
    lint_topics(topics, names, probes, today, lexicon)
    lint_shared(topics)
    lint_codes([sheet for sheet in sound if sheet.room == "codes"], names)
    _lint_words(sound)
    _lint_facts(sound, today)
    _lint_programs(sound, lexicon, today)
    _lint_posed(sound, topics, names)


def find_asked(folder: Path | None = None) -> Mapping[tuple[str, str], tuple[str, int]]:
    """Where each way of asking stands, by topic and text: path and line; of sound files."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for root in dict.fromkeys((shipped_folder(), folder or shipped_folder())):
        for sheet in _read(root):
            if "topics" in (sheet.room, tag_of(sheet.room)[1]):
                found |= asked_lines(sheet)
    return found


def _read(folder: Path) -> Iterator[Sheet]:
    sheets = list(list_sheets(folder))
    posed = [folder / "evaluation" / f"{part}.yaml" for part in PARTS]
    sheets += [("evaluation", path.stem, path) for path in posed if path.is_file()]
    for room, name, path in sheets:
        checker = Checker(place(room, path))
        value = read_located(path, checker)
        yield Sheet(room, name, value or Located({}, 0), checker)


def _lint_languages(sheets: Collection[Sheet], folder: Path, languages: Languages) -> None:
    """Further languages: what cannot be read, what no longer fits, and how it is written."""
    own = {(sheet.room, sheet.name): sheet.value for sheet in sheets}
    topics: dict[str, dict[str, Sheet]] = {}
    for sheet in sheets:
        tag, room = tag_of(sheet.room)
        if not room or tag not in languages:
            continue
        under = own.get((room, sheet.name))
        if under is None:  # of a folder that lies over the shipped one itself
            path = shipped_folder() / room / f"{sheet.name}.yaml"
            under = read_located(path, Checker(sheet.checker.path)) if path.is_file() else None
        plain = under.plain() if under else None
        lay(plain, room, Language(tag), sheet.value, languages, sheet.checker, sheet.checker)
        if (room, sheet.name) != ("phrases", WORDS):
            lint_style(sheet.value, sheet.checker, spoken={tag})
        if room == "topics" and "asked" in fields_of(sheet.value):
            topics.setdefault(tag, {})[sheet.name] = sheet
    for each in topics.values():
        lint_shared(each)


def _lint_words(sheets: Collection[Sheet]) -> None:
    """Phrases and findings: the same gaps in both languages, and the style of every text."""
    for sheet in sheets:
        if sheet.room in ("phrases", "findings"):
            _lint_gaps(sheet.value, sheet.checker)
            if sheet.name == WORDS:
                continue
            lint_style(sheet.value, sheet.checker)


def _lint_facts(sheets: Collection[Sheet], today: date) -> None:
    """Providers and blocklists: nothing belongs to two, and no source is too old."""
    providers = [sheet for sheet in sheets if sheet.room == "providers"]
    shared_faults((sheet.value, sheet.checker) for sheet in providers)
    for sheet in providers:
        fields = fields_of(sheet.value)
        for key in fields.keys() & {"note", "switch_on", "app_password"}:
            lint_style(fields[key], sheet.checker)
        for steps in (*items_of(fields.get("switch_on")), fields.get("app_password")):
            if steps is not None:
                lint_advice(steps, sheet.checker)
        _lint_sources(fields["sources"], today, sheet.checker)
    for sheet in sheets:
        if sheet.room == "codes":
            _lint_sources(fields_of(sheet.value)["sources"], today, sheet.checker)
        if sheet.room == "lists":
            for entry in fields_of(sheet.value).values():
                _lint_sources(fields_of(entry)["sources"], today, sheet.checker)


def _lint_programs(sheets: Collection[Sheet], lexicon: Lexicon, today: date) -> None:
    programs = [sheet for sheet in sheets if sheet.room == "programs"]
    lint_programs(((sheet.name, sheet.value, sheet.checker) for sheet in programs), lexicon)
    for sheet in programs:
        lint_style(sheet.value, sheet.checker)
        _lint_sources(fields_of(sheet.value)["sources"], today, sheet.checker)


def _lint_sources(sources: Located, today: date, checker: Checker) -> None:
    for entry in items_of(sources):
        lint_age("read", fields_of(entry)["read"], today, checker)


def _lint_gaps(value: Located, checker: Checker) -> None:
    if not isinstance(value.data, dict):
        return
    if not value.data.keys() >= LANGUAGES:
        for entry in value.data.values():
            _lint_gaps(entry, checker)
        return
    gaps = [frozenset(_gaps(value.data[language])) for language in WRITTEN]
    if odd := ", ".join(sorted(frozenset.union(*gaps) - frozenset.intersection(*gaps))):
        checker.fault(value.line, f"only one language uses {odd}", "use it in both")


def _gaps(value: Located) -> frozenset[str]:
    if isinstance(value.data, str):
        return placeholders(value.data)
    parts = value.data.values() if isinstance(value.data, dict) else value.data
    return frozenset().union(*(_gaps(part) for part in parts))


def _lint_posed(
    sheets: Collection[Sheet], topics: Mapping[str, Sheet], names: Collection[str]
) -> None:
    """The questions that measure must name topics that exist, and must not be examples."""
    examples = {
        squeeze(text): sheet.name
        for sheet in topics.values()
        for entries in fields_of(fields_of(sheet.value)["asked"]).values()
        for text, _ in listed(entries)
    }
    for sheet in sheets:
        if sheet.room != "evaluation":
            continue
        for expected, by_language in fields_of(sheet.value).items():
            for name in expected.split(OR):
                if name.startswith(AREA) and name.removeprefix(AREA) not in AREAS:
                    what = f"unknown area “{name.removeprefix(AREA)}”"
                    sheet.checker.fault(by_language.line, what, f"use one of: {', '.join(AREAS)}")
                elif name not in (*names, CLARIFY, OUTSIDE, LACKING) and AREA not in name:
                    what = f"there is no topic “{name}”"
                    sheet.checker.fault(by_language.line, what, "mend the name")
            for entries in fields_of(by_language).values():
                for text, line in listed(entries):
                    if topic := examples.get(squeeze(text)):
                        what = f"“{text}” is one of the examples of {topic}"
                        sheet.checker.fault(line, what, "delete it here: it measures nothing")
