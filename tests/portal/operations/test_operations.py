"""The system keeper's page of how the portal is doing, and the record of scheduled jobs behind it."""

import datetime as dt
import re
from pathlib import Path

import pytest
from celery.signals import beat_init, task_failure, task_success
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from greendistrict.celery import app
from greendistrict.core import clock, heartbeats, schedule, workdays
from greendistrict.core.models import CalendarYear, JobRun
from greendistrict.documents import quotas, services
from greendistrict.documents.models import StorageAllowance
from greendistrict.policy.models import Setting
from obligations.duty_table import duty_kind
from obligations.reminder_settings import ladder_of
from obligations.selectors import everything
from portal.operations.selectors import status as operations
from portal.operations.selectors.duties import keeper_duties
from reports.signing.keys import demo_file
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.files import pdf

pytestmark = pytest.mark.django_db
ALL = "default,hooks,imports,mail,maintenance,office,reports"
SWEEP = "obligations.tasks.sweep"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _forget():
    app.loader.import_default_modules()
    schedule._written.clear()
    heartbeats._last.clear()


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


PAGE = "portal:storage"


@pytest.fixture
def body(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    district = make_district(people)
    for user in (people.preparer, people.preparer):
        upload = SimpleUploadedFile("报告.pdf", pdf())
        services.store(owner=district, upload=upload, kind="规划文本", title="报告", by=user)
    return people.preparer.posts.get().organisation


def test_the_card_names_the_bodies_and_who_is_nearly_full(client, people, body, monkeypatch):
    client.force_login(people.system_keeper)
    shown = client.get(reverse("portal:operations")).content.decode()
    assert body.name in shown
    assert "不限" in shown
    StorageAllowance.objects.create(organisation=body, most_gb=1)
    monkeypatch.setattr(quotas, "GB", quotas.used_by(body))
    shown = client.get(reverse("portal:operations")).content.decode()
    assert f"材料将满或已满的单位：{body.name}" in shown
    assert "100%" in shown
    assert "单独规定" in shown


def test_the_keeper_gives_another_limit_with_a_reason(client, people, body):
    client.force_login(people.system_keeper)
    bare = client.post(reverse(PAGE), {"body": body.pk, "most_gb": "30", "reason": ""})
    assert bare.status_code == 422
    assert 'value="30"' in bare.content.decode(), "nothing typed is lost"
    assert client.post(reverse(PAGE), {"body": body.pk, "most_gb": "0", "reason": "x"}).status_code == 422
    told = client.post(reverse(PAGE), {"body": body.pk, "most_gb": "30", "reason": "示范城区材料多"}, follow=True).content.decode()
    assert f"{body.name}的材料上限已调整" in told
    assert StorageAllowance.objects.get().most_gb == 30
    same = client.post(reverse(PAGE), {"body": body.pk, "most_gb": "30", "reason": "x"})
    assert (same.status_code, "上限没有变化" in same.content.decode()) == (422, True)
    client.post(reverse(PAGE), {"body": body.pk, "most_gb": "", "reason": "恢复"})
    assert not StorageAllowance.objects.exists()


def test_the_page_asks_as_often_for_one_body_as_for_three(client, people, body, kept_queries):
    client.force_login(people.system_keeper)
    client.get(reverse(PAGE))
    with kept_queries():
        client.get(reverse(PAGE))
    for user in (people.authority, people.outsider_preparer):
        StorageAllowance.objects.get_or_create(organisation=user.posts.get().organisation, defaults={"most_gb": 5})
    with kept_queries():
        shown = client.get(reverse(PAGE)).content.decode()
    assert shown.count("单独规定") >= 2


LAST = dt.date(2049, 12, 31)  # of the certificate made for demonstrations


@pytest.fixture
def keeper(client, settings, tmp_path):
    settings.SIGNING_DEMO_PATH = tmp_path / "demo.p12"
    user = make_user("system_keeper")
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=user, at=at(2026, 1, 5), reason="首次启用")
    client.force_login(user)
    return user


def states(kind, *days):
    """Due day and state on each of these days."""
    found = [next(row for row in everything(day) if row.kind == kind) for day in days]
    return [(row.due, row.state(day).value) for row, day in zip(found, days, strict=True)]


def test_a_backup_is_owed_a_day_after_the_last_one_that_was_recorded(keeper):
    assert states("backup_age", dt.date(2027, 3, 30)) == [(dt.date(2027, 3, 30), "none")]
    with clock.at(at(2027, 3, 30, 2)):
        call_command("record_backup")
    days = [dt.date(2027, 3, day) for day in (29, 30, 31)]
    due = dt.date(2027, 3, 31)
    assert states("backup_age", *days, dt.date(2027, 4, 1)) == [(days[0], "none"), (due, "upcoming"), (due, "due"), (due, "overdue")]


def test_a_certificate_is_to_be_replaced_by_its_last_day(keeper):
    assert states("certificate", LAST) == [(LAST, "none")]
    demo_file()
    day = dt.timedelta(days=1)
    days = (LAST - 31 * day, LAST - 30 * day, LAST, LAST + day)
    assert states("certificate", *days) == [(LAST, state) for state in ("upcoming", "due", "due", "overdue")]


def test_the_certificate_of_tls_is_watched_where_its_file_is_named(client, keeper, settings, tmp_path):
    """It stands on the page beside that of signing, and the duty is about the one that ends first, by its ladder; a wrong file says so."""
    demo_file()
    days = dt.timedelta(days=1)
    last = dt.date(2027, 5, 31)
    file = tmp_path / "tls.pem"
    file.write_bytes(tls_certificate(last))
    settings.TLS_CERTIFICATE = str(file)
    asked = (last - 31 * days, last - 30 * days, last, last + days)
    assert states("certificate", *asked) == [(last, state) for state in ("upcoming", "due", "due", "overdue")]
    assert ladder_of(duty_kind("certificate")) is not None
    with clock.at(at(2027, 5, 20)):
        lines = {line.label: (line.what, line.day, line.state) for line in client.get(reverse("portal:operations")).context["expiries"]}
        [owed] = [one for one in keeper_duties(clock.today()) if one.due == last]
    assert lines["网站证书（TLS）"] == ("portal.demo.invalid", last, "即将到期")
    assert lines["签名证书"][1] == LAST
    assert owed.title == "更换最先到期的证书"
    file.write_bytes(b"x")
    with clock.at(at(2027, 5, 20)):
        lines = {line.label: line.what for line in client.get(reverse("portal:operations")).context["expiries"]}
    assert lines["网站证书（TLS）"] == "读不出"
    assert states("certificate", last)[0][0] == LAST


def tls_certificate(last):
    """A certificate that ends on a day, made by itself, as PEM."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "portal.demo.invalid")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(at(2027, 1, 1)).not_valid_after(at(last.year, last.month, last.day))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_names_them_with_their_days(client, keeper, count, kept_queries):
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="x", digest="x") for year in (2026, 2027))
    names = ("reminder-sweep", "audit-seal", "sweep-files")[:count]
    JobRun.objects.bulk_create(JobRun(name=name, failed_at=at(2027, 3, 29), error="x") for name in names)
    JobRun.objects.create(name="backup", succeeded_at=at(2027, 3, 30, 2))
    with clock.at(at(2027, 3, 31)):
        page = re.sub(r"\s+", "", client.get(reverse("portal:operations")).content.decode())
        with kept_queries():  # settings, first day in use, arrangement, runs with the backup, installation, last review
            shown = [(duty.title, duty.due, duty.state) for duty in keeper_duties(clock.today())]
    failed = [
        (f"定时任务运行成功：{words}", dt.date(2027, 3, 30), "逾期") for words in ("到期提醒", "审计记录封存", "清理没有记录的文件")[:count]
    ]
    assert sorted(shown) == sorted([*failed, ("备份", dt.date(2027, 3, 31), "待办")])
    assert f"{count + 1}项" in page
    assert "自最近一次备份2027年3月30日起算" in page
