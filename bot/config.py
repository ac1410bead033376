"""Settings, read once from the environment and never again.

What each one means is worded in knowledge/phrases/settings.yaml, under the variable's name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot.conversation.limits import USUAL, Rate, Rates

IPNetwork = IPv4Network | IPv6Network

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{5,}")
_RATE = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})?(s|min|h)")
MOST_DAYS = 3650
_UNITS = {"s": 1, "min": 60, "h": 3600}
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*")


class SettingsError(Exception):
    """A variable holds what it cannot. `value` is empty where it is a secret."""

    def __init__(self, variable: str, value: str) -> None:
        super().__init__(f"{variable}={value!r}")
        self.variable = variable
        self.value = value


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment may set, with the defaults of a program just installed."""

    telegram_bot_token: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    resolvers: tuple[tuple[str, int], ...] = ()  # none: the system's
    allow_networks: tuple[IPNetwork, ...] = ()
    refuse_networks: tuple[IPNetwork, ...] = ()  # whose owners want no visits from us
    ehlo_name: str = ""  # none: this machine's own name
    ispdb_url: str = "https://autoconfig.thunderbird.net/v1.1/"  # the domain is appended
    blocklists: tuple[str, ...] | None = None  # ids and zones; none: all that we know
    knowledge: Path | None = None
    encoder: bool = True  # whether one that is installed is used
    trust: Path | None = None  # certificate authorities; none: the system's
    profile_certificate: Path | None = None  # with those above it; none: profiles are not signed
    profile_key: Path | None = None
    database: str = ""  # none: a file in the user's data directory
    keep_sessions: int = 30  # days
    keep_questions: int = 30
    keep_cases: int = 365
    remind_every: float = 14_400.0  # seconds between two reminders of a case nobody answers
    timezone: str = "Europe/Warsaw"  # of days and hours that nobody else's clock gives
    operators: frozenset[str] = frozenset()  # who runs the bot: "tg:123456789"
    watch_every: float = 21_600.0  # seconds between two looks at what is watched
    watch_most: int = 10  # targets for one chat
    unasked_every: float = 21_600.0  # seconds until a topic is answered unasked again in a thread
    outage_people: int = 4  # within the window, for a suspicion; 0: none is counted
    outage_window: float = 3_600.0  # seconds in which a person counts once
    verify_days: int | None = None  # how old a look at a provider's server may grow; None: off
    # How much may be asked for; None where nothing is limited.
    limit_person: Rate | None = USUAL.person
    limit_chat: Rate | None = USUAL.chat
    limit_target: Rate | None = USUAL.target
    limit_total: Rate | None = USUAL.total
    limit_messages: Rate | None = USUAL.messages

    @property
    def limits(self) -> Rates:
        """All limits together."""
        return Rates(
            self.limit_person,
            self.limit_chat,
            self.limit_target,
            self.limit_total,
            self.limit_messages,
        )

    @property
    def days(self) -> dict[str, int]:
        """How long things are kept, by the name of the limit."""
        return {
            "sessions": self.keep_sessions,
            "questions": self.keep_questions,
            "cases": self.keep_cases,
        }


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: the field it fills, how it is read, what stands in the page's column."""

    variable: str
    field: str
    read: Callable[[str], Any]
    default: str = ""
    example: str = ""
    is_secret: bool = False


def _token(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise ValueError
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if any(not " " < sign < "\x7f" for sign in text):
        raise ValueError
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError
    return text.rstrip("/")


def _base_url(text: str) -> str:
    """An address to which something is appended; a slash stands between, or a question's "="."""
    if text.lower() == "none":
        return ""
    base, mark, question = text.partition("?")
    return f"{_url(base)}{mark}{question}" if mark else f"{_url(base)}/"


def _resolver(text: str) -> tuple[str, int]:
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


def _each(read: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    return lambda text: tuple(read(part.strip()) for part in text.split(",") if part.strip())


def _host(text: str) -> str:
    """A host's name, or an address in brackets (RFC 5321 section 4.1.3)."""
    if text.startswith("[") and text.endswith("]"):
        ip_address(text[1:-1].removeprefix("IPv6:"))
        return text
    if len(text) > 253 or not _HOST.fullmatch(text):
        raise ValueError
    return text


def _blocklist(text: str) -> str:
    """The id of one of our lists, a zone, `domain:` and a zone, or `none`."""
    name = text.lower()
    if len(name) > 200 or not _HOST.fullmatch(name.removeprefix("domain:")):
        raise ValueError
    return name


def _rate(text: str) -> Rate | None:
    """`6/min`, `100/h`, `10/90s`; `none` for no limit."""
    if text.lower() == "none":
        return None
    found = _RATE.fullmatch(text.replace(" ", "").lower())
    if found is None:
        raise ValueError
    return Rate(int(found[1]), float(int(found[2] or 1) * _UNITS[found[3]]))


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_dir():
        raise ValueError
    return path


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError
    return path


def _database(text: str) -> str:
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


def _switch(text: str) -> bool:
    """`on` or `off`."""
    if text.lower() not in ("on", "off"):
        raise ValueError
    return text.lower() == "on"


def _days(text: str) -> int:
    """A number of days, at least one, at most ten years."""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= MOST_DAYS:
        raise ValueError
    return int(text)


def _interval(text: str) -> float:
    """`6h`, `90min`; a minute at least, thirty days at most."""
    found = re.fullmatch(r"([1-9]\d{0,6})\s*(s|min|h)", text.lower())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 60 <= seconds <= 30 * 86_400:
        raise ValueError
    return float(seconds)


def _zone(text: str) -> str:
    """The name of a time zone."""
    if text not in available_timezones():
        raise ValueError
    return text


def _count(text: str) -> int:
    """From none to ten thousand."""
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > 10_000:
        raise ValueError
    return int(text)


def _people(text: str) -> frozenset[str]:
    """Numbers of people on Telegram."""
    numbers = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch(r"[1-9]\d{0,18}", number) for number in numbers):
        raise ValueError
    return frozenset(f"tg:{number}" for number in numbers)


SETTINGS = (
    Setting(
        "TELEGRAM_BOT_TOKEN",
        "telegram_bot_token",
        _token,
        example="123456789:AAE4bWVhbmluZ2xlc3M",
        is_secret=True,
    ),
    Setting(
        "TELEGRAM_API_URL",
        "telegram_api_url",
        _url,
        default="https://api.telegram.org",
        example="http://127.0.0.1:8081",
    ),
    Setting(
        "LISTONOSZ_RESOLVERS",
        "resolvers",
        _each(_resolver),
        example="9.9.9.9, 192.0.2.53:5353",
    ),
    Setting(
        "LISTONOSZ_ALLOW_NETWORKS",
        "allow_networks",
        _each(lambda text: ip_network(text, strict=False)),
        example="10.20.0.0/16, fd00:20::/32",
    ),
    Setting(
        "LISTONOSZ_REFUSE_NETWORKS",
        "refuse_networks",
        _each(lambda text: ip_network(text, strict=False)),
        example="192.0.2.0/24, 2001:db8::/32",
    ),
    Setting("LISTONOSZ_EHLO_NAME", "ehlo_name", _host, example="bot.firma.pl"),
    Setting(
        "LISTONOSZ_ISPDB_URL",
        "ispdb_url",
        _base_url,
        default="https://autoconfig.thunderbird.net/v1.1/",
        example="https://ispdb.firma.pl/v1.1/",
    ),
    Setting(
        "LISTONOSZ_BLOCKLISTS",
        "blocklists",
        _each(_blocklist),
        example="spamhaus-zen, psbl, bl.firma.pl, domain:dbl.firma.pl",
    ),
    Setting("LISTONOSZ_KNOWLEDGE", "knowledge", _folder, example="/srv/listonosz/knowledge"),
    Setting("LISTONOSZ_ENCODER", "encoder", _switch, default="on", example="off"),
    Setting("SSL_CERT_FILE", "trust", _file, example="/etc/ssl/certs/ca-certificates.crt"),
    Setting(
        "LISTONOSZ_PROFILE_CERTIFICATE",
        "profile_certificate",
        _file,
        example="/srv/listonosz/fullchain.pem",
    ),
    Setting("LISTONOSZ_PROFILE_KEY", "profile_key", _file, example="/srv/listonosz/privkey.pem"),
    Setting(
        "DATABASE_URL",
        "database",
        _database,
        example="postgresql://listonosz:PASSWORD@db.firma.pl/listonosz",
        is_secret=True,
    ),
    Setting("LISTONOSZ_KEEP_SESSIONS", "keep_sessions", _days, default="30", example="7"),
    Setting("LISTONOSZ_KEEP_QUESTIONS", "keep_questions", _days, default="30", example="90"),
    Setting("LISTONOSZ_KEEP_CASES", "keep_cases", _days, default="365", example="730"),
    Setting("LISTONOSZ_WATCH_EVERY", "watch_every", _interval, default="6h", example="90min"),
    Setting("LISTONOSZ_WATCH_MOST", "watch_most", _count, default="10", example="50"),
    Setting("LISTONOSZ_UNASKED_EVERY", "unasked_every", _interval, default="6h", example="24h"),
    Setting("LISTONOSZ_REMIND_EVERY", "remind_every", _interval, default="4h", example="90min"),
    Setting(
        "LISTONOSZ_TIMEZONE", "timezone", _zone, default="Europe/Warsaw", example="Europe/London"
    ),
    Setting("LISTONOSZ_OPERATORS", "operators", _people, example="123456789, 987654321"),
    Setting("LISTONOSZ_OUTAGE_PEOPLE", "outage_people", _count, default="4", example="6"),
    Setting("LISTONOSZ_OUTAGE_WINDOW", "outage_window", _interval, default="1h", example="30min"),
    Setting("LISTONOSZ_VERIFY_DAYS", "verify_days", _days, example="30"),
    Setting("LISTONOSZ_LIMIT_PERSON", "limit_person", _rate, default="6/min", example="3/min"),
    Setting("LISTONOSZ_LIMIT_CHAT", "limit_chat", _rate, default="15/min", example="100/h"),
    Setting("LISTONOSZ_LIMIT_TARGET", "limit_target", _rate, default="10/min", example="5/90s"),
    Setting("LISTONOSZ_LIMIT_TOTAL", "limit_total", _rate, default="120/min", example="none"),
    Setting(
        "LISTONOSZ_LIMIT_MESSAGES", "limit_messages", _rate, default="30/min", example="60/min"
    ),
)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this environment; an empty variable counts as not set."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environment.get(setting.variable, "").strip()
        if not text:
            continue
        try:
            values[setting.field] = setting.read(text)
        except (ValueError, OSError, RuntimeError):
            shown = "" if setting.is_secret else text
            raise SettingsError(setting.variable, shown) from None
    return Settings(**values)


def settings_page(say: Callable[[str], str]) -> str:
    """docs/settings.md: every variable with its default, an example and its meaning."""
    lines = [
        f"# {say('settings.page.title')}",
        "",
        say("settings.page.intro"),
        "",
        f"| {say('settings.page.variable')} | {say('settings.page.default')} "
        f"| {say('settings.page.example')} | {say('settings.page.meaning')} |",
        "|---|---|---|---|",
    ]
    for setting in SETTINGS:
        key = setting.variable.lower()
        default = f"`{setting.default}`" if setting.default else say(f"settings.{key}.default")
        meaning = say(f"settings.{key}.meaning").strip()
        lines.append(f"| `{setting.variable}` | {default} | `{setting.example}` | {meaning} |")
    return "\n".join(lines) + "\n"
