"""Changes of curators are given out only where nothing gets worse; each refusal says why."""

import io
import itertools
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.conversation.curating.questions import Draft
from bot.faq.regress import Standing
from bot.frontends.exporting import Exporter
from bot.knowledge.export import Addition, is_known
from bot.knowledge.sheets import shipped_folder
from bot.model.language import Language
from tests.conversation.people import knowledge

GOOD = Draft("imap-or-pop3", Language.PL, ("imap albo pop w nowym laptopie",), number=1)
THIEF = Draft("cannot-send", Language.PL, ("kradnę pytania innym",), number=2)
WORSE = Draft("cannot-send", Language.PL, ("psuję wszystko po trochu",), number=3)
KNOWN = Draft("imap-or-pop3", Language.PL, ("IMAP czy POP3",), number=4)
NOWHERE = Draft("no-such-topic", Language.PL, ("dokąd to",), number=5)
NEW = Draft("lost-key", Language.PL, ("zgubiłem klucz",), ("Wyrób nowy.",), number=6)
THEFT = ("imap czy pop3", "imap-or-pop3", "cannot-send")


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.frontends.test_exporting"])


@dataclass
class ScriptedJudge:
    """Finds the two bad additions in a folder; remembers how often it was asked."""

    asked: int = 0
    lost: tuple[str, ...] = field(default=())

    def __call__(
        self, folder: Path, additions: Sequence[Addition]
    ) -> tuple[Standing, Sequence[Addition]]:
        self.asked += 1
        has = {
            each.number: is_known(folder, Addition(each.topic, each.language, each.asked[0]))
            for each in (THIEF, WORSE)
        }
        right = 0.86 if has[3] else 0.87
        stolen = frozenset({THEFT} if has[2] else ())
        return Standing(right, 0.03, 0.02, stolen), [e for e in additions if e.text in self.lost]


def export(
    *drafts: Draft, to: Path | None = None, judge: ScriptedJudge | None = None
) -> tuple[tuple[tuple[int, ...], bool], str, str]:
    out, err = io.StringIO(), io.StringIO()
    exporter = Exporter(knowledge().phrases, Language.EN, None, judge or ScriptedJudge(), out, err)
    return exporter.export(drafts, to), out.getvalue(), err.getvalue().replace("\xa0", " ")


def test_a_good_change_is_a_diff_of_one_line() -> None:
    result, out, err = export(GOOD)
    assert result == ((), False)
    rows = [row for row in out.splitlines() if row.startswith(("+", "-"))]
    assert rows == [
        "--- a/topics/imap-or-pop3.yaml",
        "+++ b/topics/imap-or-pop3.yaml",
        "+    - imap albo pop w nowym laptopie",
    ]
    assert "1 change breaks no other answer." in err


def test_what_would_break_others_is_refused_with_why_and_the_rest_given_out() -> None:
    (_, is_refused), out, err = export(GOOD, THIEF, WORSE)
    assert is_refused
    assert "+    - imap albo pop" in out
    assert "kradnę" not in out
    assert "psuję" not in out
    assert "“imap czy pop3” would be answered by cannot-send, not by imap-or-pop3" in err
    assert "86.0% of the answers would be right, now 87.0% are" in err


def test_many_good_changes_are_tried_at_once() -> None:
    judge = ScriptedJudge()
    other = Draft("cannot-send", Language.EN, ("my brand new words for it",), number=7)
    export(GOOD, other, judge=judge)
    assert judge.asked == 2  # before, and after


def test_what_does_not_lead_to_its_topic_or_is_no_sound_text_is_refused() -> None:
    lost = ScriptedJudge(lost=GOOD.asked)
    assert "still does not lead to imap-or-pop3" in export(GOOD, judge=lost)[2]
    long = Draft("imap-or-pop3", Language.PL, ("bardzo " * 40,), number=8)
    (_, is_refused), out, err = export(long)
    assert is_refused
    assert not out
    assert "keep it under" in err


def test_what_is_there_already_or_has_no_topic() -> None:
    (known, is_refused), out, err = export(KNOWN, NOWHERE)
    assert (known, is_refused, out) == ((4,), True, "")
    assert "there is no topic “no-such-topic”" in err


def test_files_are_written_into_the_folder_and_the_shipped_ones_stay(tmp_path: Path) -> None:
    shipped = (shipped_folder() / "topics" / "imap-or-pop3.yaml").read_text()
    _, out, _ = export(GOOD, NEW, to=tmp_path)
    assert out == ""
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.yaml")) == [
        "drafts/lost-key.yaml",
        "topics/imap-or-pop3.yaml",
    ]
    assert is_known(tmp_path, Addition(GOOD.topic, GOOD.language, GOOD.asked[0]))
    assert (shipped_folder() / "topics" / "imap-or-pop3.yaml").read_text() == shipped
    assert "- Wyrób nowy." in (tmp_path / "drafts" / "lost-key.yaml").read_text()


def test_what_somebody_is_completing_is_not_written_over(tmp_path: Path) -> None:
    export(NEW, to=tmp_path)
    begun = tmp_path / "drafts" / "lost-key.yaml"
    begun.write_text("prawie gotowe\n")
    _, _, err = export(NEW, to=tmp_path)
    assert begun.read_text() == "prawie gotowe\n"
    assert f"Left as it is: {begun}" in err


def test_a_begun_topic_that_is_in_the_knowledge_by_now_waits_no_more(tmp_path: Path) -> None:
    grown = Draft("imap-or-pop3", Language.PL, ("co wybrać",), ("IMAP.",), number=7)
    (known, is_refused), _, _ = export(grown, to=tmp_path)
    assert (known, is_refused) == ((7,), False)
    assert not list(tmp_path.rglob("*.yaml"))


def test_what_the_folder_says_beside_it_stays(tmp_path: Path) -> None:
    file = tmp_path / "topics" / "imap-or-pop3.yaml"
    file.parent.mkdir()
    shipped = (shipped_folder() / "topics" / "imap-or-pop3.yaml").read_text()
    file.write_text(f"# nasza uwaga\n{shipped}")
    export(GOOD, to=tmp_path)
    assert file.read_text().startswith("# nasza uwaga\n")
    assert is_known(tmp_path, Addition(GOOD.topic, GOOD.language, GOOD.asked[0]))


def test_killed_at_any_step_of_writing_it_leaves_whole_files_and_all_drafts(tmp_path: Path) -> None:
    export(GOOD, NEW, to=tmp_path / "whole")
    whole = contents(tmp_path / "whole")
    kills = 0
    for step in range(1, 20):
        folder = tmp_path / f"{step}"
        folder.mkdir()
        process = FORKS.Process(target=killed_at, args=(step, folder))
        process.start()
        process.join()
        found = contents(folder)
        assert found.items() <= whole.items(), step
        export(GOOD, NEW, to=folder)  # as often as it takes
        assert contents(folder) == whole
        if process.exitcode == 0:
            break
        kills += 1
    assert kills >= 4  # before and after each file is opened and put in its place


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.yaml"))
    }


def killed_at(step: int, folder: Path) -> None:
    """Export; at this step of what is written there, end as by kill -9."""
    steps = itertools.count(1)

    def watch(event: str, args: tuple[object, ...]) -> None:
        written = event == "open" and isinstance(args[1], str) and "w" in args[1]
        is_ours = bool(args) and str(args[0]).startswith(str(folder))
        if (written or event == "os.rename") and is_ours and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    export(GOOD, NEW, to=folder)


def test_nothing_to_export() -> None:
    assert export() == (((), False), "", "Nothing waits to be taken over.\n")
