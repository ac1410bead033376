"""/dns: a name and a type, and buttons that know them again."""

from dataclasses import replace

import pytest

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Ask, Check, Say, Show, Toast, Turn
from bot.conversation.turn import take_turn
from bot.formats.record_query import REASONS
from bot.model.language import WRITTEN, Language
from tests.conversation.people import knowledge, make_mind


def turn(text: str = "", action: str = "", shown: str = "", session: Session | None = None) -> Turn:
    mind = replace(make_mind(), probes=("mx", "dns"))
    return take_turn(session or Session(), Incoming("x", text, action, shown), mind)


@pytest.mark.parametrize("text", ["/dns _dmarc.firma.pl TXT", "/dns txt _dmarc.firma.pl"])
def test_one_record_is_looked_up(text: str) -> None:
    (step,) = turn(text).steps
    assert isinstance(step, Check)
    assert (step.request.target.name, step.request.probes) == ("_dmarc.firma.pl", ("dns",))
    assert step.request.record == "TXT"


def test_without_a_name_the_next_message_is_it() -> None:
    first = turn("/dns")
    assert isinstance(first.steps[0], Ask)
    (step,) = turn("firma.pl NS", session=first.session).steps
    assert isinstance(step, Check)
    assert step.request.record == "NS"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/dns firma.pl ANY", "O wszystkie rekordy naraz (ANY) nie pytam"),
        ("/dns firma.pl AXFR", "Całej strefy nie pobieram (AXFR)"),
        ("/dns firma.pl FOO", "Nie ma rekordów typu „FOO”"),
        ("/dns x.internal A", "nie jest publiczny"),
    ],
)
def test_what_is_not_asked_is_refused_kindly(text: str, words: str) -> None:
    (step,) = turn(text).steps
    assert isinstance(step, Say)
    assert words in str(step.document)


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_is_worded(reason: str, language: Language) -> None:
    assert knowledge().phrases.say(f"errors.target.{reason}", language, text="X", command="/dns")


def test_a_button_knows_the_name_and_the_type() -> None:
    (step,) = turn(action="d|pl|dns|_dmarc.firma.pl TXT|1").steps
    assert isinstance(step, Show)
    assert (step.request.target.name, step.request.record) == ("_dmarc.firma.pl", "TXT")
    (step,) = turn(action="f|pl|dns|@ TXT", shown="DNS: _dmarc.firma.pl\n\n✓ x.pl").steps
    assert isinstance(step, Check)
    assert (step.request.target.name, step.request.fresh) == ("_dmarc.firma.pl", True)


@pytest.mark.parametrize("action", ["d|pl|mx|firma.pl TXT|1", "d|pl|dns|firma.pl ANY|1"])
def test_a_button_that_we_never_made_is_an_old_one(action: str) -> None:
    (step,) = turn(action=action).steps
    assert isinstance(step, Toast)
