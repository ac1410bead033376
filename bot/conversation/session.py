"""What one conversation remembers between two messages: never a person's own words."""

from dataclasses import dataclass

from bot.model.language import Language


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the last question was understood as it was: figures, and words of the knowledge."""

    topic: str
    sure: int  # percent
    words: tuple[str, ...] = ()  # that spoke for it; only such as the knowledge itself holds
    runner_up: str = ""
    share: int = 0  # percent of the votes that the runner-up had


@dataclass(frozen=True, slots=True)
class Session:
    """Frozen: a turn returns a new one."""

    language: Language | None = None  # chosen by the person; None: follow their messages
    last_language: Language | None = None  # that of their last message
    awaiting: str = ""  # the command that asked for its argument; the next message is the answer
    misses: int = 0  # answers to it that were none
    options: tuple[str, ...] = ()  # the topics of the clarifying question that stands
    values: tuple[tuple[str, str], ...] = ()  # where it asks for a slot: value, and topic meant
    asked: tuple[tuple[str, ...], ...] = ()  # clarifying questions since the last answer
    unclear: int = 0  # messages in a row that were not understood
    topic: str = ""  # the topic answered last
    domain: str = ""  # the domain or host named last, as the wire spells it
    slots: tuple[tuple[str, str], ...] = ()  # program, provider, …; what was named last, last
    in_full: bool = False  # the topic was shown with all that is known of it
    tried: int = 0  # times that the answer did not help
    reason: Reason | None = None  # why the topic was answered; None where a button chose it
    hosted: tuple[tuple[str, str], ...] = ()  # domains looked up: the provider's id; "" not known
    settings: str = ""  # the domain whose settings were shown last; never the whole address
    trail: tuple[str, ...] = ()  # topics shown of late; "?" before those asked back about
    setup: str = ""  # the program that a mailbox is set up in
    answer: int = 0  # the number under which the last question is kept for votes
