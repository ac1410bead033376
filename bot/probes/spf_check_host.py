"""SPF evaluated: check_host() of RFC 7208 section 4, with the way to its result."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Any

import idna

from bot.formats.errors import FormatError
from bot.formats.spf import Mechanism, MechanismKind, Qualifier, SpfRecord, is_spf, parse_spf
from bot.formats.spf_macro import MacroString, parse_explanation, shorten_name
from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.probes.spf_questions import (
    HOST_MAX,
    LOOKUP_MAX,
    VOID_MAX,
    Dns,
    IPAddress,
    Questions,
    Scout,
    arpa,
    ask_hosts_ahead,
    dotted,
    is_domain,
    query_name,
)

SECONDS = 20.0  # section 4.6.4: a limit on the time should allow at least this


class SpfVerdict(StrEnum):
    """The results of check_host() (section 2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class SpfProblem(StrEnum):
    """Why a check ended in an error."""

    SYNTAX = "syntax"
    SEVERAL = "several-records"
    LOOKUPS = "too-many-lookups"
    VOIDS = "too-many-void-lookups"
    EXCHANGES = "too-many-mx"
    INCLUDE = "include-without-record"
    REDIRECT = "redirect-without-record"
    DNS = "dns"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Step:
    """One term judged: what it named, what was seen there, and what came of it."""

    term: str
    outcome: str  # match, no-match, or an error; of redirect the result; stopped by the clock
    target: str | None = None  # the name after macro expansion
    seen: tuple[str, ...] = ()  # addresses and hosts that answers named
    lookups: int = 0  # counted for this term itself
    void_lookups: int = 0
    inside: "Trail | None" = None  # of include and redirect


@dataclass(frozen=True, slots=True)
class Trail:
    """One record judged, term by term."""

    domain: str
    record: str | None
    result: SpfVerdict
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SpfResult:
    """What check_host() returns, and how it came to it."""

    result: SpfVerdict
    domain: str
    trail: Trail
    explanation: str | None = None  # of the domain's owner; only for fail
    mechanism: str | None = None  # that matched
    record_domain: str | None = None  # where the deciding record stands, after redirects
    lookups: int = 0
    void_lookups: int = 0
    problem: SpfProblem | None = None
    problem_domain: str | None = None  # in whose record
    problem_detail: str = ""  # a term, a reason of the parser, a trouble of the network

    def as_json(self) -> dict[str, Any]:
        """The object that `listonosz spf --json` prints."""
        return {
            "result": self.result.value,
            "explanation": self.explanation,
            "domain": self.domain,
            "mechanism": self.mechanism,
            "record_domain": self.record_domain,
            "lookups": self.lookups,
            "void_lookups": self.void_lookups,
            "problem": self.problem and self.problem.value,
            "problem_domain": self.problem_domain,
            "problem_detail": self.problem_detail,
            "trail": _trail_json(self.trail),
        }


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
    domain = _a_labels(domain)
    local, _, host = sender.rpartition("@")
    values = {
        "l": local or "postmaster",
        "o": (_a_labels(host) or domain).removesuffix("."),
        "h": _a_labels(helo) or domain.removesuffix("."),
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
        check.lookups,
        check.voids,
        problem,
        where,
        detail,
    )


def plain_address(ip: str | IPAddress) -> IPAddress:
    """The client's address; IPv4 inside IPv6 is IPv4 (section 5), a zone is dropped."""
    address = ip_address(ip)
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or IPv6Address(int(address))
    return address


@dataclass(frozen=True, slots=True)
class _Found:
    """A judged record, and which record decided: after a redirect it is the other one."""

    trail: Trail
    record: SpfRecord | None = None
    domain: str | None = None
    mechanism: str | None = None


class _StopError(Exception):
    """An error that ends the check of a record at once."""

    def __init__(self, verdict: SpfVerdict, problem: SpfProblem, detail: str) -> None:
        super().__init__(problem)
        self.verdict = verdict
        self.problem = problem
        self.detail = detail


@dataclass(slots=True)
class _Look:
    """What is noted while one term is judged."""

    target: str | None = None
    seen: tuple[str, ...] = ()
    lookups: int = 0
    voids: int = 0
    inside: Trail | None = None

    def step(self, term: str, outcome: str) -> Step:
        return Step(term, outcome, self.target, self.seen, self.lookups, self.voids, self.inside)


_VERDICTS = {
    Qualifier.PASS: SpfVerdict.PASS,
    Qualifier.FAIL: SpfVerdict.FAIL,
    Qualifier.SOFTFAIL: SpfVerdict.SOFTFAIL,
    Qualifier.NEUTRAL: SpfVerdict.NEUTRAL,
}
_SEEN_MAX = 20  # addresses of one term that a trail shows


class _Check:
    """One check under way: its counters run through all includes and redirects."""

    def __init__(self, questions: Questions, client: IPAddress, values: Mapping[str, str]) -> None:
        self.lookups = 0
        self.voids = 0
        self.problem: tuple[SpfProblem, str, str] | None = None  # the first, where, detail
        self._questions = questions
        self._client = client
        self._scout = Scout(questions, client)
        self._values = {
            **values,
            "s": f"{values['l']}@{values['o']}",
            "i": dotted(client),
            "c": str(client),
            "v": arpa(client),
        }

    async def run(self, domain: str, look: _Look | None = None) -> _Found:
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
        except _StopError as stop:
            self.problem = self.problem or (stop.problem, domain, stop.detail)
            return _Found(Trail(domain, text, stop.verdict, tuple(steps)))

    async def explain(self, found: _Found) -> str | None:
        """What the owner of the deciding record says of a fail (section 6.2)."""
        record, domain = found.record, found.domain
        if found.trail.result is not SpfVerdict.FAIL or record is None or domain is None:
            return None
        target = await self._target(record.exp, domain) if record.exp else None
        if target is None:
            return None
        try:
            answer = await self._questions.texts(query_name(target) or "")
            if len(answer.records) != 1:
                return None
            text = parse_explanation(answer.records[0].text)
        except (NetworkError, FormatError):
            return None
        # DNS does not mind the case of nibbles, readers do: implementations agree on capitals.
        known = {**await self._known(text, domain), "i": self._values["i"].upper()}
        said = text.expand(known)
        # It may end up in an SMTP reply: a sender's own letters must not spoil that.
        return said if said.isascii() and said.isprintable() and said else None

    async def _select(self, domain: str, look: _Look | None) -> str | None:
        """The one SPF record of a domain (sections 4.4 and 4.5)."""
        try:
            answer = await self._questions.texts(query_name(domain) or "")
        except NetworkError as error:
            raise _unseen(error) from error
        found = [text for record in answer.records if is_spf(text := record.text)]
        if len(found) > 1:
            raise _StopError(SpfVerdict.PERMERROR, SpfProblem.SEVERAL, str(len(found)))
        if look is not None:
            self._count_void(look, answer)
        return found[0] if found else None

    async def _judge(self, record: SpfRecord, domain: str, steps: list[Step]) -> _Found:
        """The terms in order (section 4.6); a match decides, else the redirect, else neutral."""
        for mechanism in record.mechanisms:
            look, outcome = _Look(), "stopped"
            try:
                is_match = await self._matches(mechanism, domain, look)
                outcome = "match" if is_match else "no-match"
            except _StopError as stop:
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
        term, look, outcome = f"redirect={spec.text}", _Look(), SpfVerdict.PERMERROR
        try:
            self._count_lookup(look, term)
            inner = await self._other(spec, domain, look)
            outcome = inner.trail.result
            if outcome is SpfVerdict.NONE:
                outcome = SpfVerdict.PERMERROR
                raise _StopError(outcome, SpfProblem.REDIRECT, look.target or spec.text)
        finally:
            steps.append(look.step(term, outcome.value))
        trail = Trail(domain, record.text, outcome, tuple(steps))
        return _Found(trail, inner.record, inner.domain, inner.mechanism)

    async def _matches(self, mechanism: Mechanism, domain: str, look: _Look) -> bool:
        """Whether a mechanism matches (section 5)."""
        match mechanism.kind:
            case MechanismKind.ALL:
                return True
            case MechanismKind.IP4 | MechanismKind.IP6:
                return mechanism.network is not None and self._client in mechanism.network
        self._count_lookup(look, mechanism.text)
        if mechanism.kind is MechanismKind.INCLUDE and mechanism.domain is not None:
            return await self._include(mechanism.domain, domain, look)
        target = domain
        if mechanism.domain is not None:
            target = await self._target(mechanism.domain, domain, look) or ""
            look.target = target or None
        name = query_name(target)
        if name is None:
            return False  # section 4.8 leaves it open; a name that cannot be has no addresses
        try:
            match mechanism.kind:
                case MechanismKind.A:
                    return await self._has_client(name, mechanism, look)
                case MechanismKind.MX:
                    return await self._mx(name, mechanism, look)
                case MechanismKind.PTR:
                    return await self._ptr(name, look)
                case _:
                    return await self._exists(name, look)
        except NetworkError as error:
            raise _unseen(error) from error

    async def _include(self, spec: MacroString, domain: str, look: _Look) -> bool:
        """Section 5.2 and its table."""
        inner = await self._other(spec, domain, look)
        match inner.trail.result:
            case SpfVerdict.PASS:
                return True
            case SpfVerdict.FAIL | SpfVerdict.SOFTFAIL | SpfVerdict.NEUTRAL:
                return False
            case SpfVerdict.TEMPERROR:
                raise _StopError(SpfVerdict.TEMPERROR, SpfProblem.DNS, look.target or spec.text)
        raise _StopError(SpfVerdict.PERMERROR, SpfProblem.INCLUDE, look.target or spec.text)

    async def _other(self, spec: MacroString, domain: str, look: _Look) -> _Found:
        """check_host() for the domain that an include or a redirect names."""
        look.target = await self._target(spec, domain, look)
        inner = await self.run(look.target or "", look)
        look.inside = inner.trail
        return inner

    async def _has_client(self, name: str, mechanism: Mechanism, look: _Look) -> bool:
        """Whether one of a host's addresses is in one network with the client (section 5.3)."""
        answer = await self._questions.addresses(name, self._client.version)
        look.seen = (*look.seen, *map(str, answer.records))[:_SEEN_MAX]
        self._count_void(look, answer)
        is_ip4 = self._client.version == 4
        length = mechanism.ip4_length if is_ip4 else mechanism.ip6_length
        bits = self._client.max_prefixlen
        spare = bits - (bits if length is None else length)
        return any(int(found) >> spare == int(self._client) >> spare for found in answer.records)

    async def _mx(self, name: str, mechanism: Mechanism, look: _Look) -> bool:
        """Section 5.4; too many names are an error wherever a match might be (section 4.6.4)."""
        answer = await self._questions.exchanges(name)
        self._count_void(look, answer)
        hosts = [record.exchange for record in answer.records if record.exchange]
        if len(hosts) > HOST_MAX:
            raise _StopError(SpfVerdict.PERMERROR, SpfProblem.EXCHANGES, str(len(hosts)))
        ask_hosts_ahead(self._questions, answer, self._client.version)
        for host in hosts:
            look.seen = (*look.seen, host)[:_SEEN_MAX]
            if await self._has_client(host, mechanism, look):
                return True
        return False

    async def _exists(self, name: str, look: _Look) -> bool:
        """Section 5.7: A records, also for a client with IPv6."""
        answer = await self._questions.addresses(name, 4)
        look.seen = tuple(map(str, answer.records[:_SEEN_MAX]))
        self._count_void(look, answer)
        return bool(answer.records)

    async def _ptr(self, name: str, look: _Look) -> bool:
        """Section 5.5; no error of DNS here is an error of the check."""
        try:
            answer = await self._questions.names(self._client)
        except NetworkError:
            return False
        self._count_void(look, answer)
        names = [found for found in answer.records[:HOST_MAX] if _is_within(found, name)]
        look.seen = await self._confirmed(names)
        return bool(look.seen)

    async def _confirmed(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the names that have the client's address (section 5.5)."""
        confirmed = await asyncio.gather(*map(self._is_confirmed, names))
        return tuple(name for name, is_so in zip(names, confirmed, strict=True) if is_so)

    async def _is_confirmed(self, name: str) -> bool:
        try:
            answer = await self._questions.addresses(name, self._client.version)
        except NetworkError:
            return False
        return self._client in answer.records

    async def _target(
        self, spec: MacroString, domain: str, look: _Look | None = None
    ) -> str | None:
        """A domain-spec expanded to a name; None where it is none that DNS could have."""
        if spec.letters & {"s", "l"} and not self._values["l"].isascii():
            return None  # RFC 8616 section 4
        name = shorten_name(spec.expand(await self._known(spec, domain, look)))
        return name if query_name(name) else None

    async def _known(
        self, spec: MacroString, domain: str, look: _Look | None = None
    ) -> Mapping[str, str]:
        """The values of the macros (section 7.2)."""
        values = {**self._values, "d": domain}
        if "p" in spec.letters:
            if look is not None:
                # Section 4.6.4: this PTR question is within the limit, too.
                self._count_lookup(look, "%{p}")
            values["p"] = await self._client_name(domain)
        return values

    async def _client_name(self, domain: str) -> str:
        """The value of `%{p}`: the domain itself, else below it, else any name (section 7.3)."""
        try:
            answer = await self._questions.names(self._client)
        except NetworkError:
            return "unknown"
        names = await self._confirmed(answer.records[:HOST_MAX])
        domain = domain.lower()
        if domain in names:
            return domain
        below = [name for name in names if _is_within(name, domain)]
        return next(iter((*below, *names)), "unknown")

    def _count_lookup(self, look: _Look, term: str) -> None:
        if self.lookups >= LOOKUP_MAX:
            raise _StopError(SpfVerdict.PERMERROR, SpfProblem.LOOKUPS, term)
        self.lookups += 1
        look.lookups += 1

    def _count_void(self, look: _Look, answer: Answer[Any]) -> None:
        if answer.records:
            return
        self.voids += 1
        look.voids += 1
        if self.voids > VOID_MAX:
            raise _StopError(SpfVerdict.PERMERROR, SpfProblem.VOIDS, answer.name)


def _read(text: str) -> SpfRecord:
    try:
        return parse_spf(text)
    except FormatError as error:
        detail = f"{error.reason}: {error.text}"
        raise _StopError(SpfVerdict.PERMERROR, SpfProblem.SYNTAX, detail) from error


def _unseen(error: NetworkError) -> _StopError:
    return _StopError(SpfVerdict.TEMPERROR, SpfProblem.DNS, error.trouble.value)


def _is_within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _a_labels(name: str) -> str:
    """The name as DNS has it (RFC 8616 section 4); what cannot be one stays, and is refused."""
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name


def _trail_json(trail: Trail) -> dict[str, Any]:
    return {
        "domain": trail.domain,
        "record": trail.record,
        "result": trail.result.value,
        "steps": [
            {
                "term": step.term,
                "outcome": step.outcome,
                "target": step.target,
                "seen": list(step.seen),
                "lookups": step.lookups,
                "void_lookups": step.void_lookups,
                "inside": _trail_json(step.inside) if step.inside else None,
            }
            for step in trail.steps
        ],
    }
