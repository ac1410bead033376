"""When a server's file is believed no more, and when it is again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.knowledge.marks import Failed, History, Proved, Untested, Verdict
from bot.knowledge.provider import Cause

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
CLOSED, GONE = Failed(Cause.CLOSED), Failed(Cause.NO_SUCH_HOST)
CERTIFICATE, NO_LOGIN = Failed(Cause.CERTIFICATE), Failed(Cause.NO_LOGIN)
MONTH = timedelta(days=30)


def history(*looks: tuple[float, Verdict]) -> History:
    """What these looks leave behind; each with its hours after the start."""
    kept = History()
    for hours, verdict in looks:
        kept = kept.after(verdict, START + timedelta(hours=hours))
    return kept


@pytest.mark.parametrize(
    ("looks", "is_marked"),
    [
        pytest.param([(0, CERTIFICATE)], False, id="once"),
        pytest.param([(0, CERTIFICATE), (5, CERTIFICATE)], False, id="twice on one day"),
        pytest.param([(0, CERTIFICATE), (24, CERTIFICATE)], True, id="twice, a day apart"),
        pytest.param([(0, CERTIFICATE), (24, NO_LOGIN)], True, id="for another reason"),
        pytest.param([(0, CLOSED)], False, id="closed once"),
        pytest.param([(0, CLOSED), (1, CLOSED)], True, id="closed twice"),
        pytest.param([(0, GONE), (1, CLOSED)], True, id="gone, then closed"),
        pytest.param([(0, CERTIFICATE), (1, CLOSED)], False, id="closed only the second time"),
        pytest.param([(0, CLOSED), (1, Proved()), (2, CLOSED)], False, id="healed in between"),
        pytest.param(
            [(0, CERTIFICATE), (23, Proved()), (25, CERTIFICATE)], False, id="the day begins anew"
        ),
        pytest.param([(0, Untested("timeout")), (48, Untested("timeout"))], False, id="never seen"),
        pytest.param(
            [(0, CERTIFICATE), (24, Untested("timeout"))], False, id="the second look saw nothing"
        ),
        pytest.param(
            [(0, CLOSED), (1, Untested("servfail")), (2, CLOSED)], True, id="nothing in between"
        ),
        pytest.param([(0, CLOSED), (1, CLOSED), (2, Proved())], False, id="a success heals"),
        pytest.param(
            [(0, CLOSED), (1, CLOSED), (2, Untested("timeout"))], True, id="a doubt does not heal"
        ),
    ],
)
def test_what_marks_a_server(looks: list[tuple[float, Verdict]], is_marked: bool) -> None:
    assert (history(*looks).marked is not None) is is_marked


def test_a_mark_keeps_its_date_and_names_the_last_cause() -> None:
    kept = history((0, CLOSED), (2, CLOSED), (50, CERTIFICATE))
    assert kept.marked == START + timedelta(hours=2)
    assert kept.cause is Cause.CERTIFICATE


@pytest.mark.parametrize(
    ("looks", "hours", "is_due"),
    [
        pytest.param([], 0, True, id="never tried"),
        pytest.param([(0, Proved())], 29 * 24, False, id="proved this month"),
        pytest.param([(0, Proved())], 30 * 24, True, id="proved a month ago"),
        pytest.param([(0, CERTIFICATE)], 23, False, id="failed today"),
        pytest.param([(0, CERTIFICATE)], 24, True, id="failed yesterday"),
        pytest.param([(0, Untested("timeout"))], 24, True, id="not seen yesterday"),
        pytest.param([(0, Proved()), (9, Untested("timeout"))], 33, True, id="not seen since"),
        pytest.param([(0, CLOSED), (1, CLOSED)], 29 * 24, False, id="marked"),
        pytest.param([(0, CLOSED), (1, CLOSED)], 30 * 24 + 1, True, id="marked a month ago"),
    ],
)
def test_what_is_open_is_looked_at_again_sooner(
    looks: list[tuple[float, Verdict]], hours: float, is_due: bool
) -> None:
    assert history(*looks).is_due(START + timedelta(hours=hours), MONTH) is is_due


def test_whoever_looks_every_few_hours_may() -> None:
    kept = history((0, CERTIFICATE))
    assert kept.is_due(START + timedelta(hours=6), timedelta(hours=6))
