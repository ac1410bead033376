"""Runs the probes of one request side by side, each within its time, and tells as each ends."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from time import monotonic
from typing import Any, Protocol, TypeVar

from bot.knowledge.reference import Reference
from bot.model.check import (
    CheckRequest,
    Crashed,
    Inconclusive,
    Judged,
    Outcome,
    Refused,
    Report,
    TargetKind,
)
from bot.model.finding import Finding
from bot.model.trouble import Gap, Trouble
from bot.network.errors import NetworkError, NotPublicError
from bot.network.network import Network
from bot.network.trace import Trace
from bot.probes import PROBES
from bot.probes.dmarc_walk import walk
from bot.probes.plan import NOWHERE, make_plan
from bot.probes.probe import Look, Probe, Statement, gap

# The whole check; what is ready is shown by then.
LONGEST_CHECK = 29.0
# Between the moment when gather is to hand over what it has and the moment when it is stopped.
GRACE = 1.0

Value = TypeVar("Value")

_log = logging.getLogger(__name__)
_NAMED: Mapping[str, Probe[Any]] = {probe.name: probe for probe in PROBES}


class Listener(Protocol):
    """Told how the check goes on."""

    async def started(self, request: CheckRequest, probes: Sequence[str]) -> None:
        """These probes are under way."""

    async def outcome(self, outcome: Outcome) -> None:
        """One probe has ended."""


class UnknownProbeError(LookupError):
    """A request names a probe that does not exist."""


async def run_check(
    network: Network,
    request: CheckRequest,
    listener: Listener,
    reference: Reference | None = None,
) -> Report:
    """Run to the end or to the deadline. Cancelling stops all probes at once.

    Without a `reference` no provider is recognised, and no blocklist asked.
    """
    for name in request.probes:
        if name not in _NAMED:
            raise UnknownProbeError(name)
    started = monotonic()
    trace = Trace() if request.trace else None
    network = network.within(LONGEST_CHECK, request.fresh, trace)
    async with asyncio.TaskGroup() as group:
        _warm(network, request)
        plan = await _plan(network, request)
        probes = _in_order(plan)
        await listener.started(request, [probe.name for probe in probes])
        left = LONGEST_CHECK - GRACE - (monotonic() - started)
        facts = reference or Reference()
        tasks = [
            group.create_task(_run_probe(network, request, probe, left, facts)) for probe in probes
        ]
        for ended in asyncio.as_completed(tasks):
            await listener.outcome(await ended)
    outcomes = tuple(task.result() for task in tasks)
    entries = trace.entries if trace else None
    return Report(request.target, outcomes, monotonic() - started, trace=entries)


def _in_order(plan: Sequence[str]) -> list[Probe[Any]]:
    return [probe for probe in PROBES if probe.name in plan]


async def _plan(network: Network, request: CheckRequest) -> tuple[str, ...]:
    def crashed(_incident: str) -> tuple[str, ...]:
        # Every probe then meets the same bug, and says so with a number of its own.
        return request.probes or NOWHERE

    view = network.within(LONGEST_CHECK, fresh=request.fresh)
    return await _survive("the plan", make_plan(view, request), crashed)


def _warm(network: Network, request: CheckRequest) -> None:
    """Ask beside the plan what the probes of a domain ask first; the cache hands it to them."""
    if request.probes or request.target.kind is TargetKind.ADDRESS:
        return
    name = request.target.name
    dns = network.within(LONGEST_CHECK, fresh=request.fresh).dns
    for parent in (name, *(f"_dmarc.{each}" for each in walk(name))):
        dns.txt(parent)
    dns.a(name)
    dns.aaaa(name)
    network.warm()


async def _run_probe(
    network: Network,
    request: CheckRequest,
    probe: Probe[Any],
    left: float,
    reference: Reference,
) -> Outcome:
    started = monotonic()
    seconds = max(0.1, min(probe.seconds, left))
    look = Look(
        request.target,
        probe.name in request.probes,
        request.client,
        record=request.record,
        reference=reference,
    )
    looking = _look(network.within(seconds, request.fresh), probe, look, seconds + GRACE)
    outcome = await _survive(probe.name, looking, partial(Crashed, probe.name))
    if isinstance(outcome, Judged | Inconclusive):
        return replace(outcome, seconds=monotonic() - started)
    return outcome


async def _survive(what: str, work: Awaitable[Value], crashed: Callable[[str], Value]) -> Value:
    """The one place that outlives our own bugs: the trace goes to the log under a number."""
    try:
        return await work
    except Exception:  # noqa: BLE001
        incident = secrets.token_hex(4)
        _log.exception("incident %s: %s crashed", incident, what)
        return crashed(incident)


async def _look(network: Network, probe: Probe[Any], look: Look, seconds: float) -> Outcome:
    """One probe to its outcome; whatever the network does is one of them."""
    try:
        async with asyncio.timeout(seconds):
            if look.is_address:
                network.guard.check(ip_address(look.name))
            statements = tuple(probe.judge(await probe.gather(network, look)))
    except NotPublicError:
        return Refused(probe.name)
    except NetworkError as error:
        return Inconclusive(probe.name, (gap(look.shown, error),))
    except TimeoutError:
        return Inconclusive(probe.name, (Gap(look.shown, Trouble.TIMEOUT),))
    return _outcome(probe.name, statements, network.age)


def _outcome(name: str, statements: Sequence[Statement], age: float) -> Outcome:
    findings = tuple(item for item in statements if isinstance(item, Finding))
    gaps = tuple(item for item in statements if isinstance(item, Gap))
    if findings or not gaps:
        return Judged(name, findings, gaps, age=age)
    if all(gap.trouble is Trouble.NOT_PUBLIC for gap in gaps):
        return Refused(name)
    return Inconclusive(name, gaps)
