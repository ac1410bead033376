"""A process of the bot that carries letters of cases, for tests that run two and kill them."""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from time import time

from bot.conversation.keeping import Job
from bot.jobs.cases import CaseCarrier
from bot.jobs.clerk import Again, Clerk
from bot.model.document import Document
from bot.storage.store import open_store
from tests.conversation.cases.cases_kit import PLAIN, ScriptedWire, words
from tests.conversation.people import make_mind
from tests.storage.conftest import DAYS

LEASE = 0.5  # seconds until the work of a killed process is given out again


@dataclass
class SlowWire(ScriptedWire):
    """What arrived is a line of a file; sending takes a moment, as it does."""

    file: Path = Path()

    async def post(self, chat: str, document: Document, thread: str = "", under: str = "") -> str:
        await asyncio.sleep(0.03)
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, (json.dumps([chat, words(document)]) + "\n").encode())
        finally:
            os.close(handle)
        await asyncio.sleep(0.03)
        return "1"


def carry(address: str, folder: Path) -> None:
    """Carry letters until killed."""
    asyncio.run(_carry(address, folder))


async def _carry(address: str, folder: Path) -> None:
    mind = make_mind()
    async with open_store(address, DAYS) as store:
        wire = SlowWire(file=folder / "told", forums=set(), members={(PLAIN, "tg:8")})
        carrier = CaseCarrier(
            store.cases,
            store.groups,
            store.schedule,
            wire,
            lambda: mind,
            remind=3600,
            lease=LEASE,
        )
        # What the test plans in its own process is seen at the next of these.
        await store.schedule.add(Job("tick", "all", time()))
        doers = {**carrier.doers, "tick": tick}
        await Clerk(store.schedule, doers, lease=LEASE).run()


async def tick(job: Job) -> Again:
    """Keeps the clerks awake."""
    return Again(time() + 0.02)
