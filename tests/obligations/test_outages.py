"""Outages near a deadline: the rule, which due dates one moves, who may record it, and what the public reads."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.self_checks.selectors.self_checks import deadline_of
from assessments.stage_assessments.models import StageAssessment, StageState
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.services import set_setting
from obligations.duties import OWN_TERMS, ObligationState
from obligations.models import Exemption, PortalOutage
from obligations.outages import OutagePeriod, OutageRule, moved_days
from obligations.selectors import due
from obligations.services import MOVERS, outage_preview, record_outage
from tests.factories.received import at, filed_self_check
from tests.factories.stages import make_stage
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import checks_due, titled
from tests.refusing import refuses

HOUR = dt.timedelta(hours=1)
RULE = OutageRule(HOUR, 1, 1)
# The spring festival of 2027 as a test has it: Saturday 20 February is worked, 5 to 11 February are free.
FESTIVAL = WorkCalendar({dt.date(2027, 2, day): False for day in range(5, 12)} | {dt.date(2027, 2, 20): True}, frozenset({2027}))
URL = "portal:outages"


def period(began, ended):
    return OutagePeriod(dt.datetime(*began, tzinfo=clock.SHANGHAI), dt.datetime(*ended, tzinfo=clock.SHANGHAI))


@pytest.mark.parametrize(
    ("began", "ended", "rule", "moved"),
    [
        ((2027, 3, 31, 14), (2027, 3, 31, 15), RULE, {(3, 31): (4, 1)}),
        ((2027, 3, 31, 14), (2027, 3, 31, 14, 59), RULE, {}),  # shorter than the rule asks
        ((2027, 3, 31, 23), (2027, 4, 1, 1), RULE, {(3, 31): (4, 2), (4, 1): (4, 2)}),  # one hour of each day
        ((2027, 3, 31, 23, 30), (2027, 4, 1, 0, 30), RULE, {}),  # half an hour of each
        ((2027, 4, 2, 10), (2027, 4, 5, 10), RULE, {(4, 2): (4, 6), (4, 3): (4, 6), (4, 4): (4, 6), (4, 5): (4, 6)}),  # over a weekend
        ((2027, 3, 30, 9), (2027, 3, 30, 12), OutageRule(HOUR, 2, 1), {(3, 30): (3, 31), (3, 31): (4, 1)}),  # also the day before
        ((2027, 3, 31, 9), (2027, 3, 31, 12), OutageRule(HOUR, 1, 3), {(3, 31): (4, 5)}),  # three working days
        ((2027, 2, 4, 9), (2027, 2, 4, 12), RULE, {(2, 4): (2, 12)}),  # the festival lies between
        ((2027, 2, 19, 9), (2027, 2, 19, 12), RULE, {(2, 19): (2, 20)}),  # a Saturday that is worked
        ((2027, 3, 31, 9), (2027, 3, 31, 12), OutageRule(HOUR, 0, 1), {}),  # switched off
    ],
)
def test_the_rule(began, ended, rule, moved):
    days = {dt.date(2027, *one): dt.date(2027, *other) for one, other in moved.items()}
    assert moved_days(period(began, ended), rule, FESTIVAL) == days


@pytest.fixture
def keeper(people):
    return people.system_keeper


def last_afternoon():
    return period((2027, 3, 31, 13), (2027, 3, 31, 17))


def record(keeper, moment=None, when=None, reason="机房停电"):
    with clock.at(when or at(2027, 4, 1, 9)):
        return record_outage(period=moment or last_afternoon(), reason=reason, by=keeper)


def test_an_outage_on_the_last_day_moves_what_is_open_everywhere_alike(client, people, keeper):
    check = filed_self_check(people, district=District.objects.get(), filed=at(2027, 4, 1, 16))
    titled(people, "演示乙城（虚构）")
    day = dt.date(2027, 4, 1)
    assert {row.state(day) for row in checks_due(day) if row.year == 2026} == {ObligationState.LATE, ObligationState.OVERDUE}
    outage = record(keeper)
    rows = [row for row in checks_due(day) if row.year == 2026]
    assert {row.due for row in rows} == {day}
    assert {row.state(day) for row in rows} == {ObligationState.MET, ObligationState.DUE}
    assert {row.how.extended for row in rows} == {"平台停运，按规则顺延：机房停电，由2027年3月31日顺延至2027年4月1日"}
    assert deadline_of(check).day == day
    assert [one.decided_as for one in outage.extensions.all()] == ["", ""]
    outage.refresh_from_db()
    assert outage.moved == [["2027-03-31", "2027-04-01", 2]]
    client.force_login(people.city_director)
    key = next(row.key for row in rows if row.met_on is None)
    for name in ("detail", "decide"):  # nobody is said to have decided it
        with clock.at(at(2027, 4, 1, 10)):
            page = client.get(reverse(f"obligations:obligation_{name}", args=[key])).content.decode()
        assert (f"{keeper.name}登记停运" in page, f"{keeper.name}审定" in page) == (True, False), name


def test_what_was_filed_in_time_or_waived_is_left_alone(people, keeper):
    filed_self_check(people, district=District.objects.get(), filed=at(2027, 3, 31, 10))
    titled(people, "演示乙城（虚构）")
    with clock.at(at(2027, 3, 1)):
        [other] = [row for row in checks_due(dt.date(2027, 3, 1)) if row.year == 2026 and row.district == "演示乙城（虚构）"]
        waived_or_extended(other.key, people, "虚构")
    assert record(keeper).extensions.count() == 0


def test_one_outage_moves_a_deadline_once_and_another_one_again(people, keeper):
    titled(people, "演示乙城（虚构）")
    record(keeper)
    refuses("与已登记的停运重叠：机房停电", record, keeper, period((2027, 3, 31, 16), (2027, 3, 31, 18)))
    with pytest.raises(IntegrityError), transaction.atomic():
        PortalOutage.objects.create(
            began_at=last_afternoon().began, ended_at=last_afternoon().ended, reason="x", recorded_at=clock.now(), recorded_by=keeper
        )
    record(keeper, period((2027, 4, 1, 13), (2027, 4, 1, 17)), at(2027, 4, 2, 9), "网络中断")
    assert {row.due for row in checks_due(dt.date(2027, 4, 2)) if row.year == 2026} == {dt.date(2027, 4, 2)}


def test_the_setting_decides(people, keeper):
    set_setting(by=people.city_director, key="outage.least_minutes", value=300, reason="虚构")
    with clock.at(at(2027, 4, 1, 9)):
        assert outage_preview(last_afternoon()) == []


@pytest.mark.parametrize(("moment", "words"), [
    (period((2027, 3, 31, 17), (2027, 3, 31, 13)), "恢复时间须晚于停运开始时间"),
    (period((2027, 3, 31, 13), (2027, 4, 1, 10)), "平台恢复后再登记"), (period((2027, 1, 1), (2027, 3, 31)), "一次停运不超过30天"),
])  # fmt: skip
def test_a_period_that_cannot_be_is_refused(keeper, moment, words):
    refuses(words, record, keeper, moment)
    assert not PortalOutage.objects.exists()


def test_who_records_and_what_the_keeper_sees_first(client, people, keeper):
    titled(people, "演示乙城（虚构）")
    form = {"began_at": "2027-03-31T13:00", "ended_at": "2027-03-31T17:00", "reason": "机房停电"}
    with clock.at(at(2027, 4, 1, 9)):
        refuses(NotAllowed, record, people.city_director)
        client.force_login(keeper)
        asked = client.post(reverse(URL), form).content.decode()
        assert "2027年3月31日到期的2项顺延至2027年4月1日" in asked
        assert [found[1] for found in re.findall(r'<label[^>]*for="confirm-(reason)">\s*(\w+)', asked)] == ["原因"]
        assert not PortalOutage.objects.exists()
        wrong = client.post(reverse(URL), form | {"ended_at": "2027-03-31T12:00"}).content.decode()
        assert "恢复时间须晚于停运开始时间" in wrong
        assert 'value="2027-03-31T13:00"' in wrong
        done = client.post(reverse(URL), form | {"confirmed": "yes"}, follow=True).content.decode()
    assert "已登记平台停运，2项到期事项顺延" in done
    assert Exemption.objects.filter(outage__reason="机房停电").count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_public_reads_when_why_and_what_moved(client, people, keeper, django_assert_num_queries, count):
    for day in range(count):
        record(keeper, period((2027, 3, 29 + day, 13), (2027, 3, 29 + day, 17)))
    with clock.at(at(2027, 4, 9)):
        with django_assert_num_queries(1 + (count == 3)):  # the holidays, once a day that moved is told
            text = client.get(reverse("portal:public_outages")).content.decode()
        home = client.get(reverse("portal:home")).content.decode()
    assert text.count("机房停电") == home.count("机房停电") == count
    assert ("2027年3月31日到期的事项顺延至2027年4月1日" in text) == ("2027年3月31日到期的事项顺延至2027年4月1日" in home) == (count == 3)
    shown = []
    for hour in (16, 18):  # 60 days after the last one ended, and an hour more
        with clock.at(at(2027, 5, 27 + count, hour)):
            shown.append("机房停电" in client.get(reverse("portal:home")).content.decode())
            assert client.get(reverse("portal:public_outages")).content.decode().count("机房停电") == count
    assert shown == [True, False]


def test_matters_with_a_step_for_more_time_keep_their_day_themselves():
    assert {key.partition(":")[0] for key in MOVERS} == set(OWN_TERMS)


def test_a_rectification_that_ends_on_that_day_ends_later_on_its_own_page_too(people, keeper):
    stage = make_stage(people, district=District.objects.get(), filled=False)
    StageAssessment.objects.filter(pk=stage.pk).update(status=StageState.RECTIFYING, rectify_due=dt.date(2027, 3, 31))
    record(keeper)
    stage.refresh_from_db()
    [row] = [row for row in due(Viewer(None, as_of=dt.date(2027, 4, 1))) if row.kind == "rectification"]
    assert row.due == stage.rectify_due == dt.date(2027, 4, 1)
    assert not Exemption.objects.filter(obligation=row.key).exists()
