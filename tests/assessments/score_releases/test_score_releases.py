"""A decided score is public from its release until it is withdrawn, as it was frozen, and nothing else of the table."""

import json
import re
import time
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import resolve, reverse

from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from assessments.reviews.models import Review
from assessments.score_releases import services
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import listed, scores_released, scores_visible_to
from assessments.tables.models import ScoreTable, TableVersion
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from indicators.editions.models import Edition
from portal.open_data import versions
from portal.open_data.datasets import SCORES
from scripts.crawl import Page
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.acceptance import Accepting
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import filed_self_check, received_self_check
from tests.factories.stages import StageScene
from tests.refusing import refuses

AREA = pytest.mark.area("assessments", "approvals/publicity", "reports")
BASIS = "演示公开决定（虚构）"
NOTE = "自评得分，未经核实（虚构）"
MARK = "参考版"


def make_world():
    """People, and a demonstration district with a self-check that the city received."""
    people = cast()
    district = make_district(people, name="演示得分城区（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
    return people, received_self_check(people, district=district, building=False)


made = once(make_world)
world = copy_of("made")


@pytest.fixture
def people(world):
    return world[0]


@pytest.fixture
def check(world):
    return world[1]


@pytest.fixture
def version(check):
    return TableVersion.objects.get(table=check.table, counts=True)


def released(version, people, note=""):
    return services.release(version=version, basis=BASIS, note=note, by=people.city_officer)


def records(client):
    client.logout()
    return json.loads(client.get(reverse("portal:open_data_file", args=["scores", "json"])).content)["records"]


def public_page(client, district):
    client.logout()
    return text_of(client.get(reverse("portal:public_district", args=[district.code])))


def test_the_public_reads_these_fields_and_no_others(client, people, check, version):
    result, district = version.content["result"], check.district
    page = public_page(client, district)
    assert (records(client), "各章得分" in page, result["total"] in page) == ([], False, False)
    row = released(version, people, NOTE)
    ScoreTable.objects.filter(pk=check.table_id).update(result={"total": "99.99"})  # it stays as frozen whatever the table says later
    [record] = records(client)
    chapters = record.pop("chapters")
    assert record == {
        "id": row.pk, "district": district.code, "name": district.name, "year": check.year, "procedure": "年度自查", "nature": "自评",
        "stage": check.table.get_stage_display(), "total": result["total"], "edition": "GD-REF-2024",
        "edition_title": check.table.edition.title, "reference": True, "note": NOTE,
        "released_on": row.released_at.date().isoformat(), "is_demo": True,
    }  # fmt: skip
    scores = [one["obtained" if one["key"] == "innovation" else "score"] for one in result["chapters"]]
    assert ([part.rpartition(" ")[2] for part in chapters.split("；")], chapters.count("（加分）")) == (scores, 1)
    secrets = (BASIS, check.number, "按实测折算", *(user.name for user in (people.city_officer, people.preparer, people.reviewer)))
    shown = public_page(client, district) + json.dumps(records(client), ensure_ascii=False)
    assert not [words for words in secrets if words in shown]


def test_a_released_score_is_that_of_every_page(client, people, check, version):
    """Frozen version, staff list, release page, tab of the district, public page, open data: one figure."""
    released(version, people)
    total = version.content["result"]["total"]
    assert [record["total"] for record in records(client)] == [total]
    assert total in public_page(client, check.district)
    client.force_login(people.city_officer)
    staff = (("table_version", check.table, version.number), ("score_release_list",), ("score_release", check.table), ("selfcheck_list",))
    district = reverse("districts:district_detail", args=[check.district.code], query={"tab": "assessments"})
    for address in (*(url(*one) for one in staff), district):
        assert lacking(client.get(address), total, MARK) == (200, []), address


def test_an_unofficial_edition_is_marked_wherever_the_score_stands_and_an_official_one_is_not(officer, people, check, version):
    released(version, people)
    page, total = text_of(officer.get(url("score_release", check.table))), re.escape(version.content["result"]["total"])
    assert MARK in re.search(r"<dt>总分</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)[1]
    assert MARK in re.search(rf'<td class="gd-num"[^>]*>\s*{total}(.*?)</td>', public_page(officer, check.district), re.DOTALL)[1]
    version.content["edition"]["official"] = True
    TableVersion.objects.filter(pk=version.pk).update(content=version.content)
    Edition.objects.filter(pk=check.table.edition_id).update(official=True)
    assert [record["reference"] for record in records(officer)] == [False]
    section = public_page(officer, check.district).partition('id="scores-title"')[2].partition("</section>")[0]
    assert ("自评" in section, MARK in section) == (True, False)


# 二星级及以上, 公共建筑三星级 are grades of buildings in clauses, 一星级门槛 the label of a field of a standard.
STARS = re.compile(r"(?<!建筑)[一二三]星级(?!及|以|门槛)")
ROOMS = {"approvals", "assessments", "districts", "indicators", "portal", "reports"}


@AREA
def test_no_page_shows_a_score_or_star_without_its_mark(client, people, check, version):
    """A page of each route and tab that links lead the city and the district to: 参考版 or 推定 beside points, 推定 beside stars."""
    released(version, people)
    total, seen, bare, marked = version.content["result"]["total"], set(), set(), 0
    for seat in ("city_officer", "preparer"):
        client.force_login(getattr(people, seat))
        todo = ["/desk/", reverse("portal:public_district", args=[check.district.code])]
        for link in todo:
            name = resolve(urlsplit(link).path).view_name
            place = name, seat * bool(re.search("assessments|workdesk|district_detail", name)), *re.findall("tab=[a-z]+", link)
            if place in seen or name.partition(":")[0] not in ROOMS or re.search("export|guide|open_|word|yaml|workbook", name):
                continue
            seen.add(place)
            answer = client.get(link)
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                page = answer.content.decode()
                todo += [one for one in Page(page).links if one.startswith("/") and not one.startswith("/static/")]
                main = re.sub("<select.*?</select>", "", page[page.find("<main") :].partition("</main>")[0], flags=re.DOTALL)
                star, points = STARS.search(main), total in main
                marked += bool(star or points)
                if "推定" not in main and (star or (points and MARK not in main)):
                    bare.add(name)
    assert (bare, marked >= 25) == (set(), True), marked


def test_a_withdrawn_score_is_gone_and_its_record_stays(officer, people, check, version):
    address, total, reason = url("score_release", check.table), version.content["result"]["total"], "数据有误（虚构）"
    assert lacking(officer.post(address, {"basis": " ", "note": NOTE}), NOTE) == (422, [])  # nothing typed is lost
    asked = officer.post(address, {"basis": BASIS})  # the first press tells what the public will read, and changes nothing
    assert (asked.status_code, "以后只能撤回" in asked.content.decode(), ScoreRelease.objects.count()) == (200, True, 0)
    assert [officer.post(address, {"basis": BASIS, "confirmed": "yes"}).status_code for _ in range(2)] == [302, 409]
    versions.keep_versions()
    withdraw = url("score_release_withdraw", check.table)
    assert [officer.post(withdraw, typed).status_code for typed in ({}, *[{"withdrawal": reason}] * 2)] == [422, 302, 409]
    assert lacking(officer.get(address), BASIS, reason, "未公开") == (200, [])
    kept = ScoreRelease.objects.get()
    assert (kept.released_by, kept.withdrawn_by, kept.withdrawal) == (people.city_officer, people.city_officer, reason)
    found = AuditRecord.objects.filter(action__startswith="score.").order_by("pk")
    assert [one.action for one in found] == ["score.release", "score.withdraw_release"]
    assert (found[0].data["total"], found[0].data["digest"]) == (total, version.digest)
    assert (records(officer), "各章得分" in public_page(officer, check.district)) == ([], False)
    old = officer.get(reverse("portal:open_version_file", args=["scores", 1, "json"]))
    assert lacking(old, total) == (410, [total])
    again = released(version, people)
    assert [record["id"] for record in records(officer)] == [again.pk] != [kept.pk]


def test_what_is_withdrawn_is_gone_once_the_time_of_the_cache_is_over(client, people, check, version, settings):
    settings.PUBLIC_CACHE_SECONDS = 1
    cache.clear()
    released(version, people)
    total = version.content["result"]["total"]
    assert total in public_page(client, check.district)
    services.withdraw(version=version, reason="数据有误（虚构）", by=people.city_officer)
    time.sleep(1.2)
    assert total not in public_page(client, check.district)
    cache.clear()


def test_one_release_of_a_version_at_a_time_in_the_database_too(people, version):
    row = released(version, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreRelease.objects.create(
            district=row.district, year=row.year, version=version, basis=BASIS, released_at=row.released_at, released_by=row.released_by
        )


def test_what_is_not_decided_is_not_released(officer, people, version):
    def refused(error, do, match=None, **given):
        with pytest.raises(error, match=match):
            do(**{"version": version, "by": people.city_officer, **given})

    refused(NotAllowed, services.release, basis=BASIS, by=people.city_director)
    refused(NotAllowed, services.withdraw, reason="试（虚构）", by=people.authority)
    refused(Refused, services.release, "依据", basis=" ")
    refused(Refused, services.withdraw, "没有公开", reason="试（虚构）")
    district = make_district(people, name="演示待接收（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
    filed = filed_self_check(people, district=district, building=False)
    refused(Refused, services.release, "尚未办结", version=TableVersion.objects.get(table=filed.table), basis=BASIS)
    assert officer.get(url("score_release", filed.table)).status_code == 404


def test_the_city_and_the_districts_own_people_read_the_record(people, version):
    readers = {seat for seat, user in people.everybody.items() if scores_visible_to(Viewer(user)).filter(pk=version.pk).exists()}
    assert readers == {"city_officer", "city_checker", "city_director", "city_legal", "preparer", "reviewer", "authority"}


def test_a_district_that_is_not_public_has_no_public_score(client, people, check, version):
    released(version, people)
    District.objects.filter(pk=check.district_id).update(stage=Stage.CANDIDATE, sources=[], guideline_area=False)
    assert records(client) == []
    services.withdraw(version=version, reason="名录变动（虚构）", by=people.city_officer)
    refuses("公开名录", released, version, people)


def test_a_score_that_could_not_be_computed_is_listed_and_refused(officer, people, check, version):
    version.content["result"] = None
    TableVersion.objects.filter(pk=version.pk).update(content=version.content)
    refuses("没有得分", released, version, people)
    button = "向公众公开</button>"
    assert lacking(officer.get(url("score_release", check.table)), "办结时没有得分", button) == (200, [button])


def test_the_list_finds_by_district_procedure_and_state(officer, people, version):
    def found(**query):
        return f'href="{url("score_release", version.table)}"' in text_of(officer.get(url("score_release_list", **query)))

    assert all([found(state="open"), found(q="defen"), found(purpose="self_check"), found(world="demo")])
    assert not any([found(state="live"), found(purpose="acceptance"), found(q="meiyou"), found(world="real")])
    released(version, people)
    assert (found(state="open"), found(state="live")) == (False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same(people, version, kept_queries, count):
    released(version, people)
    for number in range(count - 1):
        district = make_district(people, name=f"演示公开{number}（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
        other = received_self_check(people, district=district, building=False)
        released(TableVersion.objects.get(table=other.table, counts=True), people)
    seen = scores_visible_to(Viewer(people.city_officer))
    for rows in (lambda: SCORES.rows({}), lambda: listed(seen), lambda: scores_released(District.objects.all())):
        with kept_queries():
            assert len(list(rows())) == count


pytestmark = pytest.mark.django_db
BASIS = "演示公开决定（虚构）"


def counted(table):
    return TableVersion.objects.get(table=table, counts=True)


@AREA
def test_a_stage_assessment_is_released_once_it_is_concluded_with_what_the_panel_settled(client, people):
    scene = StageScene(people).to_deciding(conclusion="failed")
    version, officer = counted(scene.table), people.city_officer
    assert not scores_visible_to(Viewer(officer)).filter(table=scene.table).exists()
    refuses("尚未办结", services.release, version=version, basis=BASIS, by=officer)
    scene.take("disqualify", people.city_director)
    services.release(version=version, basis=BASIS, by=officer)
    [record] = records(client)
    scene.review.refresh_from_db()
    assert (record["year"], record["procedure"], record["nature"]) == (2026, "阶段评估", "专家评定（建设期）")
    assert Decimal(record["total"]) == Decimal(scene.review.result["total"])
    page = public_page(client, scene.stage.district)
    # the conclusion is no part of what was released
    assert [words in page for words in ("2026年度阶段评估", record["total"], MARK, "不合格")] == [True, True, True, False]
    for user, leads in ((officer, True), (people.secretariat, False)):
        client.force_login(user)
        assert (url("score_release", scene.table) in text_of(client.get(url("stage", scene.stage)))) is leads


@AREA
@pytest.mark.parametrize(
    ("walk", "procedure", "stage"),
    [
        (lambda people: Filing(people).to_announced(), "试点申报", "规划设计"),
        (lambda people: Accepting(people).to_decided().announce(), "终期验收", "实施运管"),
    ],
)
def test_an_announced_case_is_released_with_what_its_panel_settled_while_its_announcement_stands(client, people, walk, procedure, stage):
    case, officer = walk(people).case, people.city_officer
    version = counted(case.table)
    refuses("没有得分", services.release, version=version, basis=BASIS, by=officer)
    # The panel of the factory's short way judged nothing clause by clause: it came to this total, apart from what was claimed.
    Review.objects.filter(pk=case.review_id).update(result={**version.content["result"], "total": "61.50"})
    services.release(version=version, basis=BASIS, by=officer)
    [record] = records(client)
    told = (record["year"], record["procedure"], record["stage"], record["nature"], record["total"])
    assert told == (Announcement.objects.get().announced_on.year, procedure, stage, "专家评定", "61.50")
    page = url("score_release", case.table)
    client.force_login(officer)
    assert page in text_of(client.get(reverse("approvals:case", args=[case.pk])))
    Announcement.objects.update(status=AnnouncementState.WITHDRAWN)
    assert (records(client), "各章得分" in public_page(client, case.district)) == ([], False)
    client.force_login(officer)
    [line] = listed(scores_visible_to(Viewer(officer)).filter(table=case.table))
    assert (line.is_shown, line.live is not None) == (False, True)
    assert "公告已经撤回，公众看不到" in text_of(client.get(page))
    assert "决定已撤回，不显示" in text_of(client.get(url("score_release_list")))
    services.withdraw(version=version, reason="公告撤回（虚构）", by=officer)
    refuses("决定已经撤回", services.release, version=version, basis=BASIS, by=officer)
    assert "公告撤回（虚构）" in text_of(client.get(page))  # the record stays


def test_a_case_that_is_decided_and_not_announced_is_not_listed(people):
    table = Accepting(people).to_decided().case.table
    refuses("尚未办结", services.release, version=TableVersion.objects.get(table=table), basis=BASIS, by=people.city_officer)
    assert not scores_visible_to(Viewer(people.city_officer)).filter(table=table).exists()
