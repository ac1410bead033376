"""What a domain publishes for mail programs, judged."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.discovery.claim import Answered, Standing
from bot.discovery.merge import merge
from bot.model.finding import Finding
from bot.model.settings import (
    AskedSource,
    ConnectionSecurity,
    MailboxServer,
    Proof,
    SettingsSource,
)
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network
from bot.probes.proving import CLOSED, IN_CLEAR
from bot.probes.settings import SettingsFacts, gather, judge
from tests.doubles.dns import dns_server
from tests.probes.making import codes, look, only

TLS = ConnectionSecurity.TLS
MakeNetwork = Callable[..., Network]


def answer(standing: Standing, host: str, **changes: Any) -> Answered:
    source = SettingsSource.SRV if standing is Standing.SRV else SettingsSource.AUTOCONFIG
    server = MailboxServer("imap", host, 993, TLS, source=source)
    return Answered(AskedSource(source, "place", True), standing, (server,), **changes)


def facts(*answers: Answered, is_asked: bool = False, **findings: Finding) -> SettingsFacts:
    claims = merge(answers)
    proofs = {
        claim.server.endpoint: Proof(False, (findings[claim.server.host.split(".")[0]],))
        for claim in claims
        if claim.server.host.split(".")[0] in findings
    }
    return SettingsFacts(look(is_asked=is_asked), answers, claims, proofs)


FILE = answer(Standing.OWN_FILE, "imap.firma.pl")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param(facts(FILE), ["settings.found"], id="published"),
        pytest.param(facts(), [], id="nothing, and nobody asked"),
        pytest.param(facts(is_asked=True), ["settings.none"], id="nothing"),
        pytest.param(
            facts(FILE, imap=CLOSED("imap.firma.pl:993", port=993)),
            ["settings.closed", "settings.found"],
            id="a promise that is not kept",
        ),
        pytest.param(
            facts(FILE, imap=IN_CLEAR("imap.firma.pl:143", port=143)),
            ["settings.in-clear", "settings.found"],
            id="told not to encrypt",
        ),
        pytest.param(
            facts(FILE, answer(Standing.SRV, "stare.firma.pl")),
            ["settings.disagree", "settings.found"],
            id="sources disagree",
        ),
        pytest.param(
            facts(answer(Standing.OWN_FILE_IN_CLEAR, "imap.firma.pl")),
            ["settings.over-http", "settings.found"],
            id="over http alone",
        ),
        pytest.param(
            facts(answer(Standing.SRV, "imap.inna.pl", strangers=frozenset({"imap.inna.pl"}))),
            ["settings.unsigned", "settings.found"],
            id="elsewhere, and nobody signed it",
        ),
        pytest.param(
            facts(
                FILE, answer(Standing.SRV, "imap.firma.pl", strangers=frozenset({"imap.firma.pl"}))
            ),
            ["settings.found"],
            id="elsewhere, but a file over https says the same",
        ),
    ],
)
def test_what_is_published_is_judged(seen: SettingsFacts, expected: list[str]) -> None:
    assert codes(judge(seen)) == expected


def test_what_hides_the_sources_is_told_instead_of_nothing_being_published() -> None:
    gap = Gap("https://autoconfig.firma.pl/", Trouble.TIMEOUT)
    hidden = Answered(AskedSource(SettingsSource.AUTOCONFIG, "place", gap=gap), Standing.OWN_FILE)
    assert codes(judge(facts(hidden, is_asked=True))) == ["? timeout"]
    assert codes(judge(facts(hidden))) == []


def test_a_disagreement_names_who_says_what() -> None:
    found = only(judge(facts(FILE, answer(Standing.SRV, "stare.firma.pl"))), "settings.disagree")
    assert found.params == {
        "protocol": "IMAP",
        "claims": "imap.firma.pl:993 (autoconfig), stare.firma.pl:993 (srv)",
    }


async def test_records_of_a_domain_are_found(make_network: MakeNetwork) -> None:
    zone = "firma.pl. MX 10 mx.firma.pl.\n_imaps._tcp.firma.pl. SRV 0 1 993 gone.firma.pl."
    async with dns_server(zone) as dns, make_network([dns.address]) as network:
        seen = await gather(network, look())
        assert codes(judge(seen)) == ["settings.no-such-host", "settings.found"]
        seen = await gather(network, look("192.0.2.1"))
        assert codes(judge(seen)) == ["? no-address"]
