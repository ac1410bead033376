"""Another way to ask, written into a topic's file where it belongs; all else stays as it is."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.located import Checker, Located
from bot.knowledge.walk import fields_of, items_of, listed, squeeze
from bot.knowledge.yaml_file import read_located
from bot.model.language import Language

ROOM = "topics"
# What YAML reads back as it stands: letters first, and no sign that could mean something.
PLAIN = re.compile(r"[^\W\d_][^:#\[\]{},&*!|>'\"%@`\\\n\t]*(?<! )")
ITEM = re.compile(r"(\s*)-\s")


@dataclass(frozen=True, slots=True)
class Addition:
    """A way to ask for a topic, in a language."""

    topic: str
    language: Language
    text: str


class ExportError(Exception):
    """The file cannot be changed by itself; `reason` is a key of the words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def path_of(topic: str) -> str:
    """Where a topic lies in a knowledge folder."""
    return f"{ROOM}/{topic}.yaml"


def is_known(folder: Path, addition: Addition) -> bool:
    """Whether the topic has this way of asking, but for signs and diacritics."""
    entries = _entries(_read(folder, addition.topic), addition.language)
    wanted = squeeze(addition.text)
    return any(squeeze(text) == wanted for text, _ in listed(entries))


def add(folder: Path, addition: Addition) -> None:
    """Write it behind the last way of asking of its language."""
    if is_known(folder, addition):
        return
    file = folder / path_of(addition.topic)
    text = file.read_bytes().decode("utf-8")
    entries = items_of(_entries(_read(folder, addition.topic), addition.language))
    lines = text.splitlines(keepends=True)
    at = entries[-1].line - 1 if entries else -1
    item = ITEM.match(lines[at]) if at >= 0 else None
    if item is None:
        raise ExportError("form")
    indent = len(item[1])
    end = at + 1
    while end < len(lines) and _goes_on(lines[end], indent):
        end += 1
    ending = "\r\n" if lines[at].endswith("\r\n") else "\n"
    lines[end - 1] = lines[end - 1].rstrip("\r\n") + ending
    lines.insert(end, f"{item[1]}- {_scalar(addition.text)}{ending}")
    file.write_bytes("".join(lines).encode("utf-8"))
    if not is_known(folder, addition):  # read back: what is written must be what was meant
        file.write_bytes(text.encode("utf-8"))
        raise ExportError("form")


def draft_topic(
    title: str, language: Language, asked: Sequence[str], answer: Sequence[str], lacking: str
) -> str:
    """The beginning of a topic's file, with what a writer still has to add."""
    rows = [f"# {row}" for row in lacking.splitlines()]
    rows += ["area:", "title:", f"  {language}: {_scalar(title)}", "asked:", f"  {language}:"]
    rows += [f"    - {_scalar(text)}" for text in asked]
    rows += ["answer:", f"  {language}:"]
    rows += [f"    - {_scalar(text)}" for text in answer]
    return "\n".join(rows) + "\n"


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """A unified diff of files by their path, as `git apply` takes it."""
    parts: list[str] = []
    for path in sorted(after):
        old = before.get(path, "").splitlines(keepends=True)
        new = after[path].splitlines(keepends=True)
        parts += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _read(folder: Path, topic: str) -> Located:
    checker = Checker(path_of(topic))
    file = folder / path_of(topic)
    value = read_located(file, checker) if file.is_file() else None
    if value is None:
        raise ExportError("no-topic")
    return value


def _entries(value: Located, language: Language) -> Located:
    asked = fields_of(value).get("asked")
    entries = fields_of(asked).get(language) if asked is not None else None
    if entries is None:
        raise ExportError("form")
    return entries


def _goes_on(row: str, indent: int) -> bool:
    """Whether a line belongs to the item before it: a long text may stand on several."""
    return bool(row.strip()) and len(row) - len(row.lstrip()) > indent


def _scalar(text: str) -> str:
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
