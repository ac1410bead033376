"""The installed program, as a person starts it, against real servers."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.laboratory.laboratory import REPOSITORY, Laboratory

pytestmark = pytest.mark.laboratory

# Beside the interpreter that runs the tests, as the Makefile installs it.
PROGRAM = Path(sys.executable).with_name("listonosz")


def listonosz(laboratory: Laboratory, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        laboratory.inside([str(PROGRAM), *arguments]),
        env=os.environ | dict(laboratory.environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def by_probe(done: subprocess.CompletedProcess[str]) -> Mapping[str, Any]:
    assert done.returncode == 0, done.stderr
    return {outcome["probe"]: outcome for outcome in json.loads(done.stdout)["outcomes"]}


def test_a_good_domain_is_judged_by_every_probe(laboratory: Laboratory) -> None:
    done = listonosz(laboratory, "check", "postmaster@dobra.pl", "--json")
    outcomes = by_probe(done)
    assert json.loads(done.stdout)["target"] == "dobra.pl"
    assert outcomes.keys() >= {"mx", "spf", "dmarc", "smtp", "ptr"}
    assert {outcome["status"] for outcome in outcomes.values()} == {"judged"}
    severities = {f["severity"] for outcome in outcomes.values() for f in outcome["findings"]}
    assert severities <= {"ok", "notice"}


def test_a_domain_whose_dns_fails_is_inconclusive_and_says_why(laboratory: Laboratory) -> None:
    for name, reason in (("dns-lame.pl", "servfail"), ("dns-bogus.pl", "bogus")):
        outcomes = by_probe(listonosz(laboratory, "check", name, "--json"))
        for probe in ("mx", "spf", "dmarc"):
            assert outcomes[probe]["status"] == "inconclusive"
            assert outcomes[probe]["reason"] == reason
            assert outcomes[probe]["text"]


def test_an_expired_certificate_is_worded_with_a_remedy(laboratory: Laboratory) -> None:
    done = listonosz(laboratory, "probe", "smtp", "smtp-expired.pl", "--json", "--language", "pl")
    found = {f["code"]: f for f in by_probe(done)["smtp"]["findings"]}
    expired = found["smtp.certificate-expired"]
    assert "mx.smtp-expired.pl" in expired["text"]
    assert expired["remedy"]


def test_a_private_address_is_refused(laboratory: Laboratory) -> None:
    done = listonosz(laboratory, "check", "10.0.0.1")
    assert done.returncode == 3


def test_an_unknown_ending_is_one_clear_finding(laboratory: Laboratory) -> None:
    outcomes = by_probe(listonosz(laboratory, "check", "firma.niemataki", "--json"))
    assert [f["code"] for f in outcomes["mx"]["findings"]] == ["mx.no-such-ending"]


def test_the_shell_of_the_laboratory_is_ready_for_the_bot(laboratory: Laboratory) -> None:
    script = "listonosz --version; listonosz probe mx dobra.pl --json; exit 7\n"
    done = subprocess.run(
        [sys.executable, "-m", "tests.laboratory", "shell"],
        input=script,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
        timeout=60,
    )
    assert done.returncode == 7, done.stderr
    assert '"mx.sound"' in done.stdout
    assert "smtp-expired.pl" in done.stdout
