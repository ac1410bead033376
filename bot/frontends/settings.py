"""`listonosz settings`: a mailbox's servers as JSON, or as the card that the chat shows."""

from typing import Any

from bot.conversation.looking import target_sentence
from bot.formats.errors import FormatError
from bot.formats.mailbox import REASONS, Mailbox
from bot.knowledge import Knowledge
from bot.knowledge.phrases import Phrases
from bot.model.language import Language
from bot.model.settings import (
    AskedSource,
    Disagreement,
    FoundServer,
    MailboxServer,
    SettingsReport,
)
from bot.model.trouble import Gap, Trouble
from bot.render.data import finding_data, gap_data
from bot.render.mailbox_facts import MailboxFacts, mailbox_facts

COMMAND = "listonosz settings"


def settings_data(
    report: SettingsReport, mailbox: Mailbox, knowledge: Knowledge, language: Language
) -> dict[str, Any]:
    """The report as programs read it; user names are filled in with the person's address."""

    facts = mailbox_facts(report, mailbox, knowledge)

    def server(found: FoundServer) -> dict[str, Any]:
        return {
            **_server(found.server, facts),
            "sources": [source.value for source in found.sources],
            "proved": found.proof.is_proved,
            "findings": [finding_data(each, knowledge, language) for each in found.proof.findings],
            "gaps": [gap_data(each, knowledge, language) for each in found.proof.gaps],
        }

    return {
        "address": mailbox.shown,
        "provider": report.provider or None,
        "provider_name": facts.provider.name if facts.provider else None,
        "auth_hint": report.auth_hint or None,
        "incoming": [server(found) for found in report.incoming],
        "outgoing": [server(found) for found in report.outgoing],
        "sources": [_source(asked, knowledge, language) for asked in report.sources],
        "disagreements": [_disagreement(each, facts) for each in report.disagreements],
        "not_offered": list(report.not_offered),
        "missing": report.is_missing,
        "takes_no_mail": report.takes_no_mail,
        "seconds": round(report.seconds, 3),
    }


def is_refused(report: SettingsReport) -> bool:
    """Whether the guard let through nothing of all that was found."""
    found = (*report.incoming, *report.outgoing)
    return bool(found) and all(
        each.proof.gaps and all(gap.trouble is Trouble.NOT_PUBLIC for gap in each.proof.gaps)
        for each in found
    )


def _server(server: MailboxServer, facts: MailboxFacts) -> dict[str, Any]:
    return {
        "protocol": server.protocol,
        "host": server.host,
        "port": server.port,
        "security": server.security.value,
        "auth": list(server.auth),
        "username": facts.username(server) or server.username,
        "source": server.source.value,
        **({"url": server.url} if server.url else {}),
    }


def _source(asked: AskedSource, knowledge: Knowledge, language: Language) -> dict[str, Any]:
    return {
        "source": asked.source.value,
        "place": asked.place,
        "answered": asked.has_answered,
        "unsafe": asked.is_unsafe,
        "asks_password": asked.asks_password,
        "gap": _gap(asked.gap, knowledge, language),
        "seconds": round(asked.seconds, 3),
        **({"switch_on": asked.switch_on} if asked.switch_on else {}),
    }


def _gap(gap: Gap | None, knowledge: Knowledge, language: Language) -> dict[str, Any] | None:
    return None if gap is None else gap_data(gap, knowledge, language)


def _disagreement(disagreement: Disagreement, facts: MailboxFacts) -> dict[str, Any]:
    return {
        "protocol": disagreement.protocol,
        "claims": [_server(claim, facts) for claim in disagreement.claims],
    }


def call_error(phrases: Phrases, language: Language, error: FormatError) -> str:
    """What is wrong with an address or domain, in one clear sentence."""
    if error.reason in REASONS:
        return phrases.say(f"mailbox.error.{error.reason}", language)
    return target_sentence(phrases, language, error, COMMAND)
