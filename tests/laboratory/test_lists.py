"""Facts from the knowledge folder meet the laboratory: blocklists, providers and networks."""

import pytest

from bot.conversation.ports import Progress
from bot.formats.target import parse_target
from bot.knowledge import load_knowledge
from bot.knowledge.blocklist import select_blocklists
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest, Inconclusive, Judged, Report
from bot.network.network import Network
from bot.probes.run import run_check
from tests.laboratory.laboratory import Laboratory

pytestmark = pytest.mark.laboratory

_ZONES = ("bl", "world", "shut")
_LISTS = (*(f"{zone}.czarnelisty.org" for zone in _ZONES), "domain:dbl.czarnelisty.org")
REFERENCE = Reference(
    providers=load_knowledge().reference.providers, blocklists=select_blocklists((), _LISTS)
)


def check(laboratory: Laboratory, network: Network, target: str, *probes: str) -> Report:
    request = CheckRequest(parse_target(target), probes)
    return laboratory.run(run_check(network, request, Progress(), REFERENCE))


def said(report: Report) -> tuple[set[str], set[str]]:
    """Codes of findings, and the zones that could not be asked with the reason."""
    gaps = {
        f"{gap.subject} {gap.trouble}"
        for outcome in report.outcomes
        if isinstance(outcome, Judged | Inconclusive)
        for gap in outcome.gaps
    }
    return {finding.code for finding in report.findings()}, gaps


UNASKED = {"world.czarnelisty.org list-broken", "shut.czarnelisty.org list-refused"}


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        pytest.param("dobra.pl", {"blocklist.mx", "blocklist.domain"}, id="a listed domain"),
        pytest.param("198.51.100.10", {"blocklist.address"}, id="a listed address"),
        pytest.param("198.51.100.11", {"blocklist.sound"}, id="an address that is not"),
    ],
)
def test_lists_are_believed_only_after_their_test(
    laboratory: Laboratory, network: Network, target: str, codes: set[str]
) -> None:
    found, gaps = said(check(laboratory, network, target, "blocklist"))
    assert found == codes
    assert gaps == UNASKED


def test_a_domain_with_servers_of_its_own(laboratory: Laboratory, network: Network) -> None:
    found, gaps = said(check(laboratory, network, "dobra.pl", "provider", "network"))
    assert found == {"provider.own", "network.origin"}
    assert not gaps
