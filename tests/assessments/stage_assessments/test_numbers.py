"""Numbers and names of stage assessments (每三年, 八（二）): those of the cycle are counted, one called early is named by its day."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.urls import reverse

from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stage_list import coming_visible_to
from assessments.stage_assessments.services.stages import open_due, open_early
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.core import clock
from tests.factories.accounts import cast
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district
from tests.factories.stages import TITLED, make_stage

pytestmark = pytest.mark.django_db


def on(day):
    return clock.at(dt.datetime.combine(day, dt.time(9), tzinfo=clock.SHANGHAI))


def early(district, day):
    with on(day):
        return open_early(district=district, by=None, reason="监督检查发现严重问题")


def opened(day):
    with on(day):
        [stage] = open_due(day)
    return stage


def coming(people, day):
    with on(day):
        [row] = coming_visible_to(people.city_officer, day)
    return row.cycle.round, row.cycle.day


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def district(people):
    return make_district(people, stage=Stage.PILOT, titled_on=TITLED, edition=published_edition())


def test_one_called_early_takes_no_number_from_the_cycle(people, district, client):
    called = early(district, dt.date(2026, 1, 20))
    assert called.name == "2026年1月20日提前组织的阶段评估"
    assert coming(people, dt.date(2026, 1, 20)) == (1, dt.date(2026, 11, 20))
    first = opened(dt.date(2026, 11, 2))
    assert (first.name, first.due) == ("第1次阶段评估", dt.date(2026, 11, 20))
    again = early(district, dt.date(2027, 3, 1))
    assert coming(people, dt.date(2027, 3, 1)) == (2, dt.date(2029, 11, 20))
    second = opened(dt.date(2029, 11, 1))
    assert [one.name for one in (again, second)] == ["2027年3月1日提前组织的阶段评估", "第2次阶段评估"]
    client.force_login(people.city_officer)
    with on(dt.date(2029, 11, 1)):
        text = client.get(reverse("assessments:stage_list")).content.decode()
        detail = client.get(reverse("districts:district_detail", args=[district.code]), {"tab": "assessments"}).content.decode()
    for page in (text, detail):
        assert {word: page.count(word) for word in ("第1次", "第2次", "第3次", "提前组织")} == {
            "第1次": 1,
            "第2次": 1,
            "第3次": 1,
            "提前组织": 2,
        }


def test_a_title_granted_anew_goes_on_counting(people, district):
    opened(dt.date(2026, 11, 2))
    District.objects.filter(pk=district.pk).update(titled_on=dt.date(2028, 2, 1), titled_since=None)
    assert coming(people, dt.date(2028, 3, 1)) == (2, dt.date(2031, 2, 1))
    assert opened(dt.date(2031, 1, 20)).round == 2


def test_the_database_holds_each_number_once(people, district):
    make_stage(people, filled=False, district=district)
    make_stage(people, filled=False, early=True, district=district, due=dt.date(2026, 3, 1))
    make_stage(people, filled=False, early=True, district=district, due=dt.date(2026, 4, 1))
    later = make_stage(people, filled=False, district=district, due=dt.date(2029, 11, 20))
    with pytest.raises(IntegrityError, match="stage_assessment_round_once"):
        StageAssessment.objects.filter(pk=later.pk).update(round=1)
