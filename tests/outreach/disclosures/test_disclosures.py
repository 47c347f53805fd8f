"""Requests for government information: filed without an account, bounded, extended once, answered by a paper, looked up by the receipt."""

import datetime as dt
import re
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.letters import drafts_of
from obligations import disclosure_terms
from obligations.selectors import in_sight
from obligations.services import decide
from obligations.way import Day
from outreach.disclosures import selectors, services
from outreach.disclosures.forms import DisclosureFilter
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.services import DisclosureReply, DisclosureWords
from portal.personal.services import drop_expired
from portal.todo.selectors import tasks_of, todo_of
from reports.letters.models import LetterCopy
from tests.factories.waivers import waived_or_extended
from tests.outreach.asking import said, to
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
IDENTITY, PHONE, ADDRESS = "310000199001010000", "13800001234", "演示路1号（虚构）"
ASKED = {
    "asker": "citizen", "name": "演示居民", "identity": IDENTITY, "contact": PHONE, "wanted": "2025年度绿色生态城区后评估方案（虚构）",
    "delivery": "post", "address": ADDRESS,
}  # fmt: skip
REPLY = {"outcome": "granted", "withheld": "", "reply": "方案随告知书提供", "number": "演公开〔2026〕1号"}
CODE = re.compile(r"(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}")
PRIVATE = (IDENTITY, PHONE, ADDRESS, "演示居民")
SERVING = (dt.date(2026, 9, 2), dt.date(2026, 11, 2))


def file(number=1, address="192.0.2.1", **changed):
    words = DisclosureWords(**(ASKED | {"wanted": f"信息{number}（虚构）"} | changed))
    return services.file_disclosure(words=words, address=address)


def answered(row, people, **changed):
    answer = DisclosureReply(**({**REPLY, "on": clock.today()} | changed))
    return services.reply_disclosure(row=row, by=people.city_officer, answer=answer)


def test_from_filing_over_an_extension_to_the_reply(client, people):
    assert to("disclosure_new") in said(client.get(to("disclosures")))
    filed = client.post(to("disclosure_new"), ASKED)
    assert filed.status_code == 200
    code, row = CODE.search(said(filed))[0], DisclosureRequest.objects.get()
    assert code.replace("-", "") not in str(DisclosureRequest.objects.values().get())
    page = said(client.post(to("disclosure_receipt"), {"code": f" {code.lower()} "}))
    assert ("待答复" in page, ASKED["wanted"] in page, [one for one in PRIVATE if one in page]) == (True, True, [])
    assert client.post(to("disclosure_receipt"), {"code": "AAAA-AAAA"}).status_code == 404
    first = selectors.due_of(row)
    client.force_login(people.city_checker)
    assert client.post(to("disclosure_extend", row.pk), {"reason": " "}).status_code == 422
    assert client.post(to("disclosure_extend", row.pk), {"reason": "需要征求第三方意见"}).status_code == 302
    assert client.post(to("disclosure_extend", row.pk), {"reason": "再延"}).status_code == 422
    row.refresh_from_db()
    assert selectors.due_of(row) == workdays.current().add(first, 20)
    client.force_login(people.city_officer)
    typed = {**REPLY, "on": clock.today().isoformat()}
    wrong = client.post(to("disclosure", row.pk), typed | {"outcome": "refused"})
    assert (wrong.status_code, "须选择依据" in said(wrong), REPLY["reply"] in said(wrong)) == (422, True, True)
    assert client.post(to("disclosure", row.pk), typed).status_code == 302
    assert client.post(to("disclosure", row.pk), typed).status_code == 422
    client.logout()
    page = said(client.post(to("disclosure_receipt"), {"code": code}))
    assert all(one in page for one in ("已答复", "予以公开", REPLY["reply"], REPLY["number"], "需要征求第三方意见"))
    told = AuditRecord.objects.filter(action__startswith="outreach.").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["outreach.extend_disclosure", "outreach.reply_disclosure"]


def test_the_term_is_twenty_working_days_and_stands_alike_on_page_desk_and_list_of_duties(client, people):
    with clock.at(dt.datetime(2026, 9, 28, 2, tzinfo=dt.UTC)):
        row = file().request
        due = selectors.due_of(row)
        assert due == workdays.current().add(dt.date(2026, 9, 28), 20)
        [duty] = [one for one in in_sight(Viewer(people.city_officer)) if one.kind == "disclosure_reply"]
        [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
        assert (duty.due, task.due, duty.link) == (due, due, to("disclosure", row.pk))
        assert "《政府信息公开条例》第三十三条" in duty.how.rule
        services.extend_disclosure(row=row, by=people.city_checker, reason="信息量大")
        row.refresh_from_db()
        later = selectors.due_of(row)
        [duty] = disclosure_terms.collect(Day(clock.today(), clock.today()))
        assert (duty.due, "延长20个工作日" in duty.how.extended) == (later, True)
        assert later == workdays.current().add(due, 20)
    with clock.at(dt.datetime.combine(later + dt.timedelta(days=1), dt.time(9), clock.SHANGHAI)):
        [duty] = disclosure_terms.collect(Day(clock.today(), clock.today()))
        assert duty.is_overdue(clock.today())
        answered(row, people)
        duty, _ = disclosure_terms.collect(Day(clock.today(), clock.today()))
        assert duty.state(clock.today()).value == "late"


def test_the_page_tells_the_law_and_what_the_portal_adds_apart(client):
    page = client.get(to("disclosures")).content.decode()
    # 第三十三条 sets the longest extension; that there is one only is the portal's own.
    assert "最长延长20个工作日（平台只延长一次）" in page
    assert "征求第三方和其他机关意见所需时间不计算在答复期限内" in page


def test_a_term_that_is_over_is_not_extended(people):
    row = file().request
    with clock.at(dt.datetime.combine(selectors.due_of(row) + dt.timedelta(days=1), dt.time(9), clock.SHANGHAI)):
        refuses("期限已过", services.extend_disclosure, row=row, by=people.city_checker, reason="迟")
        assert not DisclosureRequest.objects.exclude(extended_at=None).exists()


@pytest.mark.parametrize(
    ("outcome", "words", "way"),
    [
        ("published", "已经主动公开", "6个月"), ("granted", "现予提供", "6个月"), ("partly", "区分处理", "应当先申请行政复议"),
        ("refused", "不予公开", "应当先申请行政复议"), ("absent", "该信息不存在", "6个月"), ("elsewhere", "不属于本机关", "6个月"),
        ("repeated", "不予重复处理", "6个月"), ("no_request", "不作为政府信息公开申请", "6个月"),
    ],
)  # fmt: skip
def test_each_outcome_has_its_letter_with_article_and_remedy(people, outcome, words, way):
    row = answered(file().request, people, outcome=outcome, withheld="private" if way.startswith("应当") else "")
    [letter] = [draft.write() for draft in drafts_of(row, Viewer(people.city_officer))]
    text = "".join((*letter.paragraphs, *letter.closing))
    assert all(one in text for one in (words, way, "上海市人民政府", "有管辖权的人民法院", row.number, REPLY["reply"]))
    assert "《中华人民共和国政府信息公开条例》第三十" in text
    assert ("第十五条" in text) == way.startswith("应当")
    assert (letter.number, letter.day, letter.to) == (REPLY["number"], clock.today(), "演＊＊＊")


def test_a_body_is_addressed_in_full_and_an_extension_has_its_letter(people):
    row = file(asker="body", name="演示环保社团（虚构）").request
    services.extend_disclosure(row=row, by=people.city_checker, reason="信息量大。")
    row.refresh_from_db()
    extension, reply = (draft.write() for draft in drafts_of(row, Viewer(people.city_officer)))
    assert (extension.to, reply.blanks > 0) == ("演示环保社团（虚构）", True)
    assert "因信息量大，不能在20个工作日内答复" in "".join(extension.paragraphs)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": dt.date(2099, 1, 1)}, "on"), ({"on": dt.date(2020, 1, 1)}, "on"), ({"reply": " "}, "reply"), ({"number": " "}, "number"),
        ({"outcome": "x"}, "outcome"), ({"outcome": "partly"}, "withheld"), ({"withheld": "secret"}, "withheld"),
    ],
)  # fmt: skip
def test_what_a_reply_lacks_is_said_beside_its_field(people, changed, field):
    with pytest.raises(Refused) as caught:
        answered(file().request, people, **changed)
    assert [one.field for one in caught.value.refusals] == [field]


def test_a_number_serves_one_reply(people):
    answered(file(1).request, people)
    refuses("已用于", answered, file(2).request, people)


def test_nothing_is_asked_twice(client):
    form = to("disclosure_new")
    assert client.post(form, ASKED).status_code == 200
    again = client.post(form, ASKED)
    assert (again.status_code, "已经收到" in said(again)) == (409, True)
    assert DisclosureRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "姓名或名称"), ({"identity": ""}, "身份证明"), ({"wanted": ""}, "所需信息"), ({"asker": ""}, "申请人类型"),
        ({"address": ""}, "请填写通信地址"), ({"delivery": "mail"}, "请填写电子邮箱"),
        ({"homepage": "https://example.org"}, "请清空后再提交"),
    ],
)  # fmt: skip
def test_what_a_request_lacks_is_said_and_nothing_typed_is_lost(client, changed, words):
    answer = client.post(to("disclosure_new"), ASKED | changed)
    html = said(answer)
    assert (answer.status_code, words in html, DisclosureRequest.objects.count()) == (422, True, 0)
    assert all(value in html for key, value in (ASKED | changed).items() if key in {"name", "identity", "contact", "wanted"})
    assert "<script" not in html.partition("<main")[2].partition("</main")[0]


def test_who_asked_is_encrypted_masked_and_shown_after_a_reason(client, people):
    row = file().request
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity, contact, address FROM outreach_disclosurerequest")
        assert not {IDENTITY, PHONE, ADDRESS} & set(cursor.fetchone())
    client.force_login(people.city_director)
    for page in (said(client.get(to("disclosure_list"))), said(client.get(to("disclosure", row.pk)))):
        assert not any(one in page for one in PRIVATE)
    assert "138****1234" in said(client.get(to("disclosure", row.pk)))
    assert client.post(to("disclosure_identity", row.pk), {}).status_code == 422
    shown = said(client.post(to("disclosure_identity", row.pk), {"reason": "制发告知书"}))
    assert all(one in shown for one in PRIVATE)
    record = AuditRecord.objects.get(action="outreach.reveal_identity")
    assert (record.data["reason"], record.actor_id) == ("制发告知书", people.city_director.pk)


def test_a_letter_gets_the_name_when_it_is_downloaded_and_no_stored_text_has_it(client, people):
    row = answered(file().request, people)
    client.force_login(people.city_officer)
    address = reverse("reports:letter", args=["disclosurerequest", row.pk, "reply"])
    assert "下载填有姓名的Word" not in said(client.get(address))
    assert client.post(f"{address}addressed/").url == to("disclosure_identity", row.pk)
    client.post(to("disclosure_identity", row.pk), {"reason": "制发告知书"})
    assert all(one in said(client.get(address)) for one in ("下载填有姓名的Word", "演＊＊＊"))
    sent = client.post(f"{address}addressed/")
    text = "".join(paragraph.text for paragraph in docx.Document(BytesIO(sent.content)).paragraphs)
    assert (f"{row.name}：" in text, "no-store" in sent["Cache-Control"]) == (True, True)
    client.post(f"{address}files/", {"format": "docx"})
    assert [copy.content["to"] for copy in LetterCopy.objects.all()] == ["演＊＊＊"]
    record = AuditRecord.objects.get(action="letters.address")
    assert (record.data["letter"], record.actor_id) == ("答复告知书", people.city_officer.pk)
    client.force_login(people.city_director)
    assert client.post(f"{address}addressed/").url == to("disclosure_identity", row.pk), "a reason opens the name to who stated it alone"
    whole = file(2, asker="body", name="演示环保社团（虚构）").request
    assert client.post(reverse("reports:letter_addressed", args=["disclosurerequest", whole.pk, "reply"])).status_code == 404


def test_acts_are_for_their_seat_alone(people):
    row = file().request
    for seat, user in people.everybody.items():
        if seat != "city_officer":
            refuses(NotAllowed, services.reply_disclosure, row=row, by=user, answer=DisclosureReply("granted", "甲", "乙", clock.today()))
        if seat != "city_checker":
            refuses(NotAllowed, services.extend_disclosure, row=row, by=user, reason="甲")
    assert DisclosureRequest.objects.get().progress == "awaited"


def test_the_officer_finds_the_requests_that_wait_on_the_desk(people):
    assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
    first, second = file(1).request, file(2).request
    [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
    listed = to("disclosure_list") + "?world=real"
    assert (task.title, task.due, task.link) == ("政府信息公开申请待答复2件", selectors.due_of(first), listed)
    answered(first, people)
    [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
    assert task.link == to("disclosure", second.pk)
    assert not [one for one in tasks_of(Viewer(people.city_checker)) if one.kind == "disclosure"]


def test_requests_of_fiction_are_counted_apart_on_the_desk_and_in_the_list(people):
    real = [file(number).request for number in (1, 2)]
    words = DisclosureWords(**(ASKED | {"wanted": "演示信息（虚构）"}))
    demo = services.file_disclosure(words=words, address="192.0.2.9", is_demo=True).request
    found = [(one.title, one.is_demo) for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
    assert sorted(found) == [("政府信息公开申请待答复1件", True), ("政府信息公开申请待答复2件", False)]
    told = {world: set(DisclosureFilter({"world": world}, DisclosureRequest.objects.all()).qs) for world in ("", "real", "demo")}
    assert told == {"": {*real, demo}, "real": set(real), "demo": {demo}}


def test_the_officer_is_reminded_of_a_reply_whose_service_is_not_on_record(client, people):
    def duty(day):
        return next((one for one in in_sight(Viewer(people.city_officer).at(day)) if one.kind == "disclosure_serve"), None)

    def task():
        return next((one for one in todo_of(Viewer(people.city_officer)).few if one.kind == "disclosure_serve"), None)

    with clock.at(dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)):
        row = file().request
        assert (duty(clock.today()), task()) == (None, None)
        row = answered(row, people)
        due = workdays.current().add(dt.date(2026, 9, 1), 10)
        assert (duty(clock.today()).due, duty(clock.today()).link, task().link) == (due, to("disclosure", row.pk), to("disclosure", row.pk))
        assert "依申请公开答复后登记送达的期限10个工作日（默认值）" in duty(clock.today()).how.rule
        assert not [one for one in in_sight(Viewer(people.preparer)) if one.kind == "disclosure_serve"]
        client.force_login(people.city_officer)
        assert f"{workdays.term_in_words(due)}（默认值）前登记" in said(client.get(to("disclosure", row.pk)))
    with clock.at(dt.datetime(2026, 11, 2, 2, tzinfo=dt.UTC)):
        assert duty(clock.today()).is_overdue(clock.today())
        services.serve_disclosure(row=row, by=people.city_officer, on=dt.date(2026, 9, 3))
        assert (duty(clock.today()), task()) == (None, None)
        told = {day: [one.met_on for one in disclosure_terms.collect(Day(day, day)) if one.kind == "disclosure_serve"] for day in SERVING}
        assert list(told.values()) == [[None], [dt.date(2026, 9, 3)]]


def test_more_time_for_the_record_of_service_is_told_on_the_page_too(client, people):
    with clock.at(dt.datetime(2026, 9, 1, 2, tzinfo=dt.UTC)):
        row = answered(file().request, people)
        decide(obligation=f"disclosure_serve:disclosure-{row.pk}", by=people.city_director, reason="甲", extended_to=dt.date(2026, 12, 1))
        client.force_login(people.city_officer)
        assert f"{workdays.term_in_words(dt.date(2026, 12, 1))}前登记" in said(client.get(to("disclosure", row.pk)))
        [duty] = [one for one in in_sight(Viewer(people.city_officer)) if one.kind == "disclosure_serve"]
        assert duty.due == dt.date(2026, 12, 1)
        waived_or_extended(duty.key, people, "已公告送达")
        assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure_serve"]


def test_the_list_is_narrowed_by_words_progress_and_outcome(people):
    one, two = file(1).request, file(2).request
    answered(two, people)

    def found(**conditions):
        return [row.pk for row in DisclosureFilter(conditions, DisclosureRequest.objects.all()).qs]

    assert found() == [two.pk, one.pk]
    assert found(q="信息1") == [one.pk]
    assert found(q=REPLY["number"]) == [two.pk]
    assert (found(standing="awaited"), found(standing="answered"), found(standing="extended")) == ([one.pk], [two.pk], [])
    assert (found(outcome="granted"), found(outcome="refused")) == ([two.pk], [])


def test_what_was_answered_is_deleted_after_three_years_and_what_waits_is_kept(people):
    gone, kept = file(1).request, file(2).request
    answered(gone, people)
    with clock.at(clock.now() + dt.timedelta(days=1094)):
        drop_expired()
        assert DisclosureRequest.objects.count() == 2
    with clock.at(clock.now() + dt.timedelta(days=1096)):
        drop_expired()
    assert list(DisclosureRequest.objects.all()) == [kept]
