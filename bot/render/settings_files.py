"""What is handed over as a file: a profile for Apple's devices, autoconfig for an administrator."""

from collections.abc import Callable

from bot.formats.autoconfig_write import FILE_NAME, write_autoconfig
from bot.formats.mobileconfig import Account, ProfileWords, write_profile
from bot.formats.srv_write import write_srv
from bot.model.document import (
    Block,
    Bullets,
    Copyable,
    Document,
    Enclosure,
    Heading,
    Item,
    Note,
    Paragraph,
    Sign,
    line,
)
from bot.model.settings import ConnectionSecurity
from bot.render.mailbox_words import MailboxWords

Signature = Callable[[bytes], bytes]
PROFILE_ENDING = ".mobileconfig"


class NoProfileError(Exception):
    """There is no profile for this mailbox; `key` words why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def make_profile(words: MailboxWords, sign: Signature | None, protocol: str = "") -> bytes:
    """The profile, signed where there is somebody to sign it; NoProfileError."""
    facts = words.facts
    incoming, outgoing = facts.by(protocol), facts.outgoing
    if not facts.is_direct:
        raise NoProfileError("bridge")
    if incoming is None or outgoing is None:
        raise NoProfileError("no-servers")
    if facts.is_oauth2_only:
        raise NoProfileError("oauth2")
    servers = (incoming.server, outgoing.server)
    if any(server.security is ConnectionSecurity.NONE for server in servers):
        raise NoProfileError("plain")
    mailbox = facts.mailbox.untagged
    account = Account(
        domain=facts.report.target.name,
        address=mailbox.wire_address,
        incoming=incoming.server,
        outgoing=outgoing.server,
        incoming_username=facts.username(incoming.server),
        outgoing_username=facts.username(outgoing.server),
    )
    said = ProfileWords(
        title=words.say("profile.name", shown=mailbox.shown),
        description=words.say("profile.description", shown=mailbox.shown),
        organization=words.say("profile.organization"),
    )
    profile = write_profile(account, said)
    return sign(profile) if sign else profile


def profile_document(words: MailboxWords, sign: Signature | None, protocol: str = "") -> Document:
    """The profile as a file with what to do with it; or why there is none."""
    language = words.words.language
    try:
        profile = make_profile(words, sign, protocol)
    except NoProfileError as error:
        text = words.say(f"profile.{error.key}", shown=words.shown)
        return Document((Paragraph(line(text)),), language=language)
    facts = words.facts
    blocks: list[Block] = [Heading(line(words.say("profile.title", shown=words.shown)))]
    proofs = [each.proof.is_proved for each in (facts.by(protocol), facts.outgoing) if each]
    if not all(proofs):
        blocks.append(Item(Sign.WARNING, line(words.say("profile.not-proved"))))
    blocks.append(Bullets((line(words.say("profile.phone")), line(words.say("profile.mac")))))
    told = [words.say("profile.password")]
    if facts.login == "app-password" or facts.has_app_password:
        told.append(words.say("profile.app-password"))
    if not facts.mailbox.address:
        told.append(words.say("profile.asks-address"))
    blocks.append(Paragraph(line(" ".join(told))))
    if sign is None:
        blocks.append(Note(line(words.say("profile.unsigned"))))
    name = facts.report.target.name + PROFILE_ENDING
    owner = facts.mailbox.untagged.shown
    command = f"listonosz settings {owner} --profile {name}"
    instead = (Paragraph(line(words.say("profile.terminal"))), Copyable(command))
    return Document(tuple(blocks), language=language, enclosure=Enclosure(name, profile, instead))


def publish_document(words: MailboxWords) -> Document:
    """What the administrator of a domain adds so that programs find its servers by themselves."""
    facts, language = words.facts, words.words.language
    target = facts.report.target
    title = Heading(line(words.say("publish.title", domain=target.shown)))
    servers = facts.to_publish
    if not servers:
        text = words.say("publish.none-proved", domain=target.shown)
        return Document((title, Paragraph(line(text))), language=language)
    blocks: list[Block] = [title]
    if facts.can_publish:
        blocks.append(Paragraph(line(words.say("publish.nothing"))))
    records = write_srv(target.name, servers)
    blocks.append(Paragraph(line(words.say("publish.srv" if records else "publish.no-srv"))))
    if records:
        blocks.append(Copyable("\n".join(records)))
    blocks += [
        Paragraph(line(words.say("publish.autoconfig"))),
        Copyable(f"https://autoconfig.{target.name}/mail/{FILE_NAME}"),
        Paragraph(line(words.say("publish.or-well-known"))),
        Copyable(f"https://{target.name}/.well-known/autoconfig/mail/{FILE_NAME}"),
        Paragraph(line(words.say("publish.autodiscover", domain=target.shown))),
        Paragraph(line(words.say("publish.check", domain=target.shown))),
        Note(line(words.say("publish.proved"))),
    ]
    text = write_autoconfig(target.name, servers)
    enclosure = Enclosure(FILE_NAME, text.encode(), (Copyable(text.rstrip()),))
    return Document(tuple(blocks), language=language, enclosure=enclosure)
