"""What a link to a private chat carries: a topic or a target, in the letters Telegram allows."""

import re

from bot.formats.errors import FormatError
from bot.formats.target import parse_target
from bot.model.check import Target

LONGEST = 64  # characters of a link's payload
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
CHECK = "check-"


def topic_link(topic: str, *, in_full: bool = False) -> str:
    """What opens a topic; "" where it does not fit."""
    return _fitting(f"{'full' if in_full else 'topic'}-{topic}")


def check_link(target: str) -> str:
    """What looks at a target; "" where it does not fit. A dot is not among Telegram's letters."""
    return "" if "_" in target else _fitting(f"{CHECK}{target.replace('.', '_')}")


def linked_target(payload: str) -> Target | None:
    """The target of a link; None when it is of another kind, or of nobody's making."""
    if not payload.startswith(CHECK):
        return None
    try:
        return parse_target(payload.removeprefix(CHECK).replace("_", "."))
    except FormatError:
        return None


def _fitting(payload: str) -> str:
    return payload if PAYLOAD.fullmatch(payload) else ""
