"""The public list of notices and announcements, its feeds."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.correspondence import Notice
from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Announcement, Title
from districts.common.enums import Stage
from greendistrict.core import clock
from portal.public.selectors import announcement_items, notice_items
from portal.publicity import selectors
from tests.factories.approvals import Filing
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 10)
EVERYTHING = ["以后的公示", "演示乙城（虚构）公告", "现在的公示", "演示甲城（虚构）公告", "先前的公示"]


def announced(name, day, *, number="", status="published", **more):
    """A batch of its own that gives one district a title."""
    batch = Announcement.objects.count() + 1
    made = Announcement.objects.create(
        year=2026, batch=batch, title=f"{name}公告", number=number, status=status, announced_on=day, is_demo=True, **more
    )
    district = make_district(name=name, stage=Stage.PILOT)
    Title.objects.create(district=district, kind=TitleKind.PILOT, announcement=made, granted_on=day, historic=True, policy="演示")
    return made


def noticed(case, title, opens, closes):
    return Notice.objects.create(case=case, title=title, body="演示", opens_on=opens, closes_on=closes)


@pytest.fixture
def world():
    """Two published batches and a draft, three notices of one case: one over, one open, one to come."""
    case = Filing().case
    with clock.at(dt.datetime.combine(TODAY, dt.time(9), clock.SHANGHAI)):
        announced("演示甲城（虚构）", dt.date(2026, 1, 5), number="演沪建〔2026〕1号")
        announced("演示乙城（虚构）", dt.date(2026, 3, 9))
        announced("演示丙城（虚构）", None, status="draft")
        noticed(case, "先前的公示", dt.date(2025, 12, 1), dt.date(2025, 12, 8))
        noticed(case, "现在的公示", dt.date(2026, 3, 9), dt.date(2026, 3, 16))
        noticed(case, "以后的公示", dt.date(2026, 4, 1), dt.date(2026, 4, 8))
        yield case


def titles(client, query=""):
    return [entry.title for entry in client.get(f"{reverse('portal:publicity')}{query}").context["entries"]]


def test_everything_public_stands_there_newest_first_and_drafts_do_not(client, world):
    assert titles(client) == EVERYTHING
    page = client.get(reverse("portal:publicity"))
    days = ["2026-04-01", "2026-03-09", "2026-03-09", "2026-01-05", "2025-12-01"]
    assert [entry.day.isoformat() for entry in page.context["entries"]] == days
    states = {entry.title: entry.state for entry in page.context["entries"]}
    assert [states[title] for title in ("以后的公示", "现在的公示", "先前的公示")] == ["尚未开始", "正在公示", "已结束"]
    assert "演示丙城" not in page.content.decode()


def test_the_conditions_of_the_bar(client, world):
    for query, found in {
        "kind=announcement": ["演示乙城（虚构）公告", "演示甲城（虚构）公告"],
        "kind=notice&year=2025": ["先前的公示"],
        "q=甲城": ["演示甲城（虚构）公告"],
        "q=〔2026〕1号": ["演示甲城（虚构）公告"],
        "q=现在": ["现在的公示"],
        "q=没有的": [],
        "first_day=2026-03-09&last_day=2026-03-09": ["演示乙城（虚构）公告", "现在的公示"],
        "first_day=2026-03-10": ["以后的公示"],
        "last_day=2026-01-05&kind=announcement": ["演示甲城（虚构）公告"],
        "year=1999": EVERYTHING,  # not offered: no condition
        f"q={world.district.name}": ["以后的公示", "现在的公示", "先前的公示"],
    }.items():
        assert titles(client, f"?{query}") == found, query


def test_home_and_list_say_the_same(client, world):
    entries = {entry.href: entry for entry in selectors.latest_entries(TODAY, 50)}
    for item in announcement_items():
        entry = entries[item["href"]]
        assert (item["title"], item["note"], item["state"]) == (entry.title, entry.note, entry.state)
    assert {item["href"] for item in notice_items(TODAY)} == {href for href, entry in entries.items() if entry.state == "正在公示"}


def test_the_headline_of_an_announcement_names_its_districts(client, world):
    """The official title of a batch names none of them."""
    announced("演示戊城（虚构）", dt.date(2026, 5, 4))
    batch = Announcement.objects.latest("pk")
    Announcement.objects.filter(pk=batch.pk).update(title="关于本批项目的公告")
    assert titles(client)[0] == "关于本批项目的公告（演示戊城（虚构））"
    page = client.get(reverse("approvals:announcement", args=[batch.pk])).content.decode()
    assert "<title>关于本批项目的公告（演示戊城（虚构）） · " in page
    for number in range(3):
        district = make_district(name=f"演示{number}城（虚构）", stage=Stage.PILOT)
        Title.objects.create(district=district, kind=TitleKind.PILOT, announcement=batch, granted_on=TODAY, historic=True, policy="演示")
    entry = client.get(reverse("portal:publicity")).context["entries"][0]
    assert entry.title.startswith("关于本批项目的公告（")
    assert entry.title.endswith("等4个城区）")
    assert all(f"演示{name}城（虚构）" in entry.note for name in ("戊", 0, 1, 2))
