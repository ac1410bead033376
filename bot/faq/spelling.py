"""Mends a mistyped word: one wrong, missing, doubled or swapped letter, its first letter right."""

from collections.abc import Iterable, Iterator

SHORTEST = 4
LONG = 6  # letters, from which on a slip leaves the beginning or the end of a word as it was
START, END = 3, 2  # letters of a beginning, and of an end


class Spelling:
    """The words that are known, the commonest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._ranks: dict[str, int] = {}
        self._alike: dict[tuple[str, int], list[str]] = {}
        for word in words:
            if word not in self._ranks:
                self._ranks[word] = len(self._ranks)
                if len(word) >= SHORTEST and word.isalpha():
                    for key in (word[0], *_long_keys(word)):
                        self._alike.setdefault((key, len(word)), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._ranks

    def mend(self, word: str) -> str | None:
        """The commonest known word one slip away; None when there is none, or nothing to mend."""
        if word in self._ranks or len(word) < SHORTEST or not word.isalpha():
            return None
        for size in (len(word), len(word) + 1, len(word) - 1):
            fitting = [known for known in self._near(word, size) if one_slip(word, known)]
            if fitting:
                return min(fitting, key=self._ranks.__getitem__)
        return None

    def _near(self, word: str, size: int) -> Iterator[str]:
        """Known words of a length that may be one slip away."""
        # Below the length where a slip can touch both, every word with its first letter may be.
        keys = _long_keys(word) if min(size, len(word)) >= LONG else (word[0],)
        for key in keys:
            yield from self._alike.get((key, size), ())


def _long_keys(word: str) -> tuple[str, ...]:
    """The beginning and the end of a long word."""
    return (word[:START], f"{word[0]}…{word[-END:]}") if len(word) >= LONG else ()


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
