"""Digests: one per person and day, recipients, quiet hours, weekly summary, and the queries of the sweep."""

import dataclasses
import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post
from greendistrict.core import clock, workdays
from greendistrict.core.models import CalendarYear, JobRun
from greendistrict.notifications.models import Delivery, Notification
from greendistrict.notifications.texts import text_of
from greendistrict.policy.duty_table import ROWS, duty_kind
from greendistrict.policy.models import LetterWording
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from obligations import reminders, tasks
from obligations.duties import Actors, Obligation
from obligations.models import Reminder
from obligations.reminder_ladder import rung_days, rung_on
from obligations.reminder_seats import receivers, seats_today
from obligations.reminder_settings import ladder_of
from obligations.reminder_texts import UNCONFIRMED, body, subject, summary, words_of
from tests.factories.accounts import make_user
from tests.factories.districts import PlotFactory
from tests.factories.received import at
from tests.factories.reviews import Scene
from tests.obligations.world import DUE, checks_due, titled

pytestmark = pytest.mark.usefixtures("arranged")
AFTER_1 = dt.date(2027, 4, 1)
DAY = dt.timedelta(days=1)
OFFICE = "市住房城乡建设管理委"


def moment(day, hour, minute=0):
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.SHANGHAI)


def swept(day, hour=9):
    """Run the hourly task at an hour of a day, and what it asks for; returns how many reminders are new."""
    rungs = Reminder.objects.exclude(mark__startswith="weekly:")
    before = rungs.count()
    with clock.at(moment(day, hour)):
        tasks.sweep()
        outbox.drain()
    return rungs.count() - before


def digests():
    return Notification.objects.filter(kind="digest").order_by("receiver__username")


def stand_in(kind, people, **more):
    """An obligation of a kind whose records the portal may not have yet."""
    row = duty_kind(kind)
    known = {"rule": row.rule, "cite": row.cite, "title": row.label, "to": row.creditor, "due": DUE, "is_watch": row.is_watch}
    acting = Actors((Role.PREPARER,), (people.applicant_body.pk,))
    body = {"district_id": 1, "district": "演示甲城（虚构）", "organisation_id": people.applicant_body.pk, "organisation": "演示公司"}
    return Obligation(key=f"{kind}:1", kind=kind, **{"actors": acting, **known, **body, **more})


def test_reminders_of_a_day_are_joined_for_each_person(people):
    titled(people, "演示乙城（虚构）", code="yi")
    assert swept(DUE) == 4
    notes = digests()
    assert [note.receiver.username for note in notes] == ["preparer", "reviewer"]
    assert {note.title for note in notes} == {"到期提醒2项：今日到期2项"}
    assert [line["title"] for line in notes[0].lines] == ["演示乙城（虚构）2026年度自查今日到期", "演示甲城（虚构）2026年度自查今日到期"]
    assert {line["body"].partition("\n")[0] for line in notes[0].lines} == {
        f"期限为2027年3月31日（含当日），请按期报送{OFFICE}。依据《指导意见》八（二）。"
    }
    assert Delivery.objects.filter(notification__kind="digest").count() == 2


def test_a_message_is_about_real_or_about_fictional_districts(people):
    """Digest, items that are watched, and weekly summary; what is about the story is marked in the mail."""
    real = titled(people, "某某真实城", code="zhen", is_demo=False, sources=["https://example.invalid"])
    for district in (real, District.objects.get(code="jia")):
        PlotFactory(district=district, planned_start=dt.date(2025, 2, 1), buildable=True, is_demo=district.is_demo)
    monday = dt.date(2027, 4, 12)
    for day in (DUE, monday):
        swept(day)
    told = {kind: Notification.objects.filter(kind=kind) for kind in ("digest", "weekly_summary")}
    for notes in told.values():
        assert {note.is_demo for note in notes} == {True, False}
        for note in notes:
            words = f"{note.title}{note.body}{[(line['title'], line['body']) for line in note.lines]}"
            assert ("（虚构）" in words, real.name in words) == (note.is_demo, not note.is_demo)
            assert f"world={'demo' if note.is_demo else 'real'}" in note.link or note.kind == "digest"
    for mail in map(text_of, Delivery.objects.select_related("notification")):
        words = f"{mail.subject}{mail.body}{mail.items}"
        assert mail.marked_subject.startswith("【演示数据】") is ("（虚构）" in words) is (real.name not in words)


def test_second_digest_of_a_day_waits_for_the_next(people):
    """What comes up after the digest of the day goes out with the next one."""
    assert swept(AFTER_1, 9) == 2
    titled(people, "演示乙城（虚构）", code="yi")
    assert swept(AFTER_1, 15) == 0
    assert swept(AFTER_1 + DAY, 9) == 2
    assert digests().count() == 4


def test_receivers_are_those_of_the_day_it_is_sent(people):
    Post.objects.filter(user=people.preparer).update(valid_to=DUE - DAY)
    joined = make_user(Role.PREPARER, people.applicant_body, username="successor", post_kw={"valid_from": DUE})
    swept(DUE)
    assert set(digests().values_list("receiver__username", flat=True)) == {"reviewer", joined.username}


def test_the_citys_own_duties_climb_to_checker_and_director(people):
    owed = stand_in("accept_case", people, actors=Actors((Role.CITY_OFFICER,), None), debtor_ids=())
    seats, ladder = seats_today(), ladder_of(duty_kind("accept_case"))
    names = lambda whom: [seats.people[pk].username for pk, _ in receivers(seats, owed, whom)]  # noqa: E731
    assert names(()) == ["city_officer"]
    assert names(ladder.then) == ["city_officer", "city_checker", "city_director"]
    assert ladder.then == ("市级审核", "市级审定")


def test_rights_and_watches_are_urged_on_nobody(people):
    silent = {row.key for row in ROWS if ladder_of(row) is None}
    assert silent == {"hearing", *(row.key for row in ROWS if row.is_watch)}
    assert {ladder_of(row).then for row in ROWS if row.rungs == "person"} == {()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_every_duty_has_words_for_each_rung_and_reader(people, row):
    ladder = ladder_of(row)
    if ladder is None:
        ladder = ladder_of(duty_kind("self_check"))
    words, calendar = words_of(DUE, workdays.current(), seats_today()), workdays.current()
    for rung in rung_days(ladder, DUE, calendar):
        for acts in (True, False):
            text = body(stand_in(row.key, people), rung, words, acts=acts, told="市级经办")
            assert "2027年3月31日（含当日）" in text
            assert UNCONFIRMED in text.splitlines()
            assert UNCONFIRMED not in body(stand_in(row.key, people, is_default_date=False), rung, words, acts=acts, told="市级经办")
            assert "依据" in text
            assert "{" not in text
            assert "＿" not in text


@pytest.mark.parametrize(("hour", "sent"), [(0, 0), (7, 0), (8, 2), (19, 2), (20, 0), (23, 0)])
def test_quiet_hours_hold_reminders_back(people, hour, sent):
    assert swept(DUE, hour) == sent


def test_rest_days_hold_reminders_back_until_the_next_working_day(people):
    saturday = dt.date(2027, 4, 10)
    assert [swept(saturday), swept(saturday + DAY), swept(saturday + 2 * DAY)] == [0, 0, 2]
    assert Notification.objects.filter(title__contains="已逾期8个工作日").count() == 2


def test_wording_of_a_kind_stands_before_that_of_all(people):
    told = {"status": "decided", "proposed_by": people.city_officer, "decided_by": people.city_checker, "reason": "x"}
    told |= {"proposed_at": at(2027, 1, 1), "decided_at": at(2027, 1, 1), "since": dt.date(2027, 1, 2), "number": 1}
    LetterWording.objects.create(key="due-day-own", text="通用，{期限}，{依据}", **told)
    LetterWording.objects.create(key="due-day-own--self_check", text="自查，{期限}，{依据}", **told)
    words, calendar = words_of(DUE, workdays.current(), seats_today()), workdays.current()
    rung = rung_on(ladder_of(duty_kind("self_check")), DUE, DUE, calendar)
    texts = [body(stand_in(kind, people), rung, words, acts=True).partition("\n")[0] for kind in ("self_check", "operation_report")]
    assert texts == ["自查，2027年3月31日，《指导意见》八（二）", "通用，2027年3月31日，《指导意见》八（四）"]


def test_chiefs_get_one_summary_of_the_week(people):
    people.reviewer.posts.update(is_admin=True)
    monday = dt.date(2027, 4, 12)
    for number in range(-3, 7):
        swept(monday + number * DAY, 9)
    found = Notification.objects.filter(kind="weekly_summary").order_by("receiver__username", "created_at")
    week = [(note.receiver.username, note.created_at.astimezone(clock.SHANGHAI).date()) for note in found]
    friday = monday - 3 * DAY
    assert week == [(name, day) for name in ("city_checker", "city_director", "reviewer") for day in (friday, monday)]
    note = found.filter(receiver=people.reviewer).last()
    assert note.title == "每周综述：逾期1项"
    assert note.body == "逾期：\n1. 演示甲城（虚构）2026年度自查已逾期8个工作日（期限待市级确认）"
    assert note.informs is False
    outbox.drain()


def test_a_summary_is_counted_for_those_who_have_not_had_it_alone(people, kept_queries):
    """It runs every hour of the week; a chief who comes later has it with the next run, and once all have it nothing is read."""
    monday = dt.date(2027, 4, 12)
    with clock.at(moment(monday, 9)):
        assert reminders.weekly(monday) == len(people_told()) == 2
        with kept_queries():  # settings, posts, who has had it
            assert reminders.weekly(monday) == 0
        people.reviewer.posts.update(is_admin=True)
        assert reminders.weekly(monday + DAY) == 1
    outbox.drain()
    assert people_told() == ["city_checker", "city_director", "reviewer"]


def people_told():
    outbox.drain()
    return sorted(Notification.objects.filter(kind="weekly_summary").values_list("receiver__username", flat=True))


def test_what_is_watched_in_districts_stands_in_the_weeks_summary_and_digest(people):
    people.reviewer.posts.update(is_admin=True)
    district = District.objects.get(code="jia")
    PlotFactory(district=district, planned_start=dt.date(2025, 2, 1), buildable=True)  # before the portal was in use: late all the same
    monday = dt.date(2027, 4, 12)
    for number in range(3):
        swept(monday + number * DAY)
    for name in ("city_checker", "city_director", "reviewer"):
        note = Notification.objects.get(kind="weekly_summary", receiver__username=name)
        assert note.title == "每周综述：逾期1项，关注事项1项"
        assert note.body.endswith("关注事项：\n1. 演示甲城（虚构）1个地块晚于计划")
    told = [(note.receiver.username, line) for note in digests() for line in note.lines if line["group"] == "watches"]
    [(name, line)] = told  # once a week; a chief reads it in the summary
    assert (name, line["title"], line["body"], line["informs"]) == ("preparer", "关注事项1项", "演示甲城（虚构）1个地块晚于计划。", True)


def test_the_system_keeper_is_reminded_of_its_own_duties_alone(people):
    CalendarYear.objects.filter(year=2028).delete()
    JobRun.objects.create(name="backup", succeeded_at=at(2027, 11, 30, 2))
    swept(dt.date(2027, 12, 1))
    told = {note.receiver.username: {line["title"] for line in note.lines} for note in digests()}
    own = {"2028年节假日安排今日到期", "备份今日到期"}
    assert told.pop("system_keeper") == own
    assert not own & set().union(*told.values())


def test_summary_counts_late_and_soon_and_watched(people):
    words = words_of(AFTER_1, workdays.current(), seats_today())
    rows = [stand_in("self_check", people), stand_in("operation_report", people, due=AFTER_1 + 5 * DAY), stand_in("plot_late", people)]
    named = (
        "逾期：\n1. 演示甲城（虚构）年度自查已逾期1个工作日（期限待市级确认）",
        "两周内到期：\n1. 演示甲城（虚构）运营工作报告还有3个工作日（期限待市级确认）",
        "关注事项：\n1. 演示甲城（虚构）地块晚于计划",
    )
    assert summary([*rows, stand_in("carbon_verification", people, due=AFTER_1 + 60 * DAY)], words) == (
        "每周综述：逾期1项，两周内到期1项，关注事项1项",
        "\n\n".join(named),
    )
    assert summary(rows[:0], words) is None


def test_duties_of_bodies_beside_any_district_are_told_apart_by_who_owes_them(people):
    words = words_of(AFTER_1, workdays.current(), seats_today())
    whose = ("演示甲区人民政府（虚构）", "演示乙区人民政府（虚构）")
    rows = [stand_in("plan_yearly", people, district_id=None, district="", organisation=name) for name in whose]
    said = summary(rows, words)[1].splitlines()[1:]
    assert said == [f"{number}. {name}年度实施计划已逾期1个工作日（期限待市级确认）" for number, name in enumerate(whose, start=1)]
    rung = rung_on(ladder_of(duty_kind("plan_yearly")), DUE, AFTER_1, workdays.current())
    told = dataclasses.replace(rung, whom=("市级经办",))
    assert subject(rows[0], told, words, acts=False) == f"{whose[0]}年度实施计划已逾期1个工作日（期限待市级确认）"
    assert subject(rows[0], told, words, acts=True) == "年度实施计划已逾期1个工作日（期限待市级确认）"


def test_a_summary_counts_what_its_link_lists(client, people):
    """And names nothing that its reader may not read of: who was asked to sit on a panel; that an answer is owed is for the city."""
    chiefs = (people.reviewer, people.authority)
    Post.objects.filter(user__in=chiefs).update(is_admin=True)
    titled(people, "演示乙城（虚构）", code="yi")
    with clock.at(at(2027, 4, 5, 9)):
        members = Scene(people=people).to_inviting().review.members.select_related("expert__user")
    asked = [member.expert.user.name for member in members]
    monday = dt.date(2027, 4, 12)
    swept(monday)
    for person in (*chiefs, people.city_checker, people.city_director):
        note = Notification.objects.get(kind="weekly_summary", receiver=person)
        client.force_login(person)
        with clock.at(moment(monday, 10)):
            listed = client.get(note.link).context["total"]
        assert (listed > 0, note.title.partition("，")[0]) == (True, f"每周综述：逾期{listed}项"), person
        assert ("邀请" in note.body) == (person in {people.city_checker, people.city_director})
        assert not [name for name in asked if name in note.body]


def test_sweep_that_has_nothing_new_reads_the_same_for_one_and_three(people):
    """Queries of the duties themselves are counted with their own lists."""
    counts = []
    for names in ((), ("演示乙城（虚构）", "演示丙城（虚构）")):
        for number, name in enumerate(names):
            titled(people, name, code=f"more-{number}")
        day = AFTER_1 + len(names) * DAY
        assert reminders.sweep(day) == 2 * (len(names) or 1)
        with CaptureQueriesContext(connection) as asked:
            assert reminders.sweep(day) == 0
        of_reminders = ("obligations_reminder", "policy_letterwording")
        counts.append([sum(table in query["sql"] for query in asked) for table in of_reminders] + [len(asked)])
    assert counts[0] == counts[1]
    assert counts[0][:2] == [1, 2]


def test_sweep_asks_the_history_by_the_index_of_its_rungs(people):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO obligations_reminder (mark, receiver_id, day) SELECT 'old:' || n || ':2020-01-01:on-day', %s, '2020-01-01'"
            " FROM generate_series(1, 20000) AS n",
            [people.preparer.pk],
        )
        cursor.execute("ANALYZE obligations_reminder")
    reminders.sweep(AFTER_1)
    marks = list(Reminder.objects.filter(day=AFTER_1).values_list("mark", flat=True))
    plan = Reminder.objects.filter(mark__in=marks).values_list("mark", "receiver").explain()
    assert "reminder_once" in plan
    assert "Seq Scan" not in plan


@pytest.mark.area("obligations", "greendistrict/notifications")
@settings(max_examples=3, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_rung_is_told_twice_and_none_of_a_running_portal_is_missing(people, data):
    """All rungs, swept at drawn hours, some twice, some days the portal stands still, some swept again after later ones."""
    for model in (Reminder, Notification, OutboxMessage):
        model.objects.all().delete()
    first = dt.date(2027, 2, 15)  # before the first rung of the self-check until after its last
    days = [first + number * DAY for number in range(90)]
    down = set(data.draw(st.lists(st.sampled_from(days), max_size=30)))
    hours = data.draw(st.lists(st.integers(0, 23), min_size=1, max_size=2))
    again = data.draw(st.lists(st.sampled_from(days), max_size=5))
    calendar, expected = workdays.current(), set()
    owed, _running = checks_due(DUE)
    ladder = ladder_of(duty_kind("self_check"))
    for day in days:
        if day not in down:
            for hour in hours:
                with clock.at(moment(day, hour)):
                    tasks.sweep()
            rung = rung_on(ladder, owed.due, day, calendar)
            if rung and calendar.is_working(day) and any(8 <= hour < 20 for hour in hours):
                people_of = receivers(seats_today(), owed, ())
                expected |= {(reminders.mark_of(owed, rung.key), person) for person, _ in people_of}
    for day in again:
        with clock.at(moment(day, 9)):
            tasks.sweep()
    outbox.drain()
    told = list(Reminder.objects.filter(mark__startswith=f"{owed.key}:").values_list("mark", "receiver"))
    assert len(told) == len(set(told))
    assert expected <= set(told)
    titles = list(Notification.objects.filter(kind="digest").values_list("receiver", "key"))
    assert len(titles) == len(set(titles))
    assert Delivery.objects.count() == Delivery.objects.values("notification", "channel").distinct().count()
