"""SPF evaluated: check_host() of RFC 7208 section 4, with the way to its result."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.formats.errors import FormatError
from bot.formats.spf import Mechanism, MechanismKind, Qualifier, SpfRecord, is_spf, parse_spf
from bot.formats.spf_macro import MacroString
from bot.network.errors import NetworkError
from bot.probes.spf_cost import Cost, Look, StopError, unseen
from bot.probes.spf_expand import Expansion, a_labels
from bot.probes.spf_hosts import Hosts
from bot.probes.spf_questions import (
    Dns,
    IPAddress,
    Questions,
    Scout,
    is_domain,
    plain_address,
    query_name,
)
from bot.probes.spf_trail import SpfProblem, SpfResult, SpfVerdict, Step, Trail

SECONDS = 20.0  # section 4.6.4: a limit on the time should allow at least this


async def check_host(
    dns: Dns,
    ip: str | IPAddress,
    domain: str,
    sender: str = "",
    helo: str = "",
    *,
    receiver: str = "unknown",
    now: float | None = None,
    seconds: float = SECONDS,
) -> SpfResult:
    """Whether `ip` may send for `domain`; `ip` that is no address raises ValueError.

    `sender` is the envelope sender; without one, or without its local part, it is the postmaster
    (section 4.3). `domain` is that of the sender, or the HELO name where that is checked.
    """
    domain = a_labels(domain)
    local, _, host = sender.rpartition("@")
    values = {
        "l": local or "postmaster",
        "o": (a_labels(host) or domain).removesuffix("."),
        "h": a_labels(helo) or domain.removesuffix("."),
        "r": receiver,
        "t": str(int(time.time() if now is None else now)),
    }
    questions = Questions(dns)
    check = _Check(questions, plain_address(ip), values)
    found = unfinished = _Found(Trail(domain, None, SpfVerdict.TEMPERROR))
    explanation = None
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                found = await check.run(domain)
                explanation = await check.explain(found)
    finally:
        await questions.close()
    problem, where, detail = check.problem or (None, None, "")
    if found is unfinished:
        problem, where, detail = SpfProblem.TIMEOUT, domain, ""
    return SpfResult(
        found.trail.result,
        domain.removesuffix("."),
        found.trail,
        explanation,
        found.mechanism,
        found.domain,
        check.cost.lookups,
        check.cost.voids,
        problem,
        where,
        detail,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A judged record, and which record decided: after a redirect it is the other one."""

    trail: Trail
    record: SpfRecord | None = None
    domain: str | None = None
    mechanism: str | None = None


_VERDICTS = {
    Qualifier.PASS: SpfVerdict.PASS,
    Qualifier.FAIL: SpfVerdict.FAIL,
    Qualifier.SOFTFAIL: SpfVerdict.SOFTFAIL,
    Qualifier.NEUTRAL: SpfVerdict.NEUTRAL,
}


class _Check:
    """One check under way: its counters run through all includes and redirects."""

    def __init__(self, questions: Questions, client: IPAddress, values: Mapping[str, str]) -> None:
        self.problem: tuple[SpfProblem, str, str] | None = None  # the first, where, detail
        self._questions = questions
        self._client = client
        self.cost = Cost()
        self._hosts = Hosts(questions, client, self.cost)
        self._scout = Scout(questions, client)
        self._names = Expansion(questions, self._hosts, self.cost, client, values)

    async def explain(self, found: _Found) -> str | None:
        """The owner's own words where the result is a fail (section 6.2)."""
        record, domain = found.record, found.domain
        if found.trail.result is not SpfVerdict.FAIL or record is None or domain is None:
            return None
        return await self._names.explain(record.exp, domain) if record.exp else None

    async def run(self, domain: str, look: Look | None = None) -> _Found:
        """check_host() for one domain (sections 4.3 to 4.7); `look` is of the term that asks."""
        if not is_domain(domain):
            return _Found(Trail(domain, None, SpfVerdict.NONE))
        domain = domain.removesuffix(".")
        steps: list[Step] = []
        text = None
        try:
            text = await self._select(domain, look)
            if text is None:
                return _Found(Trail(domain, None, SpfVerdict.NONE))
            record = _read(text)
            self._scout.look(record, domain)
            return await self._judge(record, domain, steps)
        except StopError as stop:
            self.problem = self.problem or (stop.problem, domain, stop.detail)
            return _Found(Trail(domain, text, stop.verdict, tuple(steps)))

    async def _select(self, domain: str, look: Look | None) -> str | None:
        """The one SPF record of a domain (sections 4.4 and 4.5)."""
        try:
            answer = await self._questions.texts(query_name(domain) or "")
        except NetworkError as error:
            raise unseen(error) from error
        found = [text for record in answer.records if is_spf(text := record.text)]
        if len(found) > 1:
            raise StopError(SpfVerdict.PERMERROR, SpfProblem.SEVERAL, str(len(found)))
        if look is not None:
            self.cost.count_void(look, answer)
        return found[0] if found else None

    async def _judge(self, record: SpfRecord, domain: str, steps: list[Step]) -> _Found:
        """The terms in order (section 4.6); a match decides, else the redirect, else neutral."""
        for mechanism in record.mechanisms:
            look, outcome = Look(), "stopped"
            try:
                is_match = await self._matches(mechanism, domain, look)
                outcome = "match" if is_match else "no-match"
            except StopError as stop:
                outcome = stop.verdict.value
                raise
            finally:
                steps.append(look.step(mechanism.text, outcome))
            if is_match:
                verdict = _VERDICTS[mechanism.qualifier or Qualifier.PASS]
                trail = Trail(domain, record.text, verdict, tuple(steps))
                return _Found(trail, record, domain, mechanism.text)
        if record.redirect is not None:
            return await self._redirect(record, record.redirect, domain, steps)
        trail = Trail(domain, record.text, SpfVerdict.NEUTRAL, tuple(steps))
        return _Found(trail, record, domain)

    async def _redirect(
        self, record: SpfRecord, spec: MacroString, domain: str, steps: list[Step]
    ) -> _Found:
        """Section 6.1: the other record takes the place of this one, its explanation too."""
        term, look, outcome = f"redirect={spec.text}", Look(), SpfVerdict.PERMERROR
        try:
            self.cost.count_lookup(look, term)
            inner = await self._other(spec, domain, look)
            outcome = inner.trail.result
            if outcome is SpfVerdict.NONE:
                outcome = SpfVerdict.PERMERROR
                raise StopError(outcome, SpfProblem.REDIRECT, look.target or spec.text)
        finally:
            steps.append(look.step(term, outcome.value))
        trail = Trail(domain, record.text, outcome, tuple(steps))
        return _Found(trail, inner.record, inner.domain, inner.mechanism)

    async def _matches(self, mechanism: Mechanism, domain: str, look: Look) -> bool:
        """Whether a mechanism matches (section 5)."""
        match mechanism.kind:
            case MechanismKind.ALL:
                return True
            case MechanismKind.IP4 | MechanismKind.IP6:
                return mechanism.network is not None and self._client in mechanism.network
        self.cost.count_lookup(look, mechanism.text)
        if mechanism.kind is MechanismKind.INCLUDE and mechanism.domain is not None:
            return await self._include(mechanism.domain, domain, look)
        target = domain
        if mechanism.domain is not None:
            target = await self._names.target(mechanism.domain, domain, look) or ""
            look.target = target or None
        name = query_name(target)
        if name is None:
            return False  # section 4.8 leaves it open; a name that cannot be has no addresses
        try:
            match mechanism.kind:
                case MechanismKind.A:
                    return await self._hosts.has_client(name, mechanism, look)
                case MechanismKind.MX:
                    return await self._hosts.mx(name, mechanism, look)
                case MechanismKind.PTR:
                    return await self._hosts.ptr(name, look)
                case _:
                    return await self._hosts.exists(name, look)
        except NetworkError as error:
            raise unseen(error) from error

    async def _include(self, spec: MacroString, domain: str, look: Look) -> bool:
        """Section 5.2 and its table."""
        inner = await self._other(spec, domain, look)
        match inner.trail.result:
            case SpfVerdict.PASS:
                return True
            case SpfVerdict.FAIL | SpfVerdict.SOFTFAIL | SpfVerdict.NEUTRAL:
                return False
            case SpfVerdict.TEMPERROR:
                raise StopError(SpfVerdict.TEMPERROR, SpfProblem.DNS, look.target or spec.text)
        raise StopError(SpfVerdict.PERMERROR, SpfProblem.INCLUDE, look.target or spec.text)

    async def _other(self, spec: MacroString, domain: str, look: Look) -> _Found:
        """check_host() for the domain that an include or a redirect names."""
        look.target = await self._names.target(spec, domain, look)
        inner = await self.run(look.target or "", look)
        look.inside = inner.trail
        return inner


def _read(text: str) -> SpfRecord:
    try:
        return parse_spf(text)
    except FormatError as error:
        detail = f"{error.reason}: {error.text}"
        raise StopError(SpfVerdict.PERMERROR, SpfProblem.SYNTAX, detail) from error
