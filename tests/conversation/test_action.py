"""Buttons carry all their state in 64 bytes of ASCII."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.action import LONGEST, PLACE, Action, look_action, parse_action
from bot.conversation.commands import COMMANDS
from bot.knowledge.topic import ID_LENGTH
from bot.model.language import Language
from tests.conversation.people import PROBES, knowledge


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Action("more", Language.PL, ("imap-or-pop3",)), "m|pl|imap-or-pop3"),
        (Action("none", Language.EN), "n|en"),
        (look_action("check", Language.PL, (), "firma.pl"), "c|pl|-|firma.pl"),
        (look_action("check", Language.PL, ("mx", "spf"), "firma.pl"), "c|pl|mx,spf|firma.pl"),
        (look_action("report", Language.EN, (), "2001:db8::1"), "r|en|-|2001:db8::1|"),
        (
            look_action("fresh", Language.PL, ("spf",), "firma.pl", "192.0.2.25"),
            "f|pl|spf|firma.pl 192.0.2.25",
        ),
    ],
)
def test_an_action_is_written_and_read_back(action: Action, text: str) -> None:
    assert str(action) == text
    assert parse_action(text) == action


def test_a_target_too_long_for_a_button_is_left_to_the_message() -> None:
    name = ".".join(["firma" * 12, "pl"])
    action = look_action("report", Language.PL, (), name)
    assert action.args[1] == PLACE
    assert len(f"{action}12") <= LONGEST


def test_an_address_that_a_report_is_about_is_never_left_out() -> None:
    name, client = ".".join(["firma" * 8, "pl"]), "2001:db8:1111:2222:3333:4444:5555:6666"
    action = look_action("report", Language.PL, ("spf",), name, client)
    assert action.args[1] == f"{PLACE} {client}"
    assert len(f"{action}12") <= LONGEST


@given(st.sampled_from(["check", "fresh", "report", "details"]), st.text(max_size=260))
def test_no_target_makes_an_action_too_long(verb: str, target: str) -> None:
    text = f"{look_action(verb, Language.PL, PROBES[:2], target)}12"  # type: ignore[arg-type]
    assert text.isascii()
    assert len(text) <= LONGEST


@pytest.mark.parametrize("name", sorted(knowledge().topics))
def test_every_topic_fits_on_its_buttons(name: str) -> None:
    assert len(name) <= ID_LENGTH
    assert Action("variant", Language.PL, (name, "12")).fits


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_fits_on_a_button(command: object) -> None:
    assert Action("command", Language.PL, (command.name,)).fits  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "m", "m|deutsch|x", "zz|pl", "m|", "|pl", "r", "🙂|pl"])
def test_what_we_never_wrote_is_no_action(text: str) -> None:
    assert parse_action(text) is None
