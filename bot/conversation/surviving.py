"""Our own bugs, and front-ends that fail: the talk goes on, the person gets a number."""

import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from bot.conversation.replies import plain
from bot.knowledge.phrases import Phrases
from bot.model.document import Document
from bot.model.language import Language

Tell = Callable[[Document], Awaitable[None]]
Survive = Callable[[Language, Tell], AbstractAsyncContextManager[None]]

logger = logging.getLogger(__name__)


def new_incident() -> str:
    """A number that the log and the person have in common."""
    return secrets.token_hex(4)


async def nobody(document: Document) -> None:
    """Nobody is left to tell."""


def survival(phrases: Callable[[], Phrases]) -> Survive:
    """What is done within survives whatever fails: the number to the person, the trace to the log.

    No word of the person's is logged.
    """

    @contextlib.asynccontextmanager
    async def survive(language: Language, tell: Tell) -> AsyncIterator[None]:
        try:
            yield
        except Exception:
            incident = new_incident()
            logger.exception("incident %s", incident)
            words = phrases().say("errors.incident", language, incident=incident)
            with contextlib.suppress(Exception):
                await tell(replace(plain(words), language=language))

    return survive
