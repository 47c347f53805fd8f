"""Papers of security against the code: tests that they name exist, sums are right, what they say is not there is not there."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from scripts import sbom

ROOT = Path(__file__).resolve().parents[2]
DENGBAO = (ROOT / "docs/dengbao.md").read_text(encoding="utf-8")
ASVS = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in DENGBAO.splitlines() if re.match(r"\| \d+ \|", line)]
SECTIONS = [[cell.strip() for cell in line.strip("|").split("|")] for line in ASVS.splitlines() if re.match(r"\| \d+\.\d+ ", line)]


def test_there_are_34_rows_and_their_sum_is_right():
    assert [int(row[0]) for row in ROWS] == list(range(1, 35))
    found = Counter(row[2] for row in ROWS)
    assert set(found) <= {"met", "partly", "open"}
    assert f"Met {found['met']}, partly {found['partly']}, open {found['open']}." in DENGBAO


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", DENGBAO)
    assert len(named) > 40
    missing = [f"{path}::{name}" for path, name in named if not re.search(rf"^def {name}\(", _text(path), re.MULTILINE)]
    assert missing == []


def test_what_is_met_or_partly_met_is_shown_and_what_is_open_says_what_the_agency_does():
    for number, _row, state, _how, shown, agency in ROWS:
        assert ("::" in shown) is (state != "open"), number
        assert agency != "–" or state != "open", number


def test_the_sections_of_asvs_are_all_judged():
    assert len(SECTIONS) == 75
    assert sum(int(row[1].partition(":")[0]) for row in SECTIONS) == 253  # levels 1 and 2 of ASVS 5.0.0
    found = Counter(row[2] for row in SECTIONS)
    words = f"Sections met {found['met']}, partly {found['partly']}, agency {found['agency']}, not applicable {found['not applicable']}."
    assert words in ASVS
    for section, _range, state, _how, missing in SECTIONS:
        assert (missing != "–") is (state == "partly"), section


def test_there_is_no_admin_site():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


@pytest.mark.parametrize("name", ["docs/threat-model.md", "docs/dengbao.md", "docs/asvs.md", "docs/operations.md"])
def test_the_first_paper_leads_to_the_others(name):
    assert f"]({name})" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


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
