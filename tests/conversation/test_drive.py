"""The shell: reports grow as outcomes come, nothing that breaks breaks the talk."""

import asyncio
import logging

import pytest

from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.model.check import CheckRequest, Judged, Refused, Target, TargetKind
from bot.model.document import Document, Item, Sign
from bot.model.language import Language
from bot.render.data import document_text
from tests.conversation.cases.cases_kit import words
from tests.conversation.people import ScriptedChecks, ScriptedMatcher, WrittenOutlet, make_mind

OUTCOMES = (Judged("mx", ()), Judged("spf", ()), Judged("dmarc", ()))


def make_desk(checks: ScriptedChecks | None = None, **changes: object) -> Desk:
    mind = make_mind(**changes)  # type: ignore[arg-type]
    return Desk(mind, checks or ScriptedChecks(), MemorySessions())


def pending(document: Document) -> str:
    return " ".join(
        "".join(inline.text for inline in block.line)
        for block in document.blocks
        if isinstance(block, Item) and block.sign is Sign.WORKING
    )


async def test_a_report_grows_with_every_outcome() -> None:
    outlet = WrittenOutlet()
    await make_desk(ScriptedChecks(OUTCOMES)).handle(Incoming("x", "/check firma.pl"), outlet)
    (board,) = outlet.boards
    assert [pending(state) for state in board.states] == [
        "pytam DNS i serwery",
        "jeszcze pracuję: serwery MX, SPF, DMARC",
        "jeszcze pracuję: SPF, DMARC",
        "jeszcze pracuję: DMARC",
        "pytam DNS i serwery",
    ]
    assert len(board.finished) == 1
    assert not pending(board.finished[0])
    assert [c.label for c in board.finished[0].choices[0]] == [
        "Szczegóły",
        "Sprawdź od nowa",
        "In English",
    ]
    assert board.finished[0].page_action == "r|pl|-|firma.pl|"


async def test_the_first_state_is_shown_before_anything_is_known() -> None:
    gate = asyncio.Event()
    checks = ScriptedChecks(OUTCOMES, gate)
    outlet = WrittenOutlet()
    task = asyncio.create_task(make_desk(checks).handle(Incoming("x", "firma.pl"), outlet))
    await checks.first_shown.wait()
    assert len(outlet.boards[0].states) == 3
    assert not outlet.boards[0].finished
    gate.set()
    await task
    assert outlet.boards[0].finished


async def test_what_is_ready_is_shown_when_a_check_is_stopped() -> None:
    checks = ScriptedChecks(OUTCOMES, asyncio.Event())
    outlet = WrittenOutlet()
    task = asyncio.create_task(make_desk(checks).handle(Incoming("x", "firma.pl"), outlet))
    await checks.first_shown.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (last,) = outlet.boards[0].finished
    text = document_text(last)
    assert text.startswith("Przerwane: pokazuję to, co zdążyłem sprawdzić.")
    assert "SPF: przerwane" in text
    assert "DMARC: przerwane" in text
    assert "serwery MX: przerwane" not in text


async def test_several_targets_are_checked_side_by_side() -> None:
    gate = asyncio.Event()
    checks = ScriptedChecks(OUTCOMES, gate)
    outlet = WrittenOutlet()
    desk = make_desk(checks)
    task = asyncio.create_task(desk.handle(Incoming("x", "/check firma.pl sklep.pl"), outlet))
    await checks.both_asked.wait()
    assert not any(board.finished for board in outlet.boards)
    gate.set()
    await task
    assert [len(board.finished) for board in outlet.boards] == [1, 1]


async def test_a_check_that_breaks_gives_an_incident_number_that_the_log_has_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outlet = WrittenOutlet()
    checks = ScriptedChecks(trouble=RuntimeError("boom"))
    with caplog.at_level(logging.ERROR):
        await make_desk(checks).handle(Incoming("x", "firma.pl"), outlet)
    (record,) = caplog.records
    number = record.getMessage().removeprefix("incident ")
    assert number in document_text(outlet.boards[0].finished[-1])


async def test_a_turn_that_breaks_is_told_and_logged_without_the_person_s_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(ScriptedMatcher):
        def detect(self, text: str) -> Language | None:
            raise RuntimeError("boom")

    outlet = WrittenOutlet()
    desk = make_desk(matcher=Broken())
    await desk.handle(Incoming("x", "tajemnica", language_hint=Language.PL), outlet)
    (said,) = outlet.said
    assert "Numer zdarzenia" in document_text(said)
    assert "tajemnica" not in caplog.text
    assert "boom" in caplog.text


async def test_a_front_end_that_fails_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    outlet = WrittenOutlet(trouble=ConnectionError("gone"))
    await make_desk().handle(Incoming("x", "/help"), outlet)
    assert "gone" in caplog.text


async def test_a_board_that_cannot_be_changed_does_not_stop_the_check(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outlet = WrittenOutlet(board_trouble=ConnectionError("gone"))
    await make_desk(ScriptedChecks(OUTCOMES)).handle(Incoming("x", "firma.pl"), outlet)
    assert len(outlet.boards[0].finished) == 1


async def test_a_report_s_other_page_is_shown_without_looking_again() -> None:
    checks = ScriptedChecks(OUTCOMES)
    desk, outlet = make_desk(checks), WrittenOutlet()
    await desk.handle(Incoming("x", "firma.pl"), outlet)
    await desk.handle(Incoming("x", action="d|en|-|firma.pl|2"), outlet)
    ((document, page),) = outlet.replaced
    assert page == 2
    assert document.page_action == "d|en|-|firma.pl|"
    assert document.language == Language.EN
    assert len(checks.requests) == 1


async def test_after_a_restart_a_page_is_made_again() -> None:
    checks = ScriptedChecks(OUTCOMES)
    outlet = WrittenOutlet()
    await make_desk(checks).handle(Incoming("x", action="r|pl|mx,spf|firma.pl|2"), outlet)
    target = Target(TargetKind.NAME, "firma.pl", "firma.pl")
    assert checks.requests == [CheckRequest(target, ("mx", "spf"))]
    assert outlet.toasts == ["Sprawdzam jeszcze raz…"]
    assert outlet.replaced[0][1] == 2


async def test_a_name_too_long_for_a_button_is_read_from_the_message() -> None:
    checks = ScriptedChecks(OUTCOMES)
    name = f"{'firma' * 12}.pl"
    outlet = WrittenOutlet()
    desk = make_desk(checks)
    await desk.handle(Incoming("x", name), outlet)
    page = outlet.boards[0].finished[0].page_action
    shown = f"Poczta do {name} dochodzi."
    await make_desk(checks).handle(Incoming("x", action=f"{page}2", shown=shown), outlet)
    assert [str(request.target) for request in checks.requests] == [name, name]


async def test_looking_again_passes_the_cache_and_replaces_what_was_kept() -> None:
    checks = ScriptedChecks(OUTCOMES)
    desk, outlet = make_desk(checks), WrittenOutlet()
    await desk.handle(Incoming("x", "firma.pl"), outlet)
    checks.outcomes = OUTCOMES[:1]
    await desk.handle(Incoming("x", action="f|pl|-|firma.pl"), outlet)
    assert [request.fresh for request in checks.requests] == [False, True]
    kept = desk.report(checks.requests[0])
    assert kept is not None
    assert [outcome.probe for outcome in kept.outcomes] == [OUTCOMES[0].probe]


async def test_a_report_that_is_shown_again_is_as_old_as_it_is_by_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("bot.conversation.report_desk.monotonic", lambda: now)
    desk, outlet = make_desk(ScriptedChecks(OUTCOMES)), WrittenOutlet()
    await desk.handle(Incoming("x", "firma.pl"), outlet)
    document = outlet.boards[0].finished[0]
    now += 30 * 60
    await desk.handle(Incoming("x", action=f"{document.page_action}1"), outlet)
    assert "sprzed" not in words(document)
    assert "sprzed 30 minut" in words(outlet.replaced[-1][0])


async def test_a_refusal_is_one_sentence_without_buttons() -> None:
    outlet = WrittenOutlet()
    await make_desk(ScriptedChecks([Refused("mx"), Refused("smtp")])).handle(
        Incoming("x", "/check 127.0.0.1"), outlet
    )
    (last,) = outlet.boards[0].finished
    assert document_text(last).startswith("Tego adresu nie sprawdzam")
    assert last.choices == ()


async def test_the_longest_silent_conversation_is_forgotten_first() -> None:
    sessions = MemorySessions(most=2)
    for name in ("a", "b", "c"):
        await sessions.save(Incoming(name), Session(topic=name))
    kept = [await sessions.load(Incoming(name)) for name in ("a", "b", "c")]
    assert [session.topic for session in kept] == ["", "b", "c"]


async def test_forgetting_leaves_nothing_behind() -> None:
    sessions = MemorySessions()
    desk, outlet = Desk(make_mind(), ScriptedChecks(), sessions), WrittenOutlet()
    await desk.handle(Incoming("x", "/mx firma.pl"), outlet)
    assert (await sessions.load(Incoming("x"))).domain == "firma.pl"
    await desk.handle(Incoming("x", "/forget"), outlet)
    assert await sessions.load(Incoming("x")) == Session()
