"""The mutation test: names of its faults, and that only what the fault itself brings about counts as its death."""

import ast
import gc
import importlib
import os
import sys
from pathlib import Path

import pytest

from greendistrict.policy import yaml_file
from scripts.mutant_trials import Verdict, live_functions, process, replayed
from scripts.mutants import Found, report
from scripts.mutations import mutants
from tests.ops.running import python

ROOT = Path(__file__).resolve().parents[2]
REPEATS = """
LEAST = 1


def count(rows):
    total = 1
    if rows and rows[0] > 1:
        total += 1
    total += 1
    if not rows:
        raise ValueError(1)
    return total + 1 + 1


class Box:
    size = 1

    def both(self, other):
        self.size = 1
        return [min(a, b) + min(a, b) for a, b in other]
"""
KEPT = """
from dataclasses import dataclass

LEAST = 1


@dataclass
class Box:
    size: int = 1


def low(least=1, *, most=1):
    return least, most
"""
RULE = "def half(number):\n    return number / 2\n"
TESTS = """
import pytest
from django.test import SimpleTestCase, TestCase

import rule


@pytest.fixture
def behind(db):
    pass


@pytest.mark.django_db
def test_marked():
    raise AssertionError


def test_behind(behind):
    raise AssertionError


def test_sequences(django_db_reset_sequences):
    raise AssertionError


class Case(TestCase):
    def test_case(self):
        raise AssertionError


class Simple(SimpleTestCase):
    databases = {"default"}

    def test_simple(self):
        raise AssertionError


def test_rule():
    assert rule.half(4) == 2
"""
ASKS_LATE = "import rule\n\ndef test_rule(request):\n    request.getfixturevalue('db')\n"
IMPORTED = """
import sys
from pathlib import Path
from scripts.mutant_trials import imported
mutant, path = sys.argv[1], Path("rule.py").resolve()
sys.exit(imported(compile(mutant, str(path), "exec") if mutant else None, path, "rule", sys.argv[2:], 30))
"""
FORKED = """
import os, signal
from scripts.mutant_trials import Verdict, allow, answered, forked

def endless():
    allow(0)
    while True:
        pass

def broken():
    raise RuntimeError

killed = [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os.kill(os.getpid(), signal.SIGALRM)]
print(answered(lambda: [1, "a"]), answered(broken))
print(*(forked(work) for work in [lambda: Verdict.DEAD, lambda: Verdict.ALIVE, *killed, broken, endless]))
"""


def found(folder, source):
    path = folder / "repeats.py"
    path.write_text(source, encoding="utf-8")
    return list(mutants(path, "repeats.py"))


def test_every_mutant_has_a_name_of_its_own_that_lines_above_do_not_change(tmp_path):
    names = [one.name for one in found(tmp_path, REPEATS)]
    assert len(names) == len(set(names)) > 30
    assert [one.name for one in found(tmp_path, f"'''Words.'''\n\nimport os\n{REPEATS}")] == names
    assert "count: `total + 1` → `total - 1`" in names
    assert [name for name in names if name.startswith("count: `total += 1` → `pass`")] == [
        "count: `total += 1` → `pass` in `total += 1` (1)",
        "count: `total += 1` → `pass` in `total += 1` (2)",
    ]
    assert "Box: `1` → `2` in `size = 1`" in names


def test_a_statement_is_filed_under_the_function_whose_block_it_stands_in(tmp_path):
    where = {one.name.partition(": ")[2]: one.where for one in found(tmp_path, REPEATS)}
    assert where["`return total + 1 + 1` → `return None`"] == "count"
    assert where["`self.size = 1` → `pass`"] == "Box.both"
    assert where["`raise ValueError(1)` → `pass`"] == "count"
    assert where["`1` → `0` in `LEAST = 1`"] == "module"


def test_a_name_for_several_types_is_no_rule(tmp_path):
    source = "Raw = int | str | None\nPair = list[int] | tuple[int, ...]\nBOTH = LEFT | RIGHT\n"
    assert [one.name for one in found(tmp_path, source)] == ["module: `LEFT | RIGHT` → `LEFT & RIGHT`"]


def environment(folder):
    return {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}


def test_a_fork_that_was_killed_or_broke_has_judged_nothing_and_an_endless_one_is_dead(tmp_path):
    done = python("-c", FORKED, env=environment(tmp_path))
    told, judged = done.stdout.splitlines()
    assert told == "[1, 'a'] None"
    assert judged.split() == ["dead", "alive", "unknown", "unknown", "unknown", "dead"], done.stderr


def test_constants_and_defaults_of_a_mutant_are_taken_over_wherever_they_are_known(tmp_path, monkeypatch):
    (tmp_path / "kept_rule.py").write_text(KEPT, encoding="utf-8")
    (tmp_path / "kept_user.py").write_text("from kept_rule import LEAST, Box, low\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    user = importlib.import_module("kept_user")
    path = tmp_path / "kept_rule.py"
    assert replayed(compile(KEPT.replace("1", "2"), str(path), "exec"), path)
    assert (user.LEAST, sys.modules["kept_rule"].LEAST, user.Box().size, user.low()) == (2, 2, 2, (2, 2))
    for name in ("kept_rule", "kept_user"):
        del sys.modules[name]


@pytest.mark.area("scripts/mutants.py", "scripts/mutations.py", "scripts/mutant_trials.py")
@pytest.mark.parametrize(
    ("mutant", "tests", "verdict"),
    [
        ("", TESTS, Verdict.ALIVE),
        (RULE, TESTS, Verdict.ALIVE),
        (RULE.replace("/", "*"), TESTS, Verdict.DEAD),
        (f"{RULE}half + 1\n", TESTS, Verdict.DEAD),
        (f"{RULE}import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", TESTS, Verdict.UNKNOWN),
        (RULE, "import nowhere\n", Verdict.DEAD),  # the control, which runs first, does not live: the script ends
        (RULE, None, Verdict.UNKNOWN),
        ("", ASKS_LATE, Verdict.DEAD),
    ],
    ids=["no fault", "the same", "a test fails", "import fails", "killed", "tests cannot be read", "no tests", "database asked for late"],
)
def test_a_process_that_imports_the_mutant_is_believed_when_it_ran_the_tests(tmp_path, monkeypatch, mutant, tests, verdict):
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    if tests:
        (tmp_path / "test_rule.py").write_text(tests, encoding="utf-8")
    said, _, words = process([sys.executable, "-c", IMPORTED, mutant, "test_rule.py"], tmp_path)
    assert said == verdict, words


def test_a_module_is_good_when_every_survivor_is_explained_and_every_explanation_needed(tmp_path, capsys):
    faults = found(tmp_path, REPEATS)
    assert report("m", Found(100, []), ())
    assert report("m", Found(100, faults[:5]), [one.name for one in faults[:5]])
    assert not report("m", Found(100, faults[:6]), [one.name for one in faults[:6]])
    assert not report("m", Found(100, faults[:2]), [faults[0].name])
    assert not report("m", Found(100, []), [faults[0].name])
    assert not report("m", Found(100, [], faults[:1]), ())
    said = capsys.readouterr().out
    assert all(words in said for words in ("NOT EXPLAINED", "NO SURVIVOR", "NOT JUDGED"))


def test_the_list_of_modules_names_files_that_exist_and_every_explanation_has_a_reason():
    named = yaml_file.read(ROOT / "scripts/mutants.yaml")
    assert all((ROOT / path).exists() for module, tests in named["modules"].items() for path in (module, *tests))
    assert named["survivors"].keys() | named["with_database"].keys() <= named["modules"].keys()
    for module, functions in named["with_database"].items():
        text = (ROOT / module).read_text(encoding="utf-8")
        assert all(f"def {name}(" in text for name in functions), module
    assert all(one.keys() == {"fault", "why"} and len(one["why"]) > 20 for many in named["survivors"].values() for one in many)


def test_every_explained_fault_names_a_function_and_a_statement_of_its_module():
    explained = yaml_file.read(ROOT / "scripts/mutants.yaml")["survivors"]
    for module, many in explained.items():
        tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)} | {"module"}
        flat = " ".join(ast.unparse(tree).split())
        for one in many:
            where, said = one["fault"].split(": ", 1)
            assert where.rpartition(".")[2] in names, (module, one["fault"])
            changed, _, inside = said.partition(" in `")
            statement = inside.rsplit("`", 1)[0] if inside else changed.split("` → `")[0].strip("`")
            assert " ".join(statement.split()) in flat, (module, one["fault"])


def test_functions_are_found_that_were_taken_out_of_sight_of_the_collector():
    """The portal does so when it has started; a fork without them would judge nothing."""
    path = ROOT / "scripts/mutations.py"
    try:
        gc.freeze()
        assert ("mutants", mutants.__code__.co_firstlineno) in live_functions(path)
    finally:
        gc.freeze()
