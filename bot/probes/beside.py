"""Questions asked beside something slower: they hold nothing up, and end with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

Value = TypeVar("Value")
Other = TypeVar("Other")
PATIENCE = 3.0  # seconds that they are waited for once the slower thing is over


@asynccontextmanager
async def beside(work: Awaitable[Value]) -> AsyncIterator["asyncio.Future[Value]"]:
    """Begin the work; whatever is unfinished at the end of the block is given up."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def soon(task: "asyncio.Future[Value]", otherwise: Other) -> Value | Other:
    """What came of it, now or within our patience."""
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    return task.result() if done else otherwise
