"""Settings: each variable is read once, and what it cannot hold is refused by name."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import SETTINGS, Setting, Settings, SettingsError, read_settings, settings_page
from bot.conversation.limits import Rate, Rates
from bot.knowledge import load_knowledge
from bot.model.language import WRITTEN, Language


def test_nothing_need_be_set() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({setting.variable: "  " for setting in SETTINGS}) == Settings()


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("LISTONOSZ_RESOLVERS", "9.9.9.9", (("9.9.9.9", 53),)),
        (
            "LISTONOSZ_RESOLVERS",
            "192.0.2.1:5353, 2620:fe::fe",
            (("192.0.2.1", 5353), ("2620:fe::fe", 53)),
        ),
        ("LISTONOSZ_RESOLVERS", "[::1]:5300", (("::1", 5300),)),
        ("LISTONOSZ_RESOLVERS", "[::1]", (("::1", 53),)),
        (
            "LISTONOSZ_ALLOW_NETWORKS",
            "10.0.0.0/8,fd00::/8",
            (ip_network("10.0.0.0/8"), ip_network("fd00::/8")),
        ),
        ("LISTONOSZ_ALLOW_NETWORKS", "10.1.2.3/8", (ip_network("10.0.0.0/8"),)),
        (
            "LISTONOSZ_REFUSE_NETWORKS",
            "192.0.2.7, 2001:db8::/32",
            (ip_network("192.0.2.7/32"), ip_network("2001:db8::/32")),
        ),
        ("LISTONOSZ_BLOCKLISTS", "none", ("none",)),
        ("LISTONOSZ_BLOCKLISTS", "PSBL, domain:dbl.firma.pl", ("psbl", "domain:dbl.firma.pl")),
        ("LISTONOSZ_LIMIT_PERSON", "3/min", Rate(3, 60)),
        ("LISTONOSZ_LIMIT_CHAT", "10 / 90 s", Rate(10, 90)),
        ("LISTONOSZ_LIMIT_TOTAL", "1000/2h", Rate(1000, 7200)),
        ("LISTONOSZ_LIMIT_TARGET", "None", None),
        ("LISTONOSZ_EHLO_NAME", "bot.firma.pl", "bot.firma.pl"),
        ("LISTONOSZ_EHLO_NAME", "[192.0.2.1]", "[192.0.2.1]"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("DATABASE_URL", "sqlite:////srv/bot.db", "sqlite:////srv/bot.db"),
        ("DATABASE_URL", "postgres://u:p@db:5432/bot", "postgres://u:p@db:5432/bot"),
        ("DATABASE_URL", "postgresql:///bot?host=/run/pg", "postgresql:///bot?host=/run/pg"),
        ("LISTONOSZ_KEEP_SESSIONS", "7", 7),
        ("TELEGRAM_BOT_TOKEN", "123456:AAE4b_W-x", "123456:AAE4b_W-x"),
    ],
)
def test_a_setting_is_read(variable: str, text: str, value: object) -> None:
    setting = next(each for each in SETTINGS if each.variable == variable)
    assert getattr(read_settings({variable: text}), setting.field) == value


def test_files_and_folders_must_be_there(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.touch()
    read = read_settings({"SSL_CERT_FILE": str(file), "LISTONOSZ_KNOWLEDGE": str(tmp_path)})
    assert (read.trust, read.knowledge) == (file, tmp_path)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("LISTONOSZ_BLOCKLISTS", "https://bl.firma.pl"),
        ("LISTONOSZ_LIMIT_PERSON", "0/min"),
        ("LISTONOSZ_LIMIT_PERSON", "-1/min"),
        ("LISTONOSZ_LIMIT_PERSON", "many"),
        ("LISTONOSZ_LIMIT_PERSON", "5"),
        ("LISTONOSZ_RESOLVERS", "dns.example"),
        ("LISTONOSZ_RESOLVERS", "9.9.9.9:0"),
        ("LISTONOSZ_RESOLVERS", "[::1]x"),
        ("LISTONOSZ_RESOLVERS", "[::1"),
        ("LISTONOSZ_ALLOW_NETWORKS", "intranet"),
        ("LISTONOSZ_REFUSE_NETWORKS", "10.0.0.0/33"),
        ("LISTONOSZ_EHLO_NAME", "a b"),
        ("LISTONOSZ_EHLO_NAME", "a\r\nRCPT"),
        ("LISTONOSZ_EHLO_NAME", "x" * 300),
        ("LISTONOSZ_KNOWLEDGE", "/no/such"),
        ("SSL_CERT_FILE", "/"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("TELEGRAM_BOT_TOKEN", "secret stuff"),
        ("DATABASE_URL", "mysql://db/bot"),
        ("DATABASE_URL", "postgresql://u:secret stuff@/"),
        ("DATABASE_URL", "postgresql://db:many/bot"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "listonosz.db"),
        ("LISTONOSZ_KEEP_SESSIONS", "0"),
        ("LISTONOSZ_KEEP_QUESTIONS", "for ever"),
        ("LISTONOSZ_KEEP_CASES", "99999999"),
    ],
)
def test_what_a_setting_cannot_hold_is_refused_by_name(variable: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({variable: text})
    assert caught.value.variable == variable
    assert ("secret stuff" in str(caught.value)) is False


@given(st.dictionaries(st.sampled_from([s.variable for s in SETTINGS]), st.text()))
def test_no_value_makes_another_exception(environment: dict[str, str]) -> None:
    named = ""
    try:
        read_settings(environment)
    except SettingsError as error:
        named = error.variable
    assert named in {"", *environment}


@pytest.mark.parametrize("language", WRITTEN)
def test_the_page_has_every_setting_with_its_meaning(language: Language) -> None:
    phrases = load_knowledge().phrases
    page = settings_page(lambda key: phrases.say(key, language))
    rows = [row for row in page.splitlines() if row.startswith("| `")]
    assert len(rows) == len(SETTINGS)
    for setting, row in zip(SETTINGS, rows, strict=True):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[0] == f"`{setting.variable}`"
        assert len(cells) == 4
        assert all(cells)


def test_the_defaults_shown_are_those_that_hold() -> None:
    shown = [setting for setting in SETTINGS if setting.default]
    assert {setting.field for setting in shown} >= {"limit_person", "limit_messages"}
    for setting in shown:
        assert setting.read(setting.default) == getattr(Settings(), setting.field)
    assert Settings().limits == Rates()


OF_THIS_MACHINE = frozenset(
    {
        "LISTONOSZ_KNOWLEDGE",
        "SSL_CERT_FILE",
        "LISTONOSZ_PROFILE_CERTIFICATE",
        "LISTONOSZ_PROFILE_KEY",
    }
)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.variable)
def test_every_example_can_be_read(setting: Setting) -> None:
    if setting.variable not in OF_THIS_MACHINE:
        setting.read(setting.example)
    assert setting.field in Settings.__slots__
