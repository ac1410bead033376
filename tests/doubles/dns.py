"""A resolver on loopback, UDP and TCP, that answers from zone text and misbehaves to order.

    async with dns_server("firma.pl. 300 IN MX 10 mx.firma.pl.") as server:
        server.misbehave("mx.firma.pl", Fault.SERVFAIL)
        resolver = Resolver([server.address])
        …
        assert server.count("firma.pl", "MX") == 1

One record a line: name, perhaps a TTL, perhaps IN, type, data. All names are absolute.
"""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from bot.network.settings import ServerAddress

_RECORD = re.compile(r"(\S+)\s+(?:(\d+)\s+)?(?:IN\s+)?([A-Z0-9]+)\s+(.+)")


class Fault(Enum):
    """What may go wrong with one answer."""

    SERVFAIL = auto()
    REFUSED = auto()
    NXDOMAIN = auto()
    SILENCE = auto()
    BOGUS = auto()  # SERVFAIL with extended error 6
    BOGUS_UNSAID = auto()  # SERVFAIL without a word, but an answer when told not to validate
    TRUNCATED = auto()  # by UDP; TCP gives the answer
    TRUNCATED_ALWAYS = auto()  # by TCP too
    WRONG_ID = auto()  # a forged answer, then nothing
    WRONG_QUESTION = auto()  # another name's answer, then the true one
    GARBAGE = auto()  # bytes that are no message, under the right id
    NO_EDNS = auto()  # FORMERR to whoever speaks EDNS


@dataclass
class _Order:
    fault: Fault
    times: int | None


class DnsServer:
    """The server; scripts are changed and questions counted while it runs."""

    def __init__(self, zone: str, *, authenticated: bool = False) -> None:
        self.asked: list[tuple[str, str, str]] = []  # name, type, "udp" or "tcp"
        self.authenticated = authenticated  # whether answers carry AD
        self._unsigned: set[dns.name.Name] = set()
        self.authoritative = False  # whether answers carry AA, as a domain's own server sets it
        self.delay = 0.0  # seconds before each answer
        self.fault: Fault | None = None  # of every answer
        self.host = "127.0.0.1"
        self.port = 0
        self._faults: dict[tuple[dns.name.Name, str], _Order] = {}
        self._delays: dict[dns.name.Name, float] = {}
        self._sets: dict[tuple[dns.name.Name, int], dns.rrset.RRset] = {}
        self._names: set[dns.name.Name] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.add(". IN NS a.root-servers.net.")  # whoever serves the Internet knows its root
        self.add(zone)

    @property
    def address(self) -> ServerAddress:
        """Where it listens, as NetworkSettings want it."""
        return ServerAddress(self.host, self.port)

    def add(self, zone: str) -> None:
        """Add records; a set that is there already is replaced."""
        fresh: dict[tuple[dns.name.Name, int], dns.rrset.RRset] = {}
        for line in filter(None, map(str.strip, zone.splitlines())):
            if line.startswith(";"):
                continue
            match = _RECORD.fullmatch(line)
            assert match, f"no record: {line}"
            name = dns.name.from_text(match[1], dns.name.root)
            ttl = int(match[2] or 300)
            read = _read(name, ttl, match[3], match[4])
            fresh.setdefault((name, read.rdtype), read).update(read)
        self._sets |= fresh
        for name, _ in fresh:
            while name != dns.name.root:
                self._names.add(name)  # names between exist too
                name = name.parent()

    def remove(self, name: str, rdtype: str) -> None:
        """Take a record set away."""
        del self._sets[(dns.name.from_text(name), dns.rdatatype.from_text(rdtype))]

    def misbehave(
        self, name: str, fault: Fault, rdtype: str = "ANY", times: int | None = None
    ) -> None:
        """Answer questions about `name` wrongly: always, or so many times."""
        self._faults[(dns.name.from_text(name), rdtype)] = _Order(fault, times)

    def behave(self, name: str, rdtype: str = "ANY") -> None:
        """Take `misbehave` back."""
        del self._faults[(dns.name.from_text(name), rdtype)]

    def unsigned(self, *names: str) -> None:
        """Answers with these names, or with any below them, carry no AD whatever others do."""
        self._unsigned |= {dns.name.from_text(name) for name in names}

    def slow(self, name: str, seconds: float) -> None:
        """Answer questions about `name` late."""
        self._delays[dns.name.from_text(name)] = seconds

    def count(self, name: str, rdtype: str | None = None) -> int:
        """How often `name` was asked for."""
        return sum(asked == name and rdtype in (None, type_) for asked, type_, _ in self.asked)

    async def reply(self, wire: bytes, way: str) -> list[bytes]:
        """The packets that answer a question, none for silence."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, rdtype = question.name, dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name.to_text(omit_final_dot=True).lower(), rdtype, way))
        fault = self._fault(name, rdtype)
        delay = self._delays.get(name, self.delay)
        if delay:
            await asyncio.sleep(delay)
        response = dns.message.make_response(query, recursion_available=not self.authoritative)
        if self.authoritative:
            response.flags |= dns.flags.AA
        packets = self._misbehave(query, response, fault, way)
        if packets is not None:
            return packets
        self._fill(response, name, question.rdtype)
        return [_fit(response, query, way)]

    def _fault(self, name: dns.name.Name, rdtype: str) -> Fault | None:
        for key in ((name, rdtype), (name, "ANY")):
            order = self._faults.get(key)
            if order is None:
                continue
            if order.times is not None:
                if order.times == 0:
                    continue
                order.times -= 1
            return order.fault
        return self.fault

    def _misbehave(
        self,
        query: dns.message.Message,
        response: dns.message.Message,
        fault: Fault | None,
        way: str,
    ) -> list[bytes] | None:
        question = query.question[0]
        match fault:
            case None:
                return None
            case Fault.SILENCE:
                return []
            case Fault.SERVFAIL:
                response.set_rcode(dns.rcode.SERVFAIL)
            case Fault.REFUSED:
                response.set_rcode(dns.rcode.REFUSED)
            case Fault.NXDOMAIN:
                response.set_rcode(dns.rcode.NXDOMAIN)
            case Fault.BOGUS:
                response.set_rcode(dns.rcode.SERVFAIL)
                response.use_edns(0, options=[dns.edns.EDEOption(6, "made so")])
            case Fault.BOGUS_UNSAID:
                if query.flags & dns.flags.CD:
                    return None
                response.set_rcode(dns.rcode.SERVFAIL)
            case Fault.TRUNCATED | Fault.TRUNCATED_ALWAYS:
                if way == "tcp" and fault is Fault.TRUNCATED:
                    return None
                response.flags |= dns.flags.TC
            case Fault.WRONG_ID:
                self._fill(response, question.name, question.rdtype)
                response.id ^= 0x5555
            case Fault.WRONG_QUESTION:
                self._fill(response, question.name, question.rdtype)
                other = dns.message.make_query("forged.example.", question.rdtype)
                forged = dns.message.make_response(other)
                forged.id = response.id
                return [forged.to_wire(), response.to_wire()]
            case Fault.GARBAGE:
                response.use_edns(False)
                wire = bytearray(response.to_wire() + b"\xc0\xff\x00")
                wire[7] = 3  # three answers, says the header
                return [bytes(wire)]
            case Fault.NO_EDNS:
                if query.edns < 0:
                    return None
                response.use_edns(False)
                response.set_rcode(dns.rcode.FORMERR)
        return [response.to_wire()]

    def _fill(self, response: dns.message.Message, name: dns.name.Name, rdtype: int) -> None:
        seen = set()
        while name not in seen:
            seen.add(name)
            found = self._find(name, rdtype)
            if found is not None:
                response.answer.append(found)
                break
            alias = self._find(name, dns.rdatatype.CNAME)
            if alias is None:
                self._deny(response, name)
                break
            response.answer.append(alias)
            name = alias[0].target
        if self.authenticated and not any(map(self._is_unsigned, seen)):
            response.flags |= dns.flags.AD

    def _is_unsigned(self, name: dns.name.Name) -> bool:
        return any(map(name.is_subdomain, self._unsigned))

    def _find(self, name: dns.name.Name, rdtype: int) -> dns.rrset.RRset | None:
        found = self._sets.get((name, rdtype))
        if found is not None or name in self._names:
            return found
        parent = name
        while parent != dns.name.root:
            parent = parent.parent()
            star = self._sets.get((dns.name.Name((b"*", *parent.labels)), rdtype))
            if star is not None:
                return dns.rrset.from_rdata_list(name, star.ttl, list(star))
            if parent in self._names:
                break
        return None

    def _deny(self, response: dns.message.Message, name: dns.name.Name) -> None:
        exists = name in self._names or any(
            self._find(name, rdtype) is not None for _, rdtype in self._sets
        )
        if not exists:
            response.set_rcode(dns.rcode.NXDOMAIN)
        zone = name
        while True:
            soa = self._sets.get((zone, dns.rdatatype.SOA))
            if soa is not None:
                response.authority.append(soa)
                return
            if zone == dns.name.root:
                return
            zone = zone.parent()

    def run(self, coroutine) -> None:  # type: ignore[no-untyped-def]
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _read(name: dns.name.Name, ttl: int, rdtype: str, data: str) -> dns.rrset.RRset:
    """A record; data of the form \\# LENGTH HEX go out as they are, however wrong."""
    if not data.startswith("\\#"):
        return dns.rrset.from_text(name, ttl, "IN", rdtype, data)
    raw = bytes.fromhex("".join(data.split()[2:]))
    number = dns.rdatatype.from_text(rdtype)
    return dns.rrset.from_rdata(name, ttl, dns.rdata.GenericRdata(dns.rdataclass.IN, number, raw))


def _fit(response: dns.message.Message, query: dns.message.Message, way: str) -> bytes:
    wire = response.to_wire(max_size=65535)
    limit = 65535 if way == "tcp" else (query.payload if query.edns >= 0 else 512)
    if len(wire) <= limit:
        return wire
    cut = dns.message.make_response(query, recursion_available=True)
    cut.flags |= dns.flags.TC
    return cut.to_wire()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._server.run(self._answer(data, addr))

    async def _answer(self, data: bytes, addr: object) -> None:
        for packet in await self._server.reply(data, "udp"):
            self._transport.sendto(packet, addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def dns_server(
    zone: str = "", *, authenticated: bool = False, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[DnsServer]:
    """Run the server on a free port of 127.0.0.1, or on another address of loopback."""
    server = DnsServer(zone, authenticated=authenticated)
    server.host = host
    loop = asyncio.get_running_loop()

    async def serve_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            for packet in await server.reply(await reader.readexactly(length), "tcp"):
                writer.write(struct.pack("!H", len(packet)) + packet)
                await writer.drain()
            await reader.read()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    tcp, udp = await _listen(loop, server, serve_tcp, host, port)
    try:
        yield server
    finally:
        udp.close()
        tcp.close()
        await server.stop()
        await asyncio.sleep(0)


async def _listen(loop, server, serve_tcp, host, port):  # type: ignore[no-untyped-def]
    """A port that is free for both."""
    for _ in range(50):
        tcp = await asyncio.start_server(serve_tcp, host, port)
        server.port = tcp.sockets[0].getsockname()[1]
        try:
            udp, _ = await loop.create_datagram_endpoint(
                lambda: _Udp(server), local_addr=(host, server.port)
            )
        except OSError:
            tcp.close()
            continue
        # Hundreds of questions at once must not overflow it.
        udp.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        return tcp, udp
    raise OSError("no port is free for both UDP and TCP")
