"""One thing that a person did on Telegram, from the lane to the desk and back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.conversation.action import (
    FOR_ADMINISTRATORS,
    FOR_EVERYBODY,
    FOR_HELPERS,
    parse_action,
)
from bot.conversation.drive import Desk
from bot.conversation.groups.group import Hearing
from bot.conversation.keeping import Groups
from bot.conversation.ports import Incoming
from bot.conversation.privacy import leaves_no_trace
from bot.conversation.step import Work
from bot.conversation.turn import needs_standing
from bot.frontends.telegram.answers import Answers, Asked, Query, Stops, digest
from bot.frontends.telegram.lanes import Lanes
from bot.frontends.telegram.members import Members
from bot.frontends.telegram.outlet import TelegramOutlet
from bot.frontends.telegram.post import Post
from bot.frontends.telegram.reading import Pressed, Said, Strange, Talk
from bot.frontends.telegram.sheets import STOP
from bot.model.document import Document, Paragraph, line
from bot.model.language import FALLBACK, Language

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
    groups: Groups
    members: Members


class Visit:
    """Handles one reading; `talk` is the quick part, what it returns the slow one."""

    def __init__(self, counter: Counter, reading: Talk) -> None:
        self._counter = counter
        self._reading = reading
        self._place = reading.place
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
            case Pressed():
                return await self._press(self._reading)
            case Said():
                return await self._hear(self._reading)
        return None

    async def _press(self, pressed: Pressed) -> Callable[[], Awaitable[None]] | None:
        assert self.query is not None  # every button is pressed by a query
        incoming = await self._in_group(pressed.incoming)
        if not await self._is_allowed(pressed, incoming):
            language = incoming.language_hint or FALLBACK
            await self.query.answer(self._say("telegram.not-yours", language))
            return None
        if incoming.action == STOP:
            await self._stop()
            return None
        return await self._answer(incoming, self._new_outlet(pressed=pressed.message))

    async def _is_allowed(self, pressed: Pressed, incoming: Incoming) -> bool:
        """Whether this button is theirs; some are for others than who asked."""
        action = parse_action(incoming.action)
        verb = action.verb if action is not None else None
        # Those for administrators are refused in words by the talk itself.
        if pressed.is_theirs or verb in FOR_EVERYBODY or verb in FOR_ADMINISTRATORS:
            return True
        if verb in FOR_HELPERS and incoming.group and incoming.person in incoming.group.helpers:
            return True
        if verb not in FOR_HELPERS and not pressed.is_administrators:
            return False
        person = int(incoming.person.removeprefix("tg:"))
        return await self._counter.members.is_administrator(pressed.place.chat, person)

    async def _in_group(self, incoming: Incoming, mentions: tuple[str, ...] = ()) -> Incoming:
        """With what is set for the group and, where it counts, who may change that."""
        if incoming.is_private:
            return incoming
        members, chat = self._counter.members, self._place.chat
        group = await self._counter.groups.load(incoming.chat)
        incoming = replace(incoming, group=group)
        if needs_standing(incoming):
            people = (*incoming.people, *await members.mentioned(chat, mentions))
            standing = await members.standing(chat, incoming, group)
            incoming = replace(incoming, standing=standing, people=people)
        return incoming

    async def _hear(self, said: Said) -> Callable[[], Awaitable[None]] | None:
        incoming, counter, key = said.incoming, self._counter, (said.place.chat, said.question)
        known = await counter.answers.known(*key) if incoming.is_edited else None
        if known is not None and known.is_of(incoming.text):
            return None  # only a preview was added
        if incoming.is_edited and known is None:
            if incoming.is_private:
                return None
            # What was not answered before is not now; a password may have come into it.
            incoming = replace(incoming, hearing=Hearing.ASIDE)
        if incoming.hearing is not Hearing.ADDRESSED and known is None:
            return await self._overhear(incoming, said)
        if known is not None:
            await counter.lanes.cancel(incoming.conversation, said.question)
            # The same question, put better: the talk goes on from where it was before it.
            incoming = replace(incoming, id=known.id or incoming.id)
        elif self._is_stop(incoming.text) and counter.stops.stop_all(incoming.conversation):
            return None
        noted = counter.answers.asked(*key, incoming.text, incoming.id)
        incoming = await self._in_group(incoming, said.mentions)
        revise = list(known.answers) if known else None
        outlet = self._new_outlet(answers=noted.answers, revise=revise)
        return await self._answer(incoming, outlet)

    async def _overhear(
        self, incoming: Incoming, said: Said
    ) -> Callable[[], Awaitable[None]] | None:
        """What was not addressed to us mostly leads to nothing, and leaves no trace then."""
        counter, asked = self._counter, Asked(digest(incoming.text), incoming.id, [])
        outlet = self._new_outlet(answers=asked.answers)
        left = await counter.desk.answer(await self._in_group(incoming), outlet)
        if left or asked.answers:
            counter.answers.note(said.place.chat, said.question, asked)
        if left:
            return partial(self._look, left, outlet)
        await self._wind_up(outlet)
        return None

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
        language = pressed.incoming.language_hint or FALLBACK
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
            self._place,
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
        said = self._reading
        if isinstance(said, Said) and not leaves_no_trace(said.incoming.text):
            await self._counter.answers.keep(said.place.chat, said.question, said.incoming.person)

    def _say(self, key: str, language: Language) -> str:
        return self._counter.desk.mind.knowledge.phrases.say(key, language)


async def _typing(outlet: TelegramOutlet) -> None:
    await asyncio.sleep(TYPING_AFTER)
    await outlet.typing()
