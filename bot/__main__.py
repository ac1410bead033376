"""The front door: settings in, parts wired, one front-end or command started."""

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from platformdirs import user_state_path

from bot.config import SETTINGS, Settings, SettingsError, read_settings
from bot.frontends.arguments import Say, asked_language, make_parser, system_language
from bot.knowledge import Knowledge, KnowledgeError, load_knowledge
from bot.model.language import Language

if TYPE_CHECKING:
    from bot.conversation.comparing import Pair
    from bot.conversation.drive import Desk
    from bot.conversation.mind import Mind
    from bot.faq.engine import Engine
    from bot.formats.mailbox import Mailbox
    from bot.frontends.verifying import VerifyingPage
    from bot.knowledge.ledger import Ledger
    from bot.knowledge.reference import Reference
    from bot.model.check import CheckRequest, Report
    from bot.model.settings import SettingsReport
    from bot.network.network import Network
    from bot.render.settings_files import Signature
    from bot.service import Service
    from bot.storage.address import StorageError

DONE, OUR_FAULT, WRONG_CALL, REFUSED = 0, 1, 2, 3
LARGEST_LOG = 1_000_000  # bytes
STOPPED, TERMINATED = 130, 143  # by Ctrl-C, by SIGTERM, as shells say it

# The only sentences for people that stand in code: the phrases, from which everything else that
# is said comes, may be the very thing that cannot be read.
SHIPPED_IS_BROKEN = "The knowledge that comes with this program has faults:"
UNSPEAKABLE = "Something broke, and the words to say it cannot be read. Incident number: {incident}"

logger = logging.getLogger("bot")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        _speak_utf8(stream)
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = asked_language(given) or system_language()
    try:
        status = _run(given, language)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return STOPPED
    except asyncio.CancelledError:
        return TERMINATED
    except BrokenPipeError:
        # Whoever read us has enough; the interpreter must not trip over it again at its end.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KnowledgeError as error:  # of the shipped folder: another's are told in _run
        return _complain(f"{SHIPPED_IS_BROKEN}\n{error}", OUR_FAULT)
    except Exception:
        incident = secrets.token_hex(4)
        logger.exception("incident %s", incident)
        return _complain(_incident_sentence(incident, language), OUR_FAULT)
    return status


def _incident_sentence(incident: str, language: Language) -> str:
    try:
        return load_knowledge().phrases.say("errors.incident", language, incident=incident)
    except (KnowledgeError, OSError):
        return UNSPEAKABLE.format(incident=incident)


def _speak_utf8(stream: TextIO) -> None:
    """UTF-8 in and out, also where the locale knows only ASCII; bad bytes break nothing."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="replace")


def _run(given: list[str], language: Language) -> int:
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        return _complain(_settings_sentence(error, load_knowledge(), language))
    try:
        # Lint is there to show the faults of a folder that cannot be loaded.
        knowledge = load_knowledge(None if given[:1] == ["knowledge"] else settings.knowledge)
    except KnowledgeError as error:
        words = load_knowledge().phrases.say("cli.bad-knowledge", language)
        return _complain(f"{words}\n{error}")
    say = Say(knowledge.phrases, language)
    parser = make_parser(say, _probes(knowledge))
    options = parser.parse_args(given)
    if options.command is None:
        parser.print_help(sys.stderr)
        return WRONG_CALL
    _start_log(to_screen=options.command == "telegram")
    try:
        return Program(settings, knowledge, say, options).run()
    except SettingsError as error:  # one that shows only when it is used
        return _complain(_settings_sentence(error, knowledge, language))


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


def _complain(sentence: str, status: int = WRONG_CALL) -> int:
    print(sentence, file=sys.stderr)
    return status


def _log_crash(task: "asyncio.Task[None]") -> None:
    """What runs beside the bot may break without anybody noticing."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("a task beside the bot has ended", exc_info=error)


def _settings_sentence(error: SettingsError, knowledge: Knowledge, language: Language) -> str:
    setting = next(each for each in SETTINGS if each.variable == error.variable)
    key = "settings.page.wrong-secret" if setting.is_secret else "settings.page.wrong"
    return knowledge.phrases.say(
        key, language, variable=error.variable, value=error.value, example=setting.example
    )


def _probes(knowledge: Knowledge) -> tuple[str, ...]:
    """The probes by the findings that are worded, so that nobody imports them to name them."""
    return tuple(dict.fromkeys(code.split(".")[0] for code in knowledge.findings.entries))


class Program:
    """One command with everything that it needs."""

    def __init__(
        self, settings: Settings, knowledge: Knowledge, say: Say, options: argparse.Namespace
    ) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._say = say
        self._language = say.language
        self._options = options

    def run(self) -> int:
        """Run it; the exit status."""
        options = self._options
        match options.command:
            case "chat":
                return asyncio.run(self._chat())
            case "ask":
                return self._ask()
            case "check":
                return self._look(())
            case "compare":
                return self._compare()
            case "probe":
                return self._probe()
            case "spf":
                return self._spf()
            case "dns":
                return self._look(("dns",))
            case "settings":
                return self._mailbox_settings()
            case "telegram":
                return asyncio.run(self._telegram())
        return self._curate()

    async def _chat(self) -> int:
        from bot.frontends.outlet import make_console
        from bot.frontends.terminal import chat

        async with self._desk() as desk:
            await chat(desk, make_console(), self._language, self._matcher.warm)
        return DONE

    async def _telegram(self) -> int:
        from bot.frontends.telegram import run
        from bot.service import Service, give_memory_back
        from bot.storage.address import StorageError
        from bot.storage.store import open_store

        settings = self._settings
        service = None
        async with contextlib.AsyncExitStack() as stack:
            if settings.telegram_bot_token:
                try:
                    opened = open_store(settings.database, settings.days, is_apart=True)
                    service = Service(
                        await stack.enter_async_context(opened),
                        watch_every=settings.watch_every,
                        watch_most=settings.watch_most,
                        unasked_every=settings.unasked_every,
                        remind_every=settings.remind_every,
                        operators=settings.operators,
                        timezone=settings.timezone,
                        knowledge=settings.knowledge,
                    )
                except StorageError as error:
                    return self._complain_of_storage(error)
                # Before anybody writes: a first start learns, and that would hold up everyone.
                await asyncio.to_thread(self._matcher.warm)
                give_memory_back()
            desk = await stack.enter_async_context(self._desk(service))
            await stack.enter_async_context(self._verifying())
            return await run(
                desk,
                token=settings.telegram_bot_token,
                api_url=settings.telegram_api_url,
                language=self._language,
                beside=partial(service.run, desk) if service else None,
                inbox=service.store.inbox if service else None,
                groups=service.store.groups if service else None,
                take=service.take if service else None,
            )

    def _complain_of_storage(self, error: "StorageError") -> int:
        words = {"place": error.place, "detail": error.detail}
        say = self._knowledge.phrases.say
        return _complain(say(f"storage.{error.reason}", self._language, **words))

    def _ask(self) -> int:
        from bot.frontends.oneshot import ask_data, ask_lines, explain_words, write_json

        options = self._options
        text = " ".join(options.text)
        if not options.lines and not text.strip():
            return _complain(self._say("no-text"))
        if options.lines:
            ask_lines(sys.stdin, self._mind(), self._language, sys.stdout, explain=options.explain)
        elif options.json:
            data = ask_data(text, self._mind(), self._language, explain=options.explain)
            write_json(data, sys.stdout)
        else:
            asyncio.run(self._ask_in_words(text))
            if options.explain:
                print("\n" + explain_words(text, self._mind(), self._language))
        return DONE

    async def _ask_in_words(self, text: str) -> None:
        from bot.frontends.oneshot import ask_once
        from bot.frontends.outlet import TerminalOutlet, make_console

        async with self._desk() as desk:
            outlet = TerminalOutlet(make_console(), has_choices=False)
            await ask_once(desk, text, self._language, outlet)

    def _compare(self) -> int:
        from bot.conversation.comparing import pair_sentence, parse_pair
        from bot.conversation.looking import REFUSED_REASONS
        from bot.formats.errors import FormatError

        try:
            pair = parse_pair(" ".join(self._options.targets))
        except FormatError as error:
            command, phrases = "listonosz compare", self._knowledge.phrases
            sentence = pair_sentence(phrases, self._language, error, command)
            return _complain(sentence, REFUSED if error.reason in REFUSED_REASONS else WRONG_CALL)
        return asyncio.run(self._run_comparison(pair))

    async def _run_comparison(self, pair: "Pair") -> int:
        from bot.frontends.oneshot import compare_json, compare_words, is_refused
        from bot.frontends.outlet import TerminalOutlet, make_console

        task = asyncio.current_task()
        assert task is not None
        async with self._desk() as desk:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            if self._options.json:
                reports: Sequence[Report] = await compare_json(
                    desk, pair, self._language, sys.stdout
                )
            else:
                console = make_console()
                outlet = TerminalOutlet(
                    console, has_choices=False, shows_progress=console.is_terminal
                )
                reports = await compare_words(desk, pair, self._language, outlet)
        return REFUSED if any(map(is_refused, reports)) else DONE

    def _probe(self) -> int:
        from bot.probes import PROBES

        names = [probe.name for probe in PROBES]
        name = self._options.name.lower()
        if name not in names:
            listed = ", ".join(names)
            return _complain(self._say("probe.unknown", name=self._options.name, probes=listed))
        if self._options.selector is not None and name != "dkim":
            return _complain(self._say("probe.only-dkim"))
        if self._options.type is not None and name != "dns":
            return _complain(self._say("probe.only-dns"))
        return self._look((name,))

    def _look(self, probes: tuple[str, ...]) -> int:
        """Check every target named on the command line."""
        from bot.conversation.looking import REFUSED_REASONS, target_sentence
        from bot.formats.errors import FormatError

        options = self._options
        match options.command:
            case "spf":
                texts = [options.domain]
            case "dns":
                texts = [f"{options.query} {options.type}"]
            case _:
                texts = options.targets
        requests = []
        for text in texts:
            try:
                trace = getattr(options, "trace", False)
                found = self._requests(text, probes)
                requests += [replace(request, trace=trace) for request in found]
            except FormatError as error:
                command = f"listonosz {options.command}"
                phrases = self._knowledge.phrases
                sentence = target_sentence(phrases, self._language, error, command)
                if error.reason not in REFUSED_REASONS:
                    return _complain(sentence)
                if options.json:
                    from bot.frontends.oneshot import print_refusal

                    print_refusal(text, probes, self._knowledge, self._language, sys.stdout)
                    return REFUSED
                return _complain(sentence, REFUSED)
        return asyncio.run(self._run_checks(requests))

    def _requests(self, text: str, probes: tuple[str, ...]) -> "list[CheckRequest]":
        """What one argument asks for: quoted, it may hold several targets, as a message may."""
        from bot.formats.record_query import parse_query
        from bot.formats.target import parse_key_target, parse_target, parse_targets
        from bot.model.check import CheckRequest

        options = self._options
        selector = options.selector if options.command == "probe" else None
        if selector is not None:
            return [CheckRequest(parse_key_target(text, selector), probes)]
        if probes == ("dns",):
            wanted = (options.type or "") if options.command == "probe" else ""
            target, record = parse_query(f"{text} {wanted}")
            return [CheckRequest(target, probes, record=record)]
        if options.command == "spf":
            return [CheckRequest(parse_target(text), probes)]
        return [CheckRequest(target, probes) for target in parse_targets(text)]

    async def _run_checks(self, requests: "Sequence[CheckRequest]") -> int:
        from bot.conversation.step import View
        from bot.frontends.oneshot import check_json, check_words, is_refused
        from bot.frontends.outlet import TerminalOutlet, make_console

        task = asyncio.current_task()
        assert task is not None
        async with self._desk() as desk:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            if self._options.json:
                reports = await check_json(desk, requests, self._language, sys.stdout)
            else:
                console = make_console()
                outlet = TerminalOutlet(
                    console, has_choices=False, shows_progress=console.is_terminal
                )
                view = View(self._language, detailed=self._options.details)
                reports = await check_words(desk, requests, view, outlet)
        return REFUSED if reports and all(map(is_refused, reports)) else DONE

    def _spf(self) -> int:
        from bot.frontends.spf import evaluate, is_ip, print_json, show

        options = self._options
        if options.ip is None and (options.sender or options.helo):
            return _complain(self._say("spf.needs-ip"))
        if options.ip is None:
            return self._look(("spf",))
        if not is_ip(options.ip):
            return _complain(self._say("spf.bad-ip", ip=options.ip))
        result = asyncio.run(
            evaluate(self._network(), options.ip, options.domain, options.sender, options.helo)
        )
        if options.json:
            print_json(result, sys.stdout)
        else:
            show(
                result,
                options.ip,
                self._knowledge,
                self._language,
                sys.stdout,
                details=options.details,
            )
        return DONE

    def _mailbox_settings(self) -> int:
        """Find and prove the servers of one mailbox."""
        from bot.conversation.looking import REFUSED_REASONS
        from bot.formats.errors import FormatError
        from bot.formats.mailbox import parse_mailbox

        try:
            mailbox = parse_mailbox(self._options.address)
        except FormatError as error:
            from bot.frontends.settings import call_error

            sentence = call_error(self._knowledge.phrases, self._language, error)
            return _complain(sentence, REFUSED if error.reason in REFUSED_REASONS else WRONG_CALL)
        return asyncio.run(self._find_settings(mailbox))

    async def _find_settings(self, mailbox: "Mailbox") -> int:
        from bot.frontends.handover import show_card
        from bot.frontends.oneshot import write_json
        from bot.frontends.outlet import TerminalOutlet, make_console
        from bot.frontends.settings import is_refused, settings_data
        from bot.model.settings import SettingsRequest

        options, task = self._options, asyncio.current_task()
        assert task is not None
        async with self._desk() as desk:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
            if options.json or options.profile:
                report = await desk.settings.run(SettingsRequest(mailbox.target))
            else:
                console = make_console()
                outlet = TerminalOutlet(
                    console, has_choices=False, shows_progress=console.is_terminal
                )
                shown = await show_card(desk, mailbox, self._language, outlet)
                return DONE if shown is None or not is_refused(shown) else REFUSED
        if options.json:
            data = settings_data(report, mailbox, self._knowledge, self._language)
            write_json(data, sys.stdout)
        if options.profile and (status := self._save_profile(report, mailbox)):
            return status
        return REFUSED if is_refused(report) else DONE

    def _save_profile(self, report: "SettingsReport", mailbox: "Mailbox") -> int:
        """Write the profile; what is said of it does not mix with what is written."""
        from bot.frontends.handover import save_profile

        file = self._options.profile
        try:
            is_written, sentence = save_profile(
                report, mailbox, self._knowledge, self._language, self._sign, file
            )
        except OSError as error:
            words = {"file": file, "why": error.strerror or str(error)}
            say = self._knowledge.phrases.say
            return _complain(say("mailbox.profile.not-written", self._language, **words))
        if sentence:
            print(sentence, file=sys.stderr)
        return DONE if is_written else REFUSED

    @cached_property
    def _sign(self) -> "Signature | None":
        from bot.frontends.signing import load_signature

        return load_signature(self._settings)

    def _curate(self) -> int:
        from bot.frontends.curator import Curator

        if self._options.what != "verify" and (self._options.provider or self._options.json):
            return _complain(self._knowledge.phrases.say("verify.only-here", self._language))
        if self._options.what != "export" and self._options.folder is not None:
            return _complain(
                self._knowledge.phrases.say("curator.export.only-here", self._language)
            )
        folder, phrases = self._settings.knowledge, self._knowledge.phrases
        curator = Curator(phrases, self._language, folder, sys.stdout)
        if self._options.what == "lint":
            return curator.lint(_probes(self._knowledge))
        if self._options.what == "try":
            return curator.answer(sys.stdin)
        try:
            knowledge = load_knowledge(folder)
        except KnowledgeError as error:
            return _complain(f"{self._say('bad-knowledge')}\n{error}")
        if self._options.what == "verify":
            return self._verify(knowledge)
        if self._options.what == "export":
            return asyncio.run(self._export())
        test = curator.test if self._options.what == "test" else curator.stats
        return test(knowledge)

    async def _export(self) -> int:
        """Write out what curators decided, as far as it breaks nothing."""
        from bot.frontends.exporting import Exporter, judge
        from bot.storage.address import StorageError
        from bot.storage.store import open_store

        settings, folder = self._settings, self._options.folder
        phrases = self._knowledge.phrases
        exporter = Exporter(
            phrases, self._language, settings.knowledge, judge, sys.stdout, sys.stderr
        )
        try:
            async with open_store(settings.database, settings.days) as store:
                drafts = await store.questions.drafts()
                known, is_refused = await asyncio.to_thread(
                    exporter.export, drafts, Path(folder) if folder else None
                )
                await store.questions.drop_drafts(known)
        except StorageError as error:
            return self._complain_of_storage(error)
        except OSError as error:
            why = error.strerror or str(error)
            words = {"folder": folder or "", "why": why}
            return _complain(phrases.say("curator.export.unwritable", self._language, **words))
        return OUR_FAULT if is_refused else DONE

    def _verify(self, knowledge: Knowledge) -> int:
        """Look at the servers of all providers, or of those that were named."""
        from bot.frontends.verifying import VerifyingPage

        known = {provider.id: provider for provider in knowledge.reference.providers.all}
        wanted = self._options.provider or list(known)
        say = knowledge.phrases.say
        for name in wanted:
            if name not in known:
                words = {"name": name, "examples": ", ".join(list(known)[:3])}
                return _complain(say("verify.unknown-provider", self._language, **words))
        page = VerifyingPage(knowledge, self._language, sys.stdout, as_json=self._options.json)
        ledger = self._ledger(knowledge)
        try:
            asyncio.run(self._verify_claims(knowledge, set(wanted), ledger, page))
        except OSError as error:
            words = {"path": str(ledger.path), "detail": error.strerror or ""}
            return _complain(say("verify.unwritable", self._language, **words), OUR_FAULT)
        return DONE

    async def _verify_claims(
        self, knowledge: Knowledge, wanted: set[str], ledger: "Ledger", page: "VerifyingPage"
    ) -> None:
        from bot.jobs.verifying import Verifier, claims_of

        providers = knowledge.reference.providers.all
        async with self._network() as network:
            claims = [claim for claim in claims_of(providers) if claim.provider in wanted]
            await Verifier(network, providers, ledger).verify(claims, page.told)
        page.end(ledger.marks())

    @contextlib.asynccontextmanager
    async def _verifying(self) -> "AsyncIterator[None]":
        """Beside the bot, seldom and slowly; only where the operator wants it."""
        days = self._settings.verify_days
        if days is None or not self._settings.telegram_bot_token:
            yield
            return
        from bot.jobs.verifying import SLOW_GAP, Verifier

        providers = self._knowledge.reference.providers.all
        async with self._network() as network:
            verifier = Verifier(network, providers, self._ledger(self._knowledge), gap=SLOW_GAP)
            task = asyncio.create_task(verifier.keep_verifying(timedelta(days=days)))
            task.add_done_callback(_log_crash)
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def _ledger(self, knowledge: Knowledge) -> "Ledger":
        from bot.knowledge.ledger import Ledger

        return Ledger(knowledge.reference.providers.all)

    @cached_property
    def _matcher(self) -> "Engine":
        from bot.faq.encoder import find_encoder, no_encoder
        from bot.faq.engine import load_matcher

        seek = find_encoder if self._settings.encoder else no_encoder
        return load_matcher(self._knowledge, seek=seek)

    def _mind(self) -> "Mind":
        from bot.conversation.mind import Mind

        asked = self._options.language if self._options.command == "ask" else None
        return Mind(
            self._knowledge,
            self._matcher,
            _probes(self._knowledge),
            Language(asked) if asked else None,
        )

    @contextlib.asynccontextmanager
    async def _desk(self, service: "Service | None" = None) -> "AsyncIterator[Desk]":
        """Whoever talks with a person; with a service, what is kept and done for later too."""
        from bot.conversation.drive import Desk
        from bot.conversation.limits import Limits
        from bot.conversation.memory import MemorySessions
        from bot.jobs.lazy import LazyWing

        async with contextlib.AsyncExitStack() as stack:
            wing = LazyWing(self._network, self._reference, stack, self._settings.ispdb_url)
            limits = Limits(self._settings.limits)
            if service is None:
                yield Desk(
                    self._mind(), wing, MemorySessions(), limits, settings=wing, sign=self._sign
                )
                return
            wing.look_at_itself()
            mind = replace(self._mind(), services=service.names)
            sessions, offices = service.store.sessions, service.offices
            yield Desk(
                mind,
                wing,
                sessions,
                limits,
                settings=wing,
                sign=self._sign,
                offices=offices,
                note=service.learning.note,
            )

    def _reference(self) -> "Reference":
        """Providers as now believed, and the blocklists that the operator wants asked."""
        from bot.knowledge.blocklist import select_blocklists

        known = self._knowledge.reference
        return replace(
            known,
            # What a look at the servers has disproved is said no more.
            providers=known.providers.marked_by(self._ledger(self._knowledge).marks),
            blocklists=select_blocklists(known.blocklists, self._settings.blocklists),
        )

    def _network(self) -> "Network":
        from bot.network.network import Network
        from bot.network.settings import NetworkSettings, ServerAddress

        settings = self._settings
        return Network.from_settings(
            NetworkSettings(
                resolvers=tuple(ServerAddress(*each) for each in settings.resolvers),
                allow_networks=settings.allow_networks,
                refuse_networks=settings.refuse_networks,
                ehlo_name=settings.ehlo_name,
            )
        )


if __name__ == "__main__":
    sys.exit(main())
