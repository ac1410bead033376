"""What is told of two looks: each change once, when it is sure, and never our own trouble."""

from datetime import date, timedelta

import pytest

from bot.conversation.watching.compare import Change, ChangeKind, Ending, State, compare
from bot.conversation.watching.facts import Snapshot
from bot.model.check import Inconclusive, Judged
from bot.model.finding import Finding, Severity
from bot.model.trouble import Gap, Trouble
from bot.storage.codec import decode, encode
from tests.conversation.watching.watching_kit import (
    DMARC,
    MX,
    answers,
    blind,
    clean,
    listed,
    look,
    several_spf,
    silent,
)

TODAY = date(2027, 1, 10)
OTHER_SPF = '"v=spf1 mx include:_spf.example.net -all"'
TWO_MX = [MX, "20 mx2.firma.pl."]
LONG = Finding("spf.long", Severity.NOTICE, "firma.pl", {"count": 300})
DOWN = Inconclusive("smtp", (silent(),))
BLOCKED = Inconclusive("smtp", (silent("firma.pl", Trouble.PORT_BLOCKED),))


def told(*looks: Snapshot, today: date = TODAY) -> list[list[Change]]:
    """What each look tells, one after another; the state goes through the store in between."""
    state, all_told = State(), []
    for snapshot in looks:
        compared = compare(state, snapshot, today)
        state = decode(State, encode(compared.state))
        assert state == compared.state
        all_told.append(list(compared.changes))
    return all_told


def words(changes: list[Change]) -> list[str]:
    """Changes in short."""
    return [
        f"{each.kind} {each.finding.code if each.finding else each.subject}" for each in changes
    ]


SOUND = look()
SEVERAL = look(Judged("spf", (several_spf(),)))
SPF_CHANGED = look(records={"SPF": [OTHER_SPF]})
LISTED = look(Judged("blocklist", (listed(), clean("PSBL"))))


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([SOUND, SOUND, SOUND], [], id="nothing changes"),
        pytest.param([SEVERAL, SEVERAL], [], id="what was there at first is no news"),
        pytest.param([SOUND, SEVERAL], [], id="one odd look is not believed"),
        pytest.param([SOUND, SEVERAL, SOUND, SOUND], [], id="an odd look between sound ones"),
        pytest.param([SOUND, SEVERAL, SEVERAL], ["worse spf.several"], id="worse"),
        pytest.param([SOUND, *[SEVERAL] * 9], ["worse spf.several"], id="worse is told once"),
        pytest.param([SEVERAL, SOUND, SOUND, SOUND], ["healed spf.several"], id="healed"),
        pytest.param(
            [SOUND, SEVERAL, SEVERAL, SOUND, SOUND, SEVERAL, SEVERAL],
            ["worse spf.several", "healed spf.several", "worse spf.several"],
            id="worse again after it healed",
        ),
        pytest.param([SOUND, SPF_CHANGED, SPF_CHANGED], ["record SPF"], id="SPF changed"),
        pytest.param(
            [SOUND, SPF_CHANGED, SOUND, SPF_CHANGED, SOUND],
            [],
            id="old and new by turns, while caches run out",
        ),
        pytest.param(
            [SOUND, *[look(records={"SPF": []})] * 2, SOUND, SOUND],
            ["record SPF", "record SPF"],
            id="SPF gone and back",
        ),
        pytest.param(
            [SOUND, *[look(records={"DMARC": ['"v=DMARC1; p=none"']})] * 2],
            ["record DMARC"],
            id="DMARC changed",
        ),
        pytest.param(
            [SOUND, *[look(records={"DMARC": [DMARC, '"google-site=1"']})] * 2],
            [],
            id="another TXT record is not DMARC",
        ),
        pytest.param([SOUND, *[look(records={"MX": TWO_MX})] * 2], ["record MX"], id="MX added"),
        pytest.param(
            [look(records={"MX": TWO_MX}), *[look(records={"MX": TWO_MX[::-1]})] * 2],
            [],
            id="the order of an answer is no change",
        ),
        pytest.param(
            [SOUND, *[look(records={"SPF": Trouble.SERVFAIL})] * 5, SOUND],
            [],
            id="no answer is no change",
        ),
        pytest.param(
            [SOUND, look(records={"SPF": Trouble.TIMEOUT}), SPF_CHANGED, SPF_CHANGED],
            ["record SPF"],
            id="changed while there was no answer",
        ),
        pytest.param([SOUND, LISTED, LISTED], ["worse blocklist.mx-major"], id="listed"),
        pytest.param([LISTED, SOUND, SOUND], ["healed blocklist.mx-major"], id="delisted"),
        pytest.param(
            [
                LISTED,
                *[look(Judged("blocklist", (clean("PSBL"),), (Gap("zen", Trouble.LIST_REFUSED),)))]
                * 3,
            ],
            [],
            id="a list that does not answer has not taken off",
        ),
        pytest.param(
            [
                LISTED,
                *[look(Judged("blocklist", (listed(), listed("PSBL"))))] * 2,
            ],
            ["worse blocklist.mx-major"],
            id="a second list",
        ),
        pytest.param([SOUND, look(DOWN)], [], id="a server silent for one look"),
        pytest.param([SOUND, look(DOWN), look(DOWN)], ["down mx1.firma.pl"], id="silent for two"),
        pytest.param(
            [SOUND, *[look(DOWN)] * 5, SOUND, SOUND],
            ["down mx1.firma.pl", "up mx1.firma.pl"],
            id="silent, and back",
        ),
        pytest.param([SOUND, *[look(BLOCKED)] * 3, SOUND], [], id="our own port 25 is blocked"),
        pytest.param([SOUND, *[blind()] * 4, SOUND, SOUND], [], id="our own network is away"),
        pytest.param([blind(), SEVERAL, SEVERAL], [], id="a blind look is no beginning"),
        pytest.param(
            [
                look(BLOCKED),
                *[
                    look(
                        Judged(
                            "smtp",
                            (
                                answers(),
                                Finding("smtp.no-starttls", Severity.WARNING, "mx1.firma.pl"),
                            ),
                        )
                    )
                ]
                * 3,
            ],
            [],
            id="the first word of a probe that saw nothing before is no news",
        ),
        pytest.param(
            [
                look(
                    Judged(
                        "smtp",
                        (Finding("smtp.no-starttls", Severity.WARNING, "mx1.firma.pl"), answers()),
                    )
                ),
                *[look(DOWN)] * 2,
            ],
            ["down mx1.firma.pl"],
            id="a silent server has not healed",
        ),
        pytest.param(
            [
                look(
                    Judged(
                        "smtp",
                        (
                            answers(),
                            answers("mx2.firma.pl"),
                            Finding("smtp.no-starttls", Severity.WARNING, "mx1.firma.pl"),
                        ),
                    )
                ),
                *[look(Judged("smtp", (answers(),), (silent("mx2.firma.pl"),)))] * 2,
            ],
            ["healed smtp.no-starttls", "down mx2.firma.pl"],
            id="one server heals while another falls silent",
        ),
        pytest.param(
            [look(Judged("smtp", (answers(), answers("mx2.firma.pl")))), *[SOUND] * 3],
            [],
            id="a server that is no longer the domain's is not missed",
        ),
        pytest.param(
            [
                SOUND,
                *[look(Judged("ptr", (Finding("ptr.missing", Severity.WARNING, "firma.pl"),)))] * 3,
            ],
            [],
            id="a probe of a newer program is no news",
        ),
        pytest.param(
            [
                SOUND,
                *[look(Judged("spf", (Finding("spf.long", Severity.NOTICE, "firma.pl"),)))] * 3,
            ],
            [],
            id="a notice is worth no message",
        ),
    ],
)
def test_what_is_told(looks: list[Snapshot], expected: list[str]) -> None:
    assert [word for changes in told(*looks) for word in words(changes)] == expected


def test_a_changed_record_comes_with_both_texts() -> None:
    ((), (), (change,)) = told(SOUND, SPF_CHANGED, SPF_CHANGED)
    assert change.old == "v=spf1 mx -all"
    assert change.new == "v=spf1 mx include:_spf.example.net -all"


def test_an_unsure_look_asks_for_another_soon_but_only_once() -> None:
    state = compare(State(), SOUND, TODAY).state
    first = compare(state, SEVERAL, TODAY)
    assert first.is_unsure
    assert not compare(first.state, blind(), TODAY).is_unsure
    assert not compare(first.state, SEVERAL, TODAY).is_unsure


def with_certificate(until: str) -> Snapshot:
    return look(Judged("smtp", (answers(until=until),)))


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ([40, 30, 22], []),
        ([22, 21, 20, 8], [21]),
        ([22, 21, 15, 7, 6, 2, 1, 0, -1], [21, 7, 1]),
        ([30, 5, 4], [5]),
        ([5, 4, 3, 2, 1], [5, 1]),
        ([3, 1, 1, 1], [3, 1]),
    ],
    ids=str,
)
def test_a_certificate_is_told_at_21_7_and_1_day_each_once(
    left: list[int], expected: list[int]
) -> None:
    until = date(2027, 6, 1)
    state, days = State(), []
    for each in left:
        compared = compare(state, with_certificate(until.isoformat()), until - timedelta(each))
        state = compared.state
        days += [change.days for change in compared.changes]
        assert all(change.kind is ChangeKind.EXPIRES for change in compared.changes)
    assert days == expected


def test_a_renewed_certificate_is_told_where_its_end_was() -> None:
    near, far = "2027-01-20", "2027-04-20"
    assert words(told(with_certificate(near), with_certificate(far))[1]) == ["renewed mx1.firma.pl"]
    assert told(with_certificate(far), with_certificate("2027-07-20"))[1] == []


def test_a_bad_certificate_that_is_replaced_is_told_as_healed_alone() -> None:
    expired = Finding("smtp.certificate-expired", Severity.ERROR, "mx1.firma.pl")
    bad = look(Judged("smtp", (expired,)))
    good = with_certificate("2027-04-20")
    looks = [with_certificate("2027-01-20"), bad, bad, good, good]
    assert [word for changes in told(*looks) for word in words(changes)] == [
        "expires mx1.firma.pl",
        "worse smtp.certificate-expired",
        "healed smtp.certificate-expired",
    ]


def test_the_same_certificate_on_two_ports_is_told_once() -> None:
    ends = [
        Finding("imap.answers", Severity.OK, f"mail.firma.pl:{port}", {"until": "2027-02-01"})
        for port in (143, 993)
    ]
    state = compare(State(), look(Judged("imap", tuple(ends))), date(2027, 1, 1)).state
    later = compare(state, look(Judged("imap", tuple(ends))), date(2027, 1, 12))
    assert [change.days for change in later.changes] == [20]
    assert set(later.state.endings) >= {"mail.firma.pl:143", "mail.firma.pl:993"}


def test_a_state_forgets_what_is_over() -> None:
    state = State()
    for snapshot in (SOUND, SEVERAL, SEVERAL, SOUND, SOUND):
        state = compare(state, snapshot, TODAY).state
    assert state.findings == {}
    assert not [key for key in state.known if key.startswith("finding")]
    assert state.endings == {"mx1.firma.pl": Ending("2027-06-01")}
