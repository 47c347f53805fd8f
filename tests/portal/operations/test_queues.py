"""Queues, workers, messages given up, backup and what ends, on the system keeper's page."""

import datetime as dt
import re

import pytest
from celery.signals import heartbeat_sent, worker_shutdown
from django.conf import settings as configured
from django.core.management import call_command
from django.urls import reverse

from greendistrict.celery import app
from greendistrict.core import clock, heartbeats
from greendistrict.core.models import WorkerHeartbeat
from greendistrict.notifications import services
from greendistrict.notifications.enums import Message
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from indicators.common.enums import EditionStatus
from indicators.editions.models import Edition
from portal.operations.selectors import expiries, queues
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
PAGE = "portal:operations"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def _forget():
    heartbeats._last.clear()


@pytest.fixture
def keeper(client):
    user = make_user("system_keeper")
    client.force_login(user)
    return user


@pytest.fixture
def own_queues(own_redis, settings):
    """A Redis of the test's own for pages and for what is published."""
    settings.REDIS_URL = own_redis.url
    return own_redis


def page(client):
    answer = client.get(reverse(PAGE))
    assert answer.status_code == 200
    return re.sub(r"\s+", "", answer.content.decode())


def publish(redis, task="greendistrict.workflow.tasks.drain_mail"):
    url = redis.url.replace("unix://", "redis+socket://", 1)
    with app.connection_for_write(url) as connection, app.amqp.Producer(connection) as producer:
        app.send_task(task, producer=producer, retry=False)


class Beating:
    """What Celery hands over with its signal."""

    class eventer:  # noqa: N801
        hostname = "worker@here"


def given_up(count):
    rows = [OutboxMessage(kind="mail", key=f"k{n}", created_at=NOON, attempts=24, failed_at=NOON, error="away") for n in range(count)]
    return OutboxMessage.objects.bulk_create(rows)


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
    assert "没有应答" not in page(client)
    own_queues.freeze()
    assert "消息队列（Redis）没有应答" in page(client)
    own_queues.kill()
    assert "消息队列（Redis）没有应答" in page(client)


def test_a_worker_lives_by_its_heartbeat_and_a_gone_one_is_named(client, keeper):
    assert "没有在运行的后台进程" in page(client)
    with clock.at(NOON):
        heartbeats.beat("worker@here", "default")
        assert "没有后台进程处理的队列：邮件和短信" in page(client)
    with clock.at(NOON + dt.timedelta(seconds=61)):
        assert "没有在运行的后台进程" in page(client)
        assert "失联" in page(client)
        heartbeats.beat("worker@there", "default")
        assert "没有心跳的后台进程：worker@here" in page(client)


def test_a_heartbeat_is_written_at_times_and_goes_with_a_worker_stopped_in_good_order(django_assert_num_queries):
    heartbeat_sent.send(sender=Beating)
    with django_assert_num_queries(0):
        heartbeat_sent.send(sender=Beating)
    row = WorkerHeartbeat.objects.get()
    worker_shutdown.send(sender=Beating.eventer)
    assert row.name == "worker@here"
    assert not WorkerHeartbeat.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_messages_given_up_cost_the_same_queries(client, keeper, kept_queries, count):
    given_up(count)
    page(client)
    with clock.at(NOON), kept_queries():
        shown = page(client)
    assert shown.count("重新发送</button>") == count
    assert f"{count}条消息没有送达" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_messages_given_up_name_their_receiver_and_reason_and_go_out_together(client, keeper, kept_queries, count):
    readers = [make_user("preparer", username=f"reader-{number}", name=f"读者{number}") for number in range(count)]
    services.notify(kind=Message.CASE_TODO, key="k", receivers=readers, title="虹桥核心区待受理", body="x", link="/cases/1/")
    outbox.drain()
    OutboxMessage.objects.filter(kind="mail").update(done_at=None, failed_at=NOON, error="NotTaken: [Errno 111] refused")
    page(client)
    with clock.at(NOON), kept_queries():  # the receivers as well
        shown = page(client)
    assert all(f"<td>{reader.name}（{reader.username}）</td>" in shown for reader in readers)
    assert shown.count("对方没有接收：[Errno111]refused") == count
    assert "虹桥核心区" not in shown
    assert (f"全部重新发送（{count}条）" in shown) == (count > 1)
    answer = client.post(reverse("portal:all_given_up"), follow=True)
    assert f"{count}条已放回队列" in answer.content.decode()
    assert not OutboxMessage.objects.filter(failed_at__isnull=False).exists()


def test_what_waits_is_counted_by_kind(client, keeper):
    with clock.at(NOON):
        for number in range(3):
            outbox.emit("mail", f"m{number}", {})
    outbox.emit("notification", "n", {})
    assert [(line.label, line.waiting, line.oldest == NOON) for line in queues.outbox_lines()] == [
        ("邮件", 3, True),
        ("站内消息", 1, False),
    ]
    assert '<thscope="row">邮件</th><td>3</td>' in page(client)


def test_the_keeper_sends_again_and_everybody_else_finds_nothing(client, keeper):
    (row,) = given_up(1)
    address = reverse("portal:given_up_message", args=[row.pk])
    client.force_login(make_user("city_director"))
    assert client.post(address).status_code == 404
    client.force_login(keeper)
    assert client.get(address).status_code == 405
    assert client.post(address, {"action": "again"}).url == reverse(PAGE)
    row.refresh_from_db()
    assert (row.failed_at, row.attempts) == (None, 0)
    assert client.post(address, {"action": "aside"}).status_code == 410


def test_reasons_show_no_secret():
    OutboxMessage.objects.create(kind="mail", key="k", created_at=NOON, failed_at=NOON, error="smtp://me:hidden@host password=hidden")
    ((line,), _) = queues.failures()
    assert "hidden" not in line.reason


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


def test_what_ends_is_listed_with_its_day(client, keeper, settings, tmp_path):
    settings.SIGNING_DEMO_PATH = tmp_path / "none.p12"
    found = {line.label: line for line in expiries.expiries(dt.date(2028, 8, 1))}
    assert (found["政策文件"].day, found["政策文件"].state) == (dt.date(2028, 9, 30), "即将到期")
    assert found["签名证书"].what == "没有配置，文件不签名"
    assert expiries.expiries(dt.date(2028, 10, 1))[0].state == "已到期"
    assert "政策文件" in page(client)


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


def test_channels_that_are_not_connected_are_named(client, keeper, settings):
    assert "邮件已接入，短信未接入，政务微信未接入" in page(client)
    settings.SMS_URL = "https://dysmsapi.aliyuncs.com"
    assert "邮件已接入，短信已接入，政务微信未接入" in page(client)
