"""The measure of a burst: seldom wrong on usual days, quick in an outage, hard to fake."""

from math import cos, exp, pi
from random import Random

import pytest

from bot.conversation.outages.burst import (
    HOUR,
    RARE,
    Asker,
    Usual,
    begun,
    find_burst,
    is_usual,
    spread,
    tail,
)

WINDOW = HOUR
LEAST = 4
MONTH = 28 * 24


def poisson(mean: float, chance: Random) -> int:
    """One draw; means here are small."""
    limit, count, product = exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def by_day(hour: float) -> float:
    """How busy an hour of the day is: people sleep. The mean over a day is 1."""
    return 1 + 0.9 * cos((hour - 14) / 24 * 2 * pi)


def arrivals(rate: float, hours: float, chance: Random, *, busy: float = 0.33) -> list[float]:
    """When people ask on usual days, with busy days and quiet ones."""
    times: list[float] = []
    for day in range(int(hours // 24) + 1):
        factor = max(0.1, chance.gauss(1, busy))
        for minutes in range(0, 24 * 60, 10):
            hour = day * 24 + minutes / 60
            count = poisson(rate * factor * by_day(hour % 24) / 6, chance)
            times += [(hour + chance.random() / 6) * HOUR for _ in range(count)]
    return sorted(time for time in times if time < hours * HOUR)


class Counts:
    """What was counted, as the store keeps it: people by the hour."""

    def __init__(self, times: list[float]) -> None:
        self.by_hour: dict[int, int] = {}
        for time in times:
            hour = int(time // HOUR)
            self.by_hour[hour] = self.by_hour.get(hour, 0) + 1

    def usual(self, now: float) -> Usual:
        this = int(now // HOUR)
        first = max(0, this - MONTH)
        near = [h for h in range(first, this) if (h - this + 1) % 24 <= 2]
        return Usual(
            sum(count for hour, count in self.by_hour.items() if first <= hour < this),
            this - first,
            sum(self.by_hour.get(hour, 0) for hour in near),
            len(near),
        )


def alarms(times: list[float], since: float) -> list[float]:
    """When a burst was found anew, each time somebody asked."""
    counts, found, last = Counts(times), [], -WINDOW
    for at, now in enumerate(times):
        if now < since:
            continue
        lately = [
            Asker(time, f"tg:{n}") for n, time in enumerate(times[: at + 1]) if time > now - WINDOW
        ]
        if len(lately) < LEAST:
            continue
        if find_burst(lately, counts.usual(now), now, WINDOW, LEAST):
            if now - last > WINDOW:
                found.append(now)
            last = now
    return found


# People in an hour, and how many kinds of trouble (one symptom at one provider) are asked about so.
KINDS = {0.02: 20, 0.1: 7, 0.4: 2, 1.5: 1}


def test_usual_days_of_a_whole_bot_call_helpers_in_vain_less_than_once_in_a_month() -> None:
    """Thirty kinds of trouble, a hundred questions a day, four months after a day of learning."""
    chance, days = Random(2026), 120
    found = [
        alarm
        for rate, kinds in KINDS.items()
        for _ in range(kinds)
        for alarm in alarms(arrivals(rate, days * 24, chance), 24 * HOUR)
    ]
    assert len(found) <= days / 30, found


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.4])
def test_usual_days_of_one_kind_of_trouble_are_almost_never_a_burst(rate: float) -> None:
    chance, days = Random(17), 1200
    assert len(alarms(arrivals(rate, days * 24, chance), 24 * HOUR)) <= days / 200


def test_the_first_day_of_a_busy_bot_is_no_burst() -> None:
    chance = Random(7)
    wrong = sum(len(alarms(arrivals(3.0, 24, chance), 0.0)) for _ in range(20))
    assert wrong <= 2  # twenty first days, seventy people on each


@pytest.mark.parametrize(
    ("rate", "extra", "minutes", "people"),
    [
        pytest.param(0.02, 12.0, 40, 5, id="a small provider, one person in five minutes"),
        pytest.param(0.1, 12.0, 40, 6, id="a provider of some customers"),
        pytest.param(0.4, 20.0, 40, 9, id="a large one"),
        pytest.param(1.5, 60.0, 30, 22, id="the largest"),
    ],
)
def test_an_outage_is_found_after_few_people(
    rate: float, extra: float, minutes: float, people: float
) -> None:
    """Half of all outages are found so soon; it is the median of thirty."""
    chance = Random(11)
    delays, counts = [], []
    for _ in range(30):
        start = 20 * 24 * HOUR + 10 * HOUR
        times = arrivals(rate, 20 * 24 + 13, chance)
        outage = [start]
        while outage[-1] < start + 3 * HOUR:
            outage.append(outage[-1] + chance.expovariate(extra / HOUR))
        found = alarms(sorted([*times, *outage]), start)
        assert found, "an outage that nobody noticed"
        delays.append((found[0] - start) / 60)
        counts.append(sum(1 for time in outage if time <= found[0]))
    assert sorted(delays)[15] <= minutes
    assert sorted(counts)[15] <= people


def test_the_beginning_is_that_of_the_outage_and_not_of_the_window() -> None:
    usual = Usual(60, 600, 8, 80)
    now = 100 * HOUR
    straggler, outage = now - 3500, [now - 900, now - 700, now - 500, now - 200, now - 10]
    assert begun([straggler, *outage], usual, now) == now - 900
    askers = [Asker(at, f"tg:{at}") for at in (straggler, *outage)]
    burst = find_burst(askers, usual, now, WINDOW, LEAST)
    assert burst is not None
    assert (burst.since, burst.people) == (now - 900, 5)
    assert burst.usual == pytest.approx(0.025, rel=0.2)


def test_what_is_not_known_yet_needs_more_people() -> None:
    now = 100 * HOUR
    askers = [Asker(now - 600 * n, f"tg:{n}") for n in range(5)]
    assert find_burst(askers, Usual(0, MONTH, 0, 84), now, WINDOW, LEAST)
    assert find_burst(askers, Usual(), now, WINDOW, LEAST) is None
    many = [Asker(now - 60 * n, f"tg:{n}") for n in range(20)]
    assert find_burst(many, Usual(), now, WINDOW, LEAST)


def test_fewer_than_the_least_are_never_a_burst() -> None:
    now = 100 * HOUR
    askers = [Asker(now - n, f"tg:{n}") for n in range(LEAST - 1)]
    assert find_burst(askers, Usual(0, MONTH, 0, 84), now, WINDOW, LEAST) is None


def test_the_busy_hour_of_every_day_is_no_burst() -> None:
    """Ten people each morning at nine, and nobody else: the tenth of a usual morning is usual."""
    usual = Usual(10 * 28, MONTH, 10 * 28, 84)
    now = 100 * HOUR
    askers = [Asker(now - 200 * n, f"tg:{n}") for n in range(10)]
    assert find_burst(askers, usual, now, WINDOW, LEAST) is None
    assert find_burst(askers, Usual(10 * 28, MONTH, 0, 84), now, WINDOW, LEAST)


def test_no_single_group_makes_a_burst_unless_it_is_the_providers_own() -> None:
    now, usual = 100 * HOUR, Usual(0, MONTH, 0, 84)
    group = [Asker(now - n, "tg:-100") for n in range(50)]
    assert len(spread(group, LEAST)) == LEAST // 2
    assert find_burst(group, usual, now, WINDOW, LEAST) is None
    two = [*group, *(Asker(now - n, "tg:-200") for n in range(50))]
    assert find_burst(two, usual, now, WINDOW, LEAST)
    own = [Asker(now - n, "tg:-100", is_own=True) for n in range(LEAST)]
    assert find_burst(own, usual, now, WINDOW, LEAST)


def test_it_is_usual_again_when_nobody_or_as_many_as_always_ask() -> None:
    now, seldom = 100 * HOUR, Usual(7, MONTH, 1, 84)
    assert is_usual([], seldom, now, WINDOW)
    assert is_usual([Asker(now - 2000)], seldom, now, WINDOW)
    assert not is_usual([Asker(now - 2000), Asker(now - 100)], seldom, now, WINDOW)
    busy = Usual(12 * MONTH, MONTH, 12 * 84, 84)
    assert is_usual([Asker(now - 100 * n) for n in range(4)], busy, now, WINDOW)
    assert not is_usual([Asker(now - 10 * n) for n in range(20)], busy, now, WINDOW)


@pytest.mark.parametrize("mean", [0.05, 0.7, 6.0])
@pytest.mark.parametrize("shape", [0.5, 8.0])
def test_the_tail_is_that_of_a_gamma_mixed_poisson(mean: float, shape: float) -> None:
    """Against draws: each a Poisson number about a mean that is itself drawn."""
    chance = Random(5)
    draws = [poisson(chance.gammavariate(shape, mean / shape), chance) for _ in range(20_000)]
    for count in (0, 1, 2, 5, 10):
        seen = sum(draw >= count for draw in draws) / len(draws)
        assert tail(count, shape, mean) == pytest.approx(seen, abs=0.012)


def test_chances_fall_with_people_and_rise_with_what_is_usual() -> None:
    for people in (1.0, 50.0, 900.0):
        usual = Usual(people, MONTH, people / 8, 84)
        chances = [usual.chance(count, WINDOW) for count in range(40)]
        assert chances == sorted(chances, reverse=True)
        assert chances[0] == 1.0
        assert usual.chance(5, WINDOW) <= Usual(people * 2, MONTH, people / 4, 84).chance(5, WINDOW)
    assert RARE < 1e-3
