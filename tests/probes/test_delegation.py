"""The two sides of a zone cut: a parent's server on the wire, and what is made of it."""

from dataclasses import replace

import dns.flags
import dns.message
import dns.rrset
import pytest

from bot.network.dns_message import Referral, read_referral
from bot.network.dns_parts import MalformedError
from bot.network.question import Question
from bot.probes.delegation import Delegation, _climb
from bot.probes.nameservers import ZoneFacts
from bot.probes.ns import judge
from tests.probes.making import codes, only
from tests.probes.zone_servers import other, server, zone

NS = ("ns1.firma.pl", "ns2.inna.pl")
QUESTION = Question.about("firma.pl", "NS")
assert QUESTION is not None


def seen(above: tuple[str, ...] = NS, own: tuple[str, ...] = NS, *glue: str) -> ZoneFacts:
    delegation = Delegation(Referral(above, frozenset(glue)), frozenset(own))
    return replace(zone(server(), other()), delegation=delegation)


def test_sides_that_agree_are_sound() -> None:
    assert codes(judge(seen(NS, NS, "ns1.firma.pl"))) == ["ns.sound"]


def test_what_either_side_has_alone_is_named() -> None:
    differs = only(judge(seen((*NS, "old.pl"), (*NS, "new.pl"), "ns1.firma.pl")), "ns.differs")
    assert differs.params == {"above": "old.pl", "own": "new.pl"}


def test_a_server_inside_the_zone_needs_its_address_above() -> None:
    missing = only(judge(seen()), "ns.no-glue")
    assert missing.params == {"hosts": "ns1.firma.pl"}


def test_a_server_outside_needs_none_and_one_that_is_not_named_above_neither() -> None:
    found = codes(judge(seen(("ns2.inna.pl",), NS)))
    assert found == ["ns.differs"]


def test_the_way_up_ends_at_the_root() -> None:
    assert list(_climb("firma.com.pl")) == ["com.pl", "pl", ""]


def reply(*sections: list[str], authoritative: bool = False) -> bytes:
    message = dns.message.make_response(dns.message.make_query("firma.pl.", "NS"))
    if authoritative:
        message.flags |= dns.flags.AA
    for section, lines in zip(
        (message.answer, message.authority, message.additional), sections, strict=False
    ):
        for line in lines:
            name, rdtype, data = line.split(" ", 2)
            section.append(dns.rrset.from_text(name, 300, "IN", rdtype, data))
    return message.to_wire()


def test_a_referral_is_read_with_its_glue() -> None:
    wire = reply(
        [],
        ["firma.pl. NS ns1.Firma.pl.", "pl. NS a.dns.pl."],
        ["NS1.firma.pl. A 192.0.2.1", "x.pl. TXT y"],
    )
    assert read_referral(wire, QUESTION) == Referral(("ns1.firma.pl",), frozenset({"ns1.firma.pl"}))


@pytest.mark.parametrize(
    "wire",
    [
        reply([], ["pl. NS a.dns.pl."]),
        reply([], ["pl. SOA a.dns.pl. x.pl. 1 2 3 4 5"], authoritative=True),
        reply(["firma.pl. NS ns1.firma.pl."], authoritative=True),
        reply([], ["firma.pl. NS ns1.firma.pl."], authoritative=True),
        reply([]),
    ],
    ids=["to another zone", "no such name", "the zone's own answer", "own, nothing", "empty"],
)
def test_what_refers_to_no_zone_below_is_no_referral(wire: bytes) -> None:
    assert read_referral(wire, QUESTION) is None


def test_a_damaged_reply_is_malformed() -> None:
    with pytest.raises(MalformedError):
        read_referral(reply([], ["firma.pl. NS ns1.firma.pl."])[:-3], QUESTION)
