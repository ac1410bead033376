"""Where benchmarks run: from any folder, with the repository importable; and how they print."""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:
    sys.path.insert(0, str(REPOSITORY))

Row = tuple[str, Sequence[float], str, str]  # what, measured, unit, goal


def print_table(title: str, rows: Sequence[Row]) -> None:
    """The median of each row, with the range, and the goal beside it."""
    width = max(len(row[0]) for row in rows)
    print(f"\n{title}\n")
    print(f"  {'':<{width}}  {'median':>10}  {'least':>9}  {'most':>9}    goal")
    for what, measured, unit, goal in rows:
        if not measured:
            print(f"  {what:<{width}}  {'–':>10}  {'':>9}  {'':>9}    {goal}")
            continue
        cells = [
            f"{value:.{2 if unit == '' else 0}f}"
            for value in (statistics.median(measured), min(measured), max(measured))
        ]
        first = f"{cells[0]} {unit}".rstrip()
        print(f"  {what:<{width}}  {first:>10}  {cells[1]:>9}  {cells[2]:>9}    {goal}")


def complain(text: str) -> None:
    """Say why something is not measured."""
    print(f"  ({text})", file=sys.stderr)
