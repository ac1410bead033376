"""The state of a button, written into its action so that a restart breaks none."""

from dataclasses import dataclass
from typing import Literal

from bot.model.language import TAG, Language

LONGEST = 64  # bytes of Telegram's callback data
SEPARATOR = "|"  # stands in no topic's id, probe's name, domain or address
PLACE = "@"  # in the place of a target too long for a button: it stands in the message itself
ALL = "-"  # no probe named
PAGE_ROOM = 2  # digits of a page's number

Verb = Literal[
    "topic",  # open a topic in a new message
    "choose",  # answer a clarifying question with a topic
    "here",  # show a topic in place, in short
    "more",  # show a topic in place, in full
    "variant",  # show a topic in place, for a program
    "tell",  # answer a clarifying question with a provider or program
    "none",  # none of the choices
    "command",  # as though it was typed
    "cancel",  # stop awaiting an answer
    "language",  # choose the language
    "check",  # look, in a new message
    "fresh",  # look again, past the cache
    "report",  # a report's summary, at a page
    "details",  # a report with everything, at a page
    "compare",  # two reports side by side, at a page; without one: afresh
    "settings",  # find a mailbox's servers, in a new message or in place
    "setup",  # a program's steps for a mailbox; without a program: ask which
    "profile",  # a mailbox's profile as a file
    "publish",  # what an administrator adds, with a file
    "watch",  # tell what changes at a target
    "unwatch",  # no longer
    "security",  # what SSL/TLS and STARTTLS are
    "group",  # change what is set for a group
    "remove",  # take our unasked answer away
    "withdraw",  # take a person's message with a secret away
    "vote",  # this answer was useful, or not
    "learn",  # what is to become of a question that was not answered well
    "person",  # hand over to people
    "case",  # what people do with what was handed over
    "outage",  # what helpers decide about an outage
]
LETTERS: dict[Verb, str] = {
    "topic": "t",
    "choose": "o",
    "here": "h",
    "more": "m",
    "variant": "v",
    "tell": "s",
    "none": "n",
    "command": "k",
    "cancel": "x",
    "language": "l",
    "check": "c",
    "fresh": "f",
    "report": "r",
    "details": "d",
    "compare": "p",
    "settings": "e",
    "setup": "u",
    "profile": "i",
    "publish": "a",
    "security": "y",
    "watch": "w",
    "unwatch": "z",
    "group": "g",
    "remove": "j",
    "withdraw": "b",
    "vote": "q",
    "learn": "L",
    "person": "P",
    "case": "C",
    "outage": "O",
}
VERBS = {letter: verb for verb, letter in LETTERS.items()}
PAGED: frozenset[Verb] = frozenset({"report", "details"})
# In a group a button is for the one who asked, but for these.
FOR_ADMINISTRATORS: frozenset[Verb] = frozenset({"group"})
ASKS_STANDING: frozenset[Verb] = FOR_ADMINISTRATORS | {"learn", "watch", "unwatch"}
FOR_HELPERS: frozenset[Verb] = frozenset({"remove", "withdraw"})  # and who asked
# The talk itself asks who it is.
FOR_EVERYBODY: frozenset[Verb] = frozenset({"case", "vote", "learn", "watch", "unwatch", "outage"})


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does: a verb, the language of its message, and the verb's arguments."""

    verb: Verb
    language: Language
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return SEPARATOR.join((LETTERS[self.verb], self.language, *self.args))

    @property
    def fits(self) -> bool:
        """Whether Telegram takes it as callback data."""
        text = str(self)
        return text.isascii() and len(text) <= LONGEST


def look_action(
    verb: Verb, language: Language, probes: tuple[str, ...], target: str, beside: str = ""
) -> Action:
    """An action about a report on `target`; for the paged verbs a page follows it.

    `beside`, the address or the type of record that the report is about, stands behind the target
    after a blank.
    """
    behind = f" {beside}" if beside else ""
    page = ("",) if verb in PAGED else ()
    names = ",".join(probes) or ALL
    action = Action(verb, language, (names, target + behind, *page))
    room = LONGEST - (PAGE_ROOM if page else 0)
    if len(str(action)) > room or not str(action).isascii():
        action = Action(verb, language, (names, PLACE + behind, *page))
    return action


def parse_action(text: str) -> Action | None:
    """The action of a button; None when we never made it, or no longer do."""
    letter, *rest = text.split(SEPARATOR)
    verb = VERBS.get(letter)
    if verb is None or not rest or not TAG.fullmatch(rest[0]):
        return None
    return Action(verb, Language(rest[0]), tuple(rest[1:]))
