"""Looks whether the provider files still hold: seldom, slowly, one conversation at a time."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

from bot.formats.suffix import organizational_domain
from bot.knowledge.ledger import Ledger
from bot.knowledge.marks import Claim, Failed, Looked, Proved, Untested, Verdict
from bot.knowledge.provider import MailServer, Provider
from bot.network.network import Network
from bot.probes.claim import look_at

PAUSE = 2.0  # seconds between two conversations with one company
SLOW_GAP = 45.0  # between any two, beside the bot, where nobody waits
SLEEP = 3600.0  # between two looks at what is due
MOST_WITNESSES = 4
BATCH = 12  # claims beside the bot between which what waits for a witness is settled
NO_WITNESS = "no-witness"  # a reason, worded in phrases/verify.yaml

logger = logging.getLogger(__name__)


Told = Callable[[Looked], Awaitable[None]]


def claims_of(providers: Sequence[Provider]) -> list[Claim]:
    """Every server that the files name, those of one company far apart."""
    by_company: dict[str, list[Claim]] = {}
    for provider in providers:
        for server in provider.servers:
            company = organizational_domain(server.host)
            by_company.setdefault(company, []).append(Claim(provider.id, server))
    rounds = max(map(len, by_company.values()), default=0)
    return [
        claims[turn]
        for turn in range(rounds)
        for claims in by_company.values()
        if turn < len(claims)
    ]


class Verifier:
    """Verifies claims, and remembers in the ledger what it saw."""

    def __init__(
        self,
        network: Network,
        providers: Sequence[Provider],
        ledger: Ledger,
        *,
        pause: float = PAUSE,
        gap: float = 0.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._network = network
        self._claims = claims_of(providers)
        self._ledger = ledger
        self._pause = pause
        self._gap = gap
        self._clock = clock
        self._asked: dict[str, float] = {}  # when each company was last talked to

    def renew(self, providers: Sequence[Provider], ledger: Ledger) -> None:
        """Verify what the files say now."""
        self._claims = claims_of(providers)
        self._ledger = ledger

    async def verify(self, claims: Sequence[Claim], told: Told) -> None:
        """Look at each and tell it. OSError where the ledger cannot be written."""
        proved: set[int] = set()
        waiting: list[tuple[Claim, Failed]] = []
        for claim in claims:
            verdict = await self._look_at(claim.server)
            if isinstance(verdict, Failed) and claim.server.port not in proved:
                waiting.append((claim, verdict))
                continue
            await self._tell(claim, verdict, told)
            if isinstance(verdict, Proved) and claim.server.port not in proved:
                proved.add(claim.server.port)
                waiting = await self._settle(waiting, claim.server.port, told)
        for claim, failed in waiting:
            # A firewall of ours, a proxy that opens TLS or a resolver that lies would fail every
            # server alike: without another that is well on this port nothing is held against one.
            if claim.server.port not in proved and await self._finds_witness(claim):
                proved.add(claim.server.port)
            is_believed = claim.server.port in proved
            verdict = failed if is_believed else Untested(NO_WITNESS, failed.cause)
            await self._tell(claim, verdict, told)

    async def keep_verifying(self, every: timedelta) -> None:
        """Look at whatever is due, for ever. What was seen survives a restart in the ledger."""
        while True:
            due = self.due(every)
            try:
                # In small batches: a restart in between loses no more than one of them.
                for at in range(0, len(due), BATCH):
                    await self.verify(due[at : at + BATCH], _log)
            except OSError as error:
                logger.warning("what was verified cannot be kept: %s", error)
            await asyncio.sleep(SLEEP * random.uniform(0.9, 1.1))

    def due(self, every: timedelta) -> list[Claim]:
        """The claims whose time has come, the longest untried first."""
        now = self._clock()
        ages = [(self._ledger.history(each.provider, each.server), each) for each in self._claims]
        never = datetime.min.replace(tzinfo=UTC)
        due = [
            (history.tried or never, number, claim)
            for number, (history, claim) in enumerate(ages)
            if history.is_due(now, every) and not claim.server.is_the_customers
        ]
        return [claim for _, _, claim in sorted(due, key=lambda each: each[:2])]

    async def _settle(
        self, waiting: list[tuple[Claim, Failed]], port: int, told: Told
    ) -> list[tuple[Claim, Failed]]:
        """Tell what was held back for want of a witness on this port; what still waits."""
        for claim, failed in waiting:
            if claim.server.port == port:
                await self._tell(claim, failed, told)
        return [each for each in waiting if each[0].server.port != port]

    async def _finds_witness(self, claim: Claim) -> bool:
        company = organizational_domain(claim.server.host)
        others = [
            each.server
            for each in self._claims
            if each.server.port == claim.server.port
            and organizational_domain(each.server.host) != company
            and not each.server.is_the_customers
        ]
        # Whoever was well the last time is the best witness.
        others.sort(key=lambda server: server not in self._well())
        for server in others[:MOST_WITNESSES]:
            if isinstance(await self._look_at(server), Proved):
                return True
        return False

    async def _look_at(self, server: MailServer) -> Verdict:
        """Look, after the pause that politeness asks for."""
        company = organizational_domain(server.host)
        if not server.is_the_customers and self._asked:
            rest = self._asked.get(company, -self._pause) + self._pause - monotonic()
            await asyncio.sleep(max(self._gap, rest))
        try:
            return await look_at(self._network, server)
        finally:
            self._asked[company] = monotonic()

    def _well(self) -> set[MailServer]:
        return {
            each.server
            for each in self._claims
            if (history := self._ledger.history(each.provider, each.server)).proved is not None
            and history.proved == history.tried
        }

    async def _tell(self, claim: Claim, verdict: Verdict, told: Told) -> None:
        history = self._ledger.note(claim.provider, claim.server, verdict, self._clock())
        await told(Looked(claim, verdict, history))


async def _log(looked: Looked) -> None:
    if isinstance(looked.verdict, Failed):
        server = looked.claim.server
        where = f"{looked.claim.provider} {server.protocol} {server.host}:{server.port}"
        marked = " (marked)" if looked.history.marked else ""
        logger.info("%s is not as its file says: %s%s", where, looked.verdict.cause, marked)
