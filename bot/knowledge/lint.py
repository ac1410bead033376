"""Every fault of a knowledge folder, by file and line, with its cure: shape, links, style."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.knowledge.fault import Fault
from bot.knowledge.lexicon import Lexicon, build_lexicon
from bot.knowledge.load import check_sheet, list_sheets, place, read_located, shipped_folder
from bot.knowledge.located import Checker, Located
from bot.knowledge.posed import AREA, CLARIFY, LACKING, OR, OUTSIDE, PARTS, check_posed
from bot.knowledge.program_lint import lint_programs
from bot.knowledge.provider_check import shared_faults
from bot.knowledge.topic import AREAS, LANGUAGES, SLOTS
from bot.knowledge.wording import placeholders
from bot.model.language import Language

FEWEST_ASKED = 8
LONGEST_ANSWER = 900  # characters of the short answer together
LONGEST_ASKED = 160
OLDEST = timedelta(days=365)
POLISH = re.compile("[ąćęłńóśźż]", re.IGNORECASE)
# Polish words that cannot be spelt without diacritics: one of them betrays a text typed in haste.
BARE = re.compile(
    r"\b(?:jesli|ktor\w*|wiadomosc\w*|haslo|hasla|wysyl\w+|moze|mozesz|zeby|juz|takze|rowniez|"
    r"prosze|pocztq|uzyj|uzytkownik\w*|sprawdz|wejdz|bledu?|zalacznik\w*|wlacz\w*|wylacz\w*|sie)\b"
)
MARKUP = re.compile(r"\*\*|__|</?[a-z]+>|\]\(|^#")
SQUEEZED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Sheet:
    room: str
    name: str
    value: Located
    checker: Checker


def lint(
    folder: Path | None = None,
    *,
    probes: Collection[str] | None = None,
    today: date | None = None,
) -> list[Fault]:
    """Every fault of the folder (default: the shipped one), in the order of files and lines.

    `probes` are the names that `check` may hold; without them they are not looked at.
    """
    sheets = list(_read(folder or shipped_folder()))
    for sheet in sheets:
        if sheet.room == "evaluation":
            check_posed(sheet.value, sheet.checker)
        else:
            check_sheet(sheet.room, sheet.name, sheet.value, sheet.checker)
    if all(not sheet.checker.faults for sheet in sheets):
        topics = {sheet.name: sheet for sheet in sheets if sheet.room == "topics"}
        lexicon = build_lexicon(
            {sheet.name: sheet.value.plain() for sheet in sheets if sheet.room == "lexicon"}
        )
        _lint_topics(topics, probes, today or date.today(), lexicon)  # noqa: DTZ011
        _lint_shared(topics)
        _lint_words(sheets)
        _lint_facts(sheets, today or date.today())  # noqa: DTZ011
        _lint_programs(sheets, lexicon, today or date.today())  # noqa: DTZ011
        _lint_posed(sheets, topics)
    return sorted(fault for sheet in sheets for fault in sheet.checker.faults)


def _read(folder: Path) -> Iterator[_Sheet]:
    listed = list(list_sheets(folder))
    posed = [folder / "evaluation" / f"{part}.yaml" for part in PARTS]
    listed += [("evaluation", path.stem, path) for path in posed if path.is_file()]
    for room, name, path in listed:
        checker = Checker(place(room, path))
        value = read_located(path, checker)
        yield _Sheet(room, name, value or Located({}, 0), checker)


def _lint_topics(
    topics: Mapping[str, _Sheet],
    probes: Collection[str] | None,
    today: date,
    lexicon: Lexicon,
) -> None:
    for sheet in topics.values():
        fields, checker = _fields(sheet.value), sheet.checker
        _lint_links(sheet, fields, topics)
        _lint_asked(fields["asked"], checker)
        _lint_length(fields["answer"], checker)
        _lint_slots(fields, lexicon, checker)
        _lint_ages(fields, today, checker)
        if probes is not None and "check" in fields:
            for name, line in _listed(fields["check"]):
                if name not in probes:
                    known = ", ".join(sorted(probes))
                    checker.fault(line, f"no probe is called “{name}”", f"use one of: {known}")
        for key in ("title", "label", "answer", "more", "variants", "unlike"):
            if key in fields:
                _lint_style(fields[key], "", checker)


def _lint_links(sheet: _Sheet, fields: Mapping[str, Located], topics: Mapping[str, _Sheet]) -> None:
    links = list(_listed(fields["follow"])) if "follow" in fields else []
    for entry in _items(fields.get("unlike")):
        topic = _fields(entry)["topic"]
        links.append((str(topic.data), topic.line))
    for name, line in links:
        if name == sheet.name:
            sheet.checker.fault(line, "the topic leads to itself", "name another topic")
        elif name not in topics:
            sheet.checker.fault(line, f"there is no topic “{name}”", "write it, or mend the name")


def _lint_asked(asked: Located, checker: Checker) -> None:
    for language, entries in _fields(asked).items():
        count = len(_items(entries))
        if count < FEWEST_ASKED:
            what = f"only {count} ways of asking in {language}"
            checker.fault(entries.line, what, f"write at least {FEWEST_ASKED}")
        for text, line in _listed(entries):
            if len(text) > LONGEST_ASKED:
                what = f"a way of asking has {len(text)} characters"
                checker.fault(line, what, f"keep it under {LONGEST_ASKED}, as people write")


def _lint_length(answer: Located, checker: Checker) -> None:
    for language, entries in _fields(answer).items():
        length = sum(len(text) for text, _ in _listed(entries))
        if length > LONGEST_ANSWER:
            what = f"the short answer has {length} characters in {language}"
            cure = f"keep it under {LONGEST_ANSWER}, and move the rest to `more`"
            checker.fault(entries.line, what, cure)


def _lint_slots(fields: Mapping[str, Located], lexicon: Lexicon, checker: Checker) -> None:
    known = {slot: {n.value for n in lexicon.names if n.slot == slot} for slot in SLOTS}
    for entry in _items(fields.get("variants")):
        for slot, value in _fields(_fields(entry)["when"]).items():
            if slot != "error" and known[slot] and value.data not in known[slot]:
                cure = f"use one of lexicon/names.yaml: {', '.join(sorted(known[slot]))}"
                checker.fault(value.line, f"{slot} “{value.data}” is not known", cure)


def _lint_ages(fields: Mapping[str, Located], today: date, checker: Checker) -> None:
    dates = [("reviewed", fields["reviewed"])]
    for entry in _items(fields["sources"]):
        source = _fields(entry)
        if "read" in source:
            dates.append(("read", source["read"]))
        else:
            checker.fault(entry.line, "the source has no `read`", "add the day you read it")
    if not _items(fields["sources"]):
        checker.fault(fields["sources"].line, "there is no source", "say where the facts are from")
    for name, value in dates:
        _lint_age(name, value, today, checker)


def _lint_age(name: str, value: Located, today: date, checker: Checker) -> None:
    try:
        day = date.fromisoformat(str(value.data))
    except ValueError:
        checker.fault(value.line, f"{name} is no day of the calendar", "mend the date")
        return
    if day > today + timedelta(days=1):
        checker.fault(value.line, f"{name} lies in the future", "mend the date")
    elif today - day > OLDEST:
        cure = "look at the source again, and put the new date"
        checker.fault(value.line, f"{name} is older than a year", cure)


def _lint_shared(topics: Mapping[str, _Sheet]) -> None:
    """No way of asking may stand twice: the bot could not know which is meant."""
    seen: dict[str, tuple[str, str]] = {}
    for sheet in topics.values():
        for language, entries in _fields(_fields(sheet.value)["asked"]).items():
            for text, line in _listed(entries):
                plain = _squeeze(text)
                if plain not in seen:
                    seen[plain] = (sheet.name, language)
                    continue
                name, spoken = seen[plain]
                if name != sheet.name:
                    what = f"“{text}” also asks for {name}"
                    sheet.checker.fault(line, what, "leave it in one topic")
                elif spoken == language:  # the text of an error is the same in both
                    what = f"“{text}” stands twice but for capitals, signs or diacritics"
                    sheet.checker.fault(line, what, "delete one of them")


def _lint_style(value: Located, language: str, checker: Checker) -> None:
    match value.data:
        case dict():
            for key, entry in value.data.items():
                _lint_style(entry, key if key in LANGUAGES else language, checker)
        case list():
            for entry in value.data:
                _lint_style(entry, language, checker)
        case str() if language:
            prose = re.sub("`[^`]*`", "", value.data)
            if found := MARKUP.search(prose):
                cure = "write plain text; only `code` in backticks is set apart"
                checker.fault(value.line, f"holds markup ({found[0]})", cure)
            if value.data.count("`") % 2:
                checker.fault(value.line, "a backtick has no partner", "close the `code`")
            if language == Language.PL and (found := BARE.search(prose.lower())):
                checker.fault(value.line, f"“{found[0]}” lacks its diacritics", "write ą ć ę ł …")
            if language == Language.EN and (found := POLISH.search(prose)):
                checker.fault(value.line, f"“{found[0]}” in English text", "is it Polish? move it")


def _lint_words(sheets: Collection[_Sheet]) -> None:
    """Phrases and findings: the same gaps in both languages, and the style of every text."""
    for sheet in sheets:
        if sheet.room in ("phrases", "findings"):
            _lint_gaps(sheet.value, sheet.checker)
            _lint_style(sheet.value, "", sheet.checker)


def _lint_facts(sheets: Collection[_Sheet], today: date) -> None:
    """Providers and blocklists: nothing belongs to two, and no source is too old."""
    providers = [sheet for sheet in sheets if sheet.room == "providers"]
    shared_faults((sheet.value, sheet.checker) for sheet in providers)
    for sheet in providers:
        fields = _fields(sheet.value)
        if "note" in fields:
            _lint_style(fields["note"], "", sheet.checker)
        _lint_sources(fields["sources"], today, sheet.checker)
    for sheet in sheets:
        if sheet.room == "lists":
            for entry in _fields(sheet.value).values():
                _lint_sources(_fields(entry)["sources"], today, sheet.checker)


def _lint_programs(sheets: Collection[_Sheet], lexicon: Lexicon, today: date) -> None:
    programs = [sheet for sheet in sheets if sheet.room == "programs"]
    lint_programs(((sheet.name, sheet.value, sheet.checker) for sheet in programs), lexicon)
    for sheet in programs:
        _lint_style(sheet.value, "", sheet.checker)
        _lint_sources(_fields(sheet.value)["sources"], today, sheet.checker)


def _lint_sources(sources: Located, today: date, checker: Checker) -> None:
    for entry in _items(sources):
        _lint_age("read", _fields(entry)["read"], today, checker)


def _lint_gaps(value: Located, checker: Checker) -> None:
    if not isinstance(value.data, dict):
        return
    if not value.data.keys() >= LANGUAGES:
        for entry in value.data.values():
            _lint_gaps(entry, checker)
        return
    gaps = {language: _gaps(value.data[language], language) for language in Language}
    if gaps[Language.PL] != gaps[Language.EN]:
        odd = ", ".join(sorted(gaps[Language.PL] ^ gaps[Language.EN]))
        checker.fault(value.line, f"only one language uses {odd}", "use it in both")


def _gaps(value: Located, language: Language) -> frozenset[str]:
    if isinstance(value.data, str):
        return placeholders(value.data, language)
    parts = value.data.values() if isinstance(value.data, dict) else value.data
    return frozenset().union(*(_gaps(part, language) for part in parts))


def _lint_posed(sheets: Collection[_Sheet], topics: Mapping[str, _Sheet]) -> None:
    """The questions that measure must name topics that exist, and must not be examples."""
    examples = {
        _squeeze(text): sheet.name
        for sheet in topics.values()
        for entries in _fields(_fields(sheet.value)["asked"]).values()
        for text, _ in _listed(entries)
    }
    for sheet in sheets:
        if sheet.room != "evaluation":
            continue
        for expected, by_language in _fields(sheet.value).items():
            for name in expected.split(OR):
                if name.startswith(AREA) and name.removeprefix(AREA) not in AREAS:
                    what = f"unknown area “{name.removeprefix(AREA)}”"
                    sheet.checker.fault(by_language.line, what, f"use one of: {', '.join(AREAS)}")
                elif name not in (*topics, CLARIFY, OUTSIDE, LACKING) and AREA not in name:
                    what = f"there is no topic “{name}”"
                    sheet.checker.fault(by_language.line, what, "mend the name")
            for entries in _fields(by_language).values():
                for text, line in _listed(entries):
                    if topic := examples.get(_squeeze(text)):
                        what = f"“{text}” is one of the examples of {topic}"
                        sheet.checker.fault(line, what, "delete it here: it measures nothing")


def _squeeze(text: str) -> str:
    """A text without what makes no difference to the bot."""
    bare = text.lower().translate(str.maketrans("ąćęłńóśźż", "acelnoszz"))
    return SQUEEZED.sub(" ", bare).strip()


def _fields(value: Located) -> Mapping[str, Located]:
    return value.data if isinstance(value.data, dict) else {}


def _items(value: Located | None) -> list[Located]:
    return value.data if value is not None and isinstance(value.data, list) else []


def _listed(value: Located) -> Iterator[tuple[str, int]]:
    for item in _items(value):
        yield str(item.data), item.line
