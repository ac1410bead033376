"""Nothing is half there: every probe is listed, every finding and every trouble is worded."""

import importlib
import pkgutil
from datetime import date

import pytest

import bot.probes
from bot.knowledge import load_knowledge
from bot.knowledge.wording import placeholders
from bot.model.finding import Kind, Severity
from bot.model.language import WRITTEN, Language
from bot.model.trouble import Gap, Trouble
from bot.probes import PROBES
from bot.probes.probe import Probe

KINDS = [kind for probe in PROBES for kind in probe.kinds]
FAULTS = [kind for kind in KINDS if kind.severity >= Severity.WARNING]
KNOWLEDGE = load_knowledge()
# What an example of each parameter looks like, for sentences made whole.
EXAMPLES = {"until": "2026-12-24", "since": "2026-12-24", "seconds": 6, "count": 2, "days": 3}


def test_every_probe_module_is_listed() -> None:
    modules = [
        importlib.import_module(f"bot.probes.{found.name}")
        for found in pkgutil.iter_modules(bot.probes.__path__)
    ]
    declared = {
        module.PROBE.name: module.PROBE
        for module in modules
        if isinstance(getattr(module, "PROBE", None), Probe)
    }
    assert declared == {probe.name: probe for probe in PROBES}
    for module in modules:
        if hasattr(module, "PROBE"):
            assert module.__name__.rpartition(".")[2].replace("_", "-") == module.PROBE.name


def test_no_code_stands_for_two_things() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_codes_begin_with_their_probe(probe: Probe[object]) -> None:
    assert {kind.code.partition(".")[0] for kind in probe.kinds} == {probe.name}


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_finding_is_worded(kind: Kind, language: Language) -> None:
    used = frozenset().union(
        *(placeholders(text) for text in KNOWLEDGE.findings.templates(kind.code, language))
    )
    assert used <= kind.params | {"subject"}
    finding = kind("mx.firma.pl", **{name: EXAMPLES.get(name, "x") for name in kind.params})
    worded = KNOWLEDGE.findings.word(finding, language)
    assert worded.text[-1:] not in (" ", "")
    assert "{" not in worded.text + worded.meaning


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if kind.severity >= Severity.WARNING],
    ids=lambda kind: kind.code,
)
def test_every_fault_says_what_it_means_and_what_to_do(kind: Kind, language: Language) -> None:
    finding = kind("mx.firma.pl", **{name: EXAMPLES.get(name, "x") for name in kind.params})
    worded = KNOWLEDGE.findings.word(finding, language)
    assert worded.remedy
    assert worded.meaning or finding.code.startswith("ping.")


def test_nothing_is_worded_that_no_probe_finds() -> None:
    assert set(KNOWLEDGE.findings.entries) == {kind.code for kind in KINDS}


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_is_worded(trouble: Trouble, language: Language) -> None:
    said = KNOWLEDGE.findings.word_trouble(Gap("mx.firma.pl", trouble, "421 busy"), language)
    # It follows "mx.firma.pl: " and so begins small and ends without a stop.
    assert said[0].islower() or said.startswith(("DNS", "I "))
    assert not said.endswith(".")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_dates_are_written_out(kind: Kind) -> None:
    if not {"until", "since"} & kind.params:
        return
    params = {name: EXAMPLES.get(name, "x") for name in kind.params}
    worded = KNOWLEDGE.findings.word(kind("mx.firma.pl", **params), Language.PL)
    assert date(2026, 12, 24).isoformat() not in worded.text
    assert "grudnia" in worded.text
