"""The tree of an SPF record judged: costs, faults of others, openness; gaps never become faults."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.probes.spf import SpfFacts, judge
from bot.probes.spf_survey import survey
from bot.probes.spf_tree import judge_tree
from tests.probes.making import codes, look, only
from tests.probes.zone_dns import ZoneDns

HOST = "h.pl A 192.0.2.9\nh.pl AAAA 2001:db8::9\n"


async def judged(zone: str) -> list[Any]:
    return list(judge_tree("firma.pl", await survey(ZoneDns(HOST + zone), "firma.pl")))


def includes(count: int, *, inner: str = "v=spf1 ip4:198.51.100.{n} -all") -> str:
    names = " ".join(f"include:i{n}.pl" for n in range(1, count + 1))
    inside = "".join(f"i{n}.pl TXT {inner.format(n=n)}\n" for n in range(1, count + 1))
    return f"firma.pl TXT v=spf1 {names} -all\n{inside}"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("firma.pl TXT v=spf1 ip4:192.0.2.1 -all", [], id="costs nothing"),
        pytest.param("firma.pl TXT v=spf1 a:h.pl -all", ["spf.lookups"], id="costs one"),
        pytest.param(includes(8), ["spf.lookups"], id="costs eight"),
        pytest.param(includes(9), ["spf.near-limit"], id="costs nine"),
        pytest.param(includes(10), ["spf.near-limit"], id="costs ten"),
        pytest.param(includes(11), ["spf.too-many-lookups", "spf.flattened"], id="costs eleven"),
        pytest.param(
            includes(11, inner="v=spf1 exists:%{{i}}.x.pl -all"),
            ["spf.too-many-lookups"],
            id="costs eleven, and cannot be flattened",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:gone.pl -all",
            ["spf.include-nothing", "spf.lookups"],
            id="includes nothing",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 redirect=h.pl",
            ["spf.include-nothing", "spf.lookups"],
            id="redirects to nothing",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT hello",
            ["spf.include-nothing", "spf.lookups"],
            id="includes a name with another TXT",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 a\ni.pl TXT v=spf1 mx",
            ["spf.include-several", "spf.lookups"],
            id="includes several",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 ip4:1.2.3 -all",
            ["spf.include-broken", "spf.lookups"],
            id="includes a fault",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 include:firma.pl -all",
            ["spf.loop", "spf.lookups"],
            id="a circle",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 mx:m.pl -all\n"
            + "".join(f"m.pl MX {n} h.pl\n" for n in range(11)),
            ["spf.too-many-mx", "spf.lookups"],
            id="eleven MX",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT !timeout",
            ["? timeout"],
            id="an include unseen: no count, no fault",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 a:t.pl -all\nt.pl A !servfail\nt.pl AAAA 2001:db8::1",
            ["? servfail"],
            id="a host unseen",
        ),
        pytest.param(
            includes(11) + "i12.pl TXT v=spf1\ni1.pl A 192.0.2.1".replace("i1.pl", "x.pl"),
            ["spf.too-many-lookups", "spf.flattened"],
            id="other names do not matter",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 a:x1.pl a:x2.pl a:x3.pl -all",
            ["spf.lookups", "spf.too-many-voids"],
            id="three void",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 a:x1.pl a:x2.pl -all",
            ["spf.lookups", "spf.void"],
            id="two void",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 a:x1.pl a:x2.pl a:x3.pl -all\n"
            "x1.pl A 192.0.2.1\nx2.pl A 192.0.2.2\nx3.pl A 192.0.2.3",
            ["spf.lookups", "spf.void-ipv6"],
            id="three void for IPv6 only",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 a:x1.pl a:x2.pl a:x3.pl -all\n"
            "x1.pl AAAA 2001:db8::1\nx2.pl AAAA 2001:db8::2\nx3.pl AAAA 2001:db8::3",
            ["spf.lookups", "spf.too-many-voids"],
            id="three void for IPv4",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 +all",
            ["spf.lookups", "spf.include-everybody"],
            id="an include lets everybody in",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 ?include:i.pl -all\ni.pl TXT v=spf1 +all",
            ["spf.lookups"],
            id="an include of everybody that says nothing",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 redirect=j.pl\n"
            "j.pl TXT v=spf1 all",
            ["spf.lookups", "spf.include-everybody"],
            id="an include redirects to everybody",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 redirect=i.pl\ni.pl TXT v=spf1 +all",
            ["spf.lookups", "spf.include-everybody"],
            id="a redirect to everybody",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 redirect=i.pl\ni.pl TXT v=spf1 a:h.pl ?all",
            ["spf.lookups", "spf.redirect-neutral"],
            id="a redirect that ends in nothing",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 redirect=i.pl\ni.pl TXT v=spf1 a:h.pl ~all",
            ["spf.lookups"],
            id="a redirect that ends well",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 a:h.pl ?all",
            ["spf.lookups"],
            id="how an include ends does not matter",
        ),
        pytest.param("firma.pl TXT v=spf1 ip4:0.0.0.0/0 -all", ["spf.whole-internet"], id="ip4 /0"),
        pytest.param("firma.pl TXT v=spf1 ip6:2000::/3 -all", ["spf.whole-internet"], id="ip6 /3"),
        pytest.param(
            "firma.pl TXT v=spf1 -ip4:0.0.0.0/0 -all", [], id="a network that is kept out"
        ),
        pytest.param("firma.pl TXT v=spf1 ip4:10.0.0.0/8 -all", ["spf.large-network"], id="/8"),
        pytest.param("firma.pl TXT v=spf1 ip4:10.0.0.0/15 -all", ["spf.large-network"], id="/15"),
        pytest.param("firma.pl TXT v=spf1 ip4:10.0.0.0/16 -all", [], id="/16"),
        pytest.param("firma.pl TXT v=spf1 ip6:2001:db8::/32 -all", [], id="ip6 /32"),
        pytest.param(
            "firma.pl TXT v=spf1 a:h.pl/8 -all", ["spf.lookups", "spf.large-network"], id="a/8"
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 ip4:10.0.0.0/15 -all",
            ["spf.lookups"],
            id="a large provider's network is not the domain's",
        ),
        pytest.param(
            "firma.pl TXT v=spf1 include:s.firma.pl -all\n"
            "s.firma.pl TXT v=spf1 ip4:10.0.0.0/15 ptr -all",
            ["spf.lookups", "spf.large-network", "spf.ptr"],
            id="a record of its own below",
        ),
        pytest.param("firma.pl TXT v=spf1 ptr -all", ["spf.lookups", "spf.ptr"], id="ptr"),
        pytest.param(
            "firma.pl TXT v=spf1 include:i.pl -all\ni.pl TXT v=spf1 ptr:i.pl -all",
            ["spf.lookups"],
            id="ptr of somebody else",
        ),
    ],
)
async def test_what_the_tree_shows(zone: str, expected: list[str]) -> None:
    assert codes(await judged(zone)) == expected


async def test_what_is_over_the_limit_is_named_and_a_record_proposed() -> None:
    found = await judged(includes(12))
    over = only(found, "spf.too-many-lookups").params
    assert (over["count"], over["over"]) == (12, "include:i11.pl, include:i12.pl")
    assert str(over["tree"]).startswith("include:i1.pl 1, include:i2.pl 1, ")
    flat = only(found, "spf.flattened").params
    assert flat["count"] == 1
    assert str(flat["records"]).startswith("v=spf1 ip4:198.51.100.1 ip4:198.51.100.2/31 ")
    assert str(flat["records"]).endswith(" -all")


async def test_a_flat_record_that_is_too_long_becomes_lines_of_a_zone() -> None:
    inner = "v=spf1 " + " ".join(f"ip6:2001:db8:{n}:{{n}}::/64" for n in range(1, 9)) + " -all"
    flat = only(await judged(includes(11, inner=inner)), "spf.flattened").params
    lines = str(flat["records"]).split("\n")
    assert len(lines) == flat["count"] > 1
    assert lines[0].startswith('firma.pl. IN TXT "v=spf1 include:_spf1.firma.pl ')
    assert lines[1].startswith('_spf1.firma.pl. IN TXT "v=spf1 ip6:2001:db8:')


async def test_the_same_fault_met_twice_is_told_once() -> None:
    zone = (
        "firma.pl TXT v=spf1 include:i.pl include:j.pl -all\n"
        "i.pl TXT v=spf1 include:gone.pl -all\nj.pl TXT v=spf1 include:gone.pl -all"
    )
    assert codes(await judged(zone)).count("spf.include-nothing") == 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            (
                *("a", "mx", "ptr", "all", "-all", "?all", "include:i.pl", "redirect=i.pl"),
                *("a:h.pl/8", "mx:m.pl//3", "ip4:1.2.3.4/2", "ip6:::/0", "exists:%{i}.x.pl"),
                *("include:%{d}", "include:gone.pl", "a:%{l}.", "exp=h.pl", "x=%{s}", "a:"),
            )
        ),
        max_size=6,
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="|\x85")),
)
async def test_no_record_makes_an_exception(terms: list[str], tail: str) -> None:
    text = "v=spf1 " + " ".join(terms) + " " + tail
    zone = f"firma.pl TXT {text}\ni.pl TXT {text}\nm.pl MX 1 h.pl\n"
    dns = ZoneDns(HOST + zone)
    facts = SpfFacts(look(), records=(text,), survey=await survey(dns, "firma.pl"))
    assert list(judge(facts))


async def test_names_that_nobody_can_read_are_written_out() -> None:
    zone = "firma.pl TXT v=spf1 include:xn--w-uga1v8h.pl -all"
    assert only(await judged(zone), "spf.include-nothing").params == {"name": "żółw.pl"}
