"""Reads the knowledge folder again: checked and learnt from in another process, then swapped in."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from bot.conversation.curating.reloading import Editions, told_done, told_failed, told_refused
from bot.conversation.keeping import Courier, Job, NobodyThereError
from bot.conversation.mind import Understanding
from bot.faq.engine import load_matcher
from bot.jobs.clerk import Again
from bot.knowledge import Knowledge, KnowledgeError, load_knowledge
from bot.knowledge.cache import Cache
from bot.knowledge.fault import Fault
from bot.knowledge.lint import lint
from bot.model.document import Document
from bot.model.language import Language

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]  # what `bot` is imported from
NO_FOLDER = Fault("", 0, "there is no such folder", "mend LISTONOSZ_KNOWLEDGE, or make the folder")

Swap = Callable[[Knowledge, Understanding], None]


class Reloader:
    """Does the job of `/reload`."""

    def __init__(
        self,
        folder: Path | None,
        courier: Courier,
        knowledge: Callable[[], Knowledge],
        swap: Swap,
        editions: Editions,
    ) -> None:
        self._editions = editions
        self._folder = folder
        self._courier = courier
        self._knowledge = knowledge
        self._swap = swap

    async def do(self, job: Job) -> Again | None:
        """Check, swap or refuse, and tell who asked. The bot answers from the former meanwhile."""
        document = await self._reload(Language(job.payload))
        try:
            await self._courier.deliver(job.chat, document)
        except NobodyThereError:
            log.info("whoever asked for a reload is not there any more")
        return None

    async def _reload(self, language: Language) -> Document:
        try:
            faults = await check_apart(self._folder)
            if faults:
                return told_refused(self._knowledge(), language, faults)
            knowledge, matcher = await asyncio.to_thread(open_folder, self._folder)
        except KnowledgeError as error:  # changed between the check and now
            return told_refused(self._knowledge(), language, error.faults)
        except CheckError as error:
            log.error("the new knowledge could not be checked: %s", error)
            return told_failed(self._knowledge(), language)
        # From here on the other processes follow; this one does not wait for itself.
        await self._editions.publish(knowledge.edition, language)
        self._swap(knowledge, matcher)
        log.info("the knowledge was read again: %s topics", len(knowledge.topics))
        return told_done(knowledge, language)


class CheckError(RuntimeError):
    """The process that should have checked was ended, or failed."""


async def check_apart(folder: Path | None) -> Sequence[Fault]:
    """Every fault of the folder; where there is none, what is learnt from it lies in the cache."""
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.jobs.reloading", *([str(folder)] if folder else [])),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise CheckError(err.decode(errors="replace").strip().rpartition("\n")[2])
    return [Fault(**each) for each in json.loads(out)]


def check(folder: Path | None, cache: Cache | None = None) -> list[Fault]:
    """Lint, load and learn; the faults."""
    if folder is not None and not folder.is_dir():
        return [NO_FOLDER]
    faults = [fault for fault in lint(folder) if not fault.is_due]
    if faults:
        return faults
    try:
        load_matcher(load_knowledge(folder, cache), cache).warm()
    except KnowledgeError as error:
        return list(error.faults)
    return []


def open_folder(folder: Path | None) -> tuple[Knowledge, Understanding]:
    """Read from the cache what the other process made."""
    knowledge = load_knowledge(folder)
    matcher = load_matcher(knowledge)
    matcher.warm()
    return knowledge, matcher


if __name__ == "__main__":
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    print(json.dumps([asdict(each) for each in found]))
