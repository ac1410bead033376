"""The files of a knowledge folder: where each lies, what it must be like, and what it holds."""

from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from bot.knowledge.blocklist import check_blocklists
from bot.knowledge.code import check_codes
from bot.knowledge.fault import Fault
from bot.knowledge.laid_over import ROOMS as LAID_OVER
from bot.knowledge.laid_over import Laying
from bot.knowledge.lexicon import check_lexicon
from bot.knowledge.locale import Languages, build_languages, check_locale
from bot.knowledge.located import Checker, Located
from bot.knowledge.phrases import check_findings, check_phrases
from bot.knowledge.program import check_program
from bot.knowledge.provider_check import check_provider
from bot.knowledge.selectors import check_selectors
from bot.knowledge.topic import check_topic
from bot.knowledge.yaml_file import read_located
from bot.model.language import WRITTEN, Language

ROOMS = (
    *("topics", "codes", "findings", "phrases", "lexicon"),
    *("providers", "programs", "lists", "languages"),
)
LISTS = ("blocklists", "selectors")  # the files of the room "lists": they lie at the top
LANGUAGES = "languages"  # a folder for each; a file of a room in it lies over one of that room
LOCALE = "language"  # the file that says how a language writes

Sheet = tuple[str, str, Path]  # room ("topics", "languages/de/topics"), name, where
Plain = dict[str, dict[str, Any]]


def shipped_folder() -> Path:
    """The knowledge that came with the program: in the wheel, else in the repository."""
    packed = Path(str(resources.files("bot"))) / "_knowledge"
    return packed if packed.is_dir() else packed.parents[1] / "knowledge"


def list_sheets(folder: Path) -> Iterator[Sheet]:
    """Every file of a knowledge folder, in a fixed order."""
    for room in ROOMS:
        yield from _files(folder, room)
    for name in LISTS:
        path = folder / f"{name}.yaml"
        if path.is_file():
            yield "lists", name, path
    for home in sorted((folder / LANGUAGES).glob("*/")):
        if not home.name.startswith("."):
            room = f"{LANGUAGES}/{home.name}"
            yield from _files(folder, room)
            for over in LAID_OVER:
                yield from _files(folder, f"{room}/{over}")


def _files(folder: Path, room: str) -> Iterator[Sheet]:
    for path in sorted((folder / room).glob("*.yaml")):
        if not path.name.startswith("."):
            yield room, path.stem, path


def place(room: str, path: Path) -> str:
    """Where a file lies in the folder, as a fault names it."""
    return path.name if room == "lists" else f"{room}/{path.name}"


def tag_of(room: str) -> tuple[str, str]:
    """The language that a room belongs to, and the room that it lies over; "" where it is none."""
    home, _, rest = room.partition("/")
    tag, _, over = rest.partition("/")
    return (tag, over) if home == LANGUAGES else ("", "")


def read_plain(sheets: Iterable[Sheet]) -> tuple[Plain, list[Fault]]:
    """Every file as plain values, with the further languages laid in, and every fault of shape."""
    every = sorted(sheets, key=lambda sheet: bool(tag_of(sheet[0])[1]))  # what lies over, last
    plain: Plain = {room: {} for room in ROOMS}
    plain[LANGUAGES], faults = read_locales(every)
    languages = build_languages(plain[LANGUAGES])
    for room, name, path in every:
        tag, over = tag_of(room)
        checker = Checker(place(room, path))
        if tag and not over:
            continue  # it was read before
        if (value := read_located(path, checker)) is not None:
            if over and tag in languages:
                lay(plain[over].get(name), over, Language(tag), value, languages, checker)
            elif not over:
                check_sheet(room, name, value, checker, languages)
                plain[room][name] = value.plain()
        faults.extend(checker.faults)
    return plain, faults


def lay(
    under: Any,
    room: str,
    language: Language,
    over: Located,
    languages: Languages,
    checker: Checker,
    outdated: Checker | None = None,
) -> None:
    """Lay the texts of a language's file into the plain values of the one under it."""
    outdated = outdated or Checker(checker.path)
    if under is None:
        outdated.fault(0, "there is no such file any more", "mend its name, or delete it")
    else:
        Laying(room, language, languages, checker, outdated).lay(under, over)


def read_locales(sheets: Iterable[Sheet]) -> tuple[dict[str, Any], list[Fault]]:
    """How each language writes, and every fault of those files.

    A folder need not hold again the languages that all files are written in.
    """
    plain: dict[str, Any] = {}
    faults: list[Fault] = []
    homes: dict[str, str] = {}
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        if tag := tag_of(sheet[0])[0]:
            homes.setdefault(tag, sheet[0])
            if sheet[1] == LOCALE and not tag_of(sheet[0])[1]:
                found[tag] = sheet
    for tag in WRITTEN:
        if tag not in found:
            room = f"{LANGUAGES}/{tag}"
            found[tag] = (room, LOCALE, shipped_folder() / room / f"{LOCALE}.yaml")
    for tag, (room, _, path) in found.items():
        checker = Checker(place(room, path))
        if (value := read_located(path, checker)) is not None:
            check_locale(tag, value, checker)
            if not checker.faults:
                plain[tag] = value.plain()
        faults.extend(checker.faults)
    for tag in homes.keys() - found.keys():
        cure = f"write {LOCALE}.yaml there: docs/languages.md says how"
        faults.append(Fault(f"{LANGUAGES}/{tag}", 0, f"lacks {LOCALE}.yaml", cure))
    return plain, faults


def check_sheet(
    room: str, name: str, value: Located, checker: Checker, languages: Languages
) -> None:
    """Note the faults of shape of one file."""
    match room:
        case "topics":
            check_topic(name, value, checker)
        case "codes":
            check_codes(value, checker)
        case "findings":
            check_findings(name, value, checker, languages)
        case "phrases":
            check_phrases(value, checker, languages)
        case "lexicon":
            check_lexicon(name, value, checker)
        case "providers":
            check_provider(name, value, checker)
        case "programs":
            check_program(name, value, checker)
        case "lists" if name == "selectors":
            check_selectors(value, checker)
        case "lists":
            check_blocklists(value, checker)
