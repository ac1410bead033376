"""The parts of the program, wired as the settings want them."""

import argparse
import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.frontends.arguments import Say
from bot.knowledge import Knowledge
from bot.model.language import Language

if TYPE_CHECKING:
    from bot.conversation.drive import Desk
    from bot.conversation.mind import Mind
    from bot.faq.engine import Engine
    from bot.knowledge.ledger import Ledger
    from bot.knowledge.reference import Reference
    from bot.network.network import Network
    from bot.render.settings_files import Signature
    from bot.service import Service
    from bot.storage.address import StorageError

DONE, OUR_FAULT, WRONG_CALL, REFUSED = 0, 1, 2, 3

logger = logging.getLogger("bot")


def complain(sentence: str, status: int = WRONG_CALL) -> int:
    """Say to the person at the terminal what is wrong; the exit status."""
    print(sentence, file=sys.stderr)
    return status


def _log_crash(task: "asyncio.Task[None]") -> None:
    """What runs beside the bot may break without anybody noticing."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("a task beside the bot has ended", exc_info=error)


def probe_names(knowledge: Knowledge) -> tuple[str, ...]:
    """The probes by the findings that are worded, so that nobody imports them to name them."""
    return tuple(dict.fromkeys(code.split(".")[0] for code in knowledge.findings.entries))


class Parts:
    """What one command was called with, and what it may need, made when it is needed."""

    def __init__(
        self, settings: Settings, knowledge: Knowledge, say: Say, options: argparse.Namespace
    ) -> None:
        self.settings = settings
        self.knowledge = knowledge
        self.say = say
        self.language = say.language
        self.options = options
        self._followers: list[Callable[[], None]] = []

    def renew(self, knowledge: Knowledge) -> None:
        """Everything that goes by the knowledge goes by this from now on."""
        self.knowledge = knowledge
        for follower in self._followers:
            follower()

    @property
    def probes(self) -> tuple[str, ...]:
        """The names of all probes."""
        return probe_names(self.knowledge)

    @cached_property
    def matcher(self) -> "Engine":
        """What understands questions; learns at the first use."""
        from bot.faq.encoder import find_encoder, no_encoder
        from bot.faq.engine import load_matcher

        seek = find_encoder if self.settings.encoder else no_encoder
        return load_matcher(self.knowledge, seek=seek)

    def mind(self) -> "Mind":
        """All that a turn of the talk goes by."""
        from bot.conversation.mind import Mind

        asked = self.options.language if self.options.command == "ask" else None
        return Mind(
            self.knowledge,
            self.matcher,
            self.probes,
            Language(asked) if asked else None,
        )

    @contextlib.asynccontextmanager
    async def desk(self, service: "Service | None" = None) -> "AsyncIterator[Desk]":
        """Whoever talks with a person; with a service, what is kept and done for later too."""
        from bot.conversation.drive import Desk
        from bot.conversation.limits import Limits
        from bot.conversation.memory import MemorySessions
        from bot.jobs.lazy import LazyWing

        async with contextlib.AsyncExitStack() as stack:
            wing = LazyWing(self.network, self.reference, stack, self.settings.ispdb_url)
            limits = Limits(self.settings.limits)
            if service is None:
                yield Desk(
                    self.mind(), wing, MemorySessions(), limits, settings=wing, sign=self.sign
                )
                return
            wing.look_at_itself()
            mind = replace(self.mind(), services=service.names)
            sessions, offices = service.store.sessions, service.offices
            desk = Desk(
                mind,
                wing,
                sessions,
                limits,
                settings=wing,
                sign=self.sign,
                offices=offices,
                note=service.note,
            )
            self._followers.append(wing.renew)
            desk.follow(self.renew)
            yield desk

    def reference(self) -> "Reference":
        """Providers as now believed, and the blocklists that the operator wants asked."""
        from bot.knowledge.blocklist import select_blocklists

        known = self.knowledge.reference
        return replace(
            known,
            # What a look at the servers has disproved is said no more.
            providers=known.providers.marked_by(self.ledger(self.knowledge).marks),
            blocklists=select_blocklists(known.blocklists, self.settings.blocklists),
        )

    def network(self) -> "Network":
        """The way to other people's servers."""
        from bot.network.network import Network
        from bot.network.settings import NetworkSettings, ServerAddress

        settings = self.settings
        return Network.from_settings(
            NetworkSettings(
                resolvers=tuple(ServerAddress(*each) for each in settings.resolvers),
                allow_networks=settings.allow_networks,
                refuse_networks=settings.refuse_networks,
                ehlo_name=settings.ehlo_name,
            )
        )

    def ledger(self, knowledge: Knowledge) -> "Ledger":
        """What a look at the providers' servers has shown."""
        from bot.knowledge.ledger import Ledger

        return Ledger(knowledge.reference.providers.all)

    @cached_property
    def sign(self) -> "Signature | None":
        """The operator's signature for profiles, if there is one."""
        from bot.frontends.signing import load_signature

        return load_signature(self.settings)

    @contextlib.asynccontextmanager
    async def verifying(self) -> "AsyncIterator[None]":
        """Beside the bot, seldom and slowly; only where the operator wants it."""
        days = self.settings.verify_days
        if days is None or not self.settings.telegram_bot_token:
            yield
            return
        from bot.jobs.verifying import SLOW_GAP, Verifier

        providers = self.knowledge.reference.providers.all
        async with self.network() as network:
            verifier = Verifier(network, providers, self.ledger(self.knowledge), gap=SLOW_GAP)

            def renew() -> None:
                providers = self.knowledge.reference.providers.all
                verifier.renew(providers, self.ledger(self.knowledge))

            self._followers.append(renew)
            task = asyncio.create_task(verifier.keep_verifying(timedelta(days=days)))
            task.add_done_callback(_log_crash)
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def complain_of_storage(self, error: "StorageError") -> int:
        """Say why the database cannot be used; the exit status."""
        words = {"place": error.place, "detail": error.detail}
        say = self.knowledge.phrases.say
        return complain(say(f"storage.{error.reason}", self.language, **words))
