import datetime as dt

import pytest
from django.core import mail
from django.db import connection

from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.policy.models import Setting
from greendistrict.policy.parameters import first_day_in_use
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from obligations import reminders, services
from obligations.duties import ObligationState
from obligations.models import Exemption
from obligations.open_counts import overdue_count
from obligations.reminder_texts import UNCONFIRMED
from obligations.selectors import due, obligations_visible_to
from tests.factories.accounts import make_user
from tests.factories.received import at
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import DUE, SEES, checks_due, world
from tests.waiting import race

pytestmark = pytest.mark.usefixtures("arranged")
BEFORE_30 = dt.date(2027, 2, 17)
AFTER_1 = dt.date(2027, 4, 1)
AFTER_7 = dt.date(2027, 4, 9)
ESCALATED = (dt.date(2027, 4, 20), dt.date(2027, 4, 29), dt.date(2027, 5, 10))


def told(day=None):
    """(username, title) of what was asked for and not looked at before."""
    with clock.at(dt.datetime.combine(day or DUE, dt.time(7), tzinfo=clock.SHANGHAI)):
        outbox.drain()
    found = sorted(Notification.objects.values_list("receiver__username", "title"))
    Notification.objects.all().delete()
    return found


def test_what_fell_due_before_the_portal_was_in_use_is_no_record(people):
    District.objects.update(titled_on=dt.date(2020, 1, 1))
    everything = ["2025年度自查", "2025年度运营工作报告", "2025年度碳排放核查报告", "2026年度自查"]
    assert sorted(row.title for row in due(Viewer(None, as_of=dt.date(2026, 6, 1)))) == sorted(everything)
    Setting.objects.filter(key="obligations_from").update(value="2026-04-01")
    assert [row.title for row in due(Viewer(None, as_of=dt.date(2026, 6, 1)))] == ["2025年度碳排放核查报告", "2026年度自查"]


def test_first_day_in_use_is_that_of_the_first_record(people):
    Setting.objects.all().delete()
    AuditRecord.objects.create(at=at(2026, 2, 3, 1), action="setup")
    first = AuditRecord.objects.order_by("pk").first()
    assert first_day_in_use() == first.at.astimezone(clock.SHANGHAI).date()


def test_sweep_run_twice_sends_once(people):
    assert reminders.sweep(BEFORE_30 - dt.timedelta(days=1)) == 0
    assert reminders.sweep(DUE) == 2
    assert reminders.sweep(DUE) == 0
    assert told() == [("preparer", "演示甲城（虚构）2026年度自查今日到期"), ("reviewer", "演示甲城（虚构）2026年度自查今日到期")]
    assert len(mail.outbox) == 2
    assert reminders.sweep(DUE) == 0


def test_stopped_portal_sends_the_latest_rung_only(people):
    assert reminders.sweep(dt.date(2027, 4, 12)) == 2
    assert {title for _, title in told()} == {"演示甲城（虚构）2026年度自查已逾期8个工作日（期限待市级确认）"}
    assert OutboxMessage.objects.filter(kind="notification").count() == 2


def test_matter_climbs_to_head_authority_and_city(people):
    people.reviewer.posts.update(is_admin=True)
    make_user(Role.VERIFIER, people.applicant_body, username="head", post_kw={"is_admin": True})
    make_user(Role.PREPARER, people.outsider_body, username="elsewhere", post_kw={"is_admin": True})
    reached = []
    for day in (AFTER_7, *ESCALATED):
        reminders.sweep(day)
        reached.append({name for name, _ in told(day)})
    owing = {"preparer", "reviewer"}
    assert reached == [owing, owing | {"head"}, owing | {"head", "authority"}, owing | {"head", "authority", "city_officer"}]


def test_text_tells_due_overdue_and_escalated(people):
    texts = []
    for day in (BEFORE_30, DUE, AFTER_1, ESCALATED[0]):
        reminders.sweep(day)
        texts.append(OutboxMessage.objects.filter(kind="notification", payload__receiver=people.preparer.pk).last().payload["body"])
    office = "市住房城乡建设管理委"
    climbed = f"应于2027年3月31日（含当日）前报送{office}，尚未报送，已告知本单位负责人。"
    assert [text.partition("\n")[0] for text in texts] == [
        f"请于2027年3月31日（含当日）前报送{office}。依据《指导意见》八（二）。",
        f"期限为2027年3月31日（含当日），请按期报送{office}。依据《指导意见》八（二）。",
        f"应于2027年3月31日（含当日）前报送{office}，请尽快补报。依据《指导意见》八（二）。",
        f"{climbed}请尽快补报；确有困难的，请书面说明原因。依据《指导意见》八（二）。",
    ]
    assert {text.partition("\n")[2] for text in texts} == {f"{UNCONFIRMED}\n联系人：{people.city_officer.name}。"}


def test_failing_reminder_does_not_stop_the_others(people, caplog):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE obligations_reminder ADD CONSTRAINT refuses CHECK (receiver_id <> {people.preparer.pk})")
    assert reminders.sweep(DUE) == 1
    assert f"reminder-sweep: {people.preparer} failed" in caplog.text
    assert [name for name, _ in told()] == ["reviewer"]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while checks of its rows wait
        cursor.execute("ALTER TABLE obligations_reminder DROP CONSTRAINT refuses")
    assert reminders.sweep(DUE) == 1
    assert [name for name, _ in told()] == ["preparer"]


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_send_once():
    world()
    race(*[lambda: (reminders.sweep(DUE), outbox.drain())] * 3)
    outbox.drain()
    assert Notification.objects.count() == 2
    assert len(mail.outbox) == 2


def test_waived_obligation_is_not_reminded(people):
    owed, _running = checks_due(DUE)
    waived_or_extended(owed.key, people, "当年授予，不足三个月")
    assert checks_due(DUE)[0].state(AFTER_1) is ObligationState.WAIVED
    assert reminders.sweep(AFTER_1) == 0


def test_extension_moves_the_day_and_the_rungs_begin_anew(people):
    reminders.sweep(DUE)
    owed, _running = checks_due(DUE)
    with clock.at(at(2027, 3, 31)):
        services.decide(obligation=owed.key, by=people.city_director, reason="材料待补", extended_to=dt.date(2027, 4, 30))
    moved, _running = checks_due(DUE)
    assert (moved.due, moved.is_default_date, moved.state(AFTER_1)) == (dt.date(2027, 4, 30), False, ObligationState.DUE)
    assert reminders.sweep(dt.date(2027, 4, 30)) == 2


def test_reminder_of_a_rest_day_goes_out_on_the_last_working_day_before(people):
    """Every day around a due day that offices rest on, as earlier decisions may have left it."""
    owed, _running = checks_due(DUE)
    sunday = dt.date(2027, 6, 27)
    Exemption.objects.create(
        obligation=owed.key, extended_to=sunday, reason="以前的决定", decided_at=at(2027, 3, 31), decided_by=people.city_director
    )
    said = {}
    for number in range(-14, 12):
        day = sunday + dt.timedelta(days=number)
        reminders.sweep(day)
        titles = [title for who, title in told(day) if who == "preparer" and "自查" in title]
        if titles:
            said[number] = titles[0].removeprefix("演示甲城（虚构）2026年度自查")
    before = {-14: "还有10个工作日", -10: "还有6个工作日", -2: "将于6月27日到期"}
    assert said == before | {1: "已逾期1个工作日", 9: "已逾期7个工作日"}


def test_obligations_are_seen_by_those_who_have_to_do_with_the_district(people):
    for seat, user in people.everybody.items():
        assert len(obligations_visible_to(Viewer(user).at(AFTER_1))) == 4 * (seat in SEES), seat
        assert overdue_count(Viewer(user).at(AFTER_1)) == (seat in SEES), seat
