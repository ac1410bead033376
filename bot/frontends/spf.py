"""`listonosz spf --ip`: whether an address may send for a domain, as text or JSON."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import TextIO

from bot.frontends.oneshot import write_json
from bot.knowledge import Knowledge
from bot.knowledge.phrases import Phrases
from bot.model.language import Language
from bot.model.trouble import Gap
from bot.network.network import Network
from bot.probes.spf_check_host import check_host
from bot.probes.spf_result import judge_result
from bot.probes.spf_trail import SpfResult, Trail
from bot.render.terminal import clean

INDENT = "  "


def is_ip(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


async def evaluate(network: Network, ip: str, domain: str, sender: str, helo: str) -> SpfResult:
    """RFC 7208's check_host()."""
    async with network:
        return await check_host(network.dns, ip, domain, sender, helo)


def show(
    result: SpfResult,
    ip: str,
    knowledge: Knowledge,
    language: Language,
    out: TextIO,
    *,
    details: bool = False,
) -> None:
    """The result in plain words: what decided, what receivers do, and what it cost.

    In detail also the way to it: every record read, and every term judged.
    """

    def put(text: str) -> None:
        print(clean(text).strip(), file=out)

    for number, statement in enumerate(judge_result(result.domain, ip, result)):
        lead = f"{result.result}: " if number == 0 else ""
        if isinstance(statement, Gap):
            put(f"{lead}{statement.subject}: {knowledge.word_trouble(statement, language)}.")
            continue
        worded = knowledge.findings.word(statement, language)
        put(lead + worded.text)
        for text in filter(None, (worded.meaning, worded.remedy)):
            put(text)
    lookups, voids = result.lookups, result.void_lookups
    put(knowledge.phrases.say("cli.spf.lookups", language, lookups=lookups, voids=voids))
    if details:
        print(file=out)
        for each in _way(result.trail, knowledge.phrases, language):
            print(clean(each), file=out)


def _way(trail: Trail, phrases: Phrases, language: Language, depth: int = 0) -> Iterator[str]:
    """A record and its terms as judged, what they name and include below them."""
    indent = INDENT * depth
    record = trail.record or phrases.say("cli.spf.no-record", language)
    yield f"{indent}{trail.domain}: {record}"
    for step in trail.steps:
        key = f"cli.spf.outcome.{step.outcome}"
        outcome = phrases.say(key, language) if key in phrases else step.outcome
        seen = f" [{', '.join(step.seen)}]" if step.seen else ""
        named = f" ({step.target})" if step.target and step.target not in step.term else ""
        yield f"{indent}{INDENT}{step.term}{named}{seen}: {outcome}"
        if step.inside is not None:
            yield from _way(step.inside, phrases, language, depth + 2)


def print_json(result: SpfResult, out: TextIO) -> None:
    """The result as the JSON says it."""
    write_json(result.as_json(), out)
