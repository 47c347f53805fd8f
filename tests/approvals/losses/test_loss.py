"""Loss of a title: grounds, evidence, the way to the decision, who reads what, failed assessments."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import get_resolver, reverse
from openpyxl import load_workbook

from approvals.applications.services import drafts
from approvals.bulk import services as bulk
from approvals.cases.models.cases import Case, PaperEntry
from approvals.cases.selectors.cases import cases_visible_to, due_of
from approvals.casework.selectors.tasks import tasks_for
from approvals.common.enums import BulkKind, EntryWay
from approvals.losses import services as losses
from approvals.losses.city_assessments import failures_asked, failures_in_a_row
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.losses.selectors import cancel_proposals, revocation_candidates
from approvals.publicity import services as announcements
from approvals.requests.services import ProxyEntry
from approvals.titles.models.publicity import Title
from assessments.stage_assessments.models import StageAssessment
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock, workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.documents.models import Evidence
from greendistrict.policy import parameters
from greendistrict.policy.models import Setting
from greendistrict.policy.services import set_setting
from greendistrict.workflow.letters import drafts_of
from greendistrict.workflow.models import OutboxMessage
from tests.factories.acceptance import FAILED, WAYS, Accepting, Losing, failing, make_pilot, record_failures, recorded
from tests.factories.approvals import pdf, published_edition
from tests.factories.stages import CRITERIA, TITLED, StageScene, confirm
from tests.refusing import refuses
from tests.steps import reaches

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals", "districts/file")


def test_a_failed_acceptance_is_told_heard_decided_served_announced_and_the_title_is_cancelled():
    failed = Accepting().to_failed()
    walk = Losing(failed.people, failed.district, failed.case)
    assert list(cancel_proposals()) == []
    with pytest.raises(Refused, match="已据以办理过取消"):
        losses.open_loss(district=failed.district, ground="cancel", by=failed.people.city_officer, acceptance=failed.case)
    assert walk.case.loss.heading == "终期验收未通过，拟取消试点称号", "nothing is decided yet"
    walk.to_served()
    district = District.objects.get(pk=failed.district.pk)
    told = (LossFile.objects.get(case=walk.case).heading, district.stage)
    assert told == ("终期验收未通过，取消试点称号", "pilot"), "the title ends when it is announced, not before"
    walk.announce()
    district.refresh_from_db()
    title = Title.objects.get(district=district)
    assert (walk.case.status, district.stage, district.star, title.end) == ("announced", "cancelled", None, "cancelled")
    assert (title.ended_on, title.end_case, title.end_announcement.ended_titles.get()) == (clock.today(), walk.case, title)
    assert {row.slot for row in walk.case.documents.all()} == {"facts", "letter", "legal", "minutes", "decision", "delivery"}
    drafts.start_application(district=district, by=failed.people.preparer, edition=published_edition())  # it may apply afresh


def test_a_revocation_needs_both_halves(people):
    district = make_pilot(people)
    record_failures(district, people.city_officer, FAILED[0])
    walk = Losing(people, district)
    walk.do(losses.save_grounds, "city_officer", facts="事实", basis="依据", not_implemented="")
    with pytest.raises(Refused) as refused:
        walk.do("to_check", "city_officer")
    assert "请填写未按要求实施的认定" in str([refusal.text for refusal in refused.value.refusals])
    assert len([refusal for refusal in refused.value.refusals if refusal.cite == "八（四）"]) == 2
    record_failures(district, people.city_officer, FAILED[1])
    refuses("未按要求实施的认定", walk.do, "to_check", "city_officer")
    walk.to_served().announce()
    district.refresh_from_db()
    assert (district.stage, Title.objects.get().end) == ("revoked", "revoked")
    assert [row["on"] for row in walk.case.loss.failures] == [day.isoformat() for day in FAILED]


def test_a_passed_assessment_or_another_title_starts_anew():
    people, district = failing()
    recorded(district=district, by=people.city_officer, kind="post", concluded_on=dt.date(2026, 8, 1), passed=True, source="演示")
    assert failures_in_a_row(district, clock.today()) == []
    record_failures(district, people.city_officer, dt.date(2026, 9, 1))
    assert len(failures_in_a_row(district, clock.today())) == 1
    recorded(district=district, by=people.city_officer, kind="post", concluded_on=dt.date(2020, 1, 1), passed=False, source="演示")
    assert len(failures_in_a_row(district, clock.today())) == 1, "before the title was granted"
    refuses("已经补录", record_failures, district, people.city_officer, dt.date(2026, 9, 1))
    refuses(NotAllowed, record_failures, district, people.preparer, dt.date(2026, 9, 2))


def test_failures_stand_on_the_officers_desk_and_the_term_to_be_heard_on_the_holders():
    people, district = failing()
    assert [found for found, _failed in revocation_candidates(clock.today())] == [district]
    assert "连续2次评估不合格，核对是否撤销称号" in [task.title for task in tasks_for(Viewer(people.city_officer))]
    assert not Case.objects.filter(kind="CX").exists()
    walk = Losing(people, district).to_telling()
    assert (revocation_candidates(clock.today()), tasks_for(Viewer(people.reviewer))) == ([], [])
    walk.do("tell", "city_officer", number="演告1", intent_served_on=clock.today(), scan=pdf())
    [task] = tasks_for(Viewer(people.reviewer))
    assert (task.title, task.due) == ("取消与撤销：待陈述申辩", walk.case.loss.hearing_due)


def test_the_term_runs_before_it_lapses_and_what_comes_late_is_entered():
    people, district = failing()
    walk = Losing(people, district).to_hearing()
    refuses("期限未满", walk.do, "lapse", "city_officer")
    LossFile.objects.update(hearing_due=clock.today() - dt.timedelta(days=1))
    refuses("请填写理由", walk.do, "lapse", "city_officer")
    refuses("期限已过", walk.do, "state", "reviewer", statement="迟到的意见")
    for entry, words in ((ProxyEntry("paper", clock.today(), "甲"), "扫描件"), (ProxyEntry("phone", clock.today(), "甲"), "通话内容")):
        refuses(words, walk.do, "enter_statement", "city_officer", statement="意见", entry=entry)
    entry = ProxyEntry(EntryWay.PAPER, clock.today(), "演示公司张演示", pdf())
    walk.do("enter_statement", "city_officer", statement="书面陈述", entry=entry)
    loss = walk.case.loss
    assert (walk.case.status, loss.statement_by, loss.statement_way) == ("heard", "演示公司张演示", "纸质来件")
    kept = PaperEntry.objects.get()
    assert (kept.entered_by, kept.received_on, kept.scan is not None) == (people.city_officer, clock.today(), True)


def test_no_default_ends_the_right_to_be_heard():
    people, district = failing()
    walk = Losing(people, district).to_telling()
    told = {"number": "演告1", "intent_served_on": clock.today(), "scan": pdf()}
    Setting.objects.filter(key="hearing_days").delete()
    refuses("“陈述申辩期限”未经市级确认，不能据以起算", walk.do, "tell", "city_officer", **told)
    confirm(people, "hearing_days")
    walk.do("tell", "city_officer", **told | {"scan": pdf()})
    Setting.objects.filter(key="hearing_days").delete()  # told before the portal asked for it
    LossFile.objects.update(hearing_due=clock.today() - dt.timedelta(days=1))
    refuses("“陈述申辩期限”未经市级确认", walk.do, "lapse", "city_officer", reason="电话核对（虚构）")
    walk.do("state", "reviewer", statement="两个项目已进入收尾")
    assert walk.case.status == "heard"


def test_a_notice_that_was_served_before_the_term_was_confirmed_is_served_again():
    people, district = failing()
    walk = Losing(people, district).to_draft().do("to_check", "city_officer").do("agree", "city_checker")
    served = clock.today()
    with clock.at(clock.now() + dt.timedelta(days=3)):
        confirm(people, "hearing_days")
        told = {"number": "演告1", "scan": pdf()}
        refuses("还未经市级确认", walk.do, "tell", "city_officer", intent_served_on=served, **told)
        walk.do("tell", "city_officer", intent_served_on=clock.today(), **told | {"scan": pdf()})


def test_the_notice_says_the_term_of_its_day_whatever_moved_it_later():
    people, district = failing()
    walk = Losing(people, district).to_hearing()
    set_setting(
        key="hearing_days", value=10, reason="改为十日（虚构）", by=people.city_director, effective_on=clock.today() + dt.timedelta(days=1)
    )
    until, moved = walk.case.loss.hearing_due, clock.today() + dt.timedelta(days=90)
    LossFile.objects.update(hearing_due=moved)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        case = Case.objects.get(pk=walk.case.pk)
        text = "".join({draft.key: draft for draft in drafts_of(case, Viewer(people.city_officer))}["intent"].write().closing)
    assert (f"15个工作日（{cn_date(until)}）" in text, cn_date(moved) in text) == (True, False)


def test_legal_and_director_send_back_and_the_city_may_leave_the_title():
    people, district = failing()
    walk = Losing(people, district).to_legal()
    walk.do("legal_return", "city_legal", reason="补充证据")
    walk.do("to_legal", "city_officer", considered="已补充").do("legal_agree", "city_legal", reason="同意", scan=pdf())
    said = {"minutes_number": "1", "discussed_by": "甲", "discussion": "不予撤销", "scan": pdf()}
    refuses("不能早于法制审核", walk.do, "discuss", "city_officer", **said, discussed_on=clock.today() - dt.timedelta(days=1))
    walk.do("discuss", "city_officer", **said, discussed_on=clock.today())
    refuses("救济途径", walk.do, "decide", "city_director", number="1", decided_on=clock.today(), remedies=" ")
    lacking = "六十日内申请行政复议，六个月内起诉（演示）"
    refuses("没有写明行政复议机关、人民法院", walk.do, "decide", "city_director", number="1", decided_on=clock.today(), remedies=lacking)
    walk.do("decide_not", "city_director", number="演决2", decided_on=clock.today(), reason="已按期整改")
    assert (walk.case.status, District.objects.get(pk=district.pk).stage) == ("dropped", "pilot")
    Losing(people, district)


def test_the_chain_of_the_settings_may_leave_the_check_out():
    people, district = failing()
    value = ["经办", "法制审核", "审定"]
    Setting.objects.create(key="approval_chain.cancel_or_revoke", value=value, reason="测试", by=people.city_director, at=clock.now())
    walk = Losing(people, district).to_draft()
    refuses("不经审核环节", walk.do, "to_check", "city_officer")
    walk.do("to_tell", "city_officer")


def test_losses_and_grants_are_announced_apart_and_only_what_was_served():
    people, district = failing()
    walk = Losing(people, district).to_decided()
    refuses("尚未送达", announcements.create_batch, by=people.city_officer, cases=[walk.case], demo=True)
    given = {"served_on": clock.today(), "served_way": "直接送达", "served_to": "甲", "scan": pdf()}
    walk.do("serve", "city_officer", **given)
    granted = Accepting(people, make_pilot(people)).to_decided()
    refuses("不能列在同一批次", announcements.create_batch, by=people.city_officer, cases=[walk.case, granted.case], demo=True)
    batch = announcements.create_batch(by=people.city_officer, cases=[walk.case], demo=True)
    assert batch.title == "关于取消（撤销）上海市绿色生态城区称号的公告"


def test_a_decision_served_by_public_notice_counts_as_served_after_thirty_days():
    people, district = failing()
    walk = Losing(people, district).to_decided()
    noticed = clock.today()
    given = {"served_on": noticed, "served_way": "公告送达", "served_to": "—"}
    with clock.at(clock.now() + dt.timedelta(days=29)):
        refuses("公告尚未满30日", walk.do, "serve", "city_officer", **given, scan=pdf())
    with clock.at(clock.now() + dt.timedelta(days=30)):
        walk.do("serve", "city_officer", **given, scan=pdf())
        assert walk.case.loss.served_on == noticed + dt.timedelta(days=30)
        paper = {draft.key: draft for draft in drafts_of(walk.case, Viewer(people.city_officer))}["delivery"].write()
        assert dict(paper.lines)["公告日期"] == day_in_words(noticed)


def test_pages_of_a_revocation(client):
    people, district = failing()
    client.force_login(people.city_officer)
    opened = client.post(reverse("approvals:loss_open_revoke", args=[district.code]))
    case = Case.objects.get(kind="CX")
    assert opened.url == reverse("approvals:loss_grounds", args=[case.pk])
    assert "连续不合格2次" in client.get(opened.url).content.decode()
    typed = {"facts": "事实", "basis": "依据", "not_implemented": "认定", "version": case.version, "scan": pdf()}
    assert client.post(opened.url, typed).status_code == 302
    record, given = reverse("approvals:assessment_record", args=[district.code]), {"kind": "post", "passed": "no", "source": "演示"}
    given |= {"concluded_on": "2026-10-01"}
    assert client.post(record, given).status_code == 422, "without its paper"
    assert [client.post(record, given | {"document": pdf()}).status_code for _ in range(2)] == [302, 409]
    client.force_login(people.city_checker)
    check = reverse("approvals:recorded_check", args=[RecordedAssessment.objects.get(checked_at=None).pk])
    assert (client.get(check).status_code, client.post(check, {"times_changed": 0}).status_code) == (200, 302)
    assert not RecordedAssessment.objects.filter(checked_at=None).exists()
    walk = Losing.__new__(Losing)
    walk.people, walk.case = people, Case.objects.get(pk=case.pk)
    walk.do("to_check", "city_officer").do("agree", "city_checker")
    confirm(people, "hearing_days")
    walk.do("tell", "city_officer", number="演告1", intent_served_on=clock.today(), scan=pdf())
    client.force_login(people.reviewer)
    step = reverse("approvals:case_action", args=[case.pk, "state"])
    assert client.post(step, {"statement": "意见", "scan": pdf(), "version": walk.case.version}).status_code == 302
    assert walk.fresh().documents.get(slot="statement").document.title == "陈述申辩材料"


# Pages that the key of a case opens, and whatever else of this app a single key opens.
ROUTES = get_resolver().namespace_dict["approvals"][1].reverse_dict
OF_ONE = sorted(name for name, ways in ROUTES.lists() if isinstance(name, str) and any(way[0][0][1] == ["pk"] for way in ways))


@AREA
def test_the_holder_reads_nothing_of_the_citys_own_steps(client):
    people, district = failing()
    walk = Losing(people, district).to_heard()
    walk.do("to_legal", "city_officer", considered="不予采纳")
    walk.do("legal_agree", "city_legal", reason="内部法制意见", scan=pdf())
    given = {"minutes_number": "演纪〔2026〕3号", "discussed_on": clock.today(), "discussed_by": "演示主任", "discussion": "内部讨论"}
    given["scan"] = pdf()
    walk.do("discuss", "city_officer", **given)
    given = {"number": "演决〔2026〕1号", "decided_on": clock.today(), "remedies": WAYS, "scan": pdf()}
    walk.do("decide", "city_director", **given)
    page, inner = reverse("approvals:case", args=[walk.case.pk]), walk.case.documents.get(slot="legal").document
    hidden = ("内部法制意见", "内部讨论", "演决〔2026〕1号", "法制审核通过", "已决定", "同意告知", "建立取消与撤销")

    def told(user, words=hidden):
        client.force_login(user)
        html = client.get(page).content.decode()
        return [word for word in words if word in html]

    assert told(people.city_officer) == list(hidden)
    assert told(people.reviewer, (*hidden, "审查中")) == ["审查中"]
    assert "已决定" not in client.get(reverse("approvals:case_list")).content.decode()
    assert client.get(reverse("documents:download", args=[inner.key])).status_code == 404
    pages = [reverse(f"approvals:{name}", args=[walk.case.pk]) for name in OF_ONE]
    papers = [row.document.sha256[:8] for row in walk.case.documents.filter(slot__in=("legal", "minutes", "decision"))]
    inward = (*papers, "内部法制意见", "内部讨论", "演纪〔2026〕3号", "演决〔2026〕1号")

    def told_anywhere(user):
        client.force_login(user)
        answers = [answer for answer in map(client.get, pages) if answer.status_code == 200 and not answer.streaming]
        html = "".join(answer.content.decode(errors="replace").replace(" ", "") for answer in answers)
        return len(answers), {word for word in inward if word in html}

    assert told_anywhere(people.city_officer)[1] == set(inward)
    opened, found = told_anywhere(people.reviewer)
    assert (opened > 3, found) == (True, set())
    walk.do("serve", "city_officer", served_on=clock.today(), served_way="直接送达", served_to="甲", scan=pdf())
    after = ("演决〔2026〕1号", WAYS)
    assert told(people.reviewer, (*after, "内部法制意见")) == list(after)


@AREA
@pytest.mark.parametrize(("losing", "words"), [(True, "撤销办理中"), (False, "取消办理中")])
def test_a_title_says_that_its_loss_is_handled_to_those_who_see_the_case(client, losing, words, people):
    walk = Losing(*failing(people)) if losing else Losing(people, (failed := Accepting(people).to_failed()).district, failed.case)
    title = Title.objects.get(district=walk.district)
    pages = [reverse("approvals:title_list"), reverse("approvals:title", args=[title.pk])]

    def told(seat):
        client.force_login(getattr(people, seat))
        assert "有效" in client.get(pages[0]).content.decode()
        book = load_workbook(BytesIO(client.get(reverse("approvals:title_export")).getvalue()))
        cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
        found = {*(words in client.get(page).content.decode() for page in pages), any(f"有效，{words}" in cell for cell in cells)}
        assert len(found) == 1
        return found.pop()

    seats = ("city_officer", "city_legal", "preparer", "consultant", "outsider_preparer", "bureau", "partner")
    assert [seat for seat in seats if told(seat)] == ["city_officer", "city_legal"]
    walk.to_hearing()
    assert [seat for seat in seats if told(seat)] == ["city_officer", "city_legal", "preparer", "consultant"]
    client.logout()
    public = client.get(reverse("portal:public_district", args=[walk.district.code])).content.decode()
    assert walk.district.name in public
    assert "办理中" not in public
    Case.objects.filter(pk=walk.case.pk).update(status="dropped")
    assert not told("city_officer")


def test_nothing_is_stored_of_a_decision_that_is_refused():
    losing = Losing(*failing()).to_deciding()
    LossFile.objects.update(discussed_on=clock.today() + dt.timedelta(days=1))
    files = Evidence.objects.count()
    with pytest.raises(Refused) as refused:
        losing.do("decide", "city_director", number="演决7", decided_on=clock.today(), remedies=" ", scan=pdf())
    assert [one.field for one in refused.value.refusals] == ["remedies", "decided_on"]
    assert (losing.fresh().decided_on, losing.case.decision_number, Evidence.objects.count()) == (None, "", files)


def test_the_holder_is_not_sent_to_a_case_it_was_never_shown():
    losing = Losing(*failing()).to_draft()
    OutboxMessage.objects.all().delete()
    losing.do("drop", "city_officer", reason="不再办理（虚构）")
    assert set(OutboxMessage.objects.values_list("payload__link", flat=True)) == {"/cases/"}


def test_what_is_proven_against_a_title_is_never_green(client):
    people, district = failing()
    walk = Losing(people, district).to_draft()
    client.force_login(people.city_officer)
    page = reverse("approvals:case", args=[walk.case.pk])
    shown = client.get(page)
    assert [row["look"] for group in shown.context["groups"] for row in group["verdicts"]] == ["proven", "proven"]
    card = shown.content.decode().partition('id="h-grounds"')[2].partition("</section>")[0]
    assert [words for words in ("is-ok", "已满足", ">满足<", "is-no") if words in card] == ["is-no"]


@AREA
def test_a_right_to_be_heard_is_not_urged(client):
    people, district = failing()
    walk = Losing(people, district).to_hearing()
    [item] = bulk.plan(kind=BulkKind.REMIND, cases=[walk.case], by=people.city_officer)
    assert "权利" in item.out
    refuses(Refused, bulk.carry_out, kind=BulkKind.REMIND, cases=[walk.case], expected=[walk.case.pk], by=people.city_officer)
    late = walk.case.loss.hearing_due + dt.timedelta(days=1)
    assert due_of(walk.case, parameters.load(), workdays.current(), late, decided={}) is None


BEFORE = dt.date(2025, 6, 20)


def deciding(*failed, passed=None):
    """A stage assessment to be decided as failed, after recorded results of earlier years."""
    scene = StageScene()
    Title.objects.create(district=scene.stage.district, kind="pilot", historic=True, policy="演示", granted_on=TITLED)
    officer = scene.people.city_officer
    if failed:
        record_failures(scene.stage.district, officer, *failed)
    if passed:
        recorded(district=scene.stage.district, by=officer, kind="stage", concluded_on=passed, passed=True, source="演示")
    judged = {"qualified": False, "aspects": [{"title": "管理机制建立情况", "holds": False}]}
    StageAssessment.objects.update(status="deciding", verdict=judged, proposed_by=officer)
    confirm(scene.people, *CRITERIA)
    scene.stage.refresh_from_db()
    return scene


def opened():
    return list(Case.objects.filter(kind="CX"))


@pytest.mark.parametrize(("before", "passed", "action"), [
    ((), None, "disqualify"), ((BEFORE,), dt.date(2026, 6, 20), "disqualify"), ((BEFORE,), None, "qualify"),
], ids=["the first failure", "one passed between", "this one passed"])  # fmt: skip
def test_nothing_is_opened_before_the_second_failure_in_a_row(before, passed, action):
    scene = deciding(*before, passed=passed)
    if action == "qualify":
        StageAssessment.objects.update(verdict={"qualified": True, "aspects": []})
    scene.take(action, scene.people.city_director)
    assert (opened(), len(failures_in_a_row(scene.stage.district, clock.today()))) == ([], int(action == "disqualify"))


def test_the_second_failure_in_a_row_opens_a_draft_that_only_the_city_sees():
    scene = deciding(BEFORE)
    scene.take("disqualify", scene.people.city_director)
    [case] = opened()
    assert (case.status, case.loss.ground, case.district_id) == ("draft", "revoke", scene.stage.district_id)
    assert District.objects.get(pk=scene.stage.district_id).stage == "pilot"
    assert revocation_candidates(clock.today()) == []
    people = scene.people
    sees = [cases_visible_to(Viewer(user)).filter(pk=case.pk).exists() for user in (people.city_officer, people.reviewer)]
    assert sees == [True, False]
    assert any(task.link.endswith(f"/{case.pk}/") for task in tasks_for(Viewer(people.city_officer)))
    assert "连续2次评估不合格" in str(reaches(people, case, "failures"))


def test_a_file_that_is_open_already_is_not_opened_twice():
    scene = deciding(BEFORE, dt.date(2026, 6, 20))
    case = losses.open_loss(district=scene.stage.district, ground="revoke", by=scene.people.city_officer)
    scene.take("disqualify", scene.people.city_director)
    assert opened() == [case]


def test_without_a_policy_in_force_nothing_is_opened():
    assert [failures_asked(dt.date(year, 11, 20)) for year in (2026, 2020)] == [2, None]
    scene = deciding(BEFORE)
    with clock.at(dt.datetime(2029, 3, 1, 9, tzinfo=clock.SHANGHAI)):
        scene.take("disqualify", scene.people.city_director)
    assert opened() == []
