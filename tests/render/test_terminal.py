"""Documents in a terminal: golden pictures, colour only beside a sign, hostile text made safe."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from bot.frontends.outlet import make_console
from bot.model.document import (
    Bullets,
    Choice,
    Code,
    Copyable,
    Document,
    Heading,
    Item,
    Link,
    Note,
    Paragraph,
    Sign,
    Strong,
    line,
)
from bot.model.language import Language
from bot.render.report import report_document
from bot.render.terminal import SIGNS, Choices, clean, render_document
from tests.render.reports import LANGUAGES, STATES, knowledge

GOLDEN = Path(__file__).parent / "golden"


def picture(shown: RenderableType, width: int = 72, **options: object) -> str:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        **options,  # type: ignore[arg-type]
    )
    console.print(shown, crop=False)
    return out.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_a_report_looks_as_it_is_drawn_here(name: str, language: Language) -> None:
    drawn = picture(render_document(report_document(STATES[name], knowledge(), language)))
    path = GOLDEN / f"terminal-{name}.{language}.txt"
    if os.environ.get("WRITE_GOLDEN"):  # then read the difference before you commit it
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


EVERYTHING = Document(
    (
        Heading(line("A title that is long enough to be wrapped on a narrow screen")),
        Paragraph(line("Words, ", Strong("strong"), " and ", Code("host.example"), ".")),
        Bullets((line("one"), line("two ") * 12)),
        Bullets(tuple(line(f"step {number}") for number in range(1, 11)), numbered=True),
        Copyable("v=spf1 " + "include:a.example " * 9 + "-all"),
        *(Item(sign, line(f"about {sign}")) for sign in Sign),
        Item(
            Sign.ERROR,
            line("an item with a body"),
            (Paragraph(line("meaning " * 12)), Copyable("copy me"), Note(line("RFC 1"))),
        ),
        Note(line("Source: ", Link("RFC 5321", "https://www.rfc-editor.org/rfc/rfc5321"))),
    )
)


@pytest.mark.parametrize("width", [30, 72])
def test_every_block_looks_as_it_is_drawn_here(width: int) -> None:
    drawn = picture(render_document(EVERYTHING), width)
    path = GOLDEN / f"terminal-blocks-{width}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_a_record_to_copy_is_never_wrapped_and_nothing_else_is_too_wide() -> None:
    lines = picture(render_document(EVERYTHING), 40).splitlines()
    wide = [each for each in lines if len(each) > 40]
    assert [each.split()[0] for each in wide] == ["v=spf1"]
    assert not [each for each in lines if each != each.rstrip()]


def test_no_sign_is_told_by_colour_alone() -> None:
    marks = [mark for mark, _ in SIGNS.values()]
    assert set(SIGNS) == set(Sign)
    assert len(set(marks)) == len(marks)


def test_there_is_no_colour_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in picture(render_document(EVERYTHING))
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=72)
    console.print(render_document(EVERYTHING))
    assert not [code for code in ("\x1b[31m", "\x1b[32m", "\x1b[36m") if code in out.getvalue()]


def test_there_is_colour_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    drawn = picture(render_document(EVERYTHING), force_terminal=True, color_system="standard")
    assert "\x1b[" in drawn


HOSTILE = [
    "\x1b[2J\x1b[1;1Hgone",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\u202egnp.exe",
    "a\x00b\x07c\x08d\x7fe\x9bf",
    "[bold red]not markup[/]",
    ":bomb: is no emoji here",
    "line\r\x1b[Aover\u2028line\u2029end\ufeff",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    document = Document(
        (
            Paragraph(line(text, Code(text), Strong(text), Link(text, "https://a.example"))),
            Copyable(text),
            Item(Sign.ERROR, line(text), (Note(line(text)),)),
        )
    )
    out = io.StringIO()
    console = make_console(file=out, width=72)
    console.print(render_document(document), crop=False)
    console.print(Choices((Choice(text, "x"),)))
    drawn = out.getvalue()
    assert not [sign for sign in drawn if sign < " " and sign != "\n"]
    assert not {"\u202e", "\x9b", "\x7f", "\u2028", "\ufeff"} & set(drawn)
    if "[bold red]" in text or ":bomb:" in text:
        assert text in drawn


@given(st.text())
def test_no_text_breaks_the_picture(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    drawn = picture(render_document(Document((Item(Sign.OK, line(text), (Copyable(text),)),))), 20)
    assert "\x1b" not in drawn
    assert "\r" not in drawn


def test_a_link_of_a_server_s_choosing_is_no_link() -> None:
    document = Document((Paragraph(line(Link("x", "javascript:alert(1)"))),))
    assert "javascript" not in picture(render_document(document), force_terminal=True)


def test_choices_are_numbered_on_and_never_broken() -> None:
    choices = tuple(Choice(f"choice {number}", str(number)) for number in range(8))
    drawn = picture(Choices(choices, first=4), 40).splitlines()
    assert drawn[0] == "[4] choice 0   [5] choice 1"
    assert all(len(each) <= 40 for each in drawn)
    assert sum(each.count("[") for each in drawn) == 8
