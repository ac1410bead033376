"""What the files of programs must keep to beyond their shape: gaps, names, every way to log in."""

from collections.abc import Iterable, Mapping
from itertools import product

from bot.knowledge.lexicon import Lexicon
from bot.knowledge.located import Checker, Located
from bot.knowledge.program import CONDITIONS, Program, build_programs
from bot.knowledge.wording import placeholders
from bot.model.language import WRITTEN

# Without these in its steps nobody could set up anything.
NEEDED = frozenset({"in_host", "in_port", "in_user", "out_host", "out_port"})


def lint_programs(sheets: Iterable[tuple[str, Located, Checker]], lexicon: Lexicon) -> None:
    """Note every fault of programs whose shape is sound."""
    orders: dict[str, str] = {}
    for name, value, checker in sheets:
        fields = value.data if isinstance(value.data, dict) else {}
        order = str(fields["order"].data)
        if (other := orders.setdefault(order, checker.path)) != checker.path:
            what = f"order {order} also stands in {other}"
            checker.fault(fields["order"].line, what, "take another number")
        _lint_names(fields["named_by"], lexicon, checker)
        _lint_gaps(fields["steps"], checker)
        program = build_programs({name: value.plain()})[name]
        _lint_ways(program, fields["steps"], checker)


def _lint_names(named_by: Located, lexicon: Lexicon, checker: Checker) -> None:
    known = {(name.slot, name.value) for name in lexicon.names}
    for entry in _items(named_by):
        for slot, value in (entry.data if isinstance(entry.data, dict) else {}).items():
            if known and (slot, value.data) not in known:
                what = f"{slot} “{value.data}” is not known"
                checker.fault(value.line, what, "use one of lexicon/names.yaml")


def _lint_gaps(steps: Located, checker: Checker) -> None:
    for step in _items(steps):
        fields: Mapping[str, Located] = step.data if isinstance(step.data, dict) else {}
        gaps = [placeholders(str(fields[each].data)) for each in WRITTEN]
        if odd := ", ".join(sorted(gaps[0] ^ gaps[1])):
            checker.fault(step.line, f"only one language uses {odd}", "use it in both")


def _lint_ways(program: Program, steps: Located, checker: Checker) -> None:
    """However somebody logs in, and whatever the program reads mail with, there are steps."""
    for protocol, auth in product(program.takes, sorted(CONDITIONS["auth"] - {"oauth2"})):
        facts = {"protocol": protocol, "auth": auth, "security": "tls"}
        used = frozenset[str]().union(
            *(
                placeholders(step.text[language])
                for step in program.steps
                if step.fits(facts)
                for language in WRITTEN
            )
        )
        if lacking := ", ".join(sorted(NEEDED - used)):
            what = f"no step for {protocol} with {auth} uses {lacking}"
            checker.fault(steps.line, what, "say where it is typed")


def _items(value: Located) -> list[Located]:
    return value.data if isinstance(value.data, list) else []
