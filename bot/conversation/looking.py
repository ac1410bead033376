"""Requests to look: what was typed after /check and its like, and what bad input gets."""

from dataclasses import dataclass

from bot.conversation.action import PLACE, Action
from bot.conversation.mind import Context
from bot.conversation.replies import cancel_row, plain
from bot.conversation.step import Ask, Check, Say, Show, Turn, View
from bot.formats.errors import FormatError
from bot.formats.record_query import parse_name, parse_query, parse_type
from bot.formats.target import parse_key_target, parse_target, parse_targets, spot_targets
from bot.knowledge.phrases import Phrases
from bot.model.check import CheckRequest, Target, TargetKind
from bot.model.language import Language

# The guard's own refusals and these get one and the same sentence, so that nobody learns how.
REFUSED_REASONS = frozenset({"reserved-name", "odd-address"})
MOST_MISSES = 2  # then the question is dropped, rather than that a person is held in it
SPF = ("spf",)
DKIM = ("dkim",)
DNS = ("dns",)
SHOWN = 60  # characters of what was typed that are said back


@dataclass(frozen=True, slots=True)
class Look:
    """What a command looks at. No probes: all that the target calls for."""

    command: str
    probes: tuple[str, ...] = ()
    is_server: bool = False  # it wants a server's name, not a domain

    def __call__(self, context: Context, text: str) -> Turn:
        """Check every target named; ask for one where none is; say what is wrong with it."""
        if not text.strip():
            key = "talk.check.ask-server" if self.is_server else "talk.check.ask"
            document = plain(context.say(key), cancel_row(context))
            return context.turn(Ask(document), awaiting=self.command)
        try:
            targets = self._targets(text)
        except FormatError as error:
            return refuse(context, target_error(context, error, self.command), self.command)
        if self.probes == SPF and (pair := _sender_and_client(targets)):
            return look_at(context, pair[:1], self.probes, client=pair[1].name)
        return look_at(context, targets, self.probes)

    def _targets(self, text: str) -> tuple[Target, ...]:
        if self.probes == DKIM and (named := _domain_and_selector(text)):
            return (parse_key_target(*named),)
        return parse_targets(text)


def look_up(context: Context, text: str) -> Turn:
    """Ask DNS itself: a name, and the type of record that is wanted."""
    if not text.strip():
        document = plain(context.say("talk.check.ask-record"), cancel_row(context))
        return context.turn(Ask(document), awaiting="dns")
    try:
        target, record = parse_query(text)
    except FormatError as error:
        return refuse(context, target_error(context, error, "dns"), "dns")
    step = Check(CheckRequest(target, DNS, record=record), View(context.language))
    return context.turn(step, asked=(), unclear=0)


def refuse(context: Context, sentence: str, command: str) -> Turn:
    """Say what is wrong with what was typed; who was asked for it, is asked once more."""
    misses = context.before.misses + 1
    if context.before.awaiting == command and misses < MOST_MISSES:
        document = plain(sentence, cancel_row(context))
        return context.turn(Ask(document), awaiting=command, misses=misses)
    return context.turn(Say(plain(sentence)))


def _domain_and_selector(text: str) -> tuple[str, str] | None:
    """ "firma.pl s1": the second word is a selector where it is no name of its own."""
    words = text.split()
    if len(words) != 2 or _is_target(words[1]):
        return None
    return words[0], words[1]


def _is_target(text: str) -> bool:
    try:
        parse_target(text)
    except FormatError:
        return False
    return True


def _sender_and_client(targets: tuple[Target, ...]) -> tuple[Target, Target] | None:
    """A domain and an address, in either order: may this address send for it?"""
    by_kind = {target.kind: target for target in targets}
    if len(targets) != 2 or len(by_kind) != 2:
        return None
    return by_kind[TargetKind.NAME], by_kind[TargetKind.ADDRESS]


def look_at(
    context: Context, targets: tuple[Target, ...], probes: tuple[str, ...], *, client: str = ""
) -> Turn:
    """One check for each target."""
    # Of one address a person wants to know why, and that is short.
    view = View(context.language, detailed=bool(client))
    steps = (Check(CheckRequest(target, probes, client=client), view) for target in targets)
    return context.turn(*steps, domain=targets[-1].name, asked=(), unclear=0)


def target_error(context: Context, error: FormatError, command: str) -> str:
    """What is wrong with a target typed after a command."""
    phrases = context.mind.knowledge.phrases
    return target_sentence(phrases, context.language, error, f"/{command}")


def target_sentence(phrases: Phrases, language: Language, error: FormatError, command: str) -> str:
    """One clear sentence on what is wrong with a target, with an example of a right one."""
    if error.reason in REFUSED_REASONS:
        return phrases.say("errors.target.refused", language)
    text = error.text if len(error.text) <= SHOWN else error.text[:SHOWN] + "…"
    return phrases.say(f"errors.target.{error.reason}", language, text=text, command=command)


def bare_targets(text: str) -> tuple[Target, ...]:
    """The targets of a text that holds nothing else: "firma.pl", "anna@firma.pl, sklep.pl"."""
    try:
        targets = parse_targets(text)
    except FormatError:
        return ()
    spotted = {target.name for target in spot_targets(text)}
    return targets if all(target.name in spotted for target in targets) else ()


def press_look(context: Context, action: Action) -> Turn | None:
    """A button about a report; None when its arguments are not ours."""
    names, place, *page = action.args if len(action.args) > 1 else ("", "")
    known = set(context.mind.probes)
    probes = tuple(name for name in names.split(",") if name in known)
    place, _, beside = place.partition(" ")
    client, record = (beside, "") if probes == SPF else ("", beside)
    if client and not _is_address(client):
        return None
    if record and not (probes == DNS and _is_type(record)):
        return None
    find = _name if probes == DNS else _target
    target = find(place, context.incoming.shown)
    if target is None or len(page) > 1 or (page and not page[0].isdecimal()):
        return None
    if not probes and names != "-":
        return None
    number = max(1, int(page[0])) if page else 1
    view = View(action.language, action.verb == "details", number)
    is_fresh = action.verb == "fresh"
    request = CheckRequest(target, probes, is_fresh, client, record)
    step = Show(request, view) if page else Check(request, view)
    return context.turn(step, domain=target.name)


def _is_address(text: str) -> bool:
    try:
        return parse_target(text).kind is TargetKind.ADDRESS
    except FormatError:
        return False


def _is_type(text: str) -> bool:
    try:
        parse_type(text)
    except FormatError:
        return False
    return True


def _name(place: str, shown: str) -> Target | None:
    """The name that a button names, or the first one of the message above it."""
    for word in shown.split() if place == PLACE else (place,):
        try:
            return parse_name(word)
        except FormatError:
            continue
    return None


def _target(place: str, shown: str) -> Target | None:
    """The target that a button names, or that stands first in the message above it."""
    if place == PLACE:
        return next(iter(spot_targets(shown)), None)
    try:
        return parse_target(place)
    except FormatError:
        return None
