"""Plots acquired or built outside their control table are named and not counted until reason and proof are recorded."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.baselines.services import freeze_baseline
from districts.common.enums import Acquisition, BaselineKind, ControlStep
from districts.facts.facts import district_facts
from districts.file.models.district import District
from districts.lists.services import save
from districts.plots.models import Plot, PlotControl
from districts.plots.selectors.plots import unproven_plots
from districts.plots.services.control import record_backfill
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy.engine import ask
from greendistrict.policy.facts import Facts
from greendistrict.policy.loader import all_policies
from tests.factories.approvals import pdf
from tests.factories.districts import PlotFactory, make_district

POLICY = all_policies()[-1]
GOT = {"acquisition": Acquisition.GRANT, "acquired_on": dt.date(2025, 3, 1)}
REASON = "平台启用前已出让"


def entered(people, number=2, **days):
    district = make_district(people)
    for _ in range(number):
        PlotFactory(district=district, proof=False, **{**GOT, **days})
    return district


def freeze(district, kind):
    freeze_baseline(district=district, kind=kind, reason="测试", by=None)


def verdict(rule, district):
    return ask(POLICY.rule(rule), Facts(district_facts(District.objects.get(pk=district.pk), clock.today())))


@pytest.mark.parametrize(
    ("rule", "kind", "days"),
    [("APPLY-PLOTS", BaselineKind.PLAN, {}), ("ACCEPT-PLOTS", BaselineKind.PILOT, {"built_on": dt.date(2026, 3, 1), "conforms": True})],
)
def test_a_day_typed_without_consultation_counts_for_nothing_until_it_is_proven(people, preparer, rule, kind, days):
    district = entered(people, **days)
    freeze(district, kind)
    found = verdict(rule, district)
    assert found.verdict == "fail"
    assert "0 / 2" in found.found
    assert "另有补录2个没有理由和证明，不计入" in found.found
    page = preparer.get(found.href)
    for plot in district.plots.all():
        assert reverse("districts:plot_control", args=[district.code, plot.pk]) in page.content.decode()
    chosen = list(district.plots.values_list("pk", flat=True))
    assert preparer.post(found.href, {"plots": chosen, "reason": REASON}).status_code == 422
    assert preparer.post(found.href, {"plots": chosen, "reason": REASON, "upload": pdf()}).status_code == 302
    proven = verdict(rule, district)
    assert proven.verdict == "pass"
    assert "其中补录2个，有理由和证明" in proven.found
    assert REASON in preparer.get(found.href).content.decode()


def test_what_came_through_the_table_needs_no_proof(people):
    district = entered(people, 1)
    PlotControl.objects.create(plot=district.plots.get(), table=Acquisition.GRANT, status=ControlStep.DESIGN)
    freeze(district, BaselineKind.PLAN)
    assert not unproven_plots(district)
    found = verdict("APPLY-PLOTS", district)
    assert (found.verdict, "补录" in found.found) == ("pass", False)


def test_another_day_wants_another_proof(people):
    district = entered(people, 1)
    given = {"district": district, "by": people.preparer}
    record_backfill(plots=[district.plots.get().pk], reason=REASON, upload=pdf(), **given)
    plot = district.plots.get()
    save(Plot, values={"owner": "演示建设单位"}, row=plot, **given)
    assert not unproven_plots(district)
    save(Plot, values={"acquired_on": dt.date(2025, 4, 1)}, row=district.plots.get(), **given)
    assert unproven_plots(district).get() == plot


def test_only_who_edits_the_file_records_it(people):
    district = entered(people, 1)
    with pytest.raises(NotAllowed):
        record_backfill(district=district, plots=[district.plots.get().pk], reason=REASON, upload=pdf(), by=people.authority)


def test_reason_proof_and_plots_are_all_asked_for(people):
    district = entered(people, 1)
    with pytest.raises(Refused) as refused:
        record_backfill(district=district, plots=[], reason=" ", upload=None, by=people.preparer)
    assert {refusal.field for refusal in refused.value.refusals} == {"plots", "reason", "upload"}
