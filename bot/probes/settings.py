"""Settings for mail programs: what a domain publishes, and whether its servers keep the promise."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.discovery.caution import KINDS as CAUTIONS
from bot.discovery.caution import cautions
from bot.discovery.claim import Answered
from bot.discovery.merge import Claim, Endpoint, disagreements
from bot.model.finding import Kind, Severity
from bot.model.settings import Proof
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.own_servers import own_word
from bot.probes.probe import Look, Probe, Statement, is_there, join
from bot.probes.proving import CLOSED, IN_CLEAR, NO_ADDRESS, NO_JMAP, NO_SUCH_HOST, prove
from bot.probes.settings_search import LONGEST_PROOF

FOUND = Kind("settings.found", Severity.OK, frozenset({"servers", "sources"}))
NONE = Kind("settings.none", Severity.NOTICE, reference="RFC 6186 section 3")
DISAGREE = Kind("settings.disagree", Severity.WARNING, frozenset({"protocol", "claims"}))
MOST_PROVED = 12


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """What the sources say, and what the servers answered."""

    look: Look
    answers: tuple[Answered, ...] = ()
    claims: tuple[Claim, ...] = ()
    proofs: Mapping[Endpoint, Proof] = field(default_factory=dict)
    exists: bool = True


async def gather(network: Network, look: Look) -> SettingsFacts:
    """The domain's own sources; nobody else is asked about it, and nothing is guessed."""
    if look.is_address:
        return SettingsFacts(look)
    # Where DNS is dead, nothing is known of what is published.
    if not is_there(await network.dns.mx(look.name)):
        return SettingsFacts(look, exists=False)
    word = await own_word(network, look.name)
    servers = [claim.server for claim in word.claims[:MOST_PROVED]]
    proved = await asyncio.gather(*(prove(network.within(LONGEST_PROOF), s) for s in servers))
    proofs = {s.endpoint: each.proof for s, each in zip(servers, proved, strict=True)}
    return SettingsFacts(look, word.answers, word.claims, proofs)


def judge(facts: SettingsFacts) -> Iterator[Statement]:
    """Faults of the promise; what the servers themselves do wrong, their own probes tell."""
    subject, claims = facts.look.shown, facts.claims
    if facts.look.is_address:
        yield Gap(subject, Trouble.NO_ADDRESS)
        return
    if not facts.exists:
        yield Gap(subject, Trouble.NO_NAME)
        return
    for claim in claims:
        proof = facts.proofs.get(claim.server.endpoint, Proof())
        yield from (found for found in proof.findings if found.code in _OWN_CODES)
        yield from cautions(claim, facts.answers, subject)
    for each in disagreements(facts.answers):
        named = join(f"{shown(c.host)}:{c.port} ({c.source.value})" for c in each.claims)
        yield DISAGREE(subject, protocol=each.protocol.upper(), claims=named)
    if claims:
        sources = dict.fromkeys(source.value for claim in claims for source in claim.sources)
        servers = join(f"{shown(claim.server.host)}:{claim.server.port}" for claim in claims)
        yield FOUND(subject, servers=servers, sources=join(sources))
    elif facts.look.is_asked:
        gaps = [answer.asked.gap for answer in facts.answers if answer.asked.gap is not None]
        yield from gaps
        if not gaps:
            yield NONE(subject)


_KINDS = (NO_SUCH_HOST, NO_ADDRESS, CLOSED, IN_CLEAR, NO_JMAP, *CAUTIONS)
_OWN_CODES = frozenset(kind.code for kind in _KINDS)

PROBE = Probe("settings", gather, judge, kinds=(FOUND, NONE, DISAGREE, *_KINDS), seconds=20.0)
