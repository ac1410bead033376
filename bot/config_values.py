"""How the text of a setting is read; ValueError (or OSError) where it is none."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot.conversation.limits import Rate

TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{5,}")
RATE = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})?(s|min|h)")
MOST_DAYS = 3650
UNITS = {"s": 1, "min": 60, "h": 3600}
HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*")


def read_token(text: str) -> str:
    """A bot's token, as BotFather gives it."""
    if not TOKEN.fullmatch(text):
        raise ValueError
    return text


def read_url(text: str) -> str:
    """An address of the web."""
    parts = urlsplit(text)
    if any(not " " < sign < "\x7f" for sign in text):
        raise ValueError
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError
    return text.rstrip("/")


def read_base_url(text: str) -> str:
    """An address to which something is appended; a slash stands between, or a question's "="."""
    if text.lower() == "none":
        return ""
    base, mark, question = text.partition("?")
    return f"{read_url(base)}{mark}{question}" if mark else f"{read_url(base)}/"


def read_resolver(text: str) -> tuple[str, int]:
    """An address, `address:port`, or `[address]:port` for IPv6."""
    address, port = text, "53"
    if text.startswith("["):
        address, is_closed, rest = text[1:].partition("]")
        if not is_closed or (rest and not rest.startswith(":")):
            raise ValueError
        port = rest.removeprefix(":") or "53"
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    ip_address(address)
    number = int(port) if port.isascii() and port.isdecimal() else 0
    if not 0 < number < 65536:
        raise ValueError
    return address, number


def read_network(text: str) -> IPv4Network | IPv6Network:
    """A network, or one address."""
    return ip_network(text, strict=False)


def each(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """Several, by comma."""
    return lambda text: tuple(read(part.strip()) for part in text.split(",") if part.strip())


def read_host(text: str) -> str:
    """A host's name, or an address in brackets (RFC 5321 section 4.1.3)."""
    if text.startswith("[") and text.endswith("]"):
        ip_address(text[1:-1].removeprefix("IPv6:"))
        return text
    if len(text) > 253 or not HOST.fullmatch(text):
        raise ValueError
    return text


def read_blocklist(text: str) -> str:
    """The id of one of our lists, a zone, `domain:` and a zone, or `none`."""
    name = text.lower()
    if len(name) > 200 or not HOST.fullmatch(name.removeprefix("domain:")):
        raise ValueError
    return name


def read_rate(text: str) -> Rate | None:
    """`6/min`, `100/h`, `10/90s`; `none` for no limit."""
    if text.lower() == "none":
        return None
    found = RATE.fullmatch(text.replace(" ", "").lower())
    if found is None:
        raise ValueError
    return Rate(int(found[1]), float(int(found[2] or 1) * UNITS[found[3]]))


def read_folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text).expanduser()
    if not path.is_dir():
        raise ValueError
    return path


def read_file(text: str) -> Path:
    """A file that is there."""
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError
    return path


def read_database(text: str) -> str:
    """A file for SQLite, or a PostgreSQL server; the driver reads it again, and closer."""
    parts = urlsplit(text)
    scheme = parts.scheme.partition("+")[0]
    if scheme == "sqlite" and not parts.netloc and parts.path.strip("/"):
        return text
    if scheme in ("postgres", "postgresql") and parts.path.strip("/"):
        has_port = parts.port != 0  # what is no number raises ValueError here
        if has_port and (parts.hostname or "host=" in parts.query):
            return text
    raise ValueError


def read_switch(text: str) -> bool:
    """`on` or `off`."""
    if text.lower() not in ("on", "off"):
        raise ValueError
    return text.lower() == "on"


def read_days(text: str) -> int:
    """A number of days, at least one, at most ten years."""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= MOST_DAYS:
        raise ValueError
    return int(text)


def read_interval(text: str) -> float:
    """`6h`, `90min`; a minute at least, thirty days at most."""
    found = re.fullmatch(r"([1-9]\d{0,6})\s*(s|min|h)", text.lower())
    seconds = int(found[1]) * UNITS[found[2]] if found else 0
    if not 60 <= seconds <= 30 * 86_400:
        raise ValueError
    return float(seconds)


def read_zone(text: str) -> str:
    """The name of a time zone."""
    if text not in available_timezones():
        raise ValueError
    return text


def read_count(text: str) -> int:
    """From none to ten thousand."""
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > 10_000:
        raise ValueError
    return int(text)


def read_people(text: str) -> frozenset[str]:
    """Numbers of people on Telegram."""
    numbers = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"[1-9]\d{0,18}", number) for number in numbers):
        raise ValueError
    return frozenset(f"tg:{number}" for number in numbers)
