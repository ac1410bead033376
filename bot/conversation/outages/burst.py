"""Do more people than usual have the same trouble at one provider? Pure: times in, a burst out.

Counts are small: most providers are asked about a few times a week, so "three times the usual" says
nothing. What is judged is how likely so many people would be on a usual day. The usual is itself
known only from a few people, and some days are busier than others, so the number to be expected is
no fixed one (a Poisson law) but has a gamma law of its own; together they make a negative binomial
law, whose tail falls more slowly: a bot that was started an hour ago calls nothing a burst that an
old one, which has seen a month without such a question, calls one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

# A usual hour looks like a burst so seldom: a bot that is asked a hundred such questions a day,
# about thirty kinds of trouble, calls its helpers in vain about once in five months.
RARE = 3e-5
# Before anything was seen: one person in four hours, believed like two hours of watching.
PRIOR_PEOPLE, PRIOR_HOURS = 0.5, 2.0
# As many hours of the whole month as count beside those at this time of the day.
BESIDE = 24.0
# A busy day has, give or take, a third more than a quiet one: 1 / sqrt(SHAPE).
SHAPE = 8.0
# So seldom people ask so much on a usual day that an outage is not called over meanwhile.
UNUSUAL = 0.02
SHORT = 0.25  # of the window: much trouble need not wait until the window is full of it
ALONE = 0.5  # of those needed, at most so many may come from one group
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Usual:
    """People, and the hours in which they were counted: all, and those at this time of the day."""

    people: float = 0.0
    hours: float = 0.0
    people_now: float = 0.0
    hours_now: float = 0.0

    @property
    def rate(self) -> float:
        """People in an hour like this one."""
        shape, hours = self._belief()
        return shape / hours

    def chance(self, count: int, seconds: float) -> float:
        """How likely so many people, or more, are in so long a time on a usual day."""
        shape, hours = self._belief()
        mean = shape / hours * seconds / HOUR
        # What is not known of the mean, and how it differs from day to day.
        shape = 1 / (1 / shape + 1 / SHAPE)
        return tail(count, shape, mean)

    def _belief(self) -> tuple[float, float]:
        """The gamma law of people in an hour: its shape, and its rate in hours."""
        people, hours = self.people + PRIOR_PEOPLE, self.hours + PRIOR_HOURS
        beside = min(BESIDE, hours)
        return people / hours * beside + self.people_now, beside + self.hours_now


def tail(count: int, shape: float, mean: float) -> float:
    """P(X >= count) of the negative binomial law with this shape and mean."""
    if count <= 0:
        return 1.0
    miss = log(shape / (shape + mean))
    hit = log(mean / (shape + mean)) if mean > 0 else float("-inf")
    below = sum(
        exp(
            lgamma(shape + k) - lgamma(shape) - lgamma(k + 1) + shape * miss + (k * hit if k else 0)
        )
        for k in range(count)
    )
    return max(0.0, 1.0 - below)


@dataclass(frozen=True, slots=True)
class Asker:
    """When one person was counted, and where; `is_own` where the group is the provider's own."""

    at: float
    chat: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Burst:
    """So many people since then, where so many are usual in the same time."""

    since: float
    people: int
    usual: float


def find_burst(
    askers: Iterable[Asker], usual: Usual, now: float, window: float, least: int
) -> Burst | None:
    """The burst that is going on, if there is one: in the whole window, or in its newest part."""
    counted = spread(askers, least)
    found: list[tuple[float, Sequence[float]]] = []
    spans = (window * SHORT, window)
    for span in spans:
        times: Sequence[float] = [asker.at for asker in counted if asker.at > now - span]
        if len(times) >= least:
            found.append((usual.chance(len(times), span), times))
    if not found:
        return None
    chance, times = min(found)
    # Each span is another chance to be wrong.
    if chance > RARE / len(spans):
        return None
    since = begun(times, usual, now)
    people = sum(1 for at in times if at >= since)
    return Burst(since, people, usual.rate * (now - since) / HOUR)


def begun(times: Sequence[float], usual: Usual, now: float) -> float:
    """When it began: the start that leaves the least to chance. Who came long before, was usual."""

    def chance(at: int) -> float:
        return usual.chance(len(times) - at, max(now - times[at], 60.0))

    return times[min(range(len(times)), key=chance)]


def spread(askers: Iterable[Asker], least: int) -> list[Asker]:
    """Those who count: no single group makes a burst, for its members may be one and the same.

    Where its administrators said that it is the provider's own, its members are its customers.
    """
    most = max(1, int(least * ALONE))
    counted: list[Asker] = []
    of_chat: dict[str, int] = {}
    for asker in sorted(askers, key=lambda each: each.at):
        count = of_chat.get(asker.chat, 0)
        if asker.chat and not asker.is_own and count >= most:
            continue
        of_chat[asker.chat] = count + 1
        counted.append(asker)
    return counted


def is_usual(askers: Iterable[Asker], usual: Usual, now: float, window: float) -> bool:
    """Whether people ask no more than they always do: a looser measure, so that an end is one."""
    span = window * SHORT
    recent = sum(1 for asker in askers if asker.at > now - span)
    return usual.chance(recent, span) > UNUSUAL
