"""What answers belong to: pressed buttons, questions that may be edited, checks under way."""

import asyncio
import hashlib
from collections import OrderedDict
from time import time

from bot.conversation.keeping import Replied, Replies
from bot.frontends.telegram.post import Post

PATIENCE = 1.0  # seconds until a pressed button stops turning
MOST_QUESTIONS = 5000  # whose answers are known without looking them up


class Query:
    """A pressed button: can be answered once, and must be, or the button keeps turning."""

    def __init__(self, post: Post, number: str) -> None:
        self._post = post
        self._number = number
        self._is_answered = False

    async def stop_turning(self) -> None:
        """Answer it after a while, whatever comes of it."""
        await asyncio.sleep(PATIENCE)
        await self.answer()

    async def answer(self, text: str = "") -> bool:
        """Answer it, the first time; whether that came in time."""
        if self._is_answered:
            return False
        self._is_answered = True
        return await self._post.answer(self._number, text)


class Asked:
    """A question that got answers: what it was, the number it was given, our messages."""

    def __init__(self, digest: str, number: str, answers: list[int]) -> None:
        self.digest = digest
        self.id = number
        self.answers = answers

    def is_of(self, text: str) -> bool:
        """Whether it was asked in these very words."""
        return self.digest == digest(text)


def digest(text: str) -> str:
    """Tells one text from another, and nothing of either."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Answers:
    """Which messages of ours answer which question, to edit them when it is edited.

    `kept` outlives this process: a question may be edited long after it was asked.
    """

    def __init__(self, kept: Replies | None = None, most: int = MOST_QUESTIONS) -> None:
        self._kept = kept
        self._most = most
        self._known: OrderedDict[tuple[int, int], Asked] = OrderedDict()

    def asked(self, chat: int, question: int, text: str, number: str = "") -> Asked:
        """A question with this text; the messages that answer it are to be noted in it."""
        asked = Asked(digest(text), number, [])
        self.note(chat, question, asked)
        return asked

    def note(self, chat: int, question: int, asked: Asked) -> None:
        """Know it; the oldest goes."""
        self._known.pop((chat, question), None)
        self._known[chat, question] = asked
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    async def keep(self, chat: int, question: int, person: str) -> None:
        """All that is said to it is said: keep it, as it stands now, for a time after us."""
        asked = self._known.get((chat, question))
        if self._kept is None or asked is None or not asked.answers:
            return
        answers = tuple(map(str, asked.answers))
        replied = Replied(person, asked.id, asked.digest, answers)
        await self._kept.note(f"tg:{chat}", str(question), replied, time())

    async def known(self, chat: int, question: int) -> Asked | None:
        """What was asked in this message before; None if unknown."""
        known = self._known.get((chat, question))
        if known is not None or self._kept is None:
            return known
        kept = await self._kept.find(f"tg:{chat}", str(question))
        if kept is None:
            return None
        return Asked(kept.digest, kept.update, [int(each) for each in kept.answers])


class Stops:
    """The checks under way, by the message that shows each: what its stop button cancels."""

    def __init__(self) -> None:
        self._running: dict[tuple[int, int], tuple[str, asyncio.Task[object]]] = {}

    def note(self, conversation: str, chat: int, message: int) -> None:
        """The task that runs this is the check that this message shows."""
        task = asyncio.current_task()
        if task is not None:
            self._running[chat, message] = (conversation, task)

    def forget(self, chat: int, message: int) -> None:
        """It has ended."""
        self._running.pop((chat, message), None)

    def stop(self, chat: int, message: int) -> bool:
        """Stop the check that this message shows; whether there was one."""
        _, task = self._running.pop((chat, message), ("", None))
        return task is not None and task.cancel()

    def stop_all(self, conversation: str) -> bool:
        """Stop all checks of a conversation; whether there was one."""
        keys = [key for key, (owner, _) in self._running.items() if owner == conversation]
        return any([self.stop(*key) for key in keys])
