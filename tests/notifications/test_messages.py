import re
from hashlib import sha256

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from lxml import etree
from lxml.html import document_fromstring

from greendistrict.core.papers import PORTAL
from greendistrict.notifications import services
from greendistrict.notifications.channels import Attempt
from greendistrict.notifications.enums import Channel, Message, MessageGroup, group_of
from greendistrict.notifications.mail import REPEATED, Mail, foot, written_mail
from greendistrict.notifications.models import ChannelChoice, Delivery, Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.messages import Note, send
from greendistrict.workflow.models import OutboxMessage
from tests.factories.accounts import make_organisation, make_user
from tests.factories.received import at
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
INBOX = reverse("notifications:inbox")


@pytest.fixture
def reader():
    return make_user("preparer", username="reader", name="演示甲")


def unread_count(reader):
    return Notification.objects.filter(receiver=reader, read_at=None).count()


def ask(*receivers, key="event:1", **kw):
    words = {"kind": Message.CASE_MOVED, "title": "办件进展", "body": "已受理", "link": "/cases/1/", **kw}
    return services.notify(key=key, receivers=receivers, **words)


def test_message_reaches_each_receiver_once_per_key(reader):
    other = make_user("reviewer")
    assert ask(reader, other, reader) == 2
    assert ask(reader) == 0
    assert ask(reader, key="event:2") == 1
    outbox.drain()
    outbox.drain()
    told = [Notification.objects.filter(receiver=one).count() for one in (reader, other)]
    assert (told, len(mail.outbox)) == ([2, 1], 3)
    for message in OutboxMessage.objects.order_by("pk"):  # a handler run twice
        (services.hand_over if message.kind == Channel.MAIL else services.deliver)(message)
    assert (Notification.objects.count(), len(mail.outbox)) == (3, 3)


def test_mail_is_written_to_the_mailbox_folder(reader, settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", str(tmp_path)
    ask(reader, demo=True)
    for _ in range(2):
        outbox.drain()
    [text] = [written.read_text() for written in tmp_path.glob("*")]
    assert f"To: {reader.email}" in text
    assert re.search(r"^X-GD-Key: [0-9a-f]{64}$", text, re.MULTILINE)


def test_mail_says_who_what_and_where_and_marks_fiction(reader, settings):
    settings.SITE_URL = "https://portal.example"
    ask(reader, demo=True)
    outbox.drain()
    (letter,) = mail.outbox
    assert letter.subject == "【演示数据】办件进展"
    assert letter.body == f"演示甲：\n\n已受理\n\n可登录查看：https://portal.example/cases/1/\n\n{foot(demo=True)}\n"
    assert letter.to == [reader.email]
    assert re.fullmatch(r"<[0-9a-f]{32}@[^>]+>", letter.extra_headers["Message-ID"])
    assert "X-GD-Repeated" not in letter.extra_headers


def test_both_parts_of_a_mail_say_the_same_and_load_nothing(reader, settings):
    settings.SITE_URL = "https://portal.example"
    ask(reader, title="<b>题&目</b>", body="第一行\n第二行 <script>，见https://elsewhere.example/", demo=True)
    outbox.drain()
    (letter,) = mail.outbox
    ((page, kind),) = [(part.content, part.mimetype) for part in letter.alternatives]
    shown = document_fromstring(page)
    tags = {element.tag for element in shown.iter()}
    addresses = [link.get("href") for link in shown.iter("a")]
    etree.strip_elements(shown, "title", "style", with_tail=False)
    assert kind == "text/html"
    assert "".join(shown.text_content().split()) == "".join(letter.body.split())
    assert addresses == ["https://portal.example/cases/1/"]
    assert not {"img", "link", "script", "iframe"} & tags
    assert not re.search(r"\bsrc=|url\(|@import", page)
    assert ("max-width: 600px" in page, "prefers-color-scheme: dark" in page) == (True, True)


def test_a_repeated_mail_says_so_and_has_the_same_identity(reader):
    ask(reader)
    outbox.drain()
    delivery = Delivery.objects.get()
    Mail().send(delivery, Attempt(repeated=True))
    first, second = mail.outbox
    assert second.extra_headers == first.extra_headers | {"X-GD-Repeated": "1"}
    assert REPEATED in second.body
    assert REPEATED in second.alternatives[0].content


def test_title_with_a_line_break_cannot_add_a_header(reader):
    ask(reader, title="标题\nBcc: x@example.invalid")
    ask(reader, key="self_check:1234567890:2026:2027-03-31:escalate-3", title="长" * 200)
    assert outbox.drain() == 4, "long keys and titles of real events fit"
    assert mail.outbox[0].subject == "标题 Bcc: x@example.invalid"


def test_mail_server_away_keeps_the_inbox_and_sends_later(reader, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    ask(reader)
    outbox.drain()
    assert Delivery.objects.get().sent_at is None
    letter = OutboxMessage.objects.get(kind=Channel.MAIL)
    assert (letter.done_at, letter.attempts, letter.unsure) == (None, 1, 0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutboxMessage.objects.filter(pk=letter.pk).update(retry_at=None)
    outbox.drain()
    assert (len(mail.outbox), Delivery.objects.get().sent_at is not None) == (1, True)


def test_nobody_who_left_is_written_to_and_who_has_no_address_reads_the_inbox_only(reader):
    ask(reader, make_user("reviewer", email=""))
    reader.is_active = False
    reader.save()
    outbox.drain()
    assert (Notification.objects.get().receiver.email, Delivery.objects.count(), mail.outbox) == ("", 0, [])


def test_a_long_digest_is_folded_and_each_of_its_items_leads_to_its_own_page(client, reader):
    item = {"group": MessageGroup.REMINDERS.value, "sort": "逾期", "body": "请补报", "informs": False}
    found = [{**item, "title": f"事项{number}", "link": f"/cases/{number}/"} for number in range(1, 8)]
    ask(reader, kind=Message.DIGEST, lines=found)
    outbox.drain()
    client.force_login(reader)
    page = client.get(reverse("notifications:inbox")).content.decode()
    shown, folded = page.split("其余2项")
    assert ("事项5" in shown, "事项6" in shown, "事项7" in folded) == (True, False, True)
    last = reverse("notifications:follow_line", args=[Notification.objects.get().pk, 7])
    assert last in folded
    assert client.get(last).url == "/cases/7/"


def test_following_reads_the_message_and_leads_on(client, reader):
    ask(reader)
    outbox.drain()
    note = Notification.objects.get()
    client.force_login(reader)
    assert unread_count(reader) == 1
    assert client.get(reverse("notifications:follow", args=[note.pk])).url == "/cases/1/"
    first = Notification.objects.get().read_at
    client.get(reverse("notifications:follow", args=[note.pk]))
    assert (Notification.objects.get().read_at, unread_count(reader)) == (first, 0)
    Notification.objects.update(link="https://elsewhere.invalid/")
    assert client.get(reverse("notifications:follow", args=[note.pk])).url == reverse("notifications:inbox"), "it leads away"


def test_messages_of_others_do_not_exist(client, reader):
    ask(reader)
    outbox.drain()
    stranger = make_user("reviewer")
    client.force_login(stranger)
    assert client.get(reverse("notifications:follow", args=[Notification.objects.get().pk])).status_code == 404
    client.post(reverse("notifications:read_all"))
    assert unread_count(reader) == 1
    assert "没有消息" in client.get(reverse("notifications:inbox")).content.decode()
    client.force_login(reader)
    ask(reader, key="event:2")
    outbox.drain()
    assert client.get(reverse("notifications:read_all")).status_code == 405
    assert client.post(reverse("notifications:read_all")).url == reverse("notifications:inbox")
    assert unread_count(reader) == 0, "all own ones at once"


def test_every_kind_of_message_has_a_word_and_a_group_and_legal_notices_are_among_them():
    assert all(label for _, label in Message.choices)
    assert len(set(Message.values)) == len(Message.values)
    assert {group_of(kind) for kind in Message.values} == set(MessageGroup) - {MessageGroup.WATCHES}  # these stand in digests
    assert group_of(Message.CORRECTION) is group_of(Message.LEGAL_NOTICE) is MessageGroup.LEGAL


def test_mail_that_only_informs_does_not_ask_to_act(reader):
    with transaction.atomic():
        send(kind=Message.CORRECTION, key="turn", receivers=[reader], note=Note("补正告知", "请补正"))
        send(kind=Message.CORRECTION, key="informed", receivers=[reader], note=Note("补正告知", "请补正"), informs=True)
    outbox.drain()
    assert [[words in letter.body for words in ("登录后办理", "可登录查看")] for letter in mail.outbox] == [[True, False], [False, True]]


def test_who_turned_mail_off_for_a_group_reads_it_in_the_inbox(reader):
    services.choose_channels(by=reader, chosen={(MessageGroup.STEPS, Channel.MAIL): False})
    ask(reader)
    ask(reader, key="event:2", kind=Message.REPORT_READY)
    outbox.drain()
    sent = [letter.extra_headers["X-GD-Key"] for letter in mail.outbox]
    assert (Notification.objects.count(), sent) == (2, [sha256(f"note:event:2:{reader.pk}".encode()).hexdigest()])


def test_legal_notices_cannot_be_turned_off(reader):
    refuses("不能关闭", services.choose_channels, by=reader, chosen={(MessageGroup.LEGAL, Channel.MAIL): False})
    ChannelChoice.objects.create(user=reader, group=MessageGroup.LEGAL, channel=Channel.MAIL, is_on=False)
    ask(reader, kind=Message.LEGAL_NOTICE)
    outbox.drain()
    assert len(mail.outbox) == 1


def line(title, group=MessageGroup.REMINDERS, **more):
    return {"group": group.value, "sort": "到期", "title": title, "body": f"{title}的说明", "link": "/a/", **more}


def test_digest_carries_what_its_receiver_takes_through_the_channel(reader, settings):
    settings.SITE_URL = "https://portal.example"
    services.choose_channels(by=reader, chosen={(MessageGroup.WATCHES, Channel.MAIL): False})
    items = [line("甲"), line("乙", informs=True), line("丙", MessageGroup.WATCHES)]
    ask(reader, kind=Message.DIGEST, title="到期提醒3项", lines=items)
    ask(reader, kind=Message.DIGEST, title="关注1项", lines=[line("丁", MessageGroup.WATCHES)], key="event:2")
    outbox.drain()
    assert Notification.objects.count() == 2
    (letter,) = mail.outbox
    assert letter.subject == "到期提醒2项：到期2项"
    assert letter.body == (
        "演示甲：\n\n1. 甲\n甲的说明\n登录后办理：https://portal.example/a/\n\n2. 乙\n乙的说明\n可登录查看：https://portal.example/a/\n\n"
        f"{foot(demo=False)}\n"
    )


def told(reader, key, kind=Message.CASE_MOVED, *, read=False, day=1):
    moment = at(2027, 3, day)
    about = {"kind": kind, "title": f"消息{key}", "created_at": moment, "read_at": moment if read else None}
    return Notification.objects.create(key=key, receiver=reader, **about)


def test_the_inbox_is_filtered_and_stands_by_day(client, reader):
    told(reader, "甲")
    told(reader, "乙", Message.DIGEST, read=True, day=2)
    told(reader, "丙", Message.REPORT_READY, day=2)
    client.force_login(reader)

    def shown(**asked):
        return re.findall(r"消息([甲乙丙])\s*</b>", re.sub(r"<span.*?</span>", "", client.get(INBOX, asked).content.decode()))

    assert shown() == ["丙", "乙", "甲"]
    assert (shown(group="reports"), shown(group="steps"), shown(group="account")) == (["丙"], ["甲"], [])
    assert (shown(read="yes"), shown(read="no"), shown(read="yes", group="steps")) == (["乙"], ["丙", "甲"], [])
    assert shown(group="nothing", read="yes") == ["乙"], "a condition that is not valid is not asked for"
    page = client.get(INBOX).content.decode()
    assert (page.count("2027年3月2日</h2>"), page.count("2027年3月1日</h2>")) == (1, 1)


def test_own_messages_are_deleted_and_legal_notices_stay(client, reader):
    one, legal = told(reader, "甲"), told(reader, "乙", Message.LEGAL_NOTICE, read=True)
    foreign = told(make_user("reviewer"), "丙", read=True)
    client.force_login(reader)

    def drop(note):
        return client.post(reverse("notifications:message_drop", args=[note.pk]), {"confirmed": "1"}).status_code

    refuses("不能删除", services.drop, by=reader, notification=legal)
    refuses("接收人", services.drop, by=reader, notification=foreign)
    page = client.get(INBOX).content.decode()
    offered = [reverse("notifications:message_drop", args=[note.pk]) in page for note in (one, legal)]
    assert (offered, drop(one), drop(foreign)) == ([True, False], 302, 404)
    assert set(Notification.objects.all()) == {legal, foreign}


def test_read_messages_of_a_filter_are_deleted_together(client, reader):
    kept = [told(reader, "1"), told(reader, "2", Message.DIGEST, read=True), told(reader, "3", Message.CORRECTION, read=True)]
    kept.append(told(make_user("reviewer"), "4", read=True))
    told(reader, "5", read=True)
    client.force_login(reader)
    address = reverse("notifications:read_drop")
    for query in ("?group=nothing", "?group=steps"):
        assert Notification.objects.count() == 5
        assert client.post(f"{address}{query}", {"confirmed": "1"}).url == f"{INBOX}{query}"
    assert set(Notification.objects.all()) == set(kept)
    client.post(address, {"confirmed": "1"})
    assert set(Notification.objects.all()) == {kept[0], kept[2], kept[3]}


@pytest.mark.parametrize(
    ("phone", "configured", "sender"),
    [("021-5555", "a@b.example", f"{PORTAL} <a@b.example>"), ("", "市住建委 <a@b.example>", "市住建委 <a@b.example>")],
)
def test_every_mail_says_whose_it_is_and_whom_to_call(settings, phone, configured, sender):
    settings.DEFAULT_FROM_EMAIL = configured
    make_organisation("city", name="演示委（虚构）", office_phone=phone, is_demo=True)
    told = {"key": "event:1", "to": "a@b.example", "subject": "标题", "text": "正文\n", "repeated": False}
    for demo, whose in ((True, f"{PORTAL}（演示委（虚构）"), (False, PORTAL)):
        letter = written_mail(**told, demo=demo)
        [html] = [content for content, kind in letter.alternatives if kind == "text/html"]
        assert letter.from_email == sender
        for text in (letter.body, html):
            assert f"本邮件由{whose}" in text
            assert (f"咨询电话：{phone}" in text) is bool(phone and demo), "no telephone of another world"
