"""The DKIM selectors worth asking for where nobody has named one: knowledge/selectors.yaml."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.knowledge.located import Checker, Located

_KEYS = frozenset({"whose", "selectors", "source"})
_MORE = frozenset({"provider"})  # then they are asked only where that provider is recognised
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def check_selectors(value: Located, checker: Checker) -> None:
    """Note every fault of shape in the file."""
    if not isinstance(value.data, list):
        checker.fault(value.line, "is not a list", "write it as entries that begin with `- whose:`")
        return
    for entry in value.data:
        fields = checker.keys(entry, "an entry", _KEYS, _MORE)
        for name in fields.keys() & {"whose", "source"}:
            checker.text(fields[name], name)
        if "selectors" not in fields:
            continue
        for selector, line in checker.texts(fields["selectors"], "selectors"):
            if not _SELECTOR.fullmatch(selector):
                cure = "write it in small letters, as it stands after s= in a signature"
                checker.fault(line, f"“{selector}” is no selector", cure)


def build_selectors(plain: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The selectors that any domain may use, each once, in the order of a sound file."""
    common = (entry for entry in plain if "provider" not in entry)
    return tuple(dict.fromkeys(name for entry in common for name in entry["selectors"]))


def build_selectors_of(plain: Sequence[Mapping[str, Any]]) -> Mapping[str, tuple[str, ...]]:
    """The selectors that only customers of a provider use, by the provider's id."""
    return {entry["provider"]: tuple(entry["selectors"]) for entry in plain if "provider" in entry}
