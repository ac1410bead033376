"""`knowledge verify` against real servers: a folder of providers whose claims hold or do not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.laboratory.laboratory import Laboratory

pytestmark = pytest.mark.laboratory

PROGRAM = Path(sys.executable).with_name("listonosz")
PROVIDER = """\
name: {name}
country: PL
kind: mailbox
domains: [{name}.example]
servers:
{servers}
username: address
auth: [password]
sources:
  - {{name: Laboratory, read: 2026-11-23}}
"""
CLAIMS = {
    "dobra": ["imap imap.dobra.pl 993 tls", "pop3 pop3.dobra.pl 995 tls"],
    "wysyla": ["smtp smtp.dobra.pl 465 tls", "smtp smtp.dobra.pl 587 starttls"],
    "wygasla": ["imap expired.uslugi.pl 993 tls"],
    "zamknieta": ["imap mx1.dobra.pl 993 tls"],
    "bez-logowania": ["smtp no-login.uslugi.pl 587 starttls"],
    "bez-szyfrowania": ["smtp clear.uslugi.pl 587 starttls"],
    "nie-ma": ["imap imap.nie-ma-takiej.pl 993 tls"],
    "klienta": ["imap mail.{domain} 993 tls"],
}
FAULTS = {
    "wygasla": ("failed", "certificate"),
    "zamknieta": ("failed", "closed"),
    "bez-logowania": ("failed", "no-login"),
    "bez-szyfrowania": ("failed", "no-starttls"),
    "nie-ma": ("failed", "no-such-host"),
    "klienta": ("untested", "customers-host"),
}
Verify = Callable[..., dict[str, Any]]


def server(claim: str) -> str:
    protocol, host, port, security = claim.split()
    return f'  - {{protocol: {protocol}, host: "{host}", port: {port}, security: {security}}}'


@pytest.fixture
def verify(laboratory: Laboratory, tmp_path: Path) -> Verify:
    """The installed program over a folder of providers, with a data directory of its own."""
    room = tmp_path / "knowledge" / "providers"
    room.mkdir(parents=True)
    for name, claims in CLAIMS.items():
        text = PROVIDER.format(name=name, servers="\n".join(map(server, claims)))
        (room / f"{name}.yaml").write_text(text)

    def run(*names: str) -> dict[str, Any]:
        named = [part for name in names or CLAIMS for part in ("--provider", name)]
        done = subprocess.run(
            laboratory.inside([str(PROGRAM), "knowledge", "verify", "--json", *named]),
            env=os.environ
            | dict(laboratory.environment)
            | {"LISTONOSZ_KNOWLEDGE": str(room.parent), "XDG_DATA_HOME": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def test_each_claim_is_judged_by_what_answers(verify: Verify) -> None:
    found = verify()
    seen: dict[str, set[tuple[str, str]]] = {}
    for each in found["results"]:
        why = each.get("cause") or each.get("reason") or ""
        seen.setdefault(each["provider"], set()).add((each["status"], why))
    assert seen == {
        "dobra": {("proved", "")},
        "wysyla": {("proved", "")},
        **{name: {fault} for name, fault in FAULTS.items()},
    }
    assert found["marked"] == []
    # What is plain is marked at the second look; a certificate may be mended by tomorrow.
    again = verify("zamknieta", "nie-ma", "wygasla")
    assert {each["provider"] for each in again["marked"]} == {"zamknieta", "nie-ma"}
