"""How an outage goes on: what people's questions and looks make of it, and when it is over. Pure.

What a look can see is over when looks no longer see it. What none can see, as a login that fails at
a server that answers, is over when people no longer ask; but at night nobody asks anyway.
"""

from dataclasses import replace

from bot.conversation.outages.burst import SHORT, Burst
from bot.conversation.outages.outage import Course, Health, Look, Outage, State, Symptom

LOOK_EVERY = 300.0  # seconds
LOOKS_WELL = 3  # in a row: a server that is being mended often answers once and falls again
FADES = 3.0  # windows without more questions than usual, by day
DAY = range(7, 22)  # hours in which people ask
STALE = 86_400.0  # seconds in which hardly anybody asked about what helpers had confirmed
GREW = 1.25  # times as many people are worth a change of the card


def suspected(symptom: Symptom, burst: Burst, now: float) -> Course:
    """What counting alone says."""
    return Course((symptom,), burst.since, burst.people, burst.usual, asked_at=now)


def counted(
    outage: Outage, symptom: Symptom, burst: Burst | None, people: int, usual: float, now: float
) -> Outage | None:
    """The outage with those who asked since it began; None where nothing is news."""
    course = outage.course
    is_new = burst is not None and symptom not in course.symptoms
    if not is_new and people < max(course.people * GREW, course.people + 1):
        return None
    changed = replace(
        course,
        symptoms=(*course.symptoms, symptom) if is_new else course.symptoms,
        people=people,
        usual=usual,
        asked_at=now if burst is not None else course.asked_at,
    )
    return replace(outage, course=changed)


def looked(
    outage: Outage, look: Look, now: float, window: float, *, is_asked: bool, hour: int
) -> Outage:
    """The outage after a look at this hour; `is_asked`: whether more than usual still ask."""
    course, health = outage.course, look.health
    well = {Health.WELL: course.well + 1, Health.FAILING: 0}.get(health, course.well)
    passed = min(now - course.look.at, 2 * LOOK_EVERY) if course.look else 0.0
    quiet = course.quiet + (passed if hour in DAY else 0.0)
    changed = replace(
        course,
        look=look,
        well=well,
        well_since=now if well == 1 and not course.well else course.well_since,
        has_failed=course.has_failed or health is Health.FAILING,
        asked_at=now if is_asked else course.asked_at,
        quiet=0.0 if is_asked else quiet,
    )
    after = replace(outage, course=changed)
    if not _is_over(after, now, window):
        return after
    return over(after, now)


def over(outage: Outage, now: float) -> Outage:
    """It has ended; what nobody had confirmed has only passed."""
    state = State.OVER if outage.state is State.CONFIRMED else State.PASSED
    return replace(outage, state=state, ended_at=now)


def _is_over(outage: Outage, now: float, window: float) -> bool:
    course = outage.course
    health = course.look.health if course.look else Health.UNTESTED
    has_faded = course.quiet >= FADES * window
    if health is Health.FAILING:
        # Somebody who helps knows that it goes on; a suspicion that nobody shares need not stay.
        return has_faded and outage.state is State.SUSPECTED
    if health is Health.WELL and course.has_failed and course.well >= LOOKS_WELL:
        return now - course.asked_at >= SHORT * window
    return has_faded


def reminded(outage: Outage, now: float) -> Outage | None:
    """The outage with helpers asked now; None where they need not be.

    What helpers know of and looks still see does not end by itself, so that it must not be
    forgotten: a server may have been given up for good.
    """
    course = outage.course
    if outage.state is not State.CONFIRMED or now - max(_last_sign(course)) < STALE:
        return None
    return replace(outage, course=replace(course, reminded_at=now))


def _last_sign(course: Course) -> tuple[float, ...]:
    return (course.since, course.asked_at, course.reminded_at)


def has_changed(before: Outage, after: Outage) -> bool:
    """Whether helpers should see it: another verdict, or other servers, not every look."""
    one, other = before.course, after.course
    if (before.state, one.symptoms, one.people) != (after.state, other.symptoms, other.people):
        return True
    return _seen(one.look) != _seen(other.look)


def _seen(look: Look | None) -> object:
    if look is None:
        return None
    return {(sight.probe, sight.host, sight.health) for sight in look.sights}
