"""``make check``: what it compares, which lint it runs, what it prints."""

import subprocess

import pytest

from scripts.reach import __main__ as command
from scripts.reach.choosing import Choice
from scripts.reach.lint import commands
from scripts.reach.seconds import measured, on_the_clock
from scripts.reach.tree import changed_paths, git, of_checkout, of_commit
from tests.tools.reach.made_up import tree

MODEL = "from django.db import models\nclass Tree(models.Model):\n    height = models.IntegerField()\n"


@pytest.fixture
def checkout(tmp_path):
    """A repository with one commit, one changed line, one new file and one deleted file."""
    for name in ("a.py", "b.py", "c 名.py"):
        (tmp_path / name).write_text("A = 1\n", encoding="utf-8")
    for words in (("init", "-q"), ("add", "."), ("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "one")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "a.py").write_text("A = 2\n", encoding="utf-8")
    (tmp_path / "b.py").unlink()
    (tmp_path / "d.py").write_text("D = 1\n", encoding="utf-8")
    return tmp_path


def test_lines_that_are_not_committed_and_new_files_count(checkout):
    assert changed_paths("HEAD", checkout) == ["a.py", "b.py", "d.py"]
    now, before = of_checkout(checkout), of_commit("HEAD", checkout)
    assert sorted(now.keys) == ["a.py", "c 名.py", "d.py"]
    assert (now.text("a.py"), before.text("a.py"), before.text("b.py")) == ("A = 2\n", "A = 1\n", "A = 1\n")
    assert now.keys["c 名.py"] == before.keys["c 名.py"]


def test_a_commit_can_be_named_and_another_is_refused():
    assert command.base_of("HEAD") == git("rev-parse", "HEAD").strip()
    with pytest.raises(subprocess.CalledProcessError):
        command.base_of("no-such-commit")


def test_a_feature_is_its_modules_templates_and_tests():
    files = ["trees/oaks/models.py", "templates/trees/oaks/oak.html", "tests/trees/oaks/test_oaks.py"]
    found = command.of_feature("trees/oaks", tree(dict.fromkeys([*files, "trees/elms/models.py"], "")))
    assert sorted(found) == sorted(files)
    with pytest.raises(SystemExit, match="no such feature"):
        command.of_feature("trees/ash", tree({}))


@pytest.mark.parametrize(
    ("path", "old", "new", "names"),
    [
        ("docs/trees.md", "a", "b", []),
        ("tests/trees/test_a.py", "A = 1\n", "A = 2\n", ["ruff", "layout"]),
        ("portal/trees.py", "A = 1\n", "A = 2\n", ["ruff", "layout", "types"]),
        ("portal/trees.py", "A = 1\n", "import os\nA = 1\n", ["ruff", "layout", "types", "import contracts"]),
        ("portal/models.py", MODEL, MODEL.replace("Integer", "Float"), ["ruff", "layout", "types", "migrations"]),
        ("templates/trees/tree.html", "a", "b", ["layout of templates"]),
        ("static/js/tree.js", "a", "b", ["eslint", "types of scripts (tsconfig.json)", "types of scripts (tsconfig.pages.json)"]),
        ("static/vendor/tree.js", "a", "b", []),
    ],
)
def test_lint_is_that_of_what_changed(path, old, new, names):
    assert [name for name, _ in commands([path], tree({path: old}), tree({path: new}))] == names


def test_the_print_out_says_what_why_and_how_long(capsys):
    many = [f"tests/{app}/test_{number}.py" for app, count in (("b", 2), ("c", 4)) for number in range(count)]
    reasons = {
        "tests/a/test_a.py": ["x.py: f", "y.py"],
        "tests/architecture/test_b.py": ["always", "y.py"],
        **{path: ["y.py"] for path in many},
    }
    choice = Choice(reasons, frozenset({"tests/a/test_a.py"}))
    seconds = {"tests/a/test_a.py": 6.0, "tests/architecture/test_b.py": 4.0, **dict.fromkeys(many, 2.0)}
    assert command.show(choice, ["x.py", "y.py"], seconds) == sorted(reasons)
    assert capsys.readouterr().out.splitlines() == [
        "== 2 changed files, 8 test modules",
        "y.py",
        "    6 modules: tests/c 4, tests/b 2",
        "x.py: f; y.py",
        "    tests/a/test_a.py",
        "tests/architecture/: 1 modules, always",
        "with slow tests, run by SLOW=1: tests/a/test_a.py",
        "== fast tests: about 11 s on two idle cores",
    ]
    assert on_the_clock([], {}) == 0
    command.show(choice, ["x.py", "y.py"], seconds, each=True)
    assert f"    {' '.join(sorted(many))}\n" in capsys.readouterr().out


def test_seconds_are_added_up_by_module_from_the_report_of_a_run(tmp_path):
    cases = [("tests.a.test_b", "1.5"), ("tests.a.test_b.TestC", "0.25"), ("tests.test_d", "2")]
    lines = "".join(f'<testcase classname="{name}" name="test" time="{time}" />' for name, time in cases)
    report = tmp_path / "tests.xml"
    report.write_text(f"<testsuites><testsuite>{lines}</testsuite></testsuites>", encoding="utf-8")
    assert measured(report) == {"tests/a/test_b.py": 1.75, "tests/test_d.py": 2.0}
