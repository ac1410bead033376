"""The looking wing's one way out: DNS, guard, conversations, HTTPS and ping in one bundle."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from bot.model.trouble import Trouble
from bot.network.answer import Status
from bot.network.authority import Authorities, ServerAnswer
from bot.network.clean import clean
from bot.network.errors import NetworkError
from bot.network.guard import Guard, as_address
from bot.network.question import Question
from bot.network.resolver import Resolver
from bot.network.session import Manners, Order
from bot.network.settings import (
    IPAddress,
    NetworkSettings,
    parse_networks,
    system_resolvers,
)
from bot.network.shelf import Shelf
from bot.network.talk import Failure, Protocol, ServerTalk, Stage
from bot.network.talks import Talks
from bot.network.trust import Trust

if TYPE_CHECKING:
    from bot.network.https import Fetched
    from bot.network.origin import Origin
    from bot.network.ping import Ping
    from bot.network.port25 import Port25
    from bot.network.tls import Verifier
    from bot.network.trace import Trace

    _Outcome = tuple[Fetched | None, NetworkError | None]  # one of the two

Key = TypeVar("Key")
Value = TypeVar("Value")
_NEVER = float("inf")
_SMTP_PORT = 25
_ON_ITS_WAY = 0.002  # the first packet of a connection has surely left by then
# Views of one check begin a moment apart, and must share what is fetched afresh.
_SAME_MOMENT = 2.0
_SUSPICIOUS = 1.0  # seconds: even the other side of the earth is reached in less
_FILTERED = frozenset({Trouble.TIMEOUT, Trouble.REFUSED, Trouble.UNREACHABLE, Trouble.RESET})
_FILE_KEPT = 60.0
_FAILURE_KEPT = 10.0
_MOST_FILES = 200
_OPEN_GATE = Guard(parse_networks("0.0.0.0/0, ::/0"))
_LOCAL = {"localhost": "127.0.0.1"}


class _Shared:
    """What all views of one process share. OpenSSL and HTTP are imported when first needed."""

    def __init__(
        self, resolver: Resolver, guard: Guard, settings: NetworkSettings, trust: Trust
    ) -> None:
        self.resolver = resolver
        self.guard = guard
        self.settings = settings
        self.trust = trust
        self._verifier: Verifier | None = None
        self._port25: Port25 | None = None
        self._is_warm = False
        manners = Manners(settings.ehlo_name, settings.times, self.verifier)
        self.talks = Talks(manners, settings.most_talks)
        self.authorities = Authorities(settings.times, settings.name_server_port)
        self.files: Shelf[Hashable, _Outcome] = Shelf(_file_lifetime, most=_MOST_FILES)
        self.works: Shelf[Hashable, Any] = Shelf(lambda _: _SAME_MOMENT, most=_MOST_FILES)

    def verifier(self) -> "Verifier":
        if self._verifier is None:
            from bot.network.tls import Verifier

            self._verifier = Verifier(self.trust)
        return self._verifier

    def warm_tls(self) -> None:
        """Load what the first handshake needs while the connection is on its way."""
        if not self._is_warm:
            self._is_warm = True
            asyncio.get_running_loop().call_later(_ON_ITS_WAY, self._load_tls)

    def _load_tls(self) -> None:
        _ = self.verifier().context

    def port25(self) -> "Port25":
        if self._port25 is None:
            from bot.network.port25 import Port25

            self._port25 = Port25(
                lambda host: find_addresses(self.resolver, self.guard, host),
                self.settings.port_25_witnesses,
                self.settings.times.connect,
            )
        return self._port25


class Network:
    """One for the process, and cheap views of it: `within` makes one for a probe."""

    def __init__(
        self,
        resolver: Resolver,
        guard: Guard,
        *,
        ehlo_name: str = "",
        trust: Trust | None = None,
        settings: NetworkSettings | None = None,
    ) -> None:
        settings = replace(settings or NetworkSettings(), ehlo_name=ehlo_name)
        self._shared = _Shared(resolver, guard, settings, trust or Trust())
        self._deadline = _NEVER
        self._not_before = -_NEVER
        self._age = 0.0
        self._trace: Trace | None = None
        self._dns = resolver

    @classmethod
    def from_settings(cls, settings: NetworkSettings, *, trust: Trust | None = None) -> "Network":
        """The network that an operator has described."""
        servers = settings.resolvers or system_resolvers()
        guard = Guard(
            settings.allow_networks,
            refuse_networks=settings.refuse_networks,
            own_addresses=settings.own_addresses,
            ports=settings.ports,
        )
        return cls(
            Resolver(servers, times=settings.times),
            guard,
            ehlo_name=settings.ehlo_name,
            trust=trust,
            settings=settings,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Break off whatever is under way, and close every socket."""
        await self._shared.works.close()
        await self._shared.talks.close()
        await self._shared.files.close()
        await self._shared.authorities.close()
        await self._shared.resolver.close()

    @property
    def dns(self) -> Resolver:
        """Questions to DNS, with this view's deadline and age."""
        return self._dns

    @property
    def guard(self) -> Guard:
        """The gate that every address passes."""
        return self._shared.guard

    @property
    def ehlo_name(self) -> str:
        """The name that we give in EHLO; "" when it is our address."""
        return self._shared.settings.ehlo_name

    @property
    def is_crowded(self) -> bool:
        """Whether questions wait for their turn to go out: whoever begins now would wait too."""
        return self._dns.is_crowded

    @property
    def age(self) -> float:
        """Seconds since the oldest answer that this view has used was fetched."""
        return self._age

    def within(
        self, seconds: float, fresh: bool = False, trace: "Trace | None" = None
    ) -> "Network":
        """A view for one probe, over the same caches.

        Its waits end after `seconds`, as NetworkError or as an unfinished talk: whoever also
        cancels from outside leaves a little more time than that. `fresh` takes nothing that was
        fetched before; a view of a fresh view is as fresh as that. `trace` writes down what is
        asked and said through this view.
        """
        now = monotonic()
        view = Network.__new__(Network)
        view._shared = self._shared
        view._deadline = min(self._deadline, now + seconds)
        view._not_before = self._not_before
        if fresh and view._not_before == -_NEVER:
            view._not_before = now - _SAME_MOMENT
        view._age = 0.0
        view._trace = trace or self._trace
        view._dns = self._shared.resolver.view(
            not_before=view._not_before,
            deadline=view._deadline,
            note_age=view._note_age,
            trace=view._trace,
        )
        return view

    def remaining(self) -> float:
        """Seconds until this view's deadline; infinite without one, never negative."""
        return max(0.0, self._deadline - monotonic())

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        """The addresses of a name, IPv4 first; () when it has none or does not exist.

        The whole name is refused when any of them is not public.
        """
        return await find_addresses(self._dns, self.guard, host)

    async def talk(
        self,
        protocol: Protocol,
        host: str,
        address: IPAddress,
        port: int,
        *,
        implicit_tls: bool = False,
        starttls: bool = True,
        old_tls: bool = False,
    ) -> ServerTalk:
        """Hold a conversation with a server. Whatever the server does is in what comes back.

        `old_tls` offers TLS 1.0 and 1.1 alone, and ends with the handshake.
        """
        self.guard.check_port(port)
        self.guard.check(address)
        began = monotonic()
        order = Order(protocol, host, address, port, implicit_tls, starttls, old_tls)
        talk = await self._talk(order)
        if self._trace is not None:
            self._trace.talk(talk, began, " TLS 1.0, TLS 1.1" if old_tls else "")
        return talk

    async def _talk(self, order: Order) -> ServerTalk:
        port25 = self._shared.port25() if order.port == _SMTP_PORT else None
        if port25 is not None and port25.is_known_blocked:
            return _port_blocked(order)
        kept = self._shared.talks.kept(order, not_before=self._not_before)
        if kept is not None and not _is_turned_away(kept):
            self._note_age(kept.age)
            return kept
        seconds = None if self._deadline == _NEVER else self.remaining()
        self._shared.warm_tls()
        held = self._shared.talks.hold(order, not_before=self._not_before, seconds=seconds)
        if port25 is None:
            talk = await held
        else:
            talk = await self._hold_or_blame(held, port25)
            if port25.is_known_blocked and _is_turned_away(talk):
                return _port_blocked(order)
        self._note_age(talk.age)
        return talk

    async def _hold_or_blame(
        self, held: Coroutine[Any, Any, ServerTalk], port25: "Port25"
    ) -> ServerTalk:
        """Look at ourselves beside a conversation that does not come about, not after it."""
        talking = asyncio.ensure_future(held)
        looking: asyncio.Task[bool] | None = None
        try:
            done, _ = await asyncio.wait({talking}, timeout=_SUSPICIOUS)
            if not done:
                looking = asyncio.create_task(port25.is_blocked())
            talk = await talking
            if _is_turned_away(talk):
                await self._is_blocked(port25)
            return talk
        finally:
            tasks = [task for task in (talking, looking) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def ask_server(self, address: IPAddress, name: str, rdtype: str) -> ServerAnswer:
        """What a domain's own name server says, asked directly and without recursion."""
        self.guard.check(address)
        question = Question.about(name, rdtype)
        if question is None:
            return ServerAnswer(Status.NO_NAME)
        began = monotonic()
        authorities = self._shared.authorities
        kept = authorities.kept(address, question, not_before=self._not_before)
        if kept is None:
            asked = authorities.ask(address, question, not_before=self._not_before)
            try:
                async with asyncio.timeout(None if self._deadline == _NEVER else self.remaining()):
                    kept = await asked
            except TimeoutError:
                raise NetworkError(Trouble.TIMEOUT) from None
        self._note_age(kept.age)
        if self._trace is not None:
            self._trace.name_server(address, question, began, kept.value)
        return kept.value

    async def ping(self, address: IPAddress) -> "Ping":
        """The time of the way to an address and back."""
        from bot.network.ping import ping

        self.guard.check(address)
        began = monotonic()
        found = await ping(address, min(self._shared.settings.times.ping, self.remaining()))
        if self._trace is not None:
            took = "none" if found.seconds is None else f"{found.seconds * 1000:.1f} ms"
            self._trace.ping(address, began, f"{found.method} {took}")
        return found

    async def origin(self, address: IPAddress) -> "Origin | None":
        """Who announces an address; None where nobody does."""
        from bot.network.origin import find_origin

        self.guard.check(address)
        return await find_origin(self._dns, address)

    async def fetch(
        self,
        url: str,
        *,
        max_bytes: int,
        max_redirects: int = 0,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes | None = None,
        in_clear: bool = False,
        is_ours: bool = False,
    ) -> "Fetched":
        """GET over HTTPS, or POST a `body`, every hop through the gate. See bot.network.https.

        `is_ours`: the operator has named the server of `url`, so that one may be anywhere.
        """
        from bot.network.https import Fetcher

        times = self._shared.settings.times
        fetcher = Fetcher(self._shared.trust, self.guard, connect=times.connect, total=times.fetch)
        sent = tuple(headers)
        is_shared = not is_ours

        async def once() -> "Fetched":
            return await fetcher.fetch(
                url,
                self.addresses,
                max_bytes=max_bytes,
                max_redirects=max_redirects,
                headers=sent,
                seconds=times.fetch if is_shared else self.remaining(),
                body=body,
                in_clear=in_clear,
                own_addresses=self._any_addresses if is_ours else None,
            )

        began = monotonic()
        key = (url, max_bytes, max_redirects, sent, in_clear, body)
        try:
            fetched = await (self._share(key, once) if is_shared else once())
        except NetworkError as error:
            if self._trace is not None:
                self._trace.https(url, began, str(error.trouble), (error.detail,))
            raise
        if self._trace is not None:
            told = (*fetched.hops, fetched.url, f"{fetched.content_type} {len(fetched.body)} bytes")
            self._trace.https(url, began, str(fetched.status), told)
        return fetched

    async def _any_addresses(self, host: str) -> tuple[IPAddress, ...]:
        """The addresses of a server that the operator has named."""
        return await find_addresses(self._dns, _OPEN_GATE, _LOCAL.get(host, host))

    async def _share(
        self, key: Hashable, fetch: Callable[[], Coroutine[Any, Any, "Fetched"]]
    ) -> "Fetched":
        """Fetch, unless somebody is at it or has just been."""

        async def told() -> "_Outcome":
            try:
                return await fetch(), None
            except NetworkError as error:
                return None, error  # as it is: what a certificate lacks must not be lost

        shelf = self._shared.files
        try:
            async with asyncio.timeout(None if self._deadline == _NEVER else self.remaining()):
                kept = await shelf.get(key, told, not_before=self._not_before)
        except TimeoutError:
            raise NetworkError(Trouble.TIMEOUT) from None
        self._note_age(kept.age)
        fetched, error = kept.value
        if fetched is None:
            assert error is not None
            raise error.with_traceback(None)  # it would gather the traces of all
        return fetched

    async def once(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        """Do a piece of work once for all who want the same within one check.

        Whoever waits longest decides how long it goes on: bound its waits inside.
        """
        try:
            async with asyncio.timeout(None if self._deadline == _NEVER else self.remaining()):
                kept = await self._shared.works.get(key, work, not_before=self._not_before)
        except TimeoutError:
            raise NetworkError(Trouble.TIMEOUT) from None
        value: Value = kept.value
        return value

    async def port_25_blocked(self) -> bool:
        """Whether our own network blocks port 25: the bot's look at itself."""
        return await self._shared.port25().is_blocked()

    @overload
    async def gather_each(
        self, wanted: Mapping[Key, Awaitable[Value]]
    ) -> dict[Key, Value | NetworkError]: ...

    @overload
    async def gather_each(
        self, wanted: Sequence[Awaitable[Value]]
    ) -> list[Value | NetworkError]: ...

    async def gather_each(
        self, wanted: Mapping[Any, Awaitable[Any]] | Sequence[Awaitable[Any]]
    ) -> dict[Any, Any] | list[Any]:
        """Await all side by side; a NetworkError stands in the place of its result.

        At the deadline whatever is unfinished becomes NetworkError(TIMEOUT). Any other exception
        is a bug of ours: it ends the others and is raised.
        """
        keys = list(wanted) if isinstance(wanted, Mapping) else range(len(wanted))
        awaitables = wanted.values() if isinstance(wanted, Mapping) else wanted
        tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
        try:
            if tasks:
                await self._wait(tasks)
            results = [_outcome(task) for task in tasks]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(wanted, Mapping):
            return dict(zip(keys, results, strict=True))
        return results

    async def _wait(self, tasks: Sequence["asyncio.Future[Any]"]) -> None:
        """Until all are done, one has crashed, or the time is over."""
        pending = set(tasks)
        while pending and (left := self.remaining()) > 0:
            done, pending = await asyncio.wait(
                pending,
                timeout=None if left == _NEVER else left,
                return_when=asyncio.FIRST_EXCEPTION,
            )
            for task in done:
                error = None if task.cancelled() else task.exception()
                if error is not None and not isinstance(error, NetworkError):
                    raise error

    async def _is_blocked(self, port25: "Port25") -> bool:
        try:
            async with asyncio.timeout(None if self._deadline == _NEVER else self.remaining()):
                return await port25.is_blocked()
        except TimeoutError:
            return False

    def _note_age(self, age: float) -> None:
        self._age = max(self._age, age)


async def find_addresses(dns: Resolver, guard: Guard, host: str) -> tuple[IPAddress, ...]:
    """Resolve once, and let the whole name through the gate or none of it."""
    literal = as_address(host)
    if literal is not None:
        guard.check(literal)
        return (literal,)
    asked = (dns.a(host), dns.aaaa(host))
    found: list[IPAddress] = []
    failures: list[NetworkError] = []
    try:
        for each in asked:
            try:
                found.extend((await each).records)
            except NetworkError as error:
                failures.append(error)
    finally:
        for each in asked:
            each.cancel()
    guard.check_all(found)
    if not found and failures:
        raise failures[0]
    return tuple(dict.fromkeys(found))


def _outcome(task: "asyncio.Future[Any]") -> Any:
    if not task.done() or task.cancelled():
        return NetworkError(Trouble.TIMEOUT)
    error = task.exception()
    return task.result() if error is None else error


def _file_lifetime(outcome: "_Outcome | NetworkError") -> float:
    is_there = isinstance(outcome, tuple) and outcome[0] is not None
    return _FILE_KEPT if is_there else _FAILURE_KEPT


def _is_turned_away(talk: ServerTalk) -> bool:
    """Whether the connection failed as a filter of our own network would make it fail."""
    return talk.failure is not None and not talk.connected and talk.failure.trouble in _FILTERED


def _port_blocked(order: Order) -> ServerTalk:
    return ServerTalk(
        order.protocol,
        clean(order.host),
        str(order.address),
        order.port,
        order.implicit_tls,
        failure=Failure(Stage.CONNECT, Trouble.PORT_BLOCKED),
    )
