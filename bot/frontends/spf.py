"""`listonosz spf --ip`: whether an address may send for a domain, as text or JSON."""

from ipaddress import ip_address
from typing import TextIO

from bot.frontends.oneshot import write_json
from bot.knowledge import Knowledge
from bot.model.language import Language
from bot.model.trouble import Gap
from bot.network.network import Network
from bot.probes.spf_check_host import SpfResult, check_host
from bot.probes.spf_result import judge_result
from bot.render.terminal import clean


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


def show(result: SpfResult, ip: str, knowledge: Knowledge, language: Language, out: TextIO) -> None:
    """The result in plain words: what decided, what receivers do, and what it cost."""

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


def print_json(result: SpfResult, out: TextIO) -> None:
    """The result as the JSON says it."""
    write_json(result.as_json(), out)
