"""How one gets into a mailbox: with what to log in, and what must be done before."""

from collections.abc import Iterator

from bot.knowledge.prose import prose
from bot.model.document import Block, Heading, Paragraph, line
from bot.model.settings import FoundServer
from bot.render.mailbox_words import MailboxWords


def login(words: MailboxWords) -> Iterator[Block]:
    """With what a program logs in."""
    facts = words.facts
    if not facts.is_direct:
        return
    key, params, rest = facts.login, {}, facts.ways[1:]
    if key != "password" and "password" in rest:
        key = f"{key}-best"
    elif key == "oauth2" and facts.provider:
        key, params = "oauth2-of", {"provider": facts.provider.name}
    text = words.say(f"card.login.{key}", **params)
    if "app-password" in rest:
        other = "or-app-password" if facts.login == "oauth2" else "two-step"
        text += " " + words.say(f"card.login.{other}")
    yield Paragraph(line(text))
    app_password = facts.provider.app_password if facts.provider else None
    if facts.login != "app-password" and app_password and app_password.page:
        yield Paragraph(words.page(app_password.page, "card.app-password-at"))


def first_of_all(words: MailboxWords, incoming: FoundServer | None) -> Iterator[Block]:
    """What must be done at the provider's website before any program is let in."""
    provider, language = words.facts.provider, words.words.language
    blocks: list[Block] = []
    if provider is None:
        # Our own files stand above what a file says: some ask for a switch long gone.
        if incoming and (page := words.facts.switch_on_page):
            yield Heading(line(words.say("card.first")))
            yield Paragraph(words.page(page, "card.switch-on-page"))
        return
    switch_on = provider.to_switch_on(incoming.server.protocol) if incoming else None
    if switch_on:
        named = words.protocols(switch_on.protocols)
        blocks.append(Paragraph(line(words.say("card.switch-on", protocols=named))))
        blocks.extend(prose(switch_on.steps[language]))
        if switch_on.page:
            blocks.append(Paragraph(words.page(switch_on.page)))
    app_password = provider.app_password
    if app_password and words.facts.login == "app-password":
        blocks.append(Paragraph(line(words.say("card.app-password") + ":")))
        blocks.extend(prose(app_password.steps[language]))
        if app_password.page:
            blocks.append(Paragraph(words.page(app_password.page)))
    if note := provider.note.get(language):
        blocks.append(Paragraph(line(note)))
    if blocks:
        yield Heading(line(words.say("card.first")))
        yield from blocks
