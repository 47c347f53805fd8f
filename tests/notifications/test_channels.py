"""Which messages go where: the page of a person's choices, and digests in the inbox."""

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from approvals.applications.procedure import APPLICATION_STEPS
from approvals.losses.procedure import LOSS_STEPS
from greendistrict.notifications import services
from greendistrict.notifications.enums import FIXED, OUTSIDE, Channel, Message, MessageGroup, group_of
from greendistrict.notifications.models import ChannelChoice, Notification
from greendistrict.notifications.views import LINES
from greendistrict.workflow import outbox
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    reader = make_user("preparer", username="reader", name="演示甲")
    client.force_login(reader)
    return reader


def test_legal_notices_of_procedures_go_through_every_channel():
    notices = {"correct": APPLICATION_STEPS, "refuse": APPLICATION_STEPS, **dict.fromkeys(("tell", "serve", "decide_not"), LOSS_STEPS)}
    assert {group_of(found.steps[action].informed_message) for action, found in notices.items()} == {MessageGroup.LEGAL}


def item(title, link="/a/", group=MessageGroup.REMINDERS):
    return {"group": group.value, "sort": "逾期", "title": title, "body": f"{title}的说明", "link": link, "informs": False}


def send_digest(reader, *items):
    with transaction.atomic():
        services.notify(kind=Message.DIGEST, key="digest:1", receivers=[reader], title="到期提醒2项", lines=items)
    outbox.drain()
    return Notification.objects.get()


def test_page_offers_every_group_but_those_that_go_everywhere(client, reader):
    page = client.get(reverse("notifications:channel_settings")).content.decode()
    assert {words in page for words in (reader.email, *(group.label for group in MessageGroup))} == {True}
    assert page.count('type="checkbox"') == len(LINES) == len(MessageGroup) - len(FIXED)
    assert page.count("接收，不能关闭") == len(FIXED)


def test_choice_is_stored_and_holds(client, reader):
    ticked = {f"{group.value}-mail": "on" for group in LINES if group != MessageGroup.REMINDERS}
    assert client.post(reverse("notifications:channel_settings"), ticked).status_code == 302
    assert ChannelChoice.objects.get(user=reader, is_on=False).group == MessageGroup.REMINDERS
    page = client.get(reverse("notifications:channel_settings")).content.decode()
    assert page.count("checked") == len(LINES) - 1
    send_digest(reader, item("甲"), item("乙"))
    assert mail.outbox == []


def test_nobody_chooses_for_another_nor_for_fixed_groups(client, reader):
    client.post(reverse("notifications:channel_settings"), {"user": make_user("reviewer").pk, "legal-mail": ""})
    assert set(ChannelChoice.objects.values_list("user", flat=True)) == {reader.pk}
    assert not ChannelChoice.objects.filter(group__in=FIXED).exists()


def test_channel_that_is_not_connected_is_named_and_not_offered(client, reader, settings):
    def shown():
        page = client.get(reverse("notifications:channel_settings")).content.decode()
        missing = [channel for channel in OUTSIDE if f"<dt>{channel.label}</dt><dd>未接入</dd>" in page]
        return missing, [channel for channel in Channel if f'name="steps-{channel.value}"' in page]

    assert shown() == ([Channel.SMS, Channel.WECOM], [Channel.MAIL])
    settings.SMS_URL = "https://dysmsapi.aliyuncs.com"
    assert shown() == ([Channel.WECOM], [Channel.MAIL, Channel.SMS])


def test_items_of_a_digest_lead_to_what_they_are_about(client, reader):
    note = send_digest(reader, item("甲", "/obligations/"), item("乙", "https://elsewhere.invalid/"))
    page = client.get(reverse("notifications:inbox")).content.decode()
    assert [page.count(words) for words in ("到期提醒2项", "甲的说明", "乙的说明")] == [2, 1, 1], "once more to name what is deleted"
    assert client.get(reverse("notifications:follow_line", args=[note.pk, 1])).url == "/obligations/"
    assert client.get(reverse("notifications:follow_line", args=[note.pk, 2])).url == reverse("notifications:inbox")
    assert client.get(reverse("notifications:follow_line", args=[note.pk, 3])).status_code == 404
    note.refresh_from_db()
    assert note.read_at is not None
    client.force_login(make_user("reviewer"))
    assert client.get(reverse("notifications:follow_line", args=[note.pk, 1])).status_code == 404, "somebody else's"
