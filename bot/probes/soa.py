"""SOA (RFC 1035, RFC 1912): do all name servers hold the same zone, and are its times sensible?"""

from collections.abc import Iterator

from bot.model.finding import Kind, Severity
from bot.network.answer import SoaRecord
from bot.network.network import Network
from bot.probes.names import shown
from bot.probes.nameservers import ZoneFacts, gather_zone, unreached
from bot.probes.probe import Look, Probe, Statement, join, no_domain

NOT_A_DOMAIN = Kind("soa.not-a-domain", Severity.NOTICE)
SERIALS = Kind("soa.serials", Severity.NOTICE, frozenset({"serials"}), "RFC 1034 section 4.3.5")
EXPIRES_SOON = Kind(
    "soa.expires-soon", Severity.NOTICE, frozenset({"days"}), "RFC 1912 section 2.2"
)
RETRY = Kind("soa.retry", Severity.NOTICE, frozenset({"retry", "refresh"}), "RFC 1912 section 2.2")
LONG_NO = Kind("soa.long-no", Severity.NOTICE, frozenset({"hours"}), "RFC 2308 section 5")
SOUND = Kind("soa.sound", Severity.OK, frozenset({"primary", "serial"}), "RFC 1035 section 3.3.13")

_DAY, _HOUR = 86_400, 3_600
# RFC 1912 speaks of two to four weeks. Less than a long weekend is what hurts.
_EXPIRE = 3 * _DAY
_LONGEST_NO = _DAY


async def gather(network: Network, look: Look) -> ZoneFacts:
    """The very answers that the `ns` probe asks for."""
    return await gather_zone(network, look)


def judge(facts: ZoneFacts) -> Iterator[Statement]:
    """Which versions of the zone are about, and how long servers and caches keep it."""
    if facts.zone is None:
        yield from filter(None, [no_domain(facts.look, NOT_A_DOMAIN, exists=False)])
        return
    zone, soa = shown(facts.zone.name), facts.zone.soa.records[0]
    serials: dict[int, list[str]] = {}
    for server in facts.servers:
        for serial in dict.fromkeys(said.serial for said in server.said):
            if serial is not None:
                serials.setdefault(serial, []).append(shown(server.name))
    if len(serials) > 1:
        listed = (f"{serial} ({', '.join(names)})" for serial, names in sorted(serials.items()))
        yield SERIALS(zone, serials=join(listed))
    yield from _times(zone, soa)
    said = [one for server in facts.servers for one in server.said]
    if said and not serials:
        yield unreached(zone, said)
    if len(serials) == 1:
        yield SOUND(zone, primary=shown(soa.primary) or "–", serial=str(*serials))


def _times(zone: str, soa: SoaRecord) -> Iterator[Statement]:
    if soa.expire < _EXPIRE:
        yield EXPIRES_SOON(zone, days=soa.expire // _DAY)
    if soa.retry >= soa.refresh:
        yield RETRY(zone, retry=soa.retry, refresh=soa.refresh)
    if soa.minimum > _LONGEST_NO:
        yield LONG_NO(zone, hours=soa.minimum // _HOUR)


PROBE = Probe(
    "soa",
    gather,
    judge,
    kinds=(NOT_A_DOMAIN, SERIALS, EXPIRES_SOON, RETRY, LONG_NO, SOUND),
    seconds=15.0,
)
