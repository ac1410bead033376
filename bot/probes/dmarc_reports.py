"""Where DMARC reports go, and whether a foreign domain has agreed to get them (RFC 9990)."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import idna

from bot.formats.dmarc import DmarcRecord, is_dmarc
from bot.formats.errors import FormatError
from bot.formats.target import parse_target
from bot.model.finding import Kind, Severity
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.dmarc_walk import Level, climb, organization, texts
from bot.probes.names import shown
from bot.probes.probe import Statement, attempt, gap

UNAUTHORIZED = Kind(
    "dmarc.report-unauthorized",
    Severity.WARNING,
    frozenset({"tag", "address", "owner", "name"}),
    "RFC 9990 section 4",
)
_MAILTO = "mailto:"
_MOST_HOSTS = 8  # that are asked; nobody needs more
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Addressee:
    """A domain that reports are sent to, and what it says of that."""

    host: str
    levels: tuple[Level, ...] = ()  # the walk that finds its organization
    texts: tuple[str, ...] = ()  # under the name where it would agree
    error: NetworkError | None = None


def addresses(record: DmarcRecord) -> Iterator[tuple[str, str, str]]:
    """(tag, address, host) of every report address of a kind that reports can go to."""
    for tag, uris in (("rua", record.rua), ("ruf", record.ruf)):
        for uri in uris or ():
            if uri.lower().startswith(_MAILTO):
                address = uri[len(_MAILTO) :].partition("?")[0]
                yield tag, address, _host(address)


def _host(address: str) -> str:
    host = address.rpartition("@")[2].rstrip(".")
    try:
        return parse_target(host).name
    except (FormatError, idna.IDNAError):
        return host.lower()


def agreement(domain: str, host: str) -> str:
    """The name at which `host` agrees to get the reports of `domain`."""
    return f"{domain}._report._dmarc.{host}"


async def ask(network: Network, domain: str, record: DmarcRecord) -> tuple[Addressee, ...]:
    """Ask every foreign host at once, and where it belongs beside it."""
    hosts = dict.fromkeys(host for _, _, host in addresses(record) if host != domain)
    asked = (_ask(network, domain, host) for host in list(hosts)[:_MOST_HOSTS])
    return tuple(await asyncio.gather(*asked))


async def _ask(network: Network, domain: str, host: str) -> Addressee:
    answer, levels = await asyncio.gather(
        attempt(network.dns.txt(agreement(domain, host))), climb(network, host)
    )
    if isinstance(answer, NetworkError):
        return Addressee(host, levels, error=answer)
    return Addressee(host, levels, texts(answer))


def judge_reports(
    subject: str,
    domain: str,
    record: DmarcRecord,
    levels: Sequence[Level],
    addressees: Iterable[Addressee],
) -> Iterator[Statement]:
    """Addresses of another organization that has not agreed get no reports."""
    by_host = {addressee.host: addressee for addressee in addressees}
    own = organization(levels)
    for tag, address, host in dict.fromkeys(addresses(record)):
        addressee = by_host.get(host)
        if addressee is None or any(map(is_dmarc, addressee.texts)):
            continue
        theirs = organization(addressee.levels)
        if own == theirs:
            continue
        for seen in (addressee.error, own, theirs):
            if isinstance(seen, NetworkError):
                yield gap(agreement(domain, shown(host)), seen)
                break
        else:
            yield UNAUTHORIZED(
                subject,
                tag=tag,
                address=clean(address, _LONGEST),
                owner=shown(clean(host, _LONGEST)),
                name=clean(agreement(domain, host), 2 * _LONGEST),
            )
