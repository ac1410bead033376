"""The front door: settings in, parts wired, one front-end or command started."""

import asyncio
import logging
import os
import secrets
import sys
from collections.abc import Sequence

from platformdirs import user_state_path

from bot.config import SETTINGS, SettingsError, read_settings
from bot.frontends.arguments import Say, asked_language, make_parser, system_language
from bot.knowledge import Knowledge, KnowledgeError, load_knowledge
from bot.model.language import Language
from bot.program import curating, looking, mailbox, talking
from bot.program.parts import DONE, OUR_FAULT, WRONG_CALL, Parts, complain, probe_names
from bot.program.streams import abandon_output, is_full, prepare_streams

LARGEST_LOG = 1_000_000  # bytes
STOPPED, TERMINATED = 130, 143  # by Ctrl-C, by SIGTERM, as shells say it

# The only sentences for people that stand in code: the phrases, from which everything else that
# is said comes, may be the very thing that cannot be read.
SHIPPED_IS_BROKEN = "The knowledge that comes with this program has faults:"
UNSPEAKABLE = "Something broke, and the words to say it cannot be read. Incident number: {incident}"

logger = logging.getLogger("bot")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    prepare_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = asked_language(given) or system_language()
    try:
        try:
            status = _run(given, language)
        finally:  # help and the version leave by SystemExit
            sys.stdout.flush()
    except KeyboardInterrupt:
        return STOPPED
    except asyncio.CancelledError:
        return TERMINATED
    except BrokenPipeError:  # whoever read us has enough
        abandon_output()
        return DONE
    except KnowledgeError as error:  # of the shipped folder: another's are told in _run
        return complain(f"{SHIPPED_IS_BROKEN}\n{error}", OUR_FAULT)
    except Exception as error:
        if isinstance(error, OSError) and is_full(error):
            abandon_output()
            return complain(load_knowledge().phrases.say("cli.full", language), OUR_FAULT)
        incident = secrets.token_hex(4)
        logger.exception("incident %s", incident)
        return complain(_incident_sentence(incident, language), OUR_FAULT)
    return status


def _incident_sentence(incident: str, language: Language) -> str:
    try:
        return load_knowledge().phrases.say("errors.incident", language, incident=incident)
    except (KnowledgeError, OSError):
        return UNSPEAKABLE.format(incident=incident)


def _run(given: list[str], language: Language) -> int:
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        return complain(_settings_sentence(error, load_knowledge(), language))
    try:
        # Lint is there to show the faults of a folder that cannot be loaded.
        knowledge = load_knowledge(None if given[:1] == ["knowledge"] else settings.knowledge)
    except KnowledgeError as error:
        words = load_knowledge().phrases.say("cli.bad-knowledge", language)
        return complain(f"{words}\n{error}")
    say = Say(knowledge.phrases, language)
    parser = make_parser(say, probe_names(knowledge))
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help(sys.stderr)
        return WRONG_CALL
    _start_log(to_screen=options.command == "telegram")
    try:
        return _start(Parts(settings, knowledge, say, options))
    except SettingsError as error:  # one that shows only when it is used
        return complain(_settings_sentence(error, knowledge, say.language))


def _start_log(*, to_screen: bool) -> None:
    """A bot that runs for good logs where it is run; a person's terminal is not for traces."""
    logger.setLevel(logging.INFO)
    handler: logging.Handler = logging.StreamHandler()
    if not to_screen:
        try:
            file = user_state_path("listonosz", ensure_exists=True) / "log"
            if file.exists() and file.stat().st_size > LARGEST_LOG:
                file.unlink()
            handler = logging.FileHandler(file, encoding="utf-8", delay=True)
        except OSError:
            handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)


def _settings_sentence(error: SettingsError, knowledge: Knowledge, language: Language) -> str:
    setting = next(each for each in SETTINGS if each.variable == error.variable)
    key = "settings.page.wrong-secret" if setting.is_secret else "settings.page.wrong"
    return knowledge.phrases.say(
        key, language, variable=error.variable, value=error.value, example=setting.example
    )


def _start(parts: Parts) -> int:
    """Run the command that was called; the exit status."""
    match parts.options.command:
        case "chat":
            return asyncio.run(talking.chat(parts))
        case "ask":
            return talking.ask(parts)
        case "check":
            return looking.look(parts, ())
        case "compare":
            return looking.compare(parts)
        case "probe":
            return looking.probe(parts)
        case "spf":
            return looking.spf(parts)
        case "dns":
            return looking.look(parts, ("dns",))
        case "settings":
            return mailbox.settings(parts)
        case "telegram":
            return asyncio.run(talking.run_telegram(parts))
    return curating.curate(parts)


if __name__ == "__main__":
    sys.exit(main())
