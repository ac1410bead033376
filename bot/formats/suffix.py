"""Where public suffixes end and organizations begin, by the shipped Public Suffix List."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=1)
def _icann_list() -> "PublicSuffixList":
    # Parsing the list takes a tenth of a second: only those who ask pay for it. Its private
    # section is left out: blogspot.com is a suffix for browsers, not for the domain system.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True, accept_unknown=True)


def organizational_domain(name: str) -> str:
    """The registered domain that `name` belongs to: "mail.firma.com.pl" gives "firma.com.pl".

    A public suffix is its own answer. DMARC does not use this (RFC 9989 walks the tree).
    """
    return str(_icann_list().privatesuffix(name) or name)


def is_public_suffix(name: str) -> bool:
    """Whether names below `name` belong to different owners, as below "com.pl"."""
    return _icann_list().publicsuffix(name, accept_unknown=False) == name


def is_listed_ending(name: str) -> bool:
    """Whether the last label is a top-level domain that the list knows.

    The list ages: "no" is only a hint, and DNS must agree before anybody is told.
    """
    ending = name.rpartition(".")[2]
    return bool(_icann_list().publicsuffix(ending, accept_unknown=False))
