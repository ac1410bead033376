"""Waits for several things at once, each of which may fail without harm to the others."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any

from bot.model.trouble import Trouble
from bot.network.deadline import Deadline
from bot.network.errors import NetworkError


async def side_by_side(wanted: Iterable[Awaitable[Any]], deadline: Deadline) -> list[Any]:
    """The results in order; a NetworkError stands in the place of what failed or did not end.

    Any other exception is a bug of ours: it ends the others and is raised.
    """
    tasks = [asyncio.ensure_future(awaitable) for awaitable in wanted]
    try:
        if tasks:
            await _wait(tasks, deadline)
        return [_outcome(task) for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _wait(tasks: Sequence["asyncio.Future[Any]"], deadline: Deadline) -> None:
    """Until all are done, one has crashed, or the time is over."""
    pending = set(tasks)
    while pending and deadline.remaining > 0:
        done, pending = await asyncio.wait(
            pending, timeout=deadline.limit, return_when=asyncio.FIRST_EXCEPTION
        )
        for task in done:
            error = None if task.cancelled() else task.exception()
            if error is not None and not isinstance(error, NetworkError):
                raise error


def _outcome(task: "asyncio.Future[Any]") -> Any:
    if not task.done() or task.cancelled():
        return NetworkError(Trouble.TIMEOUT)
    error = task.exception()
    return task.result() if error is None else error
