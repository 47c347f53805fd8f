"""Rungs and wordings of reminders: decided by two people, tried on a real obligation; the preview equals what the sweep sends."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.letter_texts.services import propose_text
from approvals.settings.services import propose_setting
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.notifications.enums import Channel, MessageGroup
from greendistrict.notifications.models import Notification
from greendistrict.notifications.services import choose_channels
from greendistrict.policy import duty_table, message_texts, parameters
from greendistrict.policy.duty_table import DUTY_KINDS, duty_kind
from greendistrict.policy.selectors import setting_label
from greendistrict.workflow import outbox
from greendistrict.workflow.procedure import take
from obligations import reminders
from obligations.models import Reminder
from obligations.previews import rung_lines
from obligations.reminder_settings import ladder_of
from tests.factories.accounts import make_user
from tests.factories.received import at
from tests.factories.waivers import waived_or_extended
from tests.obligations.world import DUE, checks_due

pytestmark = pytest.mark.usefixtures("arranged")
SETTING = "reminders.of.self_check"
RUNGS = "20、5、0、+3、市级经办"
EARLY = at(2027, 1, 11)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30、14、7、1、0、+1、+7、本单位负责人、实施主体", ((30, 14, 7, 1), True, (1, 7), ("本单位负责人", "实施主体"))),
        ("1，30, 7", ((30, 7, 1), False, (), ())),
        ("0", ((), True, (), ())),
    ],
)
def test_rungs_are_written_as_one_text(text, found):
    parsed = duty_table.parse(text)
    assert (parsed.before, parsed.on_day, parsed.after, parsed.then) == found


@pytest.mark.parametrize(("text", "words"), [
    ("30、三天", "没有“三天”这一节点"), ("+0", "没有“+0”这一节点"), ("30、999", "没有“999”这一节点"), ("实施主体、+7", "上报对象写在最后"),
    ("30、实施主体", "须有逾期后的节点"), ("+7、实施主体、实施主体", "上报对象重复"),
])  # fmt: skip
def test_what_is_no_ladder_is_told(people, text, words):
    with pytest.raises(duty_table.WrongRungs, match=words.replace("+", r"\+")):
        duty_table.parse(text)
    with clock.at(EARLY), pytest.raises(Refused, match=words.replace("+", r"\+")):
        propose_setting(key=SETTING, value=text, reason="x", by=people.city_officer)


def test_every_urged_kind_has_a_setting_and_no_other(people):
    keys = set(parameters.kinds_of_reminders())
    assert keys == {f"reminders.of.{kind.key}" for kind in DUTY_KINDS.values() if ladder_of(kind) is not None}
    assert setting_label(SETTING) == "提醒节点：年度自查"


def test_two_people_decide_the_rungs_of_a_kind_and_no_other_kind_moves(people):
    general = ladder_of(duty_kind("operation_report"))
    with clock.at(EARLY):
        made = propose_setting(key=SETTING, value=RUNGS, reason="自查提醒从简（虚构）", by=people.city_officer)
        assert ladder_of(duty_kind("self_check")) == general
        take(obj=made, action="agree", by=people.city_checker, version=0)
        take(obj=made, action="decide", by=people.city_director, version=1)
        found = ladder_of(duty_kind("self_check"))
        assert (found.before, found.on_day, found.after, found.then) == ((20, 5), True, (3,), ("市级经办",))
        assert ladder_of(duty_kind("operation_report")) == general
        assert [reminders.sweep(day) for day in (dt.date(2027, 2, 17), dt.date(2027, 3, 3))] == [0, 2]


def propose(people, key, text):
    return propose_text(key=key, text=text, since=dt.date(2027, 1, 12), reason="统一用语（虚构）", by=people.city_officer)


def test_wording_is_tried_on_a_real_obligation_and_stores_nothing(client, people):
    client.force_login(people.city_officer)
    address = reverse("approvals:letter_text", args=["due-late-own"])
    with clock.at(at(2027, 4, 1)):
        form = client.get(address).content.decode()
        assert "演示甲城（虚构）2026年度自查" in form
        typed = {"text": "{城区}的{事项}{剩余}。期限{期限}，{依据}。", "since": "2027-04-02", "reason": "x", "preview": "1"}
        matter = form.partition('value="self_check:')[2].partition('"')[0]
        page = client.post(address, typed | {"case": f"self_check:{matter}"}).content.decode()
    said = "演示甲城（虚构）的2026年度自查已逾期1个工作日（期限待市级确认）。期限2027年3月31日，《指导意见》八（二）。"
    assert said in page
    assert people.city_officer.name in page.partition(said)[2]
    assert Notification.objects.count() == 0


def test_a_second_person_decides_and_the_wording_holds_from_its_day(people):
    with clock.at(EARLY):
        made = propose(people, "due-day-own--self_check", "今日为{期限}，依据{依据}。")
        take(obj=made, action="decide", by=people.city_checker, version=0)
        assert message_texts.text_on("due-day-own--self_check", dt.date(2027, 1, 11)).startswith("期限为")
    reminders.sweep(DUE)
    outbox.drain()
    assert {note.body.partition("\n")[0] for note in Notification.objects.filter(kind="digest")} == {
        "今日为2027年3月31日，依据《指导意见》八（二）。"
    }


def test_a_subject_is_worded_by_the_same_proposal_check_and_preview(officer, people):
    key = "due-day-own-s--self_check"
    for text, words in (("今日截止", "缺少必须使用的变量{事项}"), ("{事项}{单位}", "没有变量{单位}"), ("{事项}\n今日截止", "标题只写一行")):
        with clock.at(EARLY), pytest.raises(Refused, match=words):
            propose(people, key, text)
    with clock.at(EARLY):
        address = reverse("approvals:letter_text", args=[key])
        form = officer.get(address).content.decode()
        matter = "self_check:" + form.partition('value="self_check:')[2].partition('"')[0]
        typed = {"text": "今日截止：{城区}{事项}", "since": "2027-01-12", "reason": "x", "preview": "1", "case": matter}
        assert "<b>今日截止：演示甲城（虚构）2026年度自查</b>" in officer.post(address, typed).content.decode()
        made = propose(people, key, "今日截止：{城区}{事项}")
        take(obj=made, action="decide", by=people.city_checker, version=0)
    reminders.sweep(DUE)
    outbox.drain()
    assert {note.title for note in Notification.objects.filter(kind="digest")} == {"今日截止：演示甲城（虚构）2026年度自查"}


def test_what_is_not_urged_has_no_wording(officer):
    for key, status in (("due-day-own", 200), ("due-day-own--self_check", 200), ("due-day-own--plot_late", 404), ("due-never-own", 404)):
        assert officer.get(reverse("approvals:letter_text", args=[key])).status_code == status, key


def test_who_answers_for_the_policy_is_told_long_before_it_ends(people):
    """180, 90 and 30 working days before 30 September 2028, a Saturday, by a ladder of its own that the city may change."""
    assert parameters.get("reminders.of.policy_expiry").value == parameters.get("reminders.of.edition_expiry").value
    ladder = ladder_of(duty_kind("policy_expiry"))
    assert (ladder.before, ladder.on_day) == ((180, 90, 30), True)
    legal, told = people.city_legal, []
    for on in (dt.date(2028, 1, 21), dt.date(2028, 1, 24), dt.date(2028, 5, 26), dt.date(2028, 5, 29), dt.date(2028, 8, 21)):
        with clock.at(at(on.year, on.month, on.day)):
            reminders.sweep(on)
        told.append(Reminder.objects.filter(mark__startswith="policy_expiry:", receiver=legal, day=on).count())
    assert told == [0, 1, 0, 1, 1]


ALLOWED = {"city_officer", "city_checker", "city_director", "city_legal"}
FEBRUARY = dt.date(2027, 2, 1)


def page_of(client, user, key):
    client.force_login(user)
    return client.get(reverse("obligations:obligation_reminders", args=[key]))


@pytest.fixture
def owed(people):
    return checks_due(FEBRUARY)[0]


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
    lines = rung_lines(owed, FEBRUARY)
    assert [(line.label, line.day) for line in lines][:3] == [
        ("到期前30个工作日", dt.date(2027, 2, 17)), ("到期前14个工作日", dt.date(2027, 3, 11)), ("到期前7个工作日", dt.date(2027, 3, 22)),
    ]  # fmt: skip
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


def test_a_rung_that_passed_without_sending_or_was_sent_later_says_so(client, people, owed):
    said = "没有发送记录"
    with clock.at(at(2027, 3, 17)):
        assert page_of(client, people.city_officer, owed.key).content.decode().count(said) == 2
        reminders.sweep(dt.date(2027, 3, 17))
        page = page_of(client, people.city_officer, owed.key).content.decode()
    assert (page.count(said), "2027年3月17日已发送（当日没有发送，之后补发）" in page) == (1, True)


def test_what_a_successor_got_later_was_not_sent_late(people, owed):
    first = rung_lines(owed, FEBRUARY)[0]
    reminders.sweep(first.day)
    Reminder.objects.filter(receiver=people.preparer).update(day=first.day + dt.timedelta(days=7))  # appointed a week later
    line = rung_lines(owed, dt.date(2027, 3, 17))[0]
    assert ({told.sent for told in line.people}, line.was_late) == ({first.day, first.day + dt.timedelta(days=7)}, False)


def test_what_went_to_who_held_the_post_then_is_no_rung_without_reminder(client, people, owed):
    first = rung_lines(owed, FEBRUARY)[0]
    reminders.sweep(first.day)
    sent = Reminder.objects.filter(day=first.day)
    sent.exclude(pk=sent.first().pk).delete()
    sent.update(receiver=people.secretariat)  # as where the receivers of then have left
    with clock.at(at(2027, 3, 17)):
        page = page_of(client, people.city_officer, owed.key).content.decode()
    assert (page.count("已发送给当时的接收人"), page.count("没有发送记录")) == (1, 1)


def test_nothing_is_promised_where_nothing_is_sent(client, people, owed):
    with clock.at(at(2027, 2, 1)):
        waived_or_extended(owed.key, people, "当年授予")
        assert "没有提醒" in page_of(client, people.city_officer, owed.key).content.decode()


@pytest.mark.parametrize("seat", ["city_officer", "preparer"])
def test_list_leads_to_it_where_it_opens(client, people, owed, seat):
    client.force_login(people.everybody[seat])
    with clock.at(at(2027, 2, 1)):
        page = client.get(reverse("obligations:obligation_list")).content.decode()
    assert (reverse("obligations:obligation_reminders", args=[owed.key]) in page) == (seat in ALLOWED)
