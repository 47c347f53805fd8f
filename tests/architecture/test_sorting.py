"""Names sort the same on every machine: the database by code points, lists that people look through by stored keys (docs/adr/0016)."""

import ast

import pytest

from greendistrict.core import checks
from tests.architecture.sources import ROOT, nodes, said

NAMES = {"name", "title", "label", "full_name"}
# Where rows are ordered by a name itself: few rows of one district, person or paper, whose order is steady and promises no alphabet.
BY_CODE_POINTS = {
    "approvals/applications/selectors.py", "approvals/changes/change_kinds/applicant.py",
    "assessments/evidence/selectors.py",
    "assessments/sharing/selectors.py", "beautiful/reserves/selectors.py", "districts/baselines/services.py",
    "districts/boundaries/models.py", "districts/boundaries/selectors.py", "districts/facts/facts.py",
    "districts/lists/held.py", "districts/lists/selectors.py", "districts/lists/workbooks.py", "districts/overview/selectors/omissions.py",
    "districts/plot_map/selectors.py", "districts/projects/selectors.py", "greendistrict/accounts/delegations.py",
    "greendistrict/accounts/views.py", "greendistrict/documents/selectors.py", "obligations/acting.py",
    "portal/district_page/selectors/standing.py", "portal/search/selectors/contents.py", "reports/city/figures/land.py",
}  # fmt: skip


def test_lists_are_ordered_by_stored_keys_or_named_here():
    calls = [(source.path, call) for source, call in nodes(ast.Call) if getattr(call.func, "attr", "") == "order_by"]
    words = [(path, str(word.value)) for path, call in calls for word in call.args if isinstance(word, ast.Constant)]
    found = {path for path, word in words if word.lstrip("-").split("__")[-1] in NAMES and not path.startswith("tools/")}
    assert found == BY_CODE_POINTS


def test_rows_of_one_moment_have_an_order_too():
    """Two cases opened together changed places from one reading to the next; only one row of several may be taken by its moment alone."""
    found = []
    for source, call in nodes(ast.Call):
        words = [str(word.value) for word in call.args if isinstance(word, ast.Constant)]
        if source.path.startswith("tools/"):  # bare limits of the bench
            continue
        if isinstance(call.func, ast.Attribute) and call.func.attr == "order_by" and len(call.args) == len(words) == 1:
            after = source.text.split("\n")[call.end_lineno - 1].encode()[call.end_col_offset :].decode()
            if words[0].endswith(("_at", "_on")) and not after.startswith((".first()", ".last()", "[:1]")):
                found.append(f"{source.path}:{call.lineno} {words[0]}")
    assert found == []


def test_texts_that_the_database_joins_name_their_order():
    """Else they come in whatever order the rows are read, another one after each update: so the paths of plots on the map once did."""
    joins = [(source.path, node) for source, node in nodes(ast.Call) if said(node.func).rpartition(".")[2] == "StringAgg"]
    assert joins
    assert [path for path, node in joins if "order_by" not in {word.arg for word in node.keywords}] == []


@pytest.mark.django_db
def test_the_test_database_sorts_as_the_compose_file_makes_the_real_one():
    assert checks.names_in_one_order(databases=["default"]) == []
    assert "--locale=C" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def test_a_database_that_sorts_otherwise_is_told():
    (found,) = checks.other_order("aAbBé丁乙")  # as en_US.utf8 does
    assert found.id == "gd.W023"
    assert checks.other_order("ABabé丁乙") == []


@pytest.mark.django_db
def test_districts_bodies_and_experts_have_keys():
    from django.apps import apps

    keyed = {model._meta.label for model in apps.get_models() if any(field.name == "name_pinyin" for field in model._meta.fields)}
    assert {"accounts.Organisation", "districts.District", "assessments.ExpertProfile"} <= keyed
