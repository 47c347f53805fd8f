"""Warnings and awards in the city's report: late is what is late by confirmed terms, the rest is told as such; each with its basis."""

import datetime as dt

import pytest

from greendistrict.core import clock
from greendistrict.policy.models import Setting
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.composition.printed import texts_of
from tests.factories.districts import make_district
from tests.factories.received import at, received_self_check
from tests.factories.stages import YEARLY_DUES, confirm
from tests.factories.titles import give_title
from tests.reports.city.test_ahead import tables_of

pytestmark = pytest.mark.django_db
OVERDUE, MUCH_LATER = at(2027, 5, 20), at(2027, 12, 20)
NONE = "没有最近一次评估不合格、控制项不满足（建设期不作结论）或者按经市级确认的期限两项以上应报事项逾期的城区。"


def printed(now=OVERDUE):
    with clock.at(now):
        return city_composition(city_report(2026, clock.today(), demo=True), ReportEdition.INTERNAL)


@pytest.fixture(params=[1, 3])
def districts(request, people):
    Setting.objects.create(key="obligations_from", value="2026-04-01", by=people.city_director, at=at(2026, 4, 1), reason="首次启用")
    made = [make_district(people, name=f"演示{place}区（虚构）", code=f"yuan{place}") for place in range(request.param)]
    for district in made:
        give_title(district, granted_on=dt.date(2026, 1, 1))
    received_self_check(people)  # without which the year has no report
    return made


def test_what_is_late_by_unconfirmed_terms_is_told_and_warns_of_nobody(districts):
    paper = printed()
    said, tables = " ".join(texts_of(paper)), tables_of(paper)
    assert NONE in said
    assert f"另有{len(districts) + 1}个城区两项以上应报事项逾期，期限未经市级确认，不计：" in said
    names = {district.name for district in districts}
    grounds = [row[2] for row in tables["awards"].rows if row[0] in names]
    assert len(grounds) == len(districts)
    assert ["2026年度自查未报送（期限未经市级确认，不计）" in words for words in grounds] == [True] * len(districts)


def test_what_is_late_by_confirmed_terms_warns_with_the_clauses_of_those_duties(districts, people):
    confirm(people, *YEARLY_DUES)
    paper = printed()
    said, tables = " ".join(texts_of(paper)), tables_of(paper)
    assert (NONE in said, "期限未经市级确认，不计：" in said) == (False, False)
    late = [row for row in tables["warned"].rows if "应报事项逾期" in row[1]]
    basis = {row[0]: row[2] for row in late}
    assert {basis.pop(district.name) for district in districts} == {"七（三）4、八（二）、八（四）"}
    assert list(basis.values()) == ["七（三）4、八（四）"], "the district that filed its self-check"
    assert ["碳排放核查报告" in row[1] for row in late] == [True] * len(late)
