"""A request is completed once by its code, its files are handed over by the code alone, a reply set aside is given anew."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, workdays
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import in_sight
from greendistrict.workflow.letters import drafts_of
from obligations import disclosure_terms
from obligations.way import Day
from outreach.disclosures import handover, selectors, services
from outreach.disclosures.forms import DisclosureFilter
from outreach.disclosures.models import DisclosureRequest
from portal.personal.services import drop_expired
from portal.todo.selectors import tasks_of
from tests.factories.approvals import pdf
from tests.outreach.asking import said, to
from tests.outreach.disclosures.contesting import close, contest
from tests.outreach.disclosures.test_disclosures import answered, file
from tests.refusing import refuses

LACKS, ADDED = "请写明城区名称和年份（虚构）", "演示新城区2025年度（虚构）"


def ask(row, people, **changed):
    given = {"words": LACKS, "until": clock.today() + dt.timedelta(days=10)} | changed
    return services.ask_completion(row=row, by=people.city_officer, **given)


def later(days):
    return clock.at(clock.now() + dt.timedelta(days=days))


def taken(client, body):
    """State, content and headers of a file that is asked for, read to its end."""
    answer = client.post(to("disclosure_hand_over"), body)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close_file in answer._resource_closers:  # closing the answer itself would close the test's connection
        close_file()
    return answer.status_code, content, answer.headers


def test_what_lacks_is_told_added_by_the_code_and_the_term_begins_anew(client, people):
    made = file()
    row = made.request
    client.force_login(people.city_officer)
    typed = {"words": LACKS, "until": (clock.today() + dt.timedelta(days=10)).isoformat()}
    assert client.post(to("disclosure_ask", row.pk), typed | {"until": clock.today().isoformat()}).status_code == 422
    assert client.post(to("disclosure_ask", row.pk), typed).status_code == 302
    again = client.post(to("disclosure_ask", row.pk), typed)
    assert (again.status_code, "一次性" in said(again)) == (422, True)
    row.refresh_from_db()
    assert (row.progress, selectors.due_of(row), list(disclosure_terms.collect(Day(clock.today(), clock.today())))) == (
        "incomplete",
        None,
        [],
    )
    assert not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
    refuses("等待申请人补正", answered, row, people)
    refuses("等待申请人补正", services.extend_disclosure, row=row, by=people.city_checker, reason="甲")
    [letter] = [draft.write() for draft in drafts_of(row, Viewer(people.city_officer))]  # no reply before it is known what is asked
    assert all(one in "".join(letter.paragraphs) for one in (LACKS, "第三十条", "视为放弃申请"))
    client.logout()
    page = said(client.post(to("disclosure_receipt"), {"code": made.code}))
    assert all(one in page for one in ("待申请人补正", LACKS, "提交补正"))
    with later(5):
        wrong = client.post(to("disclosure_complete"), {"code": made.code, "words": " "})
        assert (wrong.status_code, LACKS in said(wrong)) == (422, True)
        done = said(client.post(to("disclosure_complete"), {"code": made.code, "words": ADDED}))
        assert all(one in done for one in ("补正已收到", ADDED, "待答复"))
        row.refresh_from_db()
        due = workdays.current().add(clock.today(), 20)
        assert (row.progress, selectors.due_of(row), row.completed_by) == ("awaited", due, None)
        [duty] = disclosure_terms.collect(Day(clock.today(), clock.today()))
        assert (duty.due, "收到补正的申请" in duty.how.anchor) == (due, True)
        assert client.post(to("disclosure_complete"), {"code": made.code, "words": "再补"}).status_code == 422
        assert client.post(to("disclosure_complete"), {"code": "AAAA-AAAA", "words": ADDED}).status_code == 404


def test_seven_working_days_are_over_and_nothing_can_be_asked(people):
    row = file().request
    last = workdays.current().add(clock.today(), 7)
    with clock.at(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(9), clock.SHANGHAI)), pytest.raises(Refused, match="第三十条"):
        ask(row, people)
    refuses(NotAllowed, services.ask_completion, row=row, by=people.city_checker, words=LACKS, until=clock.today() + dt.timedelta(days=3))


def test_who_adds_nothing_has_given_up_once_that_is_registered(client, people):
    made = file()
    row = ask(made.request, people)
    refuses("尚未届满", services.give_up_disclosure, row=row, by=people.city_officer)
    with later(11):
        [task] = [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]
        assert (task.title, task.link) == ("政府信息公开申请逾期未补正", to("disclosure", row.pk))
        client.force_login(people.city_officer)
        assert "确认登记视为放弃" in said(client.post(to("disclosure_given_up", row.pk)))
        assert client.post(to("disclosure_given_up", row.pk), {"confirmed": "1"}).status_code == 302
        row.refresh_from_db()
        assert (row.progress, not [one for one in tasks_of(Viewer(people.city_officer)) if one.kind == "disclosure"]) == ("given_up", True)
        assert [one.pk for one in DisclosureFilter({"standing": "given_up"}, DisclosureRequest.objects.all()).qs] == [row.pk]
        refuses("视为放弃", answered, row, people)
        refuses("视为放弃", services.complete_disclosure, row=row, words=ADDED)
        client.logout()
        page = said(client.post(to("disclosure_receipt"), {"code": made.code}))
        assert all(one in page for one in ("视为放弃", "可以重新申请"))
        assert "提交补正" not in page


def test_the_officer_enters_what_came_on_paper(people):
    row = ask(file().request, people)
    refuses(NotAllowed, services.complete_disclosure, row=row, words=ADDED, by=people.city_checker)
    services.complete_disclosure(row=row, words=ADDED, by=people.city_officer)
    row.refresh_from_db()
    assert (row.completed_by, row.completion) == (people.city_officer, ADDED)
    letter = next(draft for draft in drafts_of(row, Viewer(people.city_officer)) if draft.key == "reply").write()
    assert f"补正：{ADDED}" in letter.paragraphs[0]


def test_files_are_handed_over_by_the_code_alone_and_put_on_record(client, people):
    made, other = file(1), file(2)
    row = made.request
    kept = handover.add_file(row=row, upload=pdf(), title="监督检查计划（虚构）", by=people.city_officer)
    assert kept.title not in said(client.post(to("disclosure_receipt"), {"code": made.code})), "not before the reply"
    body = {"code": made.code, "file": str(kept.key)}
    assert client.post(to("disclosure_hand_over"), body).status_code == 404
    with pytest.raises(Refused) as caught:
        answered(row, people, outcome="absent")
    assert [one.field for one in caught.value.refusals] == ["outcome"]
    answered(row, people)
    page = said(client.post(to("disclosure_receipt"), {"code": made.code}))
    assert (kept.title in page, str(kept.key) in page) == (True, True)
    status, content, headers = taken(client, body)
    assert (status, content[:4], "attachment" in headers["Content-Disposition"]) == (200, b"%PDF", True)
    assert "no-store" in headers["Cache-Control"]
    record = AuditRecord.objects.get(action="outreach.hand_over")
    assert (record.data["sha256"], record.actor_id) == (kept.sha256, None)
    assert client.post(to("disclosure_hand_over"), {"code": other.code, "file": str(kept.key)}).status_code == 404
    assert client.post(to("disclosure_hand_over"), {"code": "AAAA-AAAA", "file": str(kept.key)}).status_code == 404
    assert client.get(to("disclosure_hand_over")).status_code == 405
    assert client.get(reverse("documents:download", args=[kept.key])).status_code in {302, 404}
    for state, words in ((ScanState.WAITING, "正在查毒"), (ScanState.INFECTED, "发现病毒")):
        Evidence.objects.filter(pk=kept.pk).update(scan=state)
        assert words in said(client.post(to("disclosure_hand_over"), body))
    Evidence.objects.filter(pk=kept.pk).update(scan=ScanState.CLEAN, confidentiality="classified")
    assert client.post(to("disclosure_hand_over"), body).status_code == 404
    refuses("不能删除", handover.drop_file, row=row, file=kept, by=people.city_officer)


def test_taking_files_has_a_bound_a_request(client, people):
    made = file()
    kept = handover.add_file(row=made.request, upload=pdf(), title="", by=people.city_officer)
    answered(made.request, people)
    body = {"code": made.code, "file": str(kept.key)}
    states = [taken(client, body)[0] for _ in range(handover.TAKEN_A_MINUTE + 1)]
    assert states == [200] * handover.TAKEN_A_MINUTE + [429]


def test_only_the_officer_hands_over_and_nothing_with_a_refusal(officer, people):
    row = file().request
    for seat in ("city_checker", "city_director", "preparer"):
        refuses(NotAllowed, handover.add_file, row=row, upload=pdf(), title="", by=getattr(people, seat))
    kept = handover.add_file(row=row, upload=pdf(), title="", by=people.city_officer)
    drop = to("disclosure_file_drop", row.pk, kept.key)
    assert ("确定" in said(officer.post(drop)), selectors.files_of(row).count()) == (True, 1)
    assert (officer.post(drop, {"confirmed": "1"}).status_code, selectors.files_of(row).count()) == (302, 0)
    answered(row, people, outcome="refused", withheld="internal")
    row.refresh_from_db()
    refuses(NotAllowed, handover.add_file, row=row, upload=pdf(), title="", by=people.city_officer)
    assert "上传文件" not in said(officer.get(to("disclosure", row.pk)))


def test_several_files_at_once_are_given_by_their_own_names(officer, people):
    row = file().request
    files = [SimpleUploadedFile(f"{name}.pdf", pdf().read()) for name in ("清单", "说明")]
    assert officer.post(to("disclosure_file_add", row.pk), {"upload": files, "title": "一份"}).status_code == 302
    assert sorted(selectors.files_of(row).values_list("title", flat=True)) == ["清单.pdf", "说明.pdf"]
    assert officer.post(to("disclosure_file_add", row.pk), {"upload": [pdf()], "title": "一份"}).status_code == 302
    assert selectors.files_of(row).filter(title="一份").count() == 1


def test_files_go_with_the_request_after_three_years(people):
    gone, kept = file(1).request, file(2).request
    for row in (gone, kept):
        handover.add_file(row=row, upload=pdf(), title="", by=people.city_officer)
        answered(row, people, number=f"演公开〔2026〕{row.pk}号")
        handover.keep_scan(row=row, upload=pdf(), paper="reply", by=people.city_officer)
    contest(kept, people)
    with later(1096):
        drop_expired()
    assert (list(DisclosureRequest.objects.all()), Evidence.objects.count()) == ([kept], 2)


def keep(client, row, paper, upload=None):
    return client.post(to("disclosure_scan", row.pk), {"paper": paper, "upload": upload or pdf()})


def test_the_signed_scan_of_each_issued_letter_is_kept_for_the_city_alone(client, people):
    made = file()
    row = made.request
    client.force_login(people.city_officer)
    page = to("disclosure", row.pk)
    assert "上传扫描件" not in said(client.get(page)), "nothing was issued yet"
    assert keep(client, row, "reply").status_code == 422
    services.extend_disclosure(row=row, by=people.city_checker, reason="信息量大")
    assert keep(client, row, "reply").status_code == 422
    assert keep(client, row, "extension").status_code == 302
    answered(row, people, outcome="refused", withheld="internal")
    assert keep(client, row, "reply").status_code == 302
    titles = ["延期答复告知书", "答复告知书（演公开〔2026〕1号）"]
    assert [one.title for one in selectors.scans_of(row)] == titles
    assert all(title in said(client.get(page)) for title in titles)
    kept = selectors.scans_of(row).last()
    asker = said(client.post(to("disclosure_receipt"), {"code": made.code}))
    assert not any(str(one.key) in asker for one in selectors.scans_of(row))
    assert client.post(to("disclosure_hand_over"), {"code": made.code, "file": str(kept.key)}).status_code == 404
    client.force_login(people.preparer)
    assert opened(client, kept) == 404
    client.force_login(people.city_checker)
    assert ("上传扫描件" in said(client.get(page)), titles[1] in said(client.get(page))) == (False, True)
    assert keep(client, row, "reply").status_code == 403


def opened(client, file):
    answer = client.get(reverse("documents:download", args=[file.key]))
    for close_file in answer._resource_closers:  # as in ``taken``
        close_file()
    return answer.status_code


def test_a_scan_opens_for_a_while_to_who_states_a_reason_for_the_name_it_bears(client, people):
    row, other = (answered(file(number).request, people, number=f"演公开〔2026〕{number}号") for number in (1, 2))
    first, second = (handover.keep_scan(row=one, upload=pdf(), paper="reply", by=people.city_officer) for one in (row, other))
    client.force_login(people.city_checker)
    page, asks, link = to("disclosure", row.pk), to("disclosure_identity", row.pk), reverse("documents:download", args=[first.key])
    before = said(client.get(page))
    assert (opened(client, first), link in before, first.title in before, "说明查看事由" in before) == (404, False, True, True)
    assert client.get(reverse("documents:reading", args=[first.key])).status_code == 404
    assert not in_sight(Viewer(people.city_checker), selectors.scans_of(row)), "nor does the search quote it"
    assert link not in said(client.get(asks))
    assert client.post(asks, {"reason": ""}).status_code == 422
    assert opened(client, first) == 404
    assert link in said(client.post(asks, {"reason": "核对送达（虚构）"}))
    assert (opened(client, first), link in said(client.get(page)), opened(client, second)) == (200, True, 404)
    client.force_login(people.city_officer)
    assert opened(client, first) == 404, "who uploaded it states a reason as well"
    told = AuditRecord.objects.filter(action__in=("outreach.reveal_identity", "documents.download")).values_list("action", flat=True)
    assert sorted(told) == ["documents.download", "outreach.reveal_identity"]


def test_a_new_scan_of_the_same_letter_replaces_the_old_one_and_that_of_a_reply_set_aside_stays(people):
    row = answered(file().request, people, number="演公开〔2026〕8号")
    first, second = (handover.keep_scan(row=row, upload=pdf(name), paper="reply", by=people.city_officer) for name in ("一.pdf", "二.pdf"))
    assert list(selectors.scans_of(row)) == [second]
    told = AuditRecord.objects.filter(action="outreach.keep_disclosure_scan").order_by("pk").values_list("data__before", flat=True)
    assert list(told) == [None, first.sha256]
    close(contest(row, people), people)
    row.refresh_from_db()
    answered(row, people, number="演公开〔2026〕9号")
    third = handover.keep_scan(row=row, upload=pdf(), paper="reply", by=people.city_officer)
    assert list(selectors.scans_of(row)) == [second, third]
    assert not selectors.files_of(row).exists()
