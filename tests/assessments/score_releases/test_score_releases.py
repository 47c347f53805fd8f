"""A decided score is public from its release until it is withdrawn, as it was frozen, and nothing else of the table."""

import json
import re
import time
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.score_releases import services
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import listed, scores_released, scores_visible_to
from assessments.tables.models import ScoreTable, TableVersion
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import NotAllowed, Refused
from indicators.editions.models import Edition
from portal.open_data import versions
from portal.open_data.datasets import SCORES
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import filed_self_check, received_self_check

pytestmark = pytest.mark.django_db
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
    return client.get(reverse("portal:public_district", args=[district.code])).content.decode()


def test_nothing_is_public_before_the_release(client, check, version):
    assert records(client) == []
    page = public_page(client, check.district)
    assert "各章得分" not in page
    assert version.content["result"]["total"] not in page


def test_the_public_reads_these_fields_and_no_others(client, people, check, version):
    row = released(version, people, NOTE)
    [record] = records(client)
    result, district = version.content["result"], check.district
    chapters = record.pop("chapters")
    assert record == {
        "id": row.pk, "district": district.code, "name": district.name, "year": check.year, "procedure": "年度自查", "nature": "自评",
        "stage": check.table.get_stage_display(), "total": result["total"], "edition": "GD-REF-2024",
        "edition_title": check.table.edition.title, "reference": True, "note": NOTE,
        "released_on": row.released_at.date().isoformat(), "is_demo": True,
    }  # fmt: skip
    assert [part.rpartition(" ")[2] for part in chapters.split("；")] == [
        one["obtained" if one["key"] == "innovation" else "score"] for one in result["chapters"]
    ]
    assert chapters.count("（加分）") == 1
    page = public_page(client, district)
    people_named = [user.name for user in (people.city_officer, people.preparer, people.reviewer)]
    secrets = (BASIS, check.number, "按实测折算", *people_named)
    assert not [words for words in secrets if words in page]
    assert not [words for words in secrets if words in json.dumps(records(client), ensure_ascii=False)]


def test_a_released_score_is_that_of_every_page(client, people, check, version):
    """Frozen version, staff list, release page, tab of the district, public page, open data: one figure."""
    released(version, people)
    total = version.content["result"]["total"]
    assert [record["total"] for record in records(client)] == [total]
    assert total in public_page(client, check.district)
    client.force_login(people.city_officer)
    addresses = (
        reverse("assessments:table_version", args=[check.table_id, version.number]),
        reverse("assessments:score_release_list"),
        reverse("assessments:score_release", args=[check.table_id]),
        f"{reverse('districts:district_detail', args=[check.district.code])}?tab=assessments",
        reverse("assessments:selfcheck_list"),
    )
    for address in addresses:
        page = client.get(address).content.decode()
        assert total in page, address
        assert MARK in page, address


def test_the_score_stays_as_frozen_whatever_the_table_says_later(client, people, check, version):
    released(version, people)
    ScoreTable.objects.filter(pk=check.table_id).update(result={"total": "99.99"})
    assert [record["total"] for record in records(client)] == [version.content["result"]["total"]]


def test_an_unofficial_edition_is_marked_wherever_the_score_stands_and_an_official_one_is_not(officer, people, check, version):
    released(version, people)
    page = officer.get(reverse("assessments:score_release", args=[check.table_id])).content.decode()
    shown = re.search(r"<dt>总分</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    assert MARK in shown[1]
    total = re.escape(version.content["result"]["total"])
    cell = re.search(rf'<td class="gd-num"[^>]*>\s*{total}(.*?)</td>', public_page(officer, check.district), re.DOTALL)
    assert MARK in cell[1]
    content = version.content
    content["edition"]["official"] = True
    TableVersion.objects.filter(pk=version.pk).update(content=content)
    Edition.objects.filter(pk=check.table.edition_id).update(official=True)
    assert [record["reference"] for record in records(officer)] == [False]
    section = public_page(officer, check.district).partition('id="scores-title"')[2].partition("</section>")[0]
    assert "自评" in section
    assert MARK not in section


def test_a_withdrawn_score_is_gone_and_its_record_stays(officer, people, check, version):
    address = reverse("assessments:score_release", args=[check.table_id])
    typed = officer.post(address, {"basis": " ", "note": NOTE})
    assert typed.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert NOTE in typed.content.decode()  # nothing typed is lost
    assert officer.post(address, {"basis": BASIS}).status_code == HTTPStatus.FOUND
    assert officer.post(address, {"basis": BASIS}).status_code == HTTPStatus.CONFLICT
    versions.keep_versions()
    withdraw = reverse("assessments:score_release_withdraw", args=[check.table_id])
    assert officer.post(withdraw, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert officer.post(withdraw, {"withdrawal": "数据有误（虚构）"}).status_code == HTTPStatus.FOUND
    assert officer.post(withdraw, {"withdrawal": "再撤一次（虚构）"}).status_code == HTTPStatus.CONFLICT
    page = officer.get(address).content.decode()
    assert all(words in page for words in (BASIS, "数据有误（虚构）", "未公开"))
    kept = ScoreRelease.objects.get()
    assert (kept.released_by, kept.withdrawn_by, kept.withdrawal) == (people.city_officer, people.city_officer, "数据有误（虚构）")
    found = AuditRecord.objects.filter(action__startswith="score.").order_by("pk")
    assert list(found.values_list("action", flat=True)) == ["score.release", "score.withdraw_release"]
    assert (found[0].data["total"], found[0].data["digest"]) == (version.content["result"]["total"], version.digest)
    assert records(officer) == []
    assert "各章得分" not in public_page(officer, check.district)
    old = officer.get(reverse("portal:open_version_file", args=["scores", 1, "json"]))
    assert (old.status_code, version.content["result"]["total"] in old.content.decode()) == (HTTPStatus.GONE, False)
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


def test_what_is_not_decided_is_not_released(officer, people, check, version):
    with pytest.raises(NotAllowed):
        services.release(version=version, basis=BASIS, by=people.city_director)
    with pytest.raises(NotAllowed):
        services.withdraw(version=version, reason="试（虚构）", by=people.authority)
    with pytest.raises(Refused, match="依据"):
        services.release(version=version, basis=" ", by=people.city_officer)
    with pytest.raises(Refused, match="没有公开"):
        services.withdraw(version=version, reason="试（虚构）", by=people.city_officer)
    filed = filed_self_check(
        people, district=make_district(people, name="演示待接收（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION), building=False
    )
    waiting = TableVersion.objects.get(table=filed.table)
    with pytest.raises(Refused, match="尚未办结"):
        services.release(version=waiting, basis=BASIS, by=people.city_officer)
    assert officer.get(reverse("assessments:score_release", args=[filed.table_id])).status_code == HTTPStatus.NOT_FOUND


def test_a_district_that_is_not_public_has_no_public_score(client, people, check, version):
    released(version, people)
    District.objects.filter(pk=check.district_id).update(stage=Stage.CANDIDATE, sources=[], guideline_area=False)
    assert records(client) == []
    services.withdraw(version=version, reason="名录变动（虚构）", by=people.city_officer)
    with pytest.raises(Refused, match="公开名录"):
        released(version, people)


def test_a_score_that_could_not_be_computed_is_listed_and_refused(officer, people, check, version):
    content = version.content
    content["result"] = None
    TableVersion.objects.filter(pk=version.pk).update(content=content)
    with pytest.raises(Refused, match="没有得分"):
        released(version, people)
    page = officer.get(reverse("assessments:score_release", args=[check.table_id])).content.decode()
    assert ("办结时没有得分" in page, "向公众公开</button>" in page) == (True, False)


def test_the_list_finds_by_district_procedure_and_state(officer, people, check, version):
    address = reverse("assessments:score_release_list")

    def found(query):
        return [line.version.pk for line in officer.get(f"{address}?{query}").context["lines"]]

    assert found("state=open") == found("q=defen") == found("purpose=self_check") == found("world=demo") == [version.pk]
    assert found("state=live") == found("purpose=acceptance") == found("q=meiyou") == found("world=real") == []
    released(version, people)
    assert (found("state=open"), found("state=live")) == ([], [version.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same(people, version, kept_queries, count):
    released(version, people)
    for number in range(count - 1):
        district = make_district(people, name=f"演示公开{number}（虚构）", key_areas=["五个新城"], stage=Stage.DEMONSTRATION)
        other = received_self_check(people, district=district, building=False)
        released(TableVersion.objects.get(table=other.table, counts=True), people)
    with kept_queries():
        assert len(list(SCORES.rows({}))) == count
    officer = people.city_officer
    seen = scores_visible_to(officer)
    with kept_queries():
        assert len(listed(seen)) == count
    with kept_queries():
        assert len(scores_released(District.objects.all())) == count
