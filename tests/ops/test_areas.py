"""Which slow tests are left out because their area has not changed, in a small repository of its own."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import areas

MODULE = 'from tests.e2e.steps import walk\npytestmark = pytest.mark.area("carbon/factors", "scripts/demo.py", "*/migrations")\n'
WATCHED = (
    *("carbon/factors/views.py", "templates/carbon/factors/list.html", "scripts/demo.py", "policy/migrations/0002_more.py"),
    *("tests/e2e/test_one.py", "tests/e2e/steps/walk.py"),
)
OTHERS = ("carbon/measures/views.py", "carbon/factors_of_others.py", "tests/factories/world.py", "README.md")
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


class Repository:
    def __init__(self, root):
        self.root = root
        self.git("init", "--quiet")

    def git(self, *words, day=0):
        who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        when = {f"GIT_{role}_DATE": (NOON + dt.timedelta(days=day)).isoformat() for role in ("AUTHOR", "COMMITTER")}
        done = subprocess.run(["git", *words], cwd=self.root, env={**os.environ, **who, **when}, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, *names):
        for name in names:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text(encoding="utf-8") if path.exists() else MODULE if name.startswith("tests/e2e/test") else ""
            path.write_text(f"{before}# one more line\n", encoding="utf-8")

    def commit(self, day, *names):
        self.write(*names)
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", "m", day=day)
        return self.git("rev-parse", "HEAD")

    def file(self):
        """The changed file for which the module is run, "" where it is left out."""
        forget()
        return areas.reached(*self.one(), areas.changed())

    def one(self):
        """The area of the module, and the module."""
        module = self.root / "tests/e2e/test_one.py"
        return *areas.marked(module), module


def forget():
    for kept in (areas.changed, areas._files, areas._sum_of, areas.files_sum, areas.passed_areas):
        kept.cache_clear()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    root = tmp_path / "新城 区"
    root.mkdir()
    tests = root / "tests"
    places = {"ROOT": root, "TESTS": tests, "PASSED": tests / "last_long.json", "PASSED_AREAS": tests / "passed_areas.json"}
    for name, value in places.items():
        monkeypatch.setattr(areas, name, value)
    made = Repository(root)
    made.commit(0, *WATCHED, *OTHERS)
    yield made
    forget()
    areas._imported.cache_clear()


@pytest.mark.parametrize("name", WATCHED)
def test_what_changed_within_two_days_of_commits_is_run(repository, name):
    repository.commit(3, name)
    assert repository.file() == name
    repository.commit(5.5, "README.md")
    assert repository.file() == ""


@pytest.mark.parametrize("name", OTHERS)
def test_what_lies_elsewhere_is_left_out(repository, name):
    repository.commit(3, name)
    assert repository.file() == ""


def test_what_is_not_committed_counts(repository):
    repository.commit(3)
    repository.write("carbon/factors/new.py")
    assert repository.file() == "carbon/factors/new.py"


def test_where_the_history_is_too_short_or_missing_everything_is_run(repository, tmp_path, monkeypatch):
    repository.commit(1, "README.md")
    assert repository.file() == "history too short"
    repository.commit(9, "README.md")
    assert repository.file() == ""
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", repository.root.as_uri(), tmp_path / "shallow"], check=True)
    monkeypatch.setattr(areas, "ROOT", tmp_path / "shallow")
    forget()
    assert areas.changed() is None
    monkeypatch.setattr(areas, "ROOT", Path("/"))
    forget()
    assert areas.changed() is None


@pytest.mark.parametrize("name", WATCHED)
def test_what_has_passed_with_just_these_files_is_left_out(repository, name):
    first = repository.commit(3, name)
    assert areas.passed_on(*repository.one()) == ""
    forget()
    assert "areas passed: 1; kept" in areas.keep_areas([repository.one()], first)
    repository.commit(3.1, *OTHERS)
    assert repository.file() == name
    assert areas.passed_on(*repository.one()) == dt.datetime.now(tz=dt.UTC).date().isoformat()
    assert "left out e2e/test_one.py (passed with these files on" in "\n".join(areas.lines())
    repository.commit(3.2, name)
    forget()
    assert areas.passed_on(*repository.one()) == ""
    assert f"run e2e/test_one.py ({name})" in "\n".join(areas.lines())


def test_a_new_file_of_the_area_and_one_that_is_gone_count_as_other_files(repository):
    first = repository.commit(3)
    areas.keep_areas([repository.one()], first)
    repository.write("carbon/factors/new.py")
    forget()
    assert areas.passed_on(*repository.one()) == ""
    (repository.root / "carbon/factors/new.py").unlink()
    forget()
    assert areas.passed_on(*repository.one())
    (repository.root / "scripts/demo.py").unlink()
    forget()
    assert areas.passed_on(*repository.one()) == ""


def test_areas_are_kept_only_with_the_files_of_the_commit_they_began_with(repository):
    first = repository.commit(3)
    repository.write("README.md")
    assert "areas passed: 1; not kept" in areas.keep_areas([repository.one()], first)
    repository.commit(3.1, "README.md")
    assert "not kept" in areas.keep_areas([repository.one()], first)
    assert areas.passed_areas() == {}


def test_an_area_that_fails_with_the_very_files_with_which_it_passed_is_no_longer_kept(repository):
    first = repository.commit(3)
    areas.keep_areas([repository.one()], first)
    assert areas.passed_on(*repository.one())
    assert "kept" in areas.keep_areas([], first, [repository.one()])
    forget()
    assert areas.passed_on(*repository.one()) == ""
    assert areas.passed_areas() == {}


RUN = """
import pytest
pytestmark = pytest.mark.area("carbon")
def test_one(): assert {one}
@pytest.mark.slow
def test_two(): {two}
"""


@pytest.mark.parametrize(
    ("one", "two", "asked", "kept"),
    [
        ("True", "pass", (), True),
        ("False", "pass", (), False),
        ("True", "pytest.skip()", (), None),
        ("True", "pass", ("-k", "one"), None),
        ("False", "pass", ("-k", "one"), False),
        ("True", "pass", ("-n", "2"), True),
        ("False", "pass", ("-n", "2"), False),
    ],
)
def test_an_area_is_kept_where_all_of_its_tests_passed_and_dropped_where_one_failed(tmp_path, one, two, asked, kept):
    (tmp_path / "conftest.py").write_text(
        f"""
from pathlib import Path
from scripts import areas
from tests.areas_kept import PassedAreas
areas.ROOT = Path("{tmp_path}")
def named(found): return [(area, module.name) for area, module in found]
areas.keep_areas = lambda whole, commit, broken: f"whole {{named(whole)}} broken {{named(broken)}}"
def pytest_configure(config):
    config.pluginmanager.register(PassedAreas(config))
""",
        encoding="utf-8",
    )
    said = run_small(tmp_path, RUN.format(one=one, two=two), *asked)
    own = [(("carbon",), "test_it.py")]
    assert f"whole {own if kept else []} broken {own if kept is False else []}" in said


def run_small(folder, module, *words):
    """What pytest prints about one small module, beside the conftest.py that lies there."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    area\n    slow\n", encoding="utf-8")
    (folder / "test_it.py").write_text(module, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(areas.ROOT)}
    command = [sys.executable, "-m", "pytest", "-p", "no:django", *words, "test_it.py"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


TIMED = """
import pytest
@pytest.mark.area("carbon")
@pytest.mark.parametrize("number", range(3))
def test_area(number): pass
def test_other(): pass
"""


@pytest.mark.parametrize("asked", [(), ("-n", "2")])
@pytest.mark.parametrize(("seconds", "left"), [(-1, 3), (1000, 0)])
def test_areas_are_begun_for_a_time_and_those_left_are_named(tmp_path, seconds, left, asked):
    (tmp_path / "conftest.py").write_text(
        f"""
from tests.areas_kept import AreasForATime
def pytest_configure(config):
    config.pluginmanager.register(AreasForATime({seconds}))
""",
        encoding="utf-8",
    )
    said = run_small(tmp_path, TIMED, *asked)
    assert f"areas: {left} tests not begun within {seconds} s" in said
    assert (f"areas: not begun within {seconds} s test_it.py (3)" in said) == bool(left)
    assert (f"{4 - left} passed" in said, f"{left} skipped" in said) == (True, bool(left))


def test_a_pass_is_kept_only_with_the_files_of_its_commit(repository):
    first = repository.commit(3)
    repository.write("README.md")
    assert "not kept" in areas.keep("word", first)
    repository.commit(3.1, "README.md")
    assert "not kept" in areas.keep("word", first)
    assert areas.passed() == {}
    now = repository.git("rev-parse", "HEAD")
    areas.keep("word", now)
    areas.keep("areas", now)  # the file of the step before does not matter
    assert json.loads((repository.root / "tests/last_long.json").read_text()) == areas.passed()
    assert {step: kept["commit"] for step, kept in areas.passed().items()} == {"areas": now, "word": now}


def test_ci_prints_what_is_left_out_and_when_it_last_passed(repository):
    repository.commit(3)
    forget()
    said = "\n".join(areas.lines())
    assert "left out e2e/test_one.py (carbon/factors scripts/demo.py */migrations)" in said
    assert "0 run, 1 left out; all of them last passed unknown" in said
    assert "word unknown" in said
    areas.keep("word", now := repository.git("rev-parse", "HEAD"))
    assert f"at {now[:12]}" in "\n".join(areas.lines())


def test_every_place_that_an_area_names_exists():
    named = {(module.name, word) for module in areas.TESTS.rglob("test_*.py") for area in areas.marked(module) for word in area}
    assert {(name, word) for name, word in named if word[0] != "*" and not (areas.ROOT / word).exists()} == set()
    assert len(named) > 100
