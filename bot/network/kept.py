"""Answers of DNS that are kept, and what follows from them."""

from collections import OrderedDict
from time import monotonic
from typing import TypeVar

from bot.network.answer import Status
from bot.network.asked import Entry
from bot.network.dns_message import Reply
from bot.network.errors import NetworkError
from bot.network.question import Question

# A person who has just changed a record looks again within minutes.
_LONGEST_KEPT = 300.0
_LONGEST_NO = 60.0
# Below this, one check would ask the same question twice and could see two answers.
_SHORTEST_KEPT = 5.0
_FAILURE_KEPT = 5.0  # RFC 9520 section 3.2: at least a second, so that failures do not storm
_MOST_KEPT = 10_000
Key = TypeVar("Key", bytes, Question)


class Answers:
    """By question; the oldest go first."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._entries: OrderedDict[Question, Entry] = OrderedDict()
        self._denied: OrderedDict[bytes, Entry] = OrderedDict()

    def keep(self, question: Question, outcome: Reply | NetworkError) -> Entry:
        """Keep what has just come."""
        entry = Entry(question, outcome, monotonic(), _lifetime(outcome))
        _put(self._entries, question, entry, self._most)
        if _is_proved_denial(outcome):
            _put(self._denied, question.spelt, entry, self._most)
        return entry

    def find(self, question: Question, not_before: float, now: float) -> Entry | None:
        """What is still good, and was fetched at `not_before` or later."""
        entry = self._entries.get(question)
        if entry is not None and entry.since >= not_before and now < entry.until:
            return entry
        return self._follows(question, not_before, now) if self._denied else None

    def _follows(self, question: Question, not_before: float, now: float) -> Entry | None:
        """Below a name that does not exist there is none (RFC 8020).

        Some servers deny names that only have others below them, so that holds where DNSSEC has
        proved it and nowhere else.
        """
        name = question.spelt
        while len(name) > 1:
            entry = self._denied.get(name)
            if entry is not None and entry.since >= not_before and now < entry.until:
                return Entry(question, entry.outcome, entry.since, entry.until - entry.since)
            name = name[name[0] + 1 :]
        return None


def _put(table: "OrderedDict[Key, Entry]", key: Key, entry: Entry, most: int) -> None:
    table[key] = entry
    table.move_to_end(key)
    if len(table) > most:
        table.popitem(last=False)


def _is_proved_denial(outcome: Reply | NetworkError) -> bool:
    return (
        isinstance(outcome, Reply)
        and outcome.status is Status.NO_NAME
        and outcome.authenticated
        and not outcome.aliases  # it is then the last of them that does not exist
        and outcome.ttl > 0
    )


def _lifetime(outcome: Reply | NetworkError) -> float:
    if isinstance(outcome, NetworkError):
        return _FAILURE_KEPT
    longest = _LONGEST_KEPT if outcome.status is Status.FOUND else _LONGEST_NO
    return max(_SHORTEST_KEPT, min(float(outcome.ttl), longest))
