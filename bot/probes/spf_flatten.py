"""A domain's SPF written out as networks: a proposal for a record that costs no lookups."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from itertools import count, islice

from bot.formats.spf import VERSION, MechanismKind, Qualifier
from bot.probes.spf_branches import Branch, Network, Node, Survey

# A record of this size and the names around it fit one DNS packet of 512 octets, as section 3.4
# of RFC 7208 asks.
SIZE_MAX = 450
_STRING_MAX = 255  # octets of one character string (RFC 1035 section 3.3)


@dataclass(frozen=True, slots=True)
class Flat:
    """Records to publish: the domain's own first, then the parts that it includes."""

    records: tuple[tuple[str, str], ...]  # name, text
    networks: tuple[Network, ...]  # merged
    lookups: int  # that the new record costs


def flatten(survey: Survey) -> Flat | None:
    """The proposal; None where the record cannot be written as a plain list of networks.

    That is: where a part was not seen or is in error, depends on the message (macros, exists,
    ptr), or means something other than "these may send, and then `all`".
    """
    if survey.gaps or survey.problems or survey.root.record is None:
        return None
    last = _last(survey.root)
    if not _is_plain(survey.root):
        return None
    networks = tuple(_merged(survey.networks))
    end = [term.text for term in survey.root.record.modifiers if term.name != "redirect"]
    end += [last] if last else []
    own = _record([*map(_term, networks), *end])
    if len(own) <= SIZE_MAX:
        return Flat(((survey.root.domain, own),), networks, 0)
    parts = list(_parts(networks))
    names = list(islice(_free_names(survey), len(parts)))
    own = _record([*(f"include:{name}" for name in names), *end])
    if len(names) > 10 or len(own) > SIZE_MAX:
        return None
    return Flat(((survey.root.domain, own), *zip(names, parts, strict=True)), networks, len(names))


def quoted(text: str) -> str:
    """A record as a zone file wants it: strings of at most 255 octets in quotes."""
    cut = [text[at : at + _STRING_MAX] for at in range(0, len(text), _STRING_MAX)]
    return " ".join(f'"{part}"' for part in cut)


def _is_plain(node: Node, *, is_included: bool = False) -> bool:
    """Whether the terms only let networks in, and nothing is let in by `all`."""
    return all(_is_plain_branch(branch, is_included) for branch in node.branches)


def _is_plain_branch(branch: Branch, is_included: bool) -> bool:
    mechanism, inside = branch.mechanism, branch.inside
    if branch.problem is not None:
        return False
    if mechanism is None:  # a redirect goes on where this record ends
        return inside is not None and _is_plain(inside, is_included=is_included)
    is_pass = mechanism.qualifier in (None, Qualifier.PASS)
    match mechanism.kind:
        case MechanismKind.ALL:
            # Inside an include any other `all` means "not by me": the same as no match.
            return not (is_included and is_pass)
        case MechanismKind.INCLUDE:
            return is_pass and inside is not None and _is_plain(inside, is_included=True)
        case MechanismKind.EXISTS | MechanismKind.PTR:
            return False
    return is_pass


def _last(node: Node) -> str | None:
    """The `all` that closes the record, or that of the redirect that does."""
    if not node.branches:
        return None
    branch = node.branches[-1]
    if branch.mechanism is None:
        return _last(branch.inside) if branch.inside else None
    return branch.term if branch.mechanism.kind is MechanismKind.ALL else None


def _merged(networks: tuple[Network, ...]) -> Iterator[Network]:
    yield from collapse_addresses(net for net in networks if isinstance(net, IPv4Network))
    yield from collapse_addresses(net for net in networks if isinstance(net, IPv6Network))


def _term(network: Network) -> str:
    host = network.prefixlen == network.max_prefixlen
    return f"ip{network.version}:{network.network_address if host else network}"


def _parts(networks: tuple[Network, ...]) -> Iterator[str]:
    terms: list[str] = []
    for term in map(_term, networks):
        if len(_record([*terms, term, "?all"])) > SIZE_MAX:
            yield _record([*terms, "?all"])
            terms = []
        terms.append(term)
    yield _record([*terms, "?all"])


def _free_names(survey: Survey) -> Iterator[str]:
    """Names for the parts: none that the domain uses already, for others may include it."""
    taken = {(branch.target or "").lower() for branch in survey.root.walk()}
    names = (f"_spf{number}.{survey.root.domain}" for number in count(1))
    return (name for name in names if name.lower() not in taken)


def _record(terms: list[str]) -> str:
    return " ".join([VERSION, *terms])
