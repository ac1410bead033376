"""What one conversation remembers between two messages."""

from dataclasses import dataclass

from bot.model.language import Language


@dataclass(frozen=True, slots=True)
class Session:
    """Frozen: a turn returns a new one."""

    language: Language | None = None  # chosen by the person; None: follow their messages
    last_language: Language | None = None  # that of their last message
