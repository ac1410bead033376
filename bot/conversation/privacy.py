"""`/privacy` and `/forget` where things are kept: told and done from what the stores declare."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.conversation.errand import Offices
from bot.conversation.keeping import Archive, Erased, Holding
from bot.conversation.mind import Context
from bot.conversation.session import Session
from bot.conversation.step import Say, Turn
from bot.model.document import Block, Bullets, Document, Heading, Line, Paragraph, line

SERVICE = "archive"


@dataclass(frozen=True, slots=True)
class TellPrivacy:
    """Say what is kept, and how long."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase all that is kept of the person who asks."""


def leaves_no_trace(text: str) -> bool:
    """Whether not even that this was answered is to be kept."""
    return text.lower().split()[:1] == ["/forget"]


class PrivacyOffice:
    """Answers for the archive; `before` plans what is to be undone elsewhere for a person."""

    def __init__(self, archive: Archive, before: Callable[[str], Awaitable[None]]) -> None:
        self._archive = archive
        self._before = before

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {TellPrivacy: self.tell, Forget: self.forget}

    async def tell(self, order: TellPrivacy, context: Context) -> Turn:
        """The page of privacy: what is kept of people first, then what else is kept."""
        holdings = self._archive.holdings()
        blocks: list[Block] = [Heading(line(context.say("privacy.title")))]
        for key, is_personal in (("personal", True), ("other", False)):
            if kept := [each for each in holdings if each.is_personal is is_personal]:
                blocks.append(Paragraph(line(context.say(f"privacy.{key}"))))
                blocks.append(Bullets(tuple(_holding(context, each) for each in kept)))
        keys = ("privacy.not-kept", "talk.privacy.look", "privacy.forget")
        blocks.extend(Paragraph(line(context.say(key))) for key in keys)
        return context.turn(Say(Document(tuple(blocks))))

    async def forget(self, order: Forget, context: Context) -> Turn:
        """Erase, and say what there was."""
        await self._before(context.incoming.person)
        erased = await self._archive.erase(context.incoming.person)
        context = replace(context, session=Session())
        blocks: list[Block] = [Paragraph(line(context.say("privacy.forgotten")))]
        if erased:
            blocks.append(Bullets(tuple(_erased(context, each) for each in erased)))
        else:
            blocks = [Paragraph(line(context.say("privacy.nothing")))]
        turn = context.turn(Say(Document(tuple(blocks))))
        return replace(turn, session=Session())


def _holding(context: Context, holding: Holding) -> Line:
    name = context.say(f"privacy.kept.{_key(holding.kind)}")
    if holding.days is None:
        return line(name)
    return line(f"{name}: {context.say('privacy.days', days=holding.days)}")


def _erased(context: Context, erased: Erased) -> Line:
    return line(context.say(f"privacy.erased.{_key(erased.kind)}", count=erased.count))


def _key(kind: str) -> str:
    return kind.replace("_", "-")
