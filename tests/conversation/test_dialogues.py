"""Whole dialogues, person and bot in turns: files in dialogues/, written as in script.py."""

import os
from pathlib import Path

import pytest

from tests.conversation.script import play

DIALOGUES = sorted((Path(__file__).parent / "dialogues").glob("*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_the_dialogue_goes_as_written(path: Path) -> None:
    played = play(path)
    if os.environ.get("WRITE_DIALOGUES"):  # then read the difference before you commit it
        path.write_text(played, encoding="utf-8")
    assert played == path.read_text(encoding="utf-8")
