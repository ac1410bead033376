"""DMARC: which record applies, and what it does against forged mail."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.dmarc import is_dmarc, parse_dmarc
from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.dmarc import gather, judge
from bot.probes.dmarc_record import DmarcFacts
from bot.probes.dmarc_reports import Addressee, addresses
from bot.probes.dmarc_walk import Level, organization, walk
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, only

TIMEOUT = NetworkError(Trouble.TIMEOUT)
RUA = "rua=mailto:dmarc@firma.pl"


def own(*texts: str, **changes: object) -> DmarcFacts:
    """Records at the domain itself, none above."""
    levels = (Level("firma.pl", texts), Level("pl"))
    return DmarcFacts(look(), **{"exists": True, "levels": levels, **changes})  # type: ignore[arg-type]


def below(*levels: Level, name: str = "a.firma.pl") -> DmarcFacts:
    """No record at the name; `levels` above it."""
    return DmarcFacts(look(name), True, (Level(name), *levels))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(own(), ["dmarc.missing"], id="none"),
        pytest.param(own("hello"), ["dmarc.missing"], id="another TXT"),
        pytest.param(own(is_mailless=True), ["dmarc.missing-parked"], id="none, and no mail"),
        pytest.param(
            own("v=DMARC1; p=none", is_mailless=True),
            ["dmarc.none-parked"],
            id="watching where there is no mail",
        ),
        pytest.param(
            own("v=DMARC1; p=reject", is_mailless=True),
            ["dmarc.reject"],
            id="no mailbox for reports where there is no mail",
        ),
        pytest.param(
            own(itself=("v=DMARC1; p=none",)), ["dmarc.wrong-place"], id="at the domain itself"
        ),
        pytest.param(own(exists=False), ["? no-name"], id="no such name: no verdict"),
        pytest.param(
            own(levels=(Level("firma.pl", error=TIMEOUT), Level("pl"))),
            ["? timeout"],
            id="unseen: no verdict",
        ),
        pytest.param(
            own("v=dmarc1; p=reject"), ["dmarc.bad-version", "dmarc.mended"], id="small letters"
        ),
        pytest.param(
            own("v=DMARC1; p=reject", "v=DMARC1; p=none"), ["dmarc.several"], id="two records"
        ),
        pytest.param(own(f"v=DMARC1; p=reject; {RUA}"), ["dmarc.reject"], id="reject"),
        pytest.param(
            own(f"v=DMARC1; p=quarantine; {RUA}"),
            ["dmarc.quarantine", "dmarc.next-reject"],
            id="quarantine",
        ),
        pytest.param(own(f"v=DMARC1; p=none; {RUA}"), ["dmarc.none"], id="none, watching"),
        pytest.param(
            own("v=DMARC1; p=none"),
            ["dmarc.none", "dmarc.no-reports"],
            id="none, not even watching",
        ),
        pytest.param(
            own("v=DMARC1; p=reject"), ["dmarc.reject", "dmarc.no-reports"], id="no reports"
        ),
        pytest.param(own(f"v=DMARC1; {RUA}"), ["dmarc.no-policy"], id="no policy"),
        pytest.param(own(f"v=DMARC1; p=rejct; {RUA}"), ["dmarc.bad-policy"], id="a typo"),
        pytest.param(
            own(f"v=DMARC1; p=reject; sp=x; {RUA}"), ["dmarc.bad-policy"], id="a typo in sp"
        ),
        pytest.param(
            own("v=DMARC1; p=reject; rua=dmarc@firma.pl"),
            ["dmarc.bad-address", "dmarc.reject"],
            id="an address without mailto",
        ),
        pytest.param(
            own(f"v=DMARC1; p=none; p=reject; {RUA}"), ["dmarc.repeated-tag"], id="a tag twice"
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; adkim=x; {RUA}"),
            ["dmarc.bad-tag", "dmarc.reject"],
            id="another bad tag",
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; t=y; {RUA}"), ["dmarc.reject", "dmarc.testing"], id="a test"
        ),
        pytest.param(own(f"v=DMARC1; p=none; t=y; {RUA}"), ["dmarc.none"], id="a test of nothing"),
        pytest.param(
            own(f"v=DMARC1; p=reject; sp=none; {RUA}"),
            ["dmarc.reject", "dmarc.subdomains-open"],
            id="subdomains left open",
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; pct=20; {RUA}"),
            ["dmarc.reject", "dmarc.percent"],
            id="a percentage",
        ),
        pytest.param(own(f"v=DMARC1; p=reject; pct=100; {RUA}"), ["dmarc.reject"], id="100 %"),
        pytest.param(
            own(f"v=DMARC1; p=quarantine; t=y; {RUA}"),
            ["dmarc.quarantine", "dmarc.testing"],
            id="a test comes before the next step",
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; np=none; {RUA}"),
            ["dmarc.reject", "dmarc.missing-names-open"],
            id="names that do not exist left open",
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; sp=none; np=reject; {RUA}"),
            ["dmarc.reject", "dmarc.subdomains-open"],
            id="only names that do not exist are guarded",
        ),
        pytest.param(
            own(f"v=DMARC1; p=none; np=none; {RUA}"), ["dmarc.none"], id="nothing is guarded"
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; adkim=s; {RUA}"),
            ["dmarc.reject", "dmarc.strict"],
            id="strict alignment",
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; adkim=r; {RUA}"), ["dmarc.reject"], id="relaxed alignment"
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; psd=y; {RUA}"),
            ["dmarc.reject", "dmarc.no-suffix"],
            id="no public suffix",
        ),
        pytest.param(own(f"v=DMARC1; p=reject; psd=n; {RUA}"), ["dmarc.reject"], id="psd=n"),
        pytest.param(
            own(f"v=DMARC1; p=reject; rau=mailto:x@firma.pl; {RUA}"),
            ["dmarc.reject", "dmarc.unknown-tag"],
            id="an unknown tag",
        ),
        pytest.param(
            own(f"v=DMARC1; p=reject; rf=afrf; ri=86400; {RUA}"),
            ["dmarc.reject"],
            id="tags that the standard once had",
        ),
        pytest.param(
            own("v=DMARC1; p=reject; rua=https://firma.pl/dmarc"),
            ["dmarc.bad-address", "dmarc.reject"],
            id="an address that is no mail",
        ),
        pytest.param(
            below(Level("firma.pl", ("v=DMARC1; p=reject; t=y",)), Level("pl")),
            ["dmarc.inherited-testing"],
            id="inherited, in test mode",
        ),
        pytest.param(
            below(Level("firma.pl", ("v=DMARC1; p=none; t=y",)), Level("pl")),
            ["dmarc.inherited-none"],
            id="a test of nothing, inherited",
        ),
        pytest.param(
            below(Level("firma.pl", ("v=DMARC1; p=none; sp=reject",)), Level("pl")),
            ["dmarc.inherited"],
            id="inherited, for subdomains only",
        ),
        pytest.param(
            below(Level("firma.pl", ("v=DMARC1; p=reject",)), Level("pl")),
            ["dmarc.inherited"],
            id="inherited",
        ),
        pytest.param(
            below(Level("firma.pl", ("v=DMARC1; p=reject; sp=none",)), Level("pl")),
            ["dmarc.inherited-none"],
            id="inherited, but not for subdomains",
        ),
        pytest.param(
            below(Level("firma.pl", error=TIMEOUT), Level("pl")),
            ["? timeout"],
            id="a level unseen: nothing is said of those above",
        ),
        pytest.param(
            below(Level("firma.pl", ("v=DMARC1; p=reject",) * 2), Level("pl")),
            ["dmarc.missing"],
            id="several above are none",
        ),
    ],
)
def test_what_happens_to_forged_mail(seen: DmarcFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


@pytest.mark.parametrize(
    ("near", "mended"),
    [
        ("v=dmarc1; p=reject", "v=DMARC1; p=reject"),
        ("v=DMARC 1; p=none; rua=mailto:a@firma.pl", "v=DMARC1; p=none; rua=mailto:a@firma.pl"),
        ('"v=DMARC1; p=quarantine"', "v=DMARC1; p=quarantine"),
        ("DMARC1; p=reject; sp=none;", "v=DMARC1; p=reject; sp=none"),
    ],
)
def test_a_misspelt_version_is_mended(near: str, mended: str) -> None:
    assert only(judge(own(near)), "dmarc.mended").params == {"record": mended}


@pytest.mark.parametrize("near", ["v=DMARC2", "v=DMARC 1; p=rejct", "p=reject; v=DMARC1"])
def test_what_is_wrong_elsewhere_too_is_not_mended(near: str) -> None:
    assert codes(judge(own(near))) == ["dmarc.bad-version"]


@pytest.mark.parametrize(
    ("levels", "parent"),
    [
        pytest.param(
            [
                Level("b.firma.pl", ("v=DMARC1; p=none",)),
                Level("firma.pl", ("v=DMARC1; p=reject",)),
            ],
            "firma.pl",
            id="the one with the fewest labels",
        ),
        pytest.param(
            [
                Level("b.firma.pl", ("v=DMARC1; p=reject; psd=n",)),
                Level("firma.pl", ("v=DMARC1; p=none",)),
            ],
            "b.firma.pl",
            id="the one that says it is the organization",
        ),
        pytest.param(
            [
                Level("b.firma.pl", ("v=DMARC1; p=none",)),
                Level("firma.pl", ("v=DMARC1; p=reject; psd=y",)),
            ],
            "b.firma.pl",
            id="the name one label below a suffix",
        ),
        pytest.param(
            [
                Level("b.firma.pl", ("v=DMARC1; p=reject",)),
                Level("firma.pl"),
                Level("pl", ("v=DMARC1; p=none; psd=y",)),
            ],
            "pl",
            id="a suffix above a bare organization",
        ),
    ],
)
def test_which_parent_speaks(levels: list[Level], parent: str) -> None:
    """RFC 9989 sections 4.10.1 and 4.10.2."""
    findings = list(judge(below(*levels, name="a.b.firma.pl")))
    assert [one.params["parent"] for one in findings] == [parent]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("seen", "code", "proposal"),
    [
        (
            own("v=DMARC1; p=none"),
            "dmarc.none",
            "v=DMARC1; p=quarantine; rua=mailto:dmarc@firma.pl",
        ),
        (own("v=DMARC1; p=reject; t=y"), "dmarc.testing", "v=DMARC1; p=reject"),
        (own("v=DMARC1; p=quarantine"), "dmarc.next-reject", "v=DMARC1; p=reject"),
        (own("v=DMARC1; p=reject; np=none"), "dmarc.missing-names-open", "v=DMARC1; p=reject"),
        (own("v=DMARC1; p=reject; psd=y"), "dmarc.no-suffix", "v=DMARC1; p=reject"),
        (own("v=DMARC1; p=reject; rau=x"), "dmarc.unknown-tag", "v=DMARC1; p=reject"),
        (own("v=DMARC1; p=rejct; sp=none"), "dmarc.bad-policy", "v=DMARC1; p=quarantine; sp=none"),
        (own("v=DMARC1; sp=none"), "dmarc.no-policy", "v=DMARC1; p=quarantine; sp=none"),
        (own("v=DMARC1; p=reject; sp=none"), "dmarc.subdomains-open", "v=DMARC1; p=reject"),
        (
            own("v=DMARC1; p=reject"),
            "dmarc.no-reports",
            "v=DMARC1; p=reject; rua=mailto:dmarc@firma.pl",
        ),
    ],
)
def test_a_whole_record_is_proposed(seen: DmarcFacts, code: str, proposal: str) -> None:
    assert only(judge(seen), code).params["proposal"] == proposal


@pytest.mark.parametrize(("policy", "applied"), [("reject", "quarantine"), ("quarantine", "none")])
def test_test_mode_lowers_a_policy_by_one_step(policy: str, applied: str) -> None:
    """RFC 9989 section 4.7, tag t."""
    finding = only(judge(own(f"v=DMARC1; p={policy}; t=y; {RUA}")), "dmarc.testing")
    assert (finding.params["policy"], finding.params["applied"]) == (policy, applied)


FOREIGN = "v=DMARC1; p=reject; rua=mailto:d@raporty.example"


def reporting(record: str, *addressees: Addressee, above: str = "") -> DmarcFacts:
    levels = (Level("firma.pl", (record,)), Level("pl", (above,) if above else ()))
    return DmarcFacts(look(), True, levels, addressees=addressees)


def addressee(
    host: str = "raporty.example", *texts: str, levels: tuple[Level, ...] = (), **changes: object
) -> Addressee:
    return Addressee(host, levels or (Level(host),), texts, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(
            reporting(FOREIGN, addressee()),
            ["dmarc.reject", "dmarc.report-unauthorized"],
            id="a foreign domain that has not agreed",
        ),
        pytest.param(
            reporting(FOREIGN, addressee("raporty.example", "v=DMARC1;")),
            ["dmarc.reject"],
            id="one that has agreed",
        ),
        pytest.param(
            reporting(FOREIGN, addressee("raporty.example", "v=spf1 -all")),
            ["dmarc.reject", "dmarc.report-unauthorized"],
            id="one that says something else there",
        ),
        pytest.param(
            reporting(FOREIGN, addressee(error=TIMEOUT)),
            ["dmarc.reject", "? timeout"],
            id="unseen: no verdict",
        ),
        pytest.param(
            reporting(FOREIGN, addressee(levels=(Level("raporty.example", error=TIMEOUT),))),
            ["dmarc.reject", "? timeout"],
            id="nobody knows whose it is: no verdict",
        ),
        pytest.param(
            reporting(
                "v=DMARC1; p=reject; rua=mailto:d@r.firma.pl",
                addressee(
                    "r.firma.pl", levels=(Level("r.firma.pl"), Level("firma.pl", (FOREIGN,)))
                ),
            ),
            ["dmarc.reject"],
            id="the same organization",
        ),
        pytest.param(
            reporting(
                "v=DMARC1; p=reject; rua=mailto:d@r.firma.pl",
                addressee(
                    "r.firma.pl",
                    levels=(
                        Level("r.firma.pl", ("v=DMARC1; psd=n",)),
                        Level("firma.pl", (FOREIGN,)),
                    ),
                ),
            ),
            ["dmarc.reject", "dmarc.report-unauthorized"],
            id="a subdomain that is an organization of its own",
        ),
        pytest.param(
            reporting(f"{FOREIGN}; ruf=mailto:d@raporty.example", addressee()),
            ["dmarc.reject", "dmarc.report-unauthorized", "dmarc.report-unauthorized"],
            id="both kinds of report",
        ),
    ],
)
def test_foreign_addresses_must_have_agreed(seen: DmarcFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_the_name_of_the_agreement_is_told() -> None:
    """RFC 9990 section 4."""
    finding = only(judge(reporting(FOREIGN, addressee())), "dmarc.report-unauthorized")
    assert finding.params == {
        "tag": "rua",
        "address": "d@raporty.example",
        "owner": "raporty.example",
        "name": "firma.pl._report._dmarc.raporty.example",
    }


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([Level("a.firma.pl"), Level("firma.pl"), Level("pl")], "a.firma.pl"),
        ([Level("a.firma.pl"), Level("firma.pl", (FOREIGN,)), Level("pl")], "firma.pl"),
        ([Level("a.firma.pl", (FOREIGN,)), Level("firma.pl"), Level("pl")], "a.firma.pl"),
        (
            [Level("a.firma.pl", ("v=DMARC1; psd=n",)), Level("firma.pl", (FOREIGN,))],
            "a.firma.pl",
        ),
        (
            [Level("a.firma.pl"), Level("firma.pl"), Level("pl", ("v=DMARC1; psd=y",))],
            "firma.pl",
        ),
        ([Level("pl", ("v=DMARC1; p=reject; psd=y",))], "pl"),
        ([Level("firma.pl", (FOREIGN, FOREIGN)), Level("pl")], "firma.pl"),
    ],
)
def test_which_domain_is_the_organization(levels: list[Level], expected: str) -> None:
    """RFC 9989 section 4.10.2."""
    assert organization(levels) == expected


def test_records_name_the_domain_as_dns_spells_it() -> None:
    seen = DmarcFacts(look("żółć.pl"), True, (Level("xn--kda4b0koi.pl"), Level("pl")))
    missing = only(judge(seen), "dmarc.missing")
    assert (missing.subject, missing.params["domain"]) == ("żółć.pl", "xn--kda4b0koi.pl")


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("firma.pl", ["firma.pl", "pl"]),
        ("a.firma.pl", ["a.firma.pl", "firma.pl", "pl"]),
        (
            "a.b.c.d.e.f.g.h.firma.pl",
            [
                "a.b.c.d.e.f.g.h.firma.pl",
                "d.e.f.g.h.firma.pl",
                "e.f.g.h.firma.pl",
                "f.g.h.firma.pl",
                "g.h.firma.pl",
                "h.firma.pl",
                "firma.pl",
                "pl",
            ],
        ),
    ],
)
def test_the_walk_climbs_at_most_eight_names(name: str, names: list[str]) -> None:
    """RFC 9989 section 4.10."""
    assert list(walk(name)) == names


TAGS = ["p=none", "p=reject", "sp=none", "np=none", "t=y", "psd=y", "psd=n", "adkim=s", "pct=0"]
ADDRESSES = ["rua=mailto:a@b.pl", "ruf=mailto:a@[1.2.3.4]", "rua=mailto:%%@ż.pl!", "rua=https://x"]


@given(st.lists(st.sampled_from(TAGS + ADDRESSES), max_size=5), st.text(max_size=40))
def test_no_record_makes_an_exception(tags: list[str], text: str) -> None:
    record = "; ".join(["v=DMARC1", *tags, text])
    for seen in (own(record), below(Level("firma.pl", (record,)), Level("pl", (record,)))):
        assert list(judge(seen))
    if is_dmarc(record):
        assert all(host for _, _, host in addresses(parse_dmarc(record)))


MakeNetwork = Callable[..., Network]


async def test_the_levels_are_asked_at_once(make_network: MakeNetwork) -> None:
    zone = '_dmarc.firma.pl. TXT "v=DMARC1; " "p=reject"\na.firma.pl. A 127.0.0.1'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        seen = await gather(network, look("a.firma.pl"))
    assert [level.texts for level in seen.levels] == [(), ("v=DMARC1; p=reject",), ()]
    assert codes(judge(seen)) == ["dmarc.inherited"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("raporty.pl. A 127.0.0.1", ["dmarc.reject", "dmarc.report-unauthorized"]),
        ('firma.pl._report._dmarc.raporty.pl. TXT "v=DMARC1;"', ["dmarc.reject"]),
    ],
)
async def test_foreign_addressees_are_asked(
    zone: str, expected: list[str], make_network: MakeNetwork
) -> None:
    own = '_dmarc.firma.pl. TXT "v=DMARC1; p=reject; rua=mailto:a@firma.pl,mailto:b@RAPORTY.pl!9m"'
    async with dns_server(f"{own}\n{zone}") as server, make_network([server.address]) as network:
        seen = await gather(network, look())
    assert codes(judge(seen)) == expected
    assert [each.host for each in seen.addressees] == ["raporty.pl"]


async def test_a_resolver_that_fails_is_no_missing_record(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. A 127.0.0.1") as server,
        make_network([server.address]) as network,
    ):
        server.misbehave("_dmarc.firma.pl", Fault.SERVFAIL)
        assert codes(judge(await gather(network, look()))) == ["? servfail"]


async def test_an_address_is_no_domain(make_network: MakeNetwork) -> None:
    async with make_network() as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["dmarc.not-a-domain"]
