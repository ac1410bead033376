"""A process of the bot with a radar, for tests that kill it: real clerks on a real store.

What it sends is appended to a file, a line at a time.
"""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from time import time
from zoneinfo import ZoneInfo

from bot.conversation.keeping import Job
from bot.conversation.outages.burst import HOUR
from bot.conversation.ports import Progress
from bot.jobs.clerk import Again, Clerk
from bot.jobs.outages import OutageWatch
from bot.jobs.outages_told import OutageTeller, Readers
from bot.model.check import CheckRequest, Report
from bot.model.document import Document
from bot.storage.store import open_store
from tests.conversation.cases.cases_kit import ScriptedWire, words
from tests.conversation.outages.outage_kit import Servers
from tests.conversation.people import make_mind
from tests.storage.conftest import DAYS

LEASE = 0.5  # seconds until the work of a killed process is given out again
LEAST = 4
OPERATOR = "tg:20"
ZONE = ZoneInfo("Europe/Warsaw")


class SlowServers(Servers):
    """Servers that leave a kill the time to come in the middle."""

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        await asyncio.sleep(0.02)
        return await super().run(request, progress)


@dataclass
class AppendingWire(ScriptedWire):
    """What arrived is a line of a file: one write, whole or not at all."""

    file: Path = Path()

    async def post(self, chat: str, document: Document, thread: str = "", under: str = "") -> str:
        entry = json.dumps([chat, words(document)]) + "\n"
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, entry.encode())
        finally:
            os.close(handle)
        return "1"

    async def change(self, chat: str, messages: str, document: Document) -> None:
        """Nothing new to be read."""


def watch(address: str, folder: Path) -> None:
    """Weigh, look and tell until killed."""
    asyncio.run(_watch(address, folder))


async def _watch(address: str, folder: Path) -> None:
    mind = make_mind()
    async with open_store(address, DAYS) as store:
        readers = Readers(
            store.cases, store.sessions, frozenset({OPERATOR}), lambda: mind.knowledge
        )
        looking = OutageWatch(
            store.outages,
            SlowServers(),
            readers,
            lambda: mind,
            lambda: None,
            zone=ZONE,
            window=HOUR,
            least=LEAST,
            every=0.2,
        )
        wire = AppendingWire(file=folder / "told")
        teller = OutageTeller(store.outages, wire, readers, lambda: mind.knowledge, zone=ZONE)
        # What the test plans in its own process is seen at the next of these.
        await store.schedule.add(Job("tick", "all", time()))
        doers = {**looking.doers, **teller.doers, "tick": tick}
        await Clerk(store.schedule, doers, lease=LEASE).run()


async def tick(job: Job) -> Again:
    """Keeps the clerks awake."""
    return Again(time() + 0.1)
