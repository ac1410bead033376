"""What a domain's SPF leads to, as a tree: records, their terms, and what each term costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from bot.formats.spf import Mechanism, SpfRecord
from bot.model.trouble import Gap
from bot.probes.spf_questions import LOOKUP_MAX

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
class Voids:
    """Questions without an answer: those that any client meets, and those of each family."""

    any_client: int = 0
    ip4: int = 0
    ip6: int = 0

    def __add__(self, other: "Voids") -> "Voids":
        return Voids(self.any_client + other.any_client, self.ip4 + other.ip4, self.ip6 + other.ip6)


@dataclass(frozen=True, slots=True)
class Branch:
    """One term of a record: what it costs, and where it leads."""

    term: str
    mechanism: Mechanism | None  # None: redirect
    target: str | None = None
    lookups: int = 0  # of the term itself: 1 where it asks DNS, and 1 more for `%{p}`
    voids: Voids = Voids()
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
    is_void: bool = False  # nothing at all came for TXT

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
    def voids(self) -> Voids:
        """Questions without an answer; over 2 is a permerror (section 4.6.4)."""
        return sum((branch.voids for branch in self.root.walk()), Voids())

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


def _problems(node: Node) -> Iterator[tuple[str, str, BranchProblem]]:
    if node.problem is not None:
        yield node.domain, node.detail, node.problem
    for branch in node.branches:
        if branch.problem is not None and branch.problem is not BranchProblem.MACRO:
            yield node.domain, branch.term, branch.problem
        if branch.inside is not None:
            yield from _problems(branch.inside)
