"""Two looks at a watched domain held against each other: what changed for the worse, or healed.

Pure. A fact of a new value is believed when two looks in a row show it, so that one odd answer
makes no alarm; and each change is told once, because what was told becomes what is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.conversation.watching.facts import DOWN, THERE, UP, Snapshot, host_of
from bot.model.finding import Finding

STAGES = (1, 7, 21)  # days before the end of a certificate at which it is told


class ChangeKind(StrEnum):
    """What became of something."""

    WORSE = "worse"  # a finding that was not there
    HEALED = "healed"  # a finding that is gone
    RECORD = "record"  # MX, SPF or DMARC reads otherwise
    DOWN = "down"  # a server no longer answers
    UP = "up"
    EXPIRES = "expires"  # a certificate comes to its end
    RENEWED = "renewed"
    REFUSED = "refused"  # nothing public: it is watched no more


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `subject` is a record's name, a server, or what the finding is about.

    `new` is a record's text, a certificate's last day, or the probe that a server answers to.
    """

    kind: ChangeKind
    subject: str
    old: str = ""
    new: str = ""
    days: int = 0  # left, of a certificate
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of a server's certificate, and the stage that was told: 21, 7, 1, or 0."""

    until: str
    stage: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a target, stored between looks."""

    is_begun: bool = False
    seen: frozenset[str] = frozenset()  # probes that have judged once: their first word is no news
    known: Mapping[str, str] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)  # seen once, and not yet believed
    findings: Mapping[str, Finding] = field(default_factory=dict)  # as they were last
    endings: Mapping[str, Ending] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """The new state, what is to be told, and whether to look again soon to be sure."""

    state: State
    changes: tuple[Change, ...] = ()
    is_unsure: bool = False


def compare(state: State, snapshot: Snapshot, today: date) -> Compared:
    """Hold a look against what is known. The first look tells nothing but of certificates."""
    if not state.is_begun and not snapshot.judged:
        return Compared(state)  # nothing was seen at all: it is no beginning
    endings, told = _certificates(state, snapshot, today)
    if not state.is_begun:
        begun = State(
            True, frozenset(snapshot.judged), dict(snapshot.values), {}, snapshot.findings, endings
        )
        return Compared(begun, tuple(told))
    known, pending = dict(state.known), dict(state.pending)
    findings = {**state.findings, **snapshot.findings}
    changes, is_unsure = [], False
    for key in dict.fromkeys((*known, *pending, *snapshot.values)):
        new = snapshot.value(key)
        if new is None:
            continue
        old = known.get(key, new if _is_first_word(key, state) else _usual(key, new))
        if new == old:
            pending.pop(key, None)
            known[key] = new
        elif pending.get(key) == new:
            del pending[key]
            known[key] = new
            changes.append(_change(key, old, new, findings))
        else:
            pending[key] = new
            is_unsure = True
    known = {key: value for key, value in known.items() if _is_worth_keeping(key, value, snapshot)}
    kept = {key: each for key, each in findings.items() if key in known or key in pending}
    seen = state.seen | frozenset(snapshot.judged)
    after = State(True, seen, known, pending, kept, endings)
    return Compared(after, (*changes, *told), is_unsure)


def _is_first_word(key: str, state: State) -> bool:
    """Whether a finding comes from a probe that could see nothing until now."""
    kind, _, rest = key.partition(" ")
    return kind == "finding" and rest.partition(".")[0] not in state.seen


def _usual(key: str, new: str) -> str:
    """What a fact was before it was first seen: no finding, an answering server."""
    kind = key.partition(" ")[0]
    return {"finding": "", "server": UP}.get(kind, new)


def _change(key: str, old: str, new: str, findings: Mapping[str, Finding]) -> Change:
    kind, _, rest = key.partition(" ")
    if kind == "record":
        return Change(ChangeKind.RECORD, rest, old, new)
    if kind == "server":
        probe, _, host = rest.partition(" ")
        return Change(ChangeKind.DOWN if new == DOWN else ChangeKind.UP, host, new=probe)
    finding = findings[key]
    worse = ChangeKind.WORSE if new == THERE else ChangeKind.HEALED
    return Change(worse, finding.subject, finding=finding)


def _is_worth_keeping(key: str, value: str, snapshot: Snapshot) -> bool:
    """Absent findings are not remembered, nor servers that are no longer the domain's."""
    kind, _, rest = key.partition(" ")
    if kind == "finding":
        return value == THERE
    if kind == "server":
        probe, _, host = rest.partition(" ")
        is_hidden = any(host_of(gap.subject) == host for gap in snapshot.judged.get(probe, ()))
        return key in snapshot.values or is_hidden or probe not in snapshot.judged
    return True


def _certificates(
    state: State, snapshot: Snapshot, today: date
) -> tuple[dict[str, Ending], list[Change]]:
    """Every certificate's end, and those of which a stage is to be told, or that were renewed."""
    endings = dict(state.endings)
    told: list[Change] = []
    for server, until in snapshot.certificates.items():
        before, stage = state.endings.get(server), _stage(until, today)
        days = (date.fromisoformat(until) - today).days
        if before is None:
            if stage:
                told.append(Change(ChangeKind.EXPIRES, server, new=until, days=days))
        elif before.until != until:
            if before.stage and until > before.until and not _is_faulty(server, state):
                told.append(Change(ChangeKind.RENEWED, server, before.until, until, days))
        elif stage and (not before.stage or stage < before.stage):
            told.append(Change(ChangeKind.EXPIRES, server, new=until, days=days))
        elif before.stage:
            stage = before.stage
        endings[server] = Ending(until, stage)
    return endings, list(_once(told))


def _is_faulty(server: str, state: State) -> bool:
    """Whether its certificate is known to be bad: then its healing is told, and is enough."""
    return any(
        ".certificate-" in key and host_of(state.findings[key].subject) == host_of(server)
        for key in state.known
        if key in state.findings
    )


def _stage(until: str, today: date) -> int:
    days = (date.fromisoformat(until) - today).days
    return next((stage for stage in STAGES if days <= stage), 0)


def _once(changes: list[Change]) -> Iterator[Change]:
    """One certificate on several ports of a server is told once."""
    seen = set()
    for change in changes:
        key = (change.kind, host_of(change.subject), change.new)
        if key not in seen:
            seen.add(key)
            yield change
