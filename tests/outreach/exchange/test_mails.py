"""Mails to people who signed up without an account and left an e-mail address; outdated ones are not sent, nothing else is disclosed."""

from django.core import mail

from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from outreach.exchange import mails
from outreach.exchange.models import EventSignUp
from outreach.exchange.services import events, sign_ups
from tests.outreach.asking import said, to
from tests.outreach.exchange.world import day, published
from tests.steps import step

BOX = "waiting@example.invalid"


def public(event, number, contact):
    words = sign_ups.SignUpWords(name=f"访客{number}（虚构）", contact=contact)
    return sign_ups.sign_up_public(event=event, words=words, address=f"198.51.100.{number}").sign_up


def sent(to=BOX):
    """Subject and text of the mails to an address, after everything that waited was sent."""
    outbox.drain()
    return [(one.subject, one.body) for one in mail.outbox if one.to == [to]]


def test_a_freed_place_is_told_once_by_mail(people):
    event = published(people, capacity=1)
    first, waiting = public(event, 1, "13900000001"), public(event, 2, BOX)
    assert sent() == []
    sign_ups.withdraw_public(row=first)
    [(subject, text)] = sent()
    assert subject == f"【演示数据】候补已递补：{event.title}"
    assert all(one in text for one in (waiting.name, waiting.number, event.place, to("event_public", event.pk)))
    assert len(sent()) == 1
    row = OutboxMessage.objects.get(kind=mails.KIND)
    assert BOX not in f"{row.key}{row.payload}", "the address stands in no queue"


def test_a_telephone_number_gets_no_mail_and_the_page_says_so(client, people):
    event = published(people, capacity=1)
    first = public(event, 1, "13900000001")
    typed = {"name": "李四（虚构）", "contact": "13900000002"}

    def answer(contact):
        return said(client.post(to("event_sign_up_public", event.pk), typed | {"contact": contact}))

    assert "平台不发短信，请凭查询码查看是否递补" in answer("13900000002")
    assert "名额和候补都已报满" in answer(BOX)
    sign_ups.withdraw_public(row=first)
    mailed = answer(BOX)
    assert ("得到名额时发邮件到w***@example.invalid" in mailed, BOX in mailed, sent()) == (True, False, [])


def test_who_withdrew_meanwhile_is_not_told_of_a_place(people):
    event = published(people, capacity=1)
    first, waiting = public(event, 1, "13900000001"), public(event, 2, BOX)
    sign_ups.withdraw_public(row=first)
    sign_ups.withdraw_public(row=EventSignUp.objects.get(pk=waiting.pk))
    assert sent() == []


def test_a_change_a_refusal_and_a_cancellation_are_told_with_their_reason(people):
    event = published(people, capacity=2)
    kept, refused = public(event, 1, BOX), public(event, 2, "refused@example.invalid")
    sign_ups.strike(row=refused, reason="不是真名（虚构）", by=people.city_officer)
    [(subject, text)] = sent("refused@example.invalid")
    assert ("不予接受" in subject, "理由：不是真名（虚构）" in text) == (True, True)
    step(event, "revise", people.city_officer, reason="改地点（虚构）")
    event.refresh_from_db()
    values = {name: getattr(event, name) for name in events.FIELDS} | {"place": "另一处（虚构）", "starts_on": day(6), "ends_on": day(6)}
    event = events.save_event(event=event, values=values, version=event.version, by=people.city_officer)
    event.agenda.update(day=day(6))
    step(event, "publish", people.city_checker)
    [(subject, text)] = sent()
    assert ("活动有变更" in subject, "另一处（虚构）" in text, "仍在候补" in text) == (True, True, False)
    event.refresh_from_db()
    step(event, "cancel", people.city_officer, reason="场地不能使用（虚构）")
    subject, text = sent()[-1]
    assert ("活动已取消" in subject, "场地不能使用（虚构）" in text) == (True, True)
    assert len(sent()) == 2
    assert len(sent("refused@example.invalid")) == 1
    assert kept.contact == BOX
