"""The system keeper's page of how the portal is doing, and the record of scheduled jobs behind it."""

import datetime as dt
import re
from pathlib import Path

import pytest
from celery.signals import beat_init, heartbeat_sent, task_failure, task_success, worker_shutdown
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.celery import app
from greendistrict.core import clock, heartbeats, schedule, workdays
from greendistrict.core.models import CalendarYear, JobRun, WorkerHeartbeat
from greendistrict.documents import quotas, services
from greendistrict.documents.models import StorageAllowance
from greendistrict.notifications import services as notifications
from greendistrict.notifications.enums import Message
from greendistrict.policy.duty_table import duty_kind
from greendistrict.policy.models import Setting
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from indicators.editions.models import Edition, EditionStatus
from obligations.reminder_settings import ladder_of
from obligations.selectors import everything
from portal.operations.selectors import expiries, queues
from portal.operations.selectors import status as operations
from portal.operations.selectors.status import keeper_duties
from reports.signing.keys import demo_file
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.files import pdf
from tests.portal.webhooks.receiver import certificate

pytestmark = pytest.mark.django_db
OPERATIONS, STORAGE = "portal:operations", "portal:storage"
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
    return client.get(reverse(OPERATIONS)).content.decode()


def shown(client):
    """What the page says to whoever is signed in, without blanks."""
    return re.sub(r"\s+", "", client.get(reverse(OPERATIONS)).content.decode())


def test_every_scheduled_job_has_a_name_a_task_and_a_period(settings):
    assert operations.JOBS.keys() - settings.CELERY_BEAT_SCHEDULE.keys() == {"nightly-backup", "scan-files", "exchange"}, (
        "only where they are set"
    )
    assert settings.CELERY_BEAT_SCHEDULE.keys() <= operations.JOBS.keys()
    assert "portal.tasks.make_backup" in app.tasks
    assert set(schedule.names_by_task()) <= set(app.tasks)
    periods = {job.name: job.period for job in schedule.jobs(clock.now())}
    assert (periods["sweep-files"], periods["open-self-checks"], periods["reminder-sweep"]) == (7 * DAY, DAY, HOUR)
    found = [operations.every(period) for period in (7 * DAY, DAY, HOUR, dt.timedelta(minutes=5), dt.timedelta(seconds=10))]
    assert found == ["每周", "每天", "每小时", "每5分钟", "每10秒"]


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


def test_a_job_of_every_few_seconds_is_written_once_a_minute_and_one_that_is_asked_for_never(django_assert_num_queries):
    name, now = "greendistrict.workflow.tasks.drain_outbox", clock.now()
    run("reports.tasks.make_report")
    with clock.at(now):
        run(name)
    with clock.at(now + dt.timedelta(seconds=59)), django_assert_num_queries(0):
        run(name)
    with clock.at(now + dt.timedelta(seconds=61)):
        run(name)
    assert JobRun.objects.get().succeeded_at == now + dt.timedelta(seconds=61)


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
        shown = page(client, people.system_keeper)
        assert "没有需要处理的事项" in shown
        assert ("日常、接口推送、导入、邮件和短信、维护、材料转换、报告" in shown, ALL in shown) == (True, False), (
            "queues are named in words"
        )
        monkeypatch.setattr(operations, "LOW_BYTES", 10**18)
        assert "存储空间只剩" in page(client, people.system_keeper)
        settings.RECEIPT_KEY = "abc"
        assert "GD_RECEIPT_KEY" in page(client, people.system_keeper)
    assert Path(settings.MEDIA_ROOT).exists()


@pytest.fixture
def body(people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    district = make_district(people)
    for user in (people.preparer, people.preparer):
        upload = SimpleUploadedFile("报告.pdf", pdf())
        services.store(owner=district, upload=upload, kind="规划文本", title="报告", by=user)
    return people.preparer.posts.get().organisation


def test_the_keeper_gives_another_limit_with_a_reason(client, people, body):
    client.force_login(people.system_keeper)
    bare = client.post(reverse(STORAGE), {"body": body.pk, "most_gb": "30", "reason": ""})
    assert bare.status_code == 422
    assert 'value="30"' in bare.content.decode(), "nothing typed is lost"
    assert client.post(reverse(STORAGE), {"body": body.pk, "most_gb": "0", "reason": "x"}).status_code == 422
    told = client.post(reverse(STORAGE), {"body": body.pk, "most_gb": "30", "reason": "示范城区材料多"}, follow=True).content.decode()
    assert f"{body.name}的材料上限已调整" in told
    assert StorageAllowance.objects.get().most_gb == 30
    same = client.post(reverse(STORAGE), {"body": body.pk, "most_gb": "30", "reason": "x"})
    assert (same.status_code, "上限没有变化" in same.content.decode()) == (422, True)
    client.post(reverse(STORAGE), {"body": body.pk, "most_gb": "", "reason": "恢复"})
    assert not StorageAllowance.objects.exists()


def test_the_page_names_who_is_nearly_full_and_asks_as_often_for_one_body_as_for_three(client, people, body, kept_queries, monkeypatch):
    client.force_login(people.system_keeper)
    assert body.name in client.get(reverse(OPERATIONS)).content.decode()
    client.get(reverse(STORAGE))
    with kept_queries():
        client.get(reverse(STORAGE))
    StorageAllowance.objects.create(organisation=body, most_gb=1)
    monkeypatch.setattr(quotas, "GB", quotas.used_by(body))
    shown = client.get(reverse(OPERATIONS)).content.decode()
    assert [words for words in (f"材料将满或已满的单位：{body.name}", "100%", "单独规定") if words not in shown] == []
    for user in (people.authority, people.outsider_preparer):
        StorageAllowance.objects.get_or_create(organisation=user.posts.get().organisation, defaults={"most_gb": 5})
    with kept_queries():
        shown = client.get(reverse(STORAGE)).content.decode()
    assert shown.count("单独规定") >= 2


LAST = dt.date(2049, 12, 31)  # of the certificate made for demonstrations


@pytest.fixture
def keeper(client):
    user = make_user("system_keeper")
    client.force_login(user)
    return user


@pytest.fixture
def in_use(keeper, settings, tmp_path):
    """Duties of the keeper are counted from the first day in use."""
    settings.SIGNING_DEMO_PATH = tmp_path / "demo.p12"
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=keeper, at=at(2026, 1, 5), reason="首次启用")


def states(kind, *days):
    """Due day and state on each of these days."""
    found = [next(row for row in everything(Viewer(None, as_of=day)) if row.kind == kind) for day in days]
    return [(row.due, row.state(day).value) for row, day in zip(found, days, strict=True)]


def test_a_backup_is_owed_a_day_after_the_last_one_that_was_recorded(in_use):
    assert states("backup_age", dt.date(2027, 3, 30)) == [(dt.date(2027, 3, 30), "none")]
    with clock.at(at(2027, 3, 30, 2)):
        call_command("record_backup")
    days = [dt.date(2027, 3, day) for day in (29, 30, 31)]
    due = dt.date(2027, 3, 31)
    assert states("backup_age", *days, dt.date(2027, 4, 1)) == [(days[0], "none"), (due, "upcoming"), (due, "due"), (due, "overdue")]


def test_the_certificates_of_signing_and_of_tls_are_watched_and_replaced_by_their_last_days(client, in_use, settings, tmp_path):
    """They stand on the page beside each other, and the duty is about the one that ends first, by its ladder; a wrong file says so."""
    assert states("certificate", LAST) == [(LAST, "none")]
    demo_file()
    last = dt.date(2027, 5, 31)
    file, _key = certificate(tmp_path, "portal.demo.invalid", at(2027, 5, 31))
    for due, path in ((LAST, ""), (last, str(file))):
        settings.TLS_CERTIFICATE = path
        asked = (due - 31 * DAY, due - 30 * DAY, due, due + DAY)
        assert states("certificate", *asked) == [(due, state) for state in ("upcoming", "due", "due", "overdue")]
    assert ladder_of(duty_kind("certificate")) is not None
    with clock.at(at(2027, 5, 20)):
        lines = {line.label: (line.what, line.day, line.state) for line in client.get(reverse(OPERATIONS)).context["expiries"]}
        [owed] = [one for one in keeper_duties(Viewer(None)) if one["due"] == last]
        assert lines["网站证书（TLS）"] == ("portal.demo.invalid", last, "即将到期")
        assert (lines["签名证书"][1], owed["title"]) == (LAST, "更换最先到期的证书")
        file.write_bytes(b"x")
        lines = {line.label: line.what for line in client.get(reverse(OPERATIONS)).context["expiries"]}
    assert lines["网站证书（TLS）"] == "读不出"
    assert states("certificate", last)[0][0] == LAST


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_names_them_with_their_days(client, in_use, count, kept_queries):
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="x", digest="x") for year in (2026, 2027))
    names = ("reminder-sweep", "audit-seal", "sweep-files")[:count]
    JobRun.objects.bulk_create(JobRun(name=name, failed_at=at(2027, 3, 29), error="x") for name in names)
    JobRun.objects.create(name="backup", succeeded_at=at(2027, 3, 30, 2))
    with clock.at(at(2027, 3, 31)):
        text = shown(client)
        with kept_queries():  # settings, first day in use, arrangement, runs with the backup, installation, last review
            owed = [(duty["title"], duty["due"], duty["state"].label) for duty in keeper_duties(Viewer(None))]
    failed = [
        (f"定时任务运行成功：{words}", dt.date(2027, 3, 30), "逾期") for words in ("到期提醒", "审计记录封存", "清理没有记录的文件")[:count]
    ]
    assert sorted(owed) == sorted([*failed, ("备份", dt.date(2027, 3, 31), "待办")])
    assert f"{count + 1}项" in text
    assert "自最近一次备份2027年3月30日起算" in text


NOON = dt.datetime(2026, 11, 20, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture
def own_queues(own_redis, settings):
    """A Redis of the test's own for pages and for what is published."""
    settings.REDIS_URL = own_redis.url
    return own_redis


def publish(redis, task="greendistrict.workflow.tasks.drain_mail"):
    url = redis.url.replace("unix://", "redis+socket://", 1)
    with app.connection_for_write(url) as connection, app.amqp.Producer(connection) as producer:
        app.send_task(task, producer=producer, retry=False)


class Beating:
    """What Celery hands over with its signal."""

    class eventer:  # noqa: N801
        hostname = "worker@here"


def test_a_queue_tells_its_length_and_since_when_the_oldest_waits(own_queues):
    with clock.at(NOON):
        publish(own_queues)
    with clock.at(NOON + dt.timedelta(hours=1)):
        publish(own_queues)
    found = {line.label: (line.length, line.oldest) for line in queues.queues([])}
    assert found.pop("邮件和短信") == (2, NOON)
    assert set(found.values()) == {(0, None)}
    assert len(found) == len(configured.CELERY_TASK_QUEUES) - 1


def test_with_the_broker_gone_or_silent_the_page_answers_and_says_so(client, keeper, own_queues):
    heartbeats.beat("worker@here", "default")
    assert "没有应答" not in shown(client)
    own_queues.freeze()
    assert "消息队列（Redis）没有应答" in shown(client)
    own_queues.kill()
    assert "消息队列（Redis）没有应答" in shown(client)


def test_a_worker_lives_by_its_heartbeat_and_a_gone_one_is_named(client, keeper):
    assert "没有在运行的后台进程" in shown(client)
    with clock.at(NOON):
        heartbeats.beat("worker@here", "default")
        assert "没有后台进程处理的队列：邮件和短信" in shown(client)
    with clock.at(NOON + dt.timedelta(seconds=61)):
        assert "没有在运行的后台进程" in shown(client)
        assert "失联" in shown(client)
        heartbeats.beat("worker@there", "default")
        assert "没有心跳的后台进程：worker@here" in shown(client)


def test_a_heartbeat_is_written_at_times_and_goes_with_a_worker_stopped_in_good_order(django_assert_num_queries):
    heartbeat_sent.send(sender=Beating)
    with django_assert_num_queries(0):
        heartbeat_sent.send(sender=Beating)
    row = WorkerHeartbeat.objects.get()
    worker_shutdown.send(sender=Beating.eventer)
    assert row.name == "worker@here"
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_messages_given_up_name_their_receiver_and_reason_and_go_out_together(client, keeper, kept_queries, count):
    readers = [make_user("preparer", username=f"reader-{number}", name=f"读者{number}") for number in range(count)]
    notifications.notify(kind=Message.CASE_TODO, key="k", receivers=readers, title="虹桥核心区待受理", body="x", link="/cases/1/")
    outbox.drain()
    OutboxMessage.objects.filter(kind="mail").update(done_at=None, failed_at=NOON, error="NotTaken: [Errno 111] refused")
    shown(client)
    with clock.at(NOON), kept_queries():  # the receivers as well
        text = shown(client)
    assert all(f"<td>{reader.name}（{reader.username}）</td>" in text for reader in readers)
    assert text.count("对方没有接收：[Errno111]refused") == count
    assert "虹桥核心区" not in text
    assert (f"全部重新发送（{count}条）" in text) == (count > 1)
    answer = client.post(reverse("portal:all_given_up"), follow=True)
    assert f"{count}条已放回队列" in answer.content.decode()
    assert not OutboxMessage.objects.filter(failed_at__isnull=False).exists()


def test_the_keeper_sends_again(client, keeper):
    row = OutboxMessage.objects.create(kind="mail", key="k", created_at=NOON, attempts=24, failed_at=NOON, error="away")
    address = reverse("portal:given_up_message", args=[row.pk])
    assert client.get(address).status_code == 405
    for other in (make_user("city_director"), make_user("security_keeper")):
        client.force_login(other)
        assert [client.post(one).status_code for one in (address, reverse("portal:all_given_up"))] == [404, 404]
    client.force_login(keeper)
    assert client.post(address, {"action": "again"}).url == reverse(OPERATIONS)
    row.refresh_from_db()
    assert (row.failed_at, row.attempts) == (None, 0)
    assert client.post(address, {"action": "aside"}).status_code == 410


def test_what_waits_is_counted_by_kind_and_reasons_of_failures_show_no_secret():
    with clock.at(NOON):
        for number in range(3):
            outbox.emit("mail", f"m{number}", {})
    outbox.emit("notification", "n", {})
    found = [(line.label, line.waiting, line.oldest == NOON) for line in queues.outbox_lines()]
    assert found == [("邮件", 3, True), ("站内消息", 1, False)]
    OutboxMessage.objects.create(kind="mail", key="k", created_at=NOON, failed_at=NOON, error="smtp://me:hidden@host password=hidden")
    ((line,), _) = queues.failures()
    assert "hidden" not in line["reason"]


def test_the_age_of_the_backup_is_asked_for_in_production(client, keeper, settings, capsys):
    settings.PRODUCTION = True
    assert expiries.expiry_troubles([], expiries.backup(NOON)) == ["没有备份：设置 GD_BACKUP_DIR 后每晚自动备份，也可运行 manage.py backup"]
    settings.PRODUCTION = False
    with clock.at(NOON):
        call_command("record_backup")
    assert "备份已登记：2026-11-20 12:00" in capsys.readouterr().out
    settings.PRODUCTION = True
    assert expiries.expiry_troubles([], expiries.backup(NOON + dt.timedelta(hours=26))) == []
    late = expiries.backup(NOON + dt.timedelta(hours=27))
    assert expiries.expiry_troubles([], late) == ["一天内没有备份：设置 GD_BACKUP_DIR 后每晚自动备份，也可运行 manage.py backup"]


def test_what_ends_is_listed_with_its_day_and_which_channels_are_connected(client, keeper, settings, tmp_path):
    settings.SIGNING_DEMO_PATH = tmp_path / "none.p12"
    found = {line.label: line for line in expiries.expiries(dt.date(2028, 8, 1))}
    assert (found["政策文件"].day, found["政策文件"].state) == (dt.date(2028, 9, 30), "即将到期")
    assert found["签名证书"].what == "没有配置，文件不签名"
    assert expiries.expiries(dt.date(2028, 10, 1))[0].state == "已到期"
    assert "邮件未接入（只留在本机），短信未接入，政务微信未接入" in shown(client)
    settings.SMS_URL, settings.EMAIL_BACKEND = "https://dysmsapi.aliyuncs.com", "django.core.mail.backends.smtp.EmailBackend"
    assert "邮件已接入，短信已接入，政务微信未接入" in shown(client)


def test_a_standard_ends_with_its_successor():
    words = {"title": "标准", "official": True, "based_on": "x", "status": EditionStatus.PUBLISHED, "complete": True, "imported_at": NOON}
    Edition.objects.create(code="A-2020", digest="a", **words)
    Edition.objects.create(code="A-2030", digest="b", replaces="A-2020", in_force=dt.date(2030, 1, 1), **words)
    found = {line.what: line.day for line in expiries.expiries(dt.date(2029, 12, 1)) if line.label == "评价标准"}
    assert found["A-2020 标准"] == dt.date(2029, 12, 31)
    assert found["A-2030 标准"] is None


def test_the_certificate_is_that_of_the_file_and_one_that_cannot_be_read_is_named(settings, tmp_path):
    from reports.signing.keys import DEMO_NAME, demo_file

    settings.SIGNING_DEMO_PATH = tmp_path / "demo.p12"
    demo_file()
    (line,) = [one for one in expiries.expiries(dt.date(2049, 12, 1)) if one.label == "签名证书"]
    assert (line.what, line.day, line.state) == (DEMO_NAME, dt.date(2049, 12, 31), "即将到期")
    settings.SIGNING_ROOTS = [str(tmp_path / "gone.pem")]
    (line,) = [one for one in expiries.expiries(dt.date(2049, 12, 1)) if one.label == "签名证书"]
    assert (line.what, line.day) == ("读不出", None)
