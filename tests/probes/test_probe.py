"""What probes share: answers or what kept them, values in one parameter, names for people."""

import pytest

from bot.model.check import TargetKind
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError, NotPublicError
from bot.probes.names import shown
from bot.probes.probe import attempt, gap, join
from tests.probes.making import look


async def answer(value: object) -> object:
    if isinstance(value, Exception):
        raise value
    return value


@pytest.mark.parametrize("error", [NetworkError(Trouble.SERVFAIL, "x"), NotPublicError()])
async def test_an_attempt_hands_back_what_kept_it(error: NetworkError) -> None:
    assert await attempt(answer(error)) is error


async def test_an_attempt_hands_back_the_answer() -> None:
    assert await attempt(answer(1)) == 1


async def test_an_attempt_hides_no_bug() -> None:
    with pytest.raises(ZeroDivisionError):
        await attempt(answer(ZeroDivisionError()))


def test_a_gap_says_what_and_why() -> None:
    made = gap("mx.firma.pl", NetworkError(Trouble.TIMEOUT, "A"))
    assert made == Gap("mx.firma.pl", Trouble.TIMEOUT, "A")


@pytest.mark.parametrize(
    ("items", "text"),
    [(["a", 1], "a, 1"), ([], "–"), ([""], "–"), (["a"], "a"), ("x" * 21, "x, " * 20 + "…")],
)
def test_values_are_joined_and_nothing_is_a_dash(items: list[object], text: str) -> None:
    assert join(items) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("firma.pl", "firma.pl"),
        ("mx.xn--kda4b0koi.pl", "mx.żółć.pl"),
        ("xn--a.pl", "xn--a.pl"),
        ("a_b.xn--kda4b0koi.pl", "a_b.xn--kda4b0koi.pl"),
    ],
)
def test_names_are_shown_in_letters_where_they_are_right(name: str, text: str) -> None:
    assert shown(name) == text


def test_a_look_knows_both_spellings() -> None:
    one = look("żółć.pl", is_asked=True)
    assert (one.name, one.shown, one.is_asked) == ("xn--kda4b0koi.pl", "żółć.pl", True)
    assert not one.is_address
    assert look("192.0.2.1").is_address
    assert look("192.0.2.1").target.kind is TargetKind.ADDRESS
