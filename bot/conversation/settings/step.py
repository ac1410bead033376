"""The step of looking for a mailbox's settings, and in which form they are handed over."""

from dataclasses import dataclass
from enum import StrEnum

from bot.formats.mailbox import Mailbox
from bot.model.language import Language
from bot.model.settings import SettingsRequest


class SettingsPage(StrEnum):
    """What is shown of the settings."""

    CARD = "card"
    STEPS = "steps"
    PROFILE = "profile"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class SettingsView:
    """In which form, for which program; `in_place` of the message whose button was pressed."""

    language: Language
    page: SettingsPage = SettingsPage.CARD
    program: str = ""  # the steps for it follow the card
    asked: tuple[str, ...] = ()  # programs of the name that was said, to choose from
    protocol: str = ""  # imap or pop3, where it is not to be the best
    is_private: bool = True
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class FindSettings:
    """Find and prove the servers; `mailbox` stays in this process and is never kept."""

    request: SettingsRequest
    mailbox: Mailbox
    view: SettingsView
