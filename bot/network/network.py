"""The looking wing's one way out: DNS, guard, conversations, HTTPS and ping in one bundle."""

from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from bot.network.addresses import find_addresses, find_own_addresses
from bot.network.answer import Status
from bot.network.authority import ServerAnswer
from bot.network.deadline import Deadline
from bot.network.errors import NetworkError
from bot.network.files import Wanted
from bot.network.guard import Guard
from bot.network.question import Question
from bot.network.resolver import Resolver
from bot.network.session import Order
from bot.network.settings import IPAddress, NetworkSettings, system_resolvers
from bot.network.shared import SAME_MOMENT, Shared
from bot.network.side_by_side import side_by_side
from bot.network.talk import Protocol, ServerTalk
from bot.network.trust import Trust

if TYPE_CHECKING:
    from bot.network.fetched import Fetched
    from bot.network.origin import Origin
    from bot.network.ping import Ping
    from bot.network.trace import Trace

Key = TypeVar("Key")
Value = TypeVar("Value")
_ALWAYS = float("-inf")


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
        self._shared = Shared(resolver, guard, settings, trust or Trust())
        self._deadline = Deadline()
        self._not_before = _ALWAYS
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
        await self._shared.close()

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
        view = Network.__new__(Network)
        view._shared = self._shared
        view._deadline = self._deadline.within(seconds)
        view._not_before = self._not_before
        if fresh and view._not_before == _ALWAYS:
            view._not_before = monotonic() - SAME_MOMENT
        view._age = 0.0
        view._trace = trace or self._trace
        view._dns = self._shared.resolver.view(
            not_before=view._not_before,
            deadline=view._deadline.at,
            note_age=view._note_age,
            trace=view._trace,
        )
        return view

    def warm(self) -> None:
        """The web will be asked: load what that takes while other questions are on their way."""
        self._shared.warm()

    def remaining(self) -> float:
        """Seconds until this view's deadline; infinite without one, never negative."""
        return self._deadline.remaining

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
        talk = await self._shared.calls.converse(order, self._deadline, self._not_before)
        self._note_age(talk.age)
        if self._trace is not None:
            self._trace.talk(talk, began, " TLS 1.0, TLS 1.1" if old_tls else "")
        return talk

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
            async with self._deadline.bounding():
                kept = await asked
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
        wanted = Wanted(url, max_bytes, max_redirects, tuple(headers), body, in_clear)
        began = monotonic()
        try:
            fetched = await (self._fetch_ours(wanted) if is_ours else self._fetch(wanted))
        except NetworkError as error:
            if self._trace is not None:
                self._trace.https(url, began, str(error.trouble), (error.detail,))
            raise
        if self._trace is not None:
            told = (*fetched.hops, fetched.url, f"{fetched.content_type} {len(fetched.body)} bytes")
            self._trace.https(url, began, str(fetched.status), told)
        return fetched

    async def _fetch(self, wanted: Wanted) -> "Fetched":
        files = self._shared.files
        kept = await files.get(wanted, self.addresses, self._deadline, self._not_before)
        self._note_age(kept.age)
        return kept.value

    async def _fetch_ours(self, wanted: Wanted) -> "Fetched":
        async def own_addresses(host: str) -> tuple[IPAddress, ...]:
            return await find_own_addresses(self._dns, host)

        seconds = self.remaining()
        return await self._shared.files.fetch(wanted, self.addresses, seconds, own_addresses)

    async def once(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        """Do a piece of work once for all who want the same within one check.

        Whoever waits longest decides how long it goes on: bound its waits inside.
        """
        async with self._deadline.bounding():
            kept = await self._shared.works.get(key, work, not_before=self._not_before)
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
        if not isinstance(wanted, Mapping):
            return await side_by_side(wanted, self._deadline)
        results = await side_by_side(wanted.values(), self._deadline)
        return dict(zip(wanted, results, strict=True))

    def _note_age(self, age: float) -> None:
        self._age = max(self._age, age)
