"""Brings the helpers their card of an outage, and everybody who asked the news that it is over."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from hashlib import sha256
from time import time
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from bot.conversation.cases.case import Reach
from bot.conversation.cases.ports import Cases, RefusedError, TopicGoneError, Wire
from bot.conversation.groups.talk import language_for
from bot.conversation.keeping import Job, NobodyThereError
from bot.conversation.outages.outage import EVERYBODY, Card, News, Outage, Outages
from bot.conversation.outages.words import OutageWords
from bot.conversation.ports import Incoming, Sessions
from bot.jobs.clerk import Again, Doer
from bot.knowledge.knowledge import Knowledge
from bot.model.document import Document
from bot.model.language import FALLBACK, Language
from bot.render.data import document_text
from bot.storage.codec import decode
from bot.storage.outages import CARD, SENDING, TELL

log = logging.getLogger(__name__)


class Readers:
    """Knows who decides about an outage: a desk, else the operators in private."""

    def __init__(
        self,
        cases: Cases,
        sessions: Sessions,
        operators: frozenset[str],
        knowledge: Callable[[], Knowledge],
    ) -> None:
        self._cases = cases
        self._sessions = sessions
        self._operators = operators
        self._knowledge = knowledge

    async def of(self, outage: Outage) -> Mapping[str, Language]:
        """Their chats, each with its language."""
        if outage.scope != EVERYBODY:
            desk = await self._cases.desk(outage.scope)
            return {desk.chat: desk.language} if desk and desk.is_open else {}
        desks = await self._cases.desks()
        found = {
            desk.chat: desk.language for desk in desks if desk.is_open and desk.reach is Reach.ALL
        }
        return found or {each: await self._language(each) for each in sorted(self._operators)}

    async def _language(self, person: str) -> Language:
        incoming = Incoming(person, person=person, chat=person)
        languages = self._knowledge().languages
        return language_for(await self._sessions.load(incoming), incoming, languages)


class OutageTeller:
    """One card for each outage and chat, changed as things change; one word to each at the end."""

    def __init__(
        self,
        outages: Outages,
        wire: Wire,
        readers: Readers,
        knowledge: Callable[[], Knowledge],
        *,
        zone: ZoneInfo,
        clock: Callable[[], float] = time,
    ) -> None:
        self._outages = outages
        self._wire = wire
        self._readers = readers
        self._knowledge = knowledge
        self._zone = zone
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def doers(self) -> dict[str, Doer]:
        """What it does, by the kind of the job."""
        return {CARD: self.show, TELL: self.tell}

    async def show(self, job: Job) -> Again | None:
        """Send the cards that were not sent, change those that say something else."""
        # Planned anew while it is done, it comes twice at once.
        lock = self._locks.setdefault(job.key, asyncio.Lock())
        async with lock:
            outage = await self._outages.load(int(job.key))
            # Helpers are told with the evidence: the first look plans this again.
            if outage is None or outage.course.look is None:
                return None
            sent = {card.chat: card for card in await self._outages.cards(outage.number)}
            readers = await self._readers.of(outage)
            waits = False
            for chat in {**readers, **sent}:
                language = readers.get(chat, FALLBACK)
                document = self._words(language).card(outage)
                if chat in sent:
                    await self._change(outage, sent[chat], document)
                elif outage.is_open:
                    waits = not await self._send(outage, chat, document) or waits
        return Again(self._clock() + SENDING) if waits else None

    async def _change(self, outage: Outage, card: Card, document: Document) -> None:
        mark = _mark(document)
        if card.shown != mark:
            await self._wire.change(card.chat, card.messages, document)
            kept = Card(card.chat, card.messages, mark)
            await self._outages.keep_card(outage.number, kept, self._clock())

    async def _send(self, outage: Outage, chat: str, document: Document) -> bool:
        """False where another process is sending it, or was when it was killed."""
        if not await self._outages.reserve(outage.number, chat, self._clock()):
            return False
        try:
            messages = await self._wire.post(chat, document)
        except (NobodyThereError, RefusedError, TopicGoneError) as error:
            log.error("helpers cannot be told of outage %s: %r", outage.number, error)
            return True
        kept = Card(chat, messages, _mark(document))
        await self._outages.keep_card(outage.number, kept, self._clock())
        return True

    async def tell(self, job: Job) -> None:
        """It is over, or maybe is not. Whoever is gone need not know."""
        news = decode(News, job.payload)
        words = self._words(news.language)
        document = words.over(news)
        if news.number:
            outage = await self._outages.load(news.number)
            if outage is None or not outage.is_open:
                return
            document = words.still(outage)
        try:
            await self._wire.deliver(job.chat, document, news.thread)
        except NobodyThereError:
            log.info("nobody is left to be told that an outage is over")

    def _words(self, language: Language) -> OutageWords:
        return OutageWords(self._knowledge(), language, self._zone, self._clock())


def _mark(document: Document) -> str:
    """What tells one state of a card from another."""
    buttons = "|".join(choice.action for row in document.choices for choice in row)
    return sha256(f"{document_text(document)}\n{buttons}".encode()).hexdigest()[:32]
