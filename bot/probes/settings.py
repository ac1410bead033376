"""Settings for mail programs: what a domain publishes, and whether its servers keep the promise."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.discovery.caution import KINDS as CAUTIONS
from bot.model.finding import Kind, Severity
from bot.model.settings import FoundServer, SettingsReport, SettingsRequest, SettingsSource
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, join
from bot.probes.proving import CLOSED, IN_CLEAR, NO_ADDRESS, NO_JMAP, NO_SUCH_HOST
from bot.probes.settings_search import find_settings

FOUND = Kind("settings.found", Severity.OK, frozenset({"servers", "sources"}))
NONE = Kind("settings.none", Severity.NOTICE, reference="RFC 6186 section 3")
DISAGREE = Kind("settings.disagree", Severity.WARNING, frozenset({"protocol", "claims"}))
# What the domain itself says; our own files and guesses are none of its doing.
_OWN = frozenset({SettingsSource.AUTOCONFIG, SettingsSource.PACC, SettingsSource.SRV})


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """What the sources say, and what the servers answered."""

    look: Look
    report: SettingsReport


async def gather(network: Network, look: Look) -> SettingsFacts:
    """The domain's own sources; nobody else is asked about it, and nothing is guessed."""
    if look.is_address:
        return SettingsFacts(look, SettingsReport(look.target))
    await network.dns.mx(look.name)  # where DNS is dead, nothing is known of what is published
    report = await find_settings(network, SettingsRequest(look.target), only_own=True)
    return SettingsFacts(look, report)


def judge(facts: SettingsFacts) -> Iterator[Statement]:
    """Faults of the promise; what the servers themselves do wrong, their own probes tell."""
    subject, report = facts.look.shown, facts.report
    if facts.look.is_address:
        yield Gap(subject, Trouble.NO_ADDRESS)
        return
    promised = [each for each in (*report.incoming, *report.outgoing) if _is_own(each)]
    for each in promised:
        yield from (found for found in each.proof.findings if found.code in _OWN_CODES)
    for disagreement in report.disagreements:
        claims = [claim for claim in disagreement.claims if claim.source in _OWN]
        if len(claims) > 1:
            named = join(f"{shown(c.host)}:{c.port} ({c.source.value})" for c in claims)
            yield DISAGREE(subject, protocol=disagreement.protocol.upper(), claims=named)
    if promised:
        sources = dict.fromkeys(source.value for each in promised for source in each.sources)
        servers = join(f"{shown(each.server.host)}:{each.server.port}" for each in promised)
        yield FOUND(subject, servers=servers, sources=join(sources))
    elif facts.look.is_asked:
        yield from (asked.gap for asked in report.sources if asked.gap is not None)
        yield NONE(subject)


def _is_own(found: FoundServer) -> bool:
    return bool(_OWN & set(found.sources))


_KINDS = (NO_SUCH_HOST, NO_ADDRESS, CLOSED, IN_CLEAR, NO_JMAP, *CAUTIONS)
_OWN_CODES = frozenset(kind.code for kind in _KINDS)

PROBE = Probe("settings", gather, judge, kinds=(FOUND, NONE, DISAGREE, *_KINDS), seconds=20.0)
