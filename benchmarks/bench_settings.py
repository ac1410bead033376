"""How long `settings` takes on a wire of 25 ms each way, beside Thunderbird's order one by one."""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from ipaddress import ip_address

import place  # isort: split

from bot.conversation.ports import SettingsProgress
from bot.discovery.claim import Answered, Standing
from bot.discovery.guess import look_around
from bot.discovery.microsoft import ask_autodiscover
from bot.discovery.srv import find_mx, mx_bases
from bot.discovery.web import ask_autoconfig, ask_ispdb, mx_files, own_files
from bot.formats.target import parse_target
from bot.jobs.settings import SettingsFinder
from bot.knowledge.reference import Reference
from bot.model.settings import (
    ConnectionSecurity,
    MailboxServer,
    SettingsReport,
    SettingsRequest,
    SettingsSource,
)
from bot.network.network import Network
from bot.network.settings import NetworkSettings
from bot.network.talk import Protocol
from bot.network.trust import Trust
from bot.probes.proving import prove
from tests.laboratory.laboratory import Laboratory, why_not
from tests.laboratory.plan import ISPDB_URL

DELAY = 0.025
RUNS = 5
DRAFTS_OWN = "mail-v1.xml"  # a place that Thunderbird does not ask
# What is asked, and the round trips until its last source that answers has answered.
DOMAINS = (
    ("dobra.pl", "its own file", ("A", "connect", "TLS", "GET")),
    ("settings-ispdb.pl", "ISPDB, and a file by its MX", ("MX", "A", "connect", "TLS", "GET")),
    ("settings-guess.pl", "nobody tells: a guess", ("A", "connect", "TLS", "GET")),
    ("settings-dead.pl", "SRV, and a file that never comes", ()),
)
DEAD = "3000 ms and a proof"
PROTOCOLS = {"imap": Protocol.IMAP, "pop3": Protocol.POP3, "smtp": Protocol.SMTP}


class Clock(SettingsProgress):
    """Notes when the best answer was there."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.first = 0.0

    async def found(self, report: SettingsReport) -> None:
        if not self.first:
            self.first = time.perf_counter() - self.start


def open_network(laboratory: Laboratory) -> Network:
    settings = NetworkSettings.from_environment(laboratory.environment)
    return Network.from_settings(settings, trust=Trust(laboratory.environment["SSL_CERT_FILE"]))


async def ours(laboratory: Laboratory, domain: str) -> tuple[float, float, SettingsReport]:
    """Seconds to the best answer and to the end, with nothing in our cache."""
    async with open_network(laboratory) as network:
        finder = SettingsFinder(network, Reference(), ispdb_url=ISPDB_URL)
        clock = Clock()
        report = await finder.find(SettingsRequest(parse_target(domain)), clock)
        return clock.first, time.perf_counter() - clock.start, report


async def one_by_one(laboratory: Laboratory, domain: str) -> float:
    """Seconds of Thunderbird's order with each question waited for, and its servers tried."""
    async with open_network(laboratory) as network:
        start = time.perf_counter()
        for server in await _first_found(network, domain):
            await prove(network, server)
        return time.perf_counter() - start


async def _first_found(network: Network, domain: str) -> Sequence[MailboxServer]:
    for url, standing in own_files(domain):
        if DRAFTS_OWN in url:
            continue
        if servers := await _asked(ask_autoconfig(network, url, domain, standing)):
            return servers
    asked = ask_ispdb(network, ISPDB_URL, domain, domain, Standing.ISPDB)
    if servers := await _asked(asked):
        return servers
    mx = await find_mx(network, domain)
    for base in mx_bases(mx, domain):
        for url in mx_files(base, domain):
            if DRAFTS_OWN in url:
                continue
            if servers := await _asked(ask_autoconfig(network, url, domain, Standing.MX_FILE)):
                return servers
        asked = ask_ispdb(network, ISPDB_URL, base, domain, Standing.MX_ISPDB)
        if servers := await _asked(asked):
            return servers
    for answer in await ask_autodiscover(network, domain):
        if answer.servers:
            return answer.servers
    around = await look_around(network, domain, asyncio.ensure_future(find_mx(network, domain)))
    return around.servers()


async def _asked(asked: Awaitable[Answered]) -> Sequence[MailboxServer]:
    return (await asked).servers


async def longest_chain(
    laboratory: Laboratory, report: SettingsReport, trips: Sequence[str]
) -> int:
    """Round trips of the longest chain: the first source of a server, its address, a talk."""
    longest = 0
    async with open_network(laboratory) as network:
        for found in (*report.incoming, *report.outgoing):
            server = found.server
            address = (await network.dns.a(server.host)).records[0]
            talk = await network.talk(
                PROTOCOLS[server.protocol],
                server.host,
                ip_address(str(address)),
                server.port,
                implicit_tls=server.security is ConnectionSecurity.TLS,
            )
            source = 1 if SettingsSource.SRV in found.sources else len(trips)
            # With TLS at once the greeting comes with the end of the handshake or right after it.
            longest = max(longest, source + 1 + len(talk.timings))
    return longest


def main() -> int:
    """Measure all and print one table for each domain."""
    if reason := why_not():
        place.complain(reason)
        return 0
    with Laboratory(DELAY) as laboratory:
        laboratory.run(ours(laboratory, "dobra.pl"))  # imports, and the way down from the root
        for domain, story, trips in DOMAINS:
            measured = [laboratory.run(ours(laboratory, domain)) for _ in range(RUNS)]
            slow = [laboratory.run(one_by_one(laboratory, domain), 120) * 1000 for _ in range(2)]
            rows: list[place.Row] = [
                ("best answer on the screen", [first * 1000 for first, _, _ in measured], "ms", ""),
                ("whole", [end * 1000 for _, end, _ in measured], "ms", "" if trips else DEAD),
                ("Thunderbird's order, one by one", slow, "ms", ""),
            ]
            if trips:
                length = laboratory.run(longest_chain(laboratory, measured[0][2], trips))
                chain = length * 2 * DELAY
                ratio = [end / chain for _, end, _ in measured]
                rows.append((f"whole / longest chain ({length} trips)", ratio, "", "at most 1.3"))
            place.print_table(f"settings {domain}: {story}; 25 ms each way", rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
