"""What the administrators of a group have set for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.model.language import Language


class Hearing(StrEnum):
    """To whom something was said."""

    ADDRESSED = "addressed"  # to the bot
    OVERHEARD = "overheard"  # to nobody in particular
    ASIDE = "aside"  # to somebody else


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is in a group and what the bot may do there, asked of it just now."""

    is_administrator: bool = False
    sees_all: bool = True  # also what nobody addressed to the bot
    names: Mapping[str, str] = field(default_factory=dict)  # of the group's helpers
    bot: str = ""  # what the bot is called there


class Speaking(StrEnum):
    """When the bot speaks in a forum topic."""

    EVERYTHING = "everything"  # answers every question that it is sure of
    ADDRESSED = "addressed"  # only when it is meant
    NEVER = "never"


class Watchers(StrEnum):
    """Who may begin and end watches; everybody may see them."""

    ADMINISTRATORS = "administrators"
    HELPERS = "helpers"  # and administrators
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From minute to minute of the day, maybe over midnight, by the clock of a time zone."""

    begin: int  # minutes after midnight
    end: int
    zone: str = "Europe/Warsaw"

    def holds(self, minute: int) -> bool:
        """Whether it is quiet at this minute of the day."""
        if self.begin <= self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """Frozen: a change makes a new one. The defaults are those of a group just joined."""

    language: Language | None = None  # of what is said to nobody in particular
    is_listening: bool = False  # answers questions that nobody addressed to it
    quiet: QuietHours | None = None  # listening rests
    commands: frozenset[str] | None = None  # those that may be used; None: all
    helpers: tuple[str, ...] = ()  # people who may answer cases, "tg:5"
    domain: str = ""  # "this is the desk of firma.pl": meant where none is named
    provider: str = ""
    greeting: str = ""  # for new members; "" greets nobody
    watchers: Watchers = Watchers.ADMINISTRATORS
    deletes_secrets: bool = False  # takes messages with a password away without asking
    topics: Mapping[str, Speaking] = field(default_factory=dict)  # by the forum topic's id

    def speaking(self, thread: str) -> Speaking | None:
        """What was chosen for a forum topic; None where the whole group's choice holds."""
        return self.topics.get(thread)

    def allows(self, command: str) -> bool:
        """Whether a command may be used here."""
        return self.commands is None or command in self.commands
