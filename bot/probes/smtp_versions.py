"""Whether an MX host still takes the retired versions of TLS (RFC 8996), in one more handshake.

The ordinary conversation shows the best version. One that offers nothing above 1.1 shows whether
an old one would do; the addresses of one server share its settings, so one of them is enough.
"""

from collections.abc import Iterator

from bot.model.finding import Finding, Kind, Severity
from bot.model.trouble import Gap, Trouble
from bot.network.network import Network
from bot.network.settings import IPAddress
from bot.network.talk import Protocol, ServerTalk, Stage
from bot.probes.names import shown
from bot.probes.probe import Statement
from bot.probes.servers import OLD_VERSIONS
from bot.probes.talks import tls_name, took

OLD_OFFERED = Kind("smtp.old-tls-offered", Severity.WARNING, frozenset({"tls"}), "RFC 8996")

# A server that makes strangers wait on purpose may know us by now and be quick. If it is not, its
# wait is not paid twice: one greeting may be the longest of all waits of a check.
_ON_PURPOSE = 2.0  # seconds between a connection that stands and its greeting
_PATIENCE = 3.0  # for those who are merely far away
_ONCE_MORE = 1.5  # on top of what the first conversation took but for its greeting
# How a server turns down a version: by an alert, or, as some do, without a word.
_TURNED_DOWN = frozenset({Trouble.TLS, Trouble.CLOSED, Trouble.RESET})


class OldVersions:
    """One more conversation with the first address of a server that has shown a new version."""

    def __init__(self, network: Network, port: int) -> None:
        self._network = network
        self._port = port
        self._is_begun = False
        self.talk: ServerTalk | None = None

    async def try_after(self, talk: ServerTalk, address: IPAddress) -> None:
        """Called as each conversation ends, so that a slow address keeps nobody waiting."""
        is_new = talk.tls is not None and talk.tls.version not in OLD_VERSIONS
        if self._is_begun or not is_new or talk.failure is not None:
            return
        self._is_begun = True
        patience = _patience(talk)
        self.talk = await self._network.within(patience).talk(
            Protocol.SMTP, talk.host, address, self._port, old_tls=True
        )


def _patience(first: ServerTalk) -> float:
    whole = sum(seconds for _, seconds in first.timings)
    greeting = took(first, Stage.GREETING)
    if greeting > _ON_PURPOSE:
        return whole - greeting + _ONCE_MORE
    return max(_PATIENCE, whole + _ONCE_MORE)


def judge_old(talk: ServerTalk | None) -> Iterator[Statement]:
    """What the second handshake shows; whatever kept us from it is no verdict."""
    if talk is None:
        return
    if talk.tls is not None:
        yield _offered(talk)
        return
    failure = talk.failure
    if failure is None or (failure.stage is Stage.HANDSHAKE and failure.trouble in _TURNED_DOWN):
        return
    yield Gap(f"{shown(talk.host)} (TLS 1.0, TLS 1.1)", failure.trouble, failure.detail)


def _offered(talk: ServerTalk) -> Finding:
    return OLD_OFFERED(shown(talk.host), tls=tls_name(talk))
