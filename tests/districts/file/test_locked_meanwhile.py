"""A file that is locked while somebody fills a form in: the form comes back with its words, its file and the reason; nothing is written."""

import ast
from pathlib import Path

import pytest
from django.urls import reverse

from districts.file.models.district import ConsultantMandate
from districts.file.models.parties import DistrictPaper
from districts.indicator_systems.models import IndicatorActual, IndicatorSystem
from districts.plot_changes.models import PlotChange
from districts.special_plans.models import SpecialPlan
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.documents.models import Evidence, KeptFile
from tests.factories.accounts import OrganisationFactory
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, make_district
from tests.factories.indicator_systems import approved_system

WORDS = "填好的说明（虚构）"
SPLIT = {"number_1": "A-1", "area_1": "0.5", "floor_1": "", "number_2": "A-2", "area_2": "0.75", "floor_2": ""}
# Name of the page, whose row it is, what is typed, the field of the file.
FORMS = {
    "plot_backfill": ("", {"reason": WORDS}, "upload"),
    "key_project": ("key_projects", {"title": WORDS}, "upload"),
    "project_plan": ("", {"approved_on": "2026-03-01", "approved_by": WORDS, "number": "1"}, "upload"),
    "plan_approve": ("", {"approved_on": "2026-03-01", "approval_number": WORDS}, "scan"),
    "plan_edit": ("", {"urban_design": WORDS}, "file_scheme"),
    "profile_edit": ("", {"source": WORDS}, "boundary_proof"),
    "plot_change": ("plots", {**SPLIT, "confirmed": "1", "read": "", "act-on": "2026-03-01", "act-reason": WORDS}, "act-upload"),
}


@pytest.fixture
def filing(people):
    made = Filing(people)
    PlotFactory(district=made.district, number="A", area_ha="1.25", acquisition="grant", acquired_on="2026-03-01", proof=False)
    KeyProjectFactory(district=made.district)
    return made.to_endorsing()


@pytest.mark.parametrize("name", FORMS)
def test_a_form_comes_back_from_a_file_that_was_locked_meanwhile(client, filing, name):
    of, typed, field = FORMS[name]
    district, extra = filing.district, {"split"} if name == "plot_change" else set()
    SpecialPlan.objects.update(approved_on=None)
    rows = [getattr(district, of).order_by("pk").last().pk] if of else []
    before = Evidence.objects.count()
    client.force_login(filing.people.preparer)
    if name == "plot_backfill":
        typed = {**typed, "plots": [district.plots.get(number="A").pk]}
    answer = client.post(reverse(f"districts:{name}", args=[district.code, *rows, *extra]), {**typed, field: pdf("依据.pdf")})
    text = answer.content.decode()
    assert (answer.status_code in {409, 422}, "<form" in text, WORDS in text) == (True, True, True)
    assert "申报" in text
    assert f'name="{field}-kept" value="{KeptFile.objects.get().key}"' in text
    assert (Evidence.objects.count(), PlotChange.objects.exists()) == (before, False)
    client.force_login(filing.people.city_officer)
    assert client.post(reverse(f"districts:{name}", args=[district.code, *rows, *extra]), typed).status_code in {403, 404}


# Name of the page, what stands in its address, what is typed, and whose rows none may be added to.
WITHOUT_FILE = {
    "entry_create": (["papers"], {"title": WORDS}, DistrictPaper),
    "indicator_actuals": ([], {"s0": WORDS}, IndicatorActual),
    "mandate_add": ([], {"valid_from": "2026-03-04"}, ConsultantMandate),
}


@pytest.mark.parametrize("name", WITHOUT_FILE)
def test_a_form_without_a_file_comes_back_too(client, filing, name):
    (place, typed, model), district = WITHOUT_FILE[name], filing.district
    before, consultant = model.objects.count(), OrganisationFactory(kind=OrganisationKind.CONSULTANT).pk
    if name == "indicator_actuals":
        IndicatorSystem.objects.filter(pk=approved_system(filing.people).pk).update(district=district)
    client.force_login(filing.people.preparer)
    page = reverse(f"districts:{name}", args=[district.code, *place])
    answer = client.post(page, {**typed, "v0": "45", "n0": "0", "organisation": consultant})
    text = answer.content.decode()
    shown = "城区资料不能修改" in text, "<form" in text, next(iter(typed.values())) in text
    assert (answer.status_code, *shown, model.objects.count()) == (422, True, True, True, before)


# Views that read what is posted and ask for an open file before: what they read is no form that somebody fills in.
NO_FORM = {
    "map_number": "one number in a line of a list, typed again at once",
    "list_apply": "the marks of a preview, which is read again",
}


def test_every_view_that_reads_a_form_leaves_the_lock_to_its_service():
    found = set()
    for path in Path("districts").rglob("*.py"):
        for view in (one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.FunctionDef)):
            names = {node.id for node in ast.walk(view) if isinstance(node, ast.Name)}
            reads = {"EditPage"} <= names or any(isinstance(node, ast.Attribute) and node.attr == "POST" for node in ast.walk(view))
            if reads and "district_to_edit" in names and view.name != "district_of_form":
                found.add(view.name)
    assert found == set(NO_FORM)


def test_a_range_that_was_pasted_into_a_locked_list_comes_back(client, filing):
    client.force_login(filing.people.preparer)
    page = reverse("districts:plot_import", args=[filing.district.code])
    answer = client.post(page, {"pasted": "地块编号\t用地面积\nPD-9\t1"})
    assert (answer.status_code, "PD-9\t1" in answer.content.decode(), "preview" in answer.context) == (409, True, False)
    client.force_login(filing.people.city_officer)
    assert client.post(page, {"pasted": "x"}).status_code == 403


@pytest.mark.parametrize(("name", "field"), [("plan_edit", "file_scheme"), ("profile_edit", "boundary_proof")])
def test_a_form_that_another_overtook_comes_back_with_its_file(client, people, name, field):
    plan = SpecialPlanFactory(district=make_district(people), version=3)
    client.force_login(people.preparer)
    answer = client.post(reverse(f"districts:{name}", args=[plan.district.code]), {"version": "99", field: pdf("依据.pdf")})
    assert answer.status_code == 409
    assert f'name="{field}-kept" value="{KeptFile.objects.get().key}"' in answer.content.decode()
