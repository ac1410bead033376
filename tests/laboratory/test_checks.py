"""Every broken domain is found broken in its own way and in no other: false alarms fail too."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.ports import Progress
from bot.formats.target import parse_target
from bot.jobs.inprocess import CheckRunner
from bot.knowledge import load_knowledge
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest, Crashed, Inconclusive, Judged, Refused, Report
from bot.model.finding import Finding, Kind, Severity
from bot.network.network import Network
from bot.network.settings import NetworkSettings, Times
from bot.network.trust import Trust
from bot.probes import PROBES
from bot.probes.run import run_check
from tests.laboratory.domains import CHECKED, SERVICES, Service
from tests.laboratory.laboratory import Laboratory, why_not
from tests.laboratory.plan import Domain

pytestmark = pytest.mark.laboratory

REFERENCE = Reference(selectors=load_knowledge().reference.selectors)


class Checker:
    """Checks inside the laboratory. The slow begin at once, so that nobody waits for them later."""

    def __init__(self, laboratory: Laboratory, network: Network) -> None:
        self._laboratory = laboratory
        self._network = network
        self._under_way = {
            domain.name: laboratory.submit(self._check(domain.name))
            for domain in CHECKED
            if "timeout" in domain.hides or "smtp.slow" in domain.says
        }

    async def _check(self, target: str, *probes: str) -> Report:
        request = CheckRequest(parse_target(target), probes)
        return await run_check(self._network, request, Progress(), REFERENCE)

    def check(self, target: str, *probes: str) -> Report:
        future = self._under_way.get(target) if not probes else None
        future = future or self._laboratory.submit(self._check(target, *probes))
        return future.result(30)


@pytest.fixture(scope="module")
def checker(laboratory: Laboratory, network: Network) -> Checker:
    return Checker(laboratory, network)


def findings(report: Report) -> list[Finding]:
    return [
        finding
        for outcome in report.outcomes
        if isinstance(outcome, Judged)
        for finding in outcome.findings
    ]


def troubles(report: Report) -> set[str]:
    return {
        gap.trouble.value
        for outcome in report.outcomes
        if isinstance(outcome, Judged | Inconclusive)
        for gap in outcome.gaps
    }


def assert_says(report: Report, says: frozenset[str], hides: frozenset[str]) -> None:
    assert not any(isinstance(outcome, Crashed | Refused) for outcome in report.outcomes), report
    codes = {finding.code for finding in findings(report)}
    grave = {finding.code for finding in findings(report) if finding.severity >= Severity.WARNING}
    assert codes >= says, f"missed {says - codes}"
    assert grave <= says, f"false alarm {grave - says}"
    assert troubles(report) == hides


@pytest.mark.parametrize("domain", CHECKED, ids=lambda domain: domain.name)
def test_a_check_finds_the_defect_and_nothing_else(checker: Checker, domain: Domain) -> None:
    assert_says(checker.check(domain.name), domain.says, domain.hides)


@pytest.mark.parametrize("service", SERVICES, ids=str)
def test_a_service_is_judged_as_programs_meet_it(checker: Checker, service: Service) -> None:
    assert_says(checker.check(service.host, service.probe), service.says, service.hides)


# A new probe joins them with its broken domains.
PROVED_HERE = (
    "mx", "spf", "dkim", "dmarc", "smtp", "mta-sts", "tls-rpt", "dane", "dnssec", "ns",
    "soa", "caa", "bimi", "wildcard", "submission", "imap", "pop3", "ptr", "ping",
    "settings",
)  # fmt: skip


def is_shown_by_domains(kind: Kind) -> bool:
    # The evaluation of SPF is asked for one sender; the tests of check_host() are its proof.
    return kind.severity >= Severity.WARNING and not kind.code.startswith("spf.result-")


def test_every_grave_finding_is_shown_by_a_domain_or_a_host() -> None:
    shown = {code for domain in CHECKED for code in domain.says}
    shown |= {code for service in SERVICES for code in service.says}
    proved = [probe for probe in PROBES if probe.name in PROVED_HERE]
    kinds = [kind for probe in proved for kind in probe.kinds if is_shown_by_domains(kind)]
    assert {kind.code for kind in kinds} - shown == set()


def test_what_a_greeting_would_paint_is_cleaned(checker: Checker) -> None:
    report = checker.check("smtp-escapes.pl")
    shown = [
        str(finding.params["greeting"])
        for finding in findings(report)
        if finding.code == "smtp.answers" and "smtp-escapes" in finding.subject
    ]
    assert len(shown) == 1
    assert "<b>owned</b>" in shown[0]  # the renderers escape it; as text it is harmless
    assert not any(unwanted in shown[0] for unwanted in "\x1b\x07\x9b\u202e")


def test_an_address_is_looked_at_from_its_reverse_name_to_its_owner(checker: Checker) -> None:
    report = checker.check("198.51.100.10")
    by_probe: dict[str, Any] = {outcome.probe: outcome for outcome in report.outcomes}
    assert set(by_probe) >= {"ptr", "ping"}
    text = repr(by_probe["ping"])
    assert "mx1.dobra.pl" in text
    assert "64500" in text


def test_a_private_address_is_refused_with_one_answer(checker: Checker) -> None:
    report = checker.check("mx-private.pl")
    gaps = [
        gap
        for outcome in report.outcomes
        if isinstance(outcome, Judged | Inconclusive)
        for gap in outcome.gaps
    ]
    assert gaps
    assert {(gap.subject, gap.detail) for gap in gaps} == {("inside.mx-private.pl", "")}


def test_many_checks_at_once_disturb_each_other_not(checker: Checker) -> None:
    async def all_at_once() -> list[Report]:
        runner = CheckRunner(checker._network, reference=REFERENCE)  # as the bot itself does it

        async def check(name: str) -> Report:
            request = CheckRequest(parse_target(name), fresh=True)
            return await runner.run(request, Progress())

        names = [domain.name for domain in CHECKED if not domain.hides][:100]
        try:
            return await asyncio.gather(*map(check, names))
        finally:
            await runner.close()

    for report in checker._laboratory.run(all_at_once(), 60):
        assert not any(isinstance(outcome, Inconclusive) for outcome in report.outcomes)


def test_a_port_that_our_own_network_blocks_is_not_blamed_on_the_server() -> None:
    if reason := why_not():
        pytest.skip(reason)
    with Laboratory(blocked_port=25) as blocked:
        settings = NetworkSettings.from_environment(blocked.environment)
        settings = replace(settings, times=Times(connect=1.0))
        trust = Trust(blocked.environment["SSL_CERT_FILE"])

        async def check() -> Report:
            async with Network.from_settings(settings, trust=trust) as network:
                request = CheckRequest(parse_target("dobra.pl"))
                return await run_check(network, request, Progress())

        report = blocked.run(check())
    assert_says(report, frozenset({"mx.sound", "ptr.sound"}), frozenset({"port-blocked"}))
