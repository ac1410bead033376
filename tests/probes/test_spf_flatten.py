"""A flattened record means what the long one meant, and fits into DNS."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.probes.spf_check_host import check_host
from bot.probes.spf_flatten import SIZE_MAX, flatten, quoted
from bot.probes.spf_survey import survey
from tests.probes.zone_dns import ZoneDns


async def proposed(zone: str) -> list[tuple[str, str]] | None:
    flat = flatten(await survey(ZoneDns(zone), "d.example"))
    return list(flat.records) if flat else None


async def test_includes_and_hosts_become_merged_networks() -> None:
    assert await proposed(
        "d.example TXT v=spf1 mx include:i.example exp=w.example ~all\n"
        "d.example MX 1 m.example\nm.example A 198.51.100.7\nm.example AAAA 2001:db8::1\n"
        "i.example TXT v=spf1 ip4:192.0.2.0/25 include:j.example -all\n"
        "j.example TXT v=spf1 ip4:192.0.2.128/25 ip4:192.0.2.9 ?all"
    ) == [
        (
            "d.example",
            "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.7 ip6:2001:db8::1 exp=w.example ~all",
        )
    ]


async def test_a_redirect_gives_its_networks_and_its_end() -> None:
    assert await proposed(
        "d.example TXT v=spf1 ip4:192.0.2.1 redirect=r.example\n"
        "r.example TXT v=spf1 ip4:192.0.2.2 -all"
    ) == [("d.example", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all")]


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param("d.example TXT v=spf1 exists:%{i}.x.example -all", id="exists"),
        pytest.param("d.example TXT v=spf1 ptr -all", id="ptr"),
        pytest.param("d.example TXT v=spf1 a:%{l}.example -all", id="macro"),
        pytest.param("d.example TXT v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/24 -all", id="exception"),
        pytest.param("d.example TXT v=spf1 ~include:i.example\ni.example TXT v=spf1", id="not +"),
        pytest.param("d.example TXT v=spf1 include:i.example", id="include of nothing"),
        pytest.param(
            "d.example TXT v=spf1 include:i.example -all\ni.example TXT v=spf1 +all", id="all in"
        ),
        pytest.param("d.example TXT v=spf1 a -all\nd.example A !timeout", id="not seen"),
        pytest.param("d.example TXT v=spf1 oops", id="syntax"),
        pytest.param("", id="no record"),
    ],
)
async def test_what_is_no_plain_list_is_not_proposed(zone: str) -> None:
    assert await proposed(zone) is None


async def test_a_long_list_is_split_into_parts_that_fit() -> None:
    terms = " ".join(f"ip4:192.0.{n}.7" for n in range(100))
    records = await proposed(f"d.example TXT v=spf1 {terms} -all")
    assert records is not None
    assert records[0] == (
        "d.example",
        "v=spf1 "
        + " ".join(f"include:_spf{n}.d.example" for n in range(1, len(records)))
        + " -all",
    )
    assert all(len(text) <= SIZE_MAX for _, text in records)


async def test_the_parts_take_no_names_that_are_in_use() -> None:
    terms = " ".join(f"ip4:192.0.{n}.7" for n in range(60))
    records = await proposed(
        f"d.example TXT v=spf1 include:_spf1.d.example include:_SPF3.d.example {terms} -all\n"
        "_spf1.d.example TXT v=spf1 ip4:198.51.100.1 -all\n"
        "_spf3.d.example TXT v=spf1 ip4:198.51.100.3 -all"
    )
    assert records is not None
    assert [name for name, _ in records[1:4]] == [f"_spf{n}.d.example" for n in (2, 4, 5)]


def test_a_record_for_a_zone_file_is_cut_into_strings() -> None:
    assert quoted("x" * 300) == '"' + "x" * 255 + '" "' + "x" * 45 + '"'


ADDRESSES = st.integers(0, 63).map(lambda n: f"192.0.2.{n}")
NETWORKS = st.builds("ip4:{}/{}".format, ADDRESSES, st.integers(26, 32))


@settings(deadline=None)
@given(
    st.lists(st.lists(NETWORKS, max_size=6), min_size=1, max_size=4),
    st.lists(st.sampled_from(["-all", "~all", "?all", ""]), min_size=4, max_size=4),
    ADDRESSES,
)
async def test_the_proposal_answers_as_the_record_did(
    levels: list[list[str]], ends: list[str], client: str
) -> None:
    zone = []
    for depth, terms in enumerate(levels):
        name = "d.example" if depth == 0 else f"i{depth}.example"
        more = [f"include:i{depth + 1}.example"] if depth + 1 < len(levels) else []
        zone.append(f"{name} TXT " + " ".join(["v=spf1", *terms, *more, ends[depth]]))
    before = ZoneDns("\n".join(zone))
    records = await proposed("\n".join(zone))
    assert records is not None
    after = ZoneDns("\n".join(f"{name} TXT {text}" for name, text in records))
    client_address = IPv4Address(client)
    assert (await check_host(after, client_address, "d.example")).result == (
        await check_host(before, client_address, "d.example")
    ).result
