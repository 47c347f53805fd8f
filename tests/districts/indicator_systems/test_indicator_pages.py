"""Pages of the indicator system: the table, a row inside it and by itself, steps, what is kept when something is refused."""

import re

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import LACKING, lacks
from districts.indicator_systems.services import indicators
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.procedure import take
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.factories.indicator_systems import YEARS, begun_system, filled_system
from tests.steps import version_of

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("districts/indicator_systems")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def system(people):
    """A filled version of a pilot."""
    return filled_system(people, make_district(people, stage=Stage.PILOT))


def url(name, system, **kw):
    number = {} if name in {"indicator_system", "indicator_start"} else {"number": system.number}
    return reverse(f"districts:{name}", kwargs={"code": system.district.code, **number, **kw})


def row_url(system, key):
    return url("indicator_row", system, pk=system.rows.get(key=key).pk)


def text(response):
    return response.content.decode()


def test_a_district_without_a_system_begins_one_under_its_plan(preparer, people):
    district = make_district(people)
    begun_system(people, make_district(people))
    start = reverse("districts:indicator_start", args=[district.code])
    refused = preparer.post(start)
    assert (refused.status_code, "请先建立专业规划" in text(refused)) == (409, True)
    SpecialPlanFactory(district=district)
    assert preparer.post(start).url == reverse("districts:indicator_system", args=[district.code]) + "?v=1"


def test_the_table_stands_by_chapter_with_targets_and_gaps(preparer, people):
    system = begun_system(people)
    IndicatorSystem.objects.filter(pk=system.pk).update(**YEARS)
    system.rows.filter(key="4.2.1").update(near="40", baseline="35", baseline_year=2024)
    system.rows.filter(key="4.2.19").update(taking_part=False, exclusion_reason="没有到期项目")
    page = text(preparer.get(url("indicator_system", system)))
    said = ("4 区域总体　", "近期目标<br>2027年", "≥ 40", "没有到期项目", "参考版", "条指标未填中期目标", "还不能提交审核")
    assert [words for words in said if words not in page] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_own_indicator_and_for_three(preparer, people, rows, kept_queries):
    system = begun_system(people)
    for number in range(rows):
        values = {"title": f"自定{number}", "rule": "yes", "unit": "", "dimension": "健康宜居", "near": "是"}
        indicators.add_own(system=system, values=values, by=people.preparer)
    preparer.get(url("indicator_system", system))
    with kept_queries():
        page = text(preparer.get(url("indicator_system", system)))
    assert f"自定指标　{rows + 1}条" in page


def test_one_goes_from_row_to_row_that_lacks_something(preparer, people):
    system = begun_system(people)
    lacking = [row for row in system.rows.all() if lacks(row, "near")]
    first, last = (url("indicator_row", system, pk=row.pk) for row in (lacking[0], lacking[-1]))
    page = preparer.get(first)
    assert (page.context["following"], 'name="next"' in text(page)) == (lacking[1], True)
    typed = {"version": lacking[0].version, "near": "是" if lacking[0].rule == "yes" else "1", "next": "1"}
    answer = preparer.post(first, typed)
    assert answer.url == url("indicator_row", system, pk=lacking[1].pk)
    again = next(row for row in system.rows.all() if any(lacks(row, name) for name in LACKING))
    assert preparer.get(last).context["following"] == again, "after the last the first is next"


def test_one_source_is_given_to_several_indicators_at_once(preparer, people):
    system = begun_system(people)
    first, second, third = [row for row in system.rows.all() if lacks(row, "source")][:3]
    out = system.rows.get(key="4.2.19")
    system.rows.filter(pk=out.pk).update(taking_part=False, exclusion_reason="没有到期项目")
    page, lacking = url("indicator_several", system), url("indicator_system", system) + "?v=1&lacking=source"
    assert page in text(preparer.get(lacking))
    assert f"{first}（数据来源未填；责任部门" in text(preparer.get(page))
    typed = {"version": IndicatorSystem.objects.get(pk=system.pk).version, "source": "区统计年鉴", "rows": [first.pk, second.pk]}
    assert preparer.post(page, {**typed, "source": ""}).status_code == 422
    assert preparer.post(page, {**typed, "rows": []}).status_code == 422
    assert preparer.post(page, {**typed, "rows": [out.pk]}).status_code == 422
    assert preparer.post(page, typed).status_code == 302
    assert dict(system.rows.filter(source="区统计年鉴").values_list("pk", "department")) == {
        first.pk: first.department,
        second.pk: second.department,
    }
    assert f"{first}（数据来源：区统计年鉴；" in text(preparer.get(page))
    stale = preparer.post(page, {**typed, "source": "甲局台账", "rows": [first.pk, third.pk]})
    assert stale.status_code == 409, "somebody wrote since the page was shown"
    shown = [(one.label, one.stored, one.typed) for one in stale.context["conflicts"]]
    assert shown == [(f"{first}：数据来源", "区统计年鉴", "甲局台账")]
    assert system.rows.get(pk=third.pk).source == ""


def test_a_row_is_saved_on_its_own_page(preparer, people):
    system = begun_system(people)
    data = {"version": 0, "baseline_year": "2024", "baseline": "35", "near": "40", "mid": "45.5", "long": "６０", "department": "甲局"}
    answer = preparer.post(row_url(system, "4.2.1"), data)
    row = system.rows.get(key="4.2.1")
    assert answer.url == f"{url('indicator_system', system)}?v=1#row-{row.pk}"
    assert (row.baseline_year, row.baseline, row.near, row.long, row.department, row.version) == (2024, "35", "40", "60", "甲局", 1)


def test_a_row_is_edited_inside_the_table(preparer, people):
    system = begun_system(people)
    row = system.rows.get(key="4.2.1")
    form = text(preparer.get(row_url(system, "4.2.1"), headers=HTMX))
    assert form.lstrip().startswith(f'<tr id="row-{row.pk}"><td colspan')
    assert "修改" in text(preparer.get(row_url(system, "4.2.1") + "?show=1", headers=HTMX))
    saved = preparer.post(row_url(system, "4.2.1"), {"version": 0, "near": "40"}, headers=HTMX)
    assert (saved.status_code, "≥ 40" in text(saved), "<html" in text(saved)) == (200, True, False)


def test_wrong_values_stay_in_the_form_with_the_message_beside_them(preparer, people):
    system = begun_system(people)
    for headers in ({}, HTMX):
        answer = preparer.post(row_url(system, "4.2.1"), {"version": 0, "near": "一半", "mid": "101"}, headers=headers)
        said = ("请填数字，不带单位和逗号", "应在0至100%之间", 'value="一半"')
        assert (answer.status_code, [words for words in said if words not in text(answer)]) == (422, [])
    assert system.rows.get(key="4.2.1").version == 0


def test_a_stale_row_shows_both_and_keeps_what_was_typed(preparer, people):
    system = begun_system(people)
    row = system.rows.get(key="4.2.1")
    indicators.save_row(row=row, values={"near": "41"}, version=0, by=people.consultant)
    for headers in ({}, HTMX):
        answer = preparer.post(row_url(system, "4.2.1"), {"version": 0, "near": "44"}, headers=headers)
        said = ("<td>41</td><td>44</td>", 'value="44"', 'name="version" value="1"')
        assert (answer.status_code, [words for words in said if words not in text(answer)]) == (409, [])
    assert preparer.post(row_url(system, "4.2.1"), {"version": 1, "near": "44"}).status_code == 302


def test_stale_years_keep_what_was_typed(preparer, people):
    system = begun_system(people)
    indicators.save_years(system=system, values=YEARS, version=0, by=people.consultant)
    typed = {"near_year": "2026", "mid_year": "2031", "long_year": "2035"}
    answer = preparer.post(url("indicator_years", system), {"version": 0, **typed})
    said = ("<td>2027</td><td>2026</td>", 'value="2026"')
    assert (answer.status_code, [words for words in said if words not in text(answer)]) == (409, [])
    assert preparer.post(url("indicator_years", system), {"version": 1, **typed, "long_year": "2030"}).status_code == 422
    assert preparer.post(url("indicator_years", system), {"version": 1, **YEARS}).status_code == 302


def test_an_exclusion_is_offered_only_where_the_edition_allows_it(preparer, people):
    system = begun_system(people)
    assert ["不参评理由" in text(preparer.get(row_url(system, key))) for key in ("4.2.1", "4.2.19")] == [False, True]
    refused = preparer.post(row_url(system, "4.2.19"), {"version": 0, "taking_part": "false", "exclusion_reason": ""})
    assert (refused.status_code, "不参评要写明理由" in text(refused)) == (422, True)
    data = {"version": 0, "taking_part": "false", "exclusion_reason": "没有到期项目"}
    assert preparer.post(row_url(system, "4.2.19"), data).status_code == 302
    assert not system.rows.get(key="4.2.19").taking_part


def test_an_own_indicator_is_added_changed_and_dropped(preparer, people):
    system = begun_system(people)
    data = {"title": "邻里中心", "unit": "处", "rule": "range", "dimension": "健康宜居", "near": "三处"}
    refused = preparer.post(url("indicator_add", system), data)
    assert (refused.status_code, "请填数字，不带单位和逗号" in text(refused)) == (422, True)
    assert preparer.post(url("indicator_add", system), {**data, "near": "3~5"}).status_code == 302
    row = system.rows.get(title="邻里中心")
    changed = {**data, "version": 0, "near": "3", "rule": "ge"}
    assert preparer.post(row_url(system, row.key), changed).status_code == 302
    row.refresh_from_db()
    assert (row.rule, row.near) == ("ge", "3")
    assert preparer.post(url("indicator_delete", system, pk=row.pk), {"confirmed": "1"}).status_code == 302


def test_a_version_goes_from_draft_to_frozen(client, people):
    system, before = filled_system(people), clock.now()

    def step(user, action, **data):
        client.force_login(user)
        return client.post(url("indicator_step", system), {"action": action, "version": version_of(system), **data})

    assert step(people.preparer, "hand_up").status_code == 302
    assert step(people.reviewer, "sign").status_code == 302
    assert "批准后这一版冻结" in text(step(people.authority, "approve"))
    assert step(people.authority, "approve", confirmed="yes").status_code == 302
    system.refresh_from_db()
    assert (system.status, system.handed_up_by, system.approved_at >= before) == ("approved", people.preparer, True)
    client.force_login(people.preparer)
    page = text(client.get(url("indicator_system", system)))
    assert ("已冻结" in page, "新编一版" in page) == (True, True)
    assert client.get(row_url(system, "4.2.1")).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_forms_open_without_a_transaction_around_them(client):
    people = make_cast()
    system = begun_system(people)
    client.force_login(people.preparer)
    for address in (row_url(system, "4.2.1"), url("indicator_add", system), url("indicator_import", system)):
        assert client.get(address).status_code == 200
    assert client.post(row_url(system, "4.2.1"), {"version": 0, "near": "40"}).status_code == 302
    assert client.post(url("indicator_step", system), {"action": "hand_up"}).status_code == 409


@AREA
@pytest.mark.parametrize("change", ["row", "years", "add", "drop", "import"])
def test_nobody_hands_up_rows_that_the_page_did_not_show(people, system, change):
    opened, row = IndicatorSystem.objects.get(), system.rows.get(key="4.2.1")
    own = {"title": "邻里中心", "unit": "处", "rule": "ge", "dimension": "健康宜居", "near": "3", "department": "", "source": ""}
    if change == "row":
        indicators.save_row(row=row, values={"near": "40"}, version=row.version, by=people.consultant)
    elif change == "years":
        indicators.save_years(system=system, values={**YEARS, "long_year": 2040}, version=system.version, by=people.consultant)
    elif change == "import":
        indicators.apply_cells(system=system, cells=[(row.pk, row.version, {"near": "40"})], by=people.consultant)
    else:
        added = indicators.add_own(system=system, values=own, by=people.consultant)
        if change == "drop":
            opened.refresh_from_db()
            indicators.delete_own(row=added, by=people.consultant)
    with pytest.raises(Stale):
        take(obj=opened, action="hand_up", by=people.preparer, version=opened.version)


@AREA
def test_a_row_saved_inside_the_table_brings_the_version_that_the_page_posts_next(preparer, system):
    address = reverse("districts:indicator_row", kwargs={"code": system.district.code, "number": 1, "pk": system.rows.first().pk})
    answer = preparer.post(address, {"version": 0, "near": "yes", "mid": "yes", "long": "yes"}, headers={"HX-Request": "true"})
    system.refresh_from_db()
    page = preparer.get(reverse("districts:indicator_system", kwargs={"code": system.district.code})).content.decode()
    ids = re.findall(r'name="version" value="(\d+)" id="([\w-]+)" hx-swap-oob', answer.content.decode())
    assert ids == [(str(system.version), "act-version"), (str(system.version), "years-version")]
    for _, name in ids:
        assert re.search(rf'name="version" value="{system.version}" id="{name}"', page)
