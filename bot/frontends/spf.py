"""`listonosz spf --ip`: whether an address may send for a domain, as text or JSON."""

from ipaddress import ip_address
from typing import TextIO

from bot.frontends.oneshot import write_json
from bot.knowledge.phrases import Phrases
from bot.model.language import Language
from bot.network.network import Network
from bot.probes.spf_check_host import SpfResult, check_host
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


def show(result: SpfResult, ip: str, phrases: Phrases, language: Language, out: TextIO) -> None:
    """The result in words, with what decided."""

    def say(key: str, **params: object) -> None:
        print(clean(phrases.say(f"cli.spf.{key}", language, **params)).strip(), file=out)

    say(f"result.{result.result}", ip=ip, domain=result.domain)
    if result.mechanism:
        say("mechanism", mechanism=result.mechanism, where=result.record_domain or result.domain)
    if result.problem:
        where = result.problem_domain or result.domain
        say("problem", problem=result.problem, where=where, detail=result.problem_detail)
    if result.explanation:
        say("explanation", explanation=result.explanation)
    say("lookups", lookups=result.lookups, voids=result.void_lookups)


def print_json(result: SpfResult, out: TextIO) -> None:
    """The result as the JSON says it."""
    write_json(result.as_json(), out)
