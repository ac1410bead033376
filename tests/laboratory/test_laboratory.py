"""The laboratory itself: if it were not what it says, no test in it would mean anything."""

import asyncio
import contextlib
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import pytest

from tests.laboratory.domains import PLAN
from tests.laboratory.laboratory import REPOSITORY, Laboratory
from tests.laboratory.plan import (
    RESOLVERS,
    ROOT_DNS,
    TLD_DNS,
    Dovecot,
    Place,
    Postfix,
    Showing,
)
from tests.laboratory.zones import a_label

pytestmark = pytest.mark.laboratory

PLACES = {place.host.name: place for place in PLAN.places}


async def ask(server: str, name: str, rdtype: str) -> dns.message.Message:
    question = dns.message.make_query(a_label(name), rdtype, want_dnssec=True, payload=1232)
    return await dns.asyncquery.udp(question, server, timeout=10)


@pytest.mark.parametrize(("server", "zone"), [(ROOT_DNS, "pl."), (TLD_DNS, "dobra.pl.")])
def test_every_floor_refers_to_the_next(laboratory: Laboratory, server: str, zone: str) -> None:
    answer = laboratory.run(ask(server, "dobra.pl", "MX"))
    assert answer.answer == []
    assert [(str(rrset.name), rrset.rdtype) for rrset in answer.authority][:1] == [(zone, 2)]


@pytest.mark.parametrize("resolver", RESOLVERS)
def test_a_signed_domain_is_validated_from_the_root_down(
    laboratory: Laboratory, resolver: str
) -> None:
    answer = laboratory.run(ask(resolver, "dobra.pl", "MX"))
    assert answer.flags & dns.flags.AD
    assert sorted(str(mx.exchange) for mx in answer.answer[0]) == [
        "mx1.dobra.pl.",
        "mx2.dobra.pl.",
        "mx3.dobra.pl.",
    ]


def test_a_domain_without_signatures_is_insecure_and_answered(laboratory: Laboratory) -> None:
    answer = laboratory.run(ask(RESOLVERS[0], "żółw.pl", "MX"))
    assert not answer.flags & dns.flags.AD
    assert len(answer.answer[0]) == 2


def test_a_bogus_domain_fails_and_the_resolver_says_why(laboratory: Laboratory) -> None:
    answer = laboratory.run(ask(RESOLVERS[0], "dns-bogus.pl", "MX"))
    assert answer.rcode() == dns.rcode.SERVFAIL
    # RFC 8914 section 4: 6 to 12 all say that validation failed.
    assert [6 <= option.code <= 12 for option in answer.extended_errors()] == [True]


def test_a_lame_domain_fails_without_a_word_of_dnssec(laboratory: Laboratory) -> None:
    answer = laboratory.run(ask(RESOLVERS[0], "dns-lame.pl", "MX"))
    assert answer.rcode() == dns.rcode.SERVFAIL
    assert not any(6 <= option.code <= 12 for option in answer.extended_errors())


def test_an_absent_domain_does_not_exist(laboratory: Laboratory) -> None:
    assert laboratory.run(ask(RESOLVERS[0], "dns-absent.pl", "MX")).rcode() == dns.rcode.NXDOMAIN


def listeners(kind: type[Postfix | Dovecot]) -> list[Place]:
    return [
        place for place in PLAN.places if any(isinstance(one, kind) for one in place.host.servers)
    ]


async def greeting(address: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(address, port)
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


def test_every_postfix_greets_with_its_own_name(laboratory: Laboratory) -> None:
    async def greet(place: Place, address: str) -> None:
        for server in place.host.servers:
            if isinstance(server, Postfix) and not server.implicit_tls:
                line = await greeting(address, server.port)
                assert line.startswith(b"220 " + place.host.name.encode() + b" ESMTP")

    async def all_greet() -> None:
        for place in listeners(Postfix):
            for address in place.addresses:
                await greet(place, address)

    laboratory.run(all_greet())


def test_dovecot_speaks_imap_and_pop3_in_clear_and_in_tls(laboratory: Laboratory) -> None:
    address = PLACES["imap.dobra.pl"].ipv4
    assert laboratory.run(greeting(address, 143)).startswith(b"* OK ")
    assert laboratory.run(greeting(address, 110)).startswith(b"+OK ")


# The numbers are OpenSSL's (openssl-verification-options(1)).
VERDICTS = {
    Showing.SOUND: None,
    Showing.EXPIRED: 10,
    Showing.EXPIRING: None,
    Showing.NOT_YET_VALID: 9,
    Showing.WRONG_NAME: 62,
    Showing.SELF_SIGNED: 18,
    Showing.UNKNOWN_ISSUER: 19,
    Showing.INCOMPLETE_CHAIN: 20,
    Showing.UNSOUND: 26,
    Showing.FOREIGN: 20,
}
SHOWN_BY = {Showing.SOUND: "mx1.dobra.pl", Showing.FOREIGN: "mx.dane-broken-chain.pl"}


async def reply(reader: asyncio.StreamReader) -> bytes:
    """The last line of an SMTP reply."""
    while (line := await reader.readline())[3:4] == b"-":
        pass
    return line


@pytest.mark.parametrize("showing", Showing)
def test_a_certificate_has_its_own_fault_and_no_other(
    laboratory: Laboratory, showing: Showing
) -> None:
    name = SHOWN_BY.get(showing, f"mx.smtp-{showing}.pl")

    trusting = ssl.create_default_context(cafile=laboratory.environment["SSL_CERT_FILE"])

    async def handshake() -> int | None:
        reader, writer = await asyncio.open_connection(PLACES[name].ipv4, 25)
        try:
            await reply(reader)
            writer.write(b"EHLO test.dobra.pl\r\n")
            await reply(reader)
            writer.write(b"STARTTLS\r\n")
            assert (await reply(reader)).startswith(b"220 ")
            await writer.start_tls(trusting, server_hostname=name)
        except ssl.SSLCertVerificationError as error:
            return error.verify_code
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        return None

    assert laboratory.run(handshake()) == VERDICTS[showing]


def test_a_program_can_run_inside(laboratory: Laboratory) -> None:
    # By name: whoever asks the system's resolver asks the laboratory's.
    script = "import socket; print(socket.create_connection(('mx1.dobra.pl', 25)).recv(4))"
    done = subprocess.run(
        laboratory.inside([sys.executable, "-c", script]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "b'220 '\n"


async def network_of_thread() -> str:
    return str(Path("/proc/thread-self/ns/net").readlink())


def test_the_test_itself_stays_outside(laboratory: Laboratory) -> None:
    inside = laboratory.run(network_of_thread())
    assert asyncio.run(network_of_thread()) != inside


def test_two_laboratories_stand_side_by_side(laboratory: Laboratory) -> None:
    with Laboratory(delay=0.025) as late:
        start = time.monotonic()
        answer = late.run(ask(RESOLVERS[0], "dobra.pl", "MX"))
        assert time.monotonic() - start >= 0.05
        assert answer.answer
        assert laboratory.run(ask(RESOLVERS[0], "dobra.pl", "MX")).answer


def processes_in(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if entry.name.isdigit() and str(folder) in command:
            found.append(command)
    return found


STARTER = """
import sys, time
from tests.laboratory.laboratory import Laboratory
with Laboratory() as laboratory:
    print(laboratory.folder, flush=True)
    time.sleep(60)
"""


def test_nothing_is_left_when_the_starter_is_killed(laboratory: Laboratory) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    assert starter.stdout is not None
    with starter.stdout as told:
        folder = Path(told.readline().strip())
    assert processes_in(folder)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    until = time.monotonic() + 10
    while (processes_in(folder) or folder.exists()) and time.monotonic() < until:
        time.sleep(0.02)
    assert processes_in(folder) == []
    assert not folder.exists()
