"""The city's duties towards a year that is over: its closing and its report meet them, each by its own day."""

import datetime as dt

import pytest

from assessments.self_checks.models import SelfCheck
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from obligations.selectors import due, everything
from reports.city.enums import HANDED_ON_KIND
from reports.closings.services import open_due
from reports.jobs import services
from reports.jobs.requests import request_report
from tests.factories.received import at
from tests.reports.closings.world import YEAR, close_year, make_people
from tests.steps import step

pytestmark = pytest.mark.django_db
CLOSED, HANDED_ON = dt.date(2027, 6, 16), dt.date(2027, 6, 30)


@pytest.fixture
def people():
    people, _ = make_people()
    with clock.at(at(2026, 1, 5)):
        set_setting(by=people.city_director, key="obligations_from", value="2026-01-05", reason="首次启用（虚构）")
    return people


def states(kind, *days):
    """State of the duty on 2026 on each of these days, asked much later."""
    with clock.at(at(2031, 1, 10)):
        found = [next(row for row in everything(day) if (row.kind, row.year) == (kind, YEAR)) for day in days]
        return [row.state(day).value for row, day in zip(found, days, strict=True)]


def test_the_first_closing_meets_the_snapshot_and_a_correction_changes_nothing(people):
    with clock.at(at(2027, 6, 16)):
        [closing] = open_due(clock.today())
        assert "snapshot" in {row.kind for row in due(clock.today()) if row.is_overdue(clock.today())}
        close_year(people, closing)
    with clock.at(at(2027, 9, 1)):
        step(closing, "correct", people.city_director, ground="面积有误（虚构）", closes_on=dt.date(2027, 5, 31))
    days = (dt.date(2027, 5, 31), dt.date(2027, 6, 1), dt.date(2027, 6, 15), CLOSED, dt.date(2027, 9, 2))
    assert states("snapshot", *days) == ["upcoming", "due", "due", "late", "late"]


def test_only_a_report_of_closed_figures_that_may_be_handed_on_meets_the_yearly_report(people):
    def made(kind):
        job = request_report(kind=kind, year=YEAR, by=people.city_officer, formats=("json",))
        services.run(job.pk)
        job.refresh_from_db()
        return job.edition

    with clock.at(at(2027, 6, 16)):
        [closing] = open_due(clock.today())
        assert made(HANDED_ON_KIND) == "未关账"
        close_year(people, closing)
        assert made("annual_city") == "第1版"
    with clock.at(at(2027, 6, 30, hour=23)):
        assert made(HANDED_ON_KIND) == "第1版"
    assert states("yearly_report", HANDED_ON - dt.timedelta(days=1), HANDED_ON) == ["due", "met"]


def test_a_year_without_a_self_check_cannot_be_closed_and_reads_no_record(people):
    SelfCheck.objects.all().delete()
    assert states("snapshot", CLOSED) == states("yearly_report", HANDED_ON) == ["none"]
    with clock.at(at(2027, 6, 16)):
        assert not {"snapshot", "yearly_report"} & {row.kind for row in due(clock.today())}
