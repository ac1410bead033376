"""One laboratory for all tests that need it; where it cannot run, each says why."""

from collections.abc import Iterator

import pytest

from tests.laboratory.laboratory import Laboratory, why_not


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    """The laboratory, started for the first test that asks and stopped after the last."""
    if reason := why_not():
        pytest.skip(reason)
    with Laboratory() as laboratory:
        yield laboratory
