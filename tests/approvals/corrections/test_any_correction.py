"""Any sequence of corrections is written or refused with a reason, and leaves districts, ends and announcements in agreement."""

import random

import pytest
from django.db.models import Q

from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.models.publicity import Announcement, Title
from approvals.titles.recorded import recorded_facts
from approvals.titles.services.history import load_titles
from approvals.titles.services.titles import HistoricTitle, as_held, record_historic
from districts.common.enums import Certainty
from districts.file import reference
from districts.file.models.district import District
from greendistrict.core.errors import Refused
from tests.approvals.corrections.test_corrections import DAY, LATER, OLD, correct, fresh
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
DAYS = (None, DAY, LATER)
BATCHES = ("", "2022年（批次未查明）", "2022年第三批", "2022年第四批")


def record(district, kind, day):
    told = HistoricTitle(kind=kind, policy=OLD, source="演示（虚构）", certainty="sourced", star=2, granted_on=day)
    return record_historic(district=district, title=told)


def disagreements():
    """What stands in two places and differs: copies of titles, ends by a later title, days within an announcement."""
    titles = Title.objects.select_related("district", "announcement")
    for title in titles.filter(end=""):
        right = as_held(title)
        if District.objects.filter(pk=title.district_id).values(*right).get() != right:
            yield f"{title}: copies of the district"
    for title in titles.filter(end=TitleEnd.SUPERSEDED):
        if title.ended_on != title.district.titles.get(kind=TitleKind.DEMONSTRATION).granted_on:
            yield f"{title}: end"
    for title in titles.exclude(announcement=None):
        if title.granted_on != title.announcement.announced_on:
            yield f"{title}: day of {title.announcement}"
    if titles.filter(Q(granted_on=None) & ~Q(date_certainty=Certainty.UNKNOWN)).exists():
        yield "an unknown day with a certainty"
    if Announcement.objects.filter(titles=None, ended_titles=None).exists():
        yield "an announcement without a title"


def any_facts(chance, title):
    """Facts that an officer might state, most of them allowed."""
    facts = {
        "granted_on": chance.choice(DAYS),
        "date_certainty": chance.choice(("sourced", "inferred")),
        "star": chance.choice((1, 2, None)),
    }
    batch = chance.choice(BATCHES)
    if batch:
        facts["batch"] = batch
    if "第" in (batch or recorded_facts(title)["batch"]) and chance.random() < 0.7:
        facts["notice_title"] = f"公告（虚构）{chance.randint(1, 3)}"
    return facts


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_corrections_leaves_everything_in_agreement(people, seed):
    chance = random.Random(seed)  # noqa: S311
    for number in range(3):
        district = make_district(people, name=f"演示城{number}（虚构）")
        pilot = record(district, TitleKind.PILOT, chance.choice(DAYS[:2]))
        if number < 2:
            record(district, TitleKind.DEMONSTRATION, chance.choice((None, LATER)))
        if number == 1:
            pilot.district.titles.filter(end="").update(end=TitleEnd.REVOKED, ended_on=LATER)
    written = 0
    for _ in range(40):
        title = fresh(chance.choice(Title.objects.order_by("pk")))
        try:
            correct(people, title, **any_facts(chance, title))
        except Refused:
            continue
        written += 1
        assert list(disagreements()) == []
    assert written > 8


@pytest.mark.parametrize("batch", BATCHES)
def test_every_title_of_the_real_districts_can_be_given_its_day_and_lose_it_again(people, batch):
    reference.load()
    load_titles()
    told = {"batch": batch, "notice_title": "公告（虚构）"} if "第" in batch else {"batch": batch} if batch else {}
    unknown = Title.objects.filter(granted_on=None, end="").order_by("pk")
    assert unknown.count() > 1
    for title in unknown[:3]:
        joins = told if not Announcement.objects.filter(year=2022, batch__in=(3, 4), titles__isnull=False).exists() else {"batch": batch}
        correct(people, fresh(title), granted_on=DAY, date_certainty="inferred", **(joins if batch else {}))
        assert list(disagreements()) == []
        back = {"batch": ""} if "第" in batch else {}
        correct(people, fresh(title), granted_on=None, **back)
        assert (fresh(title).granted_on, fresh(title).district.titled_on_certainty) == (None, Certainty.UNKNOWN)
        assert list(disagreements()) == []
