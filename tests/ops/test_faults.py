"""Planted faults: which there are in a small module and a small page, and what becomes of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.faults import code, pages
from scripts.faults.choice import chosen
from scripts.faults.places import PARTS, part_of
from scripts.faults.recording import Recording, coverage_report
from scripts.faults.report import lower_bound
from tests.ops.running import python

ROOT = Path(__file__).resolve().parents[2]
MODULE = """
LEAST = 1


def sell(stock, wanted, log):
    row = stock.select_for_update(no_key=True).get(pk=wanted, open=True)
    if row and row.left >= 2:
        log(row)
        return respond(row, status=409)
    return [one for one in row if one.left]
"""
PAGE = """<div id="card">
  {% if row.open %}<b title="数">{{ row.left }}</b>{% elif row.kept %}留<br>{% endif %}
  <ul>
    <a href="{% url "rows" row.pk %}">{{ row }}</a>
    {% for one in rows %}<li>{{ one }}</li>{% empty %}无{% endfor %}
  </ul>
</div>
"""
RULE = """
def half(number):
    if number > 10:
        number -= 0
    return number / 2


def endless(number):
    while number > 0:
        number -= 1
"""
TESTS = """
import rule


def test_half():
    assert rule.half(4) == 2


def test_endless():
    rule.endless(3)


def test_broken():
    assert rule.half(4) == 3
"""
TRIED = """
import sys
from pathlib import Path
import pytest
from scripts.faults import code
from scripts.faults.choice import Chosen
from scripts.faults.trials import Trial, Trials

path = Path("rule.py").resolve()
tests = [(f"test_rule.py::test_{name}", 0.0) for name in ("broken", "half", "endless", "gone")]
trials = [Trial(Chosen("other code", one.kind, str(path), one.lines[0], "", one), tests, 60) for one in code.sites(path.read_text())]
tell = lambda number, said: print(trials[number].fault.line, trials[number].fault.kind, said.verdict, said.test.partition("::")[2], sep="|")
pytest.main(["-q", "-p", "no:cacheprovider", "test_rule.py"], plugins=[Trials(trials, lambda number: True, tell)])
"""


def names(source):
    planted = [(site.kind, code.planted(source, site.number, "m.py")[1]) for site in code.sites(source)]
    return [(kind, name.partition(": ")[2].partition(" in `")[0]) for kind, name in planted]


def test_a_module_has_each_kind_of_fault_inside_its_functions():
    found = names(MODULE)
    assert ("lock dropped", "`stock.select_for_update(no_key=True)` → `stock.all()`") in found
    assert [after.partition(" → ")[2] for kind, after in found if kind == "filter dropped"] == [
        "`stock.select_for_update(no_key=True).get(open=True)`",
        "`stock.select_for_update(no_key=True).get(pk=wanted)`",
    ]
    assert ("and/or swapped", "`row and row.left >= 2` → `row or row.left >= 2`") in found
    assert ("condition turned", "`row and row.left >= 2` → `not (row and row.left >= 2)`") in found
    assert ("condition turned", "`one.left` → `not one.left`") in found
    assert ("comparison turned", "`row.left >= 2` → `row.left < 2`") in found
    assert ("number or flag changed", "`2` → `1`") in found
    assert ("status code changed", "`respond(row, status=409)` → `respond(row, status=410)`") in found
    assert ("statement dropped", "`log(row)` → `pass`") in found
    assert ("return value dropped", "`return respond(row, status=409)` → `return None`") in found
    assert not [after for _, after in found if "LEAST" in after]


def test_a_fault_of_a_statement_over_several_lines_has_its_line_and_that_of_the_statement():
    lines = {(site.kind, site.lines) for site in code.sites("def f(a, b):\n    return (\n        a\n        + b\n    )\n")}
    assert lines == {("return value dropped", (2, 2)), ("calculation changed", (3, 2))}


def test_a_page_has_each_kind_of_fault():
    found = {(site.kind, PAGE[site.start : site.end], site.instead) for site in pages.sites(PAGE, page=True)}
    assert found == {
        ("attribute taken out", ' id="card"', ""), ("attribute taken out", ' title="数"', ""),
        ("figure taken out", "{{ row.left }}", ""), ("figure taken out", "{{ one }}", ""), ("figure taken out", "{{ row }}", ""),
        ("attribute taken out", ' href="{% url "rows" row.pk %}"', ""), ("condition always true", "{% if row.open %}", "{% if True %}"),
        ("condition never true", "{% if row.open %}", "{% if False %}"),
        ("condition always true", "{% elif row.kept %}", "{% elif True %}"),
        ("condition never true", "{% elif row.kept %}", "{% elif False %}"),
        ("loop emptied", "{% for one in rows %}", '{% for one in "" %}'), ("text taken out", "留", ""), ("text taken out", "无", ""),
    }  # fmt: skip
    one = next(site for site in pages.sites(PAGE, page=True) if site.kind == "loop emptied")
    assert '</a>\n    {% for one in "" %}<li>' in pages.planted(PAGE, one)


def test_a_fault_of_a_page_knows_the_nodes_around_it_in_the_joined_source():
    from greendistrict.core.loader import joined

    whole = joined(PAGE)
    around = {(site.kind, PAGE[site.start : site.end]): site.nodes for site in pages.sites(PAGE, page=True)}
    assert around["figure taken out", "{{ one }}"] == (whole.index("{{ one"), whole.index("{% for"), pages.WHOLE)
    assert around["attribute taken out", ' title="数"'] == (whole.index("{% if"), pages.WHOLE)
    assert around["attribute taken out", ' id="card"'] == (pages.WHOLE,)


def test_the_choice_repeats_with_its_seed_and_takes_parts_in_turn():
    folders = ("approvals/requests", "templates/approvals/requests")
    faults = chosen(7, 20, folders)
    assert faults == chosen(7, 20, folders) != chosen(8, 20, folders)
    assert tuple(fault.part for fault in faults[:12]) == PARTS * 2


def test_a_part_is_a_module_or_a_package_of_that_name():
    paths = ("approvals/requests/guards.py", "districts/plots/services/control.py", "carbon/units.py", "templates/base.html")
    assert [part_of(path) for path in paths] == ["guards", "services", "other code", "templates"]


def test_the_lower_bound_is_that_of_wilson():
    assert [round(lower_bound(*one), 3) for one in ((213, 250), (40, 50), (10, 10), (0, 10), (0, 0))] == [0.803, 0.67, 0.722, 0.0, 0.0]


def environment(folder):
    """Of a run of its own, also where this test runs in one of several processes."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    return {**inherited, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}


@pytest.mark.area("scripts/faults", "scripts/mutations.py")
def test_faults_are_tried_with_their_tests(tmp_path):
    (tmp_path / "rule.py").write_text(RULE, encoding="utf-8")
    (tmp_path / "test_rule.py").write_text(TESTS, encoding="utf-8")
    done = python("-c", TRIED, cwd=tmp_path, env=environment(tmp_path))
    said = {line.rpartition("|")[0]: line.rpartition("|")[2] for line in done.stdout.splitlines() if line.count("|") == 3}
    assert said["5|calculation changed|killed"] == "test_half", done.stdout + done.stderr
    assert said["5|return value dropped|killed"] == "test_half"
    assert said["10|statement dropped|killed"] == "test_endless", done.stdout + done.stderr  # it never ends
    assert said["4|statement dropped|survived"] == ""
    assert "test_broken" not in said.values()


@pytest.mark.area("scripts/faults", "scripts/mutations.py")
def test_what_a_test_executes_is_recorded(tmp_path):
    test = "tests/indicators/scoring/test_numbers.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "scripts.faults.recorder", test]
    subprocess.run(command, cwd=ROOT, env={**environment(ROOT), "GD_RECORD": str(tmp_path / "one")}, check=True, capture_output=True)
    recording = Recording(tmp_path / "one")
    numbers = "indicators/scoring/numbers.py"
    source = (ROOT / numbers).read_text(encoding="utf-8").splitlines()
    inside = next(line for line, text in enumerate(source, start=1) if text.startswith("    return"))
    assert recording.tests_of_line(numbers, inside)
    assert {name.partition("::")[0] for name in recording.tests_of_line(numbers, inside)} == {test} == recording.modules
    assert recording.tests_of_line("carbon/units.py", 1) == set()
    earlier = json.loads((tmp_path / "one/sources.json").read_text(encoding="utf-8"))
    recording.sources[numbers] = "\n".join(["import this", *source])
    assert earlier["sources"][numbers] == "\n".join(source) + "\n"
    assert "no longer executed" in coverage_report(recording, Recording(tmp_path / "one"))


def test_every_explained_fault_is_in_a_file_that_exists_and_has_a_reason():
    named = yaml.safe_load((ROOT / "scripts/faults.yaml").read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert all(one.keys() == {"fault", "why"} and len(one["why"]) > 20 for many in named.values() for one in many)
