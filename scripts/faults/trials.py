"""Pytest plugin that tries faults: one process collects the tests and sets up a database, and forks for each fault.

The child puts the faulty code into the loaded functions, or the faulty source into the template loader, and runs the tests one after the
other until one fails. A test that fails without the fault as well does not count.
"""

import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.forms.renderers import get_default_renderer
from django.template import Origin, engines

from greendistrict.core.loader import Loader, joined
from scripts.faults import code, early, pages
from scripts.faults.choice import Chosen
from scripts.faults.places import ROOT, TEMPLATES
from scripts.mutant_trials import (
    DATABASE,
    LEAST_SECONDS,
    TIMES,
    Unshrunk,
    all_live_functions,
    allow,
    import_instead,
    limit,
    passes,
    swapped,
    swaps_of,
)

CLOCK_SECONDS = 600
KILLED, SURVIVED, UNJUDGED = "killed", "survived", "not judged"


@dataclass(frozen=True)
class Trial:
    """A fault with its tests in order, each with its processor seconds without a fault, and the seconds allowed for all of them.

    ``check``: test modules that ``make check`` chooses. ``early``: those to begin anew where the line runs only while modules are imported.
    """

    fault: Chosen
    tests: Sequence[tuple[str, float]]
    budget: float
    check: Collection[str] = ()
    early: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: the test that noticed it, how many tests ran of how many, processor seconds.

    ``checked``: the test that notices it among those that ``make check`` chooses.
    """

    verdict: str
    test: str = ""
    ran: int = 0
    of: int = 0
    seconds: float = 0.0
    checked: str = ""


class End(pytest.Item):
    """Stands for a test that never runs, so that the fixtures of the session are kept after the one before."""

    def runtest(self) -> None:
        """Never called."""


class Trials(Unshrunk):
    """Tries the faults that no other process has taken, and hands over each outcome."""

    def __init__(self, trials: Sequence[Trial], take: Callable[[int], bool], tell: Callable[[int, Outcome], None]) -> None:
        """``take`` says by number whether a trial is free; ``tell`` receives its outcome."""
        self.trials, self.take, self.tell = trials, take, tell
        self.sound: set[str] = set()
        self.broken: set[str] = set()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Replaces pytest's own loop."""
        if session.testsfailed:
            msg = "the tests cannot be collected"
            raise session.Interrupted(msg)
        self.items = {item.nodeid: item for item in session.items}
        self.end = End.from_parent(session, name="end")
        self.has_database = _set_up_database(session, self.end)
        self.live = all_live_functions()
        gc.freeze()
        for number, trial in enumerate(self.trials):
            if self.take(number):
                self.tell(number, self._checked(trial, self.outcome(trial)))
        return True

    def _checked(self, trial: Trial, found: Outcome) -> Outcome:
        """Add the test that notices the fault with ``make check``."""
        if found.verdict != KILLED or trial.early or _module(found.test) in trial.check:
            return replace(found, checked=found.test)
        tests = [one for one in trial.tests if _module(one[0]) in trial.check]
        again = self.outcome(Trial(trial.fault, tests, trial.budget))
        return replace(found, checked=again.test, seconds=found.seconds + again.seconds)

    def outcome(self, trial: Trial) -> Outcome:
        """Outcome of a trial; a test that fails without the fault is left out."""
        if trial.early and isinstance(trial.fault.site, code.Site):
            test = early.noticed_by(trial.fault.path, trial.fault.site.number, trial.early, CLOCK_SECONDS)
            return Outcome(KILLED if test else SURVIVED, test, len(trial.early), len(trial.early))
        plant = self._planted(trial.fault)
        while True:
            tests = [(test, spent) for test, spent in trial.tests if test in self.items and test not in self.broken]
            if not tests:
                return Outcome(SURVIVED)
            found = self._forked(plant, tests, trial.budget)
            if found.verdict != KILLED or self._passes_without(found.test, dict(tests)[found.test]):
                return found

    def _passes_without(self, test: str, spent: float) -> bool:
        if test not in self.sound | self.broken:
            (self.sound if self._forked(lambda: True, [(test, spent)], CLOCK_SECONDS).verdict == SURVIVED else self.broken).add(test)
        return test in self.sound

    def _planted(self, fault: Chosen) -> Callable[[], bool]:
        """Function that plants the fault in this process; returns False where that is impossible."""
        path = ROOT / fault.path
        source = path.read_text(encoding="utf-8")
        if isinstance(fault.site, pages.Site):
            served = pages.planted(source, fault.site)
            return lambda: _serve(fault.path, served)
        faulty, _ = code.planted(source, fault.site.number, str(path))
        swaps = swaps_of(faulty, self.live.get(str(path), {}))
        if swaps or any(getattr(one, "__file__", None) == str(path) for one in list(sys.modules.values())):
            return lambda: bool(swaps) and swapped(swaps)
        return lambda: _import_later(path, faulty)

    def _forked(self, plant: Callable[[], bool], tests: Sequence[tuple[str, float]], budget: float) -> Outcome:
        """Outcome of the tests in a child, which reports each test before it begins."""
        sys.stdout.flush()
        connections.close_all()
        incoming, outgoing = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                os.setsid()
                os.close(incoming)
                limit()
                with os.fdopen(outgoing, "w", buffering=1) as pipe:
                    self._run(plant, tests, budget, pipe)
            finally:
                os._exit(1)
        os.close(outgoing)
        said = list(_lines(incoming, pid))
        _, status, used = os.wait4(pid, 0)
        _end_group(pid)
        ended = os.waitstatus_to_exitcode(status)
        if ended < 0 and self.has_database:
            _clean(self.end.session)
        return _judged(said, ended, used, len(tests))

    def _run(self, plant: Callable[[], bool], tests: Sequence[tuple[str, float]], budget: float, pipe: Any) -> None:
        """In the child: run the tests until one fails or the time is over."""
        if not plant():
            return
        following = [self.items[test] for test, _ in tests[1:]]
        for (test, spent), after in zip(tests, [*following, self.end], strict=True):
            if time.process_time() > budget:
                break
            pipe.write(json.dumps({"began": test}) + "\n")
            allow(LEAST_SECONDS + TIMES * spent)
            if not passes(self.items[test], after):
                pipe.write(json.dumps({"failed": test}) + "\n")
                return
        pipe.write(json.dumps({"done": True}) + "\n")


def _module(test: str) -> str:
    return test.partition("::")[0]


def _set_up_database(session: pytest.Session, end: pytest.Item) -> bool:
    """Run the fixture of the session by a test of no content; what it makes is kept for the children.

    False if no test asks for a database: the connection leads to that of the checkout then.
    """
    first = next((item for item in session.items if DATABASE & set(getattr(item, "fixturenames", ()))), None)
    if first is None or first.parent is None:
        return False
    begin = pytest.Function.from_parent(first.getparent(pytest.Module) or first.parent, name="begin", callobj=_begin)
    if not passes(begin, end):
        msg = "the test database cannot be set up"
        raise session.Failed(msg)
    return True


def _begin(django_db_setup: None) -> None:
    """Test that asks for the database of the session."""


def _import_later(path: Path, faulty: CodeType) -> bool:
    """For a module that the tests import when they run."""
    import_instead(path, faulty)
    return True


def _serve(path: str, source: str) -> bool:
    """Let the loader give this source for a template."""
    name = path.removeprefix(f"{TEMPLATES}/")
    stored = Loader.get_contents

    def get_contents(self: Loader, origin: Origin) -> str:
        if origin.template_name != name:
            return stored(self, origin)
        return joined(source) if name.endswith(".html") else source

    Loader.get_contents = get_contents  # type: ignore[method-assign]
    forms: Any = get_default_renderer()
    for backend in (*engines.all(), forms.engine):
        for loader in backend.engine.template_loaders:
            loader.reset()
    return True


def _lines(incoming: int, pid: int) -> Iterator[dict[str, Any]]:
    """Reports of the child; a grandchild that keeps the pipe open does not hold up."""
    words, until = b"", time.monotonic() + CLOCK_SECONDS
    while True:
        ready, _, _ = select.select([incoming], [], [], 1)
        part = os.read(incoming, 65536) if ready else b""
        words += part
        if ready and not part:
            break
        if not ready and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            break
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            break
    os.close(incoming)
    yield from (json.loads(line) for line in words.decode().splitlines())


def _end_group(pid: int) -> None:
    """End the processes that the tests of a child left behind."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _clean(session: pytest.Session) -> None:
    """Empty what a child that was killed has left in the database and in the cache."""
    from pytest_django.plugin import blocking_manager_key  # noqa: PLC0415 -- pytest must load it first

    with session.config.stash[blocking_manager_key].unblock():
        call_command("flush", interactive=False, verbosity=0)
    connections.close_all()
    importlib.import_module("tests.caches").empty()


def _judged(said: list[dict[str, Any]], ended: int, used: resource.struct_rusage, of: int) -> Outcome:
    """Outcome from the child's reports and the way it ended."""
    began = [one["began"] for one in said if "began" in one]
    failed = [one["failed"] for one in said if "failed" in one]
    seconds = used.ru_utime + used.ru_stime
    if failed or (began and ended == -signal.SIGXCPU):
        return Outcome(KILLED, (failed or began)[-1], len(began), of, seconds)
    return Outcome(SURVIVED if any("done" in one for one in said) else UNJUDGED, "", len(began), of, seconds)
