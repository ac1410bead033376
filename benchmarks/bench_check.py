"""How long `check` takes on a wire of 25 ms each way, beside its longest chain and checkdmarc."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from statistics import median

import place  # isort: split

import dns.asyncquery
import dns.message

from bot.conversation.ports import Progress
from bot.formats.target import parse_target
from bot.knowledge import load_knowledge
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest, Judged, Outcome
from bot.network.network import Network
from bot.network.settings import NetworkSettings
from bot.network.talk import Protocol, Stage
from bot.network.trust import Trust
from bot.probes.run import run_check
from tests.laboratory.laboratory import Laboratory, why_not
from tests.laboratory.plan import RESOLVERS

DELAY = 0.025
RUNS = 7
DOMAIN = "wielka.pl"  # three MX, each with IPv4 and IPv6, and six SPF includes
REFERENCE = Reference(selectors=load_knowledge().reference.selectors)
DNS_PART = (
    *("mx", "provider", "spf", "dkim", "dmarc", "tls-rpt", "dnssec", "ns", "soa", "caa"),
    *("bimi", "wildcard"),
)
PEER = place.REPOSITORY / ".make" / "checkdmarc"


class Clock(Progress):
    """Notes when the first findings came."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.first = 0.0

    async def outcome(self, outcome: Outcome) -> None:
        if not self.first and isinstance(outcome, Judged) and outcome.findings:
            self.first = time.perf_counter() - self.start


def open_network(laboratory: Laboratory) -> Network:
    settings = NetworkSettings.from_environment(laboratory.environment)
    return Network.from_settings(settings, trust=Trust(laboratory.environment["SSL_CERT_FILE"]))


async def ours(laboratory: Laboratory) -> tuple[float, float]:
    """Seconds to the first finding and to the end, with nothing in our cache."""
    async with open_network(laboratory) as network:
        clock = Clock()
        await run_check(network, CheckRequest(parse_target(DOMAIN)), clock, REFERENCE)
        return clock.first, time.perf_counter() - clock.start


async def dns_part(laboratory: Laboratory) -> float:
    """Seconds of all that asks nothing but DNS and name servers."""
    async with open_network(laboratory) as network:
        start = time.perf_counter()
        request = CheckRequest(parse_target(DOMAIN), DNS_PART)
        await run_check(network, request, Progress(), REFERENCE)
        return time.perf_counter() - start


async def longest_chain(laboratory: Laboratory) -> list[str]:
    """What must wait for what: MX, its address, a conversation, and one that tries old TLS."""
    async with open_network(laboratory) as network:
        host = (await network.dns.mx(DOMAIN)).records[0].exchange
        address = (await network.dns.a(host)).records[0]
        where = ip_address(str(address))
        talk = await network.talk(Protocol.SMTP, host, where, 25)
        # One connection to an address at a time: the second begins when the first has ended.
        old = await network.talk(Protocol.SMTP, host, where, 25, old_tls=True)
    chain = ["MX", "A"]
    for stage, _ in talk.timings:
        # TLS 1.3 takes one round trip (RFC 8446 section 2), what came before took two.
        is_longer = stage is Stage.HANDSHAKE and talk.tls and talk.tls.version != "TLSv1.3"
        chain += [str(stage)] * (2 if is_longer else 1)
    return [*chain, "goodbye", *(str(stage) for stage, _ in old.timings)]


async def round_trip() -> float:
    question = dns.message.make_query(DOMAIN, "MX")
    start = time.perf_counter()
    await dns.asyncquery.udp(question, RESOLVERS[0], timeout=5)
    return time.perf_counter() - start


def command(laboratory: Laboratory) -> tuple[float, float]:
    """Seconds of the whole command on a terminal: until the first finding shows, and to the end."""
    program = str(Path(sys.executable).with_name("listonosz"))
    return place.on_screen(
        laboratory.inside([program, "check", DOMAIN, "--language", "en"]),
        "✓",
        environment=os.environ | dict(laboratory.environment),
        to_end=True,
    )


def floor(laboratory: Laboratory) -> float:
    """Seconds of the chain alone, on plain sockets."""
    script = Path(__file__).with_name("bare_client.py")
    done = subprocess.run(
        laboratory.inside([sys.executable, str(script), DOMAIN, RESOLVERS[0]]),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def peer(laboratory: Laboratory) -> tuple[Sequence[float], Sequence[float]]:
    """checkdmarc, in an environment of its own: fresh, and with its caches warm."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    if subprocess.run([*pip, "checkdmarc"], check=False, capture_output=True).returncode:
        place.complain("checkdmarc cannot be installed here")
        return (), ()
    script = Path(__file__).with_name("checkdmarc_timed.py")
    bundle = laboratory.environment["SSL_CERT_FILE"]
    fresh, warm = [], []
    for _ in range(3):
        done = subprocess.run(
            laboratory.inside([str(python), str(script), DOMAIN, *RESOLVERS]),
            env=os.environ | dict(laboratory.environment) | {"REQUESTS_CA_BUNDLE": bundle},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            place.complain(f"checkdmarc failed: {done.stderr[-300:]}")
            break
        first, second = map(float, done.stdout.split())
        fresh.append(first * 1000)
        warm.append(second * 1000)
    return fresh, warm


def main() -> int:
    """Measure all and print one table."""
    if reason := why_not():
        place.complain(reason)
        return 0
    with Laboratory(DELAY) as laboratory:
        chain = laboratory.run(longest_chain(laboratory))
        laboratory.run(ours(laboratory))  # imports, and the resolver's way down from the root
        trips = [laboratory.run(round_trip()) * 1000 for _ in range(9)]
        measured = [laboratory.run(ours(laboratory)) for _ in range(RUNS)]
        asked = [laboratory.run(dns_part(laboratory)) * 1000 for _ in range(RUNS)]
        bare = [floor(laboratory) * 1000 for _ in range(RUNS)]
        commands = [command(laboratory) for _ in range(3)]
        fresh, warm = peer(laboratory)
    length = len(chain) * 2 * DELAY * 1000
    whole = [end * 1000 for _, end in measured]
    rows: list[place.Row] = [
        ("round trip, measured", trips, "ms", f"{2 * DELAY * 1000:.0f} ms set"),
        (f"longest chain, {len(chain)} round trips", [length], "ms", ""),
        ("check, first finding", [first * 1000 for first, _ in measured], "ms", "< 300 + 2 trips"),
        ("check, whole", whole, "ms", f"<= {1.3 * length:.0f}"),
        ("check, whole / chain", [value / length for value in whole], "", "<= 1.3"),
        ("the chain alone, plain sockets", bare, "ms", ""),
        ("check, whole / plain sockets", [value / median(bare) for value in whole], "", ""),
        ("DNS part", asked, "ms", ""),
        ("DNS part in round trips", [value / (2000 * DELAY) for value in asked], "", "<= 6"),
        ("command, first finding", [first * 1000 for first, _ in commands], "ms", "< 400"),
        ("command, whole", [end * 1000 for _, end in commands], "ms", ""),
        ("checkdmarc, first check", fresh, "ms", ""),
        ("checkdmarc, again, warm", warm, "ms", ""),
    ]
    place.print_table(f"check {DOMAIN}, 25 ms each way", rows)
    print(f"\n  chain: {', '.join(chain)}")
    print("  checkdmarc also asks for DANE and BIMI; of an MX it talks to one address, we to all.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
