"""What a watch has to tell, as a message: what changed, and what to do about it."""

from collections.abc import Iterator, Sequence

from bot.conversation.action import Action, look_action
from bot.conversation.replies import Rows
from bot.conversation.watching.compare import Change, ChangeKind
from bot.knowledge import Knowledge
from bot.model.document import (
    Block,
    Bullets,
    Choice,
    Code,
    Document,
    Heading,
    Item,
    Line,
    Note,
    Paragraph,
    Sign,
    line,
)
from bot.model.finding import Severity
from bot.model.language import Language

LONGEST = 400  # characters of a record that are shown
MOST_CHANGES = 12
SIGNS = {Severity.OK: Sign.OK, Severity.NOTICE: Sign.NOTICE, Severity.WARNING: Sign.WARNING}
Body = tuple[Paragraph | Bullets | Note, ...]


def tellable(knowledge: Knowledge, changes: Sequence[Change]) -> list[Change]:
    """Those that can be told: what another version found may lack what its words need now."""
    can_word = knowledge.findings.can_word
    return [each for each in changes if each.finding is None or can_word(each.finding)]


def notice(
    knowledge: Knowledge, language: Language, target: str, shown: str, changes: Sequence[Change]
) -> Document:
    """The message about these changes, gravest first."""
    phrases = knowledge.phrases
    ordered = sorted(changes, key=_weight)
    items = [_item(knowledge, language, change) for change in ordered[:MOST_CHANGES]]
    heading = Heading(line(phrases.say("watching.notice.title", language, target=shown)))
    blocks: list[Block] = [heading, *items]
    if left := len(ordered) - len(items):
        blocks.append(Note(line(phrases.say("watching.notice.more", language, count=left))))
    return Document(tuple(blocks), below(knowledge, language, target), language=language)


def below(knowledge: Knowledge, language: Language, target: str) -> Rows:
    """Look now, and watch no more."""
    say = knowledge.phrases.say
    look = look_action("fresh", language, (), target)
    stop = Action("unwatch", language, (target,))
    row = [Choice(say("watching.button.look", language), str(look))]
    if stop.fits:
        row.append(Choice(say("watching.button.stop", language), str(stop)))
    return (tuple(row),)


def _weight(change: Change) -> int:
    if change.kind is ChangeKind.WORSE and change.finding:
        return -change.finding.severity
    order = {ChangeKind.DOWN: -3, ChangeKind.EXPIRES: -2, ChangeKind.RECORD: -1}
    return order.get(change.kind, 1)


def _item(knowledge: Knowledge, language: Language, change: Change) -> Item:
    say = knowledge.phrases.say
    words = {"subject": change.subject, "days": change.days, "until": change.new}
    match change:
        case Change(kind=ChangeKind.WORSE, finding=finding) if finding is not None:
            worded = knowledge.findings.word(finding, language)
            body = tuple(Paragraph(line(text)) for text in (worded.remedy,) if text)
            return Item(SIGNS.get(finding.severity, Sign.ERROR), line(worded.text), body)
        case Change(kind=ChangeKind.HEALED, finding=finding) if finding is not None:
            worded = knowledge.findings.word(finding, language)
            return Item(Sign.OK, line(say("watching.change.healed", language, text=worded.text)))
        case Change(kind=ChangeKind.RECORD):
            text = say("watching.change.record", language, subject=change.subject)
            return Item(Sign.NOTICE, line(text), _difference(knowledge, language, change))
        case Change(kind=ChangeKind.EXPIRES):
            key = "expired" if change.days < 0 else "today" if change.days == 0 else "expires"
            sign = Sign.ERROR if change.days <= 1 else Sign.WARNING
            text = say(f"watching.change.{key}", language, **words)
            return Item(sign, line(text), (_advice(knowledge, language, "expires"),))
        case Change(kind=ChangeKind.REFUSED):
            text = say("errors.target.refused", language)
            return Item(Sign.NOTICE, line(text + " " + say("watching.change.over", language)))
        case Change(kind=ChangeKind.DOWN):
            text = _served(knowledge, language, change)
            return Item(Sign.ERROR, line(text), (_advice(knowledge, language, "down"),))
        case Change(kind=ChangeKind.UP):
            return Item(Sign.OK, line(_served(knowledge, language, change)))
    return Item(Sign.OK, line(say(f"watching.change.{change.kind}", language, **words)))


def _served(knowledge: Knowledge, language: Language, change: Change) -> str:
    """Which server, and for what: one that serves IMAP may still be silent at another port."""
    say = knowledge.phrases.say
    service = say(f"watching.service.{change.new or 'any'}", language)
    return say(f"watching.change.{change.kind}", language, subject=change.subject, service=service)


def _advice(knowledge: Knowledge, language: Language, key: str) -> Paragraph:
    return Paragraph(line(knowledge.phrases.say(f"watching.advice.{key}", language)))


def _difference(knowledge: Knowledge, language: Language, change: Change) -> Body:
    """The record before and after, which parts went and came, and what to do."""
    say = knowledge.phrases.say
    rows: list[Line] = []
    for key, text in (("old", change.old), ("new", change.new)):
        words = say(f"watching.change.{key}", language)
        value = Code(_short(text)) if text else say("watching.change.none", language)
        rows.append(line(f"{words} ", value))
    parts = list(_parts(change))
    if parts:
        rows.append(line(say("watching.change.parts", language) + " ", Code(", ".join(parts))))
    return Bullets(tuple(rows)), _advice(knowledge, language, "record")


def _parts(change: Change) -> Iterator[str]:
    """ "−include:a" and "+include:b": terms, tags or servers, where both records are there."""
    if not change.old or not change.new:
        return
    before, after = (_split(change.subject, text) for text in (change.old, change.new))
    yield from (f"−{part}" for part in before if part not in after)
    yield from (f"+{part}" for part in after if part not in before)


def _split(subject: str, text: str) -> list[str]:
    if subject == "MX":
        return text.splitlines()
    if subject == "DMARC":
        return [part.strip() for part in text.split(";") if part.strip()]
    return text.split()


def _short(text: str) -> str:
    text = ", ".join(text.splitlines())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
