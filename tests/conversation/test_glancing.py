"""Which servers a domain has is looked up instead of asked, where an answer would say it."""

import asyncio
from dataclasses import replace

import pytest

from bot.conversation.drive import Desk
from bot.conversation.memory import MemorySessions
from bot.conversation.mind import Mind
from bot.conversation.ports import Incoming
from bot.faq.match import Ambiguous, Match, Matched
from bot.model.check import Inconclusive
from bot.model.settings import (
    ConnectionSecurity,
    FoundServer,
    MailboxServer,
    Proof,
    SettingsReport,
    SettingsSource,
)
from bot.model.trouble import Gap, Trouble
from bot.render.data import document_text
from tests.conversation.finders import ScriptedSettings
from tests.conversation.people import (
    PROBES,
    ScriptedChecks,
    ScriptedMatcher,
    WrittenOutlet,
    knowledge,
)
from tests.render.mailboxes import GOOD

QUESTION = "imap czy pop3 dla anna@firma.pl"
UNKNOWN = Inconclusive("provider", (Gap("firma.pl", Trouble.TIMEOUT),))


def server(protocol: str, port: int, *, is_proved: bool | None = True) -> FoundServer:
    claim = MailboxServer(protocol, "mail.firma.pl", port, ConnectionSecurity.TLS)
    return FoundServer(claim, (SettingsSource.GUESS,), Proof(is_proved))


IMAP, POP3 = server("imap", 993), server("pop3", 995)
SMTP = server("smtp", 465)


def found(*incoming: FoundServer, off: tuple[str, ...] = ()) -> SettingsReport:
    return SettingsReport(GOOD.target, incoming=incoming, outgoing=(SMTP,), not_offered=off)


class Asked:
    """One desk, asked as often as a test likes."""

    def __init__(self, match: Match, settings: ScriptedSettings | None) -> None:
        matcher = ScriptedMatcher({QUESTION: match})
        self.checks = ScriptedChecks((UNKNOWN,))
        self.outlet = WrittenOutlet()
        mind = Mind(knowledge(), matcher, (*PROBES, "provider"))
        self.desk = Desk(mind, self.checks, MemorySessions(), settings=settings)

    async def __call__(self, text: str = QUESTION) -> str:
        self.outlet.said.clear()
        await self.desk.handle(Incoming("x", text, person="anna"), self.outlet)
        return "\n".join(document_text(each) for each in self.outlet.said)


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (found(IMAP, POP3), "firma.pl ma IMAP (mail.firma.pl, port 993) i POP3"),
        (found(IMAP), "POP3 nie udało mi się tam znaleźć. Wybierz IMAP."),
        (found(IMAP, off=("pop3",)), "a POP3 jest tam wyłączony. Wybierz IMAP."),
        (found(POP3), "IMAP nie udało mi się tam znaleźć. Wybierz POP3."),
    ],
)
async def test_the_choice_is_made_by_what_the_servers_showed(
    report: SettingsReport, told: str
) -> None:
    settings = ScriptedSettings(report, ())
    asked = Asked(Matched("imap-or-pop3", 0.9), settings)
    assert told in await asked()
    assert [each.target.name for each in settings.requests] == ["firma.pl"]


async def test_what_was_not_proved_is_not_told() -> None:
    settings = ScriptedSettings(found(server("imap", 993, is_proved=None)), ())
    assert "993" not in await Asked(Matched("imap-or-pop3", 0.9), settings)()


async def test_nobody_waits_twice_for_the_same() -> None:
    settings = ScriptedSettings(found(IMAP), ())
    asked = Asked(Matched("imap-or-pop3", 0.9), settings)
    first = await asked()
    assert await asked() == first
    assert len(settings.requests) == 1


async def test_a_slow_search_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.glancing.MOMENT", 0.05)
    settings = ScriptedSettings(found(IMAP), (), gate=asyncio.Event())
    asked = Asked(Matched("imap-or-pop3", 0.9), settings)
    assert "IMAP" in await asked()
    assert settings.is_cancelled
    await asked()
    assert len(settings.requests) == 1


async def test_a_search_that_fails_costs_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    settings = ScriptedSettings(found(IMAP), (), trouble=RuntimeError("no network"))
    assert "IMAP" in await Asked(Matched("imap-or-pop3", 0.9), settings)()
    assert "no network" in caplog.text


async def test_a_provider_that_is_known_needs_no_search() -> None:
    settings = ScriptedSettings(found(IMAP), ())
    asked = Asked(Matched("imap-or-pop3", 0.9), settings)
    matcher = ScriptedMatcher({"imap czy pop3 anna@wp.pl": Matched("imap-or-pop3", 0.9)})
    asked.desk.mind = replace(asked.desk.mind, matcher=matcher)
    assert "imap.wp.pl" in await asked("imap czy pop3 anna@wp.pl")
    assert settings.requests == []


async def test_where_nobody_finds_servers_nothing_is_looked_for() -> None:
    asked = Asked(Matched("imap-or-pop3", 0.9), None)
    assert "IMAP" in await asked()
    assert [each.probes for each in asked.checks.requests] == [("provider",)]


async def test_the_protocol_that_alone_is_offered_is_not_asked_for() -> None:
    asks = Ambiguous(
        ("delete-on-one-device", "leave-copy-on-server"),
        {},
        0.6,
        "protocol",
        (("imap", "delete-on-one-device"), ("pop3", "leave-copy-on-server")),
    )
    asked = Asked(asks, ScriptedSettings(found(POP3), ()))
    matcher = ScriptedMatcher({"maile znikają anna@firma.pl": asks})
    asked.desk.mind = replace(asked.desk.mind, matcher=matcher)
    await asked("maile znikają anna@firma.pl")
    slots = [dict(each.slots).get("protocol") for each in matcher.asked]
    assert slots == [None, "pop3"]
