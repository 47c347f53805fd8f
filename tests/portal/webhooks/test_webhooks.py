"""Webhooks against a receiver: signed, once per event, visible data only, retried, given up, never sent to internal addresses."""

import datetime as dt
import json
import re
from ipaddress import IPv6Address, ip_network

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from approvals.publicity import services as notices
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock, leases
from greendistrict.core.encrypted import MARK
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.enums import Lane
from greendistrict.workflow.models import OutboxMessage
from outreach.opinions.services import OpinionWords, answer_opinion, file_opinion
from portal.api.client import WrongSignatureError, verify_webhook
from portal.personal.services import drop_expired
from portal.webhooks import pushing, sending, services
from portal.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from portal.webhooks.selectors import events_open_to
from tests.factories.accounts import cast as make_cast
from tests.factories.accounts import make_user
from tests.factories.approvals import Filing
from tests.factories.assessments import make_self_check
from tests.factories.once import copy_of, once
from tests.portal.webhooks.receiver import Receiver, read
from tests.steps import step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("portal/webhooks")
cast = once(make_cast)
people = copy_of("cast")


@pytest.fixture
def receiver(settings, tmp_path):
    with Receiver(tmp_path) as made:
        settings.WEBHOOK_HOSTS, settings.WEBHOOK_CA, settings.WEBHOOK_SECONDS = ["localhost"], str(made.certificate), 5
        yield made


def register(by, receiver, events=None):
    return services.register_webhook(by=by, url=receiver.url, events=events or list(events_open_to(posts_of(by))))


def receive_self_check(people):
    check = make_self_check(people, year=clock.today().year - 1)
    for action, by in (("hand_up", people.preparer), ("sign", people.reviewer), ("receive", people.city_officer)):
        step(check, action, by)


def carry_out():
    """What the workers do."""
    outbox.drain(lane=Lane.DEFAULT)
    outbox.drain(lane=Lane.HOOKS)
    for webhook in Webhook.objects.all():
        pushing.push(webhook.pk)


def tried(webhook):
    services.send_test(by=webhook.owner, webhook=webhook)
    carry_out()
    return webhook.deliveries.first()


def later(minutes):
    return clock.at(clock.now() + dt.timedelta(minutes=minutes))


def test_the_client_reads_what_was_signed_as_the_specification_has_it_and_refuses_everything_else(people, receiver):
    made = sending.signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    webhook, secret = register(people.partner, receiver)
    tried(webhook)
    [(_, headers, body)] = receiver.came
    assert verify_webhook(secret, headers, body)["type"] == "webhook.test"
    both = headers | {"webhook-signature": f"v1,AAAA {headers['webhook-signature']}"}
    assert verify_webhook(secret, both, body)
    wrong = [
        (sending.new_secret(), headers, body),
        (secret, headers, body + b" "),
        (secret, headers | {"webhook-id": "msg_other"}, body),
        (secret, headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}, body),
        (secret, {name: value for name, value in headers.items() if name != "webhook-timestamp"}, body),
        (secret, headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v1a,")}, body),
    ]
    for case in wrong:
        with pytest.raises(WrongSignatureError):
            verify_webhook(*case)


def test_a_received_self_check_is_told_as_the_api_tells_it(client, people, receiver):
    webhook, secret = register(people.partner, receiver)
    receive_self_check(people)
    assert receiver.came == []  # after commit, by the worker
    carry_out()
    carry_out()
    [came] = receiver.came
    message, told = read(secret, came)
    client.force_login(people.partner)
    [row] = client.get(reverse("api:assessments")).json()["results"]
    assert (told["type"], told["data"]) == ("assessment.received", row)
    assert came[0] == "/in?of=portal"
    delivery = webhook.deliveries.get()
    assert (delivery.message_id, delivery.state, delivery.attempts, delivery.answer) == (message, "已送达", 1, 204)


def test_an_announcement_and_its_titles_are_told(officer, people, receiver):
    _, secret = register(people.city_officer, receiver)
    filing = Filing(people).to_announced()
    outbox.drain(lane=Lane.DEFAULT)
    for _ in range(2):  # told once however often its row is handled
        OutboxMessage.objects.filter(kind__in=(services.EVENT, services.SEND)).update(done_at=None)
        carry_out()
    assert len(receiver.came) == 2
    told = {found["type"]: found["data"] for _, found in (read(secret, came) for came in receiver.came)}
    assert set(told) == {"announcement.published", "title.changed"}
    [batch] = officer.get(reverse("api:announcements")).json()["results"]
    assert told["announcement.published"] == batch
    assert told["title.changed"] == {"district": filing.case.district.code, "titles": officer.get(reverse("api:titles")).json()["results"]}


def test_an_answered_opinion_is_told_to_the_city_without_its_words(people, receiver):
    _, secret = register(people.city_checker, receiver, [WebhookEvent.OPINION_ANSWERED])
    with pytest.raises(Refused):
        register(people.partner, receiver, [WebhookEvent.OPINION_ANSWERED])
    opinion = file_opinion(words=OpinionWords("路灯不亮", name="王先生", contact="13900000139"), address="192.0.2.1").opinion
    answer_opinion(opinion=opinion, by=people.city_officer, reply="已经修好")
    carry_out()
    [came] = receiver.came
    _, told = read(secret, came)
    assert (told["type"], told["data"]["number"], told["data"]["district"]) == ("opinion.answered", opinion.number, None)
    assert not any(word in came[2].decode() for word in ("路灯", "王先生", "13900000139", "修好"))
    notice = Filing(people).to_notice().case.notices.get()
    made = file_opinion(words=OpinionWords("范围不对", name="王先生"), address="192.0.2.1", notice=notice).opinion
    notices.answer_objection(objection=made.objection, by=people.city_officer, reply="已核对", held=False)
    carry_out()
    assert [read(secret, came)[1]["data"]["number"] for came in receiver.came[1:]] == [made.number], "an objection is told as an opinion"


def test_nothing_is_told_of_what_the_owner_does_not_see_or_not_any_more(people, receiver):
    register(make_user("preparer", username="elsewhere"), receiver)
    receive_self_check(people)
    carry_out()
    assert (receiver.came, WebhookDelivery.objects.count()) == ([], 0)
    webhook, _ = register(people.partner, receiver)
    services.send_test(by=people.partner, webhook=webhook)
    people.partner.posts.update(valid_to=clock.today() - dt.timedelta(days=1))
    carry_out()
    assert receiver.came == []
    assert webhook.deliveries.get().error == "已不在登记人的查看范围内"


@pytest.mark.parametrize("answer", [500, 302])
def test_it_is_sent_again_later_and_later_under_the_same_id(people, receiver, answer):
    webhook, secret = register(people.partner, receiver)
    receiver.plan = [answer, answer]
    delivery = tried(webhook)
    assert (delivery.state, delivery.answer, delivery.attempts) == ("待送达", answer, 1)
    carry_out()
    assert len(receiver.came) == 1
    with later(2):
        carry_out()
    with later(5):
        carry_out()
    assert len(receiver.came) == 2  # the second wait is longer
    with later(12):
        carry_out()
        names = [read(secret, came, clock.now().timestamp())[0] for came in receiver.came[2:]]
    assert [*names, *(came[1]["webhook-id"] for came in receiver.came)] == [delivery.message_id] * 4
    assert len({came[1]["webhook-timestamp"] for came in receiver.came}) == 3
    assert {came[0] for came in receiver.came} == {"/in?of=portal"}  # no redirect was followed
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.error) == ("已送达", 3, "")


@AREA
def test_it_is_kept_for_a_long_weekend_and_then_given_up_and_its_owner_is_told(people, receiver):
    webhook, _ = register(people.partner, receiver)
    receiver.plan = [503] * 40
    for _ in range(3):
        services.send_test(by=people.partner, webhook=webhook)
    for days, attempts in ((0, 1), (4.5, 2), (5.5, 5)):  # the others wait behind the first
        with later(days * 24 * 60):
            carry_out()
            carry_out()
        assert len(receiver.came) == attempts
    webhook.refresh_from_db()
    assert (webhook.paused_reason, {row.state for row in webhook.deliveries.all()}) == ("连续3条消息没有送达", {"已停止"})
    assert not OutboxMessage.objects.filter(failed_at__isnull=False).exists()
    outbox.drain()
    notes = Notification.objects.filter(receiver=people.partner, kind="webhook").order_by("pk")
    assert [("暂停" in note.body, "5天内没有送达" in note.body, note.link) for note in notes] == [
        (False, True, f"/webhooks/{webhook.pk}/"), (False, True, f"/webhooks/{webhook.pk}/"), (True, True, f"/webhooks/{webhook.pk}/"),
    ]  # fmt: skip
    with pytest.raises(Refused):
        services.send_test(by=people.partner, webhook=webhook)
    receiver.plan = []
    services.resume(by=people.partner, webhook=webhook)
    services.redeliver(by=people.partner, delivery=webhook.deliveries.first())
    carry_out()
    assert webhook.deliveries.first().state == "已送达"


@AREA
@pytest.mark.parametrize(
    ("plan", "order"),
    [([503], [1, 1, 2, 3]), ([503, 503], [1, 1, 1, 2, 3]), ([422], [1, 2, 3, 1]), ([204, 500], [1, 2, 2, 3]), (["drip"], [1, 1, 2, 3])],
)
def test_messages_come_in_their_order_and_the_first_success_lets_all_others_go(people, receiver, settings, plan, order):
    settings.WEBHOOK_SECONDS = 1
    webhook, _ = register(people.partner, receiver)
    receiver.plan = plan
    for _ in range(3):
        services.send_test(by=people.partner, webhook=webhook)
    for minutes in (0, 2, 12):
        with later(minutes):
            carry_out()
    assert [json.loads(body)["sequence"] for _, _, body in receiver.came] == order
    assert {row.state for row in webhook.deliveries.all()} == {"已送达"}


def test_one_webhook_waits_for_no_other_and_is_sent_by_one_process_at_a_time(people, receiver):
    slow, quick = (register(people.partner, receiver)[0] for _ in range(2))
    for webhook in (slow, quick):
        services.send_test(by=people.partner, webhook=webhook)
    with leases.held(f"{pushing.HELD}{slow.pk}"):
        assert [pushing.push(webhook.pk) for webhook in (slow, quick)] == [0, 1]
        assert pushing.push_due() == 0
    assert pushing.push_due() == 1
    assert pushing.push_due() == 0, "it is in the queue"


def test_what_a_pause_ended_untried_is_no_failure_of_the_address_and_one_that_is_gone_is_paused(people, receiver):
    webhook, _ = register(people.partner, receiver)
    for _ in range(3):
        services.send_test(by=people.partner, webhook=webhook)
    services.pause(by=people.partner, webhook=webhook)
    carry_out()
    assert {(row.attempts, row.error) for row in webhook.deliveries.all()} == {(0, "接口推送已暂停")}
    services.resume(by=people.partner, webhook=webhook)
    receiver.plan = [503]
    services.send_test(by=people.partner, webhook=webhook)
    with later(6 * 24 * 60):
        carry_out()
    webhook.refresh_from_db()
    assert (len(receiver.came), webhook.paused_at) == (1, None)
    receiver.plan = [410]
    assert tried(webhook).state == "已停止"
    webhook.refresh_from_db()
    assert (bool(webhook.paused_at), webhook.paused_reason) == (True, "对方回复410，表示不再接收")
    services.announce(WebhookEvent.TITLE_CHANGED, 1, "later")
    assert not OutboxMessage.objects.filter(kind=services.EVENT).exists()


INSIDE = [
    "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://192.168.1.1/", "https://169.254.169.254/",
    "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[fe80::1]/", "https://0.0.0.0/", "https://100.64.0.1/",
    "https://2130706433/", "https://0x7f.1/", "https://224.0.0.1/", "https://[2002:7f00:1::]/", "https://[fec0::1]/", "https://[::127.0.0.1]/",
    "https://[::ffff:0:7f00:1]/", "https://192.88.99.1/", "https://[3fff::1]/", "https://[5f00::1]/", "https://[::]/", "https://[ff0e::1]/",
    "https://[64:ff9b:1::7f00:1]/", "https://[2001::7f00:1]/", "https://[2001:db8::1]/", "https://[fd00::1]/", "https://[100::1]/",
]  # fmt: skip


ODD = [
    "http://portal.example/", "https://user:word@portal.example/", "https://portal.example:22/", "https://portal.example:x/", "https:///in",
    "ftp://portal.example/", "https://portal.example/a b", "https://portal.example/#x",
]  # fmt: skip


@pytest.mark.parametrize(("url", "words"), [*((url, "内部网络|无法解析") for url in INSIDE), *((url, "网址|端口") for url in ODD)])
def test_no_address_inside_and_none_in_another_form_is_registered_or_reached(people, url, words):
    with pytest.raises(Refused, match=words):
        services.register_webhook(by=people.partner, url=url, events=[WebhookEvent.TITLE_CHANGED])
    assert url in ODD or sending.post(url, b"{}", {}).status is None
    assert not Webhook.objects.exists()


@given(st.ip_addresses(v=6) | st.integers(0, 2**125 - 1).map(lambda low: IPv6Address(2**125 + low)))
def test_of_ipv6_only_what_was_given_out_for_the_public_is_reached(address):
    special = [ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")]
    given_out = address in ip_network("2000::/3") and not any(address in network for network in special)
    assert sending._is_public(address) is given_out


def test_the_connection_goes_to_the_address_that_was_looked_at_and_checks_the_name(receiver, tmp_path, settings):
    parts = sending.checked(f"https://receiver.example:{receiver.port}/")
    assert sending._post_to("127.0.0.1", parts, b"{}", {}).error == "证书不可信"
    with Receiver(tmp_path, "receiver.example") as named:
        settings.WEBHOOK_CA = str(named.certificate)
        parts = sending.checked(f"https://receiver.example:{named.port}/in")
        assert sending._post_to("127.0.0.1", parts, b"{}", {}).status == 204
        assert named.came[0][1]["Host"] == f"receiver.example:{named.port}"


@AREA
def test_an_answer_that_drips_is_broken_off_and_a_name_that_points_inside_later_not_followed(people, receiver, settings):
    settings.WEBHOOK_SECONDS = 1
    webhook, _ = register(people.partner, receiver)
    receiver.plan = ["drip"]
    began = dt.datetime.now(dt.UTC)
    delivery = tried(webhook)
    assert dt.datetime.now(dt.UTC) - began < dt.timedelta(seconds=5)
    assert (delivery.state, delivery.answer, delivery.attempts) == ("待送达", None, 1)
    settings.WEBHOOK_HOSTS = []
    with later(3):
        carry_out()
    delivery.refresh_from_db()
    assert "内部网络" in delivery.error, "a name that points inside later is not followed"
    assert len(receiver.came) == 1


def test_the_secret_is_shown_once_and_kept_encrypted(client, people, receiver):
    client.force_login(people.partner)
    page = client.post(reverse("portal:webhooks"), {"url": receiver.url, "events": ["title.changed"]})
    [secret] = re.findall(r"data-secret>(whsec_[\w+/=]+)<", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    webhook = Webhook.objects.get()
    assert webhook.secret == secret
    assert str(Webhook.objects.values_list("secret", flat=True).get()).startswith(MARK)
    for address in (reverse("portal:webhooks"), reverse("portal:webhook", args=[webhook.pk])):
        assert "whsec_" not in client.get(address).content.decode()
    renewed = client.post(reverse("portal:webhook", args=[webhook.pk]), {"action": "renew"}).content.decode()
    [new] = re.findall(r"data-secret>(whsec_[\w+/=]+)<", renewed)
    webhook.refresh_from_db()
    assert webhook.secret == new != secret


def test_the_pages_register_try_pause_redeliver_and_delete(client, people, receiver):
    client.force_login(people.partner)
    wrong = client.post(reverse("portal:webhooks"), {"url": "https://10.0.0.1/", "events": ["title.changed"]})
    assert (wrong.status_code, "内部网络" in wrong.content.decode(), "https://10.0.0.1/" in wrong.content.decode()) == (422, True, True)
    webhook, _ = register(people.partner, receiver)
    page = reverse("portal:webhook", args=[webhook.pk])
    client.post(page, {"action": "test"})
    carry_out()
    delivery = webhook.deliveries.get()
    assert delivery.message_id in client.get(page).content.decode()
    client.post(reverse("portal:webhook_redeliver", args=[delivery.pk]))
    carry_out()
    assert [came[1]["webhook-id"] for came in receiver.came] == [delivery.message_id] * 2
    client.post(page, {"action": "pause"})
    assert "登记人暂停" in client.get(page).content.decode()
    assert client.post(page, {"action": "nonsense"}).status_code == 404
    asked = client.post(reverse("portal:webhook_remove", args=[webhook.pk]))
    assert (asked.status_code, Webhook.objects.count()) == (200, 1)
    client.post(reverse("portal:webhook_remove", args=[webhook.pk]), {"confirmed": "1"})
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


@AREA
def test_nobody_reads_or_changes_what_is_anothers(officer, people, receiver):
    webhook, _ = register(people.partner, receiver)
    delivery = tried(webhook)
    own = [reverse("portal:webhook", args=[webhook.pk]), reverse("portal:webhook_remove", args=[webhook.pk])]
    for address in (*own, reverse("portal:webhook_redeliver", args=[delivery.pk])):
        assert officer.post(address, {"confirmed": "1", "action": "renew"}).status_code == 404
    for act in (services.pause, services.resume, services.renew_secret, services.remove):
        with pytest.raises(NotAllowed):
            act(by=people.city_officer, webhook=webhook)
    for seat in ("secretariat", "authority", "bureau", "system_keeper", "audit_keeper", "reviewer"):
        with pytest.raises(NotAllowed):
            register(getattr(people, seat), receiver, [WebhookEvent.TITLE_CHANGED])
    for _ in range(services.MOST_WEBHOOKS - 1):
        register(people.partner, receiver)
    with pytest.raises(Refused, match="最多"):
        register(people.partner, receiver)


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_cost_the_same_for_one_and_three(client, people, receiver, number, kept_queries):
    client.force_login(people.partner)
    for _ in range(number):
        webhook, _ = register(people.partner, receiver)
    for _ in range(number):
        services.send_test(by=people.partner, webhook=webhook)
    client.get(reverse("portal:webhooks"))
    with kept_queries("list"):
        client.get(reverse("portal:webhooks"))
    with kept_queries("page"):
        client.get(reverse("portal:webhook", args=[webhook.pk]))


def test_the_record_is_kept_for_thirty_days(people, receiver):
    webhook, _ = register(people.partner, receiver)
    tried(webhook)
    for days, kept in ((29, 1), (31, 0)):
        with clock.at(clock.now() + dt.timedelta(days=days)):
            drop_expired()
        assert (webhook.deliveries.count(), Webhook.objects.count()) == (kept, 1)
