"""A terminal as a place for answers: choices, changing parts of the screen, plain lines."""

import asyncio
import io

import pyte
import pytest

from bot.frontends import outlet
from bot.frontends.outlet import TerminalOutlet, make_console
from bot.model.document import Choice, Document, Heading, Item, Note, Paragraph, Sign, line

COLUMNS, LINES = 60, 20


def document(*words: str, choices: int = 0) -> Document:
    rows = tuple((Choice(f"c{number}", f"x{number}"),) for number in range(choices))
    return Document(tuple(Paragraph(line(word)) for word in words), rows)


def growing(*signs: Sign) -> Document:
    items = (Item(sign, line(f"{sign} {number}")) for number, sign in enumerate(signs))
    return Document((Heading(line("Checking")), *items))


class Shown:
    """An outlet on a terminal that is only written to, and what its screen then shows."""

    def __init__(self, *, is_terminal: bool = True, lines: int = LINES, **options: bool) -> None:
        self.out = io.StringIO()
        console = make_console(
            file=self.out, width=COLUMNS, height=lines, force_terminal=is_terminal, no_color=True
        )
        self.outlet = TerminalOutlet(console, **options)
        self._lines = lines

    @property
    def screen(self) -> list[str]:
        screen = pyte.Screen(COLUMNS, self._lines)
        pyte.Stream(screen).feed(self.out.getvalue().replace("\n", "\r\n"))
        return [row.rstrip() for row in screen.display if row.strip()]


async def test_choices_are_numbered_through_all_messages_of_one_answer() -> None:
    shown = Shown(is_terminal=False)
    await shown.outlet.say(document("a", choices=2))
    await shown.outlet.say(document("b", choices=1))
    assert "[1] c0   [2] c1" in shown.out.getvalue()
    assert "[3] c0" in shown.out.getvalue()
    assert [choice.action for choice in shown.outlet.choices] == ["x0", "x1", "x0"]
    shown.outlet.begin()
    assert shown.outlet.choices == ()


async def test_a_check_changes_in_place_and_is_printed_once_at_the_end() -> None:
    shown = Shown()
    board = await shown.outlet.board(growing(Sign.WORKING))
    assert shown.screen == ["Checking", "… working 0"]
    await board.update(growing(Sign.OK, Sign.WORKING))
    assert shown.screen == ["Checking", "✓ ok 0", "… working 1"]
    await board.finish(growing(Sign.ERROR, Sign.OK))
    assert shown.screen == ["Checking", "✗ error 0", "✓ ok 1"]


async def test_two_checks_share_the_changing_part_of_the_screen() -> None:
    shown = Shown()
    first = await shown.outlet.board(growing(Sign.WORKING))
    second = await shown.outlet.board(growing(Sign.OK, Sign.WORKING))
    assert shown.screen == ["Checking", "… working 0", "Checking", "✓ ok 0", "… working 1"]
    await second.finish(document("second done"))
    assert shown.screen == ["second done", "Checking", "… working 0"]
    await first.update(growing(Sign.NOTICE, Sign.WORKING))
    assert shown.screen == ["second done", "Checking", "i notice 0", "… working 1"]
    await first.finish(document("first done"))
    assert shown.screen == ["second done", "first done"]


async def test_a_check_taller_than_the_screen_leaves_nothing_behind() -> None:
    shown = Shown(lines=6)
    board = await shown.outlet.board(growing(*[Sign.OK] * 30, Sign.WORKING))
    await board.update(growing(*[Sign.OK] * 40, Sign.WORKING))
    await board.finish(document("done"))
    assert shown.screen == ["done"]


async def test_what_is_whole_in_a_moment_is_shown_once_in_a_pipe() -> None:
    shown = Shown(is_terminal=False)
    board = await shown.outlet.board(growing(Sign.WORKING))
    await board.update(growing(Sign.OK, Sign.WORKING))
    await board.finish(document("whole"))
    assert shown.out.getvalue() == "whole\n\n"


async def test_what_waits_in_a_pipe_is_shown_though_nothing_more_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outlet, "SOON", 0.01)
    shown = Shown(is_terminal=False)
    board = await shown.outlet.board(growing(Sign.WORKING))
    await board.update(growing(Sign.OK, Sign.WORKING))
    come = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, come.set)
    await come.wait()
    assert shown.out.getvalue() == "✓ ok 0\n"
    await board.finish(document("whole"))


async def test_a_pipe_gets_each_statement_once_and_then_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outlet, "SOON", 0)
    shown = Shown(is_terminal=False)
    board = await shown.outlet.board(growing(Sign.WORKING))
    await board.update(growing(Sign.OK, Sign.WORKING))
    await board.update(growing(Sign.OK, Sign.ERROR, Sign.WORKING))
    await board.finish(document("whole"))
    assert shown.out.getvalue() == "✓ ok 0\n✗ error 1\n\nwhole\n\n"


async def test_without_progress_only_the_end_is_printed() -> None:
    shown = Shown(is_terminal=False, shows_progress=False, has_choices=False)
    board = await shown.outlet.board(growing(Sign.WORKING))
    await board.update(growing(Sign.OK))
    await board.finish(document("whole", choices=2))
    assert shown.out.getvalue() == "whole\n\n"


async def test_a_toast_is_a_line() -> None:
    shown = Shown(is_terminal=False)
    await shown.outlet.toast("[bold]gone\x1b[2J")
    assert shown.out.getvalue() == "[bold]gone[2J\n"


def offering(*actions: str) -> Document:
    blocks = (Paragraph(line("Which?")), Note(line("Else ask somebody.")))
    return Document(blocks, tuple((Choice(action.upper(), action),) for action in actions))


async def test_where_nothing_can_be_chosen_the_topics_are_named_above_the_small_print() -> None:
    shown = Shown(is_terminal=False, has_choices=False)
    await shown.outlet.say(offering("o|en|a", "o|en|b", "n|en"))
    await shown.outlet.say(offering("t|en|c"))
    assert shown.screen == [
        *("Which?", "1. O|EN|A", "2. O|EN|B", "Else ask somebody."),
        *("Which?", "1. T|EN|C", "Else ask somebody."),
    ]


async def test_what_may_follow_an_answer_is_not_taken_for_a_question() -> None:
    shown = Shown(is_terminal=False, has_choices=False)
    await shown.outlet.say(offering("h|en|a", "t|en|b"))
    assert shown.screen == ["Which?", "Else ask somebody."]
