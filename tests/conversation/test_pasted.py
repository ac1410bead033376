"""Pasted heads and bounces: the cause first, in the person's language, and nothing of them kept."""

import pytest

from bot.conversation.ports import Incoming
from bot.conversation.session import Session
from bot.conversation.step import Say, Turn
from bot.conversation.turn import take_turn
from bot.model.language import Language
from bot.render.data import document_text
from tests.conversation.test_talks import mind
from tests.formats.test_headers import LATE


def said(turn: Turn) -> str:
    told = (document_text(step.document) for step in turn.steps if isinstance(step, Say))
    return "\n".join(told).replace("\N{NO-BREAK SPACE}", " ")


def hear(text: str, language: Language = Language.PL, session: Session | None = None) -> Turn:
    return take_turn(session or Session(), Incoming("x", text, language_hint=language), mind())


@pytest.mark.parametrize(
    ("text", "words", "topic"),
    [
        pytest.param(LATE, "ponad 4 godziny, stała na serwerze mx1.firma.pl", "delayed-mail"),
        pytest.param(
            LATE.replace("14:20", "10:20"), "18 minut, stała na serwerze mx1", "delayed-mail"
        ),
        pytest.param(LATE.replace("14:20", "10:02"), "dłużej niż pięć minut", "read-headers"),
        pytest.param(LATE.replace("23 Nov 2026 14", "30 Nov 2026 14"), "7 dni", "delayed-mail"),
        pytest.param(
            "Authentication-Results: mx.wp.pl; spf=pass; dkim=none; dmarc=fail",
            "przez mx.wp.pl: SPF: pass, DKIM: none, DMARC: fail",
            "read-headers",
        ),
        pytest.param(
            "Authentication-Results: a.pl; spf=softfail; dkim=pass",
            "tak wygląda zwykłe przekazanie dalej",
            "read-headers",
        ),
        pytest.param(
            "Authentication-Results: a.pl; spf=fail; dkim=fail; dmarc=fail",
            "a podpis (DKIM) nie pasuje",
            "read-headers",
        ),
        pytest.param(
            "Authentication-Results: a.pl; spf=pass; dkim=pass; dmarc=pass",
            "To jeszcze nie znaczy, że nadawca jest uczciwy",
            "read-headers",
        ),
        pytest.param("X-Spam-Status: Yes, score=7.3 required=5.0", "ocenił ją na 7,3", None),
        pytest.param("X-Spam-Status: No, score=-1.2 required=5.0", "za mało na spam", None),
    ],
)
def test_the_head_of_a_message_is_explained(text: str, words: str, topic: str | None) -> None:
    turn = hear(text)
    assert words.lower() in said(turn).lower()
    assert turn.session.topic == (topic or "read-headers")


def test_nothing_of_a_head_is_kept_but_whose_matter_it_is() -> None:
    session = hear(LATE).session
    for private in ("firma", "anna", "gmail", "192.0.2", "faktura", "laptop"):
        assert private not in str(session)


BOUNCE = (
    "This is the mail system at host mx.tajna.pl.\n<jan@tajna.pl>: host mx.wp.pl said: "
    "550 5.1.1 User unknown. Gmail requires"
)


def test_a_pasted_bounce_is_answered_in_the_persons_language() -> None:
    assert "u odbiorcy nie ma takiej skrzynki" in said(hear(BOUNCE))
    assert "the recipient has no such mailbox" in said(hear(BOUNCE, Language.EN))
    english = hear("my mail came back").session
    assert "the recipient has no such mailbox" in said(hear(BOUNCE, session=english))


def test_what_servers_name_in_a_bounce_is_not_the_persons() -> None:
    session = hear(BOUNCE).session
    assert session.domain == ""
    assert dict(session.slots) == {"error": "5.1.1"}


def test_a_persons_own_words_beside_a_code_are_heard() -> None:
    session = hear("Outlook says 0x800CCC0E with onet").session
    assert dict(session.slots)["program"] == "outlook"
    assert session.last_language is Language.EN


@pytest.mark.parametrize(
    "text",
    [
        "\u202e550 5.1.1\u202c \x1b[31mUser unknown\x1b[0m",
        "Received: by \u202eevil.pl; x\nReceived: by b.pl; y\n\x00\x01",
        "MIME-Version: 1.0\n" + "Content-Type: multipart/mixed; boundary=a\n--a\n" * 80,
        "Received: by a;\n" * 250,
    ],
    ids=["turned", "binary", "nested", "many"],
)
def test_hostile_pastes_are_answered_plainly(text: str) -> None:
    answer = said(hear(text))
    assert answer
    assert not set(answer) & set("\u202e\x1b\x00\x01")


def test_ten_megabytes_are_refused_at_once() -> None:
    assert len(said(hear("Received: by a.pl; x\n" * 500_000))) < 400
