"""The whole tree of an SPF record judged: what it costs, where it breaks, whom it lets in."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from bot.formats.spf import Mechanism, MechanismKind, Qualifier
from bot.model.finding import Finding, Kind, Severity
from bot.network.clean import clean
from bot.probes.names import shown
from bot.probes.probe import Statement, join
from bot.probes.spf_branches import Branch, BranchProblem, Network, Node, Survey
from bot.probes.spf_flatten import Flat, flatten, quoted
from bot.probes.spf_questions import LOOKUP_MAX, VOID_MAX

_LIMITS = "RFC 7208 section 4.6.4"
LOOKUPS = Kind("spf.lookups", Severity.OK, frozenset({"count", "tree"}), _LIMITS)
NEAR_LIMIT = Kind("spf.near-limit", Severity.NOTICE, frozenset({"count", "tree"}), _LIMITS)
TOO_MANY_LOOKUPS = Kind(
    "spf.too-many-lookups", Severity.ERROR, frozenset({"count", "tree", "over"}), _LIMITS
)
FLATTENED = Kind("spf.flattened", Severity.NOTICE, frozenset({"count", "records"}), _LIMITS)
VOID = Kind("spf.void", Severity.NOTICE, frozenset({"terms"}), _LIMITS)
VOID_IPV6 = Kind("spf.void-ipv6", Severity.NOTICE, frozenset({"count", "terms"}), _LIMITS)
TOO_MANY_VOIDS = Kind("spf.too-many-voids", Severity.ERROR, frozenset({"count", "terms"}), _LIMITS)
TOO_MANY_MX = Kind("spf.too-many-mx", Severity.ERROR, frozenset({"term", "where"}), _LIMITS)
INCLUDE_NOTHING = Kind(
    "spf.include-nothing", Severity.ERROR, frozenset({"name"}), "RFC 7208 section 5.2"
)
INCLUDE_SEVERAL = Kind(
    "spf.include-several", Severity.ERROR, frozenset({"name"}), "RFC 7208 section 5.2"
)
INCLUDE_BROKEN = Kind(
    "spf.include-broken", Severity.ERROR, frozenset({"name", "part"}), "RFC 7208 section 5.2"
)
LOOP = Kind("spf.loop", Severity.ERROR, frozenset({"term", "where"}), "RFC 7208 section 4.6.4")
BAD_TARGET = Kind(
    "spf.bad-target", Severity.WARNING, frozenset({"term", "where"}), "RFC 7208 section 4.8"
)
INCLUDE_EVERYBODY = Kind(
    "spf.include-everybody", Severity.ERROR, frozenset({"term", "where"}), "RFC 7208 section 5.2"
)
REDIRECT_NEUTRAL = Kind(
    "spf.redirect-neutral", Severity.WARNING, frozenset({"name"}), "RFC 7208 section 6.1"
)
WHOLE_INTERNET = Kind(
    "spf.whole-internet", Severity.ERROR, frozenset({"term", "where"}), "RFC 7208 section 5.6"
)
LARGE_NETWORK = Kind(
    "spf.large-network", Severity.WARNING, frozenset({"term"}), "RFC 7208 section 10.1.1"
)
PTR = Kind("spf.ptr", Severity.WARNING, frozenset({"term", "where"}), "RFC 7208 section 5.5")

KINDS = (
    LOOKUPS,
    NEAR_LIMIT,
    TOO_MANY_LOOKUPS,
    FLATTENED,
    VOID,
    VOID_IPV6,
    TOO_MANY_VOIDS,
    TOO_MANY_MX,
    INCLUDE_NOTHING,
    INCLUDE_SEVERAL,
    INCLUDE_BROKEN,
    LOOP,
    BAD_TARGET,
    INCLUDE_EVERYBODY,
    REDIRECT_NEUTRAL,
    WHOLE_INTERNET,
    LARGE_NETWORK,
    PTR,
)

_NEAR = LOOKUP_MAX - 1
_LONGEST_TREE = 900
_LONGEST_TERM = 200
# Networks this short hold an eighth of all addresses; nobody sends from all of them.
_HOPELESS = 3
# Shorter than a company or a hoster has; large providers list such ones of their own, so only
# the domain's own records are measured.
_LARGE = {4: 16, 6: 24}


def judge_tree(subject: str, survey: Survey) -> Iterator[Statement]:
    """Everything that shows only once all includes and redirects have been followed."""
    yield from survey.gaps
    yield from _broken(subject, survey)
    yield from _cost(subject, survey)
    yield from _voids(subject, survey)
    yield from _open(subject, survey.root)
    yield from _own_terms(subject, survey.root, survey.root.domain)


def _broken(subject: str, survey: Survey) -> Iterator[Finding]:
    """What makes receivers give up: an error anywhere is one of the whole record."""
    for where, what, problem in dict.fromkeys(_below(survey.root)):
        name, term = shown(clean(where, _LONGEST_TERM)), clean(what, _LONGEST_TERM)
        match problem:
            case BranchProblem.NO_RECORD:
                yield INCLUDE_NOTHING(subject, name=name)
            case BranchProblem.BAD_NAME if not term or _is_about_record(term):
                yield INCLUDE_NOTHING(subject, name=term.partition(":")[2] or term or name)
            case BranchProblem.SEVERAL:
                yield INCLUDE_SEVERAL(subject, name=name)
            case BranchProblem.SYNTAX:
                yield INCLUDE_BROKEN(subject, name=name, part=term.partition(": ")[2] or "–")
            case BranchProblem.LOOP:
                yield LOOP(subject, term=term, where=name)
            case BranchProblem.TOO_MANY_MX:
                yield TOO_MANY_MX(subject, term=term, where=name)
            case BranchProblem.BAD_NAME:
                yield BAD_TARGET(subject, term=term, where=name)


def _below(root: Node) -> Iterator[tuple[str, str, BranchProblem]]:
    """The problems but for those of the domain's own record as a whole, which are told apart."""
    survey = Survey(root)
    own = (root.domain, root.detail, root.problem)
    return (problem for problem in survey.problems if problem != own)


def _is_about_record(term: str) -> bool:
    return term.lower().lstrip("+-~?").startswith(("include:", "redirect="))


def _cost(subject: str, survey: Survey) -> Iterator[Finding]:
    count, tree = survey.lookups, clean(draw(survey.root), _LONGEST_TREE)
    if count > LOOKUP_MAX:
        over = join(clean(branch.term, _LONGEST_TERM) for branch in survey.over)
        yield TOO_MANY_LOOKUPS(subject, count=count, tree=tree, over=clean(over, _LONGEST_TREE))
        yield from flattened(subject, survey)
    elif survey.gaps or not count:
        return  # what was not seen may cost more
    elif count >= _NEAR:
        yield NEAR_LIMIT(subject, count=count, tree=tree)
    else:
        yield LOOKUPS(subject, count=count, tree=tree)


def flattened(subject: str, survey: Survey) -> Iterator[Finding]:
    """The record written as networks, where that can be."""
    if flat := flatten(survey):
        yield FLATTENED(subject, count=len(flat.records), records=_publish(flat))


def draw(node: Node) -> str:
    """The lookups of a record in one line: "mx 1, include:x.pl 3 (a 1, include:y.pl 1)"."""
    return ", ".join(_draw_branch(branch) for branch in node.branches if branch.total)


def _draw_branch(branch: Branch) -> str:
    inside = draw(branch.inside) if branch.inside else ""
    return f"{branch.term} {branch.total}" + (f" ({inside})" if inside else "")


def _publish(flat: Flat) -> str:
    """One record as it goes into a form; several as lines of a zone file."""
    if len(flat.records) == 1:
        return flat.records[0][1]
    return "\n".join(f"{name}. IN TXT {quoted(text)}" for name, text in flat.records)


def _voids(subject: str, survey: Survey) -> Iterator[Finding]:
    voids = survey.voids
    dead = [branch for branch in survey.root.walk() if branch.voids.any_client]
    if (count := max(voids.any_client, voids.ip4)) > VOID_MAX:
        terms = _terms([branch for branch in survey.root.walk() if branch.voids.ip4] or dead)
        yield TOO_MANY_VOIDS(subject, count=count, terms=terms)
        return
    # An include of nothing is told as such.
    if left := [branch for branch in dead if branch.inside is None]:
        yield VOID(subject, terms=_terms(left))
    if voids.ip6 > VOID_MAX:
        terms = _terms([branch for branch in survey.root.walk() if branch.voids.ip6])
        yield VOID_IPV6(subject, count=voids.ip6, terms=terms)


def _terms(branches: Sequence[Branch]) -> str:
    return clean(join(clean(branch.term, _LONGEST_TERM) for branch in branches), _LONGEST_TREE)


def _open(subject: str, root: Node) -> Iterator[Finding]:
    """Whom the records of others, or a single huge network, let in."""
    if root.record is not None and root.record.all is None:
        for branch in root.branches:
            if branch.mechanism is None and branch.inside is not None:
                yield from _redirected(subject, root.domain, branch, branch.inside)
    for where, branch in _places(root):
        term, name = clean(branch.term, _LONGEST_TERM), shown(where)
        if not _is_pass(branch.mechanism):
            continue
        if branch.inside is not None and last_word(branch.inside) is Qualifier.PASS:
            yield INCLUDE_EVERYBODY(subject, term=term, where=name)
        if any(network.prefixlen <= _HOPELESS for network in branch.networks):
            yield WHOLE_INTERNET(subject, term=term, where=name)


def _redirected(subject: str, domain: str, branch: Branch, inside: Node) -> Iterator[Finding]:
    end = last_word(inside)
    if end is Qualifier.PASS:
        term = clean(branch.term, _LONGEST_TERM)
        yield INCLUDE_EVERYBODY(subject, term=term, where=shown(domain))
    elif end is Qualifier.NEUTRAL:
        yield REDIRECT_NEUTRAL(subject, name=shown(inside.domain))


def _places(node: Node) -> Iterator[tuple[str, Branch]]:
    """Every branch with the domain in whose record it stands."""
    for branch in node.branches:
        yield node.domain, branch
        if branch.inside is not None:
            yield from _places(branch.inside)


def _is_pass(mechanism: Mechanism | None) -> bool:
    return mechanism is not None and mechanism.qualifier in (None, Qualifier.PASS)


def last_word(node: Node) -> Qualifier | None:
    """What a record says of whom no other term names; None where that could not be seen."""
    if node.record is None:
        return None
    if node.record.all is not None:
        return node.record.all.qualifier or Qualifier.PASS
    if node.record.redirect is None:
        return Qualifier.NEUTRAL
    inside = node.branches[-1].inside if node.branches else None
    return last_word(inside) if inside is not None else None


def _own_terms(subject: str, node: Node, domain: str) -> Iterator[Finding]:
    """Habits in the records that the domain's own administrator keeps."""
    for where, branch in _places(node):
        if where != domain and not where.endswith(f".{domain}"):
            continue
        term = clean(branch.term, _LONGEST_TERM)
        if branch.mechanism is not None and branch.mechanism.kind is MechanismKind.PTR:
            yield PTR(subject, term=term, where=shown(where))
        if _is_pass(branch.mechanism) and any(map(_is_large, branch.networks)):
            yield LARGE_NETWORK(subject, term=term)


def _is_large(network: Network) -> bool:
    limit = _LARGE[4 if isinstance(network, IPv4Network) else 6]
    return _HOPELESS < network.prefixlen < limit
