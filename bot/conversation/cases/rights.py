"""Who is a helper: asked of the front-end whenever it counts, for people come and go."""

from bot.conversation.cases.case import Desk, Reach
from bot.conversation.cases.ports import Wire
from bot.conversation.groups.group import GroupSettings


async def is_helper(desk: Desk, person: str, settings: GroupSettings | None, wire: Wire) -> bool:
    """Everybody in the helpers' own chat; where askers are too, those named and administrators."""
    if desk.reach is not Reach.OWN:
        return await wire.is_member(desk.chat, person)
    if settings is not None and person in settings.helpers:
        return await wire.is_member(desk.chat, person)
    return await wire.is_administrator(desk.chat, person)
