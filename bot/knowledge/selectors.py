"""The DKIM selectors worth asking for where nobody has named one: knowledge/selectors.yaml."""

import re
from functools import cache
from pathlib import Path

from bot.knowledge.fault import KnowledgeError
from bot.knowledge.load import read_located, shipped_folder
from bot.knowledge.located import Checker, Located

FILE = "selectors.yaml"
_KEYS = frozenset({"whose", "selectors", "source"})
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@cache
def load_selectors() -> tuple[str, ...]:
    """The shipped selectors, each once, in the order of the file."""
    return read_selectors(shipped_folder() / FILE)


def read_selectors(path: Path) -> tuple[str, ...]:
    """The selectors of one file. KnowledgeError: all its faults."""
    checker = Checker(path.name)
    value = read_located(path, checker)
    found = list(_selectors(value, checker)) if value is not None else []
    if checker.faults:
        raise KnowledgeError(checker.faults)
    return tuple(dict.fromkeys(found))


def _selectors(value: Located, checker: Checker) -> list[str]:
    if not isinstance(value.data, list):
        checker.fault(value.line, "is not a list", "write it as entries that begin with `- whose:`")
        return []
    found: list[str] = []
    for entry in value.data:
        keys = checker.keys(entry, "an entry", required=_KEYS)
        for name in ("whose", "source"):
            if name in keys:
                checker.text(keys[name], name)
        if "selectors" not in keys:
            continue
        for selector, line in checker.texts(keys["selectors"], "selectors"):
            if not _SELECTOR.fullmatch(selector):
                cure = "write it in small letters, as it stands after s= in a signature"
                checker.fault(line, f"“{selector}” is no selector", cure)
            found.append(selector)
    return found
