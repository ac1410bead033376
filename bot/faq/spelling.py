"""Mends a mistyped word: one wrong, missing, doubled or swapped letter, its first letter right."""

from collections.abc import Iterable

SHORTEST = 4


class Spelling:
    """The words that are known, the commonest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known: set[str] = set()
        self._alike: dict[tuple[str, int], list[str]] = {}
        for word in words:
            if word not in self._known:
                self._known.add(word)
                if len(word) >= SHORTEST and word.isalpha():
                    self._alike.setdefault((word[0], len(word)), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._known

    def mend(self, word: str) -> str | None:
        """The commonest known word one slip away; None when there is none, or nothing to mend."""
        if word in self._known or len(word) < SHORTEST or not word.isalpha():
            return None
        for size in (len(word), len(word) + 1, len(word) - 1):
            for known in self._alike.get((word[0], size), ()):
                if one_slip(word, known):
                    return known
        return None


def one_slip(word: str, other: str) -> bool:
    """Whether two different words are one edit apart; swapped neighbours count as one."""
    start = 0
    shorter = min(len(word), len(other))
    while start < shorter and word[start] == other[start]:
        start += 1
    rest, wanted = word[start:], other[start:]
    return (
        rest[1:] == wanted[1:]
        or rest == wanted[1:]
        or rest[1:] == wanted
        or (rest[:2] == wanted[:2][::-1] and rest[2:] == wanted[2:])
    )
