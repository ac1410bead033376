"""A process of the bot's that only follows the knowledge: prints each edition that it goes by."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.conversation.mind import Understanding
from bot.jobs.following import Follower
from bot.knowledge import Knowledge, load_knowledge
from bot.knowledge.fault import Fault
from bot.model.language import Language
from bot.storage.store import open_store
from tests.storage.conftest import DAYS


async def follow(database: str, folder: Path) -> None:
    """Until killed."""
    here = load_knowledge(folder)

    def swap(knowledge: Knowledge, matcher: Understanding) -> None:
        nonlocal here
        here = knowledge
        print(here.edition, flush=True)

    async def tell(language: Language, faults: Sequence[Fault]) -> None:
        print(*faults, flush=True)

    async with open_store(f"sqlite:///{database}", DAYS) as store:
        follower = Follower(store.editions, folder, lambda: here, swap, tell)
        await follower.step()
        print(here.edition, flush=True)
        while True:
            await asyncio.sleep(0.1)
            await follower.step()


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1], Path(sys.argv[2])))
