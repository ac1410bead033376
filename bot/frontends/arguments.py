"""The command line: which commands there are and what they take, worded in every language."""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import bot
from bot.frontends.misread import read_complaint
from bot.knowledge.phrases import Phrases
from bot.model.language import FALLBACK, Language, language_named

PROGRAM = "listonosz"
WRONG_CALL = 2
KNOWLEDGE = ("lint", "test", "try", "stats", "verify", "export")


class Say:
    """Phrases of the command line in one language."""

    def __init__(self, phrases: Phrases, language: Language) -> None:
        self._phrases = phrases
        self.languages = phrases.languages
        self.language = self.languages.nearest(language) or FALLBACK

    def __call__(self, key: str, /, **params: object) -> str:
        return self._phrases.say(f"cli.{key}", self.language, **params)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the person's language and says what is wrong in a line."""

    say: Say

    def __init__(self, say: Say, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self.say = say
        self._positionals.title = say("arguments")
        self._optionals.title = say("options")
        self.add_argument("-h", "--help", action="help", help=say("help"))

    def format_usage(self) -> str:
        """How the command is called."""
        return super().format_usage().replace("usage: ", self.say("usage") + " ", 1)

    def format_help(self) -> str:
        """What the command does and takes."""
        return super().format_help().replace("usage: ", self.say("usage") + " ", 1)

    def error(self, message: str) -> NoReturn:
        """A wrong call: how it is called, and where to read on."""
        self.print_usage()
        key, words = read_complaint(message)
        self.exit(WRONG_CALL, self.say(f"wrong.{key}", **words, program=self.prog) + "\n")

    def print_usage(self, file: Any = None) -> None:
        """Usage belongs to errors, and so does not mix with output."""
        super().print_usage(file or sys.stderr)


def make_parser(say: Say, probes: Iterable[str]) -> Parser:
    """Every command that is built; what is not is offered nowhere."""
    parser = Parser(say, prog=PROGRAM, description=say("about"))
    version = f"{PROGRAM} {bot.__version__}"
    parser.add_argument("--version", action="version", version=version, help=say("version"))
    commands = parser.add_subparsers(
        title=say("commands"), dest="command", metavar=say("command"), parser_class=_bound(say)
    )
    build = _Build(say, commands)
    build.add("chat")
    build.ask()
    build.check()
    build.compare()
    build.probe(", ".join(probes))
    build.spf()
    build.dns()
    build.settings()
    build.add("telegram")
    build.knowledge()
    return parser


@dataclass(frozen=True, slots=True)
class _Build:
    """Adds the commands, each with what it takes, in the order of the help."""

    say: Say
    commands: Any  # argparse does not name the type of what add_subparsers gives

    def add(self, name: str, *, speaks: str = "language") -> argparse.ArgumentParser:
        words = self.say(f"{name}.help")
        made: argparse.ArgumentParser = self.commands.add_parser(
            name, help=words, description=words
        )
        languages = list(map(str, self.say.languages))
        made.add_argument("--language", choices=languages, help=self.say(speaks))
        return made

    def _add_forms(self, command: argparse.ArgumentParser, *, traces: bool = False) -> None:
        if traces:
            command.add_argument("--trace", action="store_true", help=self.say("check.trace"))
        command.add_argument("--details", action="store_true", help=self.say("check.details"))
        self._add_json(command)

    def _add_json(self, command: argparse.ArgumentParser) -> None:
        command.add_argument("--json", action="store_true", help=self.say("json"))

    def _add_targets(self, command: argparse.ArgumentParser, words: str = "check.target") -> None:
        command.add_argument("targets", nargs="+", metavar="TARGET", help=self.say(words))

    def ask(self) -> None:
        ask = self.add("ask", speaks="language-ask")
        ask.add_argument("text", nargs="*", metavar="TEXT", help=self.say("ask.text"))
        self._add_json(ask)
        ask.add_argument("--explain", action="store_true", help=self.say("ask.explain"))
        ask.add_argument("--lines", action="store_true", help=self.say("ask.lines"))

    def check(self) -> None:
        check = self.add("check")
        self._add_targets(check)
        self._add_forms(check, traces=True)

    def compare(self) -> None:
        compare = self.add("compare")
        self._add_targets(compare, "compare.target")
        self._add_json(compare)

    def probe(self, names: str) -> None:
        probe = self.add("probe")
        probe.add_argument("name", metavar="NAME", help=self.say("probe.name", probes=names))
        self._add_targets(probe)
        probe.add_argument("--selector", metavar="NAME", help=self.say("probe.selector"))
        probe.add_argument("--type", metavar="TYPE", help=self.say("probe.type"))
        self._add_forms(probe, traces=True)

    def spf(self) -> None:
        spf = self.add("spf")
        spf.add_argument("domain", metavar="DOMAIN", help=self.say("spf.domain"))
        spf.add_argument("--ip", metavar="IP", help=self.say("spf.ip"))
        spf.add_argument("--sender", metavar="ADDRESS", default="", help=self.say("spf.sender"))
        spf.add_argument("--helo", metavar="NAME", default="", help=self.say("spf.helo"))
        self._add_forms(spf)

    def dns(self) -> None:
        dns = self.add("dns")
        dns.add_argument("query", metavar="NAME", help=self.say("dns.query"))
        dns.add_argument("type", metavar="TYPE", nargs="?", default="", help=self.say("dns.type"))
        self._add_forms(dns, traces=True)

    def settings(self) -> None:
        settings = self.add("settings")
        settings.add_argument("address", metavar="ADDRESS", help=self.say("settings.address"))
        self._add_json(settings)
        settings.add_argument("--profile", metavar="FILE", help=self.say("settings.profile"))

    def knowledge(self) -> None:
        knowledge = self.add("knowledge")
        words = [f"{what}: {self.say(f'knowledge.{what}')}" for what in KNOWLEDGE]
        knowledge.add_argument("what", choices=KNOWLEDGE, help=" · ".join(words))
        knowledge.add_argument(
            "--provider", action="append", metavar="ID", help=self.say("knowledge.provider")
        )
        self._add_json(knowledge)
        knowledge.add_argument("--folder", metavar="DIR", help=self.say("knowledge.folder"))


def _bound(say: Say) -> Any:
    """The class of the commands' own parsers, which argparse makes by itself."""

    def make(**options: Any) -> Parser:
        return Parser(say, **options)

    return make


def asked_language(arguments: Sequence[str]) -> Language | None:
    """The language named with --language; found before parsing, so that errors are in it too."""
    for number, argument in enumerate(arguments):
        name, has_value, value = argument.partition("=")
        if name == "--language":
            value = value if has_value else next(iter(arguments[number + 1 : number + 2]), "")
            return language_named(value)
    return None


def system_language(environment: Mapping[str, str] = os.environ) -> Language:
    """The system's; who may speak it is asked later. English where the system has none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name, ""):
            return language_named(value) or FALLBACK
    return FALLBACK
