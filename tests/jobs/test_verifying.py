"""Verifying goes round slowly, believes a failure only with a witness, and remembers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

import bot.jobs.verifying as module
from bot.jobs.verifying import Verifier, claims_of
from bot.knowledge import load_knowledge
from bot.knowledge.ledger import Ledger
from bot.knowledge.marks import Claim, Failed, Looked, Proved, Untested, Verdict
from bot.knowledge.provider import Cause, MailServer, Provider, Security
from bot.network.network import Network
from tests.doubles.ca import ThrowAwayCa
from tests.doubles.dns import dns_server
from tests.doubles.mailserver import MailServer as Double
from tests.doubles.mailserver import imap, mail_server
from tests.network.conftest import MakeNetwork

START = datetime(2026, 11, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
LOOPBACK = ("imap.dobra.pl", "mx.dobra.pl", "imap.inna.pl")
ZONE = "\n".join([*(f"{name}. A 127.0.0.1" for name in LOOPBACK), "imap.zamknieta.pl. A 127.0.0.2"])


def provider(name: str, *hosts: str, port: int = 993) -> Provider:
    some = load_knowledge().reference.providers.all[0]
    servers = tuple(MailServer("imap", host, port, Security.TLS) for host in hosts)
    return replace(some, id=name, servers=servers)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Told:
    """Notes what it is told."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)

    async def __call__(self, looked: Looked) -> None:
        self.verdicts[looked.claim.server.host] = looked.verdict


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    return tmp_path / "verified.json"


@asynccontextmanager
async def world(
    make_network: MakeNetwork, ca: ThrowAwayCa, *, is_well: bool = True
) -> AsyncIterator[tuple[Network, Double]]:
    """Two hosts with a server, one without, and a name that does not exist."""
    tls = (ca.good(*LOOPBACK) if is_well else ca.unknown_issuer(*LOOPBACK)).context()
    async with (
        dns_server(ZONE) as dns,
        mail_server(imap(), tls=tls) as server,
        make_network([dns.address]) as network,
    ):
        yield network, server


def all_of(port: int) -> list[Provider]:
    hosts = {"zamknieta": "imap.zamknieta.pl", "dobra": "imap.dobra.pl", "nie-ma": "imap.nie-ma.pl"}
    return [provider(name, host, port=port) for name, host in hosts.items()]


async def test_failures_are_believed_where_another_server_is_well(
    make_network: MakeNetwork, ca: ThrowAwayCa, ledger_path: Path
) -> None:
    told, clock = Told(), Clock()
    async with world(make_network, ca) as (network, server):
        providers = all_of(server.port)
        ledger = Ledger(providers, ledger_path)
        verifier = Verifier(network, providers, ledger, pause=0, clock=clock)
        for _ in range(2):
            await verifier.verify(claims_of(providers), told)
            clock.now += timedelta(hours=1)
    assert told.verdicts == {
        "imap.zamknieta.pl": Failed(Cause.CLOSED),
        "imap.dobra.pl": Proved(),
        "imap.nie-ma.pl": Failed(Cause.NO_SUCH_HOST),
    }
    marked = {provider_id: failed.cause for (provider_id, _), failed in ledger.marks().items()}
    assert marked == {"zamknieta": Cause.CLOSED, "nie-ma": Cause.NO_SUCH_HOST}


async def test_where_everything_fails_alike_nothing_is_held_against_anybody(
    make_network: MakeNetwork, ca: ThrowAwayCa, ledger_path: Path
) -> None:
    told, clock = Told(), Clock()
    async with world(make_network, ca, is_well=False) as (network, server):
        providers = all_of(server.port)
        ledger = Ledger(providers, ledger_path)
        for _ in range(3):
            verifier = Verifier(network, providers, ledger, pause=0, clock=clock)
            await verifier.verify(claims_of(providers), told)
            clock.now += timedelta(days=2)
    assert told.verdicts == {
        "imap.zamknieta.pl": Untested("no-witness", "closed"),
        "imap.dobra.pl": Untested("no-witness", "certificate"),
        "imap.nie-ma.pl": Untested("no-witness", "no-such-host"),
    }
    assert not ledger.marks()


async def test_a_single_provider_is_held_against_a_witness_that_is_not_asked_for(
    make_network: MakeNetwork, ca: ThrowAwayCa, ledger_path: Path
) -> None:
    told = Told()
    async with world(make_network, ca) as (network, server):
        providers = all_of(server.port)
        ledger = Ledger(providers, ledger_path)
        closed = Claim("zamknieta", providers[0].servers[0])
        await Verifier(network, providers, ledger, pause=0).verify([closed], told)
    assert told.verdicts == {"imap.zamknieta.pl": Failed(Cause.CLOSED)}
    assert ledger.history("dobra", providers[1].servers[0]).tried is None


async def test_a_company_is_given_a_rest_and_nobody_is_asked_twice_at_once(
    make_network: MakeNetwork, ca: ThrowAwayCa, ledger_path: Path
) -> None:
    async with world(make_network, ca) as (network, server):
        providers = [provider("a", "imap.dobra.pl", "mx.dobra.pl", port=server.port)]
        ledger = Ledger(providers, ledger_path)
        began = monotonic()
        await Verifier(network, providers, ledger, pause=0.3).verify(claims_of(providers), Told())
    assert monotonic() - began >= 0.3
    assert server.connections == 2
    assert server.most_at_once == 1


def test_the_servers_of_one_company_stand_far_apart() -> None:
    claims = claims_of(
        [
            provider("a", "imap.dobra.pl", "pop.dobra.pl"),
            provider("b", "imap.inna.pl"),
            provider("c", "smtp.dobra.pl", "{mx}"),
        ]
    )
    assert [claim.server.host for claim in claims] == [
        "imap.dobra.pl",
        "imap.inna.pl",
        "{mx}",
        "pop.dobra.pl",
        "smtp.dobra.pl",
    ]


async def test_what_is_due_survives_a_restart(
    make_network: MakeNetwork, ca: ThrowAwayCa, ledger_path: Path
) -> None:
    clock = Clock()

    def due() -> list[str]:
        verifier = Verifier(network, providers, Ledger(providers, ledger_path), clock=clock)
        return [claim.server.host for claim in verifier.due(MONTH)]

    async with world(make_network, ca) as (network, server):
        providers = [*all_of(server.port), provider("klienta", "mail.{domain}")]
        assert due() == ["imap.zamknieta.pl", "imap.dobra.pl", "imap.nie-ma.pl"]
        ledger = Ledger(providers, ledger_path)
        verifier = Verifier(network, providers, ledger, pause=0, clock=clock)
        await verifier.verify(claims_of(providers)[:2], Told())
    assert due() == ["imap.nie-ma.pl"]
    clock.now += timedelta(days=1)
    assert due() == ["imap.nie-ma.pl", "imap.zamknieta.pl"]
    clock.now += timedelta(days=29)
    assert due() == ["imap.nie-ma.pl", "imap.zamknieta.pl", "imap.dobra.pl"]


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - what it waits for is a file
        await asyncio.sleep(0.02)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(module, "SLEEP", 0.05)
    return


@pytest.mark.usefixtures("quick")
async def test_beside_the_bot_it_goes_on_until_it_is_stopped(
    make_network: MakeNetwork, ca: ThrowAwayCa, ledger_path: Path
) -> None:
    clock = Clock()
    async with world(make_network, ca) as (network, server):
        providers = all_of(server.port)
        ledger = Ledger(providers, ledger_path)
        verifier = Verifier(network, providers, ledger, pause=0, clock=clock)
        task = asyncio.create_task(verifier.keep_verifying(MONTH))
        async with asyncio.timeout(20):
            await until(lambda: bool(ledger.history("nie-ma", providers[2].servers[0]).tried))
            asked = server.connections
            await asyncio.sleep(0.2)  # several rounds in which nothing is due
            assert server.connections == asked
            clock.now += timedelta(days=1)
            await until(lambda: len(ledger.marks()) == 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.usefixtures("quick")
async def test_a_full_disk_ends_neither_the_bot_nor_the_looking(
    make_network: MakeNetwork,
    ca: ThrowAwayCa,
    ledger_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ledger_path.mkdir()
    (ledger_path / "full").touch()
    async with world(make_network, ca) as (network, server):
        providers = all_of(server.port)
        verifier = Verifier(network, providers, Ledger(providers, ledger_path), pause=0)
        task = asyncio.create_task(verifier.keep_verifying(MONTH))
        async with asyncio.timeout(20):
            await until(lambda: caplog.text.count("cannot be kept") > 1)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
