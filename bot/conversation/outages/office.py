"""The office for those who decide about outages: helpers for their people, operators for all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.conversation.cases.case import Desk, Reach
from bot.conversation.cases.ports import Cases, Wire
from bot.conversation.cases.rights import is_helper
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.outages.commands import (
    CONFIRM,
    DISMISS,
    OVER,
    Decide,
    Declare,
    ListOutages,
)
from bot.conversation.outages.course import over
from bot.conversation.outages.outage import EVERYBODY, Course, Outage, Outages, State
from bot.conversation.outages.place import name_of
from bot.conversation.outages.words import OutageWords, listed
from bot.conversation.replies import phrase, plain
from bot.conversation.step import Say, Toast, Turn

DAY_MINUTES = 1440
TRIES = 5  # against others who change the same at the same moment


def scope_of_desk(desk: Desk | None) -> str:
    """For whom a desk speaks: all people, or those whose cases come there."""
    return EVERYBODY if desk is None or desk.reach is Reach.ALL else desk.chat


class OutageOffice:
    """Takes what helpers decide; a press that comes twice does nothing the second time."""

    def __init__(
        self,
        outages: Outages,
        cases: Cases,
        wire: Callable[[], Wire],
        poke: Callable[[], None],
        clock: Callable[[], float],
        *,
        operators: frozenset[str],
        zone: ZoneInfo,
    ) -> None:
        self._outages = outages
        self._cases = cases
        self._wire = wire
        self._poke = poke
        self._clock = clock
        self._operators = operators
        self._zone = zone

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {Declare: self.declare, Decide: self.decide, ListOutages: self.list}

    async def declare(self, order: Declare, context: Context) -> Turn:
        """It is so because somebody who helps says so."""
        scope = await self._scope(context)
        if scope is None:
            return _refused(context)
        now, person = self._clock(), context.incoming.person
        since = now if order.minute is None else self._at(order.minute, now)
        for _ in range(TRIES):
            outage = await self._outages.open_at(scope, order.place)
            if outage is None:
                course = Course((order.symptom,), since, is_declared=True, asked_at=now)
                new = Outage(order.place, course, scope, State.CONFIRMED)
                kept = await self._outages.begin(new, now, person)
            else:
                kept = await self._outages.change(_declared(outage, order, since, now), now, person)
            if kept is not None:
                self._poke()
                return self._declared(context, kept)
        return context.turn(Say(phrase(context, "outages.done.already")))

    async def decide(self, order: Decide, context: Context) -> Turn:
        """Confirm, dismiss, or end it."""
        scope = await self._scope(context)
        for _ in range(TRIES):
            outage = await self._outages.load(order.number)
            if outage is None:
                return Turn(context.before, (Toast(context.say("answers.button.old")),))
            is_operator = context.incoming.person in self._operators
            if scope is None or (scope != outage.scope and not is_operator):
                return _refused(context)
            key = order.what
            if not _is_to_do(outage, order.what):
                key = "already"
            elif await self._done(outage, order.what, context) is None:
                continue
            self._poke()
            return Turn(context.before, (Toast(context.say(f"outages.done.{key}")),))
        return Turn(context.before, (Toast(context.say("outages.done.already")),))

    async def _done(self, outage: Outage, what: str, context: Context) -> Outage | None:
        now, person = self._clock(), context.incoming.person
        if what == OVER:
            name = name_of(outage.place, context.mind.knowledge)
            # Who pressed sees it on the card: only what ends by itself is told to helpers too.
            return await self._outages.end(over(outage, now), now, name, person, {})
        if what == DISMISS:
            ended = replace(outage, state=State.DISMISSED, ended_at=now)
            return await self._outages.change(ended, now, person)
        course = replace(outage.course, asked_at=now, quiet=0.0)
        confirmed = replace(outage, state=State.CONFIRMED, course=course)
        return await self._outages.change(confirmed, now, person)

    async def list(self, order: ListOutages, context: Context) -> Turn:
        """What is confirmed, for everybody; what is suspected too, with buttons, for helpers."""
        scope = await self._scope(context)
        if scope is not None:
            scopes = {scope}
        else:
            desk = await self._cases.desk_for(context.incoming.chat)
            scopes = {EVERYBODY, scope_of_desk(desk)}
        found = await self._outages.open(scopes)
        if scope is None:
            found = tuple(each for each in found if each.state is State.CONFIRMED)
        words = OutageWords(context.mind.knowledge, context.language, self._zone, self._clock())
        return context.turn(Say(listed(words, found, to_helpers=scope is not None)))

    async def _scope(self, context: Context) -> str | None:
        """For whom this person decides here; None: for nobody."""
        incoming = context.incoming
        if incoming.person in self._operators:
            return EVERYBODY
        desk = None if incoming.is_private else await self._cases.desk(incoming.chat)
        if desk is None or not desk.is_open:
            return None
        may = await is_helper(desk, incoming.person, incoming.group, self._wire())
        return scope_of_desk(desk) if may else None

    def _at(self, minute: int, now: float) -> float:
        """The last time that the clock showed this."""
        here = datetime.fromtimestamp(now, self._zone)
        hour, rest = divmod(minute % DAY_MINUTES, 60)
        then = here.replace(hour=hour, minute=rest, second=0, microsecond=0)
        return (then if then <= here else then - timedelta(days=1)).timestamp()

    def _declared(self, context: Context, outage: Outage) -> Turn:
        words = OutageWords(context.mind.knowledge, context.language, self._zone, self._clock())
        said = words.say(
            "done.declared",
            name=name_of(outage.place, context.mind.knowledge),
            since=words.time(outage.course.since),
            what=words.what(outage.course.symptoms),
        )
        is_pressed = bool(context.incoming.action)
        return context.turn(Say(plain(said), replace=is_pressed))


def _declared(outage: Outage, order: Declare, since: float, now: float) -> Outage:
    """What was open already, with what this one knows."""
    course = outage.course
    is_new = order.symptom not in course.symptoms
    changed = replace(
        course,
        symptoms=(*course.symptoms, order.symptom) if is_new else course.symptoms,
        since=course.since if order.minute is None else since,
        asked_at=now,
        quiet=0.0,
    )
    return replace(outage, state=State.CONFIRMED, course=changed)


def _is_to_do(outage: Outage, what: str) -> bool:
    """Whether nobody has done it yet."""
    waiting = {CONFIRM: State.SUSPECTED, DISMISS: State.SUSPECTED, OVER: State.CONFIRMED}
    return outage.state is waiting[what]


def _refused(context: Context) -> Turn:
    words = context.say("outages.done.not-yours")
    if context.incoming.action:
        return Turn(context.before, (Toast(words),))
    return context.turn(Say(plain(words)))
