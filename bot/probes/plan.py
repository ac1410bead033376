"""Which probes a target calls for: a mail domain, a host, an address, or a name that is none."""

import asyncio
from collections.abc import Sequence

from bot.formats.spf import is_spf
from bot.formats.suffix import is_public_suffix, organizational_domain
from bot.formats.target import KEYS
from bot.model.check import CheckRequest, Target, TargetKind
from bot.network.answer import Answer, MxRecord, Status
from bot.network.errors import NetworkError
from bot.network.network import Network
from bot.probes.probe import attempt

DOMAIN = (
    "mx",
    "provider",
    "spf",
    "dkim",
    "dmarc",
    "smtp",
    "mta-sts",
    "tls-rpt",
    "dane",
    "dnssec",
    "ns",
    "soa",
    "caa",
    "bimi",
    "wildcard",
    "settings",
    "submission",
    "imap",
    "pop3",
    "sieve",
    "ptr",
    "network",
    "blocklist",
)
NO_SERVER = (
    "mx",
    "spf",
    "dmarc",
    "dnssec",
    "caa",
    "ns",
    "soa",
)  # no mail can come: there is nothing more to look at
PARKED = (*NO_SERVER, "smtp")  # an address, but nothing that speaks of mail
NOWHERE = ("mx",)  # one clear finding about the name, and no consequences of it
HOST = ("smtp", "submission", "imap", "pop3", "ptr")
ADDRESS = ("ptr", "smtp", "blocklist", "ping")

# After this, a slow resolver is the probes' own matter, and each says what it could not see.
PATIENCE = 3.0


async def make_plan(network: Network, request: CheckRequest) -> tuple[str, ...]:
    """The names of the probes to run. DNS is asked only what they ask again, from the cache."""
    if request.probes and "smtp" not in request.probes:
        return request.probes
    if not request.probes and f".{KEYS}." in request.target.name:
        return ("dkim",)
    if request.target.kind is TargetKind.ADDRESS:
        return _of(request, ADDRESS, is_host=True)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _plan_name(network, request)
    except (NetworkError, TimeoutError):
        return _of(request, DOMAIN, is_host=False)


async def _plan_name(network: Network, request: CheckRequest) -> tuple[str, ...]:
    target = request.target
    answer = await network.dns.mx(target.name)
    if answer.status is Status.NO_NAME:
        return _of(request, NOWHERE, is_host=False)
    if answer.status is Status.FOUND:
        own = any(mx.exchange == target.name for mx in answer.records)
        return _of(request, NO_SERVER if is_null_mx(answer) else DOMAIN, is_host=own)
    if is_public_suffix(target.name):
        return _of(request, NOWHERE, is_host=False)
    # No MX. Below an organization's domain that is a server's own name, if it has an address.
    if not await _has_address(network, target):
        return _of(request, NO_SERVER, is_host=False)
    if await is_mailless(network, target.name):
        return _of(request, PARKED, is_host=False)
    is_below = organizational_domain(target.name) != target.name
    return _of(request, HOST if is_below else DOMAIN, is_host=True)


async def is_mail_domain(network: Network, name: str) -> bool:
    """Whether people have addresses in it; a name below one, without MX, is a server's own."""
    has_mx = bool((await network.dns.mx(name)).records)
    return has_mx or organizational_domain(name) == name


def is_null_mx(answer: Answer[MxRecord]) -> bool:
    """Whether the domain declares that it takes no mail (RFC 7505 section 3)."""
    return [mx.exchange for mx in answer.records] == [""]


async def is_mailless(network: Network, name: str) -> bool:
    """Whether a domain is plainly not for mail: it takes none, or has no MX and nobody sends."""
    dns = network.dns
    mx, texts = await asyncio.gather(attempt(dns.mx(name)), attempt(dns.txt(name)))
    if not isinstance(mx, Answer) or mx.status is Status.NO_NAME:
        return False
    if mx.records or not isinstance(texts, Answer):
        return is_null_mx(mx)
    found = [record.text for record in texts.records if is_spf(record.text)]
    return [text.lower().split() for text in found] == [["v=spf1", "-all"]]


async def _has_address(network: Network, target: Target) -> bool:
    dns, name = network.dns, target.name
    answers = await asyncio.gather(attempt(dns.a(name)), attempt(dns.aaaa(name)))
    if any(isinstance(answer, Answer) and answer.records for answer in answers):
        return True
    for answer in answers:
        if isinstance(answer, NetworkError):
            raise answer
    return False


def _of(request: CheckRequest, chosen: Sequence[str], *, is_host: bool) -> tuple[str, ...]:
    if not request.probes:
        return tuple(chosen)
    # Who asks for SMTP on a host means all its ports: 25 is one, sending programs use the others.
    probes = list(request.probes)
    if is_host and "submission" not in probes:
        probes.insert(probes.index("smtp") + 1, "submission")
    return tuple(probes)
