"""What follows from a report: the login that is told, the server that is taken."""

from dataclasses import replace

import pytest

from bot.knowledge.provider import Auth
from bot.model.settings import Proof
from bot.render.mailbox_facts import MailboxFacts, best, mailbox_facts
from tests.render.mailboxes import (
    ANNA,
    FAILS,
    GMAIL,
    GOOD,
    UNTESTED,
    WORKS,
    found,
    knowledge,
    server,
)

PASSWORD, APP, OAUTH2 = Auth.PASSWORD, Auth.APP_PASSWORD, Auth.OAUTH2
CLEAR = "password-cleartext"


def facts(said: tuple[str, ...], ours: tuple[Auth, ...] | None) -> MailboxFacts:
    """A mailbox whose server says this of logging in, and whose provider's file that."""
    report = replace(GOOD, incoming=(found(server("imap", 993, auth=said)),))
    gmail = mailbox_facts(replace(GMAIL, incoming=()), ANNA, knowledge()).provider
    assert gmail
    provider = None if ours is None else replace(gmail, auth=ours)
    return MailboxFacts(report, ANNA, provider)


@pytest.mark.parametrize(
    ("said", "ours", "ways"),
    [
        pytest.param((), None, ["password"], id="nobody says"),
        pytest.param((CLEAR,), None, ["password"], id="a plain password"),
        pytest.param(("password-encrypted", CLEAR), None, ["password"], id="two kinds of it"),
        pytest.param(("oauth2",), None, ["oauth2"], id="OAuth2 alone"),
        pytest.param(("oauth2", CLEAR), None, ["oauth2", "password"], id="both"),
        pytest.param((CLEAR,), (APP,), ["app-password"], id="a password that is an app's"),
        pytest.param((), (APP,), ["app-password"], id="only the provider's file says"),
        pytest.param(
            (CLEAR,), (PASSWORD, APP), ["password", "app-password"], id="an app's for two steps"
        ),
        pytest.param(
            (CLEAR,), (APP, PASSWORD), ["app-password", "password"], id="an app's for preference"
        ),
        pytest.param(
            ("oauth2", CLEAR), (OAUTH2, APP), ["oauth2", "app-password"], id="as Gmail has it"
        ),
        pytest.param(("oauth2",), (OAUTH2,), ["oauth2"], id="as Microsoft has it"),
    ],
)
def test_the_ways_to_log_in(
    said: tuple[str, ...], ours: tuple[Auth, ...] | None, ways: list[str]
) -> None:
    assert list(facts(said, ours).ways) == ways


def test_oauth2_alone_is_told_from_oauth2_with_a_password() -> None:
    assert facts(("oauth2",), (OAUTH2,)).is_oauth2_only
    assert not facts(("oauth2",), (OAUTH2, APP)).is_oauth2_only
    assert not facts(("oauth2", CLEAR), None).is_oauth2_only


@pytest.mark.parametrize(
    ("proofs", "port"),
    [
        ((WORKS, WORKS), 1),
        ((FAILS, WORKS), 2),
        ((UNTESTED, WORKS), 2),
        ((FAILS, UNTESTED), 2),
        ((FAILS, FAILS), 1),
        ((UNTESTED, FAILS), 1),
    ],
)
def test_what_works_is_taken_before_what_may_and_that_before_what_does_not(
    proofs: tuple[Proof, Proof], port: int
) -> None:
    taken = best([found(server("imap", n), proof) for n, proof in enumerate(proofs, 1)], "imap")
    assert taken
    assert taken.server.port == port


def test_there_is_no_best_of_none() -> None:
    assert best([], "imap") is None
