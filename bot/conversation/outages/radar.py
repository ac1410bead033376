"""The radar: counts who asks about which trouble, and tells of an outage before anything else."""

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.conversation.action import parse_action
from bot.conversation.cases.ports import Cases
from bot.conversation.groups.listening import AnswerUnasked
from bot.conversation.groups.talk import with_presets
from bot.conversation.mind import Mind
from bot.conversation.outages.office import scope_of_desk
from bot.conversation.outages.outage import EVERYBODY, Complaint, Outage, Outages, State
from bot.conversation.outages.place import place_of, symptom_of, symptoms_of
from bot.conversation.outages.words import OutageWords, usual_row
from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Errand, Say, Step, Turn
from bot.faq.match import Ambiguous, Matched
from bot.knowledge.topic import Topic
from bot.model.document import Choice, Document
from bot.model.language import FALLBACK, Language


class Radar:
    """Fulfils drive.Note: sees every turn when its errands are done."""

    def __init__(
        self,
        outages: Outages,
        cases: Cases,
        poke: Callable[[], None],
        clock: Callable[[], float],
        zone: ZoneInfo,
        *,
        window: float,
        least: int,
    ) -> None:
        self._outages = outages
        self._cases = cases
        self._poke = poke
        self._clock = clock
        self._zone = zone
        self._window = window
        self._least = least

    async def note(
        self, before: Session, incoming: Incoming, asked: Turn, done: Turn, mind: Mind
    ) -> Turn:
        """The turn; where an outage explains what was asked, that comes first."""
        names = asked_about(before, incoming, asked, done)
        topics = [mind.knowledge.topics[name] for name in names if name in mind.knowledge.topics]
        symptoms = symptoms_of(topics)
        place = place_of(with_presets(done.session, incoming), mind) if symptoms else ""
        if not place or not incoming.person:
            return done
        scope = scope_of_desk(await self._cases.desk_for(incoming.chat))
        await self._count(incoming, topics, place, scope, done, mind)
        for outage in await self._outages.open({EVERYBODY, scope}):
            is_known = outage.state is State.CONFIRMED and outage.place == place
            if is_known and symptoms & set(outage.course.symptoms):
                return self._told(done, outage, topics, incoming, mind)
        return done

    async def _count(
        self,
        incoming: Incoming,
        topics: list[Topic],
        place: str,
        scope: str,
        done: Turn,
        mind: Mind,
    ) -> None:
        found = [symptom_of(topic) for topic in topics]
        symptom = found[0]
        # In an outage people write "it does not work" and press no button below the question back:
        # where it is trouble whichever they meant, it counts as what they most likely meant.
        if symptom is None or None in found:
            return
        complaint = Complaint(
            place,
            symptom,
            incoming.person,
            incoming.chat,
            incoming.thread,
            _language(done),
            scope,
            # What its administrators have set names the place.
            place_of(with_presets(Session(), incoming), mind) == place,
        )
        if await self._outages.note(complaint, self._clock(), self._window, self._least):
            self._poke()

    def _told(
        self, done: Turn, outage: Outage, topics: list[Topic], incoming: Incoming, mind: Mind
    ) -> Turn:
        language = _language(done)
        words = OutageWords(mind.knowledge, language, self._zone, self._clock())
        blocks = words.notice(outage, is_private=incoming.is_private)
        steps = list(done.steps)
        at = next((at for at, step in enumerate(steps) if isinstance(step, Say)), len(steps))
        if len(topics) > 1:
            # The question back stands as it is, below.
            told = Document(blocks, language=language)
            return replace(done, steps=(*steps[:at], Say(told), *steps[at:]))
        said = steps[at]
        assert isinstance(said, Say)  # else there would be no language, and no answer
        rows = (usual_row(words, language, topics[0].id), *_kept(said.document))
        told = Document(blocks, rows, language=language)
        others: list[Step] = [step for step in steps if not isinstance(step, Say)]
        others.insert(0, replace(said, document=told))
        return replace(done, steps=tuple(others))


def asked_about(before: Session, incoming: Incoming, asked: Turn, done: Turn) -> tuple[str, ...]:
    """The topics of a question that was just answered; several where it was asked back."""
    if not any(isinstance(step, Say) for step in done.steps):
        return ()
    match asked.match:
        case Matched(topic):
            return (topic,)
        case Ambiguous(options):
            return options if done.session.options else (done.session.topic,)
    if any(isinstance(s, Errand) and isinstance(s.order, AnswerUnasked) for s in asked.steps):
        return (done.session.topic,)
    action = parse_action(incoming.action)
    is_pressed = action is not None and action.verb in ("choose", "tell")
    is_typed = not incoming.action and not asked.command and done.session.topic in before.options
    if (is_pressed or is_typed) and not done.session.options:
        return (done.session.topic,)
    return ()


def _language(done: Turn) -> Language:
    """That of the answer."""
    said = (step.document.language for step in done.steps if isinstance(step, Say))
    return next((each for each in said if each), FALLBACK)


def _kept(document: Document) -> tuple[tuple[Choice, ...], ...]:
    """The way to have an answer removed that nobody called for."""
    rows = (
        tuple(choice for choice in row if _is_removal(choice.action)) for row in document.choices
    )
    return tuple(row for row in rows if row)


def _is_removal(text: str) -> bool:
    action = parse_action(text)
    return action is not None and action.verb == "remove"
