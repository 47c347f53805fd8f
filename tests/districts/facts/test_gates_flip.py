"""Gates read the tables only: one more plot, one more project, one more correction, and the verdict flips."""

import datetime as dt

import pytest

from districts.baselines import services as baselines
from districts.baselines.models import Baseline
from districts.baselines.services import change_baseline, content_of
from districts.common.enums import BaselineKind, ProjectState
from districts.facts import baseline_change
from districts.facts.facts import district_facts
from districts.lists.services import rows
from districts.plots.models import Plot
from districts.plots.services.control import open_control
from districts.plots.services.indicator_values import save_values
from districts.projects.models import KeyProject
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy.engine import ask, policy_in_force
from greendistrict.policy.facts import Facts
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, prove
from tests.steps import step

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


def verdict(rule, district):
    today = clock.today()
    return str(ask(policy_in_force(today).rule(rule), Facts(district_facts(district, today))).verdict)


def make_plots(district, count, **fields):
    Plot.objects.bulk_create(Plot(district=district, number=f"P{number:04d}", area_ha=1, **fields) for number in range(count))
    return list(district.plots.order_by("number"))


def freeze(district, kind):
    return baselines.freeze_baseline(district=district, kind=kind, reason="测试", by=None)


def test_from_just_under_to_half_built_and_by_a_correction(district, people):
    plots = make_plots(district, 100)
    Plot.objects.filter(pk__in=[plot.pk for plot in plots[:49]]).update(built_on=DAY, conforms=True)
    prove(district)
    freeze(district, BaselineKind.PILOT)
    last = plots[60]
    save_values(plot=last, values={"carbon": {"required": "36", "built": "37"}}, version=0, by=people.preparer)
    control = open_control(plot=last, table="own", by=people.preparer)
    type(control).objects.update(status="completion")
    control.refresh_from_db()
    step(control, "complete_short", people.preparer, on=DAY, number="验1")
    assert verdict("ACCEPT-PLOTS", district) == "fail"
    save_values(plot=last, values={"carbon": {"built": "36"}}, version=None, by=people.preparer)
    assert verdict("ACCEPT-PLOTS", district) == "fail"
    step(control, "correct", people.preparer, "整改完成", on=DAY, number="复验1")
    assert verdict("ACCEPT-PLOTS", district) == "pass"


def test_the_last_key_project_from_completed_to_in_use(district, people):
    KeyProjectFactory(district=district, state=ProjectState.IN_USE, in_use_on=DAY)
    last = KeyProjectFactory(district=district, state=ProjectState.COMPLETED, started_on=DAY, finished_on=DAY)
    freeze(district, BaselineKind.PILOT)
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "fail"
    values = {"state": ProjectState.IN_USE, "in_use_on": clock.today()}
    rows.save(KeyProject, district=district, row=last, values=values, by=people.preparer)
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "pass"


def test_an_empty_list_never_passes_however_it_came_to_be_empty(district):
    for kind in BaselineKind:
        freeze(district, kind)
    for rule in ("APPLY-PLOTS", "APPLY-KEY-PROJECTS", "ACCEPT-PLOTS", "ACCEPT-KEY-PROJECTS", "ACCEPT-INFRA"):
        assert verdict(rule, district) == "fail"
    PlotFactory(district=district, buildable=False)
    freeze(district, BaselineKind.PILOT)
    assert verdict("ACCEPT-PLOTS", district) == "fail"


def test_dropping_a_project_changes_nothing_until_a_change_is_decided(district, people):
    KeyProjectFactory(district=district, name="甲", state=ProjectState.IN_USE, in_use_on=DAY)
    stuck = KeyProjectFactory(district=district, name="乙")
    baseline = freeze(district, BaselineKind.PILOT)
    with pytest.raises(Refused, match="须经变更办理"):
        rows.delete(stuck, by=people.preparer)
    wanted = baseline_change.wanted_of("key_projects", {"drop": [stuck.pk]})
    effects = baseline_change.effects_of(district, wanted, clock.today())
    assert [(line.before, line.after) for line in effects] == [("2个", "1个"), ("1/2，50.0%，不满足", "1/1，100.0%，满足")]
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "fail"
    content = baseline_change.changed_content(baseline.content, content_of(district), wanted)
    changed = change_baseline(district=district, content=content, reason="变更BG-2026-0001", by=people.city_director)
    assert (changed.number, Baseline.objects.get(pk=baseline.pk).content) == (2, baseline.content)
    fact = district_facts(district, clock.today())["key_projects_in_use_ratio"]
    assert "原基线2个，现行第2版1个" in fact.note
    assert verdict("ACCEPT-KEY-PROJECTS", district) == "pass"


def test_a_change_touches_the_list_it_names_only(district):
    PlotFactory(district=district, number="A")
    WorkFactory(district=district, name="路")
    baseline = freeze(district, BaselineKind.PILOT)
    Plot.objects.update(area_ha=9)
    added = PlotFactory(district=district, number="B")
    district.works.all().delete()
    live = content_of(district)
    plot = district.plots.get(number="A")
    wanted = baseline_change.wanted_of("plots", {"add": [added.pk], "renew": [plot.pk]})
    content = baseline_change.changed_content(baseline.content, live, wanted)
    assert [(row["number"], row["area_ha"]) for row in content["plots"]] == [("A", "9.0000"), ("B", "1.2500")]
    assert content["works"] == baseline.content["works"]
    assert [line.what for line in baseline_change.lines_of(baseline.content, live, wanted)] == ["B", "A"]


@pytest.mark.parametrize("drop", [[], [12345], "all"])
def test_a_change_of_nothing_of_strangers_or_to_nothing_is_refused(district, drop):
    plot = PlotFactory(district=district)
    baseline = freeze(district, BaselineKind.PILOT)
    wanted = baseline_change.wanted_of("plots", {"drop": [plot.pk] if drop == "all" else drop})
    assert len(baseline_change.problems_of(baseline.content, content_of(district), wanted)) == 1


def test_without_a_pilot_baseline_nothing_is_changed(district):
    with pytest.raises(Refused, match="尚无试点基线"):
        change_baseline(district=district, content={}, reason="", by=None)
    assert baseline_change.effects_of(district, baseline_change.WantedLists("plots"), clock.today()) == []
