"""The only reader of YAML: one file in, values that know their lines out, or its fault noted."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from bot.knowledge.located import Checker, Located

LARGEST = 1_000_000  # bytes of one file
DEEPEST = 12
# YAML takes these for escapes or refuses them; a text file has no use for them.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_located(path: Path, checker: Checker) -> Located | None:
    """One YAML file as located values; None, and the fault noted, when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        checker.fault(0, f"cannot be read: {error.strerror}", "mend its permissions")
        return None
    if len(content) > LARGEST:
        checker.fault(0, "is too large", f"keep a file under {LARGEST} bytes")
        return None
    return parse_located(content, checker)


def parse_located(content: bytes, checker: Checker) -> Located | None:
    """YAML as located values."""
    yaml, loader = _yaml()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        checker.fault(line, "is not UTF-8", "save the file as UTF-8")
        return None
    if found := CONTROLS.search(text):
        line = text[: found.start()].count("\n") + 1
        checker.fault(line, "holds a control character", "delete the invisible sign")
        return None
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        cure = "put the text in quotes, or mend the indentation"
        what = f"is not YAML ({getattr(error, 'problem', None) or getattr(error, 'reason', '')})"
        checker.fault(mark.line + 1 if mark else 0, what, cure)
        return None
    except RecursionError:
        checker.fault(0, "is nested too deeply", "make it flatter")
        return None
    if node is None:
        checker.fault(0, "is empty", "delete the file, or write it")
        return None
    return _locate(node, checker, 0)


@cache
def _yaml() -> tuple[Any, Any]:
    """PyYAML, imported only when a file has to be read."""
    import yaml

    return yaml, getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _locate(node: Any, checker: Checker, depth: int) -> Located:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        checker.fault(line, "is nested too deeply, or refers to itself", "write it out flat")
        return Located("", line)
    if node.id == "scalar":
        return Located(node.value.strip(), line)
    if node.id == "sequence":
        return Located([_locate(item, checker, depth + 1) for item in node.value], line)
    mapping: dict[str, Located] = {}
    for key, value in node.value:
        name = key.value if key.id == "scalar" else ""
        if not name:
            checker.fault(line, "has a key that is not a word", "write `key: value`")
        elif name in mapping:
            checker.fault(key.start_mark.line + 1, f"“{name}” stands twice", "join the two")
        mapping[name] = _locate(value, checker, depth + 1)
    return Located(mapping, line)
