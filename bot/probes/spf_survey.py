"""A domain's SPF seen whole, for any client: what it costs in lookups (RFC 7208 section 4.6.4).

Nothing is matched here: every branch is followed, as a client that nothing matches would make a
receiver do.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from typing import Any

from bot.formats.errors import FormatError
from bot.formats.spf import Mechanism, MechanismKind, SpfRecord, is_spf, parse_spf
from bot.formats.spf_macro import MacroString, shorten_name
from bot.model.trouble import Gap
from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.probes.spf_branches import Branch, BranchProblem, Network, Node, Survey, Voids
from bot.probes.spf_questions import (
    HOST_MAX,
    Dns,
    Questions,
    is_domain,
    query_name,
)

RECORDS_MAX = 60  # records that one survey reads; six times what a receiver would


async def survey(dns: Dns, domain: str, text: str | None = None) -> Survey:
    """Follow every term of a domain's SPF record, side by side, each question asked once.

    `text` is what the domain could publish in the place of what it does.
    """
    questions = Questions(dns)
    try:
        surveyor = _Surveyor(questions)
        root = await surveyor.root(domain.removesuffix("."), text)
    finally:
        await questions.close()
    gaps = [*surveyor.gaps.values()]
    gaps += [gap for branch in root.walk() for gap in branch.gaps]
    return Survey(root, tuple(dict.fromkeys(gaps)))


@dataclass(slots=True)
class _Surveyor:
    questions: Questions
    gaps: dict[str, Gap] = field(default_factory=dict)
    read: int = 0

    async def root(self, domain: str, text: str | None) -> Node:
        """The record that stands at the domain, or that could."""
        name = query_name(domain)
        if text is None or name is None:
            return await self.node(domain, ())
        return await self._read(text, domain, (name,))

    async def node(self, domain: str, path: tuple[str, ...]) -> Node:
        """The record of one domain; `path` are the domains that led here."""
        name = query_name(domain)
        if name is None or not is_domain(domain):
            return Node(domain, problem=BranchProblem.BAD_NAME)
        self.read += 1
        if self.read > RECORDS_MAX:
            return Node(domain, problem=BranchProblem.NOT_FOLLOWED)
        try:
            answer = await self.questions.texts(name)
        except NetworkError as error:
            self.gaps[name] = Gap(domain, error.trouble, error.detail)
            return Node(domain)
        found = [text for record in answer.records if is_spf(text := record.text)]
        if len(found) != 1:
            problem = BranchProblem.SEVERAL if found else BranchProblem.NO_RECORD
            return Node(domain, problem=problem, is_void=not answer.records)
        return await self._read(found[0], domain, (*path, name))

    async def _read(self, text: str, domain: str, path: tuple[str, ...]) -> Node:
        try:
            record = parse_spf(text)
        except FormatError as error:
            detail = f"{error.reason}: {error.text}"
            return Node(domain, text, problem=BranchProblem.SYNTAX, detail=detail)
        branches = await asyncio.gather(*self._terms(record, domain, path))
        return Node(domain, text, record, tuple(branches))

    def _terms(
        self, record: SpfRecord, domain: str, path: tuple[str, ...]
    ) -> Iterator[Coroutine[Any, Any, Branch]]:
        for mechanism in record.mechanisms:
            yield self._mechanism(mechanism, domain, path)
            if mechanism.kind is MechanismKind.ALL:
                return  # what follows is never looked at (section 5.1)
        if record.redirect is not None:
            term = f"redirect={record.redirect.text}"
            yield self._other(term, None, record.redirect, domain, path)

    async def _mechanism(self, mechanism: Mechanism, domain: str, path: tuple[str, ...]) -> Branch:
        text, kind = mechanism.text, mechanism.kind
        if kind is MechanismKind.ALL:
            return Branch(text, mechanism)
        if mechanism.network is not None:
            return Branch(text, mechanism, networks=(mechanism.network,))
        if kind is MechanismKind.INCLUDE and mechanism.domain is not None:
            return await self._other(text, mechanism, mechanism.domain, domain, path)
        aim = _aim(mechanism.domain, domain)
        if aim.problem is not None or kind is MechanismKind.PTR:
            return Branch(text, mechanism, aim.target, aim.cost, problem=aim.problem)
        if kind is MechanismKind.MX:
            return await self._mx(mechanism, aim)
        seen = await self._addresses(aim.name, (4,) if kind is MechanismKind.EXISTS else (4, 6))
        networks = () if kind is MechanismKind.EXISTS else seen.networks(mechanism)
        return Branch(text, mechanism, aim.target, aim.cost, seen.voids, networks, gaps=seen.gaps)

    async def _other(
        self,
        term: str,
        mechanism: Mechanism | None,
        spec: MacroString,
        domain: str,
        path: tuple[str, ...],
    ) -> Branch:
        """An include or a redirect."""
        aim = _aim(spec, domain)
        problem = BranchProblem.LOOP if aim.name in path else aim.problem
        if problem is not None:
            return Branch(term, mechanism, aim.target, aim.cost, problem=problem)
        node = await self.node(aim.target or "", path)
        voids = Voids(1, 1, 1) if node.is_void else Voids()
        return Branch(term, mechanism, aim.target, aim.cost, voids, inside=node)

    async def _mx(self, mechanism: Mechanism, aim: "_Aim") -> Branch:
        branch = Branch(mechanism.text, mechanism, aim.target, aim.cost)
        try:
            answer = await self.questions.exchanges(aim.name)
        except NetworkError as error:
            return replace(branch, gaps=(Gap(aim.name, error.trouble, error.detail),))
        hosts = [record.exchange for record in answer.records if record.exchange]
        if len(hosts) > HOST_MAX:
            return replace(branch, problem=BranchProblem.TOO_MANY_MX)
        each = await asyncio.gather(*(self._addresses(host, (4, 6)) for host in hosts))
        voids = Voids() if answer.records else Voids(1, 1, 1)
        return replace(
            branch,
            voids=sum((seen.voids for seen in each), voids),
            networks=tuple(net for seen in each for net in seen.networks(mechanism)),
            gaps=tuple(gap for seen in each for gap in seen.gaps),
        )

    async def _addresses(self, name: str, families: tuple[int, ...]) -> "_Seen":
        return _Seen(
            name,
            dict(
                zip(
                    families,
                    await asyncio.gather(*(self._address(name, family) for family in families)),
                    strict=True,
                )
            ),
        )

    async def _address(self, name: str, family: int) -> Answer[Any] | NetworkError:
        try:
            return await self.questions.addresses(name, family)
        except NetworkError as error:
            return error


@dataclass(frozen=True, slots=True)
class _Aim:
    """Where a domain-spec points when there is no message: only `%{d}` is known then."""

    target: str | None
    name: str  # as DNS is asked; "" when there is a problem
    cost: int
    problem: BranchProblem | None = None


def _aim(spec: MacroString | None, domain: str) -> _Aim:
    if spec is None:
        return _Aim(None, query_name(domain) or "", 1)
    cost = 2 if "p" in spec.letters else 1  # section 4.6.4: the PTR question of %{p} counts
    if not spec.letters <= {"d"}:
        return _Aim(None, "", cost, BranchProblem.MACRO)
    target = shorten_name(spec.expand({"d": domain}))
    name = query_name(target)
    return _Aim(target, name or "", cost, None if name else BranchProblem.BAD_NAME)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The addresses of one host, by family, or why they could not be seen."""

    name: str
    answers: dict[int, Answer[Any] | NetworkError]

    @property
    def voids(self) -> Voids:
        empty = {
            family
            for family, answer in self.answers.items()
            if isinstance(answer, Answer) and not answer.records
        }
        if 6 not in self.answers:  # exists asks for A whoever the client is
            return Voids(1, 1, 1) if empty else Voids()
        return Voids(int(empty == {4, 6}), int(4 in empty), int(6 in empty))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        errors = (answer for answer in self.answers.values() if isinstance(answer, NetworkError))
        return tuple(Gap(self.name, error.trouble, error.detail) for error in errors)

    def networks(self, mechanism: Mechanism) -> tuple[Network, ...]:
        """The addresses with the mechanism's prefix lengths."""
        found: list[Network] = []
        for answer in self.answers.values():
            for address in answer.records if isinstance(answer, Answer) else ():
                if address.version == 4:
                    length = 32 if mechanism.ip4_length is None else mechanism.ip4_length
                else:
                    length = 128 if mechanism.ip6_length is None else mechanism.ip6_length
                found.append(ip_network((address, length), strict=False))
        return tuple(found)
