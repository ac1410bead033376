"""One search: told when the best can no longer be beaten, and not before; guesses last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

import bot.probes.settings_search as module
from bot.discovery.claim import Answered, Standing
from bot.discovery.guess import Neighbours
from bot.formats.target import parse_target
from bot.knowledge.provider import Access, Provider, ProviderKind
from bot.knowledge.reference import Reference
from bot.model.settings import (
    AskedSource,
    ConnectionSecurity,
    MailboxServer,
    Proof,
    SettingsReport,
    SettingsRequest,
    SettingsSource,
)
from bot.model.trouble import Trouble
from bot.network.network import Network
from bot.probes.proving import CLOSED, Proved

TLS = ConnectionSecurity.TLS
IMAP = MailboxServer("imap", "imap.firma.pl", 993, TLS, source=SettingsSource.AUTOCONFIG)
SMTP = MailboxServer("smtp", "smtp.firma.pl", 465, TLS, source=SettingsSource.AUTOCONFIG)
SRV_IMAP = replace(IMAP, host="srv.firma.pl", source=SettingsSource.SRV)


def said(standing: Standing, *servers: MailboxServer, **changes: Any) -> Answered:
    source = servers[0].source if servers else SettingsSource.SRV
    return Answered(AskedSource(source, str(standing), bool(servers)), standing, servers, **changes)


@dataclass
class Stage:
    """In the place of discovery and proof: answers and proofs come when the test says so."""

    waiting: list[Standing] = field(default_factory=list)
    told: list[SettingsReport] = field(default_factory=list)
    answers_to_come: "asyncio.Queue[Answered | None]" = field(default_factory=asyncio.Queue)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    verdicts: dict[str, Proved] = field(default_factory=dict)
    around: Neighbours = field(default_factory=lambda: Neighbours({}))
    looked_around: bool = False
    provider: Provider | None = None
    is_missing: bool = False
    takes_no_mail: bool = False

    @property
    def best_waiting(self) -> Standing | None:
        return min(self.waiting, default=None)

    async def answers(self) -> AsyncIterator[tuple[Answered, ...]]:
        while (answer := await self.answers_to_come.get()) is not None:
            if answer.standing in self.waiting:
                self.waiting.remove(answer.standing)
            yield (answer,)

    async def neighbours(self) -> Neighbours:
        self.looked_around = True
        return self.around

    async def prove(self, network: object, server: MailboxServer) -> Proved:
        if server.host in self.gates:
            await self.gates[server.host].wait()
        return self.verdicts.get(server.host, Proved(Proof(True)))

    async def say(self, *answers: Answered | None) -> None:
        for answer in answers:
            self.answers_to_come.put_nowait(answer)
        for _ in range(30):
            await asyncio.sleep(0)

    async def tell(self, report: SettingsReport) -> None:
        self.told.append(report)

    def run(self) -> "asyncio.Task[SettingsReport]":
        network = cast(Network, _Views())
        request = SettingsRequest(parse_target("firma.pl"))
        return asyncio.create_task(module.find_settings(network, request, Reference(), self.tell))


class _Views:
    def within(self, seconds: float, fresh: bool = False) -> "_Views":
        return self


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()

    @asynccontextmanager
    async def discovering(*_: object, **__: object) -> AsyncIterator[Stage]:
        yield stage

    monkeypatch.setattr(module, "discovering", discovering)

    async def is_missing(network: object, domain: str) -> bool:
        return stage.is_missing

    async def takes_no_mail(network: object, domain: str) -> bool:
        return stage.takes_no_mail

    monkeypatch.setattr(module, "prove", stage.prove)
    monkeypatch.setattr(module, "is_missing", is_missing)
    monkeypatch.setattr(module, "takes_no_mail", takes_no_mail)
    return stage


def hosts(report: SettingsReport) -> list[str]:
    return [found.server.host for found in report.incoming]


async def test_the_best_is_told_while_lesser_sources_are_still_asked(stage: Stage) -> None:
    stage.waiting = [Standing.OWN_FILE, Standing.AUTODISCOVER]
    task = stage.run()
    await stage.say(said(Standing.OWN_FILE, IMAP, SMTP))
    assert [hosts(report) for report in stage.told][-1] == ["imap.firma.pl"]
    assert not stage.told[-1].is_final
    await stage.say(None)
    report = await task
    assert report.is_final
    assert report.incoming[0].proof.is_proved


async def test_nothing_is_told_while_a_better_source_may_yet_speak(stage: Stage) -> None:
    stage.waiting = [Standing.OWN_FILE]
    smtp = replace(SMTP, source=SettingsSource.SRV)
    task = stage.run()
    await stage.say(said(Standing.SRV, SRV_IMAP, smtp))
    assert stage.told == []
    await stage.say(said(Standing.OWN_FILE, IMAP, SMTP))
    assert hosts(stage.told[-1]) == ["imap.firma.pl", "srv.firma.pl"]
    await stage.say(None)
    await task


async def test_nothing_is_told_while_a_better_claim_is_being_proved(stage: Stage) -> None:
    stage.gates["imap.firma.pl"] = asyncio.Event()
    task = stage.run()
    smtp = replace(SMTP, source=SettingsSource.SRV)
    await stage.say(said(Standing.SRV, SRV_IMAP, smtp), said(Standing.OWN_FILE, IMAP), None)
    assert stage.told == []
    stage.verdicts["imap.firma.pl"] = Proved(Proof(False, (CLOSED("x", port=993),)))
    stage.gates["imap.firma.pl"].set()
    assert hosts(await task) == ["srv.firma.pl", "imap.firma.pl"]


async def test_an_endpoint_is_proved_once_whoever_names_it(stage: Stage) -> None:
    task = stage.run()
    again = replace(IMAP, source=SettingsSource.ISPDB)
    await stage.say(said(Standing.ISPDB, again), said(Standing.OWN_FILE, IMAP), None)
    (found,) = (await task).incoming
    assert found.sources == (SettingsSource.AUTOCONFIG, SettingsSource.ISPDB)


GUESSED = Neighbours({"imap": ("mail.firma.pl", "gone.firma.pl"), "smtp": ("mail.firma.pl",)})


async def test_a_guess_is_made_only_where_nobody_tells(stage: Stage) -> None:
    stage.around = GUESSED
    task = stage.run()
    await stage.say(said(Standing.OWN_FILE, IMAP), None)
    await task
    assert not stage.looked_around


async def test_a_guess_that_hits_nothing_is_not_shown(stage: Stage) -> None:
    stage.around = GUESSED
    stage.verdicts["gone.firma.pl"] = Proved(Proof(False, (CLOSED("x", port=993),)))
    task = stage.run()
    await stage.say(said(Standing.SRV), None)
    report = await task
    assert set(hosts(report)) == {"mail.firma.pl"}
    assert report.incoming[0].server.username == "%EMAILADDRESS%"
    assert report.sources[-1].source is SettingsSource.GUESS
    assert report.sources[-1].has_answered


@pytest.mark.parametrize("access", [Access.NONE, Access.BRIDGE])
async def test_where_no_program_is_let_in_nothing_is_guessed(stage: Stage, access: Access) -> None:
    stage.provider = Provider(
        "tuta", "Tuta", "DE", ProviderKind.MAILBOX, (), (), (), (), "", (), access, {}, (), ()
    )
    task = stage.run()
    await stage.say(None)
    report = await task
    assert (report.provider, stage.looked_around) == ("tuta", False)


async def test_a_bridge_on_the_persons_computer_is_named_and_not_tried(stage: Stage) -> None:
    here = replace(IMAP, host="127.0.0.1", port=1143, source=SettingsSource.KNOWLEDGE)
    stage.verdicts["127.0.0.1"] = Proved(Proof(True))
    task = stage.run()
    await stage.say(said(Standing.KNOWN_DOMAIN, here), None)
    (found,) = (await task).incoming
    assert (found.server.port, found.proof) == (1143, Proof())


async def test_a_service_that_is_declined_is_not_guessed(stage: Stage) -> None:
    stage.around = GUESSED
    task = stage.run()
    await stage.say(said(Standing.SRV, not_offered=("imap",)), None)
    report = await task
    assert report.not_offered == ("imap",)
    assert not stage.looked_around


async def test_a_domain_that_does_not_exist_is_told_unless_somebody_knows_it(
    stage: Stage,
) -> None:
    stage.is_missing = True
    task = stage.run()
    await stage.say(None)
    assert (await task).is_missing
    stage.takes_no_mail = True
    task = stage.run()
    await stage.say(None)
    assert (await task).takes_no_mail
    task = stage.run()
    await stage.say(said(Standing.ISPDB, replace(IMAP, source=SettingsSource.ISPDB)), None)
    assert not (await task).is_missing


async def test_a_fault_of_our_own_is_not_swallowed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(network: object, server: MailboxServer) -> Proved:
        raise RuntimeError("ours")

    monkeypatch.setattr(module, "prove", fails)
    task = stage.run()
    await stage.say(said(Standing.OWN_FILE, IMAP), None)
    with pytest.raises(RuntimeError):
        await task


async def test_an_address_has_no_mailboxes(stage: Stage) -> None:
    request = SettingsRequest(parse_target("192.0.2.1"))
    report = await module.find_settings(cast(Network, _Views()), request)
    assert report.incoming == ()
    assert report.sources[0].gap is not None
    assert report.sources[0].gap.trouble is Trouble.NO_ADDRESS
