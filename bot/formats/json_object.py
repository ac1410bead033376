"""JSON (RFC 8259) from strangers: an object of a size that we read, or FormatError."""

import json
from typing import Any

from bot.formats.errors import FormatError


def parse_json_object(data: bytes, most: int) -> dict[str, Any]:
    """The members of the object; FormatError beyond `most` bytes and for anything else."""
    if len(data) > most:
        raise FormatError("too-long", str(len(data)))
    try:
        told = json.loads(data)
    # Brackets within brackets exhaust the parser's stack, not our patience.
    except (ValueError, RecursionError) as error:
        raise FormatError("bad-json", str(error)) from error
    if not isinstance(told, dict):
        raise FormatError("bad-json", type(told).__name__)
    return told
