"""Names and their records in a few lines of text, answering as a resolver would."""

from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from bot.model.trouble import Trouble
from bot.network.answer import Answer, MxRecord, Status, TxtRecord
from bot.network.errors import NetworkError


class ZoneDns:
    """Each line is `name TYPE value`; `!timeout` or `!servfail` as a value is that failure.

    In a TXT value `|` parts the character strings, and the characters stand for Latin-1 bytes.
    A name with `\\x20` in it has a space there.
    """

    def __init__(self, zone: str) -> None:
        self.asked: Counter[tuple[str, str]] = Counter()
        self._records: dict[tuple[str, str], list[str]] = {}
        self._names: set[str] = set()
        for line in zone.splitlines():
            if not line.strip():
                continue
            name, rdtype, value = line.split(" ", 2)
            name = name.replace("\\x20", " ").lower()
            self._records.setdefault((name, rdtype), []).append(value)
            self._names.add(name)

    async def txt(self, name: str) -> Answer[TxtRecord]:
        return self._answer(
            name, "TXT", lambda v: TxtRecord(tuple(s.encode("latin-1") for s in v.split("|")))
        )

    async def a(self, name: str) -> Answer[IPv4Address]:
        return self._answer(name, "A", IPv4Address)

    async def aaaa(self, name: str) -> Answer[IPv6Address]:
        return self._answer(name, "AAAA", IPv6Address)

    async def mx(self, name: str) -> Answer[MxRecord]:
        def read(value: str) -> MxRecord:
            preference, exchange = value.split()
            return MxRecord(int(preference), "" if exchange == "." else exchange.lower())

        return self._answer(name, "MX", read)

    async def ptr(self, address: IPv4Address | IPv6Address) -> Answer[str]:
        return self._answer(str(address), "PTR", str.lower)

    def _answer(self, name: str, rdtype: str, read: Any) -> Answer[Any]:
        self.asked[rdtype, name] += 1
        assert name == name.lower()
        assert not name.endswith(".")
        assert rdtype == "PTR" or all(0 < len(label) <= 63 for label in name.split("."))
        key = name if rdtype != "PTR" else str(ip_address(name))
        aliases = []
        while alias := self._records.get((key, "CNAME")):
            key = alias[0]
            aliases.append(key)
            if len(aliases) > 8:
                raise NetworkError(Trouble.SERVFAIL)
        values = self._records.get((key, rdtype), [])
        if values and values[0].startswith("!"):
            raise NetworkError(Trouble(values[0][1:]))
        status = Status.FOUND if values else Status.NO_DATA
        if key not in self._names:
            status = Status.NO_NAME
        return Answer(name, status, tuple(map(read, values)), tuple(aliases))
