"""Waivers and extensions: one or several at once, as shown, by 审定 (or 审核 if the settings allow it), whose seat is stored and shown."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from greendistrict.accounts import delegations
from greendistrict.accounts.models import Post, User
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.services import set_setting
from greendistrict.workflow.second_person import check, send_back
from obligations import services
from obligations.batch import WAIVER_WAITS, BatchWay, BatchWish, planned
from obligations.duties import ObligationState
from obligations.models import Exemption
from obligations.selectors import due
from tests.factories.received import at, filed_self_check
from tests.obligations.world import checks_due, titled
from tests.refusing import refuses

LIST, BATCH, DECIDE, DETAIL = (f"obligations:obligation_{name}" for name in ("list", "batch", "decide", "detail"))
NOW, TODAY, LATER = at(2027, 3, 1), dt.date(2027, 3, 1), dt.date(2027, 5, 4)
TO = BatchWish(BatchWay.EXTEND_TO, dt.date(2027, 5, 29))
before = import_module("obligations.migrations.0013_waivers_checked_before")
seats = import_module("obligations.migrations.0011_seats_of_earlier_decisions")


@pytest.fixture(autouse=True)
def march():
    with clock.at(NOW):
        yield


def owed():
    return checks_due(TODAY)[0]


def decide(by, until=LATER):
    return services.decide(obligation=owed().key, by=by, reason="汛期", extended_to=until)


def shown_of(client):
    return client.get(reverse(LIST)).content.decode()


def test_the_director_extends_on_the_page(client, people):
    url = reverse(DECIDE, args=[owed().key])
    client.force_login(people.city_director)
    assert client.get(reverse(DECIDE, args=["self_check:0:2026"])).status_code == 404
    refused = client.post(url, {"reason": "延", "extended_to": "2027-02-01"}).content.decode()
    assert ("须在今天之后" in refused, "2027-02-01" in refused) == (True, True)
    assert "不晚于原期限" in client.post(url, {"reason": "延", "extended_to": "2027-03-31"}).content.decode()
    assert not Exemption.objects.exists()
    answer = client.post(url, {"reason": "延", "extended_to": "2027-06-27"})  # a Sunday
    assert (answer.url, Exemption.objects.get().extended_to) == (reverse(LIST), dt.date(2027, 6, 28))
    page = client.get(answer.url).content.decode()
    assert ("延期至2027年6月28日（暂定），顺延至工作日" in page, owed().due) == (True, dt.date(2027, 6, 28))


def test_a_waiver_without_end_is_asked_twice_and_named_in_the_list(client, people):
    url = reverse(DECIDE, args=[owed().key])
    client.force_login(people.city_director)
    assert "免报" in client.post(url, {"reason": "已移交", "extended_to": ""}).content.decode()
    assert not Exemption.objects.exists()
    assert client.post(url, {"reason": "已移交", "extended_to": "", "confirmed": "yes"}).url == reverse(LIST)
    made = Exemption.objects.get()
    assert (made.extended_to, made.waits, owed().state(TODAY)) == (None, True, ObligationState.DUE)
    assert "免报待核对" in shown_of(client)
    assert WAIVER_WAITS in client.post(url, {"reason": "再免", "extended_to": "", "confirmed": "yes"}).content.decode()
    detail, letter = reverse(DETAIL, args=[owed().key]), reverse("reports:letter", args=["exemption", made.pk, "decision"])
    assert "等市级另一人核对" in client.get(detail).content.decode()
    assert client.get(letter).status_code == 404
    client.force_login(people.city_checker)
    page = reverse("obligations:waiver_check", args=[made.pk])
    assert page in client.get(detail).content.decode()
    assert client.post(page, {"times_changed": "0"}).status_code == 302
    assert (owed().state(TODAY), client.get(letter).status_code) == (ObligationState.WAIVED, 200)
    assert f"{people.city_checker.name}核对" in "".join(client.get(detail).content.decode().split())


def test_a_waiver_of_what_was_done_or_extended_meanwhile_can_only_be_sent_back(client, people):
    """It would take back a filing, or a later decision."""
    made = decide(people.city_director, until=None)
    assert [item.out for item in planned([owed()], BatchWish(BatchWay.WAIVE), TODAY, WorkCalendar(), {owed().key})] == [WAIVER_WAITS]
    decide(people.city_director)
    refuses("后来已决定延期", check, row=made, by=people.city_checker)
    assert owed().due == LATER
    send_back(row=made, reason="已延期", by=people.city_checker)
    made = decide(people.city_director, until=None)
    filed_self_check(people, district=District.objects.get(), filed=NOW)
    client.force_login(people.city_checker)
    answer = client.post(reverse("obligations:waiver_check", args=[made.pk]), {"times_changed": "0"}, follow=True)
    assert "已完成，免报不再核对，请写明理由退回" in answer.content.decode()
    assert answer.redirect_chain[0][0] == reverse("obligations:waiver_return", args=[made.pk])
    assert owed().state(TODAY) is ObligationState.MET


def test_a_waiver_of_a_duty_that_ended_with_its_title_can_only_be_sent_back(client, people):
    district = District.objects.get()
    with clock.at(at(2027, 4, 20)):
        made = services.decide(obligation=f"self_check:{district.pk}:2026", by=people.city_director, reason="汛期")
        lost = {"end": "cancelled", "granted_on": dt.date(2024, 6, 1), "ended_on": clock.today(), "historic": True, "policy": "某文件"}
        Title.objects.create(district=district, kind="pilot", **lost)
        District.objects.update(stage="cancelled")
        client.force_login(people.city_checker)
        answer = client.post(reverse("obligations:waiver_check", args=[made.pk]), {"times_changed": "0"}, follow=True)
    assert "称号终止时未完成，免报不再核对" in answer.content.decode()
    assert Exemption.objects.get().waits


def test_waivers_of_before_go_on_counting_and_name_nobody_who_checked(people):
    told = {"decided_by": people.city_director, "reason": "以前的决定", "decided_at": NOW}
    old, longer = (
        Exemption.objects.create(obligation=owed().key, **told),
        Exemption.objects.create(obligation="k", extended_to=LATER, **told),
    )
    before.count_as_checked(apps, None)
    old.refresh_from_db()
    longer.refresh_from_db()
    assert (old.checked_at, old.checked_by, longer.checked_at) == (NOW, None, None)
    assert owed().waived
    Exemption.objects.create(obligation="other", **told)
    before.forget_what_never_counted(apps, None)
    assert set(Exemption.objects.values_list("pk", flat=True)) == {old.pk, longer.pk}


def test_what_was_met_meanwhile_is_neither_waived_nor_extended(client, people):
    check = filed_self_check(people, filed=NOW)
    url = reverse(DECIDE, args=[f"self_check:{check.district_id}:2026"])
    client.force_login(people.city_director)
    answer = client.post(url, {"reason": "延", "extended_to": "2027-05-31"}, follow=True)
    assert "2026年度自查已完成，不办理免报和延期" in answer.content.decode()
    assert not Exemption.objects.exists()


def test_a_decision_needs_a_reason_and_a_day_to_come(people):
    for reason, until, words in ((" ", None, "请填写理由"), ("x", TODAY, "须在今天之后")):
        refuses(words, services.decide, obligation="k", by=people.city_director, reason=reason, extended_to=until)


@pytest.fixture
def two(people):
    titled(people, "演示乙城（虚构）")
    return [row for row in due(Viewer(None, as_of=TODAY)) if row.kind == "self_check" and row.year == 2026]


def test_the_preview_says_the_new_day_of_each_or_why_there_is_none(two):
    met = next(row for row in due(Viewer(None, as_of=TODAY)) if row.kind == "operation_report")
    watch, mending = two[0]._replace(is_watch=True), two[0]._replace(key="rectification:1")
    rows = [two[0], met, watch, mending, two[1]._replace(due=dt.date(2027, 6, 1))]
    items = planned(rows, TO, TODAY, WorkCalendar())
    assert [item.new_due for item in items] == [dt.date(2027, 5, 31), None, None, None, None]
    assert [item.out[:4] for item in items[1:]] == ["已完成，", "只作关注", "这一期限", "延期后的"]
    by_days = planned(two, BatchWish(BatchWay.EXTEND_BY, days=3), TODAY, WorkCalendar())
    assert {item.new_due for item in by_days} == {dt.date(2027, 4, 6)}
    assert [(item.new_due, item.out) for item in planned(two, BatchWish(BatchWay.WAIVE), TODAY, WorkCalendar())] == [(None, "")] * 2
    early = planned(two, BatchWish(BatchWay.EXTEND_TO, dt.date(2027, 2, 1)), TODAY, WorkCalendar())
    assert {item.out for item in early} == {"延期后的日期须在今天之后"}


def seen(rows, wish):
    return {"keys": [row.key for row in rows], "wish": wish, "shown": [item.shown for item in planned(rows, wish, TODAY, WorkCalendar())]}


def test_all_are_decided_for_one_reason_and_each_is_on_record(people, two):
    refuses(NotAllowed, services.decide_many, by=people.city_officer, reason="汛期", **seen(two, TO))
    assert services.decide_many(by=people.city_director, reason="汛期", **seen(two, TO)) == 2
    assert {(row.extended_to, row.reason) for row in Exemption.objects.all()} == {(dt.date(2027, 5, 31), "汛期")}
    assert AuditRecord.objects.filter(action="obligations.decide").count() == 2
    keys = {row.key for row in two}
    assert {row.due for row in due(Viewer(None, as_of=TODAY)) if row.key in keys} == {dt.date(2027, 5, 31)}
    moved = [row for row in due(Viewer(None, as_of=TODAY)) if row.key in keys]
    assert services.decide_many(by=people.city_director, reason="移交", **seen(moved, BatchWish(BatchWay.WAIVE))) == 2
    assert {row.waived for row in due(Viewer(None, as_of=TODAY)) if row.key in keys} == {False}
    for row in Exemption.objects.waiting():
        check(row=row, by=people.city_checker)
    assert {row.waived for row in due(Viewer(None, as_of=TODAY)) if row.key in keys} == {True}


def test_nothing_is_decided_when_one_has_moved_or_one_is_refused(people, two):
    met = [row for row in due(Viewer(None, as_of=TODAY)) if row.kind == "operation_report" and row.year == 2026]
    told = seen(two, TO)
    moved = told | {"shown": [line.replace("2027-03-31", "2027-04-30") for line in told["shown"]]}
    refuses(Stale, services.decide_many, **moved, by=people.city_director, reason="汛期")
    refuses(Refused, services.decide_many, **told, by=people.city_director, reason=" ")
    refuses(Refused, services.decide_many, **seen(met, TO), by=people.city_director, reason="汛期")
    assert not Exemption.objects.exists()


def post(client, **data):
    return client.post(reverse(BATCH), data)


def test_a_director_chooses_in_the_list_sees_the_days_and_decides(client, people, two):
    client.force_login(people.city_director)
    keys = [row.key for row in two]
    page = shown_of(client)
    assert all(f'value="{key}" form="batch"' in page for key in keys)
    unchosen = post(client, key=keys, reason="汛期影响核查").content.decode()
    assert ("办理方式：请" in unchosen, "汛期影响核查" in unchosen) == (True, True)
    assert "请填写延期的日期" in post(client, key=keys, way="to", reason="汛期").content.decode()
    preview = post(client, key=keys, way="to", extended_to="2027-05-29", reason="汛期")
    assert preview.content.decode().count("2027年5月31日") == 2
    shown = [item.shown for item in preview.context["items"]]
    form = {"key": keys, "way": "to", "extended_to": "2027-05-29", "reason": "汛期", "shown": shown, "confirmed": "yes"}
    changed = post(client, **form | {"extended_to": "2027-06-30"})
    assert (changed.status_code, Exemption.objects.count()) == (409, 0)
    assert post(client, **form, asked="state=due&page=2").url == f"{reverse(LIST)}?state=due&page=2"
    assert Exemption.objects.count() == 2
    again = post(client, **form)
    assert (again.status_code, Exemption.objects.count()) == (409, 2)


def test_only_what_is_in_sight_is_chosen_and_nothing_chosen_leads_back(client, people, two):
    client.force_login(people.city_director)
    assert post(client).url == post(client, key=["self_check:0:2026"]).url == reverse(LIST)
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert post(client, key=[two[0].key]).status_code == (200 if seat == "city_director" else 404), seat


def let_the_checker(people):
    set_setting(by=people.city_director, key="approval_chain.director_decides", value=("cancel", "waive"), reason="试")


def test_the_checker_decides_in_the_own_seat_where_the_settings_let_it(client, people):
    let_the_checker(people)
    with pytest.raises(NotAllowed, match="免报由审定办理"):
        decide(people.city_checker, until=None)
    with pytest.raises(NotAllowed, match="延期由审定或者审核办理"):
        decide(people.city_officer)
    client.force_login(people.city_checker)
    key = owed().key
    decide_page, detail = (reverse(name, args=[key]) for name in (DECIDE, DETAIL))
    assert '<button class="btn btn-primary" type="submit">审核</button>' in client.get(decide_page).content.decode()
    assert client.post(decide_page, {"reason": "汛期", "extended_to": LATER.isoformat()}).status_code == 302
    made = Exemption.objects.get()
    assert (made.decided_as, made.decided_by, made.decided_by_principal) == ("city_checker", people.city_checker, "")
    assert owed().how.extended.startswith("2027年3月1日审核，由")
    for page in (decide_page, detail):
        text = "".join(client.get(page).content.decode().split())
        assert (f"{people.city_checker.name}审核" in text, f"{people.city_checker.name}审定" in text) == (True, False)


def test_the_director_decides_in_the_own_seat_with_or_without_that_setting(people):
    assert decide(people.city_director).decided_as == "city_director"
    let_the_checker(people)
    assert decide(people.city_director, LATER + dt.timedelta(days=9)).decided_as == "city_director"
    assert owed().due == LATER + dt.timedelta(days=9), "the latest decision counts"


def test_who_stands_in_for_the_director_decides_in_that_seat_unless_the_own_one_may(people):
    post = Post.objects.get(user=people.city_director, role="city_director")
    term = {"first": NOW.date(), "last": NOW.date() + dt.timedelta(days=9)}
    delegations.delegate(post=post, deputy=people.city_checker, reason="出差", by=people.city_director, **term)
    deputy = User.objects.get(pk=people.city_checker.pk)
    made = decide(deputy)
    assert (made.decided_as, made.decided_by_named) == ("city_director", f"{people.city_checker.name}（受{people.city_director.name}委托）")
    let_the_checker(people)
    made = decide(deputy, LATER + dt.timedelta(days=9))
    assert (made.decided_as, made.decided_by_named) == ("city_checker", people.city_checker.name)


def test_earlier_decisions_get_the_seat_that_the_person_held(people):
    told = {"reason": "以前的决定", "decided_at": NOW, "extended_to": LATER}
    for by in (people.city_director, people.city_checker, people.city_officer):
        Exemption.objects.create(obligation=f"self_check:{by.pk}:2026", decided_by=by, **told)
    seats.name_seats(apps, None)
    found = dict(Exemption.objects.values_list("decided_by", "decided_as"))
    assert found == {
        people.city_director.pk: "city_director",
        people.city_checker.pk: "city_checker",
        people.city_officer.pk: "city_director",  # whose post is not known any more
    }
