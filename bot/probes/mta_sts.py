"""MTA-STS (RFC 8461): may mail for the domain go only to named servers, over checked TLS?"""

import asyncio
import re
from collections.abc import Iterator

from bot.formats.errors import FormatError
from bot.formats.mta_sts import (
    POLICY_SIZE_MAX,
    is_mta_sts,
    parse_mta_sts_policy,
    parse_mta_sts_record,
)
from bot.model.finding import Finding, Kind, Severity
from bot.network.answer import Answer, TxtRecord
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.fetched import Fetched
from bot.network.network import Network
from bot.probes.mta_sts_policy import KINDS, MtaStsFacts, grave, judge_policy, policy_url, text_of
from bot.probes.one_record import LONGEST_SHOWN, Rules, judge_one
from bot.probes.probe import Look, Probe, Statement, attempt, gap, is_there, no_domain

_RECORD = "RFC 8461 section 3.1"
NOT_A_DOMAIN = Kind("mta-sts.not-a-domain", Severity.NOTICE)
MISSING = Kind("mta-sts.missing", Severity.NOTICE, frozenset({"domain"}), _RECORD)
SEVERAL = grave("several", _RECORD, "domain", "count")
BAD_VERSION = grave("bad-version", _RECORD, "domain", "record")
BAD_ID = grave("bad-id", _RECORD, "record")
BAD_PART = grave("bad-part", _RECORD, "part", "record")
NO_RECORD = grave("no-record", _RECORD, "domain", "url")

# Without a record hardly anybody has a policy: a slow web server is not waited for to say so.
_PATIENCE = 2.0
_NEARLY = re.compile(r"\s*v\s*=\s*(MTA-?)?STS", re.IGNORECASE)
# Section 3.1: where there are several, senders must assume that there is no policy.
_RULES = Rules(is_mta_sts, _NEARLY, SEVERAL, BAD_VERSION)


async def gather(network: Network, look: Look) -> MtaStsFacts:
    """Everything at once; the policy is waited for where the record says that there is one."""
    fetch = network.fetch(policy_url(look.name), max_bytes=POLICY_SIZE_MAX, max_redirects=0)
    fetching = asyncio.ensure_future(attempt(fetch))
    try:
        record, mx = await asyncio.gather(
            attempt(network.dns.txt(f"_mta-sts.{look.name}")), attempt(network.dns.mx(look.name))
        )
        if not isinstance(record, Answer):
            return MtaStsFacts(look, record)
        patience = None if _is_there(record) else _PATIENCE
        await asyncio.wait({fetching}, timeout=patience)
        return MtaStsFacts(look, record, fetching.result() if fetching.done() else None, mx)
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)


def _is_there(record: Answer[TxtRecord]) -> bool:
    return any(is_mta_sts(text.text) or _NEARLY.match(text.text) for text in record.records)


def judge(facts: MtaStsFacts) -> Iterator[Statement]:
    """From the record and the policy to what senders make of them."""
    subject, domain = facts.look.shown, facts.look.name
    exists = facts.mx is None or is_there(facts.mx)
    if nothing := no_domain(facts.look, NOT_A_DOMAIN, exists=exists):
        yield nothing
        return
    if isinstance(facts.record, NetworkError):
        yield gap(f"_mta-sts.{subject}", facts.record)
        return
    yield from judge_one(
        _RULES,
        subject,
        domain,
        facts.record.records,
        lambda text: _with_record(facts, text),
        lambda: _without_record(facts),
    )


def _with_record(facts: MtaStsFacts, text: str) -> Iterator[Statement]:
    fault = _record_fault(facts.look.shown, text)
    if fault is not None:
        yield fault
    yield from judge_policy(facts, is_active=fault is None)


def _without_record(facts: MtaStsFacts) -> Finding:
    subject, domain = facts.look.shown, facts.look.name
    policy = facts.policy
    if isinstance(policy, Fetched) and policy.status == 200:
        try:
            read = parse_mta_sts_policy(text_of(policy))
        except FormatError:
            # A web server that answers every question with a page of its own.
            return MISSING(subject, domain=domain)
        if read.mode != "none":
            return NO_RECORD(subject, domain=domain, url=facts.url)
    return MISSING(subject, domain=domain)


def _record_fault(subject: str, text: str) -> Finding | None:
    record = clean(text, LONGEST_SHOWN)
    try:
        parse_mta_sts_record(text)
    except FormatError as error:
        if error.reason in ("missing-id", "bad-id"):
            return BAD_ID(subject, record=record)
        part = clean(error.text, LONGEST_SHOWN) or "–"
        return BAD_PART(subject, part=part, record=record)
    return None


PROBE = Probe(
    "mta-sts",
    gather,
    judge,
    kinds=(NOT_A_DOMAIN, MISSING, SEVERAL, BAD_VERSION, BAD_ID, BAD_PART, NO_RECORD, *KINDS),
    seconds=20.0,
)
