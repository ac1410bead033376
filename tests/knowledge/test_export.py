"""A way of asking is written where it belongs, and every other byte stays."""

from pathlib import Path

import pytest

from bot.knowledge.export import Addition, ExportError, add, difference, is_known
from bot.knowledge.sheets import shipped_folder
from bot.model.language import WRITTEN, Language

TOPIC = """\
# A comment of the writer's.
area: x
asked:
  pl:
    - imap czy pop3   # the first
    - "co: lepsze"
    - a to jest długie
      pytanie

  en:
  - imap or pop3
title: {pl: a, en: b}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "x.yaml").write_text(TOPIC)
    return tmp_path


def written(folder: Path) -> str:
    return (folder / "topics" / "x.yaml").read_bytes().decode()


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("pop czy imap", "pop czy imap"),
        ("535: co to", '"535: co to"'),
        ("- no", '"- no"'),
        ('to "jest" …@…', '"to \\"jest\\" …@…"'),
        ("# nie", '"# nie"'),
    ],
)
def test_one_line_is_added_and_nothing_else_changes(folder: Path, text: str, row: str) -> None:
    add(folder, Addition("x", Language.PL, text))
    place = "      pytanie\n"
    assert written(folder) == TOPIC.replace(place, f"{place}    - {row}\n")
    assert is_known(folder, Addition("x", Language.PL, text))


def test_each_language_has_its_own_list_and_indent(folder: Path) -> None:
    add(folder, Addition("x", Language.EN, "pop or imap"))
    assert "  - imap or pop3\n  - pop or imap\ntitle:" in written(folder)


def test_a_file_keeps_its_line_ends(folder: Path) -> None:
    (folder / "topics" / "x.yaml").write_bytes(TOPIC.replace("\n", "\r\n").encode())
    add(folder, Addition("x", Language.EN, "pop or imap"))
    expected = TOPIC.replace("imap or pop3\n", "imap or pop3\n  - pop or imap\n")
    assert written(folder) == expected.replace("\n", "\r\n")


def test_what_is_there_is_not_added_again(folder: Path) -> None:
    add(folder, Addition("x", Language.PL, "IMAP czy POP3?"))
    assert written(folder) == TOPIC


@pytest.mark.parametrize(
    ("topic", "text", "reason"),
    [("y", TOPIC, "no-topic"), ("x", "asked: {pl: [a, b]}\n", "form"), ("x", "a: b\n", "form")],
)
def test_what_cannot_be_changed_is_left_alone(
    folder: Path, topic: str, text: str, reason: str
) -> None:
    (folder / "topics" / "x.yaml").write_text(text)
    with pytest.raises(ExportError) as caught:
        add(folder, Addition(topic, Language.PL, "nowe"))
    assert caught.value.reason == reason
    assert written(folder) == text


def test_every_shipped_topic_can_be_added_to(tmp_path: Path) -> None:
    topics = tmp_path / "topics"
    topics.mkdir()
    for file in (shipped_folder() / "topics").glob("*.yaml"):
        (topics / file.name).write_bytes(file.read_bytes())
        for language in WRITTEN:
            addition = Addition(file.stem, language, "zupełnie: nowe pytanie")
            add(tmp_path, addition)
            assert is_known(tmp_path, addition)
        added = difference(
            {"x": file.read_text()}, {"x": (topics / file.name).read_text()}
        ).splitlines()
        assert len([row for row in added if row.startswith(("+ ", "- "))]) == 2


def test_a_list_at_the_end_of_its_file_goes_on_there(folder: Path) -> None:
    head, _, _ = TOPIC.partition("title:")
    file = folder / "topics" / "x.yaml"
    file.write_text(head.rstrip("\n"))
    add(folder, Addition("x", Language.EN, "pop or imap"))
    assert written(folder) == head + "  - pop or imap\n"
