"""A process of the bot that watches, for tests that kill it: real clerks on a real store.

What it looks at is a file; what it tells is appended to another, a line at a time.
"""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path

from bot.conversation.ports import Progress
from bot.jobs.clerk import Clerk
from bot.jobs.watching import Herald, Watchman
from bot.model.check import CheckRequest, Report
from bot.model.document import Document
from bot.render.data import document_text
from bot.storage.store import open_store
from bot.storage.watches import LOOK, NOTICE
from tests.conversation.people import knowledge
from tests.conversation.watching.watching_kit import DMARC, MX, dns_report, report
from tests.storage.conftest import DAYS

EVERY = 0.15  # seconds between two looks


@dataclass
class ShownServers:
    """Fulfils ports.Checks: SPF reads as the file does."""

    file: Path

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        await asyncio.sleep(0.02)  # so that a kill may come in the middle
        if request.probes != ("dns",):
            return report()
        if request.record == "MX":
            return dns_report([MX])
        is_dmarc = request.target.name.startswith("_dmarc.")
        return dns_report([DMARC if is_dmarc else f'"{self.file.read_text()}"'])


@dataclass
class AppendingCourier:
    """What arrived is a line of a file: one write, whole or not at all."""

    file: Path

    async def deliver(self, chat: str, document: Document, thread: str = "") -> None:
        entry = json.dumps([chat, document_text(document).replace("\xa0", " ")]) + "\n"
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(handle, entry.encode())
        finally:
            os.close(handle)


def watch(address: str, folder: Path, lease: float) -> None:
    """Look and tell until killed; after `lease` seconds a killed one's work is given out again."""
    asyncio.run(_watch(address, folder, lease))


async def _watch(address: str, folder: Path, lease: float) -> None:
    async with open_store(address, DAYS) as store:
        watchman = Watchman(store.watches, ShownServers(folder / "spf"), lambda: None, EVERY)
        herald = Herald(store.watches, AppendingCourier(folder / "told"), knowledge)
        doers = {LOOK: watchman.look, NOTICE: herald.tell}
        await Clerk(store.schedule, doers, lease=lease).run()
