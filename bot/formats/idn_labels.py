"""Names as people type them, to the A-labels that DNS knows (IDNA 2008 over UTS 46), and back."""

import unicodedata

import idna

from bot.formats.errors import FormatError

MAX_LABEL = 63


def a_labels(host: str) -> list[str]:
    """To A-labels, lower case (IDNA 2008 over the mapping of UTS 46)."""
    if host.isascii():
        labels = host.lower().split(".")
    else:
        try:
            mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        except idna.IDNAError:
            raise FormatError("bad-idna", host[:80]) from None
        labels = mapped.split(".")
    return [_a_label(label, host) for label in labels]


def _a_label(label: str, host: str) -> str:
    if label.isascii() and not label.startswith("xn--"):
        # Not for the library, which refuses hyphens in third and fourth place that exist in DNS.
        return label
    if len(label) > MAX_LABEL:
        raise FormatError("label-too-long", label[:80])
    try:
        return idna.alabel(label).decode("ascii").lower()
    except idna.IDNAError as error:
        if "too long" in str(error).lower():
            raise FormatError("label-too-long", label[:80]) from None
        raise FormatError("bad-idna", host[:80]) from None


def u_label(label: str) -> str:
    """A label as people read it."""
    return idna.ulabel(label) if label.startswith("xn--") else label


def is_emoji(char: str) -> bool:
    """Whether a character is a picture, which IDNA 2008 allows in no name."""
    return unicodedata.category(char) == "So" or char == "\ufe0f" or 0x1F000 <= ord(char) < 0x20000
