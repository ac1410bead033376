"""Outages in words: what those who ask are told, and the card of the helpers."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation.action import Action
from bot.conversation.outages.outage import (
    EVERYBODY,
    Health,
    Look,
    News,
    Outage,
    Sight,
    State,
    Symptom,
)
from bot.conversation.outages.place import name_of
from bot.conversation.replies import Rows
from bot.knowledge.knowledge import Knowledge
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Document,
    Heading,
    Item,
    Line,
    Note,
    Paragraph,
    Sign,
    line,
)
from bot.model.language import Language

MOST_SIGHTS = 6
RARELY = 0.5  # people: no number that anybody would say
SIGNS = {Health.FAILING: Sign.ERROR, Health.WELL: Sign.OK, Health.UNTESTED: Sign.UNTESTED}
# What servers that answer say nothing about.
BLIND = frozenset({Symptom.LOGGING_IN, Symptom.DELAYS, Symptom.SLOW})


class OutageWords:
    """Speaks one language, by one clock."""

    def __init__(
        self, knowledge: Knowledge, language: Language, zone: ZoneInfo, now: float
    ) -> None:
        self._knowledge = knowledge
        self._language = language
        self._zone = zone
        self._now = now

    def say(self, key: str, /, **params: object) -> str:
        """A phrase of outages.yaml."""
        return self._knowledge.phrases.say(f"outages.{key}", self._language, **params)

    def time(self, at: float) -> str:
        """ "09:40", with its day where that is not today."""
        then, now = (datetime.fromtimestamp(each, self._zone) for each in (at, self._now))
        day, time = then.date(), f"{then:%H:%M}"
        if day == now.date():
            return self.say("time.today", time=time)
        return self.say("time.earlier", day=day.isoformat(), time=time)

    def what(self, symptoms: Iterable[Symptom]) -> str:
        """What does not work."""
        return ", ".join(self.say(f"symptom.{symptom}") for symptom in symptoms)

    def notice(self, outage: Outage, *, is_private: bool) -> tuple[Block, ...]:
        """What whoever asks learns first."""
        course = outage.course
        title = self.say(
            "notice.title",
            since=self.time(course.since),
            name=name_of(outage.place, self._knowledge),
            what=self.what(course.symptoms),
        )
        advice = self.say(f"notice.{'private' if is_private else 'group'}")
        return (Heading(line(title)), Paragraph(line(advice)))

    def over(self, news: News) -> Document:
        """That it has ended."""
        known = name_of(news.place, self._knowledge)
        name = news.name if known == news.place else known
        until = self.time(news.ended_at)
        blocks: tuple[Block, ...]
        if news.to_helpers:
            words = self.say("over.helpers", name=name, until=until)
            blocks = (Paragraph(line(words)),)
        else:
            since, what = self.time(news.since), self.what(news.symptoms)
            words = self.say("over.text", since=since, until=until, what=what)
            title = self.say("over.title", name=name)
            blocks = (Heading(line(title)), Paragraph(line(words)))
        return Document(blocks, language=self._language)

    def still(self, outage: Outage) -> Document:
        """Asks helpers about one that only the servers still show."""
        name = name_of(outage.place, self._knowledge)
        words = self.say("still", name=name, since=self.time(outage.course.since))
        return Document((Paragraph(line(words)),), self.buttons(outage), language=self._language)

    def card(self, outage: Outage) -> Document:
        """All that helpers need to decide, and the buttons to do it."""
        name = name_of(outage.place, self._knowledge)
        blocks: list[Block] = [
            Heading(line(self.say(f"card.title.{outage.state}", name=name))),
            *(Paragraph(line(each)) for each in self._why(outage)),
        ]
        if outage.ended_at is not None:
            until = self.time(outage.until)
            blocks.append(Paragraph(line(self.say("card.until", until=until))))
        if outage.course.look is not None:
            blocks += self._seen(outage, outage.course.look)
        if outage.state is State.SUSPECTED:
            blocks.append(Note(line(self.say("card.ask"))))
        if outage.scope != EVERYBODY and outage.is_open:
            blocks.append(Note(line(self.say("card.own"))))
        return Document(tuple(blocks), self.buttons(outage), language=self._language)

    def buttons(self, outage: Outage) -> Rows:
        """What can be decided now."""
        whats = {State.SUSPECTED: ("confirm", "dismiss"), State.CONFIRMED: ("over",)}
        row = tuple(
            Choice(
                self.say(f"button.{what}"),
                str(Action("outage", self._language, (what, f"{outage.number}"))),
            )
            for what in whats.get(outage.state, ())
        )
        return (row,) if row else ()

    def row(self, outage: Outage) -> Line:
        """A line of the list."""
        course = outage.course
        words = {
            "name": name_of(outage.place, self._knowledge),
            "what": self.what(course.symptoms),
            "since": self.time(course.since),
        }
        if outage.state is State.SUSPECTED:
            return line(self.say("list.suspected", people=course.people, **words))
        return line(self.say("list.confirmed", **words))

    def _why(self, outage: Outage) -> Iterator[str]:
        course = outage.course
        since, what = self.time(course.since), self.what(course.symptoms)
        if course.is_declared:
            # Whoever says so knows: how many ask is told beside it, and weighed against nothing.
            yield self.say("card.declared", since=since, what=what)
            if course.people:
                yield self.say("card.declared-people", people=course.people)
            return
        words = {"since": since, "people": course.people, "what": what}
        if course.usual < RARELY:
            yield self.say("card.people-rare", **words)
            return
        yield self.say("card.people", usual=round(course.usual), **words)

    def _seen(self, outage: Outage, look: Look) -> Iterator[Block]:
        if not look.sights:
            yield Note(line(self.say("card.unseen")))
            return
        yield Paragraph(line(self.say("card.seen", time=self.time(look.at))))
        for sight in look.sights[:MOST_SIGHTS]:
            yield Item(SIGNS[sight.health], line(self._sight(sight)))
        if look.health is Health.WELL and BLIND & set(outage.course.symptoms):
            yield Note(line(self.say("card.blind")))

    def _sight(self, sight: Sight) -> str:
        phrases, language = self._knowledge.phrases, self._language
        finding, findings = sight.finding, self._knowledge.findings
        # One that this version words otherwise is told as silence is.
        if sight.health is Health.FAILING and finding and findings.can_word(finding):
            return findings.word(finding, language).text
        keys = {Health.FAILING: "silent", Health.WELL: "well", Health.UNTESTED: "untested"}
        service = phrases.say(f"watching.service.{sight.probe}", language)
        return self.say(f"card.{keys[sight.health]}", host=sight.host, service=service)


def usual_row(words: OutageWords, language: Language, topic: str) -> tuple[Choice, ...]:
    """The button to what would have been answered."""
    action = Action("topic", language, (topic,))
    return (Choice(words.say("button.usual"), str(action)),)


def listed(words: OutageWords, outages: Iterable[Outage], *, to_helpers: bool) -> Document:
    """`/outages`."""
    found = list(outages)
    if not found:
        return Document((Paragraph(line(words.say("list.none"))),))
    title = Paragraph(line(words.say("list.title", count=len(found))))
    rows = [row for outage in found for row in words.buttons(outage)] if to_helpers else []
    return Document((title, Bullets(tuple(words.row(each) for each in found))), tuple(rows))
