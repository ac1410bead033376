"""The macro language of SPF (RFC 7208 section 7): parsed once, expanded with given values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.formats.errors import FormatError

# Letters that may stand anywhere, and those that only an explanation may use (section 7.2).
LETTERS = frozenset("slodipvh")
EXPLANATION_LETTERS = frozenset("crt")

NAME_MAX = 253  # octets of a name in its text form (section 7.3)

_EXPAND = re.compile(r"%\{(?P<letter>[A-Za-z])(?P<digits>[0-9]*)(?P<r>[rR]?)(?P<cut>[-.+,/_=]*)\}")
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
# toplabel of section 7.1: letters and digits with a letter among them, or with a hyphen inside.
_TOPLABEL = r"(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])"
_DOMAIN_END = re.compile(rf"\.{_TOPLABEL}\.?\Z")


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that stand for themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Escape:
    """`%%`, `%_` or `%-`, as what it stands for."""

    text: str


@dataclass(frozen=True, slots=True)
class Macro:
    """`%{ir}` and its kin. `letter` is in lower case; `escaped` says that it stood in upper."""

    letter: str
    keep: int | None = None  # right-hand parts to keep
    is_reversed: bool = False
    delimiters: str = ""  # "" means the dot
    escaped: bool = False

    def expand(self, value: str) -> str:
        """Cut the value into parts, reverse and drop as asked, and join with dots (section 7.3)."""
        parts = re.split(f"[{re.escape(self.delimiters or '.')}]", value)
        if self.is_reversed:
            parts.reverse()
        if self.keep is not None:
            parts = parts[-self.keep :]
        joined = ".".join(parts)
        return quote(joined, safe="") if self.escaped else joined


Part = Literal | Escape | Macro


@dataclass(frozen=True, slots=True)
class MacroString:
    """A macro-string (section 7.1), with the text that it was read from."""

    text: str
    parts: tuple[Part, ...]

    @property
    def letters(self) -> frozenset[str]:
        """The macro letters whose values an expansion needs, in lower case."""
        return frozenset(part.letter for part in self.parts if isinstance(part, Macro))

    def expand(self, values: Mapping[str, str]) -> str:
        """Put the values in place of the macros."""
        return "".join(
            part.expand(values[part.letter]) if isinstance(part, Macro) else part.text
            for part in self.parts
        )


def parse_macro_string(text: str, at: int = 0) -> MacroString:
    """Read a macro-string that stands in a record at offset `at`."""
    return MacroString(text, _parts(text, at, LETTERS, "!"))


def parse_domain_spec(text: str, at: int = 0) -> MacroString:
    """Read a domain-spec: a macro-string that ends in a macro or a plausible top label."""
    spec = parse_macro_string(text, at)
    last = spec.parts[-1] if spec.parts else Literal("")
    if isinstance(last, Literal) and not _DOMAIN_END.search(last.text):
        raise FormatError("bad-domain", text, at)
    return spec


def parse_explanation(text: str) -> MacroString:
    """Read an explain-string (section 6.2): spaces and the letters c, r and t are allowed too."""
    return MacroString(text, _parts(text, 0, LETTERS | EXPLANATION_LETTERS, " "))


def shorten_name(name: str) -> str:
    """Drop labels on the left until a name fits into DNS; a final dot goes (section 7.3)."""
    name = name.removesuffix(".")
    while len(name) > NAME_MAX and "." in name:
        name = name.partition(".")[2]
    return name


def _parts(text: str, at: int, letters: frozenset[str], lowest: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    here = 0
    while here < len(text):
        if text[here] == "%":
            part, here = _expansion(text, here, at, letters)
            parts.append(part)
            continue
        end = text.find("%", here)
        end = len(text) if end < 0 else end
        for offset, character in enumerate(text[here:end], here):
            if not lowest <= character <= "~":
                raise FormatError("bad-character", character, at + offset)
        parts.append(Literal(text[here:end]))
        here = end
    return tuple(parts)


def _expansion(text: str, here: int, at: int, letters: frozenset[str]) -> tuple[Part, int]:
    escape = _ESCAPES.get(text[here : here + 2])
    if escape is not None:
        return Escape(escape), here + 2
    found = _EXPAND.match(text, here)
    if not found:
        raise FormatError("bad-macro", text[here : here + 12], at + here)
    letter = found["letter"].lower()
    digits = found["digits"].lstrip("0")
    if letter not in letters or (found["digits"] and not digits):
        raise FormatError("bad-macro", found[0], at + here)
    # More parts than a name can have is "all of them", however long the number.
    keep = min(int(digits[:4]), NAME_MAX) if digits else None
    macro = Macro(letter, keep, bool(found["r"]), found["cut"], found["letter"].isupper())
    return macro, found.end()
