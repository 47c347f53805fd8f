"""The timeline of a district: everything, for whom it is, filtered and printable."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from districts.acts import services as acts
from districts.baselines.services import freeze_baseline
from districts.common.enums import BaselineKind, ImportKind, Stage
from districts.file.models.district import District
from districts.lists import services as services_rows
from districts.lists.services import apply_import, undo_import
from districts.profile.services import save_profile
from districts.projects.models import KeyProject
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans import services as plans
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from portal.district_page.selectors.page import TABS
from tests.factories.districts import make_district

DAYS = {"profile": 2, "rename": 4, "plan": 6, "baseline": 8}


def on(day):
    return clock.at(dt.datetime(2026, 11, day, 10, tzinfo=clock.SHANGHAI))


@pytest.fixture
def district(people):
    """Its profile was saved, it was renamed, a yearly plan was filed and a baseline frozen, each on its day."""
    made = make_district(people, code="yanshi", name="演示新城（虚构）")
    with on(DAYS["profile"]):
        save_profile(district=made, values={"population": 12000}, version=0, by=people.preparer)
    with on(DAYS["rename"]):
        paper = {"on": dt.date(2026, 11, 3), "document": "演示〔2026〕1号", "reason": "区划调整"}
        acts.rename_district(district=made, name="演示滨江城（虚构）", by=people.city_officer, **paper)
    with on(DAYS["plan"]):
        file_plan(people, made, 2027)
    with on(DAYS["baseline"]):
        freeze_baseline(district=made, kind=BaselineKind.PLAN, reason="专业规划批准", by=people.preparer)
    SpecialPlan.objects.create(district=made, approved_on=dt.date(2026, 11, 7), approval_number="演示批〔2026〕2号")
    return District.objects.get(pk=made.pk)


def file_plan(people, district, year):
    plan = plans.open_plan(authority=people.authority_body, year=year, by=people.authority)
    day = dt.date(year, 1, 1)
    values = {"district": district, "work": "apply", "name": "申报", "money": Decimal(1), "start": day, "finish": day}
    plans.save_item(plan=plan, values=values, by=people.authority)
    plan.refresh_from_db()
    take(obj=plan, action="file", by=people.authority, version=plan.version)


def page(district, **query):
    return reverse("portal:timeline", args=[district.code], query=query)


def titles(client, district, **query):
    entries = client.get(page(district, **query)).context["entries"]
    return [(entry["at"].astimezone(clock.SHANGHAI).day, entry["title"]) for entry in entries]


ALL = [(8, "冻结规划基线第1版"), (7, "专业规划第1版批准"), (6, "2027年度实施计划 上报"), (4, "更名"), (2, "保存城区资料")]


def test_everything_is_told_newest_first(client, people, district):
    client.force_login(people.authority)
    assert titles(client, district) == ALL
    shown = client.get(page(district)).content.decode()
    for words in ("规划人口 未填 → 12000", "演示新城（虚构） → 演示滨江城（虚构）；区划调整；演示〔2026〕1号", people.preparer.name):
        assert words in shown


def test_conditions_narrow_it(client, people, district):
    client.force_login(people.authority)
    for query, rows in (
        ({"group": "城区档案"}, [ALL[3], ALL[4]]),
        ({"group": "规划与实施计划"}, ALL[:3]),
        ({"since": "2026-11-06", "until": "2026-11-07"}, ALL[1:3]),
        ({"q": "区划调整"}, [ALL[3]]),
        ({"q": "没有这样的事"}, []),
        ({"since": "昨天", "group": "nonsense"}, ALL),
    ):
        assert titles(client, district, **query) == rows


def test_the_file_is_told_to_its_readers_only(client, people, district):
    assert client.get(page(district)).status_code == 302
    client.force_login(people.outsider_preparer)
    assert client.get(page(district)).status_code == 404
    District.objects.update(stage=Stage.PILOT)
    assert titles(client, district) == []
    client.force_login(people.preparer)
    assert (6, "2027年度实施计划 上报") not in titles(client, district)
    printed = client.get(page(district, print="1")).content.decode()
    assert ("打印，共4条" in printed, "查询条" in printed) == (True, False), "it prints whole"
    client.force_login(people.city_officer)
    assert titles(client, district) == ALL
    client.force_login(people.audit_keeper)
    assert client.get(page(district)).status_code == 404


@pytest.mark.parametrize("seat", ["city_officer", "secretariat", "partner", "bureau", "preparer"])
def test_what_a_draft_says_of_its_honours_stays_with_it(client, people, seat):
    """On every page of the district that somebody else may open, until the district is public or filed."""
    draft = make_district(people, code="draft")
    draft.honours.create(title="刚填的称号", source="演示公告", granted_on=dt.date(2026, 3, 1))
    client.force_login(people.everybody[seat])
    address = reverse("districts:district_detail", args=[draft.code])
    pages = [page(draft), page(draft, print="1"), address, *(f"{address}?tab={tab}" for tab in TABS), reverse("approvals:title_list")]

    def told():
        return any("刚填的称号" in client.get(one, follow=True).content.decode() for one in pages)

    assert told() is (seat == "preparer")
    District.objects.filter(pk=draft.pk).update(stage=Stage.PILOT)
    assert told()


def test_rows_of_the_lists_and_workbooks_are_told_with_what_changed(preparer, people, district):
    work = {"pk": None, "version": None, "label": "YC-01", "fields": {"number": "YC-01", "area_ha": "2"}, "values": {}}
    with on(9):
        project = services_rows.save(KeyProject, district=district, values={"name": "能源站", "state": "planned"}, by=people.preparer)
    with on(10):
        values = {"state": "in_use", "in_use_on": dt.date(2026, 11, 9)}
        services_rows.save(KeyProject, district=district, values=values, by=people.preparer, row=project, version=project.version)
    with on(11):
        done = apply_import(kind=ImportKind.PLOTS, district=district, works=[work], file_name="地块.xlsx", by=people.preparer)
    with on(12):
        undo_import(done=done, by=people.preparer)
    told = titles(preparer, district, group="地块与项目")
    assert told == [
        (12, "撤销导入地块 地块.xlsx"), (11, "从Excel导入地块 地块.xlsx"), (10, "保存重点项目 能源站"), (9, "保存重点项目 能源站"),
    ]  # fmt: skip
    assert "状态 未开工 → 投用；投用日期 未填 → 2026年11月9日" in preparer.get(page(district)).content.decode()
