"""One decision about several obligations: previewed one by one, decided as shown, all or none, by 审定 only."""

import datetime as dt

import pytest
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.workdays import WorkCalendar
from obligations import services
from obligations.batch import BatchWay, BatchWish, planned
from obligations.models import Exemption
from obligations.selectors import due
from tests.factories.received import at
from tests.obligations.world import titled

URL = "obligations:obligation_batch"
NOW, TODAY = at(2027, 3, 1), dt.date(2027, 3, 1)
TO = BatchWish(BatchWay.EXTEND_TO, dt.date(2027, 5, 29))
pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(people):
    titled(people, "演示乙城（虚构）")
    return [row for row in due(TODAY) if row.kind == "self_check" and row.year == 2026]


def test_the_preview_says_the_new_day_of_each_or_why_there_is_none(owed):
    met = next(row for row in due(TODAY) if row.kind == "operation_report")
    watch, mending = owed[0]._replace(is_watch=True), owed[0]._replace(key="rectification:1")
    rows = [owed[0], met, watch, mending, owed[1]._replace(due=dt.date(2027, 6, 1))]
    items = planned(rows, TO, TODAY, WorkCalendar())
    assert [item.new_due for item in items] == [dt.date(2027, 5, 31), None, None, None, None]
    assert [item.out[:4] for item in items[1:]] == ["已完成，", "只作关注", "这一期限", "延期后的"]
    by_days = planned(owed, BatchWish(BatchWay.EXTEND_BY, days=3), TODAY, WorkCalendar())
    assert {item.new_due for item in by_days} == {dt.date(2027, 4, 5)}
    assert [(item.new_due, item.out) for item in planned(owed, BatchWish(BatchWay.WAIVE), TODAY, WorkCalendar())] == [(None, "")] * 2
    early = planned(owed, BatchWish(BatchWay.EXTEND_TO, dt.date(2027, 2, 1)), TODAY, WorkCalendar())
    assert {item.out for item in early} == {"延期后的日期须在今天之后"}


def seen(rows, wish):
    return {"keys": [row.key for row in rows], "wish": wish, "shown": [item.shown for item in planned(rows, wish, TODAY, WorkCalendar())]}


def test_all_are_decided_for_one_reason_and_each_is_on_record(people, owed):
    with clock.at(NOW):
        with pytest.raises(NotAllowed):
            services.decide_many(by=people.city_officer, reason="汛期", **seen(owed, TO))
        assert services.decide_many(by=people.city_director, reason="汛期", **seen(owed, TO)) == 2
    assert {(row.extended_to, row.reason) for row in Exemption.objects.all()} == {(dt.date(2027, 5, 31), "汛期")}
    assert AuditRecord.objects.filter(action="obligations.decide").count() == 2
    assert {row.due for row in due(TODAY) if row.key in {one.key for one in owed}} == {dt.date(2027, 5, 31)}


def test_nothing_is_decided_when_one_has_moved_or_one_is_refused(people, owed):
    met = [row for row in due(TODAY) if row.kind == "operation_report" and row.year == 2026]
    told = seen(owed, TO)
    moved = told | {"shown": [line.replace("2027-03-31", "2027-04-30") for line in told["shown"]]}
    with clock.at(NOW):
        with pytest.raises(Stale):
            services.decide_many(**moved, by=people.city_director, reason="汛期")
        with pytest.raises(Refused):
            services.decide_many(**told, by=people.city_director, reason=" ")
        with pytest.raises(Refused):
            services.decide_many(**seen(met, TO), by=people.city_director, reason="汛期")
    assert not Exemption.objects.exists()


def test_many_are_waived(people, owed):
    with clock.at(NOW):
        assert services.decide_many(by=people.city_director, reason="移交", **seen(owed, BatchWish(BatchWay.WAIVE))) == 2
    assert {row.waived for row in due(TODAY) if row.kind == "self_check" and row.year == 2026} == {True}


def post(client, **data):
    with clock.at(NOW):
        return client.post(reverse(URL), data)


def test_a_director_chooses_in_the_list_sees_the_days_and_decides(client, people, owed):
    client.force_login(people.city_director)
    keys = [row.key for row in owed]
    with clock.at(NOW):
        page = client.get(reverse("obligations:obligation_list")).content.decode()
    assert all(f'value="{key}" form="batch"' in page for key in keys)
    asked = post(client, key=keys)
    assert "填写后预览" in asked.content.decode()
    unchosen = post(client, key=keys, reason="汛期影响核查").content.decode()
    assert "办理方式：请" in unchosen
    assert "汛期影响核查" in unchosen
    assert "请填写延期的日期" in post(client, key=keys, way="to", reason="汛期").content.decode()
    preview = post(client, key=keys, way="to", extended_to="2027-05-29", reason="汛期")
    assert preview.content.decode().count("2027年5月31日") == 2
    shown = [item.shown for item in preview.context["items"]]
    form = {"key": keys, "way": "to", "extended_to": "2027-05-29", "reason": "汛期", "shown": shown, "confirmed": "yes"}
    changed = post(client, **form | {"extended_to": "2027-06-30"})
    assert (changed.status_code, Exemption.objects.count()) == (409, 0)
    assert post(client, **form, asked="state=due&page=2").url == f"{reverse('obligations:obligation_list')}?state=due&page=2"
    assert Exemption.objects.count() == 2
    again = post(client, **form)
    assert (again.status_code, Exemption.objects.count()) == (409, 2)


def test_only_what_is_in_sight_is_chosen_and_nothing_chosen_leads_back(client, people, owed):
    client.force_login(people.city_director)
    assert post(client).url == post(client, key=["self_check:0:2026"]).url == reverse("obligations:obligation_list")
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert post(client, key=[owed[0].key]).status_code == (200 if seat == "city_director" else 404), seat
