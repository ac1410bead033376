"""Frozen values to JSON and back, by their own declaration: no field is named twice.

Fields that a former or a later version knows are left out and filled with defaults; a value that
cannot be what its field declares is refused as a whole.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
PLAIN = (str, int, float, bool)


class CodecError(Exception):
    """A text that is no such value."""


def encode(value: object) -> str:
    """A frozen dataclass as JSON; what stands at its default is left out."""
    return json.dumps(_out(value), ensure_ascii=False, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """The value again; CodecError where the text cannot be one."""
    try:
        return cast(T, _in(kind, json.loads(text)))
    except (ValueError, TypeError, RecursionError) as error:
        raise CodecError(f"no {kind.__name__}: {type(error).__name__}") from None


def _out(value: Any) -> Any:
    if is_dataclass(value):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _out(each) for field, each in pairs if each != field.default}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _out(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(_out(each) for each in value)
    if isinstance(value, tuple):
        return [_out(each) for each in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _in(kind: Any, value: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if kind in PLAIN or kind is types.NoneType:
        return _plain(kind, value)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value)
    if origin is tuple:
        return _tuple(inner, value)
    if origin is frozenset and isinstance(value, list):
        return frozenset(_in(inner[0], each) for each in value)
    if origin is not None and issubclass(origin, Mapping) and isinstance(value, dict):
        return {_in(inner[0], key): _in(inner[1], each) for key, each in value.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if isinstance(kind, type) and issubclass(kind, str):  # text of which not every value is one
        return kind(_plain(str, value))
    if is_dataclass(kind) and isinstance(value, dict):
        hints = _hints(cast(type, kind))
        named = (field.name for field in fields(kind) if field.name in value)
        return cast(type, kind)(**{name: _in(hints[name], value[name]) for name in named})
    raise TypeError


def _plain(kind: Any, value: Any) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise TypeError
    return value


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    for kind in kinds:
        try:
            return _in(kind, value)
        except (TypeError, ValueError):
            continue
    raise TypeError


def _tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_in(inner[0], each) for each in value)
    if len(inner) != len(value):
        raise TypeError
    return tuple(_in(kind, each) for kind, each in zip(inner, value, strict=True))
