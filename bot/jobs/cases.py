"""Carries the letters of cases, changes them when their authors do, and reminds of what waits."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from time import time
from weakref import WeakValueDictionary

from bot.conversation.cases.case import Case, Desk, Kind, Letter, Reach, Way
from bot.conversation.cases.ports import RefusedError, TopicGoneError, Wire
from bot.conversation.cases.words import (
    card,
    event,
    from_helpers,
    from_person,
    reminder,
    title,
    topic_answer,
)
from bot.conversation.groups.listening import is_quiet
from bot.conversation.keeping import Groups, Job, NobodyThereError, Schedule
from bot.conversation.mind import Mind
from bot.jobs.clerk import LEASE, Again, Doer
from bot.model.document import Document
from bot.storage.cases import StoredCases
from bot.storage.cases_letters import DELIVER, LOST, REMIND, REWRITE

log = logging.getLogger(__name__)

LATER = 3600.0  # seconds to the next try where the helpers' chat is gone
SOON = 900.0  # to the next look whether quiet hours are over
TURN = 1.0  # until another process has carried what it carries of the same case
BUSY = "case-busy"  # the kind of job that stands for a process at work on a case
REMINDER = "reminder"  # the text of that event
MOMENT = 3.0  # that an unknown reply may wait for what is being sent
NAME_LONGEST = 128  # characters of a forum topic's name


class CaseCarrier:
    """One case's letters go one after another, in the order of writing."""

    def __init__(
        self,
        cases: StoredCases,
        groups: Groups,
        schedule: Schedule,
        wire: Wire,
        mind: Callable[[], Mind],
        *,
        remind: float,
        poke: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time,
        lease: float = LEASE,
    ) -> None:
        self._cases = cases
        self._groups = groups
        self._schedule = schedule
        self._wire = wire
        self._mind = mind
        self._remind = remind
        self._poke = poke
        self._clock = clock
        self._lease = lease
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._busy = 0

    @property
    def doers(self) -> dict[str, Doer]:
        """What it does, by the kind of the job."""
        return {
            DELIVER: self.deliver,
            REWRITE: self.rewrite,
            REMIND: self.remind,
            BUSY: self.free,
        }

    async def free(self, job: Job) -> None:
        """A process was killed while it carried a case's letters: another may now."""

    async def settled(self) -> bool:
        """Wait a moment until what is being sent is noted; whether anything was."""
        if self._is_idle.is_set():
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOMENT):
                await self._is_idle.wait()
        return True

    async def deliver(self, job: Job) -> Again | None:
        """Everything of the case that has not arrived, this letter included."""
        self._busy += 1
        self._is_idle.clear()
        try:
            return await self._deliver(int(job.payload))
        finally:
            self._busy -= 1
            if not self._busy:
                self._is_idle.set()

    async def _deliver(self, number: int) -> Again | None:
        lock = self._locks.setdefault(number, asyncio.Lock())
        async with lock:
            if not await self._schedule.add(self._busy_with(number)):
                return Again(self._clock() + TURN)  # another process is at it
            try:
                return await self._carry(number)
            finally:
                await asyncio.shield(self._schedule.cancel(BUSY, f"{number}"))

    def _busy_with(self, number: int) -> Job:
        """One process at a time carries the letters of a case, or they would come twice."""
        return Job(BUSY, f"{number}", self._clock() + self._lease)

    async def _carry(self, number: int) -> Again | None:
        while letter := await self._cases.next_letter(number):
            await self._schedule.put(self._busy_with(number))
            case = await self._cases.load(number)
            if case is None:
                return None
            try:
                await self._send(case, letter)
            except NobodyThereError:
                if letter.way is Way.HELPERS:
                    log.error("the helpers' chat of case %s is gone", number)
                    return Again(self._clock() + LATER)
                await self._lose(letter, "blocked")
            except RefusedError as error:
                log.warning("a letter of case %s was refused: %s", number, error)
                await self._lose(letter, "refused")
        return None

    async def _send(self, case: Case, letter: Letter) -> None:
        if letter.way is Way.PERSON:
            messages = await self._to_person(case, letter)
        else:
            messages = await self._to_helpers(case, letter)
        await self._cases.arrived(letter, messages)

    async def _to_person(self, case: Case, letter: Letter) -> str:
        # In a group the answer belongs under the question; in private it is the newest anyway.
        under = "" if case.is_private else case.message
        if letter.kind is Kind.COPY:
            return await self._wire.copy(letter.chat, letter.message, case.chat, case.thread, under)
        return await self._wire.post(case.chat, self._for_person(case, letter), case.thread, under)

    def _for_person(self, case: Case, letter: Letter) -> Document:
        mind = self._mind()
        if letter.kind is Kind.TOPIC and letter.text in mind.knowledge.topics:
            return topic_answer(mind, case, letter.text)
        if letter.kind is Kind.EVENT:
            return event(mind, case, case.language, letter, to_person=True)
        return from_helpers(mind, case, letter.text)

    async def _to_helpers(self, case: Case, letter: Letter) -> str:
        desk = await self._desk(case)
        try:
            case = await self._placed(case, desk)
            if letter.kind is Kind.CARD:
                return case.card
            return await self._into(case, desk, letter)
        except TopicGoneError:
            # Somebody deleted the topic: the case gets a new one, and nothing is lost with it.
            await self._cases.place(case.number, "", "")
            case = await self._placed(await self._again(case), desk)
            return case.card if letter.kind is Kind.CARD else await self._into(case, desk, letter)

    async def _again(self, case: Case) -> Case:
        return await self._cases.load(case.number) or case

    async def _placed(self, case: Case, desk: Desk) -> Case:
        """The case with its topic and its card at the helpers'."""
        if case.card:
            return case
        mind, topic = self._mind(), case.topic
        if not topic:
            name = f"{case.number}. {title(mind, case, desk.language)}"[:NAME_LONGEST]
            topic = await self._wire.open_topic(case.desk, name)
            await self._cases.place(case.number, topic, "")
        asker = await self._cases.named(case.person)
        document = card(mind, case, desk.language, asker, is_topic=bool(topic))
        # In a group that helps itself, the question is there to be seen.
        messages = await self._wire.post(case.desk, document, topic, self._own(case, topic))
        await self._cases.place(case.number, topic, messages)
        return await self._again(case)

    def _own(self, case: Case, topic: str) -> str:
        return case.message if case.chat == case.desk and topic == case.thread else ""

    async def _into(self, case: Case, desk: Desk, letter: Letter) -> str:
        under = "" if case.topic else case.card.partition(",")[0]
        if letter.kind is Kind.COPY:
            return await self._wire.copy(letter.chat, letter.message, case.desk, case.topic, under)
        document = await self._for_helpers(case, desk, letter)
        return await self._wire.post(case.desk, document, case.topic, under)

    async def _for_helpers(self, case: Case, desk: Desk, letter: Letter) -> Document:
        mind = self._mind()
        if letter.kind is Kind.EVENT and letter.text == REMINDER:
            assignee = await self._cases.named(case.assignee) if case.assignee else None
            return reminder(mind, case, desk.language, assignee, self._clock())
        if letter.kind is Kind.EVENT:
            return event(mind, case, desk.language, letter, to_person=False)
        asker = await self._cases.named(case.person)
        return from_person(mind, case, desk.language, asker, letter.text)

    async def _desk(self, case: Case) -> Desk:
        found = await self._cases.desk(case.desk)
        return found or Desk(case.desk, Reach.OWN, case.language)

    async def _lose(self, letter: Letter, why: str) -> None:
        """It can never arrive: helpers are told, once."""
        await self._cases.arrived(letter, LOST)
        if letter.kind is Kind.EVENT:
            return
        name = f"{why} {letter.number}"
        told = Letter(letter.case, Way.HELPERS, Kind.EVENT, "", name, text=why)
        await self._cases.write(told, self._clock(), self._remind)

    async def rewrite(self, job: Job) -> Again | None:
        """What an author changed is changed where it arrived."""
        letter = await self._cases.by_number(int(job.key))
        case = await self._cases.load(letter.case) if letter else None
        if letter is None or case is None or not letter.arrived or letter.arrived == LOST:
            return None
        place = case.chat if letter.way is Way.PERSON else case.desk
        if letter.kind is Kind.COPY:
            await self._wire.change_caption(place, letter.arrived, job.payload)
            return None
        if letter.way is Way.PERSON:
            document = from_helpers(self._mind(), case, job.payload)
        else:
            desk, asker = await self._desk(case), await self._cases.named(case.person)
            document = from_person(self._mind(), case, desk.language, asker, job.payload)
        await self._wire.change(place, letter.arrived, document)
        return None

    async def remind(self, job: Job) -> Again | None:
        """Nobody has answered: say so once in an interval, and never at night."""
        case, now = await self._cases.load(int(job.key)), self._clock()
        if case is None or not case.is_open or case.waiting_since is None:
            return None
        settings = await self._groups.load(case.desk)
        if is_quiet(settings.quiet, now):
            return Again(now + SOON)
        name = f"{REMINDER} {case.number} {job.due_at}"
        letter = Letter(case.number, Way.HELPERS, Kind.EVENT, "", name, text=REMINDER)
        if await self._cases.write(letter, now, self._remind):
            self._poke()
        return Again(now + self._remind)
