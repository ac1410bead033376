"""Token buckets: what passes, what is refused, and how long one waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.limits import Buckets, Limit, Limits, Rate, Rates, Refusal

FREE = Rates(None, None, None, None, None)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def refused(refusal: Refusal | None) -> tuple[Limit, float] | None:
    return (refusal.limit, round(refusal.wait, 3)) if refusal else None


def test_a_burst_passes_and_then_one_at_a_time() -> None:
    clock = Clock()
    limits = Limits(Rates(Rate(3, 60), None, None, None, None), clock)
    told = [refused(limits.check("anna", "", "a.pl")) for _ in range(4)]
    assert told == [None, None, None, (Limit.PERSON, 20.0)]
    clock.now += 19
    assert refused(limits.check("anna", "", "a.pl")) == (Limit.PERSON, 1.0)
    clock.now += 1
    assert refused(limits.check("anna", "", "a.pl")) is None
    assert refused(limits.check("anna", "", "a.pl")) == (Limit.PERSON, 20.0)


def test_nobody_waits_for_somebody_else_s_limit() -> None:
    limits = Limits(Rates(Rate(1, 60), None, None, None, None), Clock())
    assert limits.check("anna", "", "a.pl") is None
    assert limits.check("anna", "", "a.pl") is not None
    assert limits.check("jan", "", "a.pl") is None


@pytest.mark.parametrize(
    ("limit", "first", "second"),
    [
        (Limit.PERSON, ("anna", "c1", "a.pl"), ("anna", "c2", "b.pl")),
        (Limit.CHAT, ("anna", "c1", "a.pl"), ("jan", "c1", "b.pl")),
        (Limit.TARGET, ("anna", "c1", "a.pl"), ("jan", "c2", "a.pl")),
        (Limit.TOTAL, ("anna", "c1", "a.pl"), ("jan", "c2", "b.pl")),
    ],
)
def test_each_limit_counts_its_own(
    limit: Limit, first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    rates = Rates(**{each.value: None for each in Limit} | {limit.value: Rate(1, 30)})
    limits = Limits(rates, Clock())
    assert limits.check(*first) is None
    assert refused(limits.check(*second)) == (limit, 30.0)


def test_who_is_refused_uses_up_nothing_of_the_others() -> None:
    limits = Limits(Rates(Rate(1, 60), None, Rate(2, 60), None, None), Clock())
    assert limits.check("anna", "", "a.pl") is None
    for _ in range(5):
        assert limits.check("anna", "", "a.pl") is not None
    assert limits.check("jan", "", "a.pl") is None


def test_the_longest_wait_is_told() -> None:
    limits = Limits(Rates(Rate(1, 10), Rate(1, 60), None, None, None), Clock())
    limits.check("anna", "c", "a.pl")
    assert refused(limits.check("anna", "c", "a.pl")) == (Limit.CHAT, 60.0)


def test_a_terminal_has_no_limits() -> None:
    limits = Limits(Rates(*(Rate(1, 3600) for _ in Limit)), Clock())
    assert [limits.check("", "", "a.pl") for _ in range(50)] == [None] * 50
    assert [limits.message("") for _ in range(50)] == [None] * 50


def test_what_is_not_limited_passes() -> None:
    limits = Limits(FREE, Clock())
    assert [limits.check("anna", "c", "a.pl") for _ in range(500)] == [None] * 500
    assert limits.message("anna") is None


def test_who_writes_too_much_is_told_once_until_something_passes() -> None:
    clock = Clock()
    limits = Limits(Rates(None, None, None, None, Rate(2, 60)), clock)

    def told() -> bool | None:
        refusal = limits.message("anna")
        return refusal.is_news if refusal else None

    assert [told() for _ in range(5)] == [None, None, True, False, False]
    clock.now += 30
    assert [told() for _ in range(3)] == [None, True, False]


@given(st.lists(st.floats(0, 100), max_size=60), st.integers(1, 5), st.floats(0.5, 100))
def test_never_more_than_the_burst_and_the_flow(
    pauses: list[float], count: int, seconds: float
) -> None:
    rate = Rate(count, seconds)
    buckets, now, taken = Buckets(rate), 0.0, 0
    for pause in pauses:
        now += pause
        if not buckets.wait("x", now):
            buckets.take("x", now)
            taken += 1
    assert taken <= count + now / rate.pause + 1e-6


def test_the_number_of_keys_is_bounded() -> None:
    buckets = Buckets(Rate(1, 60), most=10)
    for number in range(100):
        buckets.take(str(number), 0.0)
    assert buckets.wait("0", 0.0) == 0.0  # forgotten, and so full
    assert buckets.wait("99", 0.0) == 60.0
