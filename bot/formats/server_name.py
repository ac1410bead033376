"""The name of a server as configuration files write it, made fit for the wire."""

import re

import idna

MAX_NAME = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PORT = re.compile(r"\s*(\d{1,5})\s*")


def server_name(text: str) -> str | None:
    """A-labels in lower case without the final dot; None for what can be no name."""
    name = text.strip().rstrip(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    name = name.lower()
    labels = name.split(".")
    if len(name) > MAX_NAME or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return None
    return name


def port_number(text: str) -> int | None:
    """A port; None for what is none."""
    digits = _PORT.fullmatch(text)
    number = int(digits[1]) if digits and text.isascii() else 0
    return number if 0 < number < 65_536 else None
