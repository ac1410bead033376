"""SPF: what receivers make of the records, and what is proposed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.target import parse_target
from bot.knowledge import load_knowledge
from bot.model.finding import Finding
from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.probe import Look
from bot.probes.spf import SpfFacts, gather, judge
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, mx, no_data, only

MakeNetwork = Callable[..., Network]


def facts(*records: str, **changes: object) -> SpfFacts:
    return SpfFacts(look(), records=records, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(), ["spf.missing"], id="none"),
        pytest.param(facts(is_parked=True), ["spf.missing-parked"], id="none, and no mail"),
        pytest.param(facts(near=("v=spf1;mx",)), ["spf.bad-version", "spf.mended"], id="one"),
        pytest.param(facts(exists=False), ["? no-name"], id="no such name: no verdict"),
        pytest.param(facts("v=spf1 mx -all"), ["spf.sound"], id="fail"),
        pytest.param(facts("v=spf1 mx ~all"), ["spf.sound"], id="softfail"),
        pytest.param(facts("V=SPF1 MX -ALL"), ["spf.sound"], id="capitals"),
        pytest.param(facts("v=spf1 redirect=_spf.example.com"), ["spf.sound"], id="redirect"),
        pytest.param(facts("v=spf1 -all"), ["spf.nobody"], id="nobody sends"),
        pytest.param(facts("v=spf1 ~all"), ["spf.sound"], id="nobody, softly"),
        pytest.param(facts("v=spf1 mx"), ["spf.no-end"], id="no end"),
        pytest.param(facts("v=spf1"), ["spf.no-end"], id="nothing after the version"),
        pytest.param(facts("v=spf1 mx +all"), ["spf.everybody"], id="plus all"),
        pytest.param(facts("v=spf1 mx all"), ["spf.everybody"], id="all without a sign"),
        pytest.param(facts("v=spf1 mx ?all"), ["spf.neutral"], id="neutral"),
        pytest.param(
            facts("v=spf1 mx -all a:x.pl"), ["spf.sound", "spf.after-all"], id="a term after all"
        ),
        pytest.param(
            facts("v=spf1 mx -all exp=x.pl foo=bar"), ["spf.sound"], id="modifiers after all"
        ),
        pytest.param(
            facts("v=spf1 redirect=x.pl -all"),
            ["spf.nobody", "spf.redirect-ignored"],
            id="a redirect beside all",
        ),
        pytest.param(
            facts(f"v=spf1 {'ip4:192.0.2.1 ' * 36}-all"),
            ["spf.sound", "spf.long"],
            id="516 bytes",
        ),
        pytest.param(facts(f"v=spf1 {'ip4:192.0.2.1 ' * 35}-all"), ["spf.sound"], id="502 bytes"),
        pytest.param(facts("v=spf1 mx -all", "v=spf1 a ~all"), ["spf.several"], id="two"),
        pytest.param(
            facts("v=spf1 mx -all", "v=spf1 ip4:1.2.3 -all"), ["spf.several"], id="two, one unread"
        ),
        pytest.param(
            facts("v=spf1 redirect=a.pl", "v=spf1 -all"), ["spf.several"], id="two, one redirects"
        ),
        pytest.param(
            facts("v=spf1 ip4:1.2.3 -all"), ["spf.syntax-bad-ip4"], id="an address too short"
        ),
        pytest.param(
            facts("v=spf1 1.2.3.4 -all"), ["spf.syntax-unknown-mechanism"], id="a bare address"
        ),
        pytest.param(
            facts("v=spf1 include: -all"), ["spf.syntax-missing-argument"], id="no argument"
        ),
        pytest.param(
            facts("v=spf1 ip4:1.2.3.4/33 -all"), ["spf.syntax-bad-prefix-length"], id="long prefix"
        ),
        pytest.param(
            facts("v=spf1 mx\u00a0-all"), ["spf.syntax-bad-character"], id="a no-break space"
        ),
    ],
)
def test_what_receivers_make_of_it(seen: SpfFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


@pytest.mark.parametrize(
    ("character", "told"),
    [
        ("\u2013", "\u2013"),
        ("ą", "ą"),
        ("\u00a0", "U+00A0"),
        ("\u200b", "U+200B"),
        ("\t", "U+0009"),
    ],
)
def test_a_character_is_told_as_it_was_typed(character: str, told: str) -> None:
    text = f"v=spf1 mx {character}all".encode().decode("latin-1")
    found = only(judge(facts(text)), "spf.syntax-bad-character")
    assert found.params == {"part": told, "at": 11}


@pytest.mark.parametrize(
    ("near", "mended"),
    [
        ("spf1 mx -all", "v=spf1 mx -all"),
        ('"v=spf1 mx ~all"', "v=spf1 mx ~all"),
        ("v=spf1;mx;include:x.pl", "v=spf1 mx include:x.pl ~all"),
        ("v = spf1, mx, -all", "v=spf1 mx -all"),
        ("v=spf10 mx redirect=x.pl", "v=spf1 mx redirect=x.pl"),
    ],
)
def test_a_misspelt_version_is_mended(near: str, mended: str) -> None:
    found = judge(facts(near=(near,)))
    assert only(found, "spf.mended").params == {"record": mended}


@pytest.mark.parametrize("near", ["v=spf", "v=spf1: ip4=1.2.3.4", "spf1 mxx -all"])
def test_what_is_wrong_elsewhere_too_is_not_mended(near: str) -> None:
    assert codes(judge(facts(near=(near,)))) == ["spf.bad-version"]


def test_several_are_counted() -> None:
    seen = judge(facts("v=spf1 mx -all", "v=spf1 a ~all"))
    assert only(seen, "spf.several").params == {"count": 2}


SENDERS = """
    pl. SOA a.dns.pl. root.dns.pl. 1 7200 1800 86400 300
    firma.pl. MX 10 mx.firma.pl.
    firma.pl. A 192.0.2.1
    mx.firma.pl. A 192.0.2.2
    x.pl. TXT "v=spf1 ip4:192.0.2.3 -all"
"""


@pytest.mark.parametrize(
    ("records", "merged"),
    [
        (("v=spf1 mx -all", "v=spf1 a mx ~all"), "v=spf1 a mx ~all"),
        (("v=spf1 mx -all", "v=spf1 include:x.pl -all"), "v=spf1 include:x.pl mx -all"),
        (("v=spf1 mx +all", "v=spf1 a"), "v=spf1 a mx ~all"),
        (("v=spf1 MX -all", "v=spf1 +mx a:%{D} -all"), "v=spf1 mx a:%{D} -all"),
    ],
)
async def test_several_are_merged_without_opening_the_domain(
    make_network: MakeNetwork, records: tuple[str, ...], merged: str
) -> None:
    zone = SENDERS + "".join(f'firma.pl. TXT "{record}"\n' for record in records)
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = list(judge(await gather(network, look())))
    assert codes(seen) == ["spf.several", "spf.merged"]
    assert only(seen, "spf.merged").params["record"] == merged


@pytest.mark.parametrize(
    "record",
    [
        pytest.param("v=spf1 -ip4:192.0.2.7 a -all", id="an exception, whose place counts"),
        pytest.param("v=spf1 redirect=x.pl", id="a redirect"),
        pytest.param("v=spf1 ip4:192.0.2 -all", id="a fault"),
        pytest.param("v=spf1 include:gone.pl -all", id="an include of nothing"),
    ],
)
async def test_what_would_not_work_merged_is_not_proposed(
    make_network: MakeNetwork, record: str
) -> None:
    zone = SENDERS + f'firma.pl. TXT "v=spf1 mx -all"\nfirma.pl. TXT "{record}"\n'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["spf.several"]


async def test_several_that_together_cost_too_much_are_written_as_networks(
    make_network: MakeNetwork,
) -> None:
    hosts = [f"s{number}.pl" for number in range(12)]
    terms = [f"a:{host}" for host in hosts]
    zone = SENDERS + "".join(f"{host}. A 192.0.2.{n}\n" for n, host in enumerate(hosts))
    for half in (terms[:6], terms[6:]):
        zone += f'firma.pl. TXT "v=spf1 {" ".join(half)} -all"\n'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = list(judge(await gather(network, look())))
    assert codes(seen) == ["spf.several", "spf.flattened"]
    records = only(seen, "spf.flattened").params["records"]
    assert records == "v=spf1 ip4:192.0.2.0/29 ip4:192.0.2.8/30 -all"


def test_what_and_where_is_told_of_a_fault() -> None:
    finding = only(judge(facts("v=spf1 mx ip4:1.2.3 -all")), "spf.syntax-bad-ip4")
    assert finding.params == {"part": "1.2.3", "at": 15}


@pytest.mark.parametrize(
    ("record", "code", "proposal"),
    [
        ("v=spf1 mx +all", "spf.everybody", "v=spf1 mx ~all"),
        ("v=spf1 mx all a:x.pl", "spf.everybody", "v=spf1 mx a:x.pl ~all"),
        ("v=spf1 mx all a:x.pl", "spf.after-all", "v=spf1 mx a:x.pl ~all"),
        ("v=spf1 mx ~all a:x.pl ~all", "spf.after-all", "v=spf1 mx a:x.pl ~all"),
        ("v=spf1 mx ?all -all", "spf.neutral", "v=spf1 mx ~all"),
        ("v=spf1 mx -all redirect=x.pl ~all", "spf.redirect-ignored", "v=spf1 mx -all"),
        ("v=spf1 mx -all a:x.pl exp=e.pl", "spf.after-all", "v=spf1 mx a:x.pl exp=e.pl -all"),
        ("v=spf1 mx redirect=x.pl ~all", "spf.redirect-ignored", "v=spf1 mx ~all"),
        ("v=spf1 mx ?all", "spf.neutral", "v=spf1 mx ~all"),
        ("v=spf1 mx ", "spf.no-end", "v=spf1 mx ~all"),
    ],
)
def test_a_record_is_proposed(record: str, code: str, proposal: str) -> None:
    assert only(judge(facts(record)), code).params["proposal"] == proposal


def test_terminal_escapes_of_a_record_do_not_get_through() -> None:
    seen = list(judge(facts("v=spf1 \x1b[31mred -all")))
    assert "\x1b" not in "".join(str(one.params) for one in seen)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("strings", "proposal"),
    [
        (("v=spf1 include:a.pl", "include:b.pl -all"), "v=spf1 include:a.pl include:b.pl -all"),
        (("v=spf1 mx", "-all"), "v=spf1 mx -all"),
        (("v=spf1 a mx", "ip4:192.0.2.1", "~all"), "v=spf1 a mx ip4:192.0.2.1 ~all"),
    ],
)
def test_strings_that_meet_without_a_blank_are_told(
    strings: tuple[str, ...], proposal: str
) -> None:
    seen = list(judge(facts("".join(strings), strings=strings)))
    assert codes(seen) == ["spf.glued"]
    assert only(seen, "spf.glued").params["proposal"] == proposal


@pytest.mark.parametrize(
    "strings",
    [
        ("v=spf1 include:a.pl ", "-all"),
        ("v=spf1 include:a.pl", " -all"),
        ("v=spf1 include:a.p", "l -all"),
        ("v=spf1 include:", "all.pl -all"),
        ("v=spf1 mx ~", "all"),
        ("v=spf1 mx -all",),
    ],
)
def test_strings_that_are_cut_anywhere_else_are_no_fault(strings: tuple[str, ...]) -> None:
    assert codes(judge(facts("".join(strings), strings=strings))) == ["spf.sound"]


async def test_only_spf_records_are_taken(make_network: MakeNetwork) -> None:
    zone = """
        firma.pl. TXT "google-site-verification=abc"
        firma.pl. TXT "v=spf1 mx " "-all"
        firma.pl. TXT "v=spf10 -all"
        firma.pl. MX 10 mx.firma.pl.
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = await gather(network, look())
    assert (seen.records, seen.near, seen.is_parked) == (
        ("v=spf1 mx -all",),
        ("v=spf10 -all",),
        False,
    )


async def test_a_domain_with_a_null_mx_is_parked(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. MX 0 .") as server,
        make_network([server.address]) as network,
    ):
        assert codes(judge(await gather(network, look()))) == ["spf.missing-parked"]


async def test_a_name_that_does_not_exist_gets_no_verdict(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look()))) == ["? no-name"]


async def test_an_address_is_no_domain(make_network: MakeNetwork) -> None:
    async with make_network() as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["spf.not-a-domain"]


async def test_everything_that_a_record_leads_to_is_followed(make_network: MakeNetwork) -> None:
    zone = """
        firma.pl. TXT "v=spf1 include:a.firma.pl -all"
        a.firma.pl. TXT "v=spf1 a:h.firma.pl +all"
        h.firma.pl. A 192.0.2.1
        h.firma.pl. AAAA 2001:db8::1
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = list(judge(await gather(network, look())))
    assert codes(seen) == ["spf.lookups", "spf.include-everybody"]
    assert only(seen, "spf.lookups").params == {
        "count": 2,
        "tree": "include:a.firma.pl 2 (a:h.firma.pl 1)",
    }


async def test_an_include_that_fails_is_a_gap_beside_what_was_seen(
    make_network: MakeNetwork,
) -> None:
    zone = 'firma.pl. TXT "v=spf1 include:a.firma.pl ?all"'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        server.misbehave("a.firma.pl", Fault.SERVFAIL)
        seen = list(judge(await gather(network, look())))
    assert codes(seen) == ["spf.neutral", "? servfail"]


async def test_a_resolver_that_fails_is_no_missing_record(make_network: MakeNetwork) -> None:
    async with dns_server("x.pl. A 192.0.2.1") as server, make_network([server.address]) as network:
        server.misbehave("firma.pl", Fault.SERVFAIL)
        with pytest.raises(NetworkError):
            await gather(network, look())


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("192.0.2.1", ["spf.result-pass"]),
        ("198.51.100.1", ["spf.result-fail", "spf.result-explanation"]),
    ],
)
async def test_an_address_that_is_asked_about_is_evaluated(
    client: str, expected: list[str], make_network: MakeNetwork
) -> None:
    zone = """
        firma.pl. TXT "v=spf1 ip4:192.0.2.1 -all exp=e.firma.pl"
        e.firma.pl. TXT "Not %{i}!"
    """
    asked = Look(parse_target("firma.pl"), is_asked=True, client=client)
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, asked))) == expected


@pytest.mark.parametrize(
    ("answer", "proposal"),
    [
        pytest.param(mx("mx.firma.pl"), "v=spf1 mx ~all", id="its own servers"),
        pytest.param(
            mx("smtp.google.com"), "v=spf1 include:_spf.google.com ~all", id="a known provider's"
        ),
        pytest.param(no_data(), "v=spf1 a ~all", id="no MX"),
        pytest.param(NetworkError(Trouble.TIMEOUT), "v=spf1 mx ~all", id="not seen"),
    ],
)
def test_the_record_proposed_lets_those_send_who_most_likely_do(
    answer: Answer[MxRecord] | NetworkError, proposal: str
) -> None:
    asked = replace(look(), reference=load_knowledge().reference)
    missing = only(judge(SpfFacts(asked, mx=answer)), "spf.missing")
    assert missing.params == {"proposal": proposal}


TERMS = st.sampled_from(
    [
        "a",
        "mx",
        "-ip4:192.0.2.9",
        "include:x.pl",
        "+all",
        "-all",
        "?all",
        "~all",
        "all",
        "redirect=y.pl",
        "exp=z.pl",
        "foo=bar",
    ]
)


@given(st.lists(TERMS, max_size=8))
def test_no_proposal_has_the_fault_that_it_is_for(terms: list[str]) -> None:
    text = " ".join(("v=spf1", *terms))
    for finding in judge(facts(text)):
        if isinstance(finding, Finding) and "proposal" in finding.params:
            after = codes(judge(facts(str(finding.params["proposal"]))))
            assert finding.code not in after
            assert not any(code.startswith("spf.syntax") for code in after)
