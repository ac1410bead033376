"""A domain's SPF seen whole: counts, the tree, what is over the limit, and what was not seen."""

from ipaddress import ip_network

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.trouble import Gap, Trouble
from bot.probes.spf_branches import BranchProblem, Node, Survey, Voids
from bot.probes.spf_survey import survey
from tests.probes.zone_dns import ZoneDns


async def seen(zone: str) -> Survey:
    return await survey(ZoneDns(zone), "d.example")


def tree(node: Node) -> list[object]:
    """Terms with their own lookups, and those inside."""
    return [
        (branch.term, branch.lookups, *([tree(branch.inside)] if branch.inside else []))
        for branch in node.branches
    ]


async def test_lookups_are_counted_as_a_tree() -> None:
    found = await seen(
        "d.example TXT v=spf1 ip4:192.0.2.1 a mx include:i.example exists:%{i}.x.example ptr -all\n"
        "d.example A 192.0.2.2\nd.example MX 1 m.example\nm.example A 192.0.2.3\n"
        "i.example TXT v=spf1 include:j.example redirect=k.example\n"
        "j.example TXT v=spf1 ip6:2001:db8::/32 ~all\n"
        "k.example TXT v=spf1 a:h.%{d} ?all\nh.k.example A 192.0.2.4"
    )
    assert tree(found.root) == [
        ("ip4:192.0.2.1", 0),
        ("a", 1),
        ("mx", 1),
        (
            "include:i.example",
            1,
            [
                ("include:j.example", 1, [("ip6:2001:db8::/32", 0), ("~all", 0)]),
                ("redirect=k.example", 1, [("a:h.%{d}", 1), ("?all", 0)]),
            ],
        ),
        ("exists:%{i}.x.example", 1),
        ("ptr", 1),
        ("-all", 0),
    ]
    assert found.lookups == 8
    assert [branch.total for branch in found.root.branches] == [0, 1, 1, 4, 1, 1, 0]
    assert found.voids == Voids(0, 0, 3)
    assert found.over == ()
    assert found.problems == ()
    assert [str(network) for network in found.networks] == [
        "192.0.2.1/32",
        "192.0.2.2/32",
        "192.0.2.3/32",
        "2001:db8::/32",
        "192.0.2.4/32",
    ]


async def test_what_comes_after_all_or_beside_it_costs_nothing() -> None:
    found = await seen("d.example TXT v=spf1 redirect=r.example a -all mx include:i.example")
    assert (found.lookups, len(found.root.branches)) == (1, 2)


async def test_the_terms_over_the_limit_are_named_in_the_order_of_evaluation() -> None:
    terms = " ".join(f"a:h{n}.example" for n in range(9))
    found = await seen(
        f"d.example TXT v=spf1 include:i.example {terms} mx -all\n"
        "i.example TXT v=spf1 a:x.example ip4:192.0.2.1"
    )
    assert found.lookups == 12
    assert [branch.term for branch in found.over] == ["a:h8.example", "mx"]


async def test_the_p_macro_costs_a_lookup_of_its_own() -> None:
    found = await seen("d.example TXT v=spf1 exists:%{p}.x.example -all")
    assert found.lookups == 2
    assert found.root.branches[0].problem is BranchProblem.MACRO
    assert found.problems == ()


async def test_void_lookups_are_told_by_the_family_of_the_client() -> None:
    found = await seen(
        "d.example TXT v=spf1 a:none.example a:four.example mx exists:no.example -all\n"
        "four.example A 192.0.2.1\n"
        "d.example MX 1 six.example\nd.example MX 2 no.example\nsix.example AAAA 2001:db8::1"
    )
    assert found.voids == Voids(any_client=3, ip4=4, ip6=4)


async def test_an_include_of_nothing_is_a_problem_and_a_void() -> None:
    found = await seen("d.example TXT v=spf1 include:i.example include:j.example\nj.example TXT hi")
    assert found.problems == (
        ("i.example", "", BranchProblem.NO_RECORD),
        ("j.example", "", BranchProblem.NO_RECORD),
    )
    assert found.voids.any_client == 1


async def test_loops_are_named_and_not_followed() -> None:
    found = await seen(
        "d.example TXT v=spf1 include:i.example -all\n"
        "i.example TXT v=spf1 include:D.Example redirect=i.example"
    )
    assert found.problems == (
        ("i.example", "include:D.Example", BranchProblem.LOOP),
        ("i.example", "redirect=i.example", BranchProblem.LOOP),
    )
    assert found.lookups == 3


async def test_the_same_include_twice_counts_twice_and_is_asked_once() -> None:
    dns = ZoneDns(
        "d.example TXT v=spf1 include:i.example include:i.example -all\ni.example TXT v=spf1 a mx"
    )
    assert (await survey(dns, "d.example")).lookups == 6
    assert set(dns.asked.values()) == {1}


async def test_a_record_that_includes_without_end_is_cut_off() -> None:
    zone = "\n".join(
        f"n{n}.example TXT v=spf1 " + " ".join(f"include:n{n + 1}.example" for _ in range(3))
        for n in range(12)
    )
    dns = ZoneDns(zone + "\nd.example TXT v=spf1 include:n0.example")
    found = await survey(dns, "d.example")
    assert found.lookups > 10
    assert BranchProblem.NOT_FOLLOWED in {problem for _, _, problem in found.problems}
    assert dns.asked.total() <= 60


async def test_faults_inside_are_told_with_their_domain() -> None:
    hosts = "\n".join(f"m.example MX {n} h{n}.example" for n in range(11))
    found = await seen(
        "d.example TXT v=spf1 include:i.example include:j.example mx:m.example a:b..example\n"
        "i.example TXT v=spf1 ip4:1.2.3\n"
        f"j.example TXT v=spf1\nj.example TXT v=spf1 -all\n{hosts}"
    )
    assert found.problems == (
        ("i.example", "bad-ip4: 1.2.3", BranchProblem.SYNTAX),
        ("j.example", "", BranchProblem.SEVERAL),
        ("d.example", "mx:m.example", BranchProblem.TOO_MANY_MX),
        ("d.example", "a:b..example", BranchProblem.BAD_NAME),
    )


async def test_what_dns_hides_is_a_gap_and_no_problem() -> None:
    found = await seen(
        "d.example TXT v=spf1 include:i.example a:h.example mx:m.example -all\n"
        "i.example TXT !timeout\nh.example A !servfail\nh.example AAAA 2001:db8::1\n"
        "m.example MX !timeout"
    )
    assert found.problems == ()
    assert set(found.gaps) == {
        Gap("i.example", Trouble.TIMEOUT),
        Gap("h.example", Trouble.SERVFAIL),
        Gap("m.example", Trouble.TIMEOUT),
    }
    assert found.networks == (ip_network("2001:db8::1"),)


async def test_a_domain_without_a_record_has_none() -> None:
    found = await seen("")
    assert (found.root.problem, found.lookups) == (BranchProblem.NO_RECORD, 0)


NAMES = [f"n{n}.example" for n in range(5)]
TERMS = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(["include", "a", "mx", "ptr", "exists"]),
              st.sampled_from([*NAMES, "x.%{d}", "%{d1}", "%{p}"])),
    st.builds("redirect={}".format, st.sampled_from(NAMES)),
    st.sampled_from(["a", "mx/24", "-all", "ip4:192.0.2.1", "oops"]),
)  # fmt: skip
ZONES = st.lists(
    st.builds(
        "{} {}".format,
        st.sampled_from(["d.example", *NAMES]),
        st.one_of(
            st.lists(TERMS, max_size=6).map(lambda terms: "TXT v=spf1 " + " ".join(terms)),
            st.sampled_from(["A 192.0.2.1", "AAAA 2001:db8::1", "MX 1 n1.example"]),
        ),
    ),
    max_size=16,
)


@settings(deadline=None)
@given(ZONES)
async def test_every_survey_ends_and_its_totals_agree(zone: list[str]) -> None:
    dns = ZoneDns("\n".join(zone))
    found = await survey(dns, "d.example")
    assert found.lookups == sum(branch.lookups for branch in found.root.walk())
    assert len(found.over) <= max(0, found.lookups - 10)
    assert dns.asked.total() < 400
    assert found.voids.any_client <= min(found.voids.ip4, found.voids.ip6)
