"""The list of DKIM selectors: each with its source, and none that cannot be one."""

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.located import Checker
from bot.knowledge.selectors import build_selectors, check_selectors
from bot.knowledge.yaml_file import parse_located


def test_the_shipped_list_is_whole_and_short() -> None:
    selectors = load_knowledge().reference.selectors
    assert {"google", "selector1", "selector2", "k1", "s1", "default", "fm3"} <= set(selectors)
    assert len(selectors) == len(set(selectors)) <= 50  # each is a question in every check


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {whose: X, selectors: [a]}", "lacks “source”"),
        ("- {whose: X, selectors: a, source: s}", "selectors is not a list"),
        ("- {whose: X, selectors: [A.b], source: s}", "“A.b” is no selector"),
        ("- {whose: X, selectors: [a], source: s, more: x}", "unknown key “more”"),
        ("whose: X", "is not a list"),
    ],
)
def test_faults_of_the_list_are_named(text: str, fault: str) -> None:
    checker = Checker("selectors.yaml")
    value = parse_located(text.encode(), checker)
    assert value is not None
    check_selectors(value, checker)
    assert fault in " ".join(str(each) for each in checker.faults)


def test_a_selector_of_two_services_is_asked_for_once() -> None:
    entry = {"whose": "X", "selectors": ["b", "a"], "source": "s"}
    assert build_selectors([entry, {**entry, "selectors": ["a", "c"]}]) == ("b", "a", "c")
