"""The life of a district as a line: what was announced and released, its papers beside it, to today; nothing that is not public."""

import datetime as dt

import pytest
from defusedxml.ElementTree import fromstring
from django.urls import reverse
from lxml.html import document_fromstring

from approvals.cases.models.correspondence import Notice
from approvals.titles.models.publicity import Announcement, Title
from districts.common.enums import Certainty, Stage
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.life_chart import LifeMark, LifeSpan, life
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.factories.districts import make_district

TODAY = dt.date(2026, 11, 30)


def told(svg, css):
    """Tooltips of the shapes of a class."""
    shapes = [node for node in fromstring(str(svg)).iter() if node.get("class") == css]
    return ["".join(node.itertext()) for node in shapes]


def test_the_line_runs_to_today_and_says_what_is_not_known_of_an_end():
    spans = [
        LifeSpan("称号", "试点", dt.date(2020, 5, 1), dt.date(2023, 5, 1)),
        LifeSpan("称号", "示范", dt.date(2023, 5, 1), is_strong=True),
        LifeSpan("称号", "另一", dt.date(2024, 5, 1), doubt="现状未查明"),
    ]
    drawn = life(["称号"], spans, [], today=TODAY, title="甲的历程")
    assert told(drawn, "bar-2") == ["试点 2020年5月1日至2023年5月1日"]
    assert told(drawn, "bar") == ["示范 2023年5月1日起，至今"]
    assert told(drawn, "goal") == ["另一 2024年5月1日起，现状未查明"]
    root = fromstring(str(drawn))
    [strong] = [node for node in root.iter() if node.get("class") == "bar"]
    [now] = [node for node in root.iter() if node.get("class") == "now"]
    assert float(strong.get("x")) + float(strong.get("width")) == pytest.approx(float(now.get("d")[1:].split()[0]), abs=0.2)


def test_what_happened_together_is_one_mark_with_its_number_and_what_comes_stands_at_today():
    marks = [LifeMark("公示", dt.date(2024, 1, day), f"第{day}项") for day in range(1, 7)] + [LifeMark("公示", dt.date(2027, 1, 1), "将来")]
    drawn = life(["公示"], [], marks, today=TODAY, title="甲的历程")
    first, later = told(drawn, "spot-0")
    assert first == "2024年1月1日 第1项；2024年1月2日 第2项；2024年1月3日 第3项；2024年1月4日 第4项；另有2项"
    assert later == "2027年1月1日 将来"
    assert "6" in [node.text for node in fromstring(str(drawn)).iter() if node.tag.endswith("text")]
    with pytest.raises(ValueError, match="a day"):
        life(["公示"], [], [], today=TODAY, title="")


def rows_of(client, district):
    """Words, day, lane and address in the table of the page, and the label of its drawing."""
    page = document_fromstring(client.get(reverse("portal:public_district", args=[district.code])).content.decode())
    [card] = page.xpath('//section[@aria-labelledby="life-title"]') or [None]
    if card is None:
        return [], ""
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in card.xpath(".//tbody/tr")]
    links = [(row.xpath(".//a/@href") or [""])[0] for row in card.xpath(".//tbody/tr")]
    drawing = card.xpath(".//svg")
    said = drawing[0].get("aria-label") if drawing else ""
    return [(*row[:3], link) for row, link in zip(rows, links, strict=True)], said


@pytest.mark.django_db
def test_a_district_without_a_day_has_a_table_and_no_line_and_one_with_nothing_has_neither(client):
    district = make_district(name="演示试点城（虚构）", stage=Stage.PILOT)
    assert rows_of(client, district) == ([], "")
    Title.objects.create(district=district, kind=Stage.PILOT, historic=True, policy="演示", standing_certainty=Certainty.UNKNOWN)
    assert rows_of(client, district) == ([("公告授予试点称号，未查明", "未查明", "称号", "")], "")
    assert "日期未查明的1项不在图上" in client.get(reverse("portal:public_district", args=[district.code])).content.decode()


@pytest.mark.django_db
@pytest.mark.area("portal", "approvals")
def test_titles_and_notices_that_began_stand_there_with_their_papers_and_nothing_else(client):
    people = cast()
    case = Filing(people, name="演示已公告城（虚构）").to_announced().case
    district, today = District.objects.get(pk=case.district_id), clock.today()
    batch, [notice] = Announcement.objects.get(), case.notices.all()
    granted = f"公告授予试点称号，{district.titles.get().star_words}"
    rows, said = rows_of(client, district)
    word = f"{today.year}年{today.month}月{today.day}日"
    assert rows[0] == (granted, word, "称号", reverse("approvals:announcement", args=[batch.pk]))
    assert rows[1:] == [(notice.title, rows[1][1], "公示", reverse("approvals:notice", args=[notice.pk]))]
    assert said == f"{district.name}的历程：称号1项；公示1项，数据见表"
    Notice.objects.update(opens_on=today + dt.timedelta(days=3), closes_on=today + dt.timedelta(days=9))
    rows, said = rows_of(client, district)
    assert (len(rows), "公示" in said) == (1, False), "a notice is no part of the life before it began"
    district.honours.create(title="演示荣誉", source="演示", granted_on=dt.date(2020, 3, 1))
    rows, said = rows_of(client, district)
    assert rows[-1][:3] == ("演示荣誉", "2020年3月1日", "案例和荣誉")
    assert said.endswith("称号1项；案例和荣誉1项，数据见表")


@pytest.mark.django_db
def test_inside_the_line_counts_the_events_that_the_list_shows(client):
    people = cast()
    case = Filing(people, name="演示已公告城（虚构）").to_announced().case
    client.force_login(people.preparer)
    address = reverse("portal:timeline", args=[case.district.code])
    answer = client.get(address)
    shown = [entry["used"] for entry in answer.context["entries"]]
    label = fromstring(str(answer.context["line"])).get("aria-label")
    counts = {lane: shown.count(lane) for lane in ("称号", "办件", "规划与实施计划")}
    assert counts["办件"] > 1
    assert all(f"{lane}{count}项" in label for lane, count in counts.items())
    narrowed = client.get(address, {"group": "办件"}).context["line"]
    assert f"办件{counts['办件']}项，" in fromstring(str(narrowed)).get("aria-label")
    assert "规划与实施计划" not in str(narrowed)
    assert client.get(address, {"q": "没有这样的事"}).context["line"] is None
