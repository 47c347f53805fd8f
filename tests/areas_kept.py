"""Slow tests with an area: which of them passed is kept (``--areas keep``), and how long they may be begun (``--areas-for``)."""

import time
from collections import Counter

import pytest

from scripts import areas

AREA = "area"
ALL = "tests of the area in its module"
OVER = "not begun, the time for tests with an area was over"


class AreasForATime:
    """Begins tests with an area for so many seconds of a run; those that are left are skipped, and said by module at the end."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.begun = time.monotonic()
        self.left = Counter()

    @pytest.hookimpl(tryfirst=True)  # before anything is made for the test
    def pytest_runtest_setup(self, item):
        if item.get_closest_marker(AREA) and time.monotonic() - self.begun > self.seconds:
            pytest.skip(OVER)

    def pytest_runtest_logreport(self, report):
        if report.skipped and OVER in str(report.longrepr):
            self.left[report.nodeid.partition("::")[0].removeprefix("tests/")] += 1

    def pytest_terminal_summary(self, terminalreporter):
        for module, count in sorted(self.left.items()):
            terminalreporter.write_line(f"areas: not begun within {self.seconds} s {module} ({count})")
        terminalreporter.write_line(f"areas: {self.left.total()} tests not begun within {self.seconds} s; make areas runs them")


class PassedAreas:
    """Of each area in each module: how many of its tests were found, how many passed; a run of single tests keeps nothing."""

    def __init__(self, config):
        self.config = config
        self.commit = areas.head()
        self.found = {}
        self.passed = Counter()
        self.failed = set()  # or skipped
        self.broken = set()

    @pytest.hookimpl(tryfirst=True)  # before any is left out
    def pytest_collection_modifyitems(self, items):
        marked = [(item, area.args) for item in items if (area := item.get_closest_marker("area"))]
        counts = Counter((area, item.path) for item, area in marked)
        for item, area in marked:
            item.user_properties += [(AREA, list(area)), (ALL, counts[area, item.path])]

    def pytest_runtest_logreport(self, report):
        said = dict(report.user_properties)
        if AREA not in said:
            return
        key = (tuple(said[AREA]), areas.ROOT / report.nodeid.partition("::")[0])
        self.found[key] = said[ALL]
        if report.outcome != "passed":
            self.failed.add(key)
            if report.outcome == "failed":
                self.broken.add(key)
        elif report.when == "call":
            self.passed[key] += 1

    def whole(self):
        return [key for key, count in self.found.items() if self.passed[key] == count and key not in self.failed]

    def pytest_terminal_summary(self, terminalreporter):
        single = any("::" in arg for arg in self.config.args) or self.config.option.lf
        terminalreporter.write_line(
            "areas are not kept of single tests" if single else areas.keep_areas(self.whole(), self.commit, self.broken)
        )
