"""The command line: which commands there are and what they take, worded in every language."""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
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
    languages = list(map(str, say.languages))
    commands = parser.add_subparsers(
        title=say("commands"), dest="command", metavar=say("command"), parser_class=_bound(say)
    )

    def add(name: str, *, speaks: str = "language") -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=say(f"{name}.help"), description=say(f"{name}.help")
        )
        made.add_argument("--language", choices=languages, help=say(speaks))
        return made

    def add_forms(command: argparse.ArgumentParser, *, traces: bool = False) -> None:
        if traces:
            command.add_argument("--trace", action="store_true", help=say("check.trace"))
        command.add_argument("--details", action="store_true", help=say("check.details"))
        command.add_argument("--json", action="store_true", help=say("json"))

    add("chat")

    ask = add("ask", speaks="language-ask")
    ask.add_argument("text", nargs="*", metavar="TEXT", help=say("ask.text"))
    ask.add_argument("--json", action="store_true", help=say("json"))
    ask.add_argument("--explain", action="store_true", help=say("ask.explain"))
    ask.add_argument("--lines", action="store_true", help=say("ask.lines"))

    check = add("check")
    check.add_argument("targets", nargs="+", metavar="TARGET", help=say("check.target"))
    add_forms(check, traces=True)

    compare = add("compare")
    compare.add_argument("targets", nargs="+", metavar="TARGET", help=say("compare.target"))
    compare.add_argument("--json", action="store_true", help=say("json"))

    probe = add("probe")
    names = ", ".join(probes)
    probe.add_argument("name", metavar="NAME", help=say("probe.name", probes=names))
    probe.add_argument("targets", nargs="+", metavar="TARGET", help=say("check.target"))
    probe.add_argument("--selector", metavar="NAME", help=say("probe.selector"))
    probe.add_argument("--type", metavar="TYPE", help=say("probe.type"))
    add_forms(probe, traces=True)

    spf = add("spf")
    spf.add_argument("domain", metavar="DOMAIN", help=say("spf.domain"))
    spf.add_argument("--ip", metavar="IP", help=say("spf.ip"))
    spf.add_argument("--sender", metavar="ADDRESS", default="", help=say("spf.sender"))
    spf.add_argument("--helo", metavar="NAME", default="", help=say("spf.helo"))
    add_forms(spf)

    dns = add("dns")
    dns.add_argument("query", metavar="NAME", help=say("dns.query"))
    dns.add_argument("type", metavar="TYPE", nargs="?", default="", help=say("dns.type"))
    add_forms(dns, traces=True)

    settings = add("settings")
    settings.add_argument("address", metavar="ADDRESS", help=say("settings.address"))
    settings.add_argument("--json", action="store_true", help=say("json"))
    settings.add_argument("--profile", metavar="FILE", help=say("settings.profile"))

    add("telegram")

    knowledge = add("knowledge")
    knowledge.add_argument("what", choices=KNOWLEDGE, help=" · ".join(_knowledge_words(say)))
    knowledge.add_argument(
        "--provider", action="append", metavar="ID", help=say("knowledge.provider")
    )
    knowledge.add_argument("--json", action="store_true", help=say("json"))
    knowledge.add_argument("--folder", metavar="DIR", help=say("knowledge.folder"))
    return parser


def _bound(say: Say) -> Any:
    """The class of the commands' own parsers, which argparse makes by itself."""

    def make(**options: Any) -> Parser:
        return Parser(say, **options)

    return make


def _knowledge_words(say: Say) -> list[str]:
    return [f"{what}: {say(f'knowledge.{what}')}" for what in KNOWLEDGE]


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
