"""The system keeper's page of how the portal is doing, and the record of scheduled jobs behind it."""

import datetime as dt
from pathlib import Path

import pytest
from celery.signals import beat_init, task_failure, task_success
from django.urls import reverse

from greendistrict.celery import app
from greendistrict.core import clock, heartbeats, schedule, workdays
from greendistrict.core.models import CalendarYear, JobRun
from portal.operations.selectors import status as operations
from tests.factories.accounts import cast

pytestmark = pytest.mark.django_db
ALL = "default,hooks,imports,mail,maintenance,office,reports"
SWEEP = "obligations.tasks.sweep"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _forget():
    app.loader.import_default_modules()
    schedule._written.clear()
    heartbeats._last.clear()


@pytest.fixture
def people():
    return cast()


def run(name=SWEEP, error=None):
    """The signal that the worker gives when a task has ended."""
    task = app.tasks[name]
    if error:
        task_failure.send(sender=task, task_id="t", exception=error, args=(), kwargs={}, traceback=None, einfo=None)
    else:
        task_success.send(sender=task, result=0)


def page(client, user):
    client.force_login(user)
    return client.get(reverse("portal:operations")).content.decode()


def test_every_scheduled_job_has_a_name_and_a_task(settings):
    assert operations.JOBS.keys() - settings.CELERY_BEAT_SCHEDULE.keys() == {"nightly-backup", "scan-files"}, "only where they are set"
    assert settings.CELERY_BEAT_SCHEDULE.keys() <= operations.JOBS.keys()
    assert "portal.tasks.make_backup" in app.tasks
    assert set(schedule.names_by_task()) <= set(app.tasks)


def test_last_good_run_is_kept_and_what_missed_its_hour_is_late(client, people):
    now = clock.now()
    with clock.at(now):
        run()
    assert JobRun.objects.get(name="reminder-sweep").succeeded_at == now
    assert "reminder-sweep" not in schedule.late(now + 2 * HOUR)
    assert "reminder-sweep" in schedule.late(now + 2 * HOUR + dt.timedelta(seconds=1))
    with clock.at(now + 2 * DAY):
        shown = page(client, people.system_keeper)
    assert "没有按时完成的定时任务" in shown
    assert "到期提醒" in shown


def test_a_job_of_a_new_version_is_not_late_before_its_first_hour():
    day = clock.now() + 30 * DAY
    assert "collect-names" in schedule.late(day), "without a beat it is"
    with clock.at(day):
        beat_init.send(sender=None)
    assert schedule.late(day) == schedule.late(day + HOUR) == []
    assert "collect-names" in schedule.late(day + 2 * HOUR + dt.timedelta(seconds=1))
    with clock.at(day + DAY):
        beat_init.send(sender=None)
    assert "collect-names" in schedule.late(day + DAY), "a beat that is started again forgives nothing"


def test_a_job_that_fails_every_night_shows_its_reason(client, people):
    now = clock.now()
    for night in range(3):
        with clock.at(now + night * DAY):
            run(error=ValueError("reminders.before holds thirty"))
    with clock.at(now + 2 * DAY):
        shown = page(client, people.system_keeper)
    assert all(words in shown for words in ("上次失败", "ValueError: reminders.before holds thirty", "逾期"))
    with clock.at(now + 3 * DAY):
        run()
    with clock.at(now + 3 * DAY + HOUR):
        assert "上次失败" not in page(client, people.system_keeper)


def test_other_tasks_leave_no_record(settings):
    run("reports.tasks.make_report")
    assert not JobRun.objects.exists()


def test_a_job_of_every_few_seconds_is_written_once_a_minute(django_assert_num_queries):
    name, now = "greendistrict.workflow.tasks.drain_outbox", clock.now()
    with clock.at(now):
        run(name)
    with clock.at(now + dt.timedelta(seconds=59)), django_assert_num_queries(0):
        run(name)
    with clock.at(now + dt.timedelta(seconds=61)):
        run(name)
    assert JobRun.objects.get().succeeded_at == now + dt.timedelta(seconds=61)


def test_queues_of_a_worker_are_named_in_words(client, people):
    heartbeats.beat("celery@one", ALL)
    shown = page(client, people.system_keeper)
    assert "日常、接口推送、导入、邮件和短信、维护、材料转换、报告" in shown
    assert ALL not in shown


def test_periods_of_the_schedule():
    periods = {job.name: job.period for job in schedule.jobs(clock.now())}
    assert (periods["sweep-files"], periods["open-self-checks"], periods["reminder-sweep"]) == (7 * DAY, DAY, HOUR)
    found = [operations.every(period) for period in (7 * DAY, DAY, HOUR, dt.timedelta(minutes=5), dt.timedelta(seconds=10))]
    assert found == ["每周", "每天", "每小时", "每5分钟", "每10秒"]


def test_a_year_without_its_holidays_is_asked_for_in_december():
    workdays.reset()
    CalendarYear.objects.all().delete()
    CalendarYear.objects.create(year=2026, source="x", digest="x")
    assert operations.calendar_troubles(dt.date(2026, 11, 30)) == []
    (words,) = operations.calendar_troubles(dt.date(2026, 12, 1))
    assert words.startswith("2027年没有录入")
    workdays.reset()


def test_what_is_wrong_is_said_and_nothing_else(client, people, settings, tmp_path, monkeypatch):
    now = clock.now()
    with clock.at(now):
        for task in schedule.names_by_task():
            run(task)
        monkeypatch.setattr(operations, "calendar_troubles", lambda _: [])
        monkeypatch.setattr(operations, "LOW_BYTES", 0)
        heartbeats.beat("worker@here", ALL)
        assert "没有需要处理的事项" in page(client, people.system_keeper)
        monkeypatch.setattr(operations, "LOW_BYTES", 10**18)
        assert "存储空间只剩" in page(client, people.system_keeper)
        settings.RECEIPT_KEY = "abc"
        assert "GD_RECEIPT_KEY" in page(client, people.system_keeper)
    assert Path(settings.MEDIA_ROOT).exists()


def test_the_page_is_the_system_keepers(client, people):
    for seat, user in people.everybody.items():
        client.force_login(user)
        assert client.get(reverse("portal:operations")).status_code == (200 if seat == "system_keeper" else 404), seat
