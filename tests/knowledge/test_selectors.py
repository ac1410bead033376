"""The list of DKIM selectors: each with its source, and none that cannot be one."""

from pathlib import Path

import pytest

from bot.knowledge.fault import KnowledgeError
from bot.knowledge.selectors import load_selectors, read_selectors


def test_the_shipped_list_is_sound_and_short() -> None:
    selectors = load_selectors()
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
def test_faults_of_the_list_are_named(text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "selectors.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_selectors(path)
    assert fault in str(caught.value)


def test_a_selector_of_two_services_is_asked_for_once(tmp_path: Path) -> None:
    path = tmp_path / "selectors.yaml"
    entry = "- {whose: X, selectors: [b, a], source: s}\n"
    path.write_text(entry * 2, encoding="utf-8")
    assert read_selectors(path) == ("b", "a")
