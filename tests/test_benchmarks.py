"""Benchmarks are run by hand, and so are the last to notice that something has moved."""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


def test_every_benchmark_finds_what_it_measures() -> None:
    names = sorted(file.stem for file in FOLDER.glob("bench_*.py"))
    assert names
    done = subprocess.run(
        [sys.executable, "-c", f"import {', '.join(names)}"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr


@pytest.mark.parametrize(
    ("held", "told"),
    [
        pytest.param('{"train": [["hi", "greet"]], "val": []}', "lacks val, test", id="parts"),
        pytest.param("{", "no such data", id="no JSON"),
        pytest.param(
            '{"train": [["hi"]], "val": [["hi", "greet"]], "test": [["hi", "greet"]]}',
            "train, entry 0: expected [text, intent]",
            id="another form",
        ),
    ],
)
def test_intents_of_another_form_are_told_so(held: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(held, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, FOLDER / "bench_intents.py", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
