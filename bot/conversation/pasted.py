"""A pasted head of a message: where it waited, who vouches for it, what the filter said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.conversation.answering import topic_choice
from bot.conversation.groups.exposing import exposed
from bot.conversation.mind import Context, Mind
from bot.conversation.step import Say, Turn
from bot.faq.match import Matched
from bot.formats.headers import Headers, Wait, parse_headers
from bot.knowledge.prose import prose_line
from bot.model.document import Bullets, Document, Heading, Note, Paragraph, line
from bot.model.language import FALLBACK, Language

SLOW = timedelta(minutes=5)  # less is nobody's complaint
DAYS = timedelta(days=2)
HOURS = timedelta(hours=2)
FEW_WORDS = 12  # so many are a person's own words; more beside a code are a server's
LATE, READ, FORGED = "delayed-mail", "read-headers", "phishing-message"
FAILED = frozenset({"fail", "softfail", "permerror"})
SURE = 1.0


def own_language(mind: Mind, text: str, heard: Language | None) -> Language | None:
    """The language of a message; what servers write is English, whoever pastes it."""
    if heard is not FALLBACK:
        return heard
    return None if is_servers(mind, text) or exposed(text) or parse_headers(text) else heard


def is_servers(mind: Mind, text: str) -> bool:
    """Whether a server wrote the message rather than the person, who has pasted a bounce."""
    is_long = "\n" in text.strip() or len(text.split()) > FEW_WORDS
    return is_long and mind.code(text) is not None


def explain_headers(context: Context, text: str) -> Turn | None:
    """What the head of a message tells; None where the text is none, or holds a bounce's reason."""
    headers = parse_headers(text)
    if headers is None or context.mind.code(text):
        return None
    wait = headers.longest
    is_late = wait is not None and wait.time >= SLOW
    topic = LATE if is_late else READ
    topics = context.mind.knowledge.topics
    facts = tuple(line(said) for said in _facts(context, headers))
    blocks = (
        Heading(line(context.say("headers.title"))),
        Bullets(facts),
        Paragraph(prose_line(context.say(f"headers.next.{_next(headers, is_late=is_late)}"))),
        Note(line(context.say("headers.claims"))),
    )
    names = (*dict.fromkeys((topic, READ)), *((FORGED,) if _is_doubtful(headers) else ()))
    rows = tuple((topic_choice(context, "topic", name),) for name in names if name in topics)
    known = {"topic": topic} if topic in topics else {}
    turn = context.turn(Say(Document(blocks, rows)), asked=(), unclear=0, reason=None, **known)
    return replace(turn, match=Matched(topic, SURE)) if known else turn


def _facts(context: Context, headers: Headers) -> Iterator[str]:
    if wait := headers.longest:
        yield _waited(context, wait)
    if headers.results:
        listed = ", ".join(f"{name.upper()}: {said}" for name, said in headers.results.items())
        key = "results-of" if headers.authority else "results"
        yield context.say(f"headers.{key}", results=listed, host=headers.authority)
        yield from _meant(context, headers)
    if headers.score is not None and headers.required is not None:
        key = "spam" if headers.score >= headers.required else "no-spam"
        score, required = headers.score, headers.required
        yield context.say(f"headers.{key}", score=score, required=required)


def _waited(context: Context, wait: Wait) -> str:
    if wait.time < SLOW:
        return context.say("headers.quick")
    minutes = int(wait.time.total_seconds()) // 60
    hosts = {"at": wait.at, "until": wait.until}
    if wait.time >= DAYS:
        return context.say("headers.waited-days", days=minutes // 1440, **hosts)
    if wait.time >= HOURS:
        return context.say("headers.waited-hours", hours=minutes // 60, **hosts)
    return context.say("headers.waited-minutes", minutes=minutes, **hosts)


def _meant(context: Context, headers: Headers) -> Iterator[str]:
    """What the results mean together."""
    results = headers.results
    dmarc = results.get("dmarc")
    if dmarc == "pass":
        yield context.say("headers.genuine")
    elif dmarc in FAILED and results.get("dkim") in FAILED:
        yield context.say("headers.changed")
    elif dmarc in FAILED:
        yield context.say("headers.forged")
    elif results.get("spf") in FAILED and results.get("dkim") == "pass":
        yield context.say("headers.forwarded")


def _is_doubtful(headers: Headers) -> bool:
    return headers.results.get("dmarc") in FAILED


def _next(headers: Headers, *, is_late: bool) -> str:
    if is_late:
        return "late"
    if _is_doubtful(headers):
        return "doubtful"
    is_spam = headers.score is not None and headers.score >= (headers.required or 0)
    return "spam" if is_spam else "sound"
