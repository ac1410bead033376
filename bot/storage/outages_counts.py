"""Who asked about trouble where, and how many usually do: a person once, then only numbers."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation.keeping import Job
from bot.conversation.outages.burst import HOUR, Asker, Usual
from bot.conversation.outages.outage import EVERYBODY, Complaint, Spot, State
from bot.storage.codec import encode
from bot.storage.database import Database
from bot.storage.outages_tables import ASKS, COUNTS, OUTAGES
from bot.storage.schedule import put_job
from bot.storage.upsert import insert, upsert

WEIGH = "outage-weigh"  # the kind of job that asks whether it is a burst
DAYS = 28  # that make what is usual: four of each weekday
NEAR = 1  # hours before and after that are the same time of the day
NOBODY = ""  # the place of the hours in which the bot was there
MOST_PLACES = 5  # of one person in a window: who names more of them, plays
HOURS_A_DAY = 24


class StoredCounts:
    """That part of outages.Outages which counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, complaint: Complaint, now: float, window: float, least: int) -> bool:
        """Count once, and plan the weighing in the same breath: a kill loses neither."""
        place, symptom, person = complaint.place, complaint.symptom, complaint.person
        mine = (ASKS.c.person == person, ASKS.c.place == place, ASKS.c.symptom == symptom)
        async with self._database.write() as connection:
            query = select(ASKS.c.counted_at).where(*mine).with_for_update()
            counted_at = await connection.scalar(query)
            is_news = counted_at is None or counted_at <= now - window
            if counted_at is None and await self._plays(connection, person, now - window):
                return False
            row = {
                "place": place,
                "symptom": symptom,
                "person": person,
                "chat": complaint.chat,
                "desk_chat": complaint.desk,
                "thread": complaint.thread,
                "language": complaint.language,
                "is_own": complaint.is_own,
                "counted_at": now if is_news else counted_at,
                "asked_at": now,
            }
            key = ["place", "symptom", "person"]
            await connection.execute(upsert(connection, ASKS, row, key))
            if not is_news:
                return False
            spots = [Spot(scope, place, symptom) for scope in complaint.scopes]
            for spot in spots:
                await _count(connection, spot, now)
            return least > 0 and await self._plan(connection, spots, now, window, least)

    async def _plays(self, connection: AsyncConnection, person: str, since: float) -> bool:
        mine = (ASKS.c.person == person, ASKS.c.asked_at > since)
        query = select(func.count()).select_from(ASKS).where(*mine)
        return int(await connection.scalar(query) or 0) >= MOST_PLACES

    async def _plan(
        self,
        connection: AsyncConnection,
        spots: Iterable[Spot],
        now: float,
        window: float,
        least: int,
    ) -> bool:
        """A weighing wherever there are enough people, or where something is open already."""
        is_planned = False
        for spot in spots:
            here = (OUTAGES.c.scope_chat == spot.scope, OUTAGES.c.place == spot.place)
            is_open = select(exists().where(*here, OUTAGES.c.ended_at.is_(None)))
            query = select(func.count()).select_from(ASKS).where(*_at(spot, now - window))
            enough = int(await connection.scalar(query) or 0) >= least
            if enough or await connection.scalar(is_open):
                key = f"{spot.scope} {spot.symptom} {spot.place}"
                await put_job(connection, Job(WEIGH, key, now, encode(spot), spot.scope))
                is_planned = True
        return is_planned

    async def askers(self, spot: Spot, since: float) -> tuple[Asker, ...]:
        """Who was counted since then."""
        # In its own chat's eyes a desk's people are the customers.
        is_desk = spot.scope != EVERYBODY
        query = select(ASKS.c.counted_at, ASKS.c.chat, ASKS.c.person, ASKS.c.is_own)
        async with self._database.read() as connection:
            rows = await connection.execute(
                query.where(*_at(spot, since)).order_by(ASKS.c.counted_at)
            )
            return tuple(Asker(row.counted_at, row.chat, is_desk or row.is_own) for row in rows)

    async def usual(self, spot: Spot, now: float) -> Usual:
        """Of four weeks, without the hours of outages that were confirmed."""
        this = int(now // HOUR)
        first = this - DAYS * HOURS_A_DAY
        async with self._database.read() as connection:
            there = COUNTS.c.hour.between(first, this - 1)
            hours = set(
                await connection.scalars(
                    select(COUNTS.c.hour).where(there, COUNTS.c.place == NOBODY)
                )
            )
            here = (
                COUNTS.c.scope_chat == spot.scope,
                COUNTS.c.place == spot.place,
                COUNTS.c.symptom == spot.symptom,
            )
            rows = await connection.execute(
                select(COUNTS.c.hour, COUNTS.c.people).where(there, *here)
            )
            people = {row.hour: int(row.people) for row in rows}
            outages = await connection.execute(
                select(OUTAGES.c.began_at, OUTAGES.c.ended_at).where(
                    OUTAGES.c.scope_chat == spot.scope,
                    OUTAGES.c.place == spot.place,
                    OUTAGES.c.state.in_([State.CONFIRMED, State.OVER]),
                )
            )
            for began, ended in outages.all():
                hours -= set(range(int(began // HOUR), int((ended or now) // HOUR) + 1))
        near = {hour for hour in hours if (hour - this + NEAR) % HOURS_A_DAY <= 2 * NEAR}
        return Usual(
            sum(people.get(hour, 0) for hour in hours),
            len(hours),
            sum(people.get(hour, 0) for hour in near),
            len(near),
        )

    async def beat(self, now: float) -> None:
        """The hour counts, whether anybody asked in it or not."""
        row = {
            "scope_chat": EVERYBODY,
            "place": NOBODY,
            "symptom": "",
            "hour": int(now // HOUR),
            "people": 0,
        }
        async with self._database.write() as connection:
            statement = insert(connection, COUNTS).values(**row)
            await connection.execute(statement.on_conflict_do_nothing())

    async def tidy(self, now: float, window: float) -> None:
        """Names go as soon as nothing is to be counted or told by them."""
        oldest = int(now // HOUR) - DAYS * HOURS_A_DAY
        is_theirs = and_(
            OUTAGES.c.place == ASKS.c.place,
            OUTAGES.c.ended_at.is_(None),
            or_(OUTAGES.c.scope_chat == EVERYBODY, OUTAGES.c.scope_chat == ASKS.c.desk_chat),
        )
        async with self._database.write() as connection:
            await connection.execute(delete(COUNTS).where(COUNTS.c.hour < oldest))
            await connection.execute(
                delete(ASKS).where(
                    ASKS.c.asked_at <= now - window,
                    ASKS.c.counted_at <= now - window,
                    ~exists().where(is_theirs),
                )
            )


async def _count(connection: AsyncConnection, spot: Spot, now: float) -> None:
    """One person more in this hour."""
    row = {
        "scope_chat": spot.scope,
        "place": spot.place,
        "symptom": spot.symptom,
        "hour": int(now // HOUR),
        "people": 1,
    }
    statement = insert(connection, COUNTS).values(**row)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["scope_chat", "place", "symptom", "hour"],
            set_={"people": COUNTS.c.people + 1},
        )
    )


def _at(spot: Spot, since: float) -> tuple[ColumnElement[bool], ...]:
    """The rows of a spot that were counted since then."""
    found: tuple[ColumnElement[bool], ...] = (
        ASKS.c.place == spot.place,
        ASKS.c.symptom == spot.symptom,
        ASKS.c.counted_at > since,
    )
    return found if spot.scope == EVERYBODY else (*found, ASKS.c.desk_chat == spot.scope)
