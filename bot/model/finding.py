"""What a probe found: plain data, from which every sentence is made last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Severity(IntEnum):
    """What a finding means for the person's mail. Ordered, so that max() finds the worst."""

    OK = 0  # checked and sound
    NOTICE = 1  # sound, worth knowing
    WARNING = 2  # works today, fragile or insecure
    ERROR = 3  # mail is lost, refused or unreadable, or anybody can forge the domain


Param = str | int


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one subject. Stored, queued, compared; never a sentence."""

    code: str  # "spf.several": stable, lower case, <probe>.<what>
    severity: Severity
    subject: str  # a domain, an MX host, an address with a port
    params: Mapping[str, Param] = field(default_factory=dict)
    reference: str = ""  # "RFC 7208 section 4.5"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: declares its parameters, and makes findings with exactly those."""

    code: str
    severity: Severity
    params: frozenset[str] = frozenset()
    reference: str = ""

    def __call__(self, subject: str, **params: Param) -> Finding:
        """Make a finding about `subject`; a parameter not declared, or missing, is our own bug."""
        if params.keys() != self.params:
            raise TypeError(f"{self.code} takes {sorted(self.params)}, got {sorted(params)}")
        return Finding(self.code, self.severity, subject, params, self.reference)
