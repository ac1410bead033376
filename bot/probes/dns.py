"""Any record of any name, as DNS has it: no opinion, only what stands there."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from bot.formats.record_query import USUAL, USUAL_OF_ADDRESS
from bot.model.finding import Kind, Severity
from bot.network.answer import Answer, Status
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.probe import Look, Probe, Statement

MOST_RECORDS = 40
LONGEST_VALUE = 1000  # characters of one record

_RECORDS = frozenset({"rdtype", "count", "ttl"})
FOUND = Kind("dns.found", Severity.OK, _RECORDS)
SIGNED = Kind("dns.signed", Severity.OK, _RECORDS, "RFC 4035 section 3.2.3")
ALIAS = Kind("dns.alias", Severity.OK, frozenset({"target"}), "RFC 1034 section 3.6.2")
RECORD = Kind("dns.record", Severity.OK, frozenset({"rdtype", "value"}))
MORE = Kind("dns.more", Severity.NOTICE, frozenset({"count"}))
NO_DATA = Kind("dns.no-data", Severity.NOTICE, frozenset({"rdtype"}), "RFC 2308 section 2.2")
NO_NAME = Kind("dns.no-name", Severity.NOTICE, reference="RFC 2308 section 2.1")


@dataclass(frozen=True, slots=True)
class DnsFacts:
    """One question and its answer."""

    look: Look
    rdtype: str
    answer: Answer[str]


async def gather(network: Network, look: Look) -> DnsFacts:
    """One question. Of an address its reverse name is asked about."""
    name, rdtype = look.name, look.record or USUAL
    if look.is_address:
        name, rdtype = ip_address(look.name).reverse_pointer, look.record or USUAL_OF_ADDRESS
    return DnsFacts(look, rdtype, await network.dns.query(name, rdtype))


def judge(facts: DnsFacts) -> Iterator[Statement]:
    """The records, or which kind of nothing there is instead of them."""
    subject, answer = facts.look.shown, facts.answer
    if answer.aliases:
        yield ALIAS(subject, target=" → ".join(map(shown, answer.aliases)))
    match answer.status:
        case Status.NO_NAME:
            yield NO_NAME(subject)
        case Status.NO_DATA:
            yield NO_DATA(subject, rdtype=facts.rdtype)
        case Status.FOUND:
            kind = SIGNED if answer.authenticated else FOUND
            count = len(answer.records)
            yield kind(subject, rdtype=facts.rdtype, count=count, ttl=answer.ttl)
            for value in answer.records[:MOST_RECORDS]:
                cut = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
                yield RECORD(subject, rdtype=facts.rdtype, value=cut)
            if count > MOST_RECORDS:
                yield MORE(subject, count=count - MOST_RECORDS)


PROBE = Probe("dns", gather, judge, kinds=(FOUND, SIGNED, ALIAS, RECORD, MORE, NO_DATA, NO_NAME))
