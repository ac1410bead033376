"""The office of `/desk`: whose cases go where, with the consent of both sides."""

import secrets
from collections.abc import Callable

from bot.conversation.action import Action
from bot.conversation.cases.case import Desk, Offer, Reach
from bot.conversation.cases.desks import LINK, EndDesk, OfferDesk, SetDesk, TakeOffer, Unlink
from bot.conversation.cases.ports import Cases, Wire
from bot.conversation.errand import Offices
from bot.conversation.keeping import Groups, NobodyThereError
from bot.conversation.menus import PlanMenu
from bot.conversation.mind import Context
from bot.conversation.replies import phrase, plain
from bot.conversation.step import Say, Toast, Turn
from bot.model.document import Block, Bullets, Choice, Code, Document, Note, Paragraph, line

GOOD_FOR = 3600.0  # seconds that a code may be used
MOST_SHOWN = 20  # groups with a button each


class DeskOffice:
    """Keeps where cases go. `wire` is asked who administers what; `plan` has a menu put right."""

    def __init__(
        self,
        cases: Cases,
        groups: Groups,
        wire: Callable[[], Wire],
        clock: Callable[[], float],
        operators: frozenset[str],
        plan: PlanMenu,
    ) -> None:
        self._cases = cases
        self._groups = groups
        self._wire = wire
        self._clock = clock
        self._operators = operators
        self._plan_menu = plan

    @property
    def offices(self) -> Offices:
        """What it does, by the type of the order."""
        return {
            SetDesk: self.set,
            EndDesk: self.end,
            OfferDesk: self.offer,
            TakeOffer: self.take,
            Unlink: self.unlink,
        }

    async def set(self, order: SetDesk, context: Context) -> Turn:
        """This chat answers cases: everybody's where an operator says so, else its own people's."""
        incoming = context.incoming
        is_operator = incoming.person in self._operators
        known = await self._cases.desk(incoming.chat)
        reach = Reach.ALL if is_operator else Reach.OWN
        if known and known.is_open and known.reach is not Reach.OWN and not is_operator:
            reach = known.reach
        else:
            await self._cases.unlink(incoming.chat)
            await self._cases.set_desk(Desk(incoming.chat, reach, context.language))
            await self._plan_menu(incoming.chat)
        say = context.say
        blocks: list[Block] = [Paragraph(line(say(f"cases.desk.{reach}")))]
        groups = await self._cases.linked(incoming.chat)
        if groups:
            titles = [line(await self._title(context, each)) for each in groups]
            blocks += [Paragraph(line(say("cases.desk.serves"))), Bullets(tuple(titles))]
        blocks += [Paragraph(line(say("cases.desk.how"))), Note(line(say("cases.desk.link")))]
        if reach is not Reach.ALL:
            blocks.append(Note(line(say("cases.desk.operator"))))
        return context.turn(Say(Document(tuple(blocks), await self._below(context, groups))))

    async def _below(
        self, context: Context, groups: tuple[str, ...]
    ) -> tuple[tuple[Choice, ...], ...]:
        rows = []
        for each in groups[:MOST_SHOWN]:
            label = context.say("cases.button.unlink", title=await self._title(context, each))
            rows.append((Choice(label, str(Action("case", context.language, ("unlink", each)))),))
        return tuple(rows)

    async def end(self, order: EndDesk, context: Context) -> Turn:
        """Nothing new comes here, and what pointed elsewhere does no longer."""
        chat, cases = context.incoming.chat, self._cases
        desk = await cases.unlink(chat)
        if desk:
            title = await self._title(context, chat)
            await self._tell(desk, context, "cases.desk.left", title=title)
        if await cases.drop_desk(chat):
            return context.turn(Say(phrase(context, "cases.desk.ended")))
        return context.turn(Say(phrase(context, f"cases.desk.{'unlinked' if desk else 'none'}")))

    async def offer(self, order: OfferDesk, context: Context) -> Turn:
        """A code for one other group; who brings it must administer that one."""
        incoming, cases = context.incoming, self._cases
        known = await cases.desk(incoming.chat)
        if known is None or not known.is_open:
            await cases.set_desk(Desk(incoming.chat, Reach.GROUPS, context.language))
            await self._plan_menu(incoming.chat)
        code = secrets.token_hex(8)
        await cases.offer(code, Offer(incoming.chat, incoming.person), self._clock())
        blocks = (
            Paragraph(line(context.say("cases.desk.offer"))),
            Paragraph(line(context.say("cases.desk.offer-typed"), " ", Code(f"/desk {code}"))),
            Note(line(context.say("cases.desk.offer-once"))),
        )
        choose = Choice(context.say("cases.button.choose-group"), group=f"{LINK}{code}")
        return context.turn(Say(Document(blocks, ((choose,),))))

    async def take(self, order: TakeOffer, context: Context) -> Turn:
        """Both sides agree: who made the code and who brings it administer one each."""
        incoming, cases, wire = context.incoming, self._cases, self._wire()
        if not await wire.is_administrator(incoming.chat, incoming.person):
            return context.turn(Say(phrase(context, "groups.only-administrators", command="/desk")))
        now = self._clock()
        offer = await cases.take_offer(order.code, now - GOOD_FOR)
        if offer is None or offer.desk == incoming.chat:
            return context.turn(Say(phrase(context, "cases.desk.no-offer")))
        desk = await cases.desk(offer.desk)
        if desk is None or not desk.is_open:
            return context.turn(Say(phrase(context, "cases.desk.no-offer")))
        if not await wire.is_administrator(offer.desk, offer.author):
            return context.turn(Say(phrase(context, "cases.desk.no-offer")))
        await cases.link(incoming.chat, offer.desk, now)
        title = await self._title(context, incoming.chat)
        await self._tell(offer.desk, context, "cases.desk.joined", title=title)
        there = await self._title(context, offer.desk)
        return context.turn(Say(phrase(context, "cases.desk.linked", title=there)))

    async def unlink(self, order: Unlink, context: Context) -> Turn:
        """The helpers want a group's cases no longer: its people are told where they ask."""
        incoming, cases = context.incoming, self._cases
        if not await self._wire().is_administrator(incoming.chat, incoming.person):
            return context.turn(Toast(context.say("groups.only-administrators-toast")))
        if order.group not in await cases.linked(incoming.chat):
            return context.turn(Toast(context.say("answers.button.old")))
        await cases.unlink(order.group)
        title = await self._title(context, order.group)
        await self._tell(order.group, context, "cases.desk.unlinked")
        words = context.say("cases.desk.left", title=title)
        return context.turn(Say(plain(words), replace=True))

    async def _title(self, context: Context, chat: str) -> str:
        return await self._groups.title(chat) or context.say("cases.desk.a-group")

    async def _tell(self, chat: str, context: Context, key: str, **params: str) -> None:
        """The other side hears of it, where it still can."""
        desk = await self._cases.desk(chat)
        language = (await self._groups.load(chat)).language or (desk.language if desk else None)
        language = language or context.language
        words = context.mind.knowledge.phrases.say(key, language, **params)
        document = Document((Paragraph(line(words)),), language=language)
        try:
            await self._wire().deliver(chat, document)
        except NobodyThereError:
            return
