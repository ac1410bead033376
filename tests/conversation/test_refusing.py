"""Limits in a conversation: a refusal says when to come again, and gives what was seen before."""

import pytest

from bot.conversation.drive import Desk
from bot.conversation.limits import Limit, Limits, Rate, Rates, Refusal
from bot.conversation.memory import MemorySessions
from bot.conversation.ports import Incoming
from bot.conversation.refusing import refusal_text
from bot.model.language import WRITTEN, Language
from bot.render.data import document_text
from tests.conversation.people import ScriptedChecks, WrittenOutlet, knowledge, make_mind

NONE = {limit.value: None for limit in Limit}


def make_desk(**rates: Rate) -> tuple[Desk, ScriptedChecks]:
    checks = ScriptedChecks()
    limits = Limits(Rates(**{**NONE, **rates}))
    return Desk(make_mind(), checks, MemorySessions(), limits), checks


def from_anna(text: str = "", action: str = "") -> Incoming:
    return Incoming("tg:1", text, action, person="tg:1", chat="tg:1")


async def test_a_refused_check_says_when_to_come_again() -> None:
    desk, checks = make_desk(person=Rate(1, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check firma.pl"), outlet)
    await desk.handle(from_anna("/check sklep.pl"), outlet)
    assert len(checks.requests) == 1
    (said,) = outlet.said
    assert document_text(said) == (
        "Dla jednej osoby robię najwyżej 1\xa0sprawdzenie na minutę. "
        "Następne będzie możliwe za 60\xa0sekund."
    )
    assert said.language == Language.PL


async def test_a_report_made_before_is_given_instead() -> None:
    desk, checks = make_desk(person=Rate(1, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check firma.pl"), outlet)
    await desk.handle(from_anna(action="f|en|-|firma.pl"), outlet)
    assert len(checks.requests) == 1
    (said,) = outlet.said
    text = document_text(said)
    assert "The next one is possible in 60\xa0seconds. This is what I saw 1\xa0second ago." in text
    assert said.choices
    assert said.page_action == "r|en|-|firma.pl|"


async def test_the_part_of_a_report_that_is_asked_for_is_given_too() -> None:
    desk, checks = make_desk(person=Rate(1, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check firma.pl"), outlet)
    await desk.handle(from_anna("/spf firma.pl"), outlet)
    await desk.handle(from_anna("/blocklist firma.pl"), outlet)
    assert len(checks.requests) == 1
    part, nothing = map(document_text, outlet.said)
    assert "za 60\xa0sekund. Pokazuję, co widziałem 1\xa0sekundę temu." in part
    assert "Pokazuję" not in nothing


async def test_another_view_of_a_report_is_no_check() -> None:
    desk, checks = make_desk(person=Rate(1, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check firma.pl"), outlet)
    await desk.handle(from_anna(action="d|pl|-|firma.pl|1"), outlet)
    assert len(outlet.replaced) == 1
    assert len(checks.requests) == 1


async def test_a_view_of_a_report_that_is_gone_is_one() -> None:
    desk, checks = make_desk(person=Rate(1, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check firma.pl"), outlet)
    await desk.handle(from_anna(action="d|pl|-|sklep.pl|1"), outlet)
    assert len(checks.requests) == 1
    assert "Następne będzie możliwe" in document_text(outlet.said[0])


async def test_of_several_targets_those_are_checked_that_the_limit_allows() -> None:
    desk, checks = make_desk(person=Rate(2, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check a.pl b.pl c.pl"), outlet)
    assert [request.target.name for request in checks.requests] == ["a.pl", "b.pl"]
    assert len(outlet.said) == 1


async def test_the_hosts_of_a_domain_count_together() -> None:
    desk, checks = make_desk(target=Rate(1, 60))
    outlet = WrittenOutlet()
    await desk.handle(from_anna("/check firma.pl"), outlet)
    await desk.handle(from_anna("/smtp mx1.firma.pl"), outlet)
    assert len(checks.requests) == 1
    assert document_text(outlet.said[0]).startswith("Tę samą domenę sprawdzam najwyżej 1\xa0raz")


async def test_who_writes_too_much_is_told_once() -> None:
    desk, _ = make_desk(messages=Rate(2, 3600))
    outlet = WrittenOutlet()
    for _ in range(5):
        await desk.handle(from_anna("/help"), outlet)
    assert len(outlet.said) == 3
    assert "2\xa0wiadomości na godzinę. Napisz znowu za 30\xa0minut." in document_text(
        outlet.said[-1]
    )
    await desk.handle(from_anna(action="k|pl|help"), outlet)
    assert len(outlet.toasts) == 1


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("limit", list(Limit))
@pytest.mark.parametrize("seconds", [1, 60, 90, 3600])
def test_every_refusal_is_worded(limit: Limit, language: Language, seconds: int) -> None:
    refusal = Refusal(limit, Rate(5, seconds), 20.0)
    assert "20\xa0" in refusal_text(knowledge().phrases, language, refusal)
