"""The titles of the real districts equal the file they come from."""

import csv
import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from approvals.publicity.letters import batch_letter
from approvals.publicity.selectors import announcements_public
from approvals.titles.models.publicity import Announcement, Title
from districts.file import reference
from districts.file.models.district import District
from greendistrict.workflow.models import TransitionRecord
from tests.factories.districts import make_district
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
OLD = "沪府办规〔2018〕24号"


@pytest.fixture
def loaded():
    reference.load()
    call_command("load_titles")


def rows():
    with (reference.DATA / "real_districts.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"].translate(reference.BRACKETS): row for row in csv.DictReader(file)}


def test_every_known_title_is_there_and_nothing_else(loaded):
    expected = {name: row for name, row in rows().items() if row["status"] in {"试点", "示范"}}
    stored = {title.district.name: title for title in Title.objects.filter(end="").select_related("district", "announcement")}
    assert stored.keys() == expected.keys()
    assert len(stored) == 12
    for name, row in expected.items():
        title, day = stored[name], row["announced_on"]
        assert (title.get_kind_display(), title.get_star_display() or "") == (row["status"], f"{row['star']}级" if row["star"] else "")
        assert (title.granted_on.isoformat() if title.granted_on else "", title.source, title.historic) == (day, row["source_url"], True)
        assert title.policy == ("沪住建规范联〔2023〕13号" if day >= "2023-10-01" else OLD)
        assert title.certainty == ("inferred" if "status inferred" in row["fact_certainty"] else "sourced")


def test_the_announcement_of_june_2024_is_one_batch(loaded):
    batch = Announcement.objects.get()
    assert (str(batch), batch.announced_on, batch.status, batch.historic) == ("2024年第五批", dt.date(2024, 6, 11), "published", True)
    assert {title.district.name for title in batch.titles.all()} == {"前滩国际商务区", "西岸传媒港和西岸智慧谷", "黄浦董家渡"}
    assert (batch.number, list(announcements_public())) == ("", [batch])
    assert batch.title == "关于上海市2024年第五批绿色生态城区项目的公告"


def test_the_letter_of_an_announcement_from_before_has_its_words_and_titles_and_says_that_it_is_no_original(loaded, client):
    batch = Announcement.objects.get()
    letter = batch_letter(batch)
    assert "〔2023〕13号" in letter.paragraphs[0]
    assert "沪建建材〔2019〕39号" in letter.paragraphs[0]
    assert letter.paragraphs[0].endswith("已达到三星级绿色生态城区终期验收要求。")
    assert {line[1] for line in letter.lines} == {title.district.name for title in batch.titles.all()}
    assert (letter.by, letter.marks, letter.is_sealed) == ("上海市住房和城乡建设管理委员会", ("历史补录，不是原件",), False)
    page = client.get(reverse("approvals:announcement", args=[batch.pk])).content.decode()
    assert all(text in page for text in letter.paragraphs)
    batch.text = ""
    assert batch_letter(batch).paragraphs == ("公告的文字没有收到，名单按出处登记。",)
    assert "决定授予" not in "".join(batch_letter(batch).paragraphs)


def test_the_district_carries_copies_and_the_log_a_record(loaded):
    qiantan = District.objects.get(name="前滩国际商务区")
    held = ("demonstration", 3, dt.date(2024, 6, 11), "2024年第五批")
    assert (qiantan.stage, qiantan.star, qiantan.titled_on, qiantan.title_batch) == held
    taopu = District.objects.get(name="桃浦智创城")
    assert (taopu.stage, taopu.star, taopu.titled_on, taopu.titled_on_certainty) == ("pilot", 3, dt.date(2019, 5, 22), "inferred")
    unknown = District.objects.get(name="北外滩地区")
    assert (unknown.stage, unknown.star, unknown.titled_on, unknown.title_batch) == ("pilot", None, None, "2022年（批次未查明）")
    assert TransitionRecord.objects.filter(machine="district", action__startswith="record_").count() == 12


def test_a_second_run_changes_nothing(loaded):
    before = list(Title.objects.order_by("pk").values())
    call_command("load_titles")
    assert list(Title.objects.order_by("pk").values()) == before
    assert Title.objects.filter(end="").count() == 12


def test_no_title_is_said_to_stand_that_no_source_says_so_of(loaded):
    current = {title.district.code: title for title in Title.objects.filter(end="").select_related("district")}
    assert {title.state_word for title in current.values() if title.kind == "pilot"} == {"现状未查明"}
    assert {code for code, title in current.items() if title.state_word == "有效"} == {"qiantan", "xian-chuanmeigang", "dongjiadu"}
    announced = {title.announcement_id for title in Title.objects.filter(policy_certainty="sourced")}
    assert announced == {Announcement.objects.get().pk}, "whose announcement names the policy"
    assert current["beiwaitan"].reported_time == "2022年（批次未查明）"


def test_the_pilot_of_2019_stands_among_the_titles_of_a_demonstration(loaded, client):
    pilot = Title.objects.get(district__code="qiantan", kind="pilot")
    assert (pilot.granted_on, pilot.end, pilot.ended_on, pilot.certainty) == (None, "superseded", dt.date(2024, 6, 11), "sourced")
    for code, shown in {"qiantan": ("2019年（批次和公告日未查明）", "已转为示范"), "taopu": ("现状未查明", "之后进展")}.items():
        page = client.get(reverse("portal:public_district", args=[code])).content.decode()
        assert [words for words in shown if words not in page] == [], code


def test_a_day_is_as_certain_as_its_title_unless_told_otherwise(people):
    assert give_title(make_district(people), granted_on=dt.date(2024, 9, 1)).date_certainty == "sourced"
    assert give_title(make_district(people, name="演示无日城（虚构）"), granted_on=None).date_certainty == "unknown"


def test_days_stored_without_a_certainty_take_that_of_their_title_and_none_is_stored_again(people):
    """Titles of before: a day with 未查明, of a title that is inferred or itself unknown; and 有出处 without a day."""
    districts = [make_district(people, name=f"演示旧{number}城（虚构）") for number in range(4)]
    days = [dt.date(2024, 3, 1), dt.date(2024, 9, 1), dt.date(2024, 9, 2), None]
    held = [give_title(district, granted_on=day).pk for district, day in zip(districts, days, strict=True)]
    connection.check_constraints()
    call_command("migrate", "approvals", "0026", verbosity=0)
    call_command("migrate", "districts", "0022", verbosity=0)
    for pk, district, certainty in zip(held, districts, ("sourced", "inferred", "unknown", "sourced"), strict=True):
        Title.objects.filter(pk=pk).update(certainty=certainty, date_certainty="unknown" if pk != held[3] else "sourced")
        District.objects.filter(pk=district.pk).update(status_certainty=certainty, titled_on_certainty="unknown")
    for app, name in (("approvals", "0027"), ("districts", "0023")):  # each is a transaction of its own outside tests
        call_command("migrate", app, name, verbosity=0)
    connection.check_constraints()
    for app in ("approvals", "districts"):
        call_command("migrate", app, verbosity=0)
    assert list(Title.objects.order_by("pk").values_list("date_certainty", flat=True)) == ["sourced", "inferred", "inferred", "unknown"]
    copied = District.objects.filter(pk__in=[one.pk for one in districts]).order_by("pk").values_list("titled_on_certainty", flat=True)
    assert list(copied) == ["sourced", "inferred", "inferred", "unknown"]
    for rows, field in (
        (Title.objects.filter(pk=held[0]), "date_certainty"),
        (District.objects.filter(pk=districts[0].pk), "titled_on_certainty"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{field: "unknown"})
