"""What a group's settings change in a talk: its language, its desk's domain, who may do what."""

from dataclasses import replace

from bot.conversation.groups.group import GroupSettings, Speaking
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.slots import forget, tell
from bot.knowledge.locale import Languages
from bot.model.language import FALLBACK, Language

DEFAULT_LANGUAGE = FALLBACK
ALWAYS = frozenset({"help", "group"})  # commands that no group can switch off
PROVIDER = frozenset({"provider"})


def group_of(incoming: Incoming) -> GroupSettings:
    """What is set where it was said; in private, and where nothing is set, the usual."""
    return incoming.group or GroupSettings()


def language_for(
    session: Session, incoming: Incoming, languages: Languages, heard: Language | None = None
) -> Language:
    """The person's choice, else their message's, else Telegram's setting, else the group's.

    What they chose where they write counts before what they chose in private.
    A message that tells nothing ("535", "imap?") counts with those before it. What is not spoken,
    or no longer, is passed over.
    """
    known = (
        *(session.language, incoming.chosen, heard, session.last_language),
        incoming.language_hint,
        group_of(incoming).language,
    )
    spoken = (languages.nearest(language) for language in known)
    return next((language for language in spoken if language), DEFAULT_LANGUAGE)


def is_silenced(incoming: Incoming) -> bool:
    """Whether nobody is answered in this forum topic."""
    return group_of(incoming).speaking(incoming.thread) is Speaking.NEVER


def may_use(incoming: Incoming, command: str) -> bool:
    """Whether the group has not switched a command off."""
    return command in ALWAYS or group_of(incoming).allows(command)


def with_presets(session: Session, incoming: Incoming) -> Session:
    """ "This is the desk of firma.pl": meant where the person has named nothing else."""
    group = group_of(incoming)
    if group.domain and not session.domain:
        session = replace(session, domain=group.domain)
    if group.provider and "provider" not in dict(session.slots):
        session = tell(session, {"provider": group.provider})
    return session


def without_presets(session: Session, incoming: Incoming) -> Session:
    """What the group presets is not kept with the person: it may be another tomorrow."""
    group = group_of(incoming)
    if group.domain and session.domain == group.domain:
        session = replace(session, domain="")
    if group.provider and dict(session.slots).get("provider") == group.provider:
        session = forget(session, PROVIDER)
    return session
