"""The pasted head of a message: its hops in order, its longest stop, and hostile forms."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.headers import LONGEST, MOST_HOPS, parse_headers

LATE = """Received: from mx1.firma.pl (mx1.firma.pl [192.0.2.1])
        by mx.google.com with ESMTPS id a1
        for <anna@gmail.com>; Mon, 23 Nov 2026 14:20:11 -0800 (PST)
Received: from smtp.firma.pl by mx1.firma.pl; Mon, 23 Nov 2026 19:02:11 +0100
Received: from laptop by smtp.firma.pl; Mon, 23 Nov 2026 19:02:09 +0100
Subject: faktura
"""


def test_the_longest_stop_lies_between_two_servers_whatever_their_zones() -> None:
    headers = parse_headers(LATE)
    assert headers is not None
    assert [hop.host for hop in headers.hops] == ["smtp.firma.pl", "mx1.firma.pl", "mx.google.com"]
    wait = headers.longest
    assert wait is not None
    assert (wait.at, wait.until) == ("mx1.firma.pl", "mx.google.com")
    assert wait.time == timedelta(hours=4, minutes=18)


def test_lines_are_joined_also_where_their_blanks_were_lost() -> None:
    lost = "\n".join(line.strip() for line in LATE.splitlines())
    assert parse_headers(lost) == parse_headers(LATE)


def test_only_the_topmost_results_count_for_anybody_can_write_those_below() -> None:
    headers = parse_headers(
        "Authentication-Results: mx.wp.pl; spf=fail smtp.mailfrom=a@bank.pl; dmarc=fail\n"
        "Authentication-Results: mx.forged.example; spf=pass; dkim=pass; dmarc=pass\n"
    )
    assert headers is not None
    assert headers.authority == "mx.wp.pl"
    assert headers.results == {"spf": "fail", "dmarc": "fail"}


def test_of_several_signatures_one_that_holds_is_enough() -> None:
    headers = parse_headers("Authentication-Results: a.pl; dkim=fail; dkim=pass; dkim=none\n")
    assert headers is not None
    assert headers.results == {"dkim": "pass"}


def test_the_filters_points_are_read() -> None:
    headers = parse_headers("X-Spam-Status: Yes, score=7.3 required=5.0 tests=BAYES_99\n")
    assert headers is not None
    assert (headers.score, headers.required) == (7.3, 5.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Received: tak",
        "jak odczytać nagłówki",
        "From: anna@firma.pl\nSubject: pomocy",
        "Received: from a by b; Mon, 23 Nov 2026 19:02:09 +0100",  # one alone tells no way
        "X-Spam-Status: " + "a" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_head_is_none(text: str) -> None:
    assert parse_headers(text) is None


def test_a_time_that_is_none_leaves_the_hop() -> None:
    headers = parse_headers(
        "Received: by a.pl; yesterday\nReceived: by b.pl\nReceived: by c.pl; 99"
    )
    assert headers is not None
    assert [hop.time for hop in headers.hops] == [None, None, None]
    assert headers.longest is None


def test_clocks_that_go_wrong_make_no_stop() -> None:
    headers = parse_headers(
        "Received: by b.pl; Mon, 23 Nov 2026 10:00:00 +0000\n"
        "Received: by a.pl; Mon, 23 Nov 2026 12:00:00 +0000\n"
    )
    assert headers is not None
    assert headers.longest is not None
    assert headers.longest.time < timedelta(0)


def test_a_flood_of_hops_is_cut() -> None:
    flood = "Received: by a.pl; Mon, 23 Nov 2026 10:00:00 +0000\n" * 200_000
    headers = parse_headers(flood)
    assert headers is not None
    assert len(headers.hops) == MOST_HOPS
    assert len(flood) > LONGEST


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=500))
def test_any_text_is_read_or_is_none(text: str) -> None:
    parse_headers(text)
    parse_headers(f"Received: by {text}; {text}\nReceived: by a; 1\n{text}: {text}")
