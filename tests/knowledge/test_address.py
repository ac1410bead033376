"""The bot speaks to one person, politely: Polish spells the second person with a capital."""

import re
from pathlib import Path

import pytest

from bot.knowledge.sheets import shipped_folder

SMALL = re.compile(
    r"\b(twój|twoja|twoje|twojej|twojego|twojemu|twoją|twoim|twoimi|twoich|twych"
    r"|tobie|ciebie|tobą|ci|cię)\b"
)
FILES = sorted(
    path for room in ("phrases", "findings") for path in (shipped_folder() / room).glob("*.yaml")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_second_person_has_a_capital(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if SMALL.search(line)] == []
