"""八（四）: who is recommended for national awards, and what stands against it on a day."""

import datetime as dt

import pytest

from approvals.models import Title
from approvals.selectors.titles import award_lines
from assessments.models import SelfCheck, YearlyReport
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
BEFORE, AFTER = dt.date(2027, 3, 1), dt.date(2027, 5, 10)


@pytest.fixture
def district():
    people = cast()
    district = make_district(people)
    give_title(district)
    for year, status in ((2025, "received"), (2026, "draft")):
        SelfCheck.objects.filter(pk=make_self_check(people, district=district, year=year, filled=False).pk).update(status=status)
    return district


def against(today):
    (line,) = award_lines(Title.objects.all(), today)
    assert line.merits == ("2025年度自查已接收",)
    assert line.is_candidate is (not line.against)
    return line.against


def test_a_self_check_stands_against_it_once_it_is_late(district):
    assert against(BEFORE) == ()
    assert against(dt.date(2027, 3, 31)) == ()  # the last day
    assert against(dt.date(2027, 4, 1)) == ("2026年度自查未报送",)


def test_what_was_sent_back_stands_against_it_at_once(district):
    SelfCheck.objects.filter(year=2026).update(status="returned")
    assert against(BEFORE) == ("2026年度自查退回补充",)


def test_reports_of_the_year_stand_against_it_each_after_its_own_day(district):
    SelfCheck.objects.filter(year=2026).delete()
    for kind in ("operation", "carbon"):
        YearlyReport.objects.create(district=district, kind=kind, year=2026, opened_at=at(2027, 1, 8))
    assert against(BEFORE) == ()
    assert against(dt.date(2027, 4, 15)) == ("运营报告、碳核查1份未报送",)
    assert against(AFTER) == ("运营报告、碳核查2份未报送",)
    YearlyReport.objects.update(status="returned")
    assert against(BEFORE) == ("运营报告、碳核查2份未报送",)
