"""Browser of the tasks, and what each task took until all are told."""

import pytest

from tests.browsers import chromium_beside_the_database
from tests.tasks.kept import lines_of, save

FIGURES = {}


@pytest.fixture
def found():
    """Figures of the tasks of this run, told at its end."""
    return FIGURES


def pytest_terminal_summary(terminalreporter):
    """Fresh figures beside those that were kept."""
    for line in lines_of(FIGURES):
        terminalreporter.write_line(line)
    save(FIGURES)


@pytest.fixture(scope="module")
def at_work():
    """Chromium for pages of Django's live server."""
    with chromium_beside_the_database() as running:
        yield running
