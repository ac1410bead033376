"""Watching among real servers: what changes is told once, and our own network's troubles never."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time

import pytest

from bot.conversation.ports import Progress
from bot.conversation.watching.watch import Watch
from bot.formats.target import parse_target
from bot.jobs.clerk import Clerk
from bot.jobs.inprocess import CheckRunner
from bot.jobs.watching import MAKE_UP, SOON, Herald, Watchman
from bot.knowledge import load_knowledge
from bot.knowledge.blocklist import select_blocklists
from bot.knowledge.reference import Reference
from bot.model.check import CheckRequest, Report
from bot.model.language import Language
from bot.network.network import Network
from bot.network.settings import NetworkSettings, Times
from bot.network.trust import Trust
from bot.storage.store import Store, open_store
from bot.storage.watches import LOOK, NOTICE
from tests.conversation.couriers import WrittenCourier
from tests.conversation.people import knowledge
from tests.doubles.ca import ThrowAwayCa
from tests.laboratory.changing import PLACES, Changing
from tests.laboratory.laboratory import Laboratory, why_not
from tests.storage.clock import DAY, Clock
from tests.storage.conftest import DAYS

pytestmark = pytest.mark.laboratory

EVERY = 21_600.0
DOMAIN, HOST = "obserwowana.pl", "mx.obserwowana.pl"
LISTS = ("bl.czarnelisty.org", "domain:dbl.czarnelisty.org")
TIMES = Times(connect=1.0, greeting=3.0, dns_try=0.4, dns_total=1.2)
PL, EN = "tg:5", "tg:6"


@dataclass
class Watching:
    """A bot that watches one domain for a Pole and an Englishman, by a clock of its own."""

    laboratory: Laboratory
    changing: Changing
    trusted: Path
    store: Store
    clock: Clock
    courier: WrittenCourier = field(default_factory=WrittenCourier)

    def __post_init__(self) -> None:
        self._settings = replace(
            NetworkSettings.from_environment(self.laboratory.environment), times=TIMES
        )
        known = load_knowledge().reference
        self._reference = Reference(
            selectors=known.selectors,
            providers=known.providers,
            blocklists=select_blocklists((), LISTS),
        )
        self._runner: CheckRunner | None = None
        watchman = Watchman(self.store.watches, self, lambda: None, EVERY, self.clock, lambda: 0.5)
        herald = Herald(self.store.watches, self.courier, knowledge)
        doers = {LOOK: watchman.look, NOTICE: herald.tell}
        self._clerk = Clerk(self.store.schedule, doers, self.clock)

    def begin(self) -> str:
        """Watch; what the first look tells."""
        for chat, language in ((PL, Language.PL), (EN, Language.EN)):
            watch = Watch(chat, parse_target(DOMAIN), language, chat)
            self.laboratory.run(self.store.watches.add(watch, 10, self.clock()))
        return self.look(0)

    async def run(self, request: CheckRequest, progress: Progress) -> Report:
        """Fulfils ports.Checks."""
        assert self._runner is not None
        return await self._runner.run(request, progress)

    async def _do_what_is_due(self) -> None:
        # Hours lie between two looks: by then no answer of the one is kept for the other.
        trust = Trust(str(self.trusted))
        async with Network.from_settings(self._settings, trust=trust) as network:
            self._runner = CheckRunner(network, reference=self._reference)
            await self._clerk.step()

    def look(self, later: float = EVERY) -> str:
        """What the Pole is told at the next look; the Englishman is told the same."""
        before = len(self.courier.delivered)
        self.clock.passes(later)
        self.laboratory.run(self._do_what_is_due(), 60)
        told = self.courier.delivered[before:]
        assert sorted(chat for chat, _, _ in told) in ([], [PL, EN])
        return "\n".join(text for chat, _, text in told if chat == PL)

    def confirmed(self) -> str:
        """What is told of a change: nothing at the first look, everything at the second."""
        assert self.look() == ""
        told = self.look(SOON)
        assert self.look() == ""
        return told

    @property
    def in_english(self) -> str:
        return [text for chat, _, text in self.courier.delivered if chat == EN][-1]


@pytest.fixture(scope="module")
def changing() -> Iterator[tuple[Laboratory, Changing]]:
    """A laboratory of this module's own: what is changed here must disturb nobody."""
    if reason := why_not():
        pytest.skip(reason)
    with Laboratory() as laboratory:
        yield laboratory, Changing(laboratory)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> ThrowAwayCa:
    return ThrowAwayCa(tmp_path_factory.mktemp("authority"), "Watched")


@pytest.fixture
def watching(
    changing: tuple[Laboratory, Changing], authority: ThrowAwayCa, tmp_path: Path
) -> Iterator[Watching]:
    laboratory, hands = changing
    trusted = tmp_path / "trusted.pem"
    roots = (Path(laboratory.environment["SSL_CERT_FILE"]), authority.root_file)
    trusted.write_bytes(b"".join(file.read_bytes() for file in roots))
    clock = Clock(time())
    opening = open_store(f"sqlite:///{tmp_path / 'db'}", DAYS, clock)
    store = laboratory.run(opening.__aenter__())
    yield Watching(laboratory, hands, trusted, store, clock)
    laboratory.run(opening.__aexit__(None, None, None))


SPF, NEW_SPF = "v=spf1 mx -all", "v=spf1 mx ip4:198.51.100.77 -all"
OLD_MX, NEW_MX = "MX 20 mx2.dobra.pl.", "MX 30 mx3.dobra.pl."
DMARC, NEW_DMARC = "v=DMARC1; p=reject;", "v=DMARC1; p=none;"


@pytest.mark.parametrize(
    ("old", "new", "record", "difference"),
    [
        (SPF, NEW_SPF, "SPF", "+ip4:198.51.100.77"),
        (DMARC, NEW_DMARC, "DMARC", "−p=reject, +p=none"),
        (OLD_MX, NEW_MX, "MX", "−20 mx2.dobra.pl., +30 mx3.dobra.pl."),
    ],
)
def test_a_changed_record_is_told_once_with_the_difference(
    watching: Watching, old: str, new: str, record: str, difference: str
) -> None:
    watching.begin()
    watching.changing.edit_zone(DOMAIN, old, new)
    try:
        told = watching.confirmed()
    finally:
        watching.changing.edit_zone(DOMAIN, new, old)
    assert f"Zmienił się rekord {record}." in told
    assert f"różnica: {difference}" in told
    assert f"The {record} record has changed." in watching.in_english
    assert f"difference: {difference}" in watching.in_english


def test_a_record_that_is_back_at_the_second_look_is_not_told(watching: Watching) -> None:
    watching.begin()
    watching.changing.edit_zone(DOMAIN, SPF, NEW_SPF)
    assert watching.look() == ""
    watching.changing.edit_zone(DOMAIN, NEW_SPF, SPF)
    assert watching.look(SOON) == ""
    assert watching.look() == ""


def test_a_server_that_is_down_for_one_look_is_not_told(watching: Watching) -> None:
    watching.begin()
    watching.changing.stop_server(HOST)
    assert watching.look() == ""
    watching.changing.start_server(HOST)
    assert watching.look(SOON) == ""
    assert watching.look() == ""


def test_a_server_that_is_silent_for_two_looks_is_told_and_so_is_its_return(
    watching: Watching,
) -> None:
    watching.begin()
    with watching.changing.silent(HOST):
        told = watching.confirmed()
    assert f"Serwer {HOST} nie odpowiada (przyjmowanie poczty, port 25)." in told
    assert f"The server {HOST} does not answer (receiving mail, port 25)." in watching.in_english
    assert watching.confirmed() == f"Serwer {HOST} znowu odpowiada (przyjmowanie poczty, port 25)."


def test_a_server_without_a_listener_is_told_with_what_to_do_and_so_is_its_return(
    watching: Watching,
) -> None:
    watching.begin()
    watching.changing.stop_server(HOST)
    try:
        told = watching.confirmed()
    finally:
        watching.changing.start_server(HOST)
    assert told.splitlines() == [
        f"{HOST} nie przyjmuje połączeń na porcie 25.",
        f"Uruchom serwer poczty na {HOST} i otwórz port 25 w zaporze albo usuń ten serwer lub "
        "adres z DNS.",
    ]
    assert f"Naprawione. Wcześniej było tak: {HOST} nie" in watching.confirmed()


def test_a_server_that_gets_on_a_blocklist_is_told_and_so_is_its_leaving(
    watching: Watching,
) -> None:
    watching.begin()
    record = f"{'.'.join(reversed(PLACES[HOST].ipv4.split('.')))}.bl A 127.0.0.2"
    watching.changing.add_record("czarnelisty.org", record)
    try:
        told = watching.confirmed()
    finally:
        watching.changing.remove_record("czarnelisty.org", record)
    assert "bl.czarnelisty.org" in told
    healed = watching.confirmed()
    assert healed.startswith("Naprawione. Wcześniej było tak: ")


def test_the_end_of_a_certificate_is_told_at_three_stages_and_its_renewal_once(
    watching: Watching, authority: ThrowAwayCa
) -> None:
    issued = authority.issue(HOST, end=timedelta(days=40))
    watching.changing.show_certificate(HOST, issued.file)
    watching.begin()
    ends = issued.leaf.not_valid_after_utc.timestamp()
    told = []
    for days in (30, 21, 20, 7, 6, 1, 0):
        # After days without the bot a look is not taken at once, but half an hour later.
        watching.clock.now = ends - days * DAY - MAKE_UP / 2
        assert watching.look(0) == ""
        if news := watching.look(MAKE_UP / 2):
            told.append((days, news.splitlines()[0], watching.in_english.splitlines()[0]))
    date = issued.leaf.not_valid_after_utc
    assert [(days, news.partition(" (")[0]) for days, news, _ in told] == [
        (21, f"Certyfikat serwera {HOST} wygasa za 21 dni"),
        (7, f"Certyfikat serwera {HOST} wygasa za 7 dni"),
        (1, f"Certyfikat serwera {HOST} wygasa za 1 dzień"),
    ]
    assert told[-1][2] == f"The certificate of {HOST} ends in 1 day ({date:%-d %B %Y})."
    watching.changing.show_certificate(HOST, authority.issue(HOST, end=timedelta(days=90)).file)
    assert watching.look().startswith(f"Serwer {HOST} ma nowy certyfikat, ważny do")
    assert watching.look() == ""


def test_a_certificate_that_ends_soon_is_told_when_the_watch_begins(
    watching: Watching, authority: ThrowAwayCa
) -> None:
    # Days are those of the calendar, so the end is set at noon, whatever the hour of this run.
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    issued = authority.issue(HOST, end=noon + timedelta(days=5) - datetime.now(UTC))
    watching.changing.show_certificate(HOST, issued.file)
    assert watching.begin().startswith(f"Certyfikat serwera {HOST} wygasa za 5 dni")
    assert watching.look() == ""


def test_an_expired_certificate_and_its_replacement_are_told_once_each(
    watching: Watching, authority: ThrowAwayCa
) -> None:
    watching.changing.show_certificate(HOST, authority.good(HOST).file)
    watching.begin()
    watching.changing.show_certificate(HOST, authority.expired(HOST).file)
    assert watching.confirmed().startswith(f"Certyfikat serwera {HOST} wygasł")
    watching.changing.show_certificate(HOST, authority.good(HOST).file)
    assert watching.confirmed().startswith("Naprawione. Wcześniej było tak: Certyfikat serwera")


def test_a_certificate_that_was_bad_at_the_beginning_is_no_news_until_it_is_mended(
    watching: Watching, authority: ThrowAwayCa
) -> None:
    watching.changing.show_certificate(HOST, authority.expired(HOST).file)
    assert watching.begin() == ""
    assert watching.look() == ""
    watching.changing.show_certificate(HOST, authority.good(HOST).file)
    assert watching.confirmed().startswith("Naprawione. Wcześniej było tak: Certyfikat serwera")


@pytest.mark.parametrize("fault", ["resolvers", "port 25", "everything"])
def test_the_troubles_of_our_own_network_are_never_told(watching: Watching, fault: str) -> None:
    faults = {
        "resolvers": watching.changing.without_resolvers,
        "port 25": lambda: watching.changing.blocked(25),
        "everything": watching.changing.without_network,
    }
    assert watching.begin() == ""
    with faults[fault]():
        assert watching.look() == ""
        assert watching.look(SOON) == ""
        assert watching.look() == ""
    assert watching.look(SOON) == ""
    assert watching.look() == ""
