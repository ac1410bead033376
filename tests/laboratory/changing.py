"""What a test changes in the running laboratory: records, servers, certificates, our own network.

Every change is made as an administrator makes it: a zone is edited and reloaded, Postfix is told
to read its services anew.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.laboratory.domains import PLAN
from tests.laboratory.laboratory import Laboratory
from tests.laboratory.plan import CLIENT, CLIENT6
from tests.laboratory.zones import a_label

PLACES = {place.host.name: place for place in PLAN.places}


class Changing:
    """One laboratory's hands."""

    def __init__(self, laboratory: Laboratory) -> None:
        self._laboratory = laboratory
        self._folder = laboratory.folder
        self._serial = 1

    def edit_zone(self, domain: str, old: str, new: str) -> None:
        """Put one text of a zone file in the place of another, and make everybody see it."""
        name = a_label(domain)
        file = self._zone_file(name)
        text = file.read_text()
        assert old in text, f"{old!r} is not in the zone of {domain}"
        serial, self._serial = f" {self._serial} 3600 600 ", self._serial + 1
        text = text.replace(serial, f" {self._serial} 3600 600 ") if serial in text else text
        file.write_text(text.replace(old, new))
        control = self._folder / "knot-domains" / "control"
        self._laboratory.order("knotc", "-b", "-s", str(control), "zone-reload", f"{name}.")
        config = self._folder / "unbound" / "unbound.conf"
        self._laboratory.order("unbound-control", "-c", str(config), "flush_zone", f"{name}.")

    def add_record(self, domain: str, record: str) -> None:
        """One more line of the zone; its name is relative to the domain."""
        self.edit_zone(domain, "$TTL 300\n", f"$TTL 300\n{record}\n")

    def remove_record(self, domain: str, record: str) -> None:
        """Take away what was added."""
        self.edit_zone(domain, f"{record}\n", "")

    def stop_server(self, host: str) -> None:
        """Postfix listens at the host's addresses no more."""
        lines = self._services.read_text().splitlines(keepends=True)
        self._reload("".join(f"#{line}" if self._is_of(line, host) else line for line in lines))

    def start_server(self, host: str) -> None:
        """It listens there again."""
        lines = self._services.read_text().splitlines(keepends=True)
        bare = [line.removeprefix("#") for line in lines]
        pairs = zip(lines, bare, strict=True)
        self._reload("".join(new if self._is_of(new, host) else old for old, new in pairs))

    def show_certificate(self, host: str, file: Path) -> None:
        """The host's Postfix shows this key and chain from now on."""
        (line, *_) = (
            line for line in self._services.read_text().splitlines() if self._is_of(line, host)
        )
        (shown,) = (
            part.partition("=")[2]
            for part in line.split()
            if part.startswith("smtpd_tls_chain_files=")
        )
        Path(shown).write_bytes(file.read_bytes())
        self._reload(self._services.read_text())

    @contextlib.contextmanager
    def without_resolvers(self) -> Iterator[None]:
        """Nobody answers our questions."""
        pid = (self._folder / "unbound" / "pid").read_text().strip()
        self._laboratory.order("kill", "-STOP", pid)
        try:
            yield
        finally:
            self._laboratory.order("kill", "-CONT", pid)

    def blocked(self, port: int) -> "contextlib.AbstractContextManager[None]":
        """Our own provider lets nothing through to this port, wherever it is."""
        return self._rules(("ipproto", "tcp", "sport", str(port)), ())

    def silent(self, host: str) -> "contextlib.AbstractContextManager[None]":
        """Nothing comes back from the host's addresses."""
        place = PLACES[host]
        assert place.ipv6
        return self._rules(("from", place.ipv4), ("from", place.ipv6))

    def without_network(self) -> "contextlib.AbstractContextManager[None]":
        """Nothing comes back to us from anywhere."""
        return self._rules(("to", CLIENT), ("to", CLIENT6))

    @contextlib.contextmanager
    def _rules(self, rule: tuple[str, ...], rule6: tuple[str, ...]) -> Iterator[None]:
        rules = {"-4": rule, "-6": rule6 or rule}
        for family, what in rules.items():
            self._laboratory.order("ip", family, "rule", "add", "pref", "5", *what, "blackhole")
        try:
            yield
        finally:
            for family, what in rules.items():
                self._laboratory.order("ip", family, "rule", "del", "pref", "5", *what)

    def _zone_file(self, name: str) -> Path:
        home = self._folder / "knot-domains"
        lines = (home / "knot.conf").read_text().splitlines()
        at = lines.index(f"  - domain: {name}")
        return home / "zones" / lines[at + 1].split()[-1]

    @property
    def _services(self) -> Path:
        return self._folder / "postfix" / "etc" / "master.cf"

    def _is_of(self, line: str, host: str) -> bool:
        place = PLACES[host]
        starts = (f"{place.ipv4}:25 ", f"[{place.ipv6}]:25 ")
        return line.startswith(starts)

    def _reload(self, services: str) -> None:
        """Postfix's own reload: the master reads its services anew, its children end."""
        self._services.write_text(services)
        pid = (self._folder / "postfix" / "queue" / "pid" / "master.pid").read_text().strip()
        self._laboratory.order("kill", "-HUP", pid)
