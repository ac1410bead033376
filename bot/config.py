"""Settings, read once from the environment and never again.

What each one means is worded in knowledge/phrases/settings.yaml, under the variable's name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from bot.config_values import (
    each,
    read_base_url,
    read_blocklist,
    read_count,
    read_database,
    read_days,
    read_file,
    read_folder,
    read_host,
    read_interval,
    read_network,
    read_people,
    read_rate,
    read_resolver,
    read_switch,
    read_token,
    read_url,
    read_zone,
)
from bot.conversation.limits import USUAL, Rate, Rates

IPNetwork = IPv4Network | IPv6Network


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


SETTINGS = (
    Setting(
        "TELEGRAM_BOT_TOKEN",
        "telegram_bot_token",
        read_token,
        example="123456789:AAE4bWVhbmluZ2xlc3M",
        is_secret=True,
    ),
    Setting(
        "TELEGRAM_API_URL",
        "telegram_api_url",
        read_url,
        default="https://api.telegram.org",
        example="http://127.0.0.1:8081",
    ),
    Setting(
        "LISTONOSZ_RESOLVERS",
        "resolvers",
        each(read_resolver),
        example="9.9.9.9, 192.0.2.53:5353",
    ),
    Setting(
        "LISTONOSZ_ALLOW_NETWORKS",
        "allow_networks",
        each(read_network),
        example="10.20.0.0/16, fd00:20::/32",
    ),
    Setting(
        "LISTONOSZ_REFUSE_NETWORKS",
        "refuse_networks",
        each(read_network),
        example="192.0.2.0/24, 2001:db8::/32",
    ),
    Setting("LISTONOSZ_EHLO_NAME", "ehlo_name", read_host, example="bot.firma.pl"),
    Setting(
        "LISTONOSZ_ISPDB_URL",
        "ispdb_url",
        read_base_url,
        default="https://autoconfig.thunderbird.net/v1.1/",
        example="https://ispdb.firma.pl/v1.1/",
    ),
    Setting(
        "LISTONOSZ_BLOCKLISTS",
        "blocklists",
        each(read_blocklist),
        example="spamhaus-zen, psbl, bl.firma.pl, domain:dbl.firma.pl",
    ),
    Setting("LISTONOSZ_KNOWLEDGE", "knowledge", read_folder, example="/srv/listonosz/knowledge"),
    Setting("LISTONOSZ_ENCODER", "encoder", read_switch, default="on", example="off"),
    Setting("SSL_CERT_FILE", "trust", read_file, example="/etc/ssl/certs/ca-certificates.crt"),
    Setting(
        "LISTONOSZ_PROFILE_CERTIFICATE",
        "profile_certificate",
        read_file,
        example="/srv/listonosz/fullchain.pem",
    ),
    Setting(
        "LISTONOSZ_PROFILE_KEY", "profile_key", read_file, example="/srv/listonosz/privkey.pem"
    ),
    Setting(
        "DATABASE_URL",
        "database",
        read_database,
        example="postgresql://listonosz:PASSWORD@db.firma.pl/listonosz",
        is_secret=True,
    ),
    Setting("LISTONOSZ_KEEP_SESSIONS", "keep_sessions", read_days, default="30", example="7"),
    Setting("LISTONOSZ_KEEP_QUESTIONS", "keep_questions", read_days, default="30", example="90"),
    Setting("LISTONOSZ_KEEP_CASES", "keep_cases", read_days, default="365", example="730"),
    Setting("LISTONOSZ_WATCH_EVERY", "watch_every", read_interval, default="6h", example="90min"),
    Setting("LISTONOSZ_WATCH_MOST", "watch_most", read_count, default="10", example="50"),
    Setting("LISTONOSZ_UNASKED_EVERY", "unasked_every", read_interval, default="6h", example="24h"),
    Setting("LISTONOSZ_REMIND_EVERY", "remind_every", read_interval, default="4h", example="90min"),
    Setting(
        "LISTONOSZ_TIMEZONE",
        "timezone",
        read_zone,
        default="Europe/Warsaw",
        example="Europe/London",
    ),
    Setting("LISTONOSZ_OPERATORS", "operators", read_people, example="123456789, 987654321"),
    Setting("LISTONOSZ_OUTAGE_PEOPLE", "outage_people", read_count, default="4", example="6"),
    Setting(
        "LISTONOSZ_OUTAGE_WINDOW", "outage_window", read_interval, default="1h", example="30min"
    ),
    Setting("LISTONOSZ_VERIFY_DAYS", "verify_days", read_days, example="30"),
    Setting("LISTONOSZ_LIMIT_PERSON", "limit_person", read_rate, default="6/min", example="3/min"),
    Setting("LISTONOSZ_LIMIT_CHAT", "limit_chat", read_rate, default="15/min", example="100/h"),
    Setting("LISTONOSZ_LIMIT_TARGET", "limit_target", read_rate, default="10/min", example="5/90s"),
    Setting("LISTONOSZ_LIMIT_TOTAL", "limit_total", read_rate, default="120/min", example="none"),
    Setting(
        "LISTONOSZ_LIMIT_MESSAGES", "limit_messages", read_rate, default="30/min", example="60/min"
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
