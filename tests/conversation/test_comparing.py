"""Two targets side by side: one board for both, limits for each, buttons that fit."""

import asyncio

import pytest

from bot.conversation.action import parse_action
from bot.conversation.comparing import below_comparison, comparison_pages, parse_pair
from bot.conversation.drive import Desk
from bot.conversation.limits import Limits, Rate, Rates
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.conversation.step import View
from bot.formats.errors import FormatError
from bot.model.check import Judged, Refused
from bot.model.document import Document, Table
from bot.model.language import WRITTEN, Language
from bot.render.data import document_text
from tests.conversation.people import ScriptedChecks, WrittenOutlet, knowledge, make_mind

OUTCOMES = (Judged("mx", ()), Judged("spf", ()))
LONG = f"{'a' * 40}.firma.pl {'b' * 40}.firma.pl"


def make_desk(checks: ScriptedChecks, limits: Limits | None = None) -> Desk:
    return Desk(make_mind(), checks, MemorySessions(), limits)


def compare(text: str = "firma.pl sklep.pl", **changes: str) -> Incoming:
    return Incoming("x", f"/compare {text}", **changes)


def standing(document: Document) -> list[tuple[str, ...]]:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [tuple(cell.text for cell in row.cells) for table in tables for row in table.rows]


async def test_both_are_checked_side_by_side_on_one_board() -> None:
    gate = asyncio.Event()
    checks, outlet = ScriptedChecks(OUTCOMES, gate), WrittenOutlet()
    task = asyncio.create_task(make_desk(checks).handle(compare(), outlet))
    await checks.both_asked.wait()
    gate.set()
    await task
    (board,) = outlet.boards
    assert ("nie dotyczy", "sprawdzam") in standing(board.states[-2])
    (last,) = board.finished
    assert standing(last) == [("nie dotyczy", "nie dotyczy"), ("nie dotyczy", "nie dotyczy")]
    assert [[choice.label for choice in row] for row in last.choices] == [
        ["Cały raport: firma.pl"],
        ["Cały raport: sklep.pl"],
        ["Sprawdź od nowa", "In English"],
    ]


async def test_the_other_language_is_shown_without_looking_again() -> None:
    checks, outlet = ScriptedChecks(OUTCOMES), WrittenOutlet()
    desk = make_desk(checks)
    await desk.handle(compare(), outlet)
    (last,) = outlet.boards[0].finished
    await desk.handle(Incoming("x", action=last.choices[-1][1].action), outlet)
    ((document, page),) = outlet.replaced
    assert document_text(document).count("firma.pl | sklep.pl") == 1
    assert ("does not apply", "does not apply") in standing(document)
    assert page == 1
    assert len(checks.requests) == 2


async def test_a_fresh_look_is_past_the_cache() -> None:
    checks, outlet = ScriptedChecks(OUTCOMES), WrittenOutlet()
    desk = make_desk(checks)
    await desk.handle(compare(), outlet)
    await desk.handle(
        Incoming("x", action=outlet.boards[0].finished[0].choices[-1][0].action), outlet
    )
    assert [request.fresh for request in checks.requests] == [False, False, True, True]


async def test_what_is_ready_is_shown_when_it_is_stopped() -> None:
    checks, outlet = ScriptedChecks(OUTCOMES, asyncio.Event()), WrittenOutlet()
    task = asyncio.create_task(make_desk(checks).handle(compare(), outlet))
    await checks.both_asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (last,) = outlet.boards[0].finished
    assert document_text(last).startswith("Przerwane")
    assert ("nie sprawdzono", "nie sprawdzono") in standing(last)


async def test_a_check_that_breaks_is_told_once_and_stops_the_other() -> None:
    outlet = WrittenOutlet()
    await make_desk(ScriptedChecks(trouble=RuntimeError("boom"))).handle(compare(), outlet)
    (last,) = outlet.boards[0].finished
    assert "Numer zdarzenia" in document_text(last)


async def test_a_refused_target_gets_the_one_sentence_and_no_buttons() -> None:
    outlet = WrittenOutlet()
    await make_desk(ScriptedChecks((Refused("smtp"),))).handle(compare(), outlet)
    (last,) = outlet.boards[0].finished
    assert document_text(last).startswith("Tego adresu nie sprawdzam")
    assert not last.choices


RATES = Rates(person=Rate(3, 60), chat=None, target=Rate(2, 60), total=None, messages=None)


async def test_a_comparison_counts_as_a_check_of_each_target() -> None:
    checks, outlet = ScriptedChecks(OUTCOMES), WrittenOutlet()
    desk = make_desk(checks, Limits(RATES, clock=lambda: 0.0))
    await desk.handle(compare(person="anna"), outlet)
    await desk.handle(compare("firma.pl inna.pl", person="anna"), outlet)
    assert len(checks.requests) == 2
    assert "3" in document_text(outlet.said[-1])  # what one person may
    await desk.handle(compare("firma.pl inna.pl", person="jan"), outlet)
    await desk.handle(compare("www.firma.pl nowa.pl", person="ola"), outlet)
    assert len(checks.requests) == 4  # firma.pl has had its two


async def test_beyond_the_limit_the_last_comparison_is_given_with_its_age() -> None:
    checks, outlet = ScriptedChecks(OUTCOMES), WrittenOutlet()
    desk = make_desk(checks, Limits(RATES, clock=lambda: 0.0))
    for _ in range(2):
        await desk.handle(compare(person="anna"), outlet)
    assert len(checks.requests) == 2
    (said,) = outlet.said
    assert standing(said) == [("nie dotyczy", "nie dotyczy"), ("nie dotyczy", "nie dotyczy")]
    assert said.choices


def test_two_tokens_of_a_bucket_that_holds_one_are_had_when_it_is_full() -> None:
    limits = Limits(Rates(person=Rate(1, 60)), clock=lambda: 0.0)
    assert limits.check("anna", "", "a.pl", "b.pl") is None
    refusal = limits.check("anna", "", "a.pl", "b.pl")
    assert refusal is not None
    assert refusal.wait == 120  # the second token is owed


@pytest.mark.parametrize("names", ["firma.pl sklep.pl", LONG, "żółw.pl ślimak.pl"])
@pytest.mark.parametrize("language", WRITTEN)
def test_every_button_fits_and_names_the_same_pair_after_a_restart(
    names: str, language: Language
) -> None:
    pair = parse_pair(names)
    rows = below_comparison(knowledge().phrases, pair, View(language))
    actions = [choice.action for row in rows for choice in row]
    actions.append(f"{comparison_pages(pair, View(language))}12")
    for action in actions:
        assert action.isascii()
        assert len(action) <= 64
        assert parse_action(action) is not None


async def test_names_too_long_for_a_button_are_read_from_the_message() -> None:
    checks, outlet = ScriptedChecks(OUTCOMES), WrittenOutlet()
    desk = make_desk(checks)
    await desk.handle(compare(LONG), outlet)
    (last,) = outlet.boards[0].finished
    again = last.choices[-1][0].action
    shown = "".join(inline.text for inline in last.blocks[0].line)  # type: ignore[union-attr]
    await desk.handle(Incoming("x", action=again, shown=shown), outlet)
    assert [request.target.name for request in checks.requests] == LONG.split() * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("firma.pl", "one-only"),
        ("firma.pl firma.pl", "same"),
        ("firma.pl, anna@FIRMA.PL", "same"),
        ("a.pl b.pl c.pl", "many"),
        ("a.pl b.pl c.pl d.pl e.pl f.pl g.pl", "many"),
        ("", "empty"),
        ("a.pl serwer", "no-dot"),
    ],
)
def test_anything_but_two_targets_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(FormatError) as raised:
        parse_pair(text)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    "text",
    ["a.pl b.pl", "a.pl, b.pl", "a.pl i b.pl", "a.pl z b.pl", "a.pl vs b.pl", "x@a.pl\nb.pl"],
)
def test_two_targets_are_read_however_they_are_joined(text: str) -> None:
    assert [request.target.name for request in parse_pair(text)] == ["a.pl", "b.pl"]
