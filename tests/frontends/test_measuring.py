"""`knowledge test`: what is measured is printed; one part only is shown question by question."""

import io

import pytest

from bot.frontends import measuring
from bot.frontends.measuring import Measuring
from bot.frontends.printed import Printed
from bot.knowledge.posed import OUTSIDE, Posed
from bot.model.language import Language
from tests.frontends.telegram.telegram_kit import wits

TUNED, REPORTED = "wyjaśnij imap czy pop3", "outlook keeps asking for my password"
POSED = (
    Posed("imap czy pop3", Language.PL, ("imap-or-pop3",), "tune"),
    Posed(TUNED, Language.PL, ("greylisting",), "tune"),  # wrong on purpose
    Posed(REPORTED, Language.EN, ("greylisting",), "report"),
    Posed("how do I bake bread", Language.EN, (OUTSIDE,), "report"),
)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> str:
    knowledge, matcher = wits()
    monkeypatch.setattr(measuring, "load_posed", lambda folder: POSED)
    monkeypatch.setattr(measuring, "load_matcher", lambda knowledge: matcher)
    monkeypatch.setattr(measuring, "find_encoder", lambda: None)
    out = io.StringIO()
    Measuring(knowledge, None, Printed(knowledge.phrases, Language.EN, out)).run()
    return out.getvalue()


def row(printed: str, name: str) -> list[str]:
    (found,) = (line for line in printed.splitlines() if line.startswith(f"{name}  "))
    return found.removeprefix(name).split()


def test_the_shares_of_each_set_and_part_are_told(printed: str) -> None:
    assert row(printed, "known")[:2] == ["3", "33.3"]
    assert row(printed, "tune: known")[:2] == ["2", "50.0"]
    assert row(printed, "report: known")[:2] == ["1", "0.0"]
    assert row(printed, "polski")[:2] == ["2", "50.0"]


def test_only_the_tuned_part_is_shown_question_by_question(printed: str) -> None:
    assert TUNED in printed
    assert REPORTED not in printed
