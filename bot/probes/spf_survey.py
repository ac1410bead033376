"""A domain's SPF seen whole, for any client: what it costs in lookups (RFC 7208 section 4.6.4).

Nothing is matched here: every branch is followed, as a client that nothing matches would make a
receiver do.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from bot.formats.errors import FormatError
from bot.formats.spf import Mechanism, MechanismKind, SpfRecord, is_spf, parse_spf
from bot.formats.spf_macro import MacroString, shorten_name
from bot.model.trouble import Gap, Trouble
from bot.network.answer import Answer
from bot.network.errors import NetworkError
from bot.probes.spf_questions import (
    HOST_MAX,
    LOOKUP_MAX,
    Dns,
    Questions,
    is_domain,
    query_name,
)

RECORDS_MAX = 60  # records that one survey reads; six times what a receiver would
Network = IPv4Network | IPv6Network


class BranchProblem(StrEnum):
    """What is wrong with a term or a record, or why it was not followed."""

    NO_RECORD = "no-record"
    SEVERAL = "several-records"
    SYNTAX = "syntax"
    LOOP = "loop"
    BAD_NAME = "bad-name"
    TOO_MANY_MX = "too-many-mx"
    MACRO = "macro"  # no problem: it depends on the message, so it cannot be followed
    NOT_FOLLOWED = "not-followed"  # our own limit


@dataclass(frozen=True, slots=True)
class Branch:
    """One term of a record: what it costs, and where it leads."""

    term: str
    mechanism: Mechanism | None  # None: redirect
    target: str | None = None
    lookups: int = 0  # of the term itself: 1 where it asks DNS, and 1 more for `%{p}`
    void_lookups: int = 0  # questions without an answer, whatever the client
    void_ip4: int = 0  # the same for a client with IPv4,
    void_ip6: int = 0  # and with IPv6
    networks: tuple[Network, ...] = ()
    problem: BranchProblem | None = None
    gaps: tuple[Gap, ...] = ()
    inside: "Node | None" = None

    @property
    def total(self) -> int:
        """Lookups of the term and of all below it."""
        return self.lookups + (self.inside.lookups if self.inside else 0)


@dataclass(frozen=True, slots=True)
class Node:
    """One record and its terms up to `all`, in order; a redirect comes last."""

    domain: str
    text: str | None = None
    record: SpfRecord | None = None
    branches: tuple[Branch, ...] = ()
    problem: BranchProblem | None = None
    detail: str = ""

    @property
    def lookups(self) -> int:
        """Lookups of all branches."""
        return sum(branch.total for branch in self.branches)

    def walk(self) -> Iterator[Branch]:
        """All branches below, in the order in which a receiver comes to them."""
        for branch in self.branches:
            yield branch
            if branch.inside is not None:
                yield from branch.inside.walk()


@dataclass(frozen=True, slots=True)
class Survey:
    """The whole tree with its totals."""

    root: Node
    gaps: tuple[Gap, ...] = ()  # what DNS kept from us: the totals are then a lower bound

    @property
    def lookups(self) -> int:
        """Lookups in all; over 10 is a permerror for whoever is not matched before."""
        return self.root.lookups

    @property
    def void_lookups(self) -> int:
        """Questions without an answer; over 2 is a permerror (section 4.6.4)."""
        return sum(branch.void_lookups for branch in self.root.walk())

    @property
    def void_ip4(self) -> int:
        """Void lookups that a client with IPv4 meets."""
        return sum(branch.void_ip4 for branch in self.root.walk())

    @property
    def void_ip6(self) -> int:
        """Void lookups that a client with IPv6 meets."""
        return sum(branch.void_ip6 for branch in self.root.walk())

    @property
    def over(self) -> tuple[Branch, ...]:
        """The terms past the limit, in order: receivers never come to them."""
        over, count = [], 0
        for branch in self.root.walk():
            count += branch.lookups
            if branch.lookups and count > LOOKUP_MAX:
                over.append(branch)
        return tuple(over)

    @property
    def networks(self) -> tuple[Network, ...]:
        """Every network named, in order, once."""
        return tuple(dict.fromkeys(net for branch in self.root.walk() for net in branch.networks))

    @property
    def problems(self) -> tuple[tuple[str, str, BranchProblem], ...]:
        """(domain of the record, term or detail, problem), macros left out."""
        return tuple(_problems(self.root))


async def survey(dns: Dns, domain: str) -> Survey:
    """Follow every term of a domain's SPF record, side by side, each question asked once."""
    questions = Questions(dns)
    try:
        surveyor = _Surveyor(questions)
        root = await surveyor.node(domain.removesuffix("."), ())
    finally:
        await questions.close()
    gaps = [*surveyor.gaps.values()]
    gaps += [gap for branch in root.walk() for gap in branch.gaps]
    return Survey(root, tuple(dict.fromkeys(gaps)))


def _problems(node: Node) -> Iterator[tuple[str, str, BranchProblem]]:
    if node.problem is not None:
        yield node.domain, node.detail, node.problem
    for branch in node.branches:
        if branch.problem not in (None, BranchProblem.MACRO):
            yield node.domain, branch.term, branch.problem  # type: ignore[misc]
        if branch.inside is not None:
            yield from _problems(branch.inside)


@dataclass(slots=True)
class _Surveyor:
    questions: Questions
    gaps: dict[str, Gap] = field(default_factory=dict)
    read: int = 0

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
            return Node(domain, problem=problem, detail=str(len(found)))
        try:
            record = parse_spf(found[0])
        except FormatError as error:
            detail = f"{error.reason}: {error.text}"
            return Node(domain, found[0], problem=BranchProblem.SYNTAX, detail=detail)
        branches = await asyncio.gather(*self._terms(record, domain, (*path, name)))
        return Node(domain, found[0], record, tuple(branches))

    def _terms(
        self, record: SpfRecord, domain: str, path: tuple[str, ...]
    ) -> Iterator["asyncio.Future[Branch] | Any"]:
        for mechanism in record.mechanisms:
            yield self._mechanism(mechanism, domain, path)
            if mechanism.kind is MechanismKind.ALL:
                return  # what follows is never looked at (section 5.1)
        if record.redirect is not None:
            term = f"redirect={record.redirect.text}"
            yield self._other(term, None, record.redirect, domain, path)

    async def _mechanism(self, mechanism: Mechanism, domain: str, path: tuple[str, ...]) -> Branch:
        if mechanism.kind is MechanismKind.ALL:
            return Branch(mechanism.text, mechanism)
        if mechanism.network is not None:
            return Branch(mechanism.text, mechanism, networks=(mechanism.network,))
        if mechanism.kind is MechanismKind.INCLUDE and mechanism.domain is not None:
            return await self._other(mechanism.text, mechanism, mechanism.domain, domain, path)
        target, cost, problem = _target(mechanism.domain, domain)
        name = query_name(target) if target else None
        if name is None or mechanism.kind is MechanismKind.PTR:
            return Branch(mechanism.text, mechanism, target, cost, problem=problem)
        if mechanism.kind is MechanismKind.MX:
            return await self._mx(mechanism, name, cost)
        families = (4,) if mechanism.kind is MechanismKind.EXISTS else (4, 6)
        seen = await self._addresses(name, families)
        networks = () if mechanism.kind is MechanismKind.EXISTS else seen.networks(mechanism)
        return Branch(
            mechanism.text,
            mechanism,
            target,
            cost,
            *seen.voids(families),
            networks,
            gaps=seen.gaps,
        )

    async def _other(
        self,
        term: str,
        mechanism: Mechanism | None,
        spec: MacroString,
        domain: str,
        path: tuple[str, ...],
    ) -> Branch:
        target, cost, problem = _target(spec, domain)
        if target is None:
            return Branch(term, mechanism, None, cost, problem=problem)
        if query_name(target) in path:
            return Branch(term, mechanism, target, cost, problem=BranchProblem.LOOP)
        node = await self.node(target, path)
        is_void = False
        if node.problem is BranchProblem.NO_RECORD and (name := query_name(target)):
            is_void = not (await self.questions.texts(name)).records
        voids = (int(is_void),) * 3
        return Branch(term, mechanism, target, cost, *voids, inside=node)

    async def _mx(self, mechanism: Mechanism, name: str, cost: int) -> Branch:
        try:
            answer = await self.questions.exchanges(name)
        except NetworkError as error:
            gaps = (Gap(name, error.trouble, error.detail),)
            return Branch(mechanism.text, mechanism, name, cost, gaps=gaps)
        hosts = [record.exchange for record in answer.records if record.exchange]
        if len(hosts) > HOST_MAX:
            problem = BranchProblem.TOO_MANY_MX
            return Branch(mechanism.text, mechanism, name, cost, problem=problem)
        voids = (int(not answer.records),) * 3
        each = await asyncio.gather(*(self._addresses(host, (4, 6)) for host in hosts))
        voids = tuple(
            total + sum(column)
            for total, column in zip(
                voids,
                zip(*(seen.voids((4, 6)) for seen in each), strict=True) if each else [()] * 3,
                strict=True,
            )
        )
        return Branch(
            mechanism.text,
            mechanism,
            name,
            cost,
            *voids,
            tuple(net for seen in each for net in seen.networks(mechanism)),
            gaps=tuple(gap for seen in each for gap in seen.gaps),
        )

    async def _addresses(self, name: str, families: Sequence[int]) -> "_Seen":
        asked = (self.questions.addresses(name, family) for family in families)
        return _Seen(name, await asyncio.gather(*asked, return_exceptions=True))
