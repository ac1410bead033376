"""The documentation says what is true today: generated pages, README's commands and links."""

import re
from pathlib import Path

import pytest

from bot.conversation.commands import COMMANDS
from docs.generate import FOLDER, pages

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["settings.md", "findings.md"])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == pages()[name], "run: .venv/bin/python -m docs.generate"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_readme_shows_every_command(command: object) -> None:
    assert f"/{command.name}" in README  # type: ignore[attr-defined]


def test_the_readme_offers_no_command_that_does_not_exist() -> None:
    offered = set(re.findall(r"`/([a-z0-9]+)", README))
    assert offered - {"newbot"} <= {command.name for command in COMMANDS}  # that is BotFather's


def test_every_link_to_a_file_leads_somewhere() -> None:
    pages_with_links = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for page in pages_with_links:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
