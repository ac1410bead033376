"""What is wrong in the knowledge folder, where, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of one file. `line` is 0 where the whole file is meant.

    What is due was right when it was written, and only waits to be read again: a curator is told,
    and nothing is refused for it, or all knowledge would fall on one birthday of its sources.
    """

    path: str  # as in the folder: "topics/imap-or-pop3.yaml"
    line: int
    what: str
    cure: str
    is_due: bool = False

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.what}; {self.cure}"


class KnowledgeError(Exception):
    """The folder cannot be used as it is; every fault is named at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
