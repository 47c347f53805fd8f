"""补录进度: what each titled district gaps, as the pages that need it say; who sees it, who adds it, sums, and the workbook."""

import datetime as dt
import re
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from approvals.cases.models.correspondence import BulkRun
from approvals.changes.change_kinds.pilot_baseline import against
from approvals.common.enums import BulkKind
from approvals.losses.models import RecordedAssessment, RecordedKind
from approvals.titles.models.publicity import Announcement, HistoricSelfCheck, Title
from assessments.self_checks.selectors.opening import against_table
from assessments.stage_assessments.services import against_opening
from districts.baselines.services import freeze_baseline
from districts.common.enums import BaselineKind, DistrictType, Stage
from districts.file.models.district import District
from districts.file.models.parties import DesignatedBody
from districts.indicator_systems.models import IndicatorSystem
from greendistrict.accounts.models import Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from indicators.editions.models import Edition
from portal.first_day.selectors import DONE, MISSING, OPEN, check_lines, open_lines
from portal.policy.selectors import city_check
from portal.takeover import selectors
from portal.takeover.enums import Mender, Missing, Need
from portal.takeover.rules import NEEDLESS, NEEDS, WHOLE
from portal.takeover.selectors import lacks_records, takeover_rows, titled
from tests.districts.boundaries.test_boundaries import keep
from tests.factories.accounts import make_organisation
from tests.factories.assessments import published_edition
from tests.factories.districts import KeyProjectFactory, PlotFactory, SpecialPlanFactory, WorkFactory, make_district
from tests.factories.received import at

pytestmark = pytest.mark.django_db
NOW = at(2026, 11, 20)
SINCE = dt.date(2022, 6, 15)
PAGE = "portal:takeover"
BARE = {
    Missing.TITLE, Missing.BODY, Missing.AREA, Missing.PLAN, Missing.CHECKS, Missing.SYSTEM, Missing.STAGES, Missing.BASELINE,
    Missing.PLOTS, Missing.WORKS, Missing.PROJECTS,
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_use(people):
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    with clock.at(NOW):
        yield


def old_pilot(people, name="演示旧城（虚构）", **kw):
    """A pilot from before the portal of which the file holds its applicant, its authority and its day."""
    return make_district(people, name=name, **{"stage": Stage.PILOT, "titled_on": SINCE, **kw})


@pytest.fixture
def pilot(people):
    return old_pilot(people)


def gaps(district):
    [row] = takeover_rows(titled(District.objects.filter(pk=district.pk)), clock.today())
    return {gap.missing: gap for gap in row.gaps}


def listed(answer):
    return [row.district for row in answer.context["page"].object_list]


def ways(answer):
    """Address, words and who it is for each lack that the page leads to."""
    return re.findall(r'<div><a href="([^"]+)">([^<]+)</a> <span class="gd-s gd-muted">([^<]+)</span>', answer.content.decode())


def make_title(_people, district, **kw):
    batch = Announcement.objects.create(year=2022, batch=1, title="演示公告（虚构）", text="全文", historic=True, is_demo=True)
    about = {"kind": district.stage, "historic": True, "star": 2, "granted_on": SINCE, "policy": "沪府办规〔2018〕24号"}
    Title.objects.create(district=district, **{"announcement": batch, **about, **kw})


def record_checks(people, district):
    run = BulkRun.objects.create(kind=BulkKind.CHECKS, items=[], by=people.city_officer, at=clock.now())
    for year in (2023, 2024):
        HistoricSelfCheck.objects.create(district=district, year=year, source="演示", run=run)


def record_stage(people, district):
    RecordedAssessment.objects.create(
        district=district, kind=RecordedKind.STAGE, concluded_on=dt.date(2025, 8, 1), passed=True, source="演示",
        recorded_by=people.city_officer, recorded_at=clock.now(), checked_by=people.city_checker, checked_at=clock.now(),
    )  # fmt: skip


def approve_system(_people, district):
    plan = SpecialPlanFactory(district=district)
    IndicatorSystem.objects.create(
        district=district, plan=plan, edition=published_edition(), status="approved", number=1, approved_at=clock.now()
    )


MENDS = {
    Missing.TITLE: make_title,
    Missing.BODY: lambda people, _: DesignatedBody.objects.create(
        authority=people.authority_body, name="演示建管委（虚构）", since=SINCE, entered_at=clock.now()
    ),
    Missing.AREA: lambda _, district: keep(district, 1, "area"),
    Missing.PLAN: lambda _, district: keep(district, 1, "plan"),
    Missing.CHECKS: record_checks,
    Missing.SYSTEM: approve_system,
    Missing.STAGES: record_stage,
    Missing.PLOTS: lambda _, district: PlotFactory(district=district, buildable=True),
    Missing.WORKS: lambda _, district: WorkFactory(district=district, main=True),
    Missing.PROJECTS: lambda _, district: KeyProjectFactory(district=district),
    Missing.BASELINE: lambda _, district: freeze_baseline(district=district, kind=BaselineKind.PILOT, reason="补录", by=None),
}


def test_each_lack_of_an_old_pilot_goes_when_it_is_mended_and_no_other(people, pilot):
    left = dict.fromkeys(BARE)
    assert set(gaps(pilot)) == set(left)
    assert gaps(pilot)[Missing.CHECKS].words == "2023、2024年度自查无记录"
    for missing, mend in MENDS.items():
        mend(people, pilot)
        del left[missing]
        assert set(gaps(pilot)) == set(left), missing


def break_people(people, _district):
    Post.objects.filter(organisation=people.applicant_body, role="reviewer").delete()


BREAKS = {
    Missing.AUTHORITY: lambda _, district: district.authorities.clear(),
    Missing.FILLING: lambda _, district: District.objects.filter(pk=district.pk).update(type=""),
    Missing.PEOPLE: break_people,
    Missing.CYCLE: lambda _, district: District.objects.filter(pk=district.pk).update(titled_on=None),
    Missing.STANDARD: lambda _, district: District.objects.filter(pk=district.pk).update(is_demo=False),
    Missing.NOTICE: lambda people, district: make_title(people, district, announcement=None),
}


@pytest.mark.parametrize("missing", BREAKS)
def test_what_an_old_pilot_has_is_missed_when_it_is_not_there(people, pilot, missing):
    assert missing not in gaps(pilot)
    BREAKS[missing](people, pilot)
    assert missing in gaps(pilot)
    assert {*BARE, *BREAKS} == set(Missing) == set(NEEDS), "each is tried here"


def test_the_pages_that_need_it_say_the_same(people, officer, pilot):
    found = gaps(pilot)
    baseline = next(one for one in city_check(Viewer(people.city_officer)).rows if one.district == pilot)
    assert {verdict.found for verdict in baseline.without_data if found[Missing.BASELINE].words in verdict.found} != set()
    refused = {one.text.partition("，")[0] for one in against(pilot, {}, clock.today())}
    assert refused >= {found[name].words for name in (Missing.PLOTS, Missing.WORKS, Missing.PROJECTS)}
    District.objects.filter(pk=pilot.pk).update(type=DistrictType.RENEWAL)
    assert {Missing.PLOTS, Missing.WORKS}.isdisjoint(gaps(pilot)), "a renewal district is asked for its key projects only"
    District.objects.filter(pk=pilot.pk).update(type="", applicant=None, titled_on=None)
    pilot.refresh_from_db()
    [row] = takeover_rows(titled(District.objects.all()), clock.today())
    words = [gap.words for gap in row.gaps if gap.missing == Missing.FILLING]
    assert words == [one.text for one in against_table(pilot) if "标准" not in one.text]
    cycle = next(gap.words for gap in row.gaps if gap.missing == Missing.CYCLE)
    assert against_opening(pilot, clock.today())[0].text.endswith(cycle)
    watch = strip_tags(officer.get(reverse("districts:plan_watch"), {"kind": "demo"}).content.decode())
    assert "资料不足" in watch
    MENDS[Missing.BODY](people, pilot)
    assert "演示建管委（虚构）" in strip_tags(officer.get(reverse("districts:plan_watch"), {"kind": "demo"}).content.decode())


def test_who_sees_which_districts_and_who_is_led_where(client, people, pilot):
    other = make_district(name="演示外城（虚构）", stage=Stage.PILOT, titled_on=SINCE)
    make_district(people, name="演示培育城（虚构）")
    seen = {}
    for seat in ("city_officer", "city_director", "secretariat", "authority", "preparer", "consultant", "outsider_preparer"):
        client.force_login(getattr(people, seat))
        answer = client.get(reverse(PAGE))
        seen[seat] = set(listed(answer))
        led = {mender for _, _, mender in ways(answer)}
        assert led == {
            "city_officer": {Mender.OFFICER.label, Mender.AUTHORITY.label}, "authority": {Mender.AUTHORITY.label},
            "preparer": {Mender.PREPARER.label, Mender.EDITOR.label}, "consultant": {Mender.EDITOR.label},
        }.get(seat, set()), seat  # fmt: skip
    assert seen["city_officer"] == seen["city_director"] == seen["secretariat"] == {pilot, other}
    assert (seen["authority"], seen["preparer"], seen["consultant"]) == ({pilot}, {pilot}, {pilot})
    assert seen["outsider_preparer"] == set()
    page = client.get(reverse(PAGE)).content.decode()
    assert "您可以查看档案的试点和示范城区列在这里" in page
    for seat in ("bureau", "expert1", "system_keeper", "verifier"):
        client.force_login(getattr(people, seat))
        assert client.get(reverse(PAGE)).status_code == client.get(reverse("portal:takeover_export")).status_code == 404


def test_every_address_opens_for_who_is_led_there(client, people, pilot):
    District.objects.filter(pk=pilot.pk).update(is_demo=False)  # a real one, which lacks a standard as well
    unled = old_pilot(people, "演示无主城（虚构）", titled_on=None, type="")
    District.objects.filter(pk=unled.pk).update(applicant=None)
    make_title(people, pilot, announcement=None, star=None)
    followed = set()
    for seat in ("city_officer", "authority", "preparer", "consultant"):
        client.force_login(getattr(people, seat))
        for href, words, _ in ways(client.get(reverse(PAGE))):
            assert client.get(unescape(href)).status_code == 200, (seat, href)
            followed.add(words)
    rows = takeover_rows(titled(District.objects.all()), clock.today())
    assert followed == {gap.words for row in rows for gap in row.gaps}, "each is added by one of these seats"


def test_the_first_applicant_of_a_titled_district_is_named_by_the_officer(officer, people):
    bare = make_district(name="演示无主城（虚构）", stage=Stage.PILOT, titled_on=SINCE)
    gap = gaps(bare)[Missing.FILLING]
    told = {"applicant": people.applicant_body.pk, "on": "2026-11-01", "document": "演示文件", "reason": "补录"}
    assert officer.post(gap.href, told).status_code == 302
    assert Missing.FILLING not in gaps(bare)
    refused = officer.post(gap.href, told | {"applicant": people.outsider_body.pk})
    assert "称号授予后，申报主体须经变更办理" in refused.content.decode()


def test_conditions_orders_and_sums_lead_to_their_rows(officer, people, pilot):
    for mend in MENDS.values():
        mend(people, pilot)
    shown = make_district(people, name="演示示范城（虚构）", stage=Stage.DEMONSTRATION, titled_on=SINCE)
    elsewhere = make_district(name="演示外城（虚构）", stage=Stage.PILOT, titled_on=SINCE)
    elsewhere.authorities.add(make_organisation("authority", "演示乙区政府（虚构）"))

    def found(**query):
        return listed(officer.get(reverse(PAGE), query))

    assert found() == [elsewhere, shown, pilot]
    assert (found(order="number"), found(order="-name")) == ([pilot, shown, elsewhere], [elsewhere, shown, pilot])
    assert (found(lacking="nothing"), found(lacking="acceptance"), found(stage="demonstration")) == ([pilot], [elsewhere], [shown])
    assert (found(lacking="title", q="示范"), found(kind="real")) == ([shown], [])
    assert found(authority=people.authority_body.pk) == [shown, pilot]
    for query in ({}, {"lacking": "acceptance"}, {"authority": people.authority_body.pk}):
        summed = officer.get(reverse(PAGE), query).context["sums"]
        led = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th>', summed.lines)
        assert [name for _, name in led][-1] == "虚构城区合计"
        counted = re.findall(r'<a href="([^"]+)">([0-9]+)</a>', summed.lines)
        assert (len(led), len(counted) >= 5) == (2 if "authority" in query else 3, True)
        for href, number in counted:
            assert len(found(**dict(parse_qsl(unescape(href)[1:])))) == int(number), href
    assert NEEDLESS in officer.get(reverse(PAGE), {"stage": "demonstration"}).content.decode()


def test_the_workbook_has_the_rows_and_words_of_the_page(officer, pilot):
    make_district(name="演示外城（虚构）", stage=Stage.PILOT, titled_on=SINCE)
    answer = officer.get(reverse("portal:takeover_export"), {"q": "旧城"})
    [row] = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)[3:]
    [line] = officer.get(reverse(PAGE), {"q": "旧城"}).context["page"].object_list
    assert (row[1], row[2], row[3]) == (pilot.name, line.bodies[0].name, "试点")
    told = ["；".join(gap.told for gap in line.of(need).gaps) or WHOLE for need in Need]
    assert (list(row[4:8]), row[8]) == (told, line.number)
    page = strip_tags(officer.get(reverse(PAGE), {"q": "旧城"}).content.decode())
    assert [gap.words for gap in line.gaps if f"{gap.words} {gap.mender.label}" not in page] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_district_and_for_three(officer, people, rows, kept_queries):
    for number in range(rows):
        made = old_pilot(people, f"演示城{number}（虚构）")
        Title.objects.create(district=made, kind="pilot", historic=True, granted_on=SINCE, policy="沪府办规〔2018〕24号")
        record_checks(people, made)
        record_stage(people, made)
    officer.get(reverse(PAGE))
    for name in (PAGE, "portal:takeover_export"):
        with kept_queries(name):
            assert officer.get(reverse(name)).status_code == 200


def test_keepers_read_the_numbers_alone(people, pilot):
    def line():
        found = next(one for one in check_lines(clock.now()) if one.item == "takeover")
        on_desk = [one.state for one in open_lines(Viewer(people.system_keeper))[1] if one.item == "takeover"]
        assert on_desk == ([found.state] if found.is_open else [])
        return found

    assert (line().state, line().words) == (MISSING, "没有试点和示范城区"), "real ones alone count"
    District.objects.update(is_demo=False)
    assert (line().state, line().link) == (OPEN, "")
    assert "1个试点和示范城区，1个有缺项：入库登记1个、年度自查1个、阶段评估1个、终期验收1个" in line().words
    MENDS[Missing.BASELINE](people, pilot)
    assert "终期验收" not in line().words
    for missing in set(MENDS) - {Missing.BASELINE}:
        MENDS[missing](people, pilot)
    Edition.objects.update(official=True)
    assert line().state == DONE


def test_a_desk_looks_at_every_district_until_one_lacks_something(people, pilot, monkeypatch):
    monkeypatch.setattr(selectors, "PORTION", 1)
    for mend in MENDS.values():
        mend(people, pilot)
    Edition.objects.update(official=True)
    assert not lacks_records(titled(District.objects.all()), clock.today())
    old_pilot(people, "演示又一旧城（虚构）")
    assert lacks_records(titled(District.objects.all()), clock.today())
