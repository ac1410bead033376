"""Tests of bot.network.trust: whose certificates are believed."""

import logging
from pathlib import Path

import pytest

from bot.network.tls import Verifier
from bot.network.trust import Trust
from tests.doubles.ca import ThrowAwayCa


def roots(trust: Trust) -> int:
    return trust.checking_context().cert_store_stats()["x509_ca"]


def test_the_file_of_the_environment_is_believed_and_nothing_else(
    ca: ThrowAwayCa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca.root_file))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    trust = Trust()
    assert roots(trust) == 1
    verifier = Verifier(trust)
    assert verifier.context is verifier.context
    assert verifier.organizations == {"listonosz tests"}


def test_a_folder_of_the_environment_is_believed(
    ca: ThrowAwayCa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root.pem").write_bytes(ca.root_file.read_bytes())
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    verifier = Verifier(Trust())
    assert verifier.context is not None
    assert verifier.organizations == {"listonosz tests"}


def test_a_file_that_cannot_be_read_is_told_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with caplog.at_level(logging.WARNING):
        assert roots(Trust()) > 1  # the system's, or certifi's
    assert "nothing.pem" in caplog.text
