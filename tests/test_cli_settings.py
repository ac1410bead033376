"""`listonosz settings` for people: the card in words, profiles on disk, what a wrong call gets."""

import plistlib
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles.dns import DnsServer, dns_server
from tests.formats.test_profile_signature import make_certificate, make_key, pem_key
from tests.program import asks, environment, run

ANNA = "anna@firma.example.pl"


@pytest.fixture
async def resolver() -> AsyncIterator[DnsServer]:
    """A domain whose servers are named in DNS, and are not there."""
    async with dns_server("firma.example.pl. 300 IN TXT x") as server:
        server.add("_imaps._tcp.firma.example.pl. 300 IN SRV 0 1 993 imap.firma.example.pl.")
        server.add("_submissions._tcp.firma.example.pl. 300 IN SRV 0 1 465 smtp.firma.example.pl.")
        server.add("imap.firma.example.pl. 300 IN A 127.0.0.213")
        server.add("smtp.firma.example.pl. 300 IN A 127.0.0.213")
        yield server


@pytest.fixture
def env(tmp_path: Path, resolver: DnsServer) -> dict[str, str]:
    allowed = {"LISTONOSZ_ALLOW_NETWORKS": "127.0.0.0/8", "LISTONOSZ_ISPDB_URL": "none"}
    return environment(tmp_path, **asks(resolver.address), **allowed)


async def test_the_card_is_shown_in_words(env: dict[str, str]) -> None:
    ended = await run("settings", ANNA, "--language", "pl", environment=env)
    assert ended.status == 0
    assert ended.err == ""
    assert "Ustawienia poczty anna@firma.example.pl" in ended.out
    assert "imap.firma.example.pl" in ended.out
    assert "port 993 jest zamknięty" in ended.out


async def test_a_profile_is_written_to_a_file(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "anna.mobileconfig"
    ended = await run("settings", ANNA, "--profile", str(file), environment=env)
    assert ended.status == 0
    assert str(file) in ended.err
    (payload,) = plistlib.loads(file.read_bytes())["PayloadContent"]
    assert payload["EmailAddress"] == ANNA
    assert payload["IncomingMailServerPortNumber"] == 993


async def test_a_profile_can_be_piped_on(env: dict[str, str]) -> None:
    ended = await run("settings", ANNA, "--profile", "-", environment=env)
    assert (ended.status, ended.err) == (0, "")
    assert plistlib.loads(ended.out.encode())["PayloadType"] == "Configuration"


async def test_where_there_are_no_servers_there_is_no_profile(
    env: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "x.mobileconfig"
    ended = await run("settings", "anna@nic.example.pl", "--profile", str(file), environment=env)
    assert ended.status == 3
    assert "do not know both servers" in ended.err
    assert not file.exists()


async def test_a_file_that_cannot_be_written_is_told(env: dict[str, str]) -> None:
    ended = await run("settings", ANNA, "--profile", "/nowhere/x", environment=env)
    assert ended.status == 2
    assert "/nowhere/x" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("anna", 2, "is not enough"),
        ("anna@firma@pl", 2, "more than one @"),
        ("anna@localhost", 3, "not public"),
        ("anna@firma.pl Kotek12!", 2, "Leave out the password"),
        ("192.0.2.1", 2, "address of a server"),
    ],
)
async def test_a_wrong_address_is_told_in_one_sentence(
    env: dict[str, str], address: str, status: int, words: str
) -> None:
    ended = await run("settings", address, "--language", "en", environment=env)
    assert ended.status == status
    assert words in ended.err
    assert "Kotek" not in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
async def test_the_operators_key_signs(env: dict[str, str], tmp_path: Path) -> None:
    key = make_key()
    certificate, secret = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(make_certificate("bot.example.pl", key))
    secret.write_bytes(pem_key(key))
    signing = {
        "LISTONOSZ_PROFILE_CERTIFICATE": str(certificate),
        "LISTONOSZ_PROFILE_KEY": str(secret),
    }
    file = tmp_path / "anna.mobileconfig"
    ended = await run("settings", ANNA, "--profile", str(file), environment=env | signing)
    assert ended.status == 0
    command = f"openssl cms -verify -noverify -inform DER -in {file}"
    plain = subprocess.run(command.split(), capture_output=True, check=True).stdout
    assert plistlib.loads(plain)["PayloadType"] == "Configuration"


async def test_half_of_what_signing_needs_is_told_at_once(
    env: dict[str, str], tmp_path: Path
) -> None:
    key = make_key()
    lone = tmp_path / "cert.pem"
    lone.write_bytes(make_certificate("bot.example.pl", key))
    only = {"LISTONOSZ_PROFILE_CERTIFICATE": str(lone)}
    ended = await run("settings", ANNA, environment=env | only)
    assert ended.status == 2
    assert "LISTONOSZ_PROFILE_KEY" in ended.err
    other = tmp_path / "key.pem"
    other.write_bytes(pem_key(make_key()))
    both = only | {"LISTONOSZ_PROFILE_KEY": str(other)}
    ended = await run("settings", ANNA, environment=env | both)
    assert ended.status == 2
    assert "LISTONOSZ_PROFILE_KEY" in ended.err
