"""One thing that a person did on Telegram, from the lane to the desk and back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.conversation.drive import Desk
from bot.conversation.ports import Incoming
from bot.conversation.step import Work
from bot.frontends.telegram_lanes import Lanes
from bot.frontends.telegram_outlet import Answers, Query, Stops, TelegramOutlet
from bot.frontends.telegram_post import STOP, Post
from bot.frontends.telegram_reading import Pressed, Reading, Said, Strange
from bot.model.document import Document, Paragraph, line
from bot.model.language import Language

LONGEST_STOP = 40  # characters
TYPING_AFTER = 0.4  # seconds without an answer, until we show that one is being made


@dataclass(frozen=True, slots=True)
class Counter:
    """What every visit needs."""

    desk: Desk
    post: Post
    lanes: Lanes
    answers: Answers
    stops: Stops


class Visit:
    """Handles one reading; `talk` is the quick part, what it returns the slow one."""

    def __init__(self, counter: Counter, reading: Reading) -> None:
        self._counter = counter
        self._reading = reading
        self._outlet: TelegramOutlet | None = None
        self.question = reading.question if isinstance(reading, Said) else None
        self.query = Query(counter.post, reading.query) if isinstance(reading, Pressed) else None

    @property
    def is_answered(self) -> bool:
        """Whether the person got any message."""
        return self._outlet is not None and self._outlet.has_put

    async def talk(self) -> Callable[[], Awaitable[None]] | None:
        """Answer; what is returned is for beside the talk."""
        match self._reading:
            case Strange(language=language):
                await self._decline(language)
            case Pressed(is_theirs=False, incoming=incoming) if self.query is not None:
                language = incoming.language_hint or Language.EN
                await self.query.answer(self._say("telegram.not-yours", language))
            case Pressed(incoming=Incoming(action=action)) if action == STOP:
                await self._stop()
            case Pressed(incoming=incoming, message=message):
                return await self._answer(incoming, self._new_outlet(pressed=message))
            case Said():
                return await self._hear(self._reading)
        return None

    async def _hear(self, said: Said) -> Callable[[], Awaitable[None]] | None:
        incoming, counter = said.incoming, self._counter
        revise: list[int] | None = None
        if incoming.is_edited:
            known = counter.answers.changed(said.place.chat, said.question, incoming.text)
            if known is None:  # not known any more, or only a preview was added
                return None
            await counter.lanes.cancel(incoming.conversation, said.question)
            revise = list(known)
        elif self._is_stop(incoming.text) and counter.stops.stop_all(incoming.conversation):
            return None
        noted = counter.answers.asked(said.place.chat, said.question, incoming.text)
        return await self._answer(incoming, self._new_outlet(answers=noted, revise=revise))

    def _is_stop(self, text: str) -> bool:
        """Whether somebody typed "stop": with a check under way that is what it is about."""
        return len(text) <= LONGEST_STOP and self._counter.desk.mind.means(text, "cancel")

    async def _stop(self) -> None:
        """Stop the check whose button was pressed; the check itself says that it was."""
        pressed = self._reading
        if not isinstance(pressed, Pressed) or self.query is None:
            return
        if pressed.message and self._counter.stops.stop(pressed.place.chat, pressed.message):
            await self.query.answer()
            return
        language = pressed.incoming.language_hint or Language.EN
        await self.query.answer(self._say("answers.button.old", language))

    def _new_outlet(
        self,
        *,
        pressed: int | None = None,
        answers: list[int] | None = None,
        revise: list[int] | None = None,
    ) -> TelegramOutlet:
        self._outlet = TelegramOutlet(
            self._counter.post,
            self._reading.place,
            query=self.query,
            pressed=pressed,
            answers=answers,
            revise=revise,
            stops=self._counter.stops,
            conversation=self._reading.conversation,
            on_gone=partial(self._counter.lanes.drop, self._reading.conversation),
        )
        return self._outlet

    async def _decline(self, language: Language) -> None:
        words = self._say("telegram.kind", language)
        outlet = self._new_outlet()
        async with self._counter.desk.survive(language, outlet.say):
            await outlet.say(Document((Paragraph(line(words)),)))

    async def _answer(
        self, incoming: Incoming, outlet: TelegramOutlet
    ) -> Callable[[], Awaitable[None]] | None:
        typing = asyncio.create_task(_typing(outlet))
        try:
            checks = await self._counter.desk.answer(incoming, outlet)
        finally:
            typing.cancel()
        if checks:
            return partial(self._look, checks, outlet)
        await self._wind_up(outlet)
        return None

    async def _look(self, checks: Sequence[Work], outlet: TelegramOutlet) -> None:
        await self._counter.desk.look(checks, outlet)
        await self._wind_up(outlet)

    async def _wind_up(self, outlet: TelegramOutlet) -> None:
        if self.query is not None:
            await self.query.answer()
        await outlet.clear_away()

    def _say(self, key: str, language: Language) -> str:
        return self._counter.desk.mind.knowledge.phrases.say(key, language)


async def _typing(outlet: TelegramOutlet) -> None:
    await asyncio.sleep(TYPING_AFTER)
    await outlet.typing()
