"""Blocklists: what an answer means, which lists are asked, and every fault of their file."""

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.blocklist import MOST, Blocklist, Scope, Weight, select_blocklists
from bot.knowledge.sheets import list_sheets, read_plain
from tests.knowledge.folders import knowledge_folder

SHIPPED = load_knowledge().reference.blocklists
BY_ID = {each.id: each for each in SHIPPED}
SOUND = """\
firma:
  name: Firma BL
  zone: bl.firma.pl
  scope: address
  weight: low
  codes: {127.0.0.2: spam}
  link: https://bl.firma.pl/
  sources: [{name: Firma, read: 2026-11-23}]
"""


@pytest.mark.parametrize(
    ("which", "answer", "expected"),
    [
        ("spamhaus-zen", "127.0.0.2", ("SBL",)),
        ("spamhaus-zen", "127.0.0.11", ("PBL",)),
        ("spamhaus-zen", "127.0.0.1", None),
        ("spamhaus-zen", "127.255.255.254", None),
        ("spamhaus-zen", "127.0.0.77", ()),
        ("spamhaus-zen", "192.0.2.1", None),
        ("spamhaus-dbl", "127.0.1.2", ("low reputation",)),
        ("spamhaus-dbl", "127.0.1.255", None),
        ("surbl", "127.0.0.80", ("MW", "ABUSE")),
        ("surbl", "127.0.0.4", ()),
        ("uribl", "127.0.0.2", ("black",)),
        ("uribl", "127.0.0.4", ()),
        ("uribl", "127.0.0.1", None),
        ("dronebl", "127.0.0.3", ("DroneBL",)),
        ("dronebl", "127.0.0.1", None),
    ],
)
def test_what_an_answer_means(which: str, answer: str, expected: tuple[str, ...] | None) -> None:
    assert BY_ID[which].kinds(IPv4Address(answer)) == expected


def test_the_shipped_lists() -> None:
    assert 0 < len(SHIPPED) <= MOST
    assert {each.scope for each in SHIPPED} == set(Scope)
    assert len({each.zone for each in SHIPPED}) == len(SHIPPED)
    assert all(each.sources and each.link for each in SHIPPED)
    assert BY_ID["spamhaus-zen"].test == ("2.0.0.127", "1.0.0.127")


def test_no_choice_is_all_of_ours() -> None:
    assert select_blocklists(SHIPPED, None) == SHIPPED


@pytest.mark.parametrize("chosen", [(), ("none",)])
def test_no_list_can_be_chosen(chosen: tuple[str, ...]) -> None:
    assert select_blocklists(SHIPPED, chosen) == ()


def test_lists_are_chosen_by_id_or_zone_and_added_by_zone() -> None:
    chosen = ("psbl", "bl.spamcop.net", "bl.firma.pl", "domain:dbl.firma.pl")
    psbl, spamcop, own, own_domain = select_blocklists(SHIPPED, chosen)
    assert (psbl.id, spamcop.id) == ("psbl", "spamcop")
    assert (own.zone, own.scope, own.test) == ("bl.firma.pl", Scope.ADDRESS, psbl.test)
    assert (own_domain.zone, own_domain.scope) == ("dbl.firma.pl", Scope.DOMAIN)
    assert own_domain.test == ("test", "invalid")
    assert own.kinds(IPv4Address("127.0.0.9")) == ("bl.firma.pl",)
    assert own.kinds(IPv4Address("127.255.255.254")) is None


def test_an_overlay_replaces_the_lists(tmp_path: Path) -> None:
    folder = knowledge_folder(tmp_path, {"blocklists.yaml": SOUND})
    found: tuple[Blocklist, ...] = load_knowledge(folder).reference.blocklists
    assert [(each.name, each.weight) for each in found] == [("Firma BL", Weight.LOW)]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  weight: low\n", "", "blocklists.yaml:2: firma lacks “weight”"),
        ("zone: bl.firma.pl", "zone: bl", "blocklists.yaml:3: “bl” is no zone"),
        ("scope: address", "scope: all", "blocklists.yaml:4: unknown scope “all”"),
        ("127.0.0.2: spam", "10.0.0.2: spam", "blocklists.yaml:6: “10.0.0.2” is no code"),
        ("codes: {127.0.0.2: spam}", "bits: {8: PH}", "blocklists.yaml:6: “8” is no code"),
        ("link: https", "link: http", "blocklists.yaml:7: the link is not https"),
        ("[{name: Firma, read: 2026-11-23}]", "[]", "blocklists.yaml:8: there is no source"),
    ],
)
def test_faults_are_named_with_their_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in SOUND
    folder = knowledge_folder(tmp_path, {"blocklists.yaml": SOUND.replace(old, new, 1)})
    faults = [str(fault) for fault in read_plain(list(list_sheets(folder)))[1]]
    assert any(fault.startswith(what) for fault in faults), faults
