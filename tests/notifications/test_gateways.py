"""SMS and 政务微信 against servers that keep the providers' published rules."""

import datetime as dt
import json
import logging
import time

import pytest

from greendistrict.core import clock
from greendistrict.notifications import gateway, services, transports
from greendistrict.notifications.enums import Channel, Message
from greendistrict.notifications.models import ChannelChoice, Delivery
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from tests.factories.accounts import make_user
from tests.notifications.providers import AlibabaSms, WecomServer

pytestmark = pytest.mark.django_db
SECRETS = (AlibabaSms.secret, WecomServer.secret, "token-0")


@pytest.fixture
def sms_server(settings):
    with AlibabaSms() as server:
        settings.SMS_URL, settings.SMS_KEY_ID, settings.SMS_KEY_SECRET = server.url, server.key_id, server.secret
        settings.SMS_SIGN_NAME, settings.EMAIL_TIMEOUT = "上海住建", 1
        settings.SMS_TEMPLATE, settings.SMS_NEWS_TEMPLATE = "SMS_1", "SMS_2"
        yield server


@pytest.fixture
def wecom_server(settings):
    gateway._token.clear()
    with WecomServer() as server:
        settings.WECOM_URL, settings.WECOM_CORP, settings.WECOM_SECRET = server.url, server.corp, server.secret
        settings.WECOM_AGENT, settings.EMAIL_TIMEOUT, settings.SITE_URL = server.agent, 1, "https://portal.example"
        yield server
    gateway._token.clear()


@pytest.fixture
def reader():
    user = make_user("preparer", username="zhang", name="张三", email="")
    user.phone = "+86 139-0000-0001"
    user.save()
    for channel in (Channel.SMS, Channel.WECOM):
        ChannelChoice.objects.create(user=user, group="steps", channel=channel, is_on=True)
    return user


def ask(reader, key="event:1", **kw):
    words = {"kind": Message.CASE_TODO, "title": "SQ-2026-0007待受理", "body": "虹桥核心区，请张三办理", "link": "/cases/1/", **kw}
    services.notify(key=key, receivers=[reader], **words)
    outbox.drain()


def again():
    OutboxMessage.objects.update(retry_at=None)
    outbox.drain()


def row(channel):
    return OutboxMessage.objects.get(kind=channel)


def test_the_signature_is_that_of_the_published_example(settings):
    settings.SMS_KEY_ID, settings.SMS_KEY_SECRET = "YourAccessKeyId", "YourAccessKeySecret"
    query = gateway.canonical_query({"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"})
    headers = gateway.signed_headers(
        host="ecs.cn-shanghai.aliyuncs.com", query=query, nonce="3156853299f313e23d1673dc12e1703d", moment="2023-10-26T10:22:32Z",
        action="RunInstances", version="2014-05-26",
    )  # fmt: skip
    assert headers["Authorization"].endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_an_sms_names_the_number_of_matters_and_the_inbox_and_nothing_else(sms_server, reader, settings):
    settings.SITE_URL = "https://portal.example"
    ask(reader)
    ask(reader, key="event:2", kind=Message.CASE_MOVED)
    sent, informs = sms_server.sent
    assert informs["TemplateCode"] == "SMS_2", "one that only informs does not ask to act"
    assert json.loads(sent.pop("TemplateParam")) == {"number": "1", "link": "https://portal.example/messages/"}
    named = {"PhoneNumbers": "13900000001", "SignName": "上海住建", "TemplateCode": "SMS_1"}
    assert sent == named | {"OutId": str(Delivery.objects.earliest("pk").pk)}
    assert None not in OutboxMessage.objects.filter(kind=Channel.SMS).values_list("done_at", flat=True)


def test_a_digest_counts_what_is_to_be_done(sms_server, wecom_server, reader):
    for channel in (Channel.SMS, Channel.WECOM):
        ChannelChoice.objects.create(user=reader, group="reminders", channel=channel, is_on=True)
    line = {"group": "reminders", "sort": "逾期", "title": "x", "body": "x", "link": "/"}
    lines = [{**line, "informs": informs} for informs in (True, False, True)]
    ask(reader, kind=Message.DIGEST, lines=lines)
    ask(reader, key="event:2", kind=Message.DIGEST, lines=lines[::2])
    counted = [(sent["TemplateCode"], json.loads(sent["TemplateParam"])["number"]) for sent in sms_server.sent]
    assert counted == [("SMS_1", "1"), ("SMS_2", "2")]
    assert [sent["text"]["content"].partition("，")[0] for sent in wecom_server.sent] == ["您有1项事项待办", "您有2条新消息"]


def test_a_message_of_wecom_names_neither_person_nor_matter(wecom_server, reader):
    ask(reader)
    ask(reader, key="event:2", kind=Message.CASE_MOVED)
    texts = [sent["text"]["content"] for sent in wecom_server.sent]
    first, second = Delivery.objects.order_by("pk").values_list("pk", flat=True)
    assert texts == [
        f"您有1项事项待办，请登录办理：https://portal.example/messages/（消息{first}）",
        f"您有1条新消息，可登录查看：https://portal.example/messages/（消息{second}）",
    ]
    assert {sent["touser"] for sent in wecom_server.sent} == {"zhang"}
    assert wecom_server.tokens == ["token-0"]


def test_a_wrong_clock_or_secret_is_refused_and_the_message_waits(sms_server, wecom_server, reader, settings):
    with clock.at(clock.now() - dt.timedelta(minutes=16)):
        ask(reader)
    assert row(Channel.SMS).error == "NotTaken: InvalidTimeStamp.Expired"
    OutboxMessage.objects.all().delete()
    wecom_server.sent.clear()
    settings.SMS_KEY_SECRET = settings.WECOM_SECRET = "another"
    gateway._token.clear()
    ask(reader, key="event:2")
    assert (sms_server.sent, wecom_server.sent) == ([], [])
    errors = {kind: (error, unsure) for kind, error, unsure in OutboxMessage.objects.values_list("kind", "error", "unsure")}
    assert (errors["sms"], errors["wecom"]) == (("NotTaken: SignatureDoesNotMatch", 0), ("NotTaken: gettoken: errcode 40001", 0))


def test_an_sms_whose_outcome_is_unknown_is_repeated_and_taken_once(sms_server, reader):
    sms_server.plan = ["silent"]
    begun = time.monotonic()
    ask(reader)
    assert time.monotonic() - begun < 25  # the server would hold on for 30 seconds
    assert (row(Channel.SMS).error, row(Channel.SMS).unsure, len(sms_server.sent)) == ("NoAnswerError: 127.0.0.1: TimeoutError", 1, 1)
    again()
    assert row(Channel.SMS).done_at
    assert (len(sms_server.sent), len(sms_server.requests)) == (1, 2)


@pytest.mark.parametrize(("plan", "status"), [("busy", 503), ("broken", 500)])
def test_an_sms_that_the_provider_failed_to_send_goes_out_anew(sms_server, reader, plan, status):
    sms_server.plan = [plan, "take"]
    ask(reader)
    assert (row(Channel.SMS).unsure, row(Channel.SMS).error) == (0, f"NotTaken: 127.0.0.1: HTTP {status}")
    again()
    assert (row(Channel.SMS).done_at is not None, len(sms_server.sent)) == (True, 1)


def test_wecom_shows_a_repeated_message_once_and_a_token_that_is_over_is_fetched_anew(wecom_server, reader):
    wecom_server.plan = ["silent"]
    ask(reader)
    assert row(Channel.WECOM).unsure == 1
    again()
    assert (row(Channel.WECOM).done_at is not None, len(wecom_server.sent)) == (True, 1)
    wecom_server.tokens.append("token-of-somebody-else")
    ask(reader, key="event:2")
    assert (len(wecom_server.sent), len(wecom_server.tokens)) == (2, 3)


def test_a_provider_that_is_away_or_knows_nobody(sms_server, wecom_server, reader, settings):
    settings.SMS_URL = "http://127.0.0.1:1"
    wecom_server.members = set()
    ask(reader)
    assert (row(Channel.SMS).unsure, row(Channel.SMS).error) == (0, "NotTaken: 127.0.0.1: ConnectionRefusedError")
    assert row(Channel.WECOM).failed_at
    assert "没有这个成员" in row(Channel.WECOM).error


def test_only_mobile_numbers_get_sms_and_nobody_where_no_address_is_set(reader, request):
    assert transports.connected() == [Channel.MAIL]
    ask(reader)
    assert not Delivery.objects.exists()
    request.getfixturevalue("sms_server")
    for phone in ("", "021-12345678", "12900000001", "+1 2025550100"):
        reader.phone = phone
        reader.save()
        ask(reader, key=f"event:{phone}")
    assert not Delivery.objects.filter(channel=Channel.SMS).exists()


def test_nothing_of_a_secret_is_logged_or_kept(sms_server, wecom_server, reader, caplog, settings):
    caplog.set_level(logging.DEBUG)
    sms_server.plan = ["broken"]
    ask(reader)
    settings.SMS_KEY_SECRET = "wrong"
    wecom_server.plan = ["silent"]
    ask(reader, key="event:2")
    kept = caplog.text + "".join(OutboxMessage.objects.values_list("error", flat=True))
    assert [secret for secret in SECRETS if secret in kept] == []
    assert "13900000001" not in kept
