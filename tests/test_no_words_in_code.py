"""What people read stands in knowledge/, in every language: code that speaks holds no sentences."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("conversation", "render", "probes", "jobs", "frontends", "discovery", "faq")
POLISH = re.compile("[ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]")
SENTENCE = re.compile(r"[^\W\d_']{2,}(?: [^\W\d_']{2,}){2,}")  # three words in a row
# What others say and we must know, and what only the log and the writers of knowledge read, who
# work in English.
ELSEWHERE = {
    "bot/faq/normalise.py": "signs that are folded",
    "bot/frontends/curator.py": "faults of knowledge files, which are in English",
    "bot/frontends/telegram/cases.py": "what Telegram says",
    "bot/frontends/telegram/refusals.py": "what Telegram says",
    "bot/frontends/telegram/request.py": "what the library says",
    "bot/jobs/clerk.py": "what the log is told",
    "bot/jobs/verifying.py": "what the log is told",
    "bot/probes/bimi.py": "titles of sections",
    "bot/render/stats_picture.py": "letters that are drawn",
}
FILES = sorted(path for room in ROOMS for path in (ROOT / "bot" / room).rglob("*.py"))


def sentences(source: str) -> Iterator[str]:
    """Texts that a person could be shown: no docstring, pattern, error, fault or log line."""
    tree = ast.parse(source)
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(node.value)  # a docstring
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _is_aside(node.func)):
            passed |= {each for each in ast.walk(node) if isinstance(each, ast.Constant)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or node in passed:
            continue
        if isinstance(node.value, str) and (
            POLISH.search(node.value) or SENTENCE.search(node.value)
        ):
            yield node.value


def _is_aside(called: ast.expr) -> bool:
    """Whether what is called takes patterns, or tells the log or makes an error."""
    words = ast.unparse(called)
    return words.startswith(("log.", "re.", "logging.")) or words.endswith(("Error", "Fault"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT / "bot")))
def test_what_speaks_to_people_holds_no_sentence(path: Path) -> None:
    if str(path.relative_to(ROOT)) not in ELSEWHERE:
        assert list(sentences(path.read_text())) == []


def test_what_is_let_through_is_still_there() -> None:
    for name in ELSEWHERE:
        assert list(sentences((ROOT / name).read_text())), name


@pytest.mark.parametrize(
    "source",
    ['say("Nie mogę")', 'x = "This may be read"', 'f"{name} has three more words"'],
)
def test_a_sentence_is_found(source: str) -> None:
    assert len(list(sentences(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""What this is for people."""',
        'log.warning("it is not there: %s", error)',
        'raise ValueError("it is not there")',
        're.compile("hasło")',
        'x = "two words"',
    ],
)
def test_what_nobody_is_shown_is_none(source: str) -> None:
    assert list(sentences(source)) == []
