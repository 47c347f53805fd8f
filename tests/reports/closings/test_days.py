"""The two days of a year and what reports say of them."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from reports.closings.days import receipts_day, received_in_time
from reports.closings.figures import year_figures
from reports.closings.models import ClosingEdition, YearClosing
from reports.closings.registry import frozen, frozen_parts
from reports.closings.selectors import closing_of
from tests.factories.accounts import cast
from tests.factories.received import at, received_self_check

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def people():
    return cast()


def in_time():
    return SelfCheck.objects.filter(received_in_time(YEAR)).count()


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (at(2027, 5, 30), 1),
        (at(2027, 6, 1, hour=0) - dt.timedelta(microseconds=1), 1),
        (at(2027, 6, 1, hour=0), 0),
    ],
)
def test_what_was_received_after_the_day_does_not_count(people, moment, counts):
    check = received_self_check(people)
    SelfCheck.objects.update(received_at=moment)
    assert in_time() == counts
    with clock.at(at(2027, 7, 1)):
        assert year_figures(YEAR).late == (() if counts else (str(check),))
        assert ("此后收到的1份未计入" in year_figures(YEAR).basis) is not counts


def test_the_day_is_the_setting(people):
    assert receipts_day(YEAR) == dt.date(2027, 5, 31)
    set_setting(by=people.city_director, key="snapshot.closes", value="Y+1-04-07", reason="提前（虚构）")
    received_self_check(people)
    assert (receipts_day(YEAR), in_time()) == (dt.date(2027, 4, 7), 0)


def closed(people, **kw):
    number = kw.get("number", 1)
    closing, _ = YearClosing.objects.update_or_create(
        year=YEAR, defaults={"status": "closed", "edition": number, "opened_at": at(2027, 1, 1)}
    )
    days = {"snapshot_day": dt.date(2026, 12, 31), "closes_on": dt.date(2027, 5, 31)}
    kept = {"closed_at": at(2027, 6, 3), "closed_by": people.city_director, "digest": "0" * 64, **days, **kw}
    return ClosingEdition.objects.create(closing=closing, **{"number": 1, **kept})


def test_before_the_closing_the_report_says_so_and_its_day():
    with clock.at(at(2027, 4, 9)):
        figures = year_figures(YEAR)
        assert (figures.state_words, figures.edition_words, figures.is_closed) == ("未关账", "未关账", False)
        assert year_figures(YEAR).basis == (
            "称号、阶段、面积、地块和机构以2026年12月31日为准；2026年度自查、评分、报告和核查以2027年5月31日（含当日）前收到的为准。"
            "2026年度未关账，数据截至2027年4月9日。"
        )
        assert closing_of(YEAR) is frozen(YEAR, "x") is frozen_parts(YEAR, "x") is None


def test_a_closed_year_keeps_its_days(people):
    edition = closed(people, snapshot_day=dt.date(2026, 12, 30))
    edition.figures.create(key="x", part="b", order=1, data={"n": 2}, digest="0" * 64)
    edition.figures.create(key="x", part="a", order=2, data={"n": 1}, digest="0" * 64)
    set_setting(by=people.city_director, key="snapshot.closes", value="Y+1-07-31", reason="推后（虚构）")
    figures = year_figures(YEAR)
    assert (figures.snapshot_day, figures.closes_on, figures.as_of) == (dt.date(2026, 12, 30), dt.date(2027, 5, 31), dt.date(2027, 6, 3))
    assert figures.basis.endswith("2026年度已于2027年6月3日关账，本报告为第1版。")
    assert (frozen(YEAR, "x", "a"), frozen(YEAR, "x", "c")) == ({"n": 1}, None)
    assert list(frozen_parts(YEAR, "x")) == [("b", {"n": 2}), ("a", {"n": 1})]


def test_a_correction_is_told_with_its_reason(people):
    closed(people)
    closed(people, number=2, reason="更正一处面积（虚构）。", closed_at=at(2027, 8, 2), changes=[["甲", "面积", "1", "2"]])
    found = closing_of(YEAR)
    assert (found.edition, found.closed_on, [tuple(row) for row in found.changes]) == (2, dt.date(2027, 8, 2), [("甲", "面积", "1", "2")])
    assert year_figures(YEAR).edition_words == "更正第2版"
    assert year_figures(YEAR).basis.endswith("本报告为更正第2版，2027年8月2日关账，更正理由：更正一处面积（虚构）。")
    YearClosing.objects.update(status="correcting", reason="再更正（虚构）")
    with clock.at(at(2027, 9, 1)):
        assert year_figures(YEAR).state_words == "未关账（第2版更正中）"
        assert year_figures(YEAR).basis.endswith("2026年度未关账，第2版更正中，数据截至2027年9月1日。")
    assert closing_of(YEAR) is None


def test_the_page_names_a_snapshot_day_that_is_still_to_come(client, people):
    client.force_login(people.city_director)
    with clock.at(at(2026, 11, 20)):
        page = client.get(reverse("reports:closing", args=[YEAR])).content.decode()
        assert "2026年12月31日（未到，现按2026年11月20日的数据）" in page
    with clock.at(at(2027, 2, 1)):
        page = client.get(reverse("reports:closing", args=[YEAR])).content.decode()
        assert ("2026年12月31日" in page, "未到" in page) == (True, False)
