"""Rules that say which form of a word goes with a number, as Unicode's CLDR writes them.

A rule is data of a language, so it is read by its own small grammar and never evaluated:

    condition = relations ("or" relations)*        relations = relation ("and" relation)*
    relation  = operand ("%" whole)? ("=" | "!=") range ("," range)*
    range     = whole (".." whole)?                operand = n | i | v | w | f | t | c | e
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
OTHER = "other"  # has no rule: it is for whatever no other rule takes
LONGEST = 500  # characters of a rule
WHOLE = re.compile(r"\d{1,9}")
TOKEN = re.compile(r"\s*(\d+|\.\.|!=|[a-z]+|[=%,])")
OPERANDS = frozenset("nivwftce")


class RuleError(ValueError):
    """A rule that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One comparison of an operand, perhaps its remainder, with ranges of whole numbers."""

    operand: str
    divisor: int  # 0: the operand itself
    is_equal: bool
    ranges: tuple[tuple[int, int], ...]

    def holds(self, operands: Mapping[str, float]) -> bool:
        """Whether it is so for a number with these operands."""
        value = operands[self.operand]
        if self.divisor:
            value %= self.divisor
        # Ranges hold whole numbers only: 2.5 is not in 2..4.
        return self.is_equal == any(
            value == int(value) and first <= value <= last for first, last in self.ranges
        )


Rule = tuple[tuple[Relation, ...], ...]  # any of them, of which all


@dataclass(frozen=True, slots=True)
class Plural:
    """The rules of a language, in the order in which its texts give the forms."""

    rules: tuple[tuple[str, Rule], ...]  # the last is "other", without a rule

    @property
    def categories(self) -> tuple[str, ...]:
        """The names of the forms."""
        return tuple(name for name, _ in self.rules)

    def category(self, written: str) -> str:
        """The form for a number, by the digits that people see: "1", "1.5", "-3"."""
        operands = _operands(written)
        for name, rule in self.rules:
            if any(all(each.holds(operands) for each in relations) for relations in rule):
                return name
        return OTHER


def parse_rule(text: str) -> Rule:
    """A rule taken apart. RuleError says what is wrong with it; samples behind @ are left out."""
    text = text.partition("@")[0].strip()
    if len(text) > LONGEST:
        raise RuleError(f"a rule has at most {LONGEST} characters")
    tokens = _Tokens(text)
    any_of = [_relations(tokens)]
    while tokens.take("or"):
        any_of.append(_relations(tokens))
    if tokens.next:
        raise RuleError(f"“{tokens.next}” cannot stand there")
    return tuple(any_of)


class _Tokens:
    """The words of a rule, one after the other."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while at < len(text):
            if (found := TOKEN.match(text, at)) is None:
                raise RuleError(f"“{text[at:].strip()[:12]}” means nothing in a rule")
            self._tokens.append(found[1])
            at = found.end()
        self._tokens.reverse()

    @property
    def next(self) -> str:
        return self._tokens[-1] if self._tokens else ""

    def take(self, token: str) -> bool:
        """Whether this token is the next; it is gone then."""
        if self.next != token:
            return False
        self._tokens.pop()
        return True

    def whole(self) -> int:
        if not WHOLE.fullmatch(self.next):
            raise RuleError(f"a whole number is needed in place of “{self.next}”")
        return int(self._tokens.pop())

    def operand(self) -> str:
        if self.next not in OPERANDS:
            raise RuleError(f"one of {', '.join(sorted(OPERANDS))} is needed, not “{self.next}”")
        return self._tokens.pop()


def _relations(tokens: _Tokens) -> tuple[Relation, ...]:
    all_of = [_relation(tokens)]
    while tokens.take("and"):
        all_of.append(_relation(tokens))
    return tuple(all_of)


def _relation(tokens: _Tokens) -> Relation:
    operand = tokens.operand()
    divisor = 0
    if tokens.take("%") and (divisor := tokens.whole()) == 0:
        raise RuleError("nothing can be divided by 0")
    is_equal = tokens.take("=")
    if not is_equal and not tokens.take("!="):
        raise RuleError(f"= or != is needed in place of “{tokens.next}”")
    ranges = [_range(tokens)]
    while tokens.take(","):
        ranges.append(_range(tokens))
    return Relation(operand, divisor, is_equal, tuple(ranges))


def _range(tokens: _Tokens) -> tuple[int, int]:
    first = tokens.whole()
    last = tokens.whole() if tokens.take("..") else first
    if last < first:
        raise RuleError(f"{first}..{last} holds nothing")
    return first, last


def _operands(written: str) -> Mapping[str, float]:
    """UTS 35 part 3, section 5.1.1: of the digits as written. Nothing is written with exponents."""
    whole, _, fraction = written.lstrip("-+").partition(".")
    bare = fraction.rstrip("0")
    return {
        "n": float(f"{whole or 0}.{fraction or 0}"),
        "i": int(whole or 0),
        "v": len(fraction),
        "w": len(bare),
        "f": int(fraction or 0),
        "t": int(bare or 0),
        "c": 0,
        "e": 0,
    }
