"""What follows from what happens to a group: it is joined, left, renamed, moved; people come."""

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.conversation.groups.group import Speaking
from bot.conversation.groups.listening import SERVICE, is_quiet
from bot.conversation.groups.page import blindness
from bot.conversation.groups.talk import DEFAULT_LANGUAGE
from bot.conversation.keeping import Groups
from bot.conversation.mind import Mind
from bot.frontends.telegram.events import Membership, Moved, Named, Newcomers
from bot.frontends.telegram.members import Members
from bot.frontends.telegram.post import Place, Post
from bot.frontends.telegram.refusals import GoneError
from bot.model.document import Block, Document, Heading, Note, Paragraph, line
from bot.model.language import Language

log = logging.getLogger(__name__)

MOST_NAMES = 5  # in one greeting
# Seconds for which a greeting still stands above whoever comes next: a crowd is greeted once.
STANDS = 120.0


class Doorman:
    """Keeps the list of groups, says hello, and says what the bot cannot see."""

    def __init__(
        self,
        post: Post,
        groups: Groups,
        members: Members,
        mind: Callable[[], Mind],
        clock: Callable[[], float],
    ) -> None:
        self._post = post
        self._groups = groups
        self._members = members
        self._mind = mind
        self._clock = clock
        self._greeted: dict[Place, float] = {}  # by the topic: when

    async def handle(self, event: Moved | Named | Newcomers | Membership) -> None:
        """Do what follows."""
        match event:
            case Moved(old, new):
                self._post.moved(old, new)
                await self._groups.moved(f"tg:{old}", f"tg:{new}")
            case Named(chat, title):
                await self._groups.joined(f"tg:{chat}", title)
            case Newcomers():
                await self._greet(event)
            case Membership():
                await self._note(event)

    async def _note(self, event: Membership) -> None:
        key = f"tg:{event.chat}"
        if not event.is_in:
            await self._groups.left(key)
            return
        await self._groups.joined(key, event.title)
        if not event.was_in:
            await self._learn_language(key, event.language)
        if not event.may_write:
            return
        if not event.was_in:
            await self._members.refresh()
            await self._say(Place(event.chat), await self._hello(event))
        elif event.was_administrator and not event.is_administrator:
            await self._tell_blinded(event)

    async def _learn_language(self, key: str, spoken: Language | None) -> None:
        """Who adds the bot speaks the group's language, as long as nobody says otherwise."""
        language = self._mind().knowledge.languages.nearest(spoken)
        settings = await self._groups.load(key)
        if language is not None and settings.language is None:
            await self._groups.save(key, replace(settings, language=language))

    async def _hello(self, event: Membership) -> Document:
        language = await self._language(event.chat, event.language)
        say, name = self._sayer(language), f"@{self._post.username}"
        sees_all = event.is_administrator or await self._members.sees_all(event.chat)
        # A mention is no command: what names the bot is shown to it only where everything is.
        text = "groups.hello.text" if sees_all else "groups.hello.text-blind"
        blocks: list[Block] = [
            Heading(line(say("groups.hello.title"))),
            Paragraph(line(say(text, name=name))),
        ]
        if sees_all:
            blocks.append(Paragraph(line(say("groups.hello.sees"))))
        else:
            blocks.extend(blindness(say, name))
        if SERVICE in self._mind().services:
            blocks.append(Note(line(say("groups.hello.set-up"))))
        return Document(tuple(blocks), language=language)

    async def _tell_blinded(self, event: Membership) -> None:
        """Rights were taken from a bot that is to answer what it can see no more."""
        settings = await self._groups.load(f"tg:{event.chat}")
        listens = settings.is_listening or Speaking.EVERYTHING in settings.topics.values()
        if not listens or await self._members.sees_all(event.chat):
            return
        language = await self._language(event.chat, event.language)
        say, name = self._sayer(language), f"@{self._post.username}"
        blocks = (Paragraph(line(say("groups.blinded"))), *blindness(say, name))
        await self._say(Place(event.chat), Document(blocks, language=language))

    async def _greet(self, event: Newcomers) -> None:
        settings = await self._groups.load(f"tg:{event.place.chat}")
        silent = settings.speaking(str(event.place.thread or "")) is Speaking.NEVER
        if not settings.greeting or silent or is_quiet(settings.quiet, self._clock()):
            return
        topic, now = replace(event.place, reply_to=None), self._clock()
        self._greeted = {place: at for place, at in self._greeted.items() if at > now - STANDS}
        if topic in self._greeted:
            return
        self._greeted[topic] = now
        names = ", ".join(event.names[:MOST_NAMES])
        # Not a template: whatever else stands in braces was typed by an administrator.
        text = settings.greeting.replace("{name}", names)
        blocks = tuple(Paragraph(line(each)) for each in text.splitlines() if each.strip())
        language = settings.language or event.language or DEFAULT_LANGUAGE
        await self._say(event.place, Document(blocks, language=language))

    async def _language(self, chat: int, known: Language | None) -> Language:
        settings = await self._groups.load(f"tg:{chat}")
        return settings.language or known or DEFAULT_LANGUAGE

    def _sayer(self, language: Language) -> Callable[..., str]:
        phrases = self._mind().knowledge.phrases
        return lambda key, **params: phrases.say(key, language, **params)

    async def _say(self, place: Place, document: Document) -> None:
        try:
            for sheet in self._post.sheets(document):
                await self._post.send(place, sheet)
        except GoneError as error:
            log.info("group %s lets us say nothing: %s", place.chat, error)
