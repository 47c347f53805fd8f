"""谁会在哪天收到什么: the preview equals what the sweep sends."""

import datetime as dt

import pytest
from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.notifications.enums import Channel, MessageGroup
from greendistrict.notifications.models import Notification
from greendistrict.notifications.services import choose_channels
from greendistrict.workflow import outbox
from obligations import reminders, services
from obligations.reminder_preview import rung_lines
from tests.factories.accounts import make_user
from tests.factories.received import at
from tests.obligations.world import checks_due

ALLOWED = {"city_officer", "city_checker", "city_director", "city_legal"}
EARLY = dt.date(2027, 2, 1)


def page_of(client, user, key):
    client.force_login(user)
    return client.get(reverse("obligations:obligation_reminders", args=[key]))


@pytest.fixture
def owed(people):
    return checks_due(EARLY)[0]


def test_city_and_administrators_of_the_debtor_read_it(client, people, owed):
    administrator = make_user(Role.PREPARER, people.applicant_body, username="administrator", post_kw={"is_admin": True})
    elsewhere = make_user(Role.PREPARER, people.outsider_body, username="elsewhere", post_kw={"is_admin": True})
    with clock.at(at(2027, 2, 1)):
        answers = {seat: page_of(client, user, owed.key).status_code for seat, user in people.everybody.items()}
        assert {seat for seat, status in answers.items() if status == 200} == ALLOWED
        assert page_of(client, administrator, owed.key).status_code == 200
        assert page_of(client, elsewhere, owed.key).status_code == 404


def test_what_is_previewed_is_what_is_sent(people, owed):
    """Every rung with its day, its receivers and its words, against the digests of these days."""
    choose_channels(by=people.reviewer, chosen={(MessageGroup.REMINDERS, Channel.MAIL): False})
    lines = rung_lines(owed, EARLY)
    assert [(line.label, line.day) for line in lines][:3] == [
        ("到期前30个工作日", dt.date(2027, 2, 17)),
        ("到期前14个工作日", dt.date(2027, 3, 11)),
        ("到期前7个工作日", dt.date(2027, 3, 22)),
    ]
    assert [line.label for line in lines][-3:] == ["上报本单位负责人", "上报实施主体", "上报市级经办"]
    for line in lines:
        reminders.sweep(line.day)
        outbox.drain()
        notes = Notification.objects.filter(kind="digest").select_related("receiver")
        subjects = {subject for subject, _ in line.texts}
        sent = {(note.receiver.name, item["title"], item["body"]) for note in notes for item in note.lines if item["title"] in subjects}
        assert {name for name, _, _ in sent} == {told.name for told in line.people}, line.label
        assert {(subject, text) for _, subject, text in sent} == set(line.texts), line.label
        Notification.objects.all().delete()
    assert {told.name: told.channels for told in lines[0].people} == {people.preparer.name: "站内、邮件", people.reviewer.name: "站内"}
    assert {told.sent for line in rung_lines(owed, dt.date(2027, 12, 31)) for told in line.people} == {line.day for line in lines}


def test_page_says_it_in_words(client, people, owed):
    with clock.at(at(2027, 2, 1)):
        page = page_of(client, people.city_officer, owed.key).content.decode()
    assert page.count(people.applicant_body.name) >= 8
    assert "08:00至20:00发送，休息日不发送" in page
    assert "请于2027年3月31日（含当日）前报送" in page


def test_nothing_is_promised_where_nothing_is_sent(client, people, owed):
    with clock.at(at(2027, 2, 1)):
        services.decide(obligation=owed.key, by=people.city_director, reason="当年授予")
        assert "没有提醒" in page_of(client, people.city_officer, owed.key).content.decode()


@pytest.mark.parametrize("seat", ["city_officer", "preparer"])
def test_list_leads_to_it_where_it_opens(client, people, owed, seat):
    client.force_login(people.everybody[seat])
    with clock.at(at(2027, 2, 1)):
        page = client.get(reverse("obligations:obligation_list")).content.decode()
    assert (reverse("obligations:obligation_reminders", args=[owed.key]) in page) == (seat in ALLOWED)
