"""The languages the bot speaks."""

from enum import StrEnum


class Language(StrEnum):
    """A language of the bot, by its ISO 639-1 code."""

    PL = "pl"
    EN = "en"
