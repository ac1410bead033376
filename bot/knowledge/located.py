"""A YAML file as plain values that still know their line, so that a fault can name it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.knowledge.fault import Fault


@dataclass(frozen=True, slots=True)
class Located:
    """A text, a list or a mapping of further values, at its line.

    Every scalar is text: a writer's `no`, `587` and `2026-11-23` stay what was written.
    """

    data: "str | list[Located] | dict[str, Located]"
    line: int

    def plain(self) -> Any:
        """The value without its lines: what is cached and built from."""
        match self.data:
            case str():
                return self.data
            case list():
                return [item.plain() for item in self.data]
            case dict():
                return {key: value.plain() for key, value in self.data.items()}


class Checker:
    """Collects the faults of one file while its shape is looked at."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[Fault] = []

    def fault(self, line: int, what: str, cure: str, *, is_due: bool = False) -> None:
        """Note one fault."""
        self.faults.append(Fault(self.path, line, what, cure, is_due))

    def mapping(self, value: Located, name: str) -> Mapping[str, Located]:
        """The mapping that `value` should be; an empty one when it is not."""
        if isinstance(value.data, dict):
            return value.data
        self.fault(value.line, f"{name} is not a mapping", "write it as `key: value` lines")
        return {}

    def text(self, value: Located, name: str) -> str:
        """The text that `value` should be, which may not be empty."""
        if isinstance(value.data, str) and value.data.strip():
            return value.data
        cure = "write text there, in quotes if it begins with a sign such as [ { * & ! % @ `"
        self.fault(value.line, f"{name} is not a text, or empty", cure)
        return ""

    def texts(self, value: Located, name: str) -> Iterator[tuple[str, int]]:
        """The texts of the list that `value` should be."""
        if not isinstance(value.data, list):
            self.fault(
                value.line, f"{name} is not a list", "write it as lines that begin with `- `"
            )
            return
        for item in value.data:
            if text := self.text(item, f"an entry of {name}"):
                yield text, item.line

    def keys(
        self,
        value: Located,
        name: str,
        required: frozenset[str] | set[str] = frozenset(),
        optional: frozenset[str] | set[str] = frozenset(),
    ) -> Mapping[str, Located]:
        """The mapping `value`, whose keys must be these."""
        mapping = self.mapping(value, name)
        for key, entry in mapping.items():
            if key not in required and key not in optional:
                known = ", ".join(sorted(required | optional))
                self.fault(entry.line, f"{name} has an unknown key “{key}”", f"use one of: {known}")
        if isinstance(value.data, dict):
            for key in sorted(required - mapping.keys()):
                self.fault(value.line, f"{name} lacks “{key}”", f"add `{key}:`")
        return mapping
