"""Wildcards in DNS (RFC 4592) that give answers under names where nobody expects one."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.finding import Kind, Severity
from bot.network.answer import Answer, MxRecord, TxtRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement, attempt, gap, is_there, join, no_domain

NOT_A_DOMAIN = Kind("wildcard.not-a-domain", Severity.NOTICE)
MX = Kind("wildcard.mx", Severity.NOTICE, frozenset({"hosts"}), "RFC 4592 section 2.2")
TXT = Kind("wildcard.txt", Severity.NOTICE, frozenset({"record"}), "RFC 4592 section 2.2")
NONE = Kind("wildcard.none", Severity.OK, reference="RFC 4592 section 2.2")

_LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class WildcardFacts:
    """What any name below the domain gets that has no records of its own."""

    look: Look
    mx: Answer[MxRecord] | NetworkError
    txt: Answer[TxtRecord] | NetworkError
    exists: bool = True


async def gather(network: Network, look: Look) -> WildcardFacts:
    """The star itself is asked for: it is a name like others, and its answer can be kept."""
    star = f"*.{look.name}"
    mx, txt, itself = await asyncio.gather(
        attempt(network.dns.mx(star)),
        attempt(network.dns.txt(star)),
        attempt(network.dns.mx(look.name)),
    )
    return WildcardFacts(look, mx, txt, is_there(itself))


def judge(facts: WildcardFacts) -> Iterator[Statement]:
    """Only what confuses mail: where it goes, and texts where records are looked for."""
    subject = facts.look.shown
    star = f"*.{subject}"
    if nothing := no_domain(facts.look, NOT_A_DOMAIN, exists=facts.exists):
        yield nothing
        return
    for answer in (facts.mx, facts.txt):
        if isinstance(answer, NetworkError):
            yield gap(star, answer)
            return
    mx, txt = facts.mx, facts.txt
    exchanges = [r.exchange for r in mx.records if r.exchange] if isinstance(mx, Answer) else []
    texts = [record.text for record in txt.records] if isinstance(txt, Answer) else []
    # That nobody sends from names that are not in use is said so on purpose, and rightly.
    texts = [text for text in texts if text.lower().split() != ["v=spf1", "-all"]]
    if exchanges:
        yield MX(subject, hosts=join(shown(exchange) for exchange in dict.fromkeys(exchanges)))
    if texts:
        yield TXT(subject, record=clean(texts[0], _LONGEST_SHOWN))
    if not exchanges and not texts:
        yield NONE(subject)


PROBE = Probe("wildcard", gather, judge, kinds=(NOT_A_DOMAIN, MX, TXT, NONE), seconds=15.0)
