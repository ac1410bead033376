"""`/stats`: how much is asked, and what comes of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.conversation.curating.questions import Count, Fate, Questions, Tally
from bot.conversation.errand import Offices
from bot.conversation.mind import Context
from bot.conversation.replies import phrase
from bot.conversation.step import Say, Turn
from bot.knowledge.wording import write_short_date
from bot.model.document import Block, Bullets, Document, Enclosure, Heading, Line, Paragraph, line
from bot.render.stats_picture import Picture, draw

DAYS = 14
LONGEST = 366
TOP = 5
DAY = 86_400.0
FATES = (Fate.ANSWERED, Fate.CLARIFIED, Fate.UNKNOWN, Fate.OUTSIDE)


@dataclass(frozen=True, slots=True)
class TellStats:
    """Of the last so many days."""

    days: int


class Waits(Protocol):
    """Knows how long people waited for people."""

    async def waits(self, since: float, chats: Sequence[str] | None = None) -> tuple[float, ...]:
        """Seconds to the first answer of people, of the cases opened since."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of a number of days."""

    questions: int
    fates: tuple[int, ...]  # in the order of FATES
    chosen: int
    handed: int
    useful: int
    useless: int
    topics: tuple[tuple[str, int], ...]  # most asked for first
    days: tuple[tuple[date, int], ...]  # questions of each day, also of those without


def stats(context: Context, text: str) -> Turn:
    """`/stats`, `/stats 30`."""
    typed = text.strip()
    if not typed:
        return context.errand(TellStats(DAYS))
    if not (typed.isascii() and typed.isdecimal()) or not 1 <= int(typed[:5]) <= LONGEST:
        return context.turn(Say(phrase(context, "stats.how", most=LONGEST)))
    return context.errand(TellStats(int(typed[:5])))


def summarise(tallies: Sequence[Tally], first: date, last: date) -> Stats:
    """The figures from the counts of the days."""
    counts: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    by_day: Counter[str] = Counter()
    for each in tallies:
        counts[each.what] += each.count
        if each.what in FATES:
            by_day[each.day] += each.count
        if each.topic and each.what in (Fate.ANSWERED, Count.CHOSEN):
            topics[each.topic] += each.count
    length = (last - first).days + 1
    days = [first + timedelta(days=at) for at in range(length)]
    return Stats(
        questions=sum(counts[fate] for fate in FATES),
        fates=tuple(counts[fate] for fate in FATES),
        chosen=counts[Count.CHOSEN],
        handed=counts[Count.HANDED],
        useful=counts[Count.USEFUL],
        useless=counts[Count.USELESS],
        topics=tuple(topics.most_common(TOP)),
        days=tuple((day, by_day[day.isoformat()]) for day in days),
    )


class StatsOffice:
    """Tells operators of everything, in private, and a group's administrators of their group."""

    def __init__(
        self,
        questions: Questions,
        cases: Waits,
        operators: frozenset[str],
        clock: Callable[[], float],
        zone: ZoneInfo,
    ) -> None:
        self._questions = questions
        self._cases = cases
        self._operators = operators
        self._clock = clock
        self._zone = zone

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {TellStats: self.tell}

    async def tell(self, order: TellStats, context: Context) -> Turn:
        """The figures in words, and as a picture."""
        incoming, now = context.incoming, self._clock()
        if not self._may(context):
            key = "private" if incoming.is_private else "group"
            return context.turn(Say(phrase(context, f"stats.refused.{key}")))
        chat = None if incoming.is_private else incoming.chat
        last = datetime.fromtimestamp(now, self._zone).date()
        first = last - timedelta(days=order.days - 1)
        found = summarise(await self._questions.tallies(first.isoformat(), chat), first, last)
        if not found.questions:
            return context.turn(Say(phrase(context, "stats.nothing", days=order.days)))
        begin = datetime(first.year, first.month, first.day, tzinfo=self._zone).timestamp()
        waits = await self._cases.waits(begin, None if chat is None else [chat])
        return context.turn(Say(_document(context, found, waits, order.days)))

    def _may(self, context: Context) -> bool:
        """In a group its administrators; whoever runs the bot sees all, where nobody else does."""
        incoming = context.incoming
        if incoming.is_private:
            return incoming.person in self._operators
        return incoming.standing is not None and incoming.standing.is_administrator


def _document(context: Context, found: Stats, waits: Sequence[float], days: int) -> Document:
    say, locale = context.say, context.mind.knowledge.languages.locale(context.language)
    rows: list[Line] = [
        line(say(f"stats.{fate}", count=count, share=_share(count, found.questions)))
        for fate, count in zip(FATES, found.fates, strict=True)
        if count
    ]
    if found.chosen:
        rows.append(line(say("stats.chosen", count=found.chosen)))
    if found.handed:
        rows.append(line(say("stats.handed", count=found.handed)))
    rows.append(line(say("stats.votes", up=found.useful, down=found.useless)))
    if waits:
        minutes = max(1, round(median(waits) / 60))
        hours, rest = divmod(minutes, 60)
        key = "stats.waits.hours" if hours else "stats.waits.minutes"
        rows.append(line(say(key, count=len(waits), hours=hours, minutes=rest)))
    title = say("stats.title", questions=found.questions)
    span = say("stats.span", days=days)
    blocks: list[Block] = [Heading(line(f"{title} {span}")), Bullets(tuple(rows))]
    named = [(_label(context, name), count) for name, count in found.topics]
    if named:
        blocks.append(Paragraph(line(say("stats.topics"))))
        blocks.append(Bullets(tuple(line(f"{label}: {count}") for label, count in named)))
    picture = Picture(
        f"{title} {span}",
        tuple((write_short_date(day, locale), count) for day, count in found.days),
        say("stats.topics"),
        tuple(named),
    )
    file = Enclosure("stats.png", draw(picture), is_picture=True)
    return Document(tuple(blocks), enclosure=file)


def _share(count: int, total: int) -> int:
    return round(100 * count / total)


def _label(context: Context, name: str) -> str:
    topic = context.mind.knowledge.topics.get(name)
    return topic.label[context.language] if topic else name
