"""What an error code or a server's own sentence says: knowledge/codes/*.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.located import Checker, Located
from bot.knowledge.source import build_sources, check_sources
from bot.knowledge.spoken import Texts, spoken
from bot.knowledge.topic import LANGUAGES, Source

BESIDE = " + "  # between the parts of one way of writing that must all stand in the text
SHORTEST = 5  # letters, digits and dots of a way of writing: less stands in any text by chance
LONGEST = 400  # characters of what is said: it comes before an answer


@dataclass(frozen=True, slots=True)
class Code:
    """One code, as it is shown; every way of writing it; what it says; and whose matter it is."""

    name: str
    written: tuple[tuple[str, ...], ...]  # each way is parts that must all be there
    topic: str
    text: Texts
    sources: tuple[Source, ...]


def check_codes(value: Located, checker: Checker) -> None:
    """Note every fault of shape in one file of codes."""
    fields = checker.keys(value, "the file", {"sources", "codes"})
    if "sources" in fields:
        check_sources(fields["sources"], checker)
    for name, entry in checker.mapping(fields["codes"], "codes").items() if fields else ():
        _check_code(name, entry, checker)


def _check_code(name: str, entry: Located, checker: Checker) -> None:
    texts = checker.keys(entry, name, {"topic", *LANGUAGES}, {"written"})
    for key in texts.keys() - {"written"}:
        text = checker.text(texts[key], f"{name}.{key}")
        if key in LANGUAGES and len(text) > LONGEST:
            what = f"{name} has {len(text)} characters in {key}"
            checker.fault(texts[key].line, what, f"keep it under {LONGEST}: the answer follows it")
    written = [(name, entry.line)]
    if "written" in texts:
        written = list(checker.texts(texts["written"], "written"))
    for text, line in written:
        if sum(sign.isalnum() or sign == "." for sign in text) < SHORTEST:
            cure = f"give at least {SHORTEST} letters or digits, or join parts with “{BESIDE}”"
            checker.fault(line, f"“{text}” may stand in any text", cure)
        if not all(any(sign.isalnum() for sign in part) for part in text.split(BESIDE)):
            checker.fault(line, f"“{text}” has an empty part", "write words around each plus")


def build_codes(plain: Mapping[str, Any]) -> tuple[Code, ...]:
    """Every code of sound files."""
    return tuple(
        Code(
            name,
            tuple(tuple(way.split(BESIDE)) for way in entry.get("written", (name,))),
            entry["topic"],
            spoken({key: entry[key] for key in entry if key not in ("topic", "written")}),
            build_sources(sheet["sources"]),
        )
        for sheet in plain.values()
        for name, entry in sheet["codes"].items()
    )
