"""A hundred checks of different domains at once in one process: time, memory and processor."""

import asyncio
import gc
import resource
import sys
import time
from pathlib import Path

import place  # isort: split

from bot.conversation.ports import Progress
from bot.formats.target import parse_target
from bot.jobs.inprocess import CheckRunner
from bot.knowledge import load_knowledge
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest
from bot.network.network import Network
from bot.network.settings import NetworkSettings
from bot.network.trust import Trust
from bot.program.memory import give_memory_back
from tests.laboratory.domains import CHECKED
from tests.laboratory.laboratory import Laboratory, why_not

DELAY = 0.025
MANY = 100
RUNS = 3
SLOW = ("slow", "tarpit", "silent", "hidden", "delay")  # they wait on purpose
PAGE = resource.getpagesize()


def names() -> list[str]:
    """Domains of the laboratory that answer at once, each asked for once."""
    quick = [each.name for each in CHECKED if not any(word in each.name for word in SLOW)]
    return quick[:MANY]


def resident() -> float:
    """Megabytes that the process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 2**20


class Watch:
    """The most memory held while work is under way."""

    def __init__(self) -> None:
        self.most = 0.0

    async def look(self) -> None:
        while True:
            self.most = max(self.most, resident())
            await asyncio.sleep(0.02)


async def run(
    laboratory: Laboratory, targets: list[str], reference: Reference
) -> tuple[float, float, float]:
    """Seconds, seconds of processor, and megabytes grown while it lasted; with nothing cached."""
    settings = NetworkSettings.from_environment(laboratory.environment)
    trust = Trust(laboratory.environment["SSL_CERT_FILE"])
    async with Network.from_settings(settings, trust=trust) as network:
        runner = CheckRunner(network, reference=reference)
        gc.collect()
        before, watch = resident(), Watch()
        looking = asyncio.create_task(watch.look())
        start, used = time.perf_counter(), time.process_time()
        requests = (CheckRequest(parse_target(target)) for target in targets)
        await asyncio.gather(*(runner.run(request, Progress()) for request in requests))
        took, worked = time.perf_counter() - start, time.process_time() - used
        looking.cancel()
        await runner.close()
        return took, worked, watch.most - before


def main() -> int:
    """Measure one, then all, and print one table."""
    if reason := why_not():
        place.complain(reason)
        return 0
    targets, reference = names(), load_knowledge().reference
    give_memory_back()  # as the service does once it has loaded
    with Laboratory(DELAY) as laboratory:
        laboratory.run(
            run(laboratory, targets, reference)
        )  # imports, the resolver's cache, grown pools
        ones = [laboratory.run(run(laboratory, targets[:1], reference)) for _ in range(RUNS)]
        alls = [laboratory.run(run(laboratory, targets, reference)) for _ in range(RUNS)]
    count = len(targets)
    one = min(took for took, _, _ in ones)
    rows: list[place.Row] = [
        ("one check", [took * 1000 for took, _, _ in ones], "ms", ""),
        (f"{count} checks at once", [took * 1000 for took, _, _ in alls], "ms", ""),
        ("as many times one", [took / one for took, _, _ in alls], "", "<= 3"),
        ("processor, a check", [used * 1000 / count for _, used, _ in alls], "ms", ""),
        ("memory, a check", [grown / count for *_, grown in alls], "", "< 0.5 MB"),
    ]
    place.print_table(f"{count} domains at once, {DELAY * 1000:.0f} ms each way", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
