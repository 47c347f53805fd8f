"""Papers of security against the code: tests that they name exist, what they say is not there is not there."""

import re
from pathlib import Path

from django.conf import settings

from scripts import sbom

ROOT = Path(__file__).resolve().parents[2]
DENGBAO = (ROOT / "docs/dengbao.md").read_text(encoding="utf-8")


NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_is_named_exists():
    named = NAMED.findall(DENGBAO)
    assert len(named) > 40
    missing = [f"{path}::{name}" for path, name in named if not re.search(rf"^def {name}\(", _text(path), re.MULTILINE)]
    assert missing == []


def test_a_row_that_is_met_names_a_test_and_another_one_says_what_is_missing():
    rows = [line.strip("|").split("|") for line in DENGBAO.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(number) for number, *_rest in rows] == list(range(1, 35))
    assert [row[0] for row in rows if len(row) != 6 or row[2].strip() not in {"met", "partly", "open"}] == []
    assert [row[0] for row in rows if row[2].strip() == "met" and not NAMED.search(row[4])] == []
    assert [row[0] for row in rows if (row[2].strip() != "met") != ("Missing: " in row[3])] == []
    counted = ", ".join(f"{state} {sum(row[2].strip() == state for row in rows)}" for state in ("met", "partly", "open"))
    assert f"\n{counted.capitalize()}.\n" in DENGBAO


def test_the_sum_of_the_other_paper_is_right():
    paper = _text("docs/asvs.md")
    states = re.findall(r"^\| \d+\.\d+ [^|]+\| \d+: [^|]+\| ([^|]+) \|", paper, re.MULTILINE)
    told = re.search(r"^Sections met (\d+), partly (\d+), agency (\d+), not applicable (\d+)\.$", paper, re.MULTILINE)
    assert told
    assert [states.count(state) for state in ("met", "partly", "agency", "not applicable")] == [int(one) for one in told.groups()]
    assert len(states) == 75


def test_there_is_no_admin_site():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_the_list_of_parts_is_compared_with_both_locks():
    python, npm = sbom.locked_in_python(), sbom.locked_in_npm()
    lines = [line for line in _text("requirements/runtime.txt").splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(lines) == len(python)
    assert "django" in {name for name, _version in python}
    assert "bootstrap" in {name for name, _version in npm}
    assert "eslint" not in {name for name, _version in npm}
    listed = sbom.listed('{"components": [{"name": "b", "group": "@a", "version": "1"}, {"name": "c", "version": "2"}]}')
    assert listed == {("@a/b", "1"), ("c", "2")}


def test_npm_lists_nothing_without_a_version_so_it_gets_one(tmp_path):
    import json

    sbom.with_version(tmp_path)
    lock = json.loads((tmp_path / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["version"] == lock["packages"][""]["version"] == "0.1.0"


def _text(path):
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""
