"""Who is who in a group, asked of Telegram when it counts, and hardly remembered."""

import asyncio
import logging
from collections import OrderedDict

from telegram import Bot, User
from telegram.error import NetworkError, TelegramError

from bot.conversation.groups.group import GroupSettings, Standing
from bot.conversation.ports import Incoming

log = logging.getLogger(__name__)

FRESH = 3.0  # seconds that an answer of Telegram's holds: two taps in a row are asked about once
MOST_KNOWN = 5000  # people seen lately, by their @names
MOST_NAMED = 20  # helpers whose names are asked for at once
ADMINISTRATORS = ("creator", "administrator")
PREFIX = "tg:"


class Members:
    """Asks Telegram. What it cannot tell counts as "no"."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._asked: OrderedDict[tuple[int, int], tuple[float, bool]] = OrderedDict()
        self._seen: OrderedDict[str, tuple[str, str]] = OrderedDict()

    def saw(self, user: User | None) -> None:
        """Somebody wrote: from now on their @name says who they are."""
        if user is None or not user.username or user.is_bot:
            return
        name = user.username.lower()
        self._seen.pop(name, None)
        self._seen[name] = (f"{PREFIX}{user.id}", user.first_name)
        while len(self._seen) > MOST_KNOWN:
            self._seen.popitem(last=False)

    async def is_administrator(self, chat: int, user: int) -> bool:
        """Whether this person administers the group, as of a few seconds ago at most."""
        now = asyncio.get_running_loop().time()
        known = self._asked.get((chat, user))
        if known is not None and known[0] > now - FRESH:
            return known[1]
        try:
            member = await self._twice(chat, user)
        except TelegramError as error:
            log.warning("Telegram did not tell who administers group %s: %s", chat, error)
            return False
        self._asked[chat, user] = (now, member in ADMINISTRATORS)
        while len(self._asked) > MOST_KNOWN:
            self._asked.popitem(last=False)
        return member in ADMINISTRATORS

    async def _twice(self, chat: int, user: int) -> str:
        try:
            return (await self._bot.get_chat_member(chat, user)).status
        except NetworkError:
            return (await self._bot.get_chat_member(chat, user)).status

    async def sees_all(self, chat: int) -> bool:
        """Whether Telegram shows us also what is not addressed to us."""
        if self._bot.bot.can_read_all_group_messages:
            return True
        return await self.is_administrator(chat, self._bot.id)

    async def refresh(self) -> None:
        """Whether we may read everything may have been changed since we started."""
        try:
            await self._bot.get_me()
        except TelegramError as error:
            log.warning("Telegram did not tell what the bot may read: %s", error)

    async def standing(self, chat: int, incoming: Incoming, settings: GroupSettings) -> Standing:
        """All that counts for a change of the group's settings."""
        # Who writes in the name of the group itself is one of its administrators.
        is_group = incoming.person == incoming.chat
        is_known = is_group or await self.is_administrator(chat, _number(incoming.person))
        if not is_known:
            return Standing()
        names = await self._names(chat, settings.helpers[:MOST_NAMED])
        return Standing(True, await self.sees_all(chat), names, self._bot.name)

    async def _names(self, chat: int, people: tuple[str, ...]) -> dict[str, str]:
        async def name(person: str) -> str:
            try:
                member = await self._bot.get_chat_member(chat, _number(person))
            except TelegramError:
                return ""
            return member.user.first_name

        names = await asyncio.gather(*map(name, people))
        return {person: found for person, found in zip(people, names, strict=True) if found}

    async def mentioned(self, chat: int, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Who the @names are, as far as Telegram or what we saw can tell."""
        if not names:
            return ()
        known = dict(self._seen)
        if any(name not in known for name in names):
            known |= await self._administrators(chat)
        return tuple(known[name] for name in names if name in known)

    async def _administrators(self, chat: int) -> dict[str, tuple[str, str]]:
        try:
            members = await self._bot.get_chat_administrators(chat)
        except TelegramError as error:
            log.debug("the administrators of a group are not known: %s", error)
            return {}
        return {
            member.user.username.lower(): (f"{PREFIX}{member.user.id}", member.user.first_name)
            for member in members
            if member.user.username and not member.user.is_bot
        }


def _number(person: str) -> int:
    return int(person.removeprefix(PREFIX))
