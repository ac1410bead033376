"""The command line: what each command prints, how it ends, and what a wrong call gets."""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.config import SETTINGS
from bot.frontends.misread import read_complaint
from tests.doubles.dns import DnsServer, Fault, dns_server
from tests.program import PATIENCE, PROGRAM, ROOT, Ended, asks, environment, run

SETTING_NAMES = tuple(setting.variable for setting in SETTINGS)
UNBUILT = ("explain", "web", "worker")


@pytest.fixture
async def resolver() -> AsyncIterator[DnsServer]:
    async with dns_server("spf.example.pl. 300 IN TXT v=spf1") as server:
        server.add('v.example.pl. 300 IN TXT "v=spf1 ip4:192.0.2.0/24 -all"')
        yield server


@pytest.fixture
def env(tmp_path: Path, resolver: DnsServer) -> dict[str, str]:
    return environment(tmp_path, **asks(resolver.address))


async def objects(*arguments: str, env: dict[str, str], stdin: str = "") -> list[dict[str, Any]]:
    ended = await run(*arguments, environment=env, stdin=stdin)
    assert ended.err == ""
    assert ended.status == 0
    return [json.loads(line) for line in ended.out.splitlines()]


async def test_a_question_is_answered_as_json(env: dict[str, str]) -> None:
    (found,) = await objects("ask", "IMAP czy POP3?", "--json", env=env)
    assert found["kind"] == "answer"
    assert (found["topic"], found["area"]) == ("imap-or-pop3", "imap-or-pop3")
    assert isinstance(found["text"], str)
    assert 0 < found["score"] <= 1
    assert set(found) == {"kind", "language", "topic", "area", "text", "score"}


async def test_a_vague_question_gets_choices_as_json(env: dict[str, str]) -> None:
    (found,) = await objects("ask", "--json", "poczta", env=env)
    assert found["kind"] == "clarify"
    assert found["question"]
    assert 2 <= len(found["options"]) <= 3
    assert all(set(option) == {"topic", "area", "label"} for option in found["options"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("asdf", "unknown"),
        ("jaka pogoda jutro", "unknown"),
        ("/check firma.pl", "command"),
        ("firma.pl", "command"),
        ("/nieznane", "unknown"),
        ("/ask IMAP czy POP3?", "answer"),
        ("moje hasło to Kotek12!", "unknown"),
    ],
)
async def test_what_is_no_question_is_told_apart(text: str, kind: str, env: dict[str, str]) -> None:
    (found,) = await objects("ask", text, "--json", env=env)
    assert found["kind"] == kind
    assert found["text"] or kind == "command"
    assert "Kotek" not in found["text"]


async def test_one_question_a_line_gives_one_object_a_line(env: dict[str, str]) -> None:
    asked = "IMAP czy POP3?\n\nimap or pop3\nzażółć \x00 gęślą\nasdf\n" + "poczta " * 3000
    found = await objects("ask", "--lines", env=env, stdin=asked)
    assert [each["kind"] for each in found][:3] == ["answer", "unknown", "answer"]
    assert [found[0]["language"], found[2]["language"]] == ["pl", "en"]
    assert len(found) == 6


async def test_the_language_of_an_answer_can_be_chosen(env: dict[str, str]) -> None:
    (found,) = await objects("ask", "które konto imap czy pop3", "--json", env=env)
    assert found["language"] == "pl"
    (found,) = await objects(
        "ask", "które konto imap czy pop3", "--json", "--language", "en", env=env
    )
    assert found["language"] == "en"
    assert "Choose IMAP" in found["text"]


async def test_a_question_back_in_words_names_its_choices(env: dict[str, str]) -> None:
    ended = await run("ask", "poczta", "--language", "pl", environment=env)
    assert "\n1. " in ended.out
    assert "\n2. " in ended.out
    assert "\n5. " not in ended.out
    assert "Żadne z nich" not in ended.out


async def test_an_answer_in_words_has_no_colours_in_a_pipe(env: dict[str, str]) -> None:
    ended = await run("ask", "IMAP czy POP3?", environment=env)
    assert ended.status == 0
    assert "IMAP" in ended.out
    assert "\x1b" not in ended.out
    assert "[1]" not in ended.out


async def test_utf_8_is_spoken_in_any_locale(tmp_path: Path) -> None:
    plain = environment(tmp_path, LANG="C", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    ended = await run("ask", "IMAP czy POP3?", "--language", "pl", environment=plain)
    assert "Wybierz IMAP" in ended.out
    assert "Ź" in ended.out


async def test_a_name_that_does_not_exist_is_a_finding(env: dict[str, str]) -> None:
    (found,) = await objects("check", "nie-ma-takiej.pl", "--json", env=env)
    assert found["target"] == "nie-ma-takiej.pl"
    assert isinstance(found["seconds"], float)
    (outcome,) = found["outcomes"]
    assert (outcome["probe"], outcome["status"]) == ("mx", "judged")
    (finding,) = outcome["findings"]
    assert finding["code"] == "mx.no-name"
    assert finding["severity"] == "error"
    assert finding["text"]
    assert finding["remedy"]


async def test_an_ending_that_does_not_exist_is_named(env: dict[str, str]) -> None:
    ended = await run("check", "firma.plx", "--language", "pl", environment=env)
    assert "nie ma końcówki „.plx”" in ended.out


async def test_a_resolver_that_fails_is_no_verdict(
    env: dict[str, str], resolver: DnsServer
) -> None:
    resolver.misbehave("firma.pl", Fault.SERVFAIL)
    (found,) = await objects("probe", "mx", "firma.pl", "--json", env=env)
    (outcome,) = found["outcomes"]
    assert outcome["status"] == "inconclusive"
    assert outcome["reason"] == "servfail"
    assert outcome["findings"] == []
    assert outcome["text"].startswith("firma.pl")


async def test_several_targets_give_one_object_each(env: dict[str, str]) -> None:
    found = await objects("check", "a.pl", "anna@b.pl", "http://C.pl./x", "--json", env=env)
    assert [each["target"] for each in found] == ["a.pl", "b.pl", "c.pl"]


async def test_a_report_in_words(env: dict[str, str]) -> None:
    ended = await run("check", "nie-ma.pl", "--language", "pl", environment=env)
    assert ended.status == 0
    assert ended.out.startswith("nie-ma.pl nie istnieje w DNS.\n\n✗ ")
    assert "\x1b" not in ended.out


async def test_two_domains_are_compared_as_json(env: dict[str, str]) -> None:
    (found,) = await objects("compare", "nie-ma.pl", "v.example.pl", "--json", env=env)
    assert found["targets"] == ["nie-ma.pl", "v.example.pl"]
    assert [report["target"] for report in found["reports"]] == found["targets"]
    standing = {each["probe"]: each["standing"] for each in found["probes"]}
    assert standing["mx"][0] == "error"
    assert standing["spf"][0] == "absent"
    assert [each["code"] for each in found["only"][0]] == ["mx.no-name"]
    assert "mx.no-name" not in [each["code"] for each in found["only"][1]]


async def test_two_domains_are_compared_in_words(env: dict[str, str]) -> None:
    ended = await run("compare", "nie-ma.pl", "tez-nie-ma.pl", "--language", "pl", environment=env)
    assert ended.status == 0
    assert ended.out.startswith("nie-ma.pl i tez-nie-ma.pl\n")
    assert "serwery MX   ✗ błąd      ✗ błąd" in ended.out
    assert "Niczym ważnym się nie różnią." in ended.out


@pytest.mark.parametrize(
    ("targets", "status", "words"),
    [
        (("a.pl",), 2, "a widzę tylko a.pl"),
        (("a.pl", "A.pl."), 2, "dwa razy ta sama domena: a.pl"),
        (("a.pl", "b.pl", "c.pl"), 2, "jest ich więcej: 3"),
        (("a.pl", "serwer"), 2, "to za mało"),
        (("a.pl", "localhost"), 3, "nie jest publiczny"),
    ],
    ids=["one", "the same twice", "three", "no domain", "not public"],
)
async def test_a_wrong_pair_is_told_in_one_sentence(
    targets: tuple[str, ...], status: int, words: str, env: dict[str, str]
) -> None:
    ended = await run("compare", *targets, "--language", "pl", environment=env)
    assert ended.status == status
    assert ended.out == ""
    assert words in ended.err
    assert ended.err.count("\n") == 1


WRONG = [
    ("anna @firma.pl", "W adresie e-mail nie może być odstępów"),
    ("serwer", "to za mało"),
    ("🙂", "Emoji nie jest domeną"),
    ("a" * 10_000, "za długie"),
    ("?", "nie jest domeną"),
    ("a" * 64 + ".pl", "najwyżej 63 znaki"),
    ("", "Nie widzę tu domeny"),
]


@pytest.mark.parametrize(("target", "words"), WRONG, ids=[words for _, words in WRONG])
async def test_a_wrong_target_is_told_in_one_sentence(
    target: str, words: str, env: dict[str, str]
) -> None:
    ended = await run("check", target, "--language", "pl", environment=env)
    assert ended.status == 2
    assert ended.out == ""
    assert words in ended.err
    assert ended.err.count("\n") == 1


async def refusal(target: str, env: dict[str, str]) -> Ended:
    return await run("check", target, "--json", environment=env)


async def test_all_refusals_are_one_and_the_same(env: dict[str, str]) -> None:
    seen = set()
    for target in ("127.0.0.1", "10.1.2.3", "::1", "localhost", "x.internal", "0x7f.1"):
        ended = await refusal(target, env)
        assert ended.status == 3
        found = json.loads(ended.out)
        assert {outcome["status"] for outcome in found["outcomes"]} == {"refused"}
        seen.add(json.dumps(found["outcomes"]))
    assert len(seen) == 1


async def test_a_refusal_in_words_ends_with_three(env: dict[str, str]) -> None:
    sentences = set()
    for target in ("192.168.1.1", "localhost"):
        ended = await run("check", target, "--language", "en", environment=env)
        assert ended.status == 3
        sentences.add(" ".join((ended.out + ended.err).split()))
    assert len(sentences) == 1


async def test_an_unknown_probe_is_answered_with_those_that_there_are(env: dict[str, str]) -> None:
    ended = await run("probe", "whois", "firma.pl", environment=env)
    assert ended.status == 2
    assert "whois" in ended.err
    assert all(name in ended.err for name in ("mx", "spf", "dmarc", "smtp", "ptr", "imap", "pop3"))


async def test_spf_is_evaluated(env: dict[str, str]) -> None:
    (found,) = await objects("spf", "v.example.pl", "--ip", "192.0.2.7", "--json", env=env)
    assert (found["result"], found["lookups"], found["void_lookups"]) == ("pass", 0, 0)
    ended = await run("spf", "v.example.pl", "--ip", "198.51.100.1", environment=env)
    assert ended.out.startswith("fail: 198.51.100.1 may not send mail for v.example.pl.")
    ended = await run("spf", "v.example.pl", "--ip", "1.2.3", environment=env)
    assert ended.status == 2
    ended = await run("spf", "v.example.pl", "--helo", "x.pl", environment=env)
    assert ended.status == 2


async def test_a_dkim_key_is_looked_at_by_its_selector(env: dict[str, str]) -> None:
    call = ("probe", "dkim", "v.example.pl", "--selector", "s1", "--json")
    (found,) = await objects(*call, env=env)
    assert found["target"] == "s1._domainkey.v.example.pl"
    codes = [finding["code"] for outcome in found["outcomes"] for finding in outcome["findings"]]
    assert codes == ["dkim.no-key"]
    ended = await run("probe", "mx", "v.example.pl", "--selector", "s1", environment=env)
    assert ended.status == 2
    ended = await run("probe", "dkim", "v.example.pl", "--selector", "a b", environment=env)
    assert ended.status == 2
    assert "a b" in ended.err


async def test_any_record_is_shown(env: dict[str, str]) -> None:
    ended = await run("dns", "v.example.pl", "txt", "--language", "en", environment=env)
    assert ended.out == (
        "DNS: v.example.pl\n\n"
        "✓ v.example.pl has 1\xa0record of type TXT (TTL 300 s):\n"
        '✓ "v=spf1 ip4:192.0.2.0/24 -all"\n\n'
    )
    for call in (("probe", "dns", "v.example.pl", "--type", "MX"), ("dns", "MX", "v.example.pl")):
        (found,) = await objects(*call, "--json", env=env)
        (finding,) = found["outcomes"][0]["findings"]
        assert (finding["code"], finding["params"]) == ("dns.no-data", {"rdtype": "MX"})
    for call in (("dns", "v.example.pl", "ANY"), ("probe", "mx", "v.example.pl", "--type", "A")):
        ended = await run(*call, environment=env)
        assert (ended.status, ended.out) == (2, "")
    ended = await run("dns", "a.internal", "A", environment=env)
    assert ended.status == 3


async def test_a_trace_shows_every_question_with_its_time(env: dict[str, str]) -> None:
    call = ("dns", "v.example.pl", "txt", "--trace")
    (found,) = await objects(*call, "--json", env=env)
    (entry,) = found["trace"]
    assert (entry["kind"], entry["subject"]) == ("dns", "v.example.pl TXT")
    assert (entry["result"], entry["age"]) == ("found", 0)
    assert entry["lines"] == ['TXT "v=spf1 ip4:192.0.2.0/24 -all"', "TTL 300"]
    assert entry["seconds"] > 0
    ended = await run(*call, "--language", "en", environment=env)
    assert "Trace, v.example.pl (seconds from the beginning):\n" in ended.out
    assert "DNS v.example.pl TXT: found (" in ended.out
    (found,) = await objects("dns", "v.example.pl", "--json", env=env)
    assert "trace" not in found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of this very process, for calls that end before anything is started."""
    for variable in (*SETTING_NAMES, "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return monkeypatch


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("pl_PL.UTF-8", "pokaż tę pomoc"),
        ("en_GB.UTF-8", "show this help"),
        ("de_DE.UTF-8", "show this help"),
        ("", "show this help"),
    ],
)
def test_help_is_in_the_language_of_the_system(
    locale: str, words: str, here: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here.setenv("LANG", locale)
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert not [command for command in UNBUILT if f"    {command} " in shown]


@pytest.mark.parametrize(
    "command", ["chat", "ask", "check", "compare", "probe", "spf", "dns", "telegram", "knowledge"]
)
def test_every_command_takes_a_language_and_explains_itself(
    command: str, here: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert f"    {command}" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main([command, "--language", "pl", "--help"])
    assert ended.value.code == 0
    assert "--language" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("check",),
        ("compare",),
        ("check", "firma.pl", "--no-such"),
        ("ask", "x", "--language", "de"),
        ("knowledge", "burn"),
        ("probe", "mx"),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_a_wrong_call_ends_with_two_and_no_trace(
    arguments: tuple[str, ...],
    here: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        status: object = main(arguments)
    except SystemExit as ended:
        status = ended.code
    shown = capsys.readouterr()
    assert status == 2
    assert shown.out == ""
    assert "usage: listonosz" in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("fly",), "POLECENIE nie może być „fly”. Możliwe: chat, ask, check, "),
        (("check",), "Brakuje: TARGET. Pomoc: listonosz check --help"),
        (("check", "firma.pl", "--no-such"), "Nie wiem, co znaczy --no-such."),
        (("check", "firma.pl", "--json=3"), "--json nie przyjmuje wartości."),
        (("ask", "x", "--language"), "Po --language brakuje wartości."),
        (("knowledge", "burn"), "nie może być „burn”. Możliwe: lint, test, "),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_what_is_wrong_with_a_call_is_said_in_the_language_of_the_system(
    arguments: tuple[str, ...],
    sentence: str,
    here: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here.setenv("LANG", "pl_PL.UTF-8")
    with pytest.raises(SystemExit):
        main(arguments)
    assert sentence in capsys.readouterr().err.splitlines()[-1]


def test_a_complaint_of_argparse_that_is_not_known_is_passed_on() -> None:
    assert read_complaint("not allowed with -x") == ("other", {"detail": "not allowed with -x"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LISTONOSZ_RESOLVERS", "resolver.example"),
        ("LISTONOSZ_RESOLVERS", "127.0.0.1:99999"),
        ("LISTONOSZ_ALLOW_NETWORKS", "10.0.0.0/99"),
        ("LISTONOSZ_EHLO_NAME", "zła nazwa"),
        ("LISTONOSZ_KNOWLEDGE", "/no/such/folder"),
        ("TELEGRAM_API_URL", "ftp://x"),
        ("SSL_CERT_FILE", "/no/such/file"),
        ("TELEGRAM_BOT_TOKEN", "nonsense"),
    ],
)
def test_a_wrong_setting_is_one_sentence(
    variable: str,
    value: str,
    here: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here.setenv(variable, value)
    assert main(["check", "firma.pl"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"The variable {variable} has a")
    assert told.count("\n") == 1
    assert (value in told) is (variable != "TELEGRAM_BOT_TOKEN")


async def test_no_question_is_a_wrong_call(env: dict[str, str]) -> None:
    ended = await run("ask", environment=env)
    assert (ended.status, ended.out) == (2, "")
    assert "listonosz ask" in ended.err


async def test_a_broken_knowledge_folder_is_told_by_file_and_line(
    tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "broken.yaml").write_text("title: [", encoding="utf-8")
    given = {**env, "LISTONOSZ_KNOWLEDGE": str(tmp_path)}
    ended = await run("ask", "x", environment=given)
    assert ended.status == 2
    assert "topics/broken.yaml:" in ended.err
    linted = await run("knowledge", "lint", environment=given)
    assert linted.status == 1
    assert "topics/broken.yaml:" in linted.out


async def test_broken_shipped_knowledge_is_told_by_file_and_line(
    tmp_path: Path, env: dict[str, str]
) -> None:
    for name in ("bot", "knowledge"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / "knowledge" / "phrases" / "talk.yaml"
    broken.write_text("welcome:\n  title: [", encoding="utf-8")
    given = {**env, "PYTHONPATH": str(tmp_path), "LISTONOSZ_KNOWLEDGE": "", "PYTHONSAFEPATH": "1"}
    for call in (("ask", "x"), ("knowledge", "lint"), ("--help",)):
        ended = await run(*call, environment=given)
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith("The knowledge that comes with this program has faults:\n")
        assert "phrases/talk.yaml:" in ended.err
        assert "Traceback" not in ended.err


async def test_details_are_shown_where_they_are_asked_for(env: dict[str, str]) -> None:
    short = await run("probe", "caa", "v.example.pl", "--language", "en", environment=env)
    full = await run(
        "probe", "caa", "v.example.pl", "--language", "en", "--details", environment=env
    )
    assert "letsencrypt" not in short.out
    assert "letsencrypt" in full.out


async def test_an_answer_is_explained(env: dict[str, str]) -> None:
    (found,) = await objects("ask", "IMAP czy POP3?", "--json", "--explain", env=env)
    explained = found["explanation"]
    assert explained["candidates"][0]["topic"] == "imap-or-pop3"
    assert explained["confidence"] >= explained["threshold"] > 0
    assert explained["words"]
    assert explained["phrasings"]
    ended = await run("ask", "IMAP czy POP3?", "--explain", environment=env)
    assert "Słowa, które przemówiły" in ended.out


async def test_a_curator_tries_questions(env: dict[str, str]) -> None:
    ended = await run(
        *("knowledge", "try", "--language", "en"), environment=env, stdin="imap or pop3\n\nasdf\n"
    )
    assert ended.status == 0
    assert "I understand it as: IMAP or POP3" in ended.out
    assert "I do not understand it well enough to answer." in ended.out


async def test_a_curator_sees_numbers(env: dict[str, str]) -> None:
    ended = await run("knowledge", "stats", "--language", "pl", environment=env)
    assert ended.status == 0
    assert ended.out.startswith("tematy: ")


async def test_a_reader_that_has_enough_breaks_nothing(env: dict[str, str]) -> None:
    command = f"'{PROGRAM[0]}' -m bot ask --lines | head -n 1"
    process = await asyncio.create_subprocess_shell(
        command,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(b"imap czy pop3\n" * 3000)
    assert len(out.splitlines()) == 1
    assert err == b""


async def in_a_shell(command: str, env: dict[str, str]) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_shell(
        f"'{PROGRAM[0]}' -m bot {command}",
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("command", ["--version", "ask imap", "ask --json imap", "chat <&-"])
async def test_a_stream_that_is_shut_breaks_nothing(command: str, env: dict[str, str]) -> None:
    assert await in_a_shell(f"{command} >&-", env) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
@pytest.mark.parametrize("command", ["--version", "ask imap", "ask --json imap"])
async def test_a_full_disk_is_told_as_such(command: str, env: dict[str, str]) -> None:
    status, _, err = await in_a_shell(f"{command} >/dev/full", env)
    assert status == 1
    assert err == "The output cannot be written: the disk is full or takes no data.\n"


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
async def test_a_check_that_is_stopped_shows_what_is_ready(
    number: signal.Signals, status: int, env: dict[str, str], resolver: DnsServer
) -> None:
    resolver.add("slow.example.pl. 300 IN MX 10 mx.slow.example.pl.")
    resolver.add("slow.example.pl. 300 IN TXT v=spf1")
    resolver.slow("mx.slow.example.pl", 30)
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        *("check", "slow.example.pl", "--language", "pl"),
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        while not resolver.count("mx.slow.example.pl"):  # noqa: ASYNC110 - another process asks
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        process.send_signal(number)
        out, err = await process.communicate()
    assert process.returncode == status
    assert err == b""
    assert "Przerwane: pokazuję to, co zdążyłem sprawdzić." in out.decode()
    assert "serwery MX: przerwane" in out.decode()


async def test_our_own_fault_is_an_incident_and_no_trace(
    tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import bot.faq.engine\n"
        "def broken(knowledge): raise RuntimeError('boom')\n"
        "bot.faq.engine.load_matcher = broken\n",
        encoding="utf-8",
    )
    given = {**env, "PYTHONPATH": f"{tmp_path}:{env['PYTHONPATH']}"}
    ended = await run("ask", "imap", "--json", environment=given)
    assert ended.status == 1
    assert ended.err.startswith("Something broke on my side")
    number = ended.err.split()[-1]
    assert number in (tmp_path / "listonosz" / "log").read_text(encoding="utf-8")
