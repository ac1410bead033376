"""Commands that look at domains and servers."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.program.parts import DONE, REFUSED, WRONG_CALL, Parts, complain

if TYPE_CHECKING:
    from bot.conversation.comparing import Pair
    from bot.model.check import CheckRequest, Report


def compare(parts: Parts) -> int:
    """Two domains side by side."""
    from bot.conversation.comparing import pair_sentence, parse_pair
    from bot.conversation.looking import REFUSED_REASONS
    from bot.formats.errors import FormatError

    try:
        pair = parse_pair(" ".join(parts.options.targets))
    except FormatError as error:
        command, phrases = "listonosz compare", parts.knowledge.phrases
        sentence = pair_sentence(phrases, parts.language, error, command)
        return complain(sentence, REFUSED if error.reason in REFUSED_REASONS else WRONG_CALL)
    return asyncio.run(_run_comparison(parts, pair))


async def _run_comparison(parts: Parts, pair: "Pair") -> int:
    from bot.frontends.oneshot import compare_json, compare_words, is_refused
    from bot.frontends.outlet import TerminalOutlet, make_console

    task = asyncio.current_task()
    assert task is not None
    async with parts.desk() as desk:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        if parts.options.json:
            reports: Sequence[Report] = await compare_json(desk, pair, parts.language, sys.stdout)
        else:
            console = make_console()
            outlet = TerminalOutlet(console, has_choices=False, shows_progress=console.is_terminal)
            reports = await compare_words(desk, pair, parts.language, outlet)
    return REFUSED if any(map(is_refused, reports)) else DONE


def probe(parts: Parts) -> int:
    """One probe, by its name."""
    from bot.probes import PROBES

    names = [probe.name for probe in PROBES]
    name = parts.options.name.lower()
    if name not in names:
        listed = ", ".join(names)
        return complain(parts.say("probe.unknown", name=parts.options.name, probes=listed))
    if parts.options.selector is not None and name != "dkim":
        return complain(parts.say("probe.only-dkim"))
    if parts.options.type is not None and name != "dns":
        return complain(parts.say("probe.only-dns"))
    return look(parts, (name,))


def look(parts: Parts, probes: tuple[str, ...]) -> int:
    """Check every target named on the command line."""
    from bot.conversation.looking import REFUSED_REASONS, target_sentence
    from bot.formats.errors import FormatError

    options = parts.options
    match options.command:
        case "spf":
            texts = [options.domain]
        case "dns":
            texts = [f"{options.query} {options.type}"]
        case _:
            texts = options.targets
    requests = []
    for text in texts:
        try:
            trace = getattr(options, "trace", False)
            found = _requests(parts, text, probes)
            requests += [replace(request, trace=trace) for request in found]
        except FormatError as error:
            command = f"listonosz {options.command}"
            phrases = parts.knowledge.phrases
            sentence = target_sentence(phrases, parts.language, error, command)
            if error.reason not in REFUSED_REASONS:
                return complain(sentence)
            if options.json:
                from bot.frontends.oneshot import print_refusal

                print_refusal(text, probes, parts.knowledge, parts.language, sys.stdout)
                return REFUSED
            return complain(sentence, REFUSED)
    return asyncio.run(_run_checks(parts, requests))


def _requests(parts: Parts, text: str, probes: tuple[str, ...]) -> "list[CheckRequest]":
    """What one argument asks for: quoted, it may hold several targets, as a message may."""
    from bot.formats.record_query import parse_query
    from bot.formats.target import parse_key_target, parse_target, parse_targets
    from bot.model.check import CheckRequest

    options = parts.options
    selector = options.selector if options.command == "probe" else None
    if selector is not None:
        return [CheckRequest(parse_key_target(text, selector), probes)]
    if probes == ("dns",):
        wanted = (options.type or "") if options.command == "probe" else ""
        target, record = parse_query(f"{text} {wanted}")
        return [CheckRequest(target, probes, record=record)]
    if options.command == "spf":
        return [CheckRequest(parse_target(text), probes)]
    return [CheckRequest(target, probes) for target in parse_targets(text)]


async def _run_checks(parts: Parts, requests: "Sequence[CheckRequest]") -> int:
    from bot.conversation.step import View
    from bot.frontends.oneshot import check_json, check_words, is_refused
    from bot.frontends.outlet import TerminalOutlet, make_console

    task = asyncio.current_task()
    assert task is not None
    async with parts.desk() as desk:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        if parts.options.json:
            reports = await check_json(desk, requests, parts.language, sys.stdout)
        else:
            console = make_console()
            outlet = TerminalOutlet(console, has_choices=False, shows_progress=console.is_terminal)
            view = View(parts.language, detailed=parts.options.details)
            reports = await check_words(desk, requests, view, outlet)
    return REFUSED if reports and all(map(is_refused, reports)) else DONE


def spf(parts: Parts) -> int:
    """SPF looked at, or evaluated for one sender."""
    from bot.frontends.spf import evaluate, is_ip, print_json, show

    options = parts.options
    if options.ip is None and (options.sender or options.helo):
        return complain(parts.say("spf.needs-ip"))
    if options.ip is None:
        return look(parts, ("spf",))
    if not is_ip(options.ip):
        return complain(parts.say("spf.bad-ip", ip=options.ip))
    # An address in the place of the domain is the sender's (RFC 7208 section 2.4).
    domain, sender = options.domain.rpartition("@")[2], options.sender
    if domain != options.domain:
        sender = sender or options.domain
    result = asyncio.run(evaluate(parts.network(), options.ip, domain, sender, options.helo))
    if options.json:
        print_json(result, sys.stdout)
    else:
        show(
            result,
            options.ip,
            parts.knowledge,
            parts.language,
            sys.stdout,
            details=options.details,
        )
    return DONE
