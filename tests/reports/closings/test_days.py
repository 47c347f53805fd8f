"""The two days of a year: what reports say of them, and the city's duties that the closing and its report meet."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.self_checks.models import SelfCheck
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from obligations.selectors import due, everything
from reports.city.enums import HANDED_ON_KIND
from reports.closings.figures import year_figures
from reports.closings.models import ClosingEdition, YearClosing
from reports.closings.registry import frozen, frozen_parts, receipts_day, received_in_time
from reports.closings.selectors import closing_of
from reports.closings.services import open_due
from reports.jobs import services
from reports.jobs.requests import request_report
from tests.factories.received import at, received_self_check
from tests.reports.closings.world import YEAR, close_year, make_people
from tests.steps import step

pytestmark = pytest.mark.django_db


def in_time():
    return SelfCheck.objects.filter(received_in_time(YEAR)).count()


def test_what_was_received_after_the_day_does_not_count(people):
    check = received_self_check(people)
    last = at(2027, 6, 1, hour=0) - dt.timedelta(microseconds=1)
    for moment, counts in ((at(2027, 5, 30), 1), (last, 1), (at(2027, 6, 1, hour=0), 0)):
        SelfCheck.objects.update(received_at=moment)
        assert in_time() == counts
        with clock.at(at(2027, 7, 1)):
            assert year_figures(YEAR, clock.today()).late == (() if counts else (str(check),))
            assert ("此后收到的1份未计入" in year_figures(YEAR, clock.today()).basis) is not bool(counts)


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
        figures = year_figures(YEAR, clock.today())
        assert (figures.state_words, figures.edition_words, figures.is_closed) == ("未关账", "未核定", False)
        assert year_figures(YEAR, clock.today()).basis == (
            "称号、阶段、面积、地块和机构以2026年12月31日（拟定）为准；"
            "2026年度自查、评分、报告和核查以2027年5月31日（拟定）（含当日）前收到的为准。"
            "2026年度数据未核定，数据截至2027年4月9日。"
        )
        assert closing_of(YEAR) is frozen(YEAR, "x") is frozen_parts(YEAR, "x") is None


def test_a_closed_year_keeps_its_days(people):
    edition = closed(people, snapshot_day=dt.date(2026, 12, 30))
    edition.figures.create(key="x", part="b", order=1, data={"n": 2}, digest="0" * 64)
    edition.figures.create(key="x", part="a", order=2, data={"n": 1}, digest="0" * 64)
    set_setting(by=people.city_director, key="snapshot.closes", value="Y+1-07-31", reason="推后（虚构）")
    figures = year_figures(YEAR, clock.today())
    assert (figures.snapshot_day, figures.closes_on, figures.as_of) == (dt.date(2026, 12, 30), dt.date(2027, 5, 31), dt.date(2027, 6, 3))
    assert figures.basis.endswith("2026年度数据于2027年6月3日核定，本报告为第1版。")
    assert (frozen(YEAR, "x", "a"), frozen(YEAR, "x", "c")) == ({"n": 1}, None)
    assert list(frozen_parts(YEAR, "x")) == [("b", {"n": 2}), ("a", {"n": 1})]


def test_a_correction_is_told_with_its_reason(people):
    closed(people)
    closed(people, number=2, reason="更正一处面积（虚构）。", closed_at=at(2027, 8, 2), changes=[["甲", "面积", "1", "2"]])
    found = closing_of(YEAR)
    assert (found.edition, found.closed_on, [tuple(row) for row in found.changes]) == (2, dt.date(2027, 8, 2), [("甲", "面积", "1", "2")])
    assert year_figures(YEAR, clock.today()).edition_words == "更正第2版"
    assert year_figures(YEAR, clock.today()).basis.endswith("本报告为更正第2版，2027年8月2日核定，更正理由：更正一处面积（虚构）。")
    YearClosing.objects.update(status="correcting", reason="再更正（虚构）")
    with clock.at(at(2027, 9, 1)):
        assert year_figures(YEAR, clock.today()).state_words == "未关账（第2版更正中）"
        assert year_figures(YEAR, clock.today()).basis.endswith("2026年度数据未核定，第2版更正中，数据截至2027年9月1日。")
    assert closing_of(YEAR) is None


def test_the_page_names_a_snapshot_day_that_is_still_to_come(client, people):
    client.force_login(people.city_director)
    with clock.at(at(2026, 11, 20)):
        page = client.get(reverse("reports:closing", args=[YEAR])).content.decode()
    assert "2026年12月31日（未到，现按2026年11月20日的数据）" in page
    assert client.get(reverse("reports:closing", args=[1999])).status_code == 404


CLOSED, HANDED_ON = dt.date(2027, 6, 16), dt.date(2027, 6, 30)


@pytest.fixture
def in_use():
    in_use, _ = make_people()
    with clock.at(at(2026, 1, 5)):
        set_setting(by=in_use.city_director, key="obligations_from", value="2026-01-05", reason="首次启用（虚构）")
    return in_use


def states(kind, *days):
    """State of the duty on 2026 on each of these days, asked much later."""
    with clock.at(at(2031, 1, 10)):
        found = [next(row for row in everything(Viewer(None, as_of=day)) if (row.kind, row.year) == (kind, YEAR)) for day in days]
        return [row.state(day).value for row, day in zip(found, days, strict=True)]


def test_the_first_closing_meets_the_snapshot_and_a_correction_changes_nothing(in_use):
    with clock.at(at(2027, 6, 16)):
        [closing] = open_due(clock.today())
        assert "snapshot" in {row.kind for row in due(Viewer(None)) if row.is_overdue(clock.today())}
        close_year(in_use, closing)
    with clock.at(at(2027, 9, 1)):
        step(closing, "correct", in_use.city_director, ground="面积有误（虚构）", closes_on=dt.date(2027, 5, 31))
    days = (dt.date(2027, 5, 31), dt.date(2027, 6, 1), dt.date(2027, 6, 15), CLOSED, dt.date(2027, 9, 2))
    assert states("snapshot", *days) == ["upcoming", "due", "due", "late", "late"]


def test_only_a_report_of_closed_figures_that_may_be_handed_on_meets_the_yearly_report(in_use):
    def made(kind):
        job = request_report(kind=kind, year=YEAR, by=in_use.city_officer, formats=("json",))
        services.run(job.pk)
        job.refresh_from_db()
        return job.edition

    with clock.at(at(2027, 6, 16)):
        [closing] = open_due(clock.today())
        assert made(HANDED_ON_KIND) == "未核定"
        close_year(in_use, closing)
        assert made("annual_city") == "第1版"
    with clock.at(at(2027, 6, 30, hour=23)):
        assert made(HANDED_ON_KIND) == "第1版"
    assert states("yearly_report", HANDED_ON - dt.timedelta(days=1), HANDED_ON) == ["due", "met"]


def test_a_year_without_a_self_check_cannot_be_closed_and_reads_no_record(in_use):
    SelfCheck.objects.all().delete()
    assert states("snapshot", CLOSED) == states("yearly_report", HANDED_ON) == ["none"]
    with clock.at(at(2027, 6, 16)):
        assert not {"snapshot", "yearly_report"} & {row.kind for row in due(Viewer(None))}
