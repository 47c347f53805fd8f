"""A file that is locked while somebody fills a form in: the form comes back with its words, its file and the reason; nothing is written."""

import pytest
from django.urls import reverse

from districts.plot_changes.models import PlotChange
from districts.special_plans.models import SpecialPlan
from greendistrict.documents.models import Evidence, KeptFile
from tests.factories.approvals import Filing, pdf
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, make_district

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
