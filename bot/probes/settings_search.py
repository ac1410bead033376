"""One search for a mailbox's servers: asks the sources, proves what they name, tells the state."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from time import monotonic

from bot.discovery.caution import cautions
from bot.discovery.claim import Answered, Standing
from bot.discovery.discover import Discovery, discovering
from bot.discovery.merge import (
    Claim,
    Endpoint,
    disagreements,
    incoming,
    merge,
    outgoing,
    position,
    rank,
)
from bot.discovery.srv import is_missing, takes_no_mail
from bot.knowledge.provider import Access
from bot.knowledge.providers import Providers
from bot.knowledge.reference import Reference
from bot.model.check import TargetKind
from bot.model.finding import Severity
from bot.model.settings import (
    ADDRESS_PLACE,
    AskedSource,
    ConnectionSecurity,
    FoundServer,
    MailboxServer,
    SettingsReport,
    SettingsRequest,
    SettingsSource,
)
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network
from bot.probes.proving import NOBODY_THERE, Proved, prove

# Programs give up by then, and so do people.
LONGEST_PROOF = 12.0
LONGEST = 20.0
_HERE = "127.0.0.1"
# A source that names hundreds of servers is no help to anybody.
MOST_PROOFS = 40
Tell = Callable[[SettingsReport], Awaitable[None]]


async def find_settings(
    network: Network,
    request: SettingsRequest,
    reference: Reference | None = None,
    tell: Tell | None = None,
    *,
    ispdb_url: str = "",
) -> SettingsReport:
    """Find the servers and prove them. `tell` hears of each state in which the best are known."""
    if request.target.kind is TargetKind.ADDRESS:
        gap = Gap(request.target.shown, Trouble.NO_ADDRESS)
        asked = AskedSource(SettingsSource.KNOWLEDGE, request.target.shown, gap=gap)
        return SettingsReport(request.target, sources=(asked,))
    network = network.within(LONGEST, request.fresh)
    domain = request.target.name
    providers = reference.providers if reference is not None else Providers()
    async with discovering(network, domain, providers, ispdb_url) as discovery:
        search = _Search(network, request, discovery, providers)
        try:
            await search.run(tell or _nobody)
            if not any(answer.servers for answer in search.answers):
                search.is_missing = await is_missing(network, domain)
                search.takes_no_mail = await takes_no_mail(network, domain)
            return search.report(is_final=True)
        finally:
            await search.close()


async def _nobody(report: SettingsReport) -> None:
    """Nobody wants to hear."""


@dataclass(slots=True)
class _Search:
    """What is known so far."""

    network: Network
    request: SettingsRequest
    discovery: Discovery
    providers: Providers
    is_missing: bool = False
    takes_no_mail: bool = False
    began: float = field(default_factory=monotonic)
    answers: list[Answered] = field(default_factory=list)
    proved: dict[Endpoint, Proved] = field(default_factory=dict)
    under_way: set[Endpoint] = field(default_factory=set)
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, tell: Tell) -> None:
        """Until nothing more can come."""
        reading = asyncio.create_task(self._read())
        try:
            while not reading.done() or self.under_way:
                await self.news.wait()
                self.news.clear()
                report = self.report(is_final=False)
                if report.is_settled:
                    await tell(report)
            await asyncio.gather(reading, *self.tasks)  # a fault of our own is told, not hidden
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def close(self) -> None:
        """Stop what is under way."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for answers in self.discovery.answers():
                self._take(answers)
            if self._may_guess():
                neighbours = await self.discovery.neighbours()
                asked = AskedSource(SettingsSource.GUESS, self.request.target.shown)
                self._take((Answered(asked, Standing.GUESS, neighbours.servers()),))
        finally:
            self.news.set()

    def _may_guess(self) -> bool:
        """Only where nobody tells; and where a provider lets no program in, nothing is to find."""
        provider = self.discovery.provider
        is_shut = provider is not None and provider.access in (Access.NONE, Access.BRIDGE)
        declined = any(answer.not_offered for answer in self.answers)
        return not is_shut and not declined and not any(a.servers for a in self.answers)

    def _take(self, answers: tuple[Answered, ...]) -> None:
        self.answers += answers
        for answer in answers:
            for server in answer.servers:
                if _is_on_the_persons_computer(server):
                    continue
                known = server.endpoint in self.proved or server.endpoint in self.under_way
                if not known and len(self.under_way) + len(self.proved) < MOST_PROOFS:
                    self.under_way.add(server.endpoint)
                    self.tasks.append(asyncio.create_task(self._prove(server)))
        self.news.set()

    async def _prove(self, server: MailboxServer) -> None:
        try:
            self.proved[server.endpoint] = await prove(self.network.within(LONGEST_PROOF), server)
        finally:
            self.under_way.discard(server.endpoint)
            self.news.set()

    def report(self, *, is_final: bool) -> SettingsReport:
        """What is known by now, best first."""
        proofs = {endpoint: proved.proof for endpoint, proved in self.proved.items()}
        merged = merge(self.answers, self.discovery.provider, self.providers.of_host)
        claims = [
            claim
            for claim in rank(merged, proofs)
            if claim.standing is not Standing.GUESS or self._is_there(claim)
        ]
        lists = incoming(claims), outgoing(claims)
        return SettingsReport(
            target=self.request.target,
            provider=self.discovery.provider.id if self.discovery.provider else "",
            incoming=tuple(map(self._found, lists[0])),
            outgoing=tuple(map(self._found, lists[1])),
            sources=tuple(self._asked(answer) for answer in self.answers),
            disagreements=disagreements(self.answers),
            not_offered=tuple(
                dict.fromkeys(name for answer in self.answers for name in answer.not_offered)
            ),
            is_missing=self.is_missing,
            takes_no_mail=self.takes_no_mail,
            seconds=monotonic() - self.began,
            is_final=is_final,
            is_settled=is_final or all(self._is_settled(claims) for claims in lists),
        )

    def _is_there(self, claim: Claim) -> bool:
        """Whether a guess has hit something."""
        proved = self.proved.get(claim.server.endpoint)
        if proved is None or proved.proof.is_proved is None:
            return False
        return not any(found.code in NOBODY_THERE for found in proved.proof.findings)

    def _asked(self, answer: Answered) -> AskedSource:
        if answer.standing is not Standing.GUESS:
            return answer.asked
        claims = (claim for claim in merge([answer]) if self._is_there(claim))
        return replace(answer.asked, has_answered=any(True for _ in claims))

    def _found(self, claim: Claim) -> FoundServer:
        proved = self.proved.get(claim.server.endpoint, Proved())
        careful = tuple(cautions(claim, self.answers, self.request.target.shown))
        server = replace(
            claim.server,
            auth=proved.auth_of(claim.server),
            username=claim.server.username or _usual_name(claim),
        )
        findings = tuple(f for f in proved.proof.findings if f.severity > Severity.OK)
        proof = replace(proved.proof, findings=(*findings, *careful))
        return FoundServer(server, claim.sources, proof)

    def _is_settled(self, claims: list[Claim]) -> bool:
        """Whether the first of the list stays the first, whatever may come."""
        if not claims:
            return False
        best = claims[0]
        proved = self.proved.get(best.server.endpoint)
        if proved is None or not proved.proof.is_proved:
            return False
        pending = [claim for claim in claims if claim.server.endpoint in self.under_way]
        if any(position(claim) < position(best) for claim in pending):
            return False
        waiting = self.discovery.best_waiting
        is_encrypted = best.server.security is not ConnectionSecurity.NONE
        is_first_choice = is_encrypted and best.server.protocol in ("imap", "smtp")
        return waiting is None or (is_first_choice and waiting > best.standing)


def _is_on_the_persons_computer(server: MailboxServer) -> bool:
    """A provider's bridge: nothing is there but on the computer of whoever runs it."""
    return server.source is SettingsSource.KNOWLEDGE and server.host == _HERE


def _usual_name(claim: Claim) -> str:
    """Whom nobody tells tries the address first (RFC 6186 section 4)."""
    return ADDRESS_PLACE if claim.standing is Standing.GUESS else ""
