"""TLS-RPT (RFC 8460): does the domain hear when others cannot reach its servers by TLS?"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.tls_rpt import is_tls_rpt, parse_tls_rpt
from bot.model.finding import Finding, Kind, Severity
from bot.network.answer import Answer, TxtRecord
from bot.network.clean import clean
from bot.network.network import Network
from bot.probes.one_record import LONGEST_SHOWN, Rules, judge_one
from bot.probes.probe import Look, Probe, Statement, attempt, is_there, no_domain

_SECTION = "RFC 8460 section 3"
NOT_A_DOMAIN = Kind("tls-rpt.not-a-domain", Severity.NOTICE)
MISSING = Kind("tls-rpt.missing", Severity.NOTICE, frozenset({"domain"}), _SECTION)
SEVERAL = Kind("tls-rpt.several", Severity.WARNING, frozenset({"domain", "count"}), _SECTION)
BAD_VERSION = Kind(
    "tls-rpt.bad-version", Severity.WARNING, frozenset({"domain", "record"}), _SECTION
)
NO_ADDRESS = Kind("tls-rpt.no-address", Severity.WARNING, frozenset({"domain", "record"}), _SECTION)
BAD_ADDRESS = Kind("tls-rpt.bad-address", Severity.WARNING, frozenset({"address"}), _SECTION)
BAD_PART = Kind("tls-rpt.bad-part", Severity.WARNING, frozenset({"part", "record"}), _SECTION)
SOUND = Kind("tls-rpt.sound", Severity.OK, frozenset({"record"}), _SECTION)

_NEARLY = re.compile(r"\s*v\s*=\s*TLS-?RPT", re.IGNORECASE)
# Section 3: where there are several, senders must assume that there is none.
_RULES = Rules(is_tls_rpt, _NEARLY, SEVERAL, BAD_VERSION)


@dataclass(frozen=True, slots=True)
class TlsRptFacts:
    """The TXT records at _smtp._tls, and whether there is such a domain."""

    look: Look
    answer: Answer[TxtRecord]
    exists: bool = True


async def gather(network: Network, look: Look) -> TlsRptFacts:
    """The record; and what other probes ask anyway, to tell a domain from no domain."""
    answer, mx = await asyncio.gather(
        network.dns.txt(f"_smtp._tls.{look.name}"), attempt(network.dns.mx(look.name))
    )
    return TlsRptFacts(look, answer, is_there(mx))


def judge(facts: TlsRptFacts) -> Iterator[Statement]:
    """From the record to whether reports arrive."""
    subject, domain = facts.look.shown, facts.look.name
    if nothing := no_domain(facts.look, NOT_A_DOMAIN, exists=facts.exists):
        yield nothing
        return
    yield from judge_one(
        _RULES,
        subject,
        domain,
        facts.answer.records,
        lambda text: iter((_record(subject, domain, text),)),
        lambda: MISSING(subject, domain=domain),
    )


def _record(subject: str, domain: str, text: str) -> Finding:
    shown = clean(text, LONGEST_SHOWN)
    try:
        parse_tls_rpt(text)
    except FormatError as error:
        part = clean(error.text, LONGEST_SHOWN) or "–"
        match error.reason:
            case "missing-rua":
                return NO_ADDRESS(subject, domain=domain, record=shown)
            case "bad-uri" | "bad-scheme":
                return BAD_ADDRESS(subject, address=part)
            case _:
                return BAD_PART(subject, part=part, record=shown)
    return SOUND(subject, record=shown)


PROBE = Probe(
    "tls-rpt",
    gather,
    judge,
    kinds=(NOT_A_DOMAIN, MISSING, SEVERAL, BAD_VERSION, NO_ADDRESS, BAD_ADDRESS, BAD_PART, SOUND),
    seconds=15.0,
)
