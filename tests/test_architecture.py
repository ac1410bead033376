"""The rules of the house that a program can hold: contracts, captions, names, one broad except."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))
DRAWERS = {"domain", "core", "utils", "util", "helpers", "helper", "common", "misc"}


def caption(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def broad_excepts(path: Path) -> int:
    """Handlers that outlive any exception; those that clean up and raise again do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return sum(is_broad(handler) and not raises_again(handler) for handler in handlers)


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (
        isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"}
    )


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_contracts_are_kept() -> None:
    run = lint_imports(ROOT)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("room", "planted"),
    [
        pytest.param("formats", "import asyncio", id="a pure room waits"),
        pytest.param("probes", "import socket", id="a probe opens a socket"),
        pytest.param("conversation", "import bot.probes", id="the talk imports a probe"),
        pytest.param("render", "import telegram", id="Telegram leaves its front-end"),
        pytest.param("conversation", "import sqlalchemy", id="the talk sees the database"),
        pytest.param("faq", "import yaml", id="YAML leaves the loader"),
        pytest.param("model", "import bot.formats", id="the ground floor climbs the stairs"),
    ],
)
def test_a_planted_breach_is_seen(tmp_path: Path, room: str, planted: str) -> None:
    for module in MODULES:
        copy = tmp_path / module.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(module.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (tmp_path / "bot" / room / "planted.py").write_text(planted + "\n", encoding="utf-8")
    assert "BROKEN" in lint_imports(tmp_path).stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(BOT)))
def test_a_module_has_a_caption_of_one_line(path: Path) -> None:
    first = caption(path).split("\n\n")[0]
    assert first, f"{path} has no docstring"
    assert "\n" not in first, f"{path}: the caption needs more than one line: two modules?"


def test_no_room_is_a_drawer() -> None:
    assert not [path for path in MODULES if {path.stem, path.parent.name} & DRAWERS]


def test_an_unexpected_exception_is_caught_in_few_named_places() -> None:
    places = {str(path.relative_to(BOT)) for path in MODULES if broad_excepts(path)}
    allowed = {
        "probes/run.py",  # a probe's own bug: Crashed
        "conversation/surviving.py",  # a turn's own bug: an incident number
        "jobs/clerk.py",  # a job for later: it is tried again
        "frontends/telegram/lanes.py",  # an update of the front-end alone
        "__main__.py",  # the front door: exit status 1, an incident number
    }
    assert places <= allowed


def test_no_file_names_a_package_index() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    index = re.compile(r"(?<!--no-emit)-(extra-)?index-url\b|://\S*pypi\S*")
    named = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".txt", ".toml", ".cfg", ".ini", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            if index.search(text):
                named.append(name)
    assert not named
