"""Whether tests detect a fault: in a fork that puts the mutant's code into loaded functions, or in a process that imports the mutant.

A mutant counts as dead only if a test fails, if importing it raises an error, or if it uses many times the processor time of its tests
without a fault (an endless loop). A process that was killed, reached the wall-clock limit or failed otherwise gives no verdict.
"""

import gc
import importlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import django
import pytest
from django.test import TransactionTestCase

from scripts.mutations import Mutant

# exit codes not used by Python, pytest or a shell
ALIVE_CODE, DEAD_CODE = 80, 81
CLOCK_SECONDS = 900
LEAST_SECONDS, TIMES = 2, 10  # processor time of a test: at least these seconds, and this many times its time without a fault
MEMORY = 3 * 2**30
DATABASE = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_setup",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "_django_db_helper",
}
PLAIN = {bool, int, float, str, bytes, Decimal, re.Pattern}
Place = tuple[str, int]


class Verdict(StrEnum):
    """Result of a trial of a mutant."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


def verdict(code: int) -> Verdict:
    """Result from the exit code of a trial's process; a negative code is a signal."""
    if code == ALIVE_CODE:
        return Verdict.ALIVE
    return Verdict.DEAD if code in {DEAD_CODE, -signal.SIGXCPU} else Verdict.UNKNOWN


def limit() -> None:
    """Limit memory and wall-clock time of this process."""
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(CLOCK_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def allow(seconds: float) -> None:
    """Limit the further processor time of this process."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, resource.RLIM_INFINITY))


def uses_database(item: pytest.Item) -> bool:
    """Whether a test uses the database: by marker, by a direct or indirect fixture, or as a Django test case."""
    case = getattr(item, "cls", None)
    return bool(
        item.get_closest_marker("django_db")
        or DATABASE & set(getattr(item, "fixturenames", ()))
        or (case is not None and (issubclass(case, TransactionTestCase) or getattr(case, "databases", None)))
    )


class Unshrunk:
    """Pytest plugin that turns off the shrinking of failing examples."""

    def pytest_collection(self) -> None:
        """Before collection, load a hypothesis profile without shrinking; the tests take it over when imported."""
        import hypothesis  # noqa: PLC0415 -- pytest must load it first

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("mutants", parent=hypothesis.settings.default, phases=phases)
        hypothesis.settings.load_profile("mutants")


class Pure(Unshrunk):
    """Pytest plugin that deselects tests with a database as well."""

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests without a database."""
        out = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if not uses_database(item)]

    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> None:
        """Refuse a database requested only at run time, because forks would share its connection."""
        if fixturedef.argname in DATABASE:
            pytest.fail(f"{request.node.nodeid} asks for the database only when it runs: give it the marker django_db", pytrace=False)


class Forks(Pure):
    """Pytest plugin that runs the collected tests once per mutant, each in a child process."""

    def __init__(self, path: Path, faults: Sequence[Mutant]) -> None:
        """``path`` is that of the module."""
        self.path, self.faults = path, faults
        self.left: list[Mutant] = []
        self.failed = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Replaces pytest's own loop; afterwards ``left`` holds the mutants that are not dead."""
        if session.testsfailed or not session.items:
            msg = "the tests cannot be collected" if session.testsfailed else "every test needs a database"
            raise session.Interrupted(msg)
        live = live_functions(self.path)
        gc.freeze()
        costs = self._walked(session)
        quickest = sorted(costs, key=lambda one: costs[one][0])
        for fault in self.faults:
            swaps = swaps_of(fault.code, live)
            places = {place_of(function.__code__) for function, _ in swaps} or set(live)
            timed = [(item, LEAST_SECONDS + TIMES * costs[item][0]) for item in quickest if places & costs[item][1]]
            change = partial(swapped, swaps) if swaps else partial(replayed, fault.code, self.path)
            if not timed or forked(partial(tried, change, timed)) != Verdict.DEAD:
                self.left.append(fault)
        return True

    def _walked(self, session: pytest.Session) -> dict[pytest.Item, tuple[float, set[Place]]]:
        """Seconds of every test, and the functions of the module it calls. Raises if a test fails without a fault.

        Each test runs in its own child, so that no cached value remains here that a mutant would have to compute.
        """
        walked: dict[pytest.Item, tuple[float, set[Place]]] = {}
        for item in session.items:
            walk = answered(partial(walked_by, item, str(self.path)))
            if walk is None:
                msg = self.failed = f"fails without a fault: {item.nodeid}"
                raise session.Failed(msg)
            walked[item] = walk[0], {(name, line) for name, line in walk[1]}
        return walked


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and all code objects inside it."""
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from codes(one)


def place_of(code: CodeType) -> Place:
    """Name and first line of a function."""
    return code.co_qualname, code.co_firstlineno


def all_live_functions() -> dict[str, dict[Place, list[FunctionType]]]:
    """Loaded functions by file and place, including objects hidden from the garbage collector (``gc.freeze``)."""
    gc.unfreeze()
    found: dict[str, dict[Place, list[FunctionType]]] = defaultdict(lambda: defaultdict(list))
    for one in gc.get_objects():
        if type(one) is FunctionType:
            found[one.__code__.co_filename][place_of(one.__code__)].append(one)
    return found


def live_functions(path: Path) -> dict[Place, list[FunctionType]]:
    """Loaded functions of the module by place."""
    return all_live_functions()[str(path)]


def swaps_of(code: CodeType, live: dict[Place, list[FunctionType]]) -> list[tuple[FunctionType, CodeType]]:
    """Loaded functions with the mutant's code; leaves out functions that share line and name, which only an import can distinguish."""
    changed: dict[Place, list[CodeType]] = defaultdict(list)
    for one in codes(code):
        changed[place_of(one)].append(one)
    return [
        (function, changed[place][0])
        for place, functions in live.items()
        if len(changed[place]) == 1
        for function in functions
        if function.__code__ != changed[place][0]
    ]


def walked_by(item: pytest.Item, path: str) -> tuple[float, list[Place]] | None:
    """Processor time of a test and the functions of the module it calls; None if it fails."""
    seen: set[Place] = set()

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename == path:
            seen.add(place_of(frame.f_code))

    began = time.process_time()
    sys.setprofile(look)
    try:
        passed = passes(item)
    finally:
        sys.setprofile(None)
    return (time.process_time() - began, sorted(seen)) if passed else None


def answered(work: Callable[[], Any]) -> Any:
    """Result of ``work`` run in a forked process; None if it crashed."""
    sys.stdout.flush()
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            with os.fdopen(outgoing, "w") as pipe:
                json.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(outgoing)
    with os.fdopen(incoming) as pipe:
        words = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(words) if words else None


def swapped(swaps: Sequence[tuple[FunctionType, CodeType]]) -> bool:
    """Give loaded functions the mutant's code; False if that is impossible without an import."""
    for function, code in swaps:
        try:
            function.__code__ = code
        except ValueError:  # different number of closure variables
            return False
    return True


def replayed(code: CodeType, path: Path) -> bool:
    """Execute the mutant's module separately and copy changed constants and defaults; other changes are not detected."""
    loaded = next(one for one in list(sys.modules.values()) if getattr(one, "__file__", None) == str(path))
    mutant = ModuleType(loaded.__name__)
    exec(code, vars(mutant))  # noqa: S102 -- a module of this repository
    for name, new in vars(mutant).items():
        old = vars(loaded).get(name)
        for maker in ("__init__", "__new__") if isinstance(new, type) else ("",) if isinstance(new, FunctionType) else ():
            _take_defaults(vars(old).get(maker) if maker else old, vars(new).get(maker) if maker else new)
        if _is_plain(new) and _is_plain(old) and new != old:
            for one in [known for module in list(sys.modules.values()) if (known := getattr(module, "__dict__", {})).get(name) is old]:
                one[name] = new
    return True


def _take_defaults(old: Any, new: Any) -> None:
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        pairs = zip(old.__defaults__ or (), new.__defaults__ or (), strict=False)
        old.__defaults__ = tuple(after if _is_plain(after) else before for before, after in pairs)
        named = (new.__kwdefaults__ or {}).items()
        old.__kwdefaults__ = {**(old.__kwdefaults__ or {}), **{name: after for name, after in named if _is_plain(after)}}


def _is_plain(value: Any) -> bool:
    """Whether a value consists of built-in types only, so that equal values are interchangeable."""
    if isinstance(value, dict):
        return all(map(_is_plain, (*value, *value.values())))
    if isinstance(value, list | tuple | set | frozenset):
        return type(value) in {list, tuple, set, frozenset} and all(map(_is_plain, value))
    return value is None or type(value) in PLAIN


def tried(change: Callable[[], bool], items: Sequence[tuple[pytest.Item, float]]) -> Verdict:
    """Apply the change in this process and run the tests, each limited to its processor time."""
    try:
        if not change():
            return Verdict.UNKNOWN
    except Exception:  # noqa: BLE001 -- whatever it is, an import would raise it as well; that is tried next
        return Verdict.UNKNOWN
    for item, seconds in items:
        allow(seconds)
        if not passes(item):
            return Verdict.DEAD
    return Verdict.ALIVE


def passes(item: pytest.Item, following: pytest.Item | None = None) -> bool:
    """Run one test; fixtures that the ``following`` one shares with it are kept."""
    from _pytest.runner import runtestprotocol  # noqa: PLC0415 -- pytest has no public function to run one test

    return all(report.passed or report.skipped for report in runtestprotocol(item, nextitem=following, log=False))


def forked(work: Callable[[], Verdict]) -> Verdict:
    """Verdict of ``work`` run in a forked process."""
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            limit()
            code = {Verdict.ALIVE: ALIVE_CODE, Verdict.DEAD: DEAD_CODE}.get(work(), 1)
        finally:
            os._exit(code)
    return verdict(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def imported(code: CodeType | None, path: Path, name: str, tests: Sequence[str], seconds: float) -> int:
    """Run the tests in this process with the mutant's code instead of the module, or with the module; returns the verdict's exit code.

    Must be called before the module ``name`` is imported.
    """
    if code is not None:
        import_instead(path, code)
    limit()
    allow(seconds)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
    try:
        django.setup()
        importlib.import_module(name)
    except Exception as error:
        if code is not None and any(frame.filename == str(path) for frame in traceback.extract_tb(error.__traceback__)):
            return DEAD_CODE
        raise
    watch = Watch()
    ended = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], plugins=[watch])
    if ended == pytest.ExitCode.OK:
        return ALIVE_CODE
    return DEAD_CODE if watch.failed and ended in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED} else int(ended)


def import_instead(path: Path, code: CodeType) -> None:
    """Let this process import the code instead of the module's own."""
    loaded = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if self.path == str(path) else loaded(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


class Watch(Pure):
    """Plugin that records whether a test failed or could not be collected."""

    failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """After a step of a test."""
        self.failed = self.failed or report.failed

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """After a test file was collected."""
        self.failed = self.failed or report.failed


def process(command: Sequence[str], folder: Path) -> tuple[Verdict, float, str]:
    """Verdict of a trial in a separate process, its processor time and the end of its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=CLOCK_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Verdict.UNKNOWN, 0.0, "took too long on the clock"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return verdict(done.returncode), used, (done.stdout + done.stderr)[-2000:]
