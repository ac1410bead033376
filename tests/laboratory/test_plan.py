"""The plan of the laboratory, and what can be said about it without root."""

import shutil

import dns.name
import dns.zone
import pytest

from tests.laboratory.__main__ import welcome
from tests.laboratory.domains import CHECKED, PLAN
from tests.laboratory.laboratory import why_not
from tests.laboratory.plan import Delegation, Domain, Host, lay_out
from tests.laboratory.zones import a_label, make_zones


def test_no_two_domains_and_no_two_hosts_share_a_name() -> None:
    domains = [domain.name for domain in PLAN.domains]
    hosts = [place.host.name for place in PLAN.places]
    assert len(set(domains)) == len(domains)
    assert len(set(hosts)) == len(hosts)


def test_every_host_has_addresses_of_its_own() -> None:
    addresses = [address for place in PLAN.places for address in place.addresses]
    assert len(set(addresses)) == len(addresses)


def test_a_network_that_is_full_says_so() -> None:
    hosts = tuple(Host(f"h{number}.pl") for number in range(241))
    with pytest.raises(ValueError, match="full"):
        lay_out((Domain("pl", "", hosts=hosts),))


def test_every_zone_file_parses_and_every_domain_but_lame_and_absent_has_one() -> None:
    zones = make_zones(PLAN)
    for files in (zones.root, zones.tlds, zones.domains):
        for name, text in files.items():
            dns.zone.from_text(text, origin=dns.name.from_text(name))
    for domain in PLAN.domains:
        hosted = domain.delegation not in (
            Delegation.ABSENT,
            Delegation.LAME,
            Delegation.SILENT,
            Delegation.LOST_ALIAS,
        )
        assert (a_label(domain.name) in zones.domains) == hosted


def test_the_welcome_names_every_domain() -> None:
    text = welcome()
    assert [domain.name for domain in CHECKED if domain.name not in text] == []


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None if name == "knotd" else name)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert "misses knotd" in why_not()


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert "needs root" in why_not()
