"""`listonosz knowledge verify` as a curator sees it: a process, its words, its JSON, its errors."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.knowledge import load_knowledge
from bot.knowledge.ledger import Ledger
from bot.knowledge.marks import Failed
from bot.knowledge.provider import Cause
from tests.doubles.botapi import BotApi
from tests.doubles.dns import DnsServer, dns_server
from tests.frontends.telegram.test_process import environment as telegram_environment
from tests.frontends.telegram.test_process import program
from tests.program import Ended, asks, environment, run

ROOT = "ns.example. A 192.0.2.1"
PROVIDER = """\
name: Firma
country: PL
kind: mailbox
domains: [firma.pl]
servers:
  - {protocol: imap, host: "mail.{domain}", port: 993, security: tls}
  - {protocol: smtp, host: 127.0.0.1, port: 1025, security: starttls}
  - {protocol: smtp, host: inside.firma.pl, port: 465, security: tls}
sources:
  - {name: Firma, read: 2026-11-23}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    room = tmp_path / "knowledge" / "providers"
    room.mkdir(parents=True)
    (room / "firma.yaml").write_text(PROVIDER)
    return room.parent


@asynccontextmanager
async def resolver() -> AsyncIterator[DnsServer]:
    async with dns_server(f"{ROOT}\ninside.firma.pl. A 10.0.0.1") as dns:
        yield dns


async def verify(tmp_path: Path, folder: Path, *arguments: str) -> Ended:
    async with resolver() as dns:
        settings = {"LISTONOSZ_KNOWLEDGE": str(folder), "XDG_DATA_HOME": str(tmp_path / "data")}
        told = environment(tmp_path, **settings, **asks(dns.address))
        return await run("knowledge", "verify", *arguments, environment=told)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "pl",
            [
                "? firma: imap mail.{domain}:993 SSL/TLS: nie dało się sprawdzić: nazwa serwera "
                "zależy od domeny klienta.",
                "? firma: smtp 127.0.0.1:1025 STARTTLS: nie dało się sprawdzić: ten serwer działa "
                "na komputerze użytkownika.",
                "Zgadza się: 0. Nie zgadza się: 0. Nie dało się sprawdzić: 3.",
            ],
        ),
        (
            "en",
            [
                "? firma: imap mail.{domain}:993 SSL/TLS: could not be tested: the host's name "
                "depends on the customer's domain.",
                "As the files say: 0. Not so: 0. Could not be tested: 3.",
            ],
        ),
    ],
)
async def test_each_server_has_a_line(
    tmp_path: Path, folder: Path, language: str, lines: list[str]
) -> None:
    done = await verify(tmp_path, folder, "--provider", "firma", "--language", language)
    assert (done.status, done.err) == (0, "")
    assert set(lines) <= set(done.out.splitlines())


async def test_programs_read_the_same_as_json(tmp_path: Path, folder: Path) -> None:
    done = await verify(tmp_path, folder, "--provider", "firma", "--json", "--language", "en")
    found = json.loads(done.out)
    assert found["marked"] == []
    by_host = {each["host"]: each for each in found["results"]}
    assert {host: each["reason"] for host, each in by_host.items()} == {
        "mail.{domain}": "customers-host",
        "127.0.0.1": "bridge",
        "inside.firma.pl": "not-public",
    }
    assert by_host["127.0.0.1"] | {"text": ""} == {
        "provider": "firma",
        "protocol": "smtp",
        "host": "127.0.0.1",
        "port": 1025,
        "security": "starttls",
        "auth": [],
        "status": "untested",
        "reason": "bridge",
        "detail": "",
        "marked": None,
        "text": "",
    }


async def test_what_is_marked_is_listed_for_the_curator(tmp_path: Path, folder: Path) -> None:
    providers = load_knowledge(folder).reference.providers.all
    server = next(each for each in providers if each.id == "firma").servers[2]
    ledger = Ledger(providers, tmp_path / "data" / "listonosz" / "verified.json")
    for hours in (0, 1):
        now = datetime(2026, 11, 20, hours, tzinfo=UTC)
        ledger.note("firma", server, Failed(Cause.CLOSED), now)
    line = (
        "  2026-11-20  providers/firma.yaml: smtp inside.firma.pl:465 SSL/TLS: "
        "nobody listens at this port"
    )
    done = await verify(tmp_path, folder, "--provider", "firma", "--language", "en")
    assert line in done.out.splitlines()
    settings = {"LISTONOSZ_KNOWLEDGE": str(folder), "XDG_DATA_HOME": str(tmp_path / "data")}
    counted = await run(
        "knowledge", "stats", "--language", "en", environment=environment(tmp_path, **settings)
    )
    assert line in counted.out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "--provider", "nobody"), "There is no provider “nobody”"),
        (("lint", "--json"), "belong to: listonosz knowledge verify"),
        (("stats", "--provider", "wp"), "belong to: listonosz knowledge verify"),
    ],
)
async def test_a_wrong_call_is_told(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = await run("knowledge", *arguments, "--language", "en", environment=environment(tmp_path))
    assert (done.status, done.out) == (2, "")
    assert said in done.err


async def test_where_nothing_can_be_kept_the_place_is_named(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    done = await verify(tmp_path, folder, "--provider", "firma", "--language", "en")
    assert done.status == 1
    assert str(tmp_path / "data" / "listonosz" / "verified.json") in done.err
    assert "Traceback" not in done.err


async def test_the_bot_verifies_beside_its_work_where_it_is_asked_to(tmp_path: Path) -> None:
    file = tmp_path / "data" / "listonosz" / "verified.json"
    async with BotApi() as api:
        told = telegram_environment(api.url) | {  # without DNS: nothing can be tested
            "LISTONOSZ_VERIFY_DAYS": "7",
            "XDG_DATA_HOME": str(tmp_path / "data"),
        }
        async with program(told) as process:
            await api.until(file.exists, 60.0)
            process.terminate()
            await process.wait()
    providers = load_knowledge().reference.providers.all
    ledger = Ledger(providers, file)
    tried = [s for p in providers for s in p.servers if ledger.history(p.id, s).tried]
    assert tried
    assert not ledger.marks()
