"""Blocklists: tested before they are believed; only documented answers are listings."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.blocklist import Blocklist, Scope, select_blocklists
from bot.knowledge.reference import Reference
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.blocklist import gather, judge
from bot.probes.blocklist_asked import BlocklistFacts, Item, ListFacts, Role
from bot.probes.mx_addresses import HostAddresses
from bot.probes.probe import Statement
from tests.doubles.dns import Fault, dns_server
from tests.probes.making import V4, codes, found, look, no_name, only

BY_ID = {each.id: each for each in load_knowledge().reference.blocklists}
ZEN, PSBL, DRONE, DBL = (BY_ID[i] for i in ("spamhaus-zen", "psbl", "dronebl", "spamhaus-dbl"))
SURBL, URIBL = BY_ID["surbl"], BY_ID["uribl"]
TIMEOUT = NetworkError(Trouble.TIMEOUT)
ADDRESS = Item(Role.ADDRESS, "192.0.2.1", "192.0.2.1")
SERVER = Item(Role.MX, "mx.firma.pl [192.0.2.1]", "192.0.2.1")
DOMAIN = Item(Role.DOMAIN, "firma.pl", "firma.pl")


def says(*addresses: str) -> Any:
    return found("x", *map(IPv4Address, addresses)) if addresses else no_name("x")


GOOD = {"spamhaus-dbl": "127.0.1.2", "surbl": "127.0.0.254", "uribl": "127.0.0.14"}


def asked(blocklist: Blocklist, item: Item, *addresses: str, **changes: Any) -> ListFacts:
    """A list in good order that answers this about the item."""
    test = says(GOOD.get(blocklist.id, "127.0.0.2"))
    return replace(ListFacts(blocklist, test, says(), ((item, says(*addresses)),)), **changes)


def facts(*lists: ListFacts, exists: bool = True) -> BlocklistFacts:
    servers = (HostAddresses("mx.firma.pl", (V4,)),)
    return BlocklistFacts(look(), exists, servers, lists)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(asked(ZEN, ADDRESS), "blocklist.sound", id="not listed"),
        pytest.param(asked(ZEN, ADDRESS, "127.0.0.3"), "blocklist.address-major", id="major"),
        pytest.param(asked(PSBL, ADDRESS, "127.0.0.2"), "blocklist.address", id="medium"),
        pytest.param(asked(DRONE, ADDRESS, "127.0.0.9"), "blocklist.address-low", id="low"),
        pytest.param(asked(ZEN, SERVER, "127.0.0.4"), "blocklist.mx-major", id="a mail server"),
        pytest.param(asked(PSBL, SERVER, "127.0.0.2"), "blocklist.mx", id="a mail server, medium"),
        pytest.param(asked(DBL, DOMAIN, "127.0.1.4"), "blocklist.domain-major", id="a domain"),
        pytest.param(asked(SURBL, DOMAIN, "127.0.0.64"), "blocklist.domain", id="a domain, medium"),
        pytest.param(asked(ZEN, ADDRESS, "127.0.0.11"), "blocklist.policy", id="policy only"),
        pytest.param(
            asked(ZEN, ADDRESS, "127.0.0.4", "127.0.0.11"),
            "blocklist.address-major",
            id="policy and worse",
        ),
        pytest.param(asked(URIBL, DOMAIN, "127.0.0.4"), "blocklist.sound", id="grey is no listing"),
        pytest.param(asked(ZEN, ADDRESS, "127.0.0.99"), "blocklist.sound", id="unknown code"),
        pytest.param(
            asked(ZEN, ADDRESS, "127.255.255.254"), "? list-refused", id="a public resolver"
        ),
        pytest.param(asked(DBL, DOMAIN, "127.0.1.255"), "? list-refused", id="an error code"),
        pytest.param(asked(URIBL, DOMAIN, "127.0.0.1"), "? list-refused", id="query refused"),
        pytest.param(asked(ZEN, ADDRESS, "198.51.100.9"), "? list-broken", id="answers rewritten"),
        pytest.param(
            asked(ZEN, ADDRESS, "127.0.0.2", unlisted=says("127.0.0.2")),
            "? list-broken",
            id="lists the world",
        ),
        pytest.param(
            asked(ZEN, ADDRESS, "127.0.0.2", listed=says()), "? list-refused", id="lists nothing"
        ),
        pytest.param(
            asked(ZEN, ADDRESS, listed=says("127.255.255.255")), "? list-refused", id="too often"
        ),
        pytest.param(asked(ZEN, ADDRESS, listed=TIMEOUT), "? timeout", id="a dead list"),
        pytest.param(asked(ZEN, ADDRESS, unlisted=TIMEOUT), "? timeout", id="half dead"),
        pytest.param(
            asked(ZEN, ADDRESS, answers=((ADDRESS, TIMEOUT),)), "? timeout", id="no answer"
        ),
    ],
)
def test_what_a_list_says(seen: ListFacts, expected: str) -> None:
    assert codes(judge(facts(seen))) == [expected]


def test_one_gap_hides_no_listing() -> None:
    other = Item(Role.MX, "mx2.firma.pl [192.0.2.2]", "192.0.2.2")
    seen = asked(ZEN, SERVER, answers=((SERVER, says("127.0.0.2")), (other, TIMEOUT)))
    assert codes(judge(facts(seen))) == ["blocklist.mx-major", "? timeout"]


def test_a_listing_says_where_and_how_to_get_off() -> None:
    listed = only(judge(facts(asked(ZEN, SERVER, "127.0.0.2"))), "blocklist.mx-major")
    assert listed.subject == "mx.firma.pl [192.0.2.1]"
    assert listed.params == {
        "list": "Spamhaus ZEN",
        "kind": "SBL",
        "entry": "Spamhaus ZEN (SBL)",
        "link": "https://check.spamhaus.org/",
    }


def test_an_operator_s_own_list_is_named_once_and_tells_where_its_reason_stands() -> None:
    (own,) = select_blocklists((), ("bl.test.net",))
    listed = only(judge(facts(asked(own, SERVER, "127.0.0.2"))), "blocklist.mx")
    assert listed.params["entry"] == "bl.test.net"
    assert listed.params["link"] == "DNS TXT 1.2.0.192.bl.test.net"


def test_all_good_lists_are_told_at_once() -> None:
    sound = only(judge(facts(asked(ZEN, ADDRESS), asked(DBL, DOMAIN))), "blocklist.sound")
    assert sound.params == {"count": 2, "lists": "Spamhaus ZEN, Spamhaus DBL"}


def test_the_gap_names_the_zone() -> None:
    (statement,) = judge(facts(asked(ZEN, ADDRESS, "127.255.255.254")))
    assert statement == Gap("zen.spamhaus.org", Trouble.LIST_REFUSED)


def test_without_lists_nothing_is_said() -> None:
    assert codes(judge(facts())) == []
    assert codes(judge(facts(exists=False))) == ["? no-name"]


@pytest.mark.parametrize(
    ("item", "label"),
    [
        (ADDRESS, "1.2.0.192"),
        (DOMAIN, "firma.pl"),
        (Item(Role.MX, "x", "2001:db8::1"), "1" + ".0" * 23 + ".8.b.d.0.1.0.0.2"),
    ],
)
def test_what_is_asked(item: Item, label: str) -> None:
    assert item.label == label


def test_ipv6_goes_only_to_lists_that_know_it() -> None:
    item = Item(Role.ADDRESS, "x", "2001:db8::1")
    assert item.is_known_to(ZEN)
    assert not item.is_known_to(PSBL)
    assert not DOMAIN.is_known_to(ZEN)
    assert DOMAIN.is_known_to(DBL)


# Lists of our own, as LISTONOSZ_BLOCKLISTS names them, so that their zones stand below.
OWN = Reference(blocklists=select_blocklists((), ("bl.test.net", "domain:dbl.test.net")))
ZONE = """
    clean.pl. MX 10 mx.clean.pl.
    mx.clean.pl. A 127.0.0.9
    sklep.spam.pl. A 127.0.0.9
    2.0.0.127.bl.test.net. A 127.0.0.2
    test.dbl.test.net. A 127.0.0.2
    spam.pl.dbl.test.net. A 127.0.0.2
"""
MakeNetwork = Callable[..., Network]


async def statements(
    make_network: MakeNetwork, target: str, *, zone: str = ZONE, fault: str = ""
) -> list[Statement]:
    async with dns_server(zone) as server, make_network([server.address]) as network:
        if fault:
            server.misbehave(fault, Fault.SERVFAIL)
        seen = await gather(network, replace(look(target), reference=OWN))
    return list(judge(seen))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("clean.pl", ["blocklist.sound"], id="clean"),
        # The organization's domain is listed, not the name that was asked for.
        pytest.param("sklep.spam.pl", ["blocklist.domain", "blocklist.sound"], id="a domain"),
        pytest.param("gone.pl", ["? no-name"], id="no such domain"),
    ],
)
async def test_lists_are_asked_over_dns(
    make_network: MakeNetwork, target: str, expected: list[str]
) -> None:
    assert sorted(codes(await statements(make_network, target))) == sorted(expected)


async def test_an_address_is_looked_up_itself(make_network: MakeNetwork) -> None:
    zone = ZONE + "1.2.0.192.bl.test.net. A 127.0.0.2\n"
    listed = only(await statements(make_network, "9.9.9.9", zone=zone), "blocklist.sound")
    assert listed.params["lists"] == "bl.test.net"
    zone = ZONE + "9.9.9.9.bl.test.net. A 127.0.0.2\n"
    assert codes(await statements(make_network, "9.9.9.9", zone=zone)) == ["blocklist.address"]


async def test_a_mail_server_is_looked_up_by_its_address(make_network: MakeNetwork) -> None:
    zone = ZONE + "9.0.0.127.bl.test.net. A 127.0.0.2\n"
    found_ = await statements(make_network, "clean.pl", zone=zone)
    assert only(found_, "blocklist.mx").subject == "mx.clean.pl [127.0.0.9]"


async def test_a_list_that_fails_is_a_gap(make_network: MakeNetwork) -> None:
    found_ = await statements(make_network, "clean.pl", fault="2.0.0.127.bl.test.net")
    assert sorted(codes(found_)) == ["? servfail", "blocklist.sound"]


async def test_a_list_that_lists_everybody_is_not_believed(make_network: MakeNetwork) -> None:
    zone = ZONE + "1.0.0.127.bl.test.net. A 127.0.0.2\n9.0.0.127.bl.test.net. A 127.0.0.2\n"
    found_ = await statements(make_network, "clean.pl", zone=zone)
    assert sorted(codes(found_)) == ["? list-broken", "blocklist.sound"]


async def test_without_lists_only_the_plan_s_own_question_is_asked(
    make_network: MakeNetwork,
) -> None:
    async with dns_server(ZONE) as server, make_network([server.address]) as network:
        assert codes(judge(await gather(network, look("clean.pl")))) == []
        asked = await gather(network, look("clean.pl", is_asked=True))
        assert server.asked == [("clean.pl", "MX", "udp")]
    assert codes(judge(asked)) == ["blocklist.none-asked"]


def test_the_shipped_lists_are_of_both_scopes() -> None:
    assert {each.scope for each in BY_ID.values()} == {Scope.ADDRESS, Scope.DOMAIN}


def test_servers_whose_addresses_nobody_could_look_up_are_told() -> None:
    hidden = (HostAddresses("mx.firma.pl", error=TIMEOUT),)
    seen = replace(facts(asked(DBL, DOMAIN)), servers=hidden)
    assert codes(judge(seen)) == ["? timeout", "blocklist.sound"]
    # One that is known is looked at; `mx` tells what is wrong with the other.
    partly = (*hidden, HostAddresses("mx2.firma.pl", (V4,)))
    assert codes(judge(replace(seen, servers=partly))) == ["blocklist.sound"]
