"""Process 1 of the laboratory: lays the wire, starts the servers, and takes all with it.

It runs in a process namespace of its own. When it ends, the kernel ends every server with it; it
ends when its standard input does, which is when those who wanted it are gone. Until then each line
there is a command to run in here, as JSON, by which a test changes what the world is like.
"""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode

from tests.laboratory import wire
from tests.laboratory.dns_servers import knots, unbound
from tests.laboratory.domains import PLAN
from tests.laboratory.dovecot import dovecot
from tests.laboratory.nginx import nginx
from tests.laboratory.pki import Pki
from tests.laboratory.plan import DOMAIN_DNS, LAME_DNS, RESOLVERS, ROOT_DNS, TLD_DNS
from tests.laboratory.postfix import postfix
from tests.laboratory.program import Program
from tests.laboratory.scripted import scripted
from tests.laboratory.zones import make_zones

_WITHIN = 20.0  # seconds for all servers to come up


def main() -> None:
    """Be the laboratory until standard input ends."""
    folder, delay, blocked = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    try:
        _start(folder, delay, blocked)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        _tell({"failed": str(error)})
    else:
        _tell({"ready": True})
        for order in sys.stdin:
            _tell(_obey(json.loads(order)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(message: dict[str, object]) -> None:
    print(json.dumps(message), flush=True)


def _obey(argv: list[str]) -> dict[str, object]:
    """Run a command beside the servers."""
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=20
    )
    return {"status": done.returncode, "said": done.stdout + done.stderr}


def _start(folder: Path, delay: float, blocked: int) -> None:
    addresses = [address for place in PLAN.places for address in place.addresses]
    wire.lay([ROOT_DNS, TLD_DNS, *DOMAIN_DNS, LAME_DNS, *RESOLVERS, *addresses], delay, blocked)
    pki = Pki(folder)
    zones = make_zones(PLAN, pki.tlsa)
    running = [_launch(folder, program) for program in knots(folder, zones)]
    dovecots, sasl = dovecot(folder, PLAN, pki)
    running += [
        _launch(folder, program)
        for program in (
            postfix(folder, PLAN, pki, sasl),
            *dovecots,
            nginx(folder, PLAN, pki),
            scripted(folder, PLAN, pki),
        )
    ]
    _await(folder, running[:3])
    # A resolver that finds no root at its first question remembers it for a while.
    running.append(_launch(folder, unbound(folder, zones)))
    _await(folder, running)
    for resolver in RESOLVERS:
        _ask_once(resolver)


Running = tuple[Program, subprocess.Popen[bytes]]


def _launch(folder: Path, program: Program) -> Running:
    with (folder / f"{program.name}.log").open("wb") as log:
        process = subprocess.Popen(program.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return program, process


def _await(folder: Path, running: Iterable[Running]) -> None:
    """Wait until every program listens where it should; tell the log of one that gave up."""
    until = time.monotonic() + _WITHIN
    missing = {place for program, _ in running for place in program.listens}
    while missing := missing - _listening():
        for program, process in running:
            if process.poll() is not None or time.monotonic() > until:
                late = sorted(missing.intersection(program.listens))
                if late or process.returncode is not None:
                    raise RuntimeError(_complaint(folder, program, late))
        time.sleep(0.01)


def _complaint(folder: Path, program: Program, late: list[tuple[str, int]]) -> str:
    log = (folder / f"{program.name}.log").read_text(errors="replace")
    inner = folder / program.name / "log"
    if inner.exists():
        log += inner.read_text(errors="replace")
    return f"{program.name} does not listen at {late[:5]}:\n{log[-2000:]}"


def _listening() -> set[tuple[str, int]]:
    """Where this network is listened to; a look that wakes no server up, as a connection would."""
    found = set()
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A":
                address, port = local.split(":")
                # The kernel prints 32-bit words in the byte order of the machine.
                words = [bytes.fromhex(address[at : at + 8]) for at in range(0, len(address), 8)]
                packed = b"".join(w[::-1] if sys.byteorder == "little" else w for w in words)
                found.add((socket.inet_ntop(family, packed), int(port, 16)))
    return found


def _ask_once(resolver: str) -> None:
    """Ask a first question, so that nobody has to wait for the way down from the root."""
    question = dns.message.make_query("dobra.pl", "MX")
    answer = dns.query.udp(question, resolver, timeout=5)
    if answer.rcode() != dns.rcode.NOERROR or not answer.answer:
        raise RuntimeError(f"{resolver} does not resolve: {answer}")


if __name__ == "__main__":
    main()
