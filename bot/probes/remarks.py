"""Remarks on single conversations, merged into findings about whole servers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.model.finding import Finding, Kind, Param
from bot.model.trouble import Gap, Trouble
from bot.network.talk import ServerTalk
from bot.probes.names import shown
from bot.probes.talks import (
    server_name,
    unseen,
)

# Troubles of our own network: said once, not once a server.
_OUR_OWN = frozenset({Trouble.NO_IPV6, Trouble.PORT_BLOCKED})


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in the making: what was seen at one address."""

    kind: Kind
    talk: ServerTalk
    params: tuple[tuple[str, Param], ...] = ()


def remark(kind: Kind, talk: ServerTalk, **params: Param) -> Remark:
    """Make a remark."""
    return Remark(kind, talk, tuple(sorted(params.items())))


def merge(
    remarks: Iterable[Remark], talks: Sequence[ServerTalk], *, with_port: bool
) -> Iterator[Finding]:
    """One finding for what all addresses of a server share; with the address where only some."""
    groups: dict[tuple[object, ...], list[Remark]] = {}
    for item in remarks:
        key = (item.kind.code, item.talk.host, item.talk.port, item.params)
        groups.setdefault(key, []).append(item)
    for group in groups.values():
        first = group[0]
        subject = _subject([item.talk for item in group], talks, with_port)
        yield first.kind(subject, **dict(first.params))


def merge_gaps(subject: str, talks: Sequence[ServerTalk], *, with_port: bool) -> Iterator[Gap]:
    """What could not be seen; what our own network lacks is said once, about `subject`."""
    groups: dict[tuple[object, ...], list[ServerTalk]] = {}
    for talk in talks:
        trouble = unseen(talk)
        if trouble is None:
            continue
        is_ours = trouble in _OUR_OWN
        key: tuple[object, ...] = (trouble,) if is_ours else (trouble, talk.host, talk.port)
        groups.setdefault(key, []).append(talk)
    for key, group in groups.items():
        about = subject if len(key) == 1 else _subject(group, talks, with_port)
        failure = group[0].failure
        if failure is not None:
            yield Gap(about, failure.trouble, failure.detail)


def _subject(group: Sequence[ServerTalk], talks: Sequence[ServerTalk], with_port: bool) -> str:
    first = group[0]
    server = server_name(first) if with_port else shown(first.host)
    here = {talk.address for talk in group}
    ours = {
        talk.address
        for talk in talks
        if (talk.host, talk.port) == (first.host, first.port)
        and (talk.failure is None or talk.failure.trouble not in _OUR_OWN)
    }
    if here >= ours or first.host == first.address:
        return server
    return f"{server} [{', '.join(sorted(here))}]"
