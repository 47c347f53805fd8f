"""Plots of the pilot baseline: nobody's entry alters number, use or area of one, on its page, in the list, or by workbook."""

from decimal import Decimal

import pytest
from django.urls import reverse

from districts.baselines.services import freeze_baseline
from districts.common.enums import BaselineKind, ImportKind
from districts.lists import services as rows
from districts.lists.services import apply_import
from districts.plot_changes.models import PlotChange
from districts.plot_changes.services import against_revoking, revoke_change
from districts.plots.models import Plot
from greendistrict.core.errors import Refused
from tests.districts.plot_changes.test_plot_changes import QUARTERS, controlled, decide, merging, record, splitting
from tests.districts.plots.test_plot_files import preview
from tests.factories.approvals import pdf
from tests.factories.districts import make_district
from tests.refusing import refuses

TYPED = {
    "split": {"number_1": "A-1", "area_1": "0.5", "floor_1": "12000", "number_2": "A-2", "area_2": "0.75", "floor_2": "18000"},
    "merge": {"others": "B", "number": "M"},
    "renumber": {"number": "C"},
    "plan": {"land_use": "070102", "area_ha": "1.1", "floor_area": "9"},
}


@pytest.fixture
def district(people):
    """Two plots in the pilot baseline, one that came to the list afterwards."""
    made = make_district(people)
    for number in "AB":
        controlled(made, number)
    freeze_baseline(district=made, kind=BaselineKind.PILOT, reason="授予试点", by=None)
    controlled(made, "N")
    return made


def plot_of(district, number="A"):
    return district.plots.get(number=number)


@pytest.mark.parametrize("kind", TYPED)
def test_the_page_of_a_change_leads_to_the_case_and_takes_nothing(district, preparer, kind):
    url = reverse("districts:plot_change", args=[district.code, plot_of(district).pk, kind])
    start = f"{reverse('approvals:change_start')}?district={district.code}&amp;kind=plot_{kind}&amp;plot=A"
    page = preparer.get(url)
    assert (page.status_code, start in page.content.decode()) == (200, True)
    act = {**TYPED[kind], "confirmed": "1", "read": "", "act-on": "2026-07-01", "act-reason": "批复", "act-upload": pdf()}
    for typed in (TYPED[kind], act):
        refused = preparer.post(url, typed)
        assert (refused.status_code, "已列入试点基线" in refused.content.decode()) == (409, True)
    assert not PlotChange.objects.exists()
    assert set(district.plots.values_list("number", "area_ha")) == {(number, Decimal("1.25")) for number in "ABN"}


def test_a_consultant_reads_who_asks(people, district, client):
    client.force_login(people.consultant)
    text = client.get(reverse("districts:plot_change", args=[district.code, plot_of(district).pk, "split"])).content.decode()
    assert ("由申报主体的填报人提出变更" in text, reverse("approvals:change_start") in text) == (True, False)


def test_a_merge_that_takes_in_a_plot_of_the_baseline_is_refused_beside_its_field(people, district, preparer):
    url = reverse("districts:plot_change", args=[district.code, plot_of(district, "N").pk, "merge"])
    refused = preparer.post(url, {"others": "A", "number": "M"})
    assert (refused.status_code, "地块A已列入试点基线，不能直接合并" in refused.content.decode()) == (422, True)
    refuses("地块A已列入试点基线", record, district, people.preparer, merging(district, "N", "A"))
    assert district.plots.count() == 3


def test_a_plot_that_was_entered_afterwards_keeps_the_recorded_act(people, district):
    made = record(district, people.preparer, splitting(district, "N", (("N-1", "0.5", "12000"), ("N-2", "0.75", "18000"))))
    assert (made.case_number, made.kind, district.plots.count()) == ("", "split", 4)


def test_what_stands_for_a_plot_of_the_baseline_is_held_as_it_is(people, district):
    decide(district, people.city_director, splitting(district))
    refuses("地块A-1已列入试点基线", record, district, people.preparer, splitting(district, "A-1", QUARTERS))
    with pytest.raises(Refused, match="已列入试点基线"):
        rows.save(Plot, district=district, values={"area_ha": Decimal(2)}, by=people.preparer, row=plot_of(district, "A-1"))


def test_a_decided_change_and_one_of_baseline_plots_are_not_taken_back_by_hand(people, district, preparer):
    decided = decide(district, people.city_director, splitting(district))
    refuses("经变更BG-2026-0001决定，不能直接撤回", revoke_change, change=decided, reason="登错", by=people.preparer)
    listed = preparer.get(reverse("districts:plot_change_list", args=[district.code])).content.decode()
    page = reverse("districts:plot_change_revoke", args=[district.code, decided.pk])
    assert ("变更BG-2026-0001" in listed, page in listed) == (True, False)
    assert preparer.post(page, {"reason": "登错"}).status_code == 422
    PlotChange.objects.update(case_number="")  # recorded before cases decided
    assert "接续其中的地块，不能直接撤回" in against_revoking(PlotChange.objects.get())[0].text
    assert district.plots.filter(number__startswith="A-").count() == 2


@pytest.mark.parametrize(("values", "field"), [
    ({"number": "A9"}, "number"), ({"area_ha": Decimal("1.3")}, "area_ha"), ({"floor_area": None}, "floor_area"),
    ({"land_use": "绿地", "land_use_code": "1401"}, "land_use"),
])  # fmt: skip
def test_the_list_does_not_alter_what_the_baseline_froze(people, district, values, field):
    Plot.objects.filter(number__in="AN").update(land_use="住宅")
    with pytest.raises(Refused) as refused:
        rows.save(Plot, district=district, values=values, by=people.preparer, row=plot_of(district))
    [refusal] = refused.value.refusals
    kind = "renumber" if field == "number" else "plan"
    assert (refusal.field, refusal.href) == (field, reverse("districts:plot_change", args=[district.code, plot_of(district).pk, kind]))
    assert "已列入试点基线，不能直接修改" in refusal.text
    saved = rows.save(Plot, district=district, values=values, by=people.preparer, row=plot_of(district, "N"))
    assert getattr(saved, field) == values[field]


def test_a_blank_is_filled_in_and_everything_else_stays_open(people, district):
    Plot.objects.filter(number="A").update(floor_area=None, land_use="")
    values = {"floor_area": Decimal(100), "land_use": "住宅", "owner": "某公司", "sub_area": "东区", "area_ha": Decimal("1.25")}
    saved = rows.save(Plot, district=district, values=values, by=people.preparer, row=plot_of(district))
    assert (saved.floor_area, saved.land_use, saved.owner) == (100, "住宅", "某公司")


def test_the_page_of_the_row_says_so_beside_the_field(district, preparer):
    plot = plot_of(district)
    url = reverse("districts:plot_edit", args=[district.code, plot.pk])
    form = preparer.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"area_ha": "9", "version": plot.version}
    page = preparer.post(url, typed)
    assert (page.status_code, "用地面积已列入试点基线，不能直接修改" in page.content.decode()) == (422, True)
    assert plot_of(district).area_ha == Decimal("1.25")


def work(plot, **fields):
    return {"pk": plot.pk, "version": plot.version, "label": plot.number, "fields": fields, "values": {}}


def test_an_import_is_refused_in_the_preview_and_when_frozen_since(people, district):
    found = preview(district, changes=[(0, "area_ha", 9), (2, "area_ha", 2)])
    assert [(line.key, "已列入试点基线" in line.note) for line in found.refused] == [("A", True)]
    assert [one.label for one in found.works] == ["N"]
    works = [work(plot_of(district, "N"), area_ha="2"), work(plot_of(district), area_ha="2")]
    with pytest.raises(Refused, match="地块A已列入试点基线，这次没有写入"):
        apply_import(kind=ImportKind.PLOTS, district=district, works=works, file_name="a.xlsx", by=people.preparer)
    assert set(district.plots.values_list("area_ha", flat=True)) == {Decimal("1.25")}
    apply_import(kind=ImportKind.PLOTS, district=district, works=works[:1], file_name="a.xlsx", by=people.preparer)
    assert plot_of(district, "N").area_ha == 2
    freeze_baseline(district=district, kind=BaselineKind.PILOT, reason="再冻结", by=None)
    late = [work(plot_of(district, "N"), area_ha="3")]
    with pytest.raises(Refused, match="地块N已列入试点基线"):
        apply_import(kind=ImportKind.PLOTS, district=district, works=late, file_name="a.xlsx", by=people.preparer)
