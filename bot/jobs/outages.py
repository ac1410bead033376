"""Weighs whether so many questions are a burst, and looks at the servers while it goes on."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from time import time
from zoneinfo import ZoneInfo

from bot.conversation.keeping import Job
from bot.conversation.mind import Mind
from bot.conversation.outages.burst import HOUR, Burst, find_burst, is_usual
from bot.conversation.outages.course import (
    LOOK_EVERY,
    counted,
    has_changed,
    looked,
    reminded,
    suspected,
)
from bot.conversation.outages.look import (
    is_well,
    requests,
    sights,
    to_vouch,
    to_witness,
    vouched,
    witnesses,
)
from bot.conversation.outages.outage import Look, Outage, Outages, Sight, Spot, State
from bot.conversation.outages.place import is_domain, name_of
from bot.conversation.ports import Checks, Progress
from bot.jobs.clerk import Again, Doer
from bot.jobs.outages_told import Readers
from bot.model.check import CheckRequest, Report
from bot.storage.codec import decode
from bot.storage.outages import LOOK
from bot.storage.outages_counts import WEIGH

BEAT = "outage-hour"
BEAT_EVERY = 1800.0  # seconds: twice in every hour, so that none is missed
SOON = 5.0  # seconds until another try where somebody else was faster
MOST_WITNESSES = 3
MOST_LOOKS = 2  # at once: what else is due is not to wait for servers that do not answer
# Anybody can name domains that are none, and a few people together make a burst of each.
MOST_DOMAINS = 3  # suspected at once, of those that no provider's file knows
Choose = Callable[[Sequence[str], int], Sequence[str]]


def _sample(those: Sequence[str], most: int) -> Sequence[str]:
    return random.sample(those, min(most, len(those)))


class OutageWatch:
    """Notices outages, and follows them until they are over."""

    def __init__(
        self,
        outages: Outages,
        checks: Checks,
        readers: Readers,
        mind: Callable[[], Mind],
        poke: Callable[[], None],
        *,
        zone: ZoneInfo,
        window: float,
        least: int,
        every: float = LOOK_EVERY,
        clock: Callable[[], float] = time,
        choose: Choose = _sample,
    ) -> None:
        self._outages = outages
        self._checks = checks
        self._readers = readers
        self._mind = mind
        self._poke = poke
        self._zone = zone
        self._window = window
        self._least = least
        self._every = every
        self._clock = clock
        self._choose = choose
        self._looks = 0

    @property
    def doers(self) -> dict[str, Doer]:
        """What it does, by the kind of the job."""
        return {WEIGH: self.weigh, LOOK: self.look, BEAT: self.beat}

    async def beat(self, job: Job) -> Again:
        """The bot is there; and what need not be kept any more goes."""
        now = self._clock()
        await self._outages.beat(now)
        await self._outages.tidy(now, self._window)
        return Again(now + BEAT_EVERY)

    async def weigh(self, job: Job) -> Again | None:
        """Is it a burst? Then begin, or add to what is open there."""
        spot, now, window = decode(Spot, job.payload), self._clock(), self._window
        last = await self._outages.last_at(spot.scope, spot.place)
        since = now - window
        if last is not None and last.ended_at is not None and last.state is not State.DISMISSED:
            since = max(since, last.ended_at)  # who asked before has been told
        askers = await self._outages.askers(spot, since)
        usual = await self._outages.usual(spot, now)
        burst = find_burst(askers, usual, now, window, self._least)
        if last is not None and last.is_open:
            if not await self._add(last, spot, burst, now):
                return Again(now + SOON)
        elif burst is not None:
            if last is not None and self._is_known(last, spot, now):
                waits = replace(last, course=replace(last.course, asked_at=now))
                await self._outages.change(waits, now, is_news=False)
                return None
            if not await self._is_too_much(spot):
                course = suspected(spot.symptom, burst, now)
                await self._outages.begin(Outage(spot.place, course, spot.scope), now)
        self._poke()
        return None

    async def _add(self, outage: Outage, spot: Spot, burst: Burst | None, now: float) -> bool:
        """What was counted since it began; False where another process was faster."""
        course = outage.course
        symptoms = dict.fromkeys((*course.symptoms, *([spot.symptom] if burst else [])))
        wider = replace(outage, course=replace(course, symptoms=tuple(symptoms)))
        people = await self._outages.people(wider)
        rates = [
            (await self._outages.usual(replace(spot, symptom=symptom), now)).rate
            for symptom in symptoms
        ]
        usual = sum(rates) * (now - course.since) / HOUR
        after = counted(outage, spot.symptom, burst, people, usual, now)
        return after is None or await self._outages.change(after, now) is not None

    def _is_known(self, last: Outage, spot: Spot, now: float) -> bool:
        """Whether somebody has said already that this very wave of questions is no outage."""
        if last.state is not State.DISMISSED or spot.symptom not in last.course.symptoms:
            return False
        return now - last.course.asked_at <= self._window

    async def _is_too_much(self, spot: Spot) -> bool:
        """Whether helpers have been called about enough domains that nobody has heard of."""
        if not is_domain(spot.place):
            return False
        found = await self._outages.open({spot.scope})
        waiting = [
            each for each in found if each.state is State.SUSPECTED and is_domain(each.place)
        ]
        return len(waiting) >= MOST_DOMAINS

    async def look(self, job: Job) -> Again | None:
        """One look at the servers, and what follows from it."""
        if self._looks >= MOST_LOOKS:
            return Again(self._clock() + SOON)
        self._looks += 1
        try:
            return await self._look(job)
        finally:
            self._looks -= 1

    async def _look(self, job: Job) -> Again | None:
        outage = await self._outages.load(int(job.key))
        if outage is None or not outage.is_open:
            return None
        sights = await self._see(outage)
        now = self._clock()
        after = looked(
            outage,
            Look(now, sights),
            now,
            self._window,
            is_asked=await self._is_asked(outage, now),
            hour=datetime.fromtimestamp(now, self._zone).hour,
        )
        if not await self._keep(outage, after, now):
            return Again(now + SOON)
        self._poke()
        return Again(now + self._every) if after.is_open else None

    async def _keep(self, before: Outage, after: Outage, now: float) -> bool:
        if after.state is not State.OVER and (asking := reminded(after, now)):
            name = name_of(after.place, self._mind().knowledge)
            helpers = await self._readers.of(after)
            return await self._outages.remind(asking, now, name, helpers) is not None
        if after.state is not State.OVER:
            is_news = has_changed(before, after)
            return await self._outages.change(after, now, is_news=is_news) is not None
        name = name_of(after.place, self._mind().knowledge)
        helpers = await self._readers.of(after)
        return await self._outages.end(after, now, name, "", helpers) is not None

    async def _is_asked(self, outage: Outage, now: float) -> bool:
        """Whether more people than usual still ask about any of it."""
        for symptom in outage.course.symptoms:
            spot = Spot(outage.scope, outage.place, symptom)
            askers = await self._outages.askers(spot, now - self._window)
            usual = await self._outages.usual(spot, now)
            if not is_usual(askers, usual, now, self._window):
                return True
        return False

    async def _see(self, outage: Outage) -> tuple[Sight, ...]:
        """All servers at once; who fails is believed when another company's server is well."""
        mind, course = self._mind(), outage.course
        wanted = requests(outage.place, course, mind)
        reports = await asyncio.gather(*map(self._run, wanted))
        found = [
            sight
            for request, report in zip(wanted, reports, strict=True)
            for sight in sights(request, report, course)
        ]
        probes = to_vouch(found)
        answers = await asyncio.gather(
            *(self._vouches(outage.place, each, mind) for each in probes)
        )
        proved = {probe for probe, is_proved in zip(probes, answers, strict=True) if is_proved}
        return vouched(found, frozenset(proved))

    async def _vouches(self, place: str, probe: str, mind: Mind) -> bool:
        hosts = self._choose(witnesses(place, probe, mind), MOST_WITNESSES)
        asked = [request for host in hosts if (request := to_witness(host, probe))]
        reports = await asyncio.gather(*map(self._run, asked))
        return any(is_well(report, probe) for report in reports)

    async def _run(self, request: CheckRequest) -> Report:
        return await self._checks.run(request, Progress())
