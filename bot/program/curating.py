"""Commands for those who write what the bot knows."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.knowledge import Knowledge, KnowledgeError, load_knowledge
from bot.program.parts import DONE, OUR_FAULT, Parts, complain

if TYPE_CHECKING:
    from bot.frontends.verifying import VerifyingPage
    from bot.knowledge.ledger import Ledger


def curate(parts: Parts) -> int:
    """What a writer asks of the knowledge: lint, test, statistics, trying, verifying, export."""
    from bot.frontends.curator import Curator

    if parts.options.what != "verify" and (parts.options.provider or parts.options.json):
        return complain(parts.knowledge.phrases.say("verify.only-here", parts.language))
    if parts.options.what != "export" and parts.options.folder is not None:
        return complain(parts.knowledge.phrases.say("curator.export.only-here", parts.language))
    folder, phrases = parts.settings.knowledge, parts.knowledge.phrases
    curator = Curator(phrases, parts.language, folder, sys.stdout)
    if parts.options.what == "lint":
        return curator.lint(parts.probes)
    if parts.options.what == "try":
        return curator.answer(sys.stdin)
    try:
        knowledge = load_knowledge(folder)
    except KnowledgeError as error:
        return complain(f"{parts.say('bad-knowledge')}\n{error}")
    if parts.options.what == "verify":
        return _verify(parts, knowledge)
    if parts.options.what == "export":
        return asyncio.run(_export(parts))
    test = curator.test if parts.options.what == "test" else curator.stats
    return test(knowledge)


async def _export(parts: Parts) -> int:
    """Write out what curators decided, as far as it breaks nothing."""
    from bot.frontends.exporting import Exporter, judge
    from bot.storage.address import StorageError
    from bot.storage.store import open_store

    settings, folder = parts.settings, parts.options.folder
    phrases = parts.knowledge.phrases
    exporter = Exporter(phrases, parts.language, settings.knowledge, judge, sys.stdout, sys.stderr)
    try:
        async with open_store(settings.database, settings.days) as store:
            drafts = await store.questions.drafts()
            known, is_refused = await asyncio.to_thread(
                exporter.export, drafts, Path(folder) if folder else None
            )
            await store.questions.drop_drafts(known)
    except StorageError as error:
        return parts.complain_of_storage(error)
    except OSError as error:
        why = error.strerror or str(error)
        words = {"folder": folder or "", "why": why}
        return complain(phrases.say("curator.export.unwritable", parts.language, **words))
    return OUR_FAULT if is_refused else DONE


def _verify(parts: Parts, knowledge: Knowledge) -> int:
    """Look at the servers of all providers, or of those that were named."""
    from bot.frontends.verifying import VerifyingPage

    known = {provider.id: provider for provider in knowledge.reference.providers.all}
    wanted = parts.options.provider or list(known)
    say = knowledge.phrases.say
    for name in wanted:
        if name not in known:
            words = {"name": name, "examples": ", ".join(list(known)[:3])}
            return complain(say("verify.unknown-provider", parts.language, **words))
    page = VerifyingPage(knowledge, parts.language, sys.stdout, as_json=parts.options.json)
    ledger = parts.ledger(knowledge)
    try:
        asyncio.run(_verify_claims(parts, knowledge, set(wanted), ledger, page))
    except OSError as error:
        words = {"path": str(ledger.path), "detail": error.strerror or ""}
        return complain(say("verify.unwritable", parts.language, **words), OUR_FAULT)
    return DONE


async def _verify_claims(
    parts: Parts, knowledge: Knowledge, wanted: set[str], ledger: "Ledger", page: "VerifyingPage"
) -> None:
    from bot.jobs.verifying import Verifier, claims_of

    providers = knowledge.reference.providers.all
    async with parts.network() as network:
        claims = [claim for claim in claims_of(providers) if claim.provider in wanted]
        await Verifier(network, providers, ledger).verify(claims, page.told)
    page.end(ledger.marks())
