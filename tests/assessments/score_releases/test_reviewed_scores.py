"""Scores that a panel settled: of a concluded stage assessment, of announced applications and acceptances while the announcement stands."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.titles.enums import AnnouncementState
from approvals.titles.models.publicity import Announcement
from assessments.reviews.models.review import Review
from assessments.score_releases import services
from assessments.score_releases.selectors import listed, scores_visible_to
from assessments.tables.models import TableVersion
from greendistrict.core.errors import Refused
from tests.factories.acceptance import Accepting
from tests.factories.approvals import Filing
from tests.factories.stages import StageScene

pytestmark = pytest.mark.django_db
BASIS = "演示公开决定（虚构）"


def records(client):
    client.logout()
    return json.loads(client.get(reverse("portal:open_data_file", args=["scores", "json"])).content)["records"]


def counted(table):
    return TableVersion.objects.get(table=table, counts=True)


def settled(case, total):
    """The panel of the factory's short way judged nothing clause by clause: it came to this total, apart from what was claimed."""
    Review.objects.filter(pk=case.review_id).update(result={**counted(case.table).content["result"], "total": total})


def test_a_stage_assessment_is_released_once_it_is_concluded_with_what_the_panel_settled(client):
    scene = StageScene().to_deciding(conclusion="failed")
    people, version = scene.people, counted(scene.table)
    assert not scores_visible_to(people.city_officer).exists()
    with pytest.raises(Refused, match="尚未办结"):
        services.release(version=version, basis=BASIS, by=people.city_officer)
    scene.take("disqualify", people.city_director)
    services.release(version=version, basis=BASIS, by=people.city_officer)
    [record] = records(client)
    scene.review.refresh_from_db()
    assert (record["year"], record["procedure"], record["nature"]) == (2026, "阶段评估", "专家评定（建设期）")
    assert Decimal(record["total"]) == Decimal(scene.review.result["total"])
    page = client.get(reverse("portal:public_district", args=[scene.stage.district.code])).content.decode()
    assert all(words in page for words in ("2026年度阶段评估", record["total"], "参考版"))
    assert "不合格" not in page  # the conclusion is no part of what was released
    for user, leads in ((people.city_officer, True), (people.secretariat, False)):
        client.force_login(user)
        stage = client.get(reverse("assessments:stage", args=[scene.stage.pk])).content.decode()
        assert (reverse("assessments:score_release", args=[scene.table.pk]) in stage) is leads


@pytest.mark.parametrize(("walk", "procedure", "stage"), [
    (lambda: Filing().to_announced(), "试点申报", "规划设计"), (lambda: Accepting().to_decided().announce(), "终期验收", "实施运管"),
])  # fmt: skip
def test_an_announced_case_is_released_with_what_its_panel_settled_while_its_announcement_stands(client, walk, procedure, stage):
    done = walk()
    people, case = done.people, done.case
    version, officer = counted(case.table), people.city_officer
    with pytest.raises(Refused, match="没有得分"):
        services.release(version=version, basis=BASIS, by=officer)
    settled(case, "61.50")
    services.release(version=version, basis=BASIS, by=officer)
    batch = Announcement.objects.get()
    [record] = records(client)
    told = (record["year"], record["procedure"], record["stage"], record["nature"], record["total"])
    assert told == (batch.announced_on.year, procedure, stage, "专家评定", "61.50")
    client.force_login(officer)
    page = reverse("assessments:score_release", args=[case.table_id])
    assert page in client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    Announcement.objects.update(status=AnnouncementState.WITHDRAWN)
    assert records(client) == []
    assert "各章得分" not in client.get(reverse("portal:public_district", args=[case.district.code])).content.decode()
    client.force_login(officer)
    [line] = listed(scores_visible_to(officer))
    assert (line.is_shown, line.live is not None) == (False, True)
    shown = client.get(page).content.decode()
    assert "公告已经撤回，公众看不到" in shown
    assert "决定已撤回，不显示" in client.get(reverse("assessments:score_release_list")).content.decode()
    services.withdraw(version=version, reason="公告撤回（虚构）", by=officer)
    with pytest.raises(Refused, match="决定已经撤回"):
        services.release(version=version, basis=BASIS, by=officer)
    assert "公告撤回（虚构）" in client.get(page).content.decode()  # the record stays


def test_a_case_that_is_decided_and_not_announced_is_not_listed():
    done = Accepting().to_decided()
    settled_version = TableVersion.objects.filter(table=done.case.table).get()
    with pytest.raises(Refused, match="尚未办结"):
        services.release(version=settled_version, basis=BASIS, by=done.people.city_officer)
    assert not scores_visible_to(done.people.city_officer).exists()
