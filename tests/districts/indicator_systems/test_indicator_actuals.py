"""Actual values of own indicators and carbon intensity by year; the setting of the traffic light; the feed."""

import pytest
from django.urls import reverse

from districts.indicator_systems.models import IndicatorActual
from districts.indicator_systems.row_rules import CARBON
from districts.indicator_systems.selectors import indicators_context
from districts.indicator_systems.services import indicators
from districts.indicator_systems.services.actuals import EnteredValue, save_actuals
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.policy.models import Setting
from portal.recent_steps import selectors as recent_steps
from tests.factories.assessments import published_edition
from tests.factories.districts import file_case
from tests.factories.indicator_systems import approved_system, begun_system, filled_system
from tests.factories.once import once
from tests.refusing import refuses
from tests.steps import step

edition = once(published_edition)


@pytest.fixture
def system(people):
    system = approved_system(people)
    system.rows.filter(key=CARBON).update(baseline="50", baseline_year=2020, near="40", mid="30", long="20")
    return system


def year():
    return clock.today().year


def enter(people, system, value, version=0, *, at=None):
    values = {CARBON: EnteredValue(value, "统计年报", version)}
    return save_actuals(district=system.district, year=at or year(), values=values, by=people.preparer)


def progress(system, key=CARBON):
    groups = indicators_context(system.district)["groups"]
    return next(one for _, rows in groups for one in rows if one.line.row.key == key)


def test_a_value_is_kept_changed_and_taken_away(people, system):
    assert enter(people, system, "４８.50") == 1
    assert IndicatorActual.objects.get().value == "48.5"
    assert [enter(people, system, value, version) for value, version in (("48.5", 1), ("47", 1), ("", 2))] == [0, 1, 1]
    assert not IndicatorActual.objects.exists()
    changed = [record.data["changed"] for record in AuditRecord.objects.filter(action="districts.save_actuals").order_by("pk")]
    assert changed == [{CARBON: ["", "48.5"]}, {CARBON: ["48.5", "47"]}, {CARBON: ["47", ""]}]


def test_what_does_not_do_is_told_beside_the_indicator(people, system):
    values = {CARBON: EnteredValue("约三十"), "4.2.1": EnteredValue("3")}
    with pytest.raises(Refused) as refused:
        save_actuals(district=system.district, year=year(), values=values, by=people.preparer)
    assert [(one.field, one.text) for one in refused.value.refusals] == [
        (CARBON, "请填数字，不带单位和逗号"),
        ("4.2.1", "现行指标体系没有这一指标"),
    ]
    refuses(Refused, enter, people, system, "40", at=year() + 1)
    refuses(NotAllowed, save_actuals, district=system.district, year=year(), values={}, by=people.authority)
    refuses(Refused, save_actuals, district=begun_system(people).district, year=year(), values={}, by=people.preparer)
    enter(people, system, "48")
    refuses(Stale, enter, people, system, "47")


def test_values_stand_against_the_path_with_a_light(people, system):
    enter(people, system, "45", at=2026)
    found = progress(system)
    assert (found.reached, found.due, found.light.colour) == (("45（待核对）",), "41.43", "amber")
    assert found.light.words == "略落后于路径，完成应有进展的58%"


def test_the_chart_runs_to_this_year_and_names_the_years_without_a_value(people, system):
    enter(people, system, "45", at=2026)
    track = indicators_context(system.district, chosen=CARBON, this_year=2033)["track"]
    assert track.line.row.key == CARBON
    approved = system.approved_at.year
    assert track.missing == [year for year in range(approved, 2033) if year != 2026]
    assert [(year, value) for year, _, value in track.figures if year in {2026, 2033}] == [(2026, "45"), (2033, "")]
    assert "2033" in str(track.chart)
    assert indicators_context(system.district, chosen=CARBON, this_year=approved)["track"].missing == []


def test_where_amber_ends_is_a_setting(people, system):
    enter(people, system, "45", at=2026)
    assert indicators_context(system.district)["amber_is_default"]
    Setting.objects.create(key="indicators.amber_progress", value="0.6", reason="测试", by=people.city_director, at=clock.now())
    context = indicators_context(system.district)
    assert (context["amber"], progress(system).light.colour) == ("60%", "red")


def test_an_older_value_is_judged_in_its_own_year(people, system):
    own = indicators.start_system(district=system.district, by=people.preparer)
    values = {"title": "公交覆盖率", "unit": "%", "rule": "ge", "dimension": "健康宜居", "near": "60", "mid": "70", "long": "80"}
    row = indicators.add_own(system=own, values={**values, "department": "交通委", "source": "统计"}, by=people.preparer)
    for action, user in (("hand_up", people.preparer), ("sign", people.reviewer), ("approve", people.authority)):
        step(own, action, user)
    enter(people, own, "45", at=2025)
    save_actuals(district=own.district, year=2026, values={row.key: EnteredValue("61")}, by=people.preparer)
    assert progress(own).light.words.endswith("（2025年）")
    assert progress(own, row.key).light.words == "已提前达到2027年目标"


def test_the_page_enters_refuses_and_keeps_what_was_typed(preparer, system):
    address = reverse("districts:indicator_actuals", kwargs={"code": system.district.code})
    assert "碳排放强度" in preparer.get(address).content.decode()
    wrong = preparer.post(address, {"v0": "约三十", "s0": "", "n0": "0"})
    assert (wrong.status_code, "约三十" in wrong.content.decode()) == (422, True)
    assert preparer.post(address, {"v0": "45", "s0": "能耗平台", "n0": "0"}).status_code == 302
    stale = preparer.post(address, {"v0": "44", "s0": "能耗平台", "n0": "0"})
    assert (stale.status_code, 'value="44"' in stale.content.decode()) == (409, True)
    assert preparer.post(address, {"v0": "44", "s0": "能耗平台", "n0": "1"}).status_code == 302
    tab = preparer.get(reverse("districts:district_detail", kwargs={"code": system.district.code}) + "?tab=indicators").content.decode()
    assert (address in tab, "默认值" in tab) == (True, True)


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_takes_the_same_queries_for_one_indicator_and_for_three(preparer, people, more, kept_queries):
    system = filled_system(people)
    for number in range(more):
        values = {"title": f"自定{number}", "rule": "yes", "unit": "", "dimension": "健康宜居"}
        targets = {"near": "是", "mid": "是", "long": "是", "department": "建管委", "source": "年报"}
        indicators.add_own(system=system, values={**values, **targets}, by=people.preparer)
    for action, user in (("hand_up", people.preparer), ("sign", people.reviewer), ("approve", people.authority)):
        step(system, action, user)
    address = reverse("districts:indicator_actuals", kwargs={"code": system.district.code})
    preparer.get(address)
    with kept_queries():
        preparer.get(address)


def test_steps_stand_in_the_feed_of_the_district(people, system):
    file_case(system.district)
    words = {
        user: [one.label for one in recent_steps.of_district(Viewer(user), system.district)]
        for user in (people.preparer, people.city_officer)
    }
    assert words[people.preparer] == ["批准", "签发并上报", "提交审核"]
    assert words[people.city_officer] == ["批准", "签发并上报"]
