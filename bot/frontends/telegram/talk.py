"""The conversation on Telegram, by long polling."""

import asyncio
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial
from time import time

# The library's way to give a flood-wait exactly; it reads this each time.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.conversation.cases.intake import Posted
from bot.conversation.cases.ports import Wire
from bot.conversation.commands import commands_for
from bot.conversation.drive import Desk
from bot.conversation.keeping import Groups, Inbox, Replies
from bot.conversation.memory import MemoryGroups
from bot.frontends.telegram.answers import Answers, Stops
from bot.frontends.telegram.cases import TelegramRelay, read_posted
from bot.frontends.telegram.doorman import Doorman
from bot.frontends.telegram.events import Event, Wanted, lane_of
from bot.frontends.telegram.heard import Me
from bot.frontends.telegram.inline import answer_wanted
from bot.frontends.telegram.lanes import Job, Lanes
from bot.frontends.telegram.members import Members
from bot.frontends.telegram.menu import Leftovers, offer_commands
from bot.frontends.telegram.pace import Limits, Pacer
from bot.frontends.telegram.poll import FIRST_PAUSE, LONGEST_PAUSE, Poller
from bot.frontends.telegram.post import Post
from bot.frontends.telegram.reading import Pressed, Reading, Said, Strange, read_update
from bot.frontends.telegram.request import PollRequest
from bot.frontends.telegram.sheets import Words
from bot.frontends.telegram.visit import Counter, Visit
from bot.knowledge import Knowledge
from bot.model.document import Sign
from bot.model.language import Language

log = logging.getLogger(__name__)

Beside = Callable[[Wire], Awaitable[None]]
Take = Callable[[Posted], Awaitable[bool]]

# SIGTERM ends within 5 s: talk goes on for GRACE, last words take LAST_WORDS at most.
GRACE, LAST_WORDS, LAST_CALL = 1.0, 2.5, 0.7
MOST_ALBUMS = 200
SIGN_WORDS = (Sign.NOTICE, Sign.WARNING, Sign.ERROR, Sign.UNTESTED)


class Telegram:
    """One bot: fetches updates, has each handled in its conversation, and ends in good order."""

    def __init__(
        self,
        desk: Desk,
        bot: Bot,
        polling: PollRequest,
        limits: Limits | None = None,
        beside: Beside | None = None,
        inbox: Inbox | None = None,
        groups: Groups | None = None,
        take: Take | None = None,
        replies: Replies | None = None,
    ) -> None:
        self._desk = desk
        self._bot = bot
        self._words = self._learn_words()
        post = Post(bot, Pacer(limits), lambda: self._words)
        members = Members(bot)
        self._groups = groups or MemoryGroups()
        self._counter = Counter(
            desk, post, Lanes(), Answers(replies), Stops(), self._groups, members
        )
        self._doorman = Doorman(post, self._groups, members, lambda: desk.mind, time)
        self._run_beside = beside
        self._take = take
        self._poller = Poller(bot, polling, self._accept, inbox)
        self._leftovers = Leftovers(bot, lambda: desk.mind, self._start)
        self._albums: OrderedDict[str, None] = OrderedDict()
        self._beside: set[asyncio.Future[None]] = set()
        self._me = Me(0, "", frozenset())
        self._is_ending = False

    async def serve(self, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
        """Run until `stop`. InvalidToken when Telegram does not know the bot, or no longer."""
        try:
            if not await self._until(stop, self._connect()):
                return
            ready(self._me.username)
            self._desk.follow(self._renew)
            self._start(offer_commands(self._bot, self._desk.mind))
            if self._run_beside is not None:
                self._start(self._run_beside(TelegramRelay(self._counter.post)))
            await self._until(stop, self._poller.run())
            await self._end()
        finally:
            for task in self._beside:
                task.cancel()
            # They may have something to put in order, and the database is closed after us.
            await asyncio.gather(*self._beside, return_exceptions=True)
            await self._bot.shutdown()

    async def _until(self, stop: asyncio.Event, work: Awaitable[None]) -> bool:
        """Work until it is done or we are to stop; whether it was done."""
        working = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})
            return False
        await working
        return True

    async def _connect(self) -> None:
        """Learn who we are, as soon as Telegram can be reached."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._bot.initialize()
                # Polling and a webhook exclude each other; what waits is kept.
                await self._bot.delete_webhook()
                break
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("Telegram cannot be reached, trying again in %s s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        names = frozenset(command.name for command in commands_for(False, self._desk.mind.services))
        self._me = Me(self._bot.id, self._bot.username, names)

    async def _end(self) -> None:
        self._is_ending = True
        await self._counter.lanes.stop(GRACE, LAST_WORDS)
        try:
            async with asyncio.timeout(LAST_CALL):
                await self._poller.confirm()
        except TimeoutError:
            log.warning("the last updates were not confirmed and will come again")

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[None]) -> None:
        self._beside.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something beside the conversations failed", exc_info=error)

    def _learn_words(self) -> dict[Language, Words]:
        phrases = self._desk.mind.knowledge.phrases
        say = phrases.say
        return {
            language: Words(
                {sign: say(f"telegram.sign.{sign}", language) for sign in SIGN_WORDS},
                say("telegram.stop", language),
            )
            for language in phrases.languages
        }

    def _renew(self, knowledge: Knowledge) -> None:
        """What is said around the talk follows the knowledge too."""
        self._words = self._learn_words()
        self._leftovers.renewed()
        self._start(offer_commands(self._bot, self._desk.mind))

    def _accept(self, update: Update) -> None:
        """Put an update into its conversation's lane; returns at once."""
        reading = read_update(update, self._me)
        number = update.update_id
        posted = read_posted(update, self._me) if self._take is not None else None
        if reading is None or self._is_more_of_an_album(reading):
            if posted is None:
                self._poller.settle(number)
                return
            # Nothing for us, but maybe for the other side of a case.
            work = partial(self._talk, posted, None)
            lane = f"{posted.chat}:{posted.person}"
            self._counter.lanes.put(lane, Job(work, partial(self._settle, number)))
            return
        self._counter.members.saw(update.effective_user)
        self._leftovers.saw(update.effective_user)
        if not isinstance(reading, Said | Pressed | Strange):
            done = partial(self._settle, number)
            job = Job(partial(self._happen, reading), done)
            self._counter.lanes.put(lane_of(reading), job)
            return
        visit = Visit(self._counter, reading)

        def settle(is_done: bool) -> None:
            # What was interrupted before anything was said is given again after the restart.
            if is_done or visit.is_answered or not self._is_ending:
                self._poller.settle(number)

        if visit.query is not None:
            self._start(visit.query.stop_turning())
        work = partial(self._talk, posted, visit)
        self._counter.lanes.put(reading.conversation, Job(work, settle, visit.question))

    async def _talk(
        self, posted: Posted | None, visit: Visit | None
    ) -> Callable[[], Awaitable[None]] | None:
        """What belongs to a case goes to its other side; all else is talk with us."""
        if posted is not None and self._take is not None and await self._take(posted):
            return None
        return await visit.talk() if visit is not None else None

    def _settle(self, number: int, is_done: bool) -> None:
        if is_done or not self._is_ending:
            self._poller.settle(number)

    async def _happen(self, event: Event) -> None:
        """Something that nobody said."""
        if isinstance(event, Wanted):
            await answer_wanted(self._bot, self._counter.post, self._desk, event)
        else:
            await self._doorman.handle(event)

    def _is_more_of_an_album(self, reading: Reading) -> bool:
        """Ten photographs sent at once are ten messages, and need one answer."""
        if not isinstance(reading, Strange) or not reading.album:
            return False
        is_known = reading.album in self._albums
        self._albums[reading.album] = None
        if len(self._albums) > MOST_ALBUMS:
            self._albums.popitem(last=False)
        return is_known
