"""How an outage goes on, one step at a time: what is over, what is not, and what is news."""

from dataclasses import replace

import pytest

from bot.conversation.outages.burst import HOUR, Burst
from bot.conversation.outages.course import (
    LOOK_EVERY,
    LOOKS_WELL,
    STALE,
    counted,
    has_changed,
    looked,
    reminded,
)
from bot.conversation.outages.outage import Course, Health, Look, Outage, Sight, State, Symptom

NOON = 1_800_000_000.0
CONFIRMED, SUSPECTED = State.CONFIRMED, State.SUSPECTED
SENDING, SLOW = Symptom.SENDING, Symptom.SLOW


def outage(state: State = CONFIRMED, **course: object) -> Outage:
    known = Course((SENDING,), NOON, 4, 0.1, asked_at=NOON)
    return Outage("onet", replace(known, **course), state=state)  # type: ignore[arg-type]


def after(current: Outage, *healths: Health, is_asked: bool = False, hour: int = 12) -> Outage:
    """So many looks later, five minutes apart."""
    now = current.course.look.at if current.course.look else NOON
    for health in healths:
        now += LOOK_EVERY
        look = Look(now, (Sight("imap", "imap.onet.pl", health),))
        current = looked(current, look, now, HOUR, is_asked=is_asked, hour=hour)
        if not current.is_open:
            break
    return current


WELL, FAILING, UNTESTED = Health.WELL, Health.FAILING, Health.UNTESTED
FADED = int(3 * HOUR / LOOK_EVERY) + 1


def test_what_was_seen_to_fail_is_over_when_it_was_well_for_long_enough() -> None:
    failed = after(outage(), FAILING, FAILING)
    assert after(failed, *[WELL] * (LOOKS_WELL - 1)).is_open
    healed = after(failed, *[WELL] * LOOKS_WELL)
    assert healed.state is State.OVER
    assert healed.until == NOON + 3 * LOOK_EVERY


def test_it_is_not_over_while_more_than_usual_ask() -> None:
    failed = after(outage(), FAILING)
    assert after(failed, *[WELL] * 100, is_asked=True).is_open


@pytest.mark.parametrize("health", [WELL, UNTESTED])
def test_what_no_look_saw_is_over_when_people_have_not_asked_by_day(health: Health) -> None:
    assert after(outage(), *[health] * (FADED - 2)).is_open
    assert after(outage(), *[health] * FADED).state is State.OVER
    assert after(outage(), *[health] * FADED * 3, hour=3).is_open


def test_what_fails_goes_on_for_those_who_confirmed_it_and_passes_for_others() -> None:
    assert after(outage(), *[FAILING] * FADED * 5).is_open
    assert after(outage(SUSPECTED), *[FAILING] * FADED).state is State.PASSED


def test_a_look_that_shows_nothing_neither_heals_nor_harms() -> None:
    failed = after(outage(), FAILING, WELL, WELL)
    unsure = after(failed, UNTESTED)
    assert unsure.course.well == failed.course.well
    assert after(unsure, WELL).state is State.OVER


def test_hours_without_the_bot_are_no_quiet_hours() -> None:
    begun = after(outage(), WELL)
    now = NOON + 10 * HOUR
    look = Look(now, (Sight("imap", "imap.onet.pl", WELL),))
    assert looked(begun, look, now, HOUR, is_asked=False, hour=12).is_open


def test_a_card_changes_with_the_verdict_and_not_with_every_look() -> None:
    begun = after(outage(), FAILING)
    assert has_changed(outage(), begun)
    assert not has_changed(begun, after(begun, FAILING))
    assert has_changed(begun, after(begun, WELL))
    assert has_changed(begun, replace(begun, state=State.DISMISSED))


def test_a_few_more_people_are_no_news_and_another_symptom_is() -> None:
    burst = Burst(NOON, 4, 0.1)
    many = outage(people=20)
    assert counted(many, SENDING, burst, 21, 0.2, NOON) is None
    grown = counted(many, SENDING, burst, 25, 0.2, NOON + 5)
    assert grown is not None
    assert (grown.course.people, grown.course.usual) == (25, 0.2)
    assert counted(many, SLOW, None, 21, 0.2, NOON) is None
    wider = counted(many, SLOW, burst, 21, 0.2, NOON)
    assert wider is not None
    assert wider.course.symptoms == (SENDING, SLOW)


def test_helpers_are_asked_about_what_nobody_asked_about_for_a_day_and_again_a_day_later() -> None:
    silent = outage()
    assert reminded(silent, NOON + STALE - 1) is None
    asked = reminded(silent, NOON + STALE)
    assert asked is not None
    assert asked.course.reminded_at == NOON + STALE
    assert reminded(asked, NOON + 2 * STALE - 1) is None
    assert reminded(asked, NOON + 2 * STALE) is not None
    assert reminded(outage(SUSPECTED), NOON + STALE) is None
    assert reminded(outage(asked_at=NOON + 60), NOON + STALE) is None
