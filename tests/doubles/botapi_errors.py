"""What the Bot API answers when it refuses, and how its JSON parameters are read."""

import json
from typing import Any

from tests.doubles.botapi_chats import Json


class ApiError(Exception):
    """An answer with ok false."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.code = code
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(code, "")
        self.description = prefix + description
        self.parameters = parameters


def bad(description: str) -> ApiError:
    """A 400."""
    return ApiError(400, description)


def flood(seconds: float) -> ApiError:
    shown = int(seconds) if float(seconds).is_integer() else round(seconds, 3)
    return ApiError(429, f"Too Many Requests: retry after {shown}", retry_after=shown)


def json_param(params: Json, name: str) -> Any:
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None
