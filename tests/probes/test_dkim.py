"""DKIM: what receivers make of each key, and silence about selectors that nobody can know."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.target import parse_key_target, parse_target
from bot.knowledge import load_knowledge
from bot.model.trouble import Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.dkim import DkimFacts, gather, judge, split
from bot.probes.dkim_keys import Slot
from bot.probes.probe import Look
from tests.doubles.dkim_keys import ED25519, RSA_768, RSA_1024, RSA_2048
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import codes, look, only, subjects

REFERENCE = load_knowledge().reference
SELECTORS = REFERENCE.selectors
TRYING = Look(parse_target("firma.pl"), reference=REFERENCE)
TIMEOUT = NetworkError(Trouble.TIMEOUT)
GOOD = f"v=DKIM1; k=rsa; p={RSA_2048}"
EMPTY = Slot("mail")


def tried(*slots: Slot, **changes: object) -> DkimFacts:
    """What the selectors of the list answered."""
    return DkimFacts(look(), "firma.pl", slots=slots, **changes)  # type: ignore[arg-type]


def key(text: str) -> DkimFacts:
    return tried(EMPTY, Slot("s1", (text,)))


def asked(slot: Slot, **changes: object) -> DkimFacts:
    """What the one selector answered that a person named."""
    target = parse_key_target("firma.pl", slot.selector)
    return DkimFacts(
        Look(target, is_asked=True),
        "firma.pl",
        slots=(slot,),
        selector=slot.selector,
        **changes,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(tried(EMPTY, Slot("x")), ["dkim.unknown"], id="none answers: not missing"),
        pytest.param(tried(EMPTY, exists=False), ["? no-name"], id="no such domain"),
        pytest.param(
            tried(EMPTY, Slot("x", error=TIMEOUT)), ["? timeout"], id="one unseen: nothing is said"
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,)), Slot("x", error=TIMEOUT)),
            ["dkim.sound", "? timeout"],
            id="one sound, one unseen",
        ),
        pytest.param(tried(Slot("s1", ("hello",))), ["dkim.unknown"], id="another TXT"),
        pytest.param(
            tried(Slot("selector1", target="x.onmicrosoft.com")),
            ["dkim.alias-to-nothing", "dkim.unknown"],
            id="an alias to nothing",
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,), target="s1.a.com"), Slot("s2", target="s2.a.com")),
            ["dkim.sound"],
            id="a place that its service keeps for the next key",
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,), target="s1.a.com"), Slot("s2", target="s2.b.com")),
            ["dkim.sound", "dkim.alias-to-nothing"],
            id="an alias to nothing at another service",
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,), target="s1.provider.com")), ["dkim.sound"], id="an alias"
        ),
        pytest.param(key(GOOD), ["dkim.sound"], id="2048"),
        pytest.param(key(f"p={RSA_2048}"), ["dkim.sound"], id="nothing but the key"),
        pytest.param(key(f"v=DKIM1; p={RSA_1024}"), ["dkim.short"], id="1024"),
        pytest.param(key(f"v=DKIM1; p={RSA_768}"), ["dkim.weak"], id="768"),
        pytest.param(
            key(f"v=DKIM1; k=ed25519; p={ED25519}"),
            ["dkim.sound", "dkim.only-ed25519"],
            id="Ed25519 alone",
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,)), Slot("s2", (f"k=ed25519; p={ED25519}",))),
            ["dkim.sound", "dkim.sound"],
            id="Ed25519 beside RSA",
        ),
        pytest.param(key("v=DKIM1; p="), ["dkim.revoked"], id="revoked"),
        pytest.param(
            tried(Slot("s1", ("v=DKIM1; p=",)), Slot("s2", (f"k=ed25519; p={ED25519}",))),
            ["dkim.revoked", "dkim.sound", "dkim.only-ed25519"],
            id="a revoked key is no key beside it",
        ),
        pytest.param(key(f"{GOOD}; t=y"), ["dkim.testing"], id="test mode"),
        pytest.param(key(f"{GOOD}; t=s"), ["dkim.sound", "dkim.strict"], id="strict"),
        pytest.param(key(f"{GOOD}; t=y:s"), ["dkim.testing", "dkim.strict"], id="both"),
        pytest.param(key(f"{GOOD}; h=sha1"), ["dkim.no-sha256"], id="SHA-1 only"),
        pytest.param(key(f"{GOOD}; h=sha1:sha256"), ["dkim.sound"], id="SHA-256 too"),
        pytest.param(key(f"{GOOD}; s=other"), ["dkim.not-for-mail"], id="not for mail"),
        pytest.param(key(f"{GOOD}; s=email"), ["dkim.sound"], id="for mail"),
        pytest.param(key(f"{GOOD}; n=note; x=y"), ["dkim.sound"], id="tags that mean nothing"),
        pytest.param(key("v=DKIM1; p=MIIB*"), ["dkim.bad-base64"], id="no base64"),
        pytest.param(key(f"v=DKIM1; p={RSA_2048[:200]}"), ["dkim.bad-key"], id="cut short"),
        pytest.param(key("v=DKIM1; k=ed25519; p=AAAA"), ["dkim.bad-key"], id="Ed25519, short"),
        pytest.param(key(f"v=DKIM1; k=dsa; p={RSA_2048}"), ["dkim.unknown-type"], id="k=dsa"),
        pytest.param(key(f"v=DKIM2; p={RSA_2048}"), ["dkim.bad-record"], id="v=DKIM2"),
        pytest.param(key("v=DKIM1; k=rsa"), ["dkim.bad-record"], id="no p"),
        pytest.param(tried(Slot("s1", (GOOD, f"p={RSA_1024}"))), ["dkim.several"], id="two keys"),
        pytest.param(
            tried(Slot("s1", (GOOD, "hello"))), ["dkim.sound"], id="a key and another TXT"
        ),
        pytest.param(
            tried(Slot("s1", ("spam",)), Slot("s2", ("spam",)), wildcard=("spam",)),
            ["dkim.wildcard", "dkim.unknown"],
            id="a wildcard of another TXT",
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,)), Slot("s2", (GOOD,)), wildcard=(GOOD,)),
            ["dkim.wildcard", "dkim.unknown"],
            id="a wildcard key: nothing is known of any selector",
        ),
        pytest.param(
            tried(Slot("s1", (GOOD,)), Slot("s2", ("spam",)), wildcard=("spam",)),
            ["dkim.wildcard", "dkim.sound"],
            id="a key beside a wildcard",
        ),
        pytest.param(
            tried(Slot("s1", ("v=DKIM1; p=",)), wildcard=("v=DKIM1; p=",)),
            ["dkim.nobody-signs"],
            id="the domain says that nobody signs",
        ),
        pytest.param(
            tried(EMPTY, error=TIMEOUT), ["? timeout"], id="a wildcard is not ruled out: a gap"
        ),
        pytest.param(asked(Slot("s1", (GOOD,))), ["dkim.sound"], id="asked for: sound"),
        pytest.param(asked(Slot("s1")), ["dkim.no-key"], id="asked for: none"),
        pytest.param(
            asked(Slot("s1", target="x.example")), ["dkim.no-key"], id="asked for: a dead alias"
        ),
        pytest.param(asked(Slot("s1", ("hello",))), ["dkim.not-a-key"], id="asked for: no key"),
        pytest.param(asked(Slot("s1", error=TIMEOUT)), ["? timeout"], id="asked for: unseen"),
        pytest.param(
            asked(Slot("s1", (GOOD,)), wildcard=(GOOD,)),
            ["dkim.wildcard", "dkim.sound"],
            id="asked for: a wildcard's key is a key",
        ),
        pytest.param(
            asked(Slot("s1", (GOOD,)), exists=False),
            ["dkim.sound"],
            id="asked for: the key exists, so the domain does",
        ),
    ],
)
def test_what_receivers_make_of_signatures(seen: DkimFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_a_key_is_named_as_it_stands_in_dns() -> None:
    statements = list(judge(key(GOOD)))
    assert subjects(statements) == ["s1._domainkey.firma.pl"]
    assert only(statements, "dkim.sound").params == {"key": "RSA 2048"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("firma.pl", ("", "firma.pl")),
        ("s1._domainkey.firma.pl", ("s1", "firma.pl")),
        ("a.b._domainkey.firma.pl", ("a.b", "firma.pl")),
    ],
)
def test_the_name_of_a_key_is_taken_apart(name: str, expected: tuple[str, str]) -> None:
    assert split(name) == expected


def test_terminal_escapes_of_a_record_do_not_get_through() -> None:
    seen = list(judge(asked(Slot("s1", ("\x1b[31mred",)))))
    assert only(seen, "dkim.not-a-key").params == {"record": "red"}


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_no_record_makes_an_exception(first: str, second: str, is_wild: bool) -> None:
    wildcard = (first,) if is_wild else ()
    for text in (first, f"v=DKIM1; p={first}; t={second}", f"v=DKIM1;{first}"):
        seen = (Slot("s1", (text,)), Slot("s2", (text, second)))
        assert list(judge(tried(*seen, wildcard=wildcard)))
        assert list(judge(asked(seen[0], wildcard=wildcard)))


MakeNetwork = Callable[..., Network]


async def test_all_selectors_are_asked_for_at_once(make_network: MakeNetwork) -> None:
    zone = f"""
        firma.pl. A 192.0.2.1
        google._domainkey.firma.pl. TXT "v=DKIM1; p={RSA_2048[:200]}" "{RSA_2048[200:]}"
        selector1._domainkey.firma.pl. CNAME s1.provider.com.
        s1.provider.com. TXT "v=DKIM1; p={RSA_1024}"
        selector2._domainkey.firma.pl. CNAME s2.provider.com.
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        statements = list(judge(await gather(network, TRYING)))
        asked_for = {name for name, _, _ in server.asked if "_domainkey" in name}
    assert codes(statements) == ["dkim.sound", "dkim.short"]
    assert subjects(statements)[1] == "selector1._domainkey.firma.pl"
    assert asked_for >= {f"{name}._domainkey.firma.pl" for name in SELECTORS}
    assert len(asked_for) == len(SELECTORS) + 2  # one that nobody has, and what is above them


async def test_where_it_is_proved_that_there_are_no_selectors_none_is_asked_for(
    make_network: MakeNetwork,
) -> None:
    zone = """
        firma.pl. SOA ns.firma.pl. root.firma.pl. 7 3600 600 86400 60
        firma.pl. A 192.0.2.1
    """
    async with dns_server(zone) as server, make_network([server.address]) as network:
        server.authenticated = True
        statements = list(judge(await gather(network, TRYING)))
        asked_for = {name for name, _, _ in server.asked if "_domainkey" in name}
    assert codes(statements) == ["dkim.unknown"]
    assert only(statements, "dkim.unknown").params["count"] == len(SELECTORS)
    assert asked_for == {"_domainkey.firma.pl"}


async def test_one_selector_is_asked_for_alone(make_network: MakeNetwork) -> None:
    named = Look(parse_key_target("firma.pl", "s1"), is_asked=True)
    zone = f'firma.pl. A 192.0.2.1\ns1._domainkey.firma.pl. TXT "p={RSA_1024}"'
    async with dns_server(zone) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, named))) == ["dkim.short"]
        asked_for = {name for name, _, _ in server.asked if "_domainkey" in name}
    assert len(asked_for) == 2  # and a random one


async def test_a_resolver_that_fails_is_no_missing_key(make_network: MakeNetwork) -> None:
    async with (
        dns_server("firma.pl. A 192.0.2.1") as server,
        make_network([server.address]) as network,
    ):
        server.fault = Fault.SERVFAIL
        assert codes(judge(await gather(network, TRYING))) == ["? servfail"]


async def test_a_domain_that_does_not_exist_gets_no_verdict(make_network: MakeNetwork) -> None:
    async with dns_server("pl. NS a.pl.") as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, TRYING))) == ["? no-name"]


async def test_an_address_is_no_domain(make_network: MakeNetwork) -> None:
    async with make_network() as network:
        assert codes(judge(await gather(network, look("192.0.2.1")))) == ["dkim.not-a-domain"]


async def test_selectors_of_a_recognised_provider_are_tried_beside_the_common_ones(
    make_network: Callable[..., Network],
) -> None:
    known = load_knowledge().reference
    assert all(known.providers.of_id(name) for name in known.selectors_of)
    asked = Look(parse_target("firma.pl"), reference=known)
    for mx, is_tried in (("mx00.ionos.de", True), ("mx.inny.pl", False)):
        async with (
            dns_server(f"firma.pl. MX 10 {mx}.") as server,
            make_network([server.address]) as network,
        ):
            facts = await gather(network, asked)
            assert bool(server.count("s1-ionos._domainkey.firma.pl")) is is_tried
            assert server.count("google._domainkey.firma.pl") == 1
        assert ("s1-ionos" in [slot.selector for slot in facts.slots]) is is_tried
