"""What a survey counts is what check_host() meets: two ways through one tree, made at random."""

import random
from collections.abc import Iterator

import pytest

from bot.formats.spf import MechanismKind
from bot.probes.spf_branches import BranchProblem, Survey
from bot.probes.spf_check_host import check_host
from bot.probes.spf_flatten import flatten
from bot.probes.spf_survey import survey
from bot.probes.spf_trail import SpfVerdict
from tests.probes.zone_dns import ZoneDns

NAMES = [f"n{number}.example" for number in range(7)]
KINDS = ("include", "include", "a", "a", "mx", "ip4", "ip6", "exists", "a:", "mx:")
STRANGERS = {"203.0.113.9": 4, "2001:dead::1": 6}  # whom no record names


def terms(dice: random.Random, number: int) -> Iterator[str]:
    yield "v=spf1"
    for _ in range(dice.choice([0, 1, 2, 3, 4, 6, 9, 12])):
        kind, sign = dice.choice(KINDS), dice.choice(["", "", "", "", "~", "-", "?"])
        target = dice.choice(NAMES[number + 1 :] or NAMES)
        match kind:
            case "ip4":
                yield f"{sign}ip4:10.0.{dice.randrange(9)}.0/{dice.choice([24, 30, 32])}"
            case "ip6":
                yield f"{sign}ip6:2001:db8:{dice.randrange(9)}::/48"
            case "a" | "mx":
                yield sign + kind + dice.choice(["", "/24"])
            case _:
                yield f"{sign}{kind.removesuffix(':')}:{target}"
    end = dice.choice(["-all", "-all", "~all", "?all", "", f"redirect={dice.choice(NAMES)}"])
    if end:
        yield end


def make_zone(dice: random.Random) -> str:
    lines = []
    for number, name in enumerate(NAMES):
        if dice.random() < 0.95:
            lines.append(f"{name} TXT {' '.join(terms(dice, number))}")
        for _ in range(dice.choice([0, 1, 1, 2])):
            lines.append(f"{name} A 10.1.{number}.{dice.randrange(250)}")
        if dice.random() < 0.3:
            lines.append(f"{name} AAAA 2001:db8:ff{number}::1")
        for rank in range(11 if dice.random() < 0.05 else dice.choice([0, 1, 2, 3])):
            lines.append(f"{name} MX {rank} {dice.choice(NAMES)}")
    return "\n".join(dict.fromkeys(lines))


def is_met_by_strangers(seen: Survey) -> bool:
    """Whether a term matches whoever asks: `exists` does where there is an address."""
    exists = (
        branch
        for branch in seen.root.walk()
        if branch.mechanism and branch.mechanism.kind is MechanismKind.EXISTS
    )
    return any(not branch.voids.any_client for branch in exists)


@pytest.mark.parametrize("seed", range(250))
async def test_a_stranger_meets_what_the_survey_counts(seed: int) -> None:
    zone = make_zone(random.Random(seed))
    seen = await survey(ZoneDns(zone), NAMES[0])
    if seen.root.problem is BranchProblem.NO_RECORD or is_met_by_strangers(seen):
        return
    for address, family in STRANGERS.items():
        voids = seen.voids.ip4 if family == 4 else seen.voids.ip6
        is_broken = bool(seen.problems) or seen.lookups > 10 or voids > 2
        found = await check_host(ZoneDns(zone), address, NAMES[0])
        assert (found.result is SpfVerdict.PERMERROR) is is_broken
        if not is_broken:
            assert (found.lookups, found.void_lookups) == (seen.lookups, voids)


@pytest.mark.parametrize("seed", range(250))
async def test_a_flattened_record_answers_as_the_whole_tree_did(seed: int) -> None:
    dice = random.Random(seed)
    zone = make_zone(dice)
    flat = flatten(await survey(ZoneDns(zone), NAMES[0]))
    if flat is None:
        return
    own = f"{NAMES[0]} TXT "
    kept = [line for line in zone.splitlines() if not line.startswith(own)]
    written = "\n".join([*kept, *(f"{name} TXT {text}" for name, text in flat.records)])
    addresses = [line.split()[2] for line in kept if line.split()[1] in ("A", "AAAA")]
    addresses += [f"10.0.{dice.randrange(9)}.{dice.randrange(256)}" for _ in range(6)]
    for address in (*addresses, *STRANGERS):
        before = await check_host(ZoneDns(zone), address, NAMES[0])
        after = await check_host(ZoneDns(written), address, NAMES[0])
        # What was over the limits is mended; whatever was judged is judged alike.
        assert before.result in (after.result, SpfVerdict.PERMERROR)
