"""Changes of the pilot baseline: what goes out and comes in, its effect on the gate before and after, the director's decision."""

import datetime as dt

import pytest

from approvals.changes.kinds import change_kind, change_kinds
from districts.baselines import services as baselines
from districts.common.enums import ProjectState, Stage
from districts.facts.facts import district_facts
from greendistrict.core import clock
from tests.approvals.changes.test_change import Asked
from tests.factories.accounts import cast
from tests.factories.districts import KeyProjectFactory, PlotFactory, make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def district(people):
    made = make_district(people, type="new", stage=Stage.PILOT)
    KeyProjectFactory(district=made, name="甲", state=ProjectState.IN_USE, in_use_on=dt.date(2026, 5, 1))
    KeyProjectFactory(district=made, name="乙")
    PlotFactory(district=made, number="A-1")
    baselines.freeze_baseline(district=made, kind="pilot", reason="授予试点", by=None)
    return made


def test_the_kinds_are_offered_to_a_district_with_a_pilot_baseline(people, district):
    keys = {"key_projects_baseline", "plots_baseline", "works_baseline"}
    assert keys <= {kind.key for kind in change_kinds(district)}
    assert not keys & {kind.key for kind in change_kinds(make_district(people))}
    assert all(change_kind(key).director for key in keys)


def test_a_project_leaves_the_baseline_by_a_decided_case_with_its_effect_frozen(people, district):
    stuck = district.key_projects.get(name="乙")
    asked = Asked("key_projects_baseline", {"drop": [stuck.pk], "add": [], "renew": []}, people, district).to_deciding()
    change = asked.case.change
    assert change.lines == [{"what": "乙", "before": "在基线", "after": "调出"}]
    effects = {line["what"]: (line["before"], line["after"]) for line in change.effects}
    assert effects["投入使用的重点项目（八（三））"] == ("1/2，50.0%，不满足", "1/1，100.0%，满足")
    assert district.baselines.count() == 1
    asked.do("decide", "city_director", number="演沪建〔2026〕31号", decided_on=clock.today())
    newest = district.baselines.order_by("-number").first()
    assert ([row["name"] for row in newest.content["key_projects"]], newest.number) == (["甲"], 2)
    assert asked.case.number in newest.reason
    assert district_facts(district, clock.today())["key_projects_in_use_ratio"].number == 1


@pytest.mark.parametrize(("rows", "typed"), [(1, ["{pk}"]), (61, "N-3、A-1")])
def test_the_form_has_boxes_for_few_and_numbers_for_many(district, rows, typed):
    for number in range(rows - 1):
        PlotFactory(district=district, number=f"N-{number}")
    baselines.freeze_baseline(district=district, kind="pilot", reason="测试", by=None)
    plot = district.plots.get(number="A-1")
    form = change_kind("plots_baseline").form
    given = [part.format(pk=plot.pk) for part in typed] if isinstance(typed, list) else typed
    good = form({"drop": given}, district=district)
    assert good.is_valid(), good.errors
    assert plot.pk in good.values()["drop"]
    assert not form({"drop": ["999999"] if isinstance(typed, list) else "X-9"}, district=district).is_valid()
    assert form(initial={"drop": [plot.pk]}, district=district)["drop"].value() in ([plot.pk], "A-1")
