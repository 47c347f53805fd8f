"""Events: drafted by the city, published by a second person, sign-up with waiting list, held, attendance counted once."""

import datetime as dt
import re

import icalendar
import pytest
from django.db import connection
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Closed, NotAllowed, Refused
from greendistrict.documents.models import Evidence
from operation.entries.models import TrainingSession
from operation.ledger.selectors import ledger_rows
from outreach.exchange import selectors
from outreach.exchange.forms import PublicEventFilter
from outreach.exchange.models import EventSignUp, ExchangeEvent
from outreach.exchange.services import events, sign_ups
from portal.personal.services import DROPPED
from portal.todo.selectors import tasks_of
from tests.outreach.asking import CITY, KEEPERS, said, to
from tests.outreach.exchange.world import JUDGED, TEXT, day, held, make_event, paper, pilot, published
from tests.refusing import refuses
from tests.steps import reaches, step

AREA = pytest.mark.area("outreach/exchange")
WHO = {"name": "张三（虚构）", "contact": "13800001234"}


def code_of(answer):
    return re.search(r'gd-code">\s*([A-Z0-9-]+)', said(answer))[1]


def public(event, number, address=None, **more):
    words = sign_ups.SignUpWords(**{"name": f"访客{number}（虚构）", "contact": f"139{number:08}", **more})
    return sign_ups.sign_up_public(event=event, words=words, address=address or f"198.51.100.{number}")


def test_from_draft_to_publication(client, people):
    client.force_login(people.city_officer)
    made = client.post(to("event_open"), {"kind": "training", "title": TEXT["title"]})
    event = ExchangeEvent.objects.get()
    assert (made.status_code, made["Location"]) == (302, to("event", event.pk))
    typed = {name: "" if value is None else value for name, value in TEXT.items()}
    late = {**typed, "starts_on": day(5), "ends_on": day(4), "version": event.version}
    assert "结束日期不能早于开始日期" in said(client.post(to("event_save", event.pk), late))
    wanted = "“内容”未填", "“地点”未填", "“开始日期”未填", "“名额”未填", "“培训对象”未选", "尚无议程"
    with pytest.raises(Refused) as refused:
        step(event, "publish", people.city_checker)
    assert all(any(words in one.text for one in refused.value.refusals) for words in wanted)
    assert client.post(to("event_save", event.pk), {**late, "ends_on": ""}).status_code == 302
    row = {"day": day(5), "begins": "09:00", "ends": "08:00", "subject": "开班（虚构）"}
    assert "结束时间应晚于开始时间" in said(client.post(to("event_row_add", event.pk), row))
    assert client.post(to("event_row_add", event.pk), {**row, "ends": "11:30"}).status_code == 302
    client.logout()
    assert client.get(to("event_public", event.pk)).status_code == 404
    assert TEXT["title"] not in said(client.get(to("events")))
    refuses(Refused, step, event, "publish", people.city_officer)  # the last writer
    step(event, "publish", people.city_checker)
    assert event.number == f"JL-{clock.today().year}-0001"
    page = said(client.get(to("event_public", event.pk)))
    assert not any(one.name in page for one in (people.city_officer, people.city_checker))


def test_who_has_an_account_signs_up_withdraws_and_rates_on_the_page(client, people):
    event = published(people, capacity=5)
    client.force_login(people.partner)
    assert client.post(to("event_sign_up", event.pk)).status_code == 302
    assert client.post(to("event_withdraw", event.pk)).status_code == 302
    assert EventSignUp.objects.get().standing == "withdrawn"
    held(people, event, [sign_ups.sign_up(event=event, by=people.partner).pk])
    assert client.post(to("event_rate", event.pk), {"satisfied": "yes"}).status_code == 302
    assert EventSignUp.objects.get(attended=True).satisfied


def test_the_waiting_list_moves_up_in_its_order_and_holds_as_many_as_there_are_places(people):
    event = published(people, capacity=2)
    first, second = (sign_ups.sign_up(event=event, by=user) for user in (people.partner, people.bureau))
    third, fourth = public(event, 1).sign_up, sign_ups.sign_up(event=event, by=people.expert1)
    assert [one.standing for one in (first, second, third, fourth)] == ["placed", "placed", "waiting", "waiting"]
    assert [selectors.place_in_line(one) for one in (third, fourth)] == [1, 2]
    refuses("都已报满", sign_ups.sign_up, event=event, by=people.expert2)
    sign_ups.withdraw(row=first, by=people.partner)
    rows = {one.pk: one.standing for one in EventSignUp.objects.all()}
    assert [rows[one.pk] for one in (first, second, third, fourth)] == ["withdrawn", "placed", "placed", "waiting"]
    assert sign_ups.sign_up(event=event, by=people.partner).standing == "waiting"
    refuses("已经报名", sign_ups.sign_up, event=event, by=people.partner)
    refuses(NotAllowed, sign_ups.withdraw, row=second, by=people.partner)


def test_a_full_event_says_so_instead_of_offering_a_form(client, people):
    event = published(people, capacity=1)
    first = public(event, 1).sign_up
    form, page = to("event_sign_up_public", event.pk), to("event_public", event.pk)
    assert "名额已满，报名后列入候补" in said(client.get(form))
    public(event, 2)
    full = "名额和候补都已报满，暂不能报名"
    assert (full in said(client.get(page)), f'href="{form}"' in said(client.get(page))) == (True, False)
    assert (full in said(client.get(form)), 'name="contact"' in said(client.get(form))) == (True, False)
    refused = client.post(form, {**WHO, "contact": "13900000003"})
    assert (refused.status_code, "13900000003" in said(refused), "列入候补" in said(refused)) == (409, True, False)
    client.force_login(people.partner)
    inner = said(client.get(to("event", event.pk)))
    assert (full in inner, to("event_sign_up", event.pk) in inner) == (True, False)
    sign_ups.withdraw_public(row=first)
    assert full not in said(client.get(form))
    assert to("event_sign_up", event.pk) in said(client.get(to("event", event.pk)))


def test_more_places_after_a_revision_go_to_those_who_wait(people):
    event = published(people, capacity=1)
    sign_ups.sign_up(event=event, by=people.partner)
    waiting = sign_ups.sign_up(event=event, by=people.bureau)
    step(event, "revise", people.city_officer, "换大的会场（虚构）")
    assert event in selectors.events_visible_to(Viewer(people.bureau))
    assert event not in selectors.events_visible_to(Viewer(people.expert1))
    values = {name: getattr(event, name) for name in events.FIELDS}
    events.save_event(event=event, values=values | {"capacity": 2}, version=event.version, by=people.city_officer)
    number = event.number
    step(event, "publish", people.city_checker)
    waiting.refresh_from_db()
    assert (waiting.standing, event.number) == ("placed", number)


def test_signing_up_ends_with_its_day_and_with_the_event(people):
    event = published(people, sign_up_until=day(3), capacity=5)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        mine = sign_ups.sign_up(event=event, by=people.partner)
    with clock.at(clock.now() + dt.timedelta(days=4)), pytest.raises(Closed):
        sign_ups.sign_up(event=event, by=people.bureau)
    refuses("才开始", step, event, "hold", people.city_officer)
    held(people, event, [mine.pk])
    refuses("已经举办", sign_ups.withdraw, row=mine, by=people.partner)


@AREA
def test_who_may_sign_up_is_set_for_each_event(client, people):
    district = pilot(people)
    found = {}
    for circle in ("seats", "districts", "public"):
        event = published(people, circle=circle, capacity=100)
        for seat, user in people.everybody.items():
            own = selectors.districts_to_speak_for(Viewer(user))
            try:
                sign_ups.sign_up(event=event, by=user, district=own[0] if own else None)
            except Refused:
                continue
            found.setdefault(circle, set()).add(seat)
        answer = client.post(to("event_sign_up_public", event.pk), WHO | {"contact": f"{circle}@example.org"})
        assert answer.status_code == (200 if circle == "public" else 404)
    everybody = set(people.everybody) - KEEPERS
    assert found["seats"] == found["public"] == everybody
    assert found["districts"] == {"authority", "bureau", "consultant", "preparer", "reviewer"}
    event = published(people, circle="seats", title="另一个（虚构）")
    refuses(NotAllowed, sign_ups.sign_up, event=event, by=people.outsider_preparer, district=district)


def test_the_public_signs_up_with_a_receipt_and_withdraws_and_rates_by_its_code(client, people):
    event = published(people, capacity=1)
    lacking = client.post(to("event_sign_up_public", event.pk), {"name": "张三（虚构）"})
    assert (lacking.status_code, "张三（虚构）" in said(lacking)) == (422, True)
    code = code_of(client.post(to("event_sign_up_public", event.pk), WHO))
    again = client.post(to("event_sign_up_public", event.pk), {**WHO, "contact": "138 0000 1234"})
    assert (again.status_code, "已经报名" in said(again)) == (409, True)
    row = EventSignUp.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact, contact_digest, digest, origin FROM outreach_eventsignup")
        assert not any(secret in str(cursor.fetchall()) for secret in (WHO["contact"], code, "127.0.0.1"))
    waits = code_of(client.post(to("event_sign_up_public", event.pk), {"name": "李四（虚构）", "contact": "13900001234"}))
    assert "第1位" in said(client.post(to("sign_up_receipt"), {"code": waits}))
    seen = said(client.post(to("sign_up_receipt"), {"code": code.lower().replace("-", "")}))
    assert (row.number in seen, WHO["contact"] in seen, WHO["name"] in seen) == (True, False, False)
    assert "报名已取消" in said(client.post(to("sign_up_receipt"), {"code": code, "act": "withdraw"}))
    assert "已报上" in said(client.post(to("sign_up_receipt"), {"code": waits}))
    moved = EventSignUp.objects.get(name="李四（虚构）")
    early = client.post(to("sign_up_receipt"), {"code": waits, "act": "rate", "satisfied": "yes"})
    assert (early.status_code, moved.satisfied) == (409, None)
    held(people, event, [moved.pk])
    empty = client.post(to("sign_up_receipt"), {"code": waits, "act": "rate", "satisfied": ""})
    assert (empty.status_code, "有1处需要更正" in said(empty), "对这次活动：请选择" in said(empty)) == (422, True, True)
    rated = client.post(to("sign_up_receipt"), {"code": waits, "act": "rate", "satisfied": "yes", "comment": "很好（虚构）"})
    assert "评价已保存" in said(rated)
    moved.refresh_from_db()
    assert (moved.satisfied, moved.comment) == (True, "很好（虚构）")
    assert client.post(to("sign_up_receipt"), {"code": "ABCD-EFGH-JKMN-PQRS-TUVW"}).status_code == 404


def test_contacts_are_masked_and_shown_after_a_reason_on_record(client, people):
    event = published(people)
    row = public(event, 1, contact="13912345678").sign_up
    client.force_login(people.city_checker)
    page = said(client.get(to("event", event.pk)))
    assert ("139****5678" in page, "13912345678" in page) == (True, False)
    address = to("event_contact", event.pk, row.pk)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert "13912345678" in said(client.post(address, {"reason": "核对报名（虚构）"}))
    record = AuditRecord.objects.get(action="exchange_event.reveal_contact")
    assert record.data["reason"] == "核对报名（虚构）"
    assert "13912345678" not in str(record.data)


def test_a_sign_up_that_is_turned_away_frees_its_place(officer, people):
    event = published(people, capacity=1)
    bad, next_one = public(event, 1).sign_up, sign_ups.sign_up(event=event, by=people.partner)
    assert officer.post(to("event_strike", event.pk, bad.pk), {"reason": ""}).status_code == 422
    assert officer.post(to("event_strike", event.pk, bad.pk), {"reason": "不是真名（虚构）"}).status_code == 302
    bad.refresh_from_db()
    next_one.refresh_from_db()
    assert (bad.standing, next_one.standing) == ("struck", "placed")


def test_attendance_is_counted_once_and_the_ledger_takes_it_from_there(client, people):
    """The page, the ledger, its list and what is stored at the closing say the same number."""
    district, other = pilot(people), pilot(people, name="演示别区（虚构）")
    event = published(people, capacity=5)
    came = [sign_ups.sign_up(event=event, by=user, district=district) for user in (people.authority, people.preparer)]
    away = sign_ups.sign_up(event=event, by=people.reviewer, district=district)
    guest = public(event, 1).sign_up
    held(people, event, [came[0].pk, came[1].pk, guest.pk])
    for row, liked in ((came[0], True), (came[1], True), (guest, False)):
        sign_ups.rate(row=row, satisfied=liked, comment="")
    refuses("到场的人", sign_ups.rate, row=away, satisfied=True, comment="")
    refuses("办结的培训", sign_ups.take_to_ledger, event=event, district=district, by=people.preparer)
    with clock.at(dt.datetime.combine(event.starts_on, dt.time(19), clock.SHANGHAI)):
        live = selectors.attendance_of(event)
        step(event, "close", people.city_officer)
    assert live == selectors.attendance_of(event)
    assert (live.placed, live.attended, live.unmarked, live.rated, live.satisfied) == (4, 3, 0, 3, 2)
    refuses("没有人到场", sign_ups.take_to_ledger, event=event, district=other, by=people.preparer)
    refuses(NotAllowed, sign_ups.take_to_ledger, event=event, district=district, by=people.city_officer)
    client.force_login(people.preparer)
    assert client.post(to("event_take", event.pk, district.pk)).status_code == 302
    session = TrainingSession.objects.get()
    year = event.starts_on.year
    assert (session.attended, session.rating, session.result, session.year) == (2, live.rating, JUDGED, year)
    twice = client.post(to("event_take", event.pk, district.pk))
    assert (twice.status_code, "已经把这次培训记入台账" in said(twice)) == (409, True)
    [line] = selectors.ledger_lines(event, Viewer(people.preparer))
    assert (line.came, line.session, line.differs) == (2, session, False)
    with clock.at(dt.datetime.combine(event.starts_on, dt.time(20), clock.SHANGHAI)):
        [row] = ledger_rows([district], year)
    assert (row.trainings, row.trained) == (1, line.came)
    TrainingSession.objects.update(attended=9)
    assert "与登记的到场不一致" in said(client.get(to("event", event.pk)))
    session.delete()
    sign_ups.take_to_ledger(event=event, district=district, by=people.authority)
    assert TrainingSession.objects.count() == 1


@AREA
def test_a_training_that_stands_in_the_ledger_by_hand_is_not_entered_again(people):
    district = pilot(people)
    event = published(people)
    row = sign_ups.sign_up(event=event, by=people.preparer, district=district)
    held(people, event, [row.pk])
    step(event, "close", people.city_officer)
    TrainingSession.objects.create(
        district=district, year=event.starts_on.year, entered_at=clock.now(), tier="management", title=event.title, held_on=event.starts_on
    )
    refuses("不重复记入", sign_ups.take_to_ledger, event=event, district=district, by=people.preparer)


def test_it_is_closed_only_with_everybody_marked_and_an_evaluation(client, people):
    event = published(people)
    sign_ups.sign_up(event=event, by=people.partner)
    with clock.at(dt.datetime.combine(event.starts_on, dt.time(18), clock.SHANGHAI)):
        step(event, "hold", people.city_officer)
        with pytest.raises(Refused) as refused:
            step(event, "close", people.city_officer)
    assert [one.text for one in refused.value.refusals] == ["还有1人没有登记是否到场", "“活动评价”未填"]
    client.force_login(people.city_officer)
    stale = client.post(to("event_mark", event.pk), {"evaluation": "写了的（虚构）", "version": event.version - 1})
    assert (stale.status_code, "写了的（虚构）" in said(stale)) == (409, True)
    assert client.post(to("event_mark", event.pk), {"evaluation": JUDGED, "version": event.version}).status_code == 302
    event.refresh_from_db()
    step(event, "close", people.city_officer)
    client.logout()
    assert JUDGED in said(client.get(to("event_public", event.pk)))


def test_material_is_public_where_it_was_released(client, people):
    event = published(people)
    client.force_login(people.city_officer)
    for released in (True, False):
        data = {"upload": paper(f"{released}.pdf"), "title": f"讲义{released}（虚构）", **({"released": "on"} if released else {})}
        assert client.post(to("event_file_add", event.pk), data).status_code == 302
    shown, kept = Evidence.objects.order_by("confidentiality", "pk").filter(kind=events.MATERIAL).order_by("-confidentiality")
    client.logout()
    page = said(client.get(to("event_public", event.pk)))
    assert (shown.title in page, kept.title in page) == (True, False)
    opened = client.get(to("event_file", event.pk, shown.key))
    assert (opened.status_code, b"".join(opened.streaming_content)[:4]) == (200, b"%PDF")
    assert client.get(to("event_file", event.pk, kept.key)).status_code == 404
    assert client.get(reverse("documents:download", args=[kept.key])).status_code == 302
    client.force_login(people.partner)
    inner = client.get(reverse("documents:download", args=[kept.key]))
    assert (inner.status_code, inner.getvalue()[:4]) == (200, b"%PDF")


@AREA
def test_the_calendar_file_has_the_hours_of_the_programme_and_says_when_it_is_cancelled(client, people):
    event = published(people, ends_on=day(6))
    answer = client.get(to("event_calendar", event.pk))
    assert answer["Content-Type"].startswith("text/calendar")
    first, second = (one for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))
    assert first.decoded("dtstart") == dt.datetime.combine(event.starts_on, dt.time(9), clock.SHANGHAI).astimezone(dt.UTC)
    assert first.decoded("dtend") - first.decoded("dtstart") == dt.timedelta(hours=2, minutes=30)
    assert (second.decoded("dtstart"), second.decoded("dtend")) == (event.ends_on, event.ends_on + dt.timedelta(days=1))
    assert first["uid"] != second["uid"]
    assert f"【演示数据】{event.title}" == str(first["summary"])
    step(event, "cancel", people.city_officer, "台风（虚构）")
    again = next(iter(icalendar.Calendar.from_ical(client.get(to("event_calendar", event.pk)).content).walk("VEVENT")))
    assert (again["uid"], str(again["status"])) == (first["uid"], "CANCELLED")
    assert again["sequence"] > first["sequence"]


def test_a_visitor_reads_why_nobody_can_sign_up_and_no_receipt_of_events_that_gave_none(client, people):
    open_now = published(people, circle="public", sign_up_until=day(2))
    inside = published(people, circle="seats", title="平台内活动（虚构）")
    receipt = f'href="{to("sign_up_receipt")}"'
    pages = [said(client.get(to("event_public", one.pk))) for one in (open_now, inside)]
    assert [receipt in page for page in pages] == [True, False]
    assert all(re.search(r"<dt>名额</dt>\s*<dd>\d+人</dd>", page) for page in pages)
    with clock.at(dt.datetime.combine(day(3), dt.time(10), clock.SHANGHAI)):
        late = said(client.get(to("event_public", open_now.pk)))
        refused = said(client.get(to("event_sign_up_public", open_now.pk)))
    words = f"报名已于{day_in_words(day(2))}截止。"
    assert (words in late, words in refused) == (True, True)


def test_a_draft_is_dropped_and_what_was_published_is_cancelled(officer, people):
    event = make_event(people)
    refuses("可以删除", step, event, "cancel", people.city_officer, "不办了（虚构）")
    assert officer.post(to("event_drop", event.pk), {"confirmed": "1"}).status_code == 302
    assert not ExchangeEvent.objects.exists()
    event = published(people)
    step(event, "revise", people.city_officer, "改期（虚构）")
    with pytest.raises(NotAllowed, match="不能删除"):
        events.drop_event(event=event, by=people.city_officer)


def test_who_may_do_what(client, people):
    draft, event = make_event(people), published(people)
    row = public(event, 1).sign_up
    asked = {
        "read the draft": ("get", to("event", draft.pk), {}),
        "read": ("get", to("event", event.pk), {}),
        "save": ("post", to("event_save", draft.pk), {"title": " "}),
        "add a row": ("post", to("event_row_add", draft.pk), {}),
        "add a file": ("post", to("event_file_add", event.pk), {}),
        "drop": ("post", to("event_drop", draft.pk), {}),
        "mark": ("post", to("event_mark", event.pk), {"version": event.version}),
        "see a contact": ("get", to("event_contact", event.pk, row.pk), {}),
        "strike": ("post", to("event_strike", event.pk, row.pk), {"reason": ""}),
        "open": ("post", to("event_open"), {"kind": "forum", "title": "另一个（虚构）"}),
    }
    found = {name: set() for name in asked}
    for seat, user in people.everybody.items():
        client.force_login(user)
        for name, (method, address, given) in asked.items():
            if getattr(client, method)(address, given).status_code in {200, 302}:
                found[name].add(seat)
    assert found["open"] == found["drop"] == {"city_officer"}
    assert found["read the draft"] == found["see a contact"] == CITY
    assert found["read"] == set(people.everybody) - KEEPERS
    row.refresh_from_db()
    event.refresh_from_db()
    assert (row.standing, row.attended, draft.agenda.count()) == ("placed", None, 1)
    assert not Evidence.objects.filter(kind=events.MATERIAL).exists()


@AREA
def test_sign_ups_of_the_public_go_half_a_year_after_the_event_and_the_count_stays(people):
    event = published(people, capacity=3)
    guest, user = public(event, 1).sign_up, sign_ups.sign_up(event=event, by=people.partner)
    held(people, event, [guest.pk, user.pk])
    drop = DROPPED["event_sign_ups"]
    after = dt.datetime.combine(event.ends_on + dt.timedelta(days=1), dt.time(), clock.SHANGHAI)
    assert not drop(after).exists()  # not closed yet
    step(event, "close", people.city_officer)
    assert not drop(after - dt.timedelta(days=1)).exists()
    drop(after).delete()
    assert set(EventSignUp.objects.values_list("pk", flat=True)) == {user.pk}
    event.refresh_from_db()
    assert selectors.attendance_of(event).attended == 2


def test_events_are_on_the_desk_of_whose_turn_it_is(people):
    event = make_event(people, starts=0)

    def waits():
        return {
            seat
            for seat in ("city_officer", "city_checker", "city_director", "partner")
            if [one for one in tasks_of(Viewer(people.everybody[seat])) if one.kind.startswith("exchange_event")]
        }

    assert waits() == {"city_officer", "city_checker"}
    step(event, "publish", people.city_checker)
    assert waits() == {"city_officer"}
    held(people, event)
    assert waits() == {"city_officer"}
    step(event, "close", people.city_officer)
    assert waits() == set()


def test_the_lists_are_narrowed_by_form_and_by_area_which_is_marked_as_a_draft(client, people):
    one = published(people, areas=["ecology"])
    two = published(people, kind="forum", title="论坛（虚构）")
    key, _ = client.get(to("events")).context["form"].fields["area"].choices[1]
    ExchangeEvent.objects.filter(pk=one.pk).update(areas=[key])

    def found(**asked):
        return set(PublicEventFilter(asked, selectors.events_public()).qs)

    assert found() == {one, two}
    assert found(area=key) == found(kind="training") == found(q="培训") == {one}
    page = said(client.get(to("events"), {"area": key}))
    assert (to("event_public", one.pk) in page, to("event_public", two.pk) in page) == (True, False)
    wrong = said(client.get(to("events"), {"kind": "zzz"}))
    assert [words in wrong for words in ("有查询条件不可用，没有按它查询", "形式：zzz", "请从列出的选项中选择")] == [True] * 3
    assert len([*client.get(to("events")).context["form"].fields["area"].choices]) == 11
    client.force_login(people.partner)
    inner = said(client.get(to("event_list"), {"kind": "forum"}))
    assert [f'href="{to("event", event.pk)}"' in inner for event in (one, two)] == [False, True]


def test_who_moves_up_or_is_turned_away_is_told_and_nobody_else(people):
    event = published(people, capacity=2)
    first, _, third = (sign_ups.sign_up(event=event, by=user) for user in (people.partner, people.bureau, people.expert1))
    with clock.at(clock.now()):
        sign_ups.withdraw(row=first, by=people.partner)
    assert reaches(people, event, "moved_up", 这位报名人={"expert1"}) == {f"{event}：候补已递补"}
    sign_ups.strike(row=third, reason="重复（虚构）", by=people.city_officer)
    assert reaches(people, event, "turned_away", 这位报名人={"expert1"}) == {f"{event}：报名不予接受"}
