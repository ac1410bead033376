"""Benchmarks are run by hand, and so are the last to notice that something has moved."""

import subprocess
import sys
from pathlib import Path

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
