"""The one table of commands: worded in both languages, and nothing offered that is not there."""

import re

import pytest

from bot.conversation.commands import COMMANDS, Command, Scope, commands_for
from bot.conversation.errand import run_errands
from bot.conversation.groups.group import Standing
from bot.conversation.helping import HelpOffice
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Say, Turn
from bot.conversation.turn import take_turn
from bot.model.document import Bullets
from bot.model.language import WRITTEN, Language
from bot.render.data import document_text
from tests.conversation.people import ScriptedMatcher, knowledge, make_mind

SERVICES = frozenset(command.needs for command in COMMANDS)


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_documented(command: Command, language: Language) -> None:
    phrases = knowledge().phrases
    words = phrases.say(f"commands.{command.name}.help", language)
    assert 5 <= len(words) <= 60  # a line of Telegram's menu on a phone
    assert phrases.say(f"commands.{command.name}.usage", language).startswith(f"/{command.name}")


def test_nothing_is_worded_that_is_not_there() -> None:
    worded = {key.split(".")[1] for key in knowledge().phrases.templates if "commands." in key[:9]}
    assert worded == {command.name for command in COMMANDS}


async def test_help_lists_what_may_be_used_here() -> None:
    async def is_desk(chat: str) -> bool:
        return True

    mind, said = make_mind(services=SERVICES), {True: "", False: ""}
    offices = HelpOffice(is_desk, frozenset()).offices
    for is_private in said:
        standing = None if is_private else Standing(is_administrator=True)
        incoming = Incoming("x", "/help", is_private=is_private, standing=standing)
        turn = take_turn(Session(), incoming, mind)
        turn = await run_errands(turn, Session(), incoming, mind, offices)
        said[is_private] = say(turn)
    for command in COMMANDS:
        is_for_all = Scope.PRIVATE in command.scopes and not command.for_curators
        listed = re.compile(rf"- /{command.name}\b")
        assert bool(listed.search(said[True])) is is_for_all
        assert bool(listed.search(said[False])) is (Scope.GROUP in command.scopes)


def test_a_private_command_in_a_group_is_told_so() -> None:
    turn = take_turn(Session(), Incoming("x", "/forget", is_private=False), make_mind())
    assert say(turn) == "Polecenie /forget działa tylko w rozmowie prywatnej."


def test_the_usage_in_the_help_can_be_typed_as_it_stands() -> None:
    for language in WRITTEN:
        mind = make_mind(ScriptedMatcher(language=language))
        for command in commands_for(is_private=True):
            usage = mind.knowledge.phrases.say(f"commands.{command.name}.usage", language)
            turn = take_turn(Session(), Incoming("x", usage), mind)
            assert turn.steps
            assert not say(turn).startswith(("Nie znam", "I do not know the command"))


def say(turn: Turn) -> str:
    return "\n".join(document_text(step.document) for step in turn.steps if isinstance(step, Say))


def test_the_help_is_a_list() -> None:
    turn = take_turn(Session(), Incoming("x", "/help"), make_mind())
    step = turn.steps[0]
    assert isinstance(step, Say)
    assert any(isinstance(block, Bullets) for block in step.document.blocks)


def test_what_nobody_is_there_for_is_offered_nowhere() -> None:
    (needing, *_) = [command for command in COMMANDS if command.needs]
    assert needing not in commands_for(is_private=True)
    assert needing in commands_for(True, frozenset({needing.needs}))
    assert f"/{needing.name}" not in say(take_turn(Session(), Incoming("x", "/help"), make_mind()))
    turn = take_turn(Session(), Incoming("x", f"/{needing.name} firma.pl"), make_mind())
    assert "działa tylko tam, gdzie bot pracuje bez przerwy" in say(turn)
