"""Pages and queues: what they offer and what stands in the way, forms that go wrong, whose turn it is, the proof asked anew."""

import datetime as dt
import re
from http import HTTPStatus
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from lxml import html

from approvals.applications.services import drafts
from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.columns import star_words
from approvals.cases.models.cases import Case, Correction
from approvals.cases.models.correspondence import PreReviewQuestion
from approvals.cases.selectors.cases import due_of
from approvals.cases.views import offers
from approvals.casework.selectors.queue import CaseRow, queue_of, row_values
from approvals.common.enums import CaseKind
from assessments.reviews.enums import ReviewState
from assessments.reviews.models import Review
from assessments.reviews.selectors.reviews import tasks_for as review_tasks
from assessments.reviews.services.scoring import TypedScore, confirm_rest, save_score, submit_scores
from districts.common.enums import DistrictType
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.policy import parameters
from greendistrict.policy.selectors import rule_title
from greendistrict.signin import stamps
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.outbox import drain
from tests.approvals.changes.test_change import Asked
from tests.factories.accounts import PASSWORD, cast
from tests.factories.approvals import Filing, lay_papers, pdf, published_edition
from tests.factories.districts import make_district
from tests.factories.reviews import make_experts
from tests.steps import draw_for, step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals", "assessments/reviews")


def page(name, case, *more):
    return reverse(f"approvals:{name}", args=[case.pk, *more])


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def test_the_list_filters_by_text_pinyin_and_state_and_exports_what_is_filtered(as_, people):
    edition = published_edition()
    for number, status in enumerate(("draft", "sent", "accepted")):
        district = make_district(people, type="new", name=f"演示{number}号新城（虚构）")
        case = drafts.start_application(district=district, by=people.preparer, edition=edition)
        Case.objects.filter(pk=case.pk).update(status=status, sent_at=clock.now())
    client = as_(people.city_officer)
    found = client.get(reverse("approvals:case_list"), {"q": "1号"})
    assert [case.status for case in found.context["cases"]] == ["sent"]
    found = client.get(reverse("approvals:case_list"), {"q": "yanshi2hao", "status": "accepted"})
    assert [case.status for case in found.context["cases"]] == ["accepted"]
    book = client.get(reverse("approvals:case_export"), {"status": "sent"})
    sheet = openpyxl.load_workbook(BytesIO(book.content)).active
    assert sheet.cell(1, 1).value == "申报与验收办件（1件）　含演示数据"
    assert [sheet.cell(4, column).value for column in (3, 9, 14)] == ["演示1号新城（虚构）", "待受理", "演示数据"]


def test_the_check_page_keeps_star_and_reasons_and_links_what_blocks(as_):
    filing = Filing()
    client = as_(filing.people.preparer)
    address = page("case_check", filing.case)
    response = client.get(address)
    assert response.context["step"].places == []
    typed = {"version": filing.case.version, "star_asked": "3", "reason-BOUNDARY": "新理由", "reason-APPLY-IN-PLAN": ""}
    assert client.post(address, typed).status_code == 302
    filing.fresh()
    assert (filing.case.star_asked, filing.case.reasons) == (3, {"BOUNDARY": "新理由"})
    stale = client.post(address, {**typed, "reason-BOUNDARY": "更新的理由"})
    told = ("更新的理由", "期间已有人办理", "核对后可以再次提交")
    assert (stale.status_code, [words for words in told if words not in stale.content.decode()]) == (409, [])
    assert filing.fresh().reasons == {"BOUNDARY": "新理由"}
    read = as_(filing.people.reviewer).get(address).content.decode()
    assert f"<dt>{rule_title('BOUNDARY')}</dt><dd>新理由</dd>" in read


def test_files_go_into_slots_and_come_out_again(as_):
    filing = Filing()
    client = as_(filing.people.preparer)
    filing.case.documents.all().delete()
    address = page("case_files", filing.case)
    assert client.post(address, {"slot": "application", "title": "申请表", "upload": pdf()}).status_code == 302
    row = filing.case.documents.get()
    assert client.post(page("case_file_remove", filing.case, row.pk), {"confirmed": "1"}).status_code == 302
    assert not filing.case.documents.exists()
    bad = client.post(address, {"slot": "application", "title": "", "upload": BytesIO(b"MZ not a document")})
    assert bad.status_code in {409, 422}
    lay_papers(filing.case)
    filing.fresh()
    filing.to_signing()
    assert client.post(address, {"slot": "application", "upload": pdf()}).status_code == 403


def test_signing_leads_to_the_receipt(as_):
    filing = Filing().to_signing()
    done = as_(filing.people.reviewer).post(page("case_action", filing.case, "sign"), {"version": filing.case.version})
    assert done.url == page("case_receipt", filing.case)


def test_endorsement_and_correction_in_the_browser(as_):
    filing = Filing().to_endorsing()
    case, people = filing.case, filing.people
    today = clock.today().isoformat()
    typed = {
        "authority": people.authority_body.pk, "version": case.version, "approval_number": "演〔2026〕1号", "approval_on": today,
        "approval_scan": pdf(), "letter_number": "演函〔2026〕2号", "letter_on": today, "letter_scan": pdf(),
    }  # fmt: skip
    authority = as_(people.authority)
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    early = {**typed, "letter_on": yesterday, "approval_scan": pdf(), "letter_scan": pdf()}
    wrong = authority.post(page("case_endorse", case), early)
    assert (wrong.status_code, "报送函日期不能早于批复日期" in wrong.content.decode()) == (409, True)
    assert authority.post(page("case_endorse", case), {**typed, "version": filing.fresh().version}).status_code == 302
    filing.do("send_up", "authority")

    officer = as_(people.city_officer)
    rows = {"version": filing.case.version, "slot-1": "plots", "text-1": "缺第3块地的合同", "item-2": "4.2.1", "text-2": "口径不明"}
    bad = officer.post(page("case_correct", case), {**rows, "item-2": "", "text-3": "没有对应"})
    assert (bad.status_code, "材料项和条文号填其中一项" in bad.content.decode()) == (422, True)
    unknown = officer.post(page("case_correct", case), {**rows, "item-2": "99.9.9"})
    assert unknown.context["form"].errors["item-2"] == ["锁定的评价标准里没有条文99.9.9"]
    assert officer.post(page("case_correct", case), rows).status_code == 302
    found = filing.fresh().corrections.get().findings.order_by("pk")
    assert [(row.slot, row.item_id, row.text) for row in found] == [("plots", "", "缺第3块地的合同"), ("", "4.2.1", "口径不明")]


def test_a_step_that_is_not_offered_leads_back_to_the_case(as_):
    filing = Filing()
    client = as_(filing.people.preparer)
    back = client.get(page("case_action", filing.case, "accept"), follow=True)
    assert back.redirect_chain[-1][0] == page("case", filing.case)
    assert "现在不由您办理" in back.content.decode()
    assert client.get(page("case_step", filing.case)).status_code == 302
    assert client.post(page("case_step", filing.case), {"action": "decide", "version": 0}).status_code == 403
    assert client.post(page("case_step", filing.case), {"action": "nonsense"}).status_code == 404
    assert client.get(page("case_action", filing.case, "nonsense")).status_code == 404


@pytest.mark.parametrize("made", [lambda: Filing().to_sent(), lambda: Asked().to_sent()], ids=["application", "change"])
def test_an_opinion_sent_without_a_choice_is_asked_for_one_and_kept(as_, made):
    filing = made()
    client = as_(filing.people.city_officer)
    answer = client.post(page("case_step", filing.case), {"version": filing.case.version, "reason": "请补一张图"})
    text = answer.content.decode()
    assert (answer.status_code, "请选择这一步怎么办" in text, ">请补一张图</textarea>" in text) == (422, True, True)


def test_a_simple_step_in_the_panel_is_taken_at_once_and_needs_its_reason(as_):
    filing = Filing().to_signing()
    client = as_(filing.people.reviewer)
    case = filing.case
    typed = {"action": "return_to_preparer", "version": case.version, "reason": " "}
    asked = client.post(page("case_step", case), typed)
    assert (asked.status_code, "退回修改" in asked.content.decode()) == (200, True)
    assert client.post(page("case_step", case), {**typed, "reason": "补一页"}).status_code == 302
    assert filing.fresh().status == "draft"


def test_an_opinion_typed_in_the_panel_goes_with_the_step(as_):
    filing = Filing().to_sent()
    client, case = as_(filing.people.city_officer), filing.case
    typed = {"action": "accept", "version": case.version, "reason": "同意受理，补一张图"}
    assert "同意受理，补一张图" in client.post(page("case_step", case), typed).content.decode()
    assert client.post(page("case_action", case, "accept"), typed).status_code == 302
    assert "同意受理，补一张图" in client.get(page("case", case)).content.decode()


def test_an_opinion_typed_in_the_panel_is_shown_where_the_step_has_no_field_for_it(as_):
    filing = Filing().to_deciding()
    typed = {"action": "decide", "version": filing.case.version, "reason": "拟同意，请公告时写全称"}
    text = as_(filing.people.city_director).post(page("case_step", filing.case), typed).content.decode()
    assert ("这一步不记您填写的意见，可以复制留用" in text, "拟同意，请公告时写全称" in text) == (True, True)
    assert "可以复制留用" not in as_(filing.people.city_director).get(page("case_action", filing.case, "decide")).content.decode()


@AREA
def test_what_passes_between_the_city_s_offices_stays_there(as_):
    filing = Filing().to_checking().do("return_to_officer", "city_checker", reason="核算口径再核一遍")
    drain(limit=100)
    seen = {}
    for seat in ("city_director", "preparer", "reviewer", "authority"):
        client = as_(getattr(filing.people, seat))
        pages = (page("case", filing.case), reverse("notifications:inbox"), reverse("portal:workdesk"))
        seen[seat] = "".join(client.get(address).content.decode() for address in pages)
    assert "核算口径再核一遍" in seen.pop("city_director")
    assert [seat for seat, text in seen.items() if "核算口径再核一遍" in text or "退回经办" in text] == []


def test_the_form_review_is_typed_on_its_page(as_):
    filing = Filing().to_accepted()
    client = as_(filing.people.secretariat)
    address = page("case_form_review", filing.case)
    for answer, status in (("no", 422), ("yes", 302)):
        typed = {f"holds-{key}": answer for key, _ in FORM_REVIEW}
        assert client.post(address, {"version": filing.case.version, **typed}).status_code == status, answer


def test_what_nobody_answered_in_the_form_review_holds_by_one_press(as_):
    filing = Filing().to_accepted()
    client, address = as_(filing.people.secretariat), page("case_form_review", filing.case)
    (first, _), *others = FORM_REVIEW
    shown = client.get(address).content.decode()
    assert [place for place in ("#materials", "#clauses") if f"{page('case', filing.case)}{place}" not in shown] == []
    typed = {"version": filing.case.version, "rest": "yes", f"holds-{first}": "no", f"note-{first}": "规模不符（虚构）"}
    assert client.post(address, typed).status_code == 302
    found = filing.fresh().form_review
    assert [found[first]["holds"], *(found[key]["holds"] for key, _ in others)] == [False, *[True] * len(others)]
    buttons = html.fromstring(shown).xpath("//main//form[.//input[@name='version']]//button[@type='submit']")
    assert [button.get("name") for button in buttons] == [None, "rest"], "Enter in a note presses the first button"


def test_an_item_with_a_note_and_no_result_is_not_taken_for_one_that_holds(as_):
    filing = Filing().to_accepted()
    client, address = as_(filing.people.secretariat), page("case_form_review", filing.case)
    (first, _), *_others = FORM_REVIEW
    refused = client.post(address, {"version": filing.case.version, "rest": "yes", f"note-{first}": "缺附图（虚构）"})
    assert (refused.status_code, "写了说明，请选择结果" in refused.content.decode()) == (422, True)
    assert filing.fresh().form_review == {}


def test_materials_are_unfolded_for_those_who_examine_them_and_the_clauses_tell_how_they_stand(as_):
    filing = Filing().to_sent()
    people = filing.people

    def folds(user):
        shown = html.fromstring(as_(user).get(page("case", filing.case)).content.decode()).xpath(
            "//main//details[contains(@class,'gd-card')]"
        )
        return {fold.findtext(".//h2"): (fold.get("open") is not None, "".join(fold.find("summary").itertext())) for fold in shown}

    seen = {user: folds(user) for user in (people.city_officer, people.preparer)}
    assert [seen[user]["材料"][0] for user in seen] == [True, False]
    assert [(seen[user]["条款核对"][0], "已满足" in seen[user]["条款核对"][1]) for user in seen] == [(False, True)] * 2


@AREA
def test_the_page_tells_how_far_each_expert_is_to_those_who_oversee_the_panel(as_):
    filing = Filing().to_reviewing()
    people, review = filing.people, filing.fresh().review
    make_experts(people)
    step(review, "commit", people.secretariat)
    draw_for(review, people.secretariat)

    def shown(user):
        return as_(user).get(page("case", filing.case)).content.decode()

    assert shown(people.city_officer).count(">待答复</span>") == 5
    assert "已评 / 分派" not in shown(people.preparer)
    for member in review.members.select_related("expert__user"):
        step(member, "accept", member.expert.user, declared=True)
    step(review, "start_scoring", people.secretariat, score_due=clock.today() + dt.timedelta(days=14))
    first, second, *_ = review.members.select_related("expert__user", "review")
    save_score(member=first, item_id=first.assignments.first().item_id, typed=TypedScore("agree"), version=0, by=first.expert.user)
    confirm_rest(member=second, expected=second.assignments.count(), by=second.expert.user)
    submit_scores(member=second, by=second.expert.user)
    told = shown(people.city_officer)
    assert [told.count(f">{words}</span>") for words in ("评分中", "已提交", "未开始")] == [1, 1, 3]
    assert (f"1 / {first.assignments.count()}" in told, first.expert.user.name in told) == (True, False)


@pytest.fixture
def blocked(people):
    district = make_district(people, type=DistrictType.NEW)
    published_edition()
    return drafts.start_application(by=people.preparer, district=district)


def listed(text):
    return text.split('id="blocked-hand_up"', 1)[1].split('<section class="gd-card', 1)[0].split('<details class="gd-card', 1)[0]


def test_each_reason_is_said_once_with_its_link(preparer, people, blocked):
    text = preparer.get(page("case", blocked)).content.decode()
    (hand_up,) = [one for one in offers(Viewer(people.preparer), blocked) if one.action == "hand_up"]
    reasons = {(one.text, one.href) for one in hand_up.refusals}
    assert len(reasons) > 10
    blocks = listed(text)
    assert blocks.count("前往办理</a>") + blocks.count("上传</a>") == len(reasons)
    choice = text.split('id="why-act-hand_up"', 1)[1].split("</label>", 1)[0]
    assert f"还有{len(hand_up.refusals)}处须先处理" in choice
    assert "前往办理" not in choice
    links = re.findall(r'<li>.*?(?:<a class="gd-s gd-nowrap" href="([^"#]*))', blocks)
    assert [one for one, before in zip(links[1:], links, strict=False) if one != before and one in links[: links.index(before)]] == []


@AREA
def test_a_newcomer_finds_the_sample_of_a_material_from_the_blocker(preparer, blocked):
    blocks = listed(preparer.get(page("case", blocked)).content.decode())
    line = blocks.split("缺必交材料“近期重点项目实施计划”", 1)[1].split("</li>", 1)[0]
    sample, upload = re.findall(r'href="([^"]+)"', line)
    assert "attachment" in preparer.get(sample)["Content-Disposition"]
    form = preparer.get(upload).content.decode()
    assert re.search(r"<option [^>]*selected[^>]*>近期重点项目实施计划<", form), "the item is chosen already"


REFUSE = {"action": "refuse", "reason": "不属于本市受理范围（虚构）", "confirmed": "yes"}


@pytest.fixture
def asked_anew(settings):
    settings.REASK_MINUTES = 15
    return Filing().to_sent()


def sent_with(client, asked_anew, **typed):
    values = {**REFUSE, "version": asked_anew.fresh().version, **typed}
    page = reverse("approvals:case_action", args=[asked_anew.case.pk, values["action"]])
    return client.post(page, values, headers={"Referer": f"http://testserver{page}"})


def refused(asked_anew):
    return TransitionRecord.objects.filter(action="refuse", subject=f"approvals.case:{asked_anew.case.pk}").exists()


def test_an_adverse_step_asks_anew_and_is_taken_after_the_proof(client, asked_anew, monkeypatch):
    client.force_login(asked_anew.people.city_officer)
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 16 * 60)
    asking = sent_with(client, asked_anew)
    assert asking.url.startswith(reverse("signin:proof"))
    assert not refused(asked_anew)
    back = asking.url.partition("next=")[2]
    assert client.post(reverse("signin:proof"), {"password": PASSWORD, "next": back}).url == back
    assert sent_with(client, asked_anew).status_code == HTTPStatus.FOUND
    assert refused(asked_anew)


def test_other_steps_do_not_ask(client, asked_anew, monkeypatch):
    client.force_login(asked_anew.people.city_officer)
    at = stamps.now()
    monkeypatch.setattr(stamps, "now", lambda: at + 16 * 60)
    answer = sent_with(client, asked_anew, action="accept", reason="")
    assert not answer.headers.get("Location", "").startswith(reverse("signin:proof"))


def test_a_recent_proof_is_enough(client, asked_anew):
    client.force_login(asked_anew.people.city_officer)
    assert sent_with(client, asked_anew).status_code == HTTPStatus.FOUND
    assert refused(asked_anew)


# (name, state, days ago); 丙 and 己 were asked for something
MADE = (("乙", "sent", 3), ("甲", "sent", 3), ("丙", "sent", 20), ("丁", "reviewed", 30), ("戊", "accepted", 9), ("己", "correcting", 5))


@pytest.fixture
def queued():
    found, edition, now = cast(), published_edition(), clock.now()
    for place, (name, status, ago) in enumerate(MADE):
        district = make_district(found, type="new", name=f"演示{name}城（虚构）")
        case = drafts.start_application(district=district, by=found.preparer, edition=edition)
        sent = now - dt.timedelta(days=ago)
        Case.objects.filter(pk=case.pk).update(status=status, number=f"SQ-2026-{place}", sent_at=sent, submitted_at=sent)
        if name in "丙己":
            said = {"issued_at": sent, "issued_by": found.city_officer, "due": now.date() + dt.timedelta(days=7)}
            Correction.objects.create(case=case, round=1, answered_at=None if name == "己" else sent + dt.timedelta(days=6), **said)
    asked = {"text": "取值口径", "asked_at": now - dt.timedelta(days=10), "asked_by": found.secretariat}
    PreReviewQuestion.objects.create(case=Case.objects.get(district__name="演示丙城（虚构）"), number=1, item_id="4.2.1", **asked)
    return found


def test_the_first_of_a_queue_are_the_first_of_all(queued):
    queue = queue_of(Viewer(queued.city_officer))
    whole = queue.first()
    assert sorted(task.subject[2] for task in whole) == sorted("乙甲丙丁戊")
    assert whole == sorted(whole, key=lambda task: task.order)
    assert (queue.count, queue.is_demo) == (5, True)
    for most in range(1, 7):
        assert queue.first(most) == whole[:most], most
    cases = {f"/{case.pk}/": case for case in Case.objects.all()}
    for task in whole:
        case = next(case for end, case in cases.items() if task.link.endswith(end))
        assert task.due == due_of(case, parameters.load(), workdays.current(), clock.today(), decided={}), task.subject


def test_who_waits_for_nothing_has_an_empty_queue(queued):
    assert (
        queue_of(Viewer(queued.expert1)).count,
        queue_of(Viewer(queued.city_legal)).first(3),
        queue_of(Viewer(queued.partner)).is_demo,
    ) == (0, [], False)
    assert [task.subject[2] for task in queue_of(Viewer(queued.preparer)).first()] == ["己"]


def test_while_a_review_runs_the_secretariat_has_its_task_only():
    filing = Filing().to_accepted()
    user = filing.people.secretariat
    assert [task.title for task in queue_of(Viewer(user)).first()] == ["试点申报：已受理，形式审查"]
    filing.check_form().do("open_review", "secretariat")
    assert (queue_of(Viewer(user)).count, len(review_tasks(Viewer(user)))) == (0, 1)
    Review.objects.update(status=ReviewState.STOPPED)
    assert (queue_of(Viewer(user)).count, len(review_tasks(Viewer(user)))) == (1, 0)


def test_a_kind_that_asks_for_no_star_is_not_said_to_have_none_yet(queued):
    Case.objects.update(star_asked=None)
    row = CaseRow(*row_values(Case.objects.all()[:1])[0])
    said = {kind: star_words(row._replace(kind=kind), clock.today()) for kind in CaseKind}
    assert said == {"SQ": "未定", "YS": "未定", "CX": "—", "BG": "—"}
    assert star_words(row._replace(star_asked=2), clock.today()) == "二星级"
