"""An application to its title; who decides, as the settings say; a decision first, its number later; no two papers share a number."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from approvals.cases import services as numbering
from approvals.cases.models.cases import Case, Submission
from approvals.casework.selectors.progress import chain_of, steps_of
from approvals.casework.selectors.tasks import city_tasks, tasks_for
from approvals.casework.selectors.verification import verify
from approvals.changes.change_kinds import change_kinds
from approvals.changes.models import Change
from approvals.changes.selectors import chain_of_change
from approvals.publicity import services as announcements
from approvals.publicity.selectors import announcements_public
from approvals.requests import services as requests
from approvals.requests.services import ProxyEntry
from approvals.titles.models.publicity import Announcement, Title
from assessments.common.enums import Conclusion
from assessments.reviews.models import Review
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents.models import Evidence
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord
from tests.factories.acceptance import FAILED, WAYS, Accepting, Losing, failing, make_pilot, record_failures
from tests.factories.approvals import Filing, pdf
from tests.refusing import refuses
from tests.steps import step

pytestmark = pytest.mark.django_db
AREA = pytest.mark.area("approvals")


def leave_to_the_checker(people, *actions):
    """The settings name these actions no longer."""
    left = [word for word in parameters.get("approval_chain.director_decides").value if word not in actions]
    set_setting(by=people.city_director, key="approval_chain.director_decides", value=left, reason="授权审核")


def test_granting_is_the_director_s_until_the_settings_leave_it_to_the_checker():
    filing = Filing().to_deciding()
    given = {"number": "演沪建〔2026〕8号", "decided_on": clock.today()}
    refuses(NotAllowed, filing.do, "decide", "city_checker", **given)
    assert [task.title for task in tasks_for(Viewer(filing.people.city_checker))] == []
    leave_to_the_checker(filing.people, "grant")
    assert [task.title for task in tasks_for(Viewer(filing.people.city_checker))] == ["试点申报：待审定"]
    filing.do("decide", "city_checker", **given)


@AREA
@pytest.mark.parametrize("ground", ["cancel", "revoke"])
def test_cancelling_and_revoking_are_named_one_by_one(ground, people):
    if ground == "cancel":
        failed = Accepting(people).to_failed()
        walk = Losing(people, failed.district, failed.case)
    else:
        walk = Losing(people, make_pilot(people))
        record_failures(walk.district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    walk.to_deciding()
    given = {"number": "演决〔2026〕1号", "decided_on": clock.today(), "remedies": WAYS}
    leave_to_the_checker(people, "grant", "cancel" if ground == "revoke" else "revoke")
    refuses(NotAllowed, walk.do, "decide", "city_checker", **given)
    leave_to_the_checker(people, ground)
    walk.do("decide", "city_checker", **given)


@AREA
def test_an_extension_is_the_directors_until_the_settings_leave_it_to_the_checker():
    filing = Filing().to_correcting()
    people, due = filing.people, filing.case.corrections.get().due
    asked = requests.ask_extension(case=filing.case, by=people.reviewer, until=due + dt.timedelta(days=9), reason="外业")
    asked = step(asked, "forward", people.city_officer)
    refuses(NotAllowed, step, asked, "grant", people.city_checker)
    leave_to_the_checker(people, "extend")
    assert "延期申请待审定" in [task.title for task in tasks_for(Viewer(people.city_checker))]
    step(asked, "grant", people.city_checker)


@AREA
def test_an_announcement_wants_the_director_unless_the_settings_leave_it_out():
    filing = Filing().to_decided()
    officer = filing.people.city_officer
    batch = announcements.create_batch(by=officer, cases=[filing.case], demo=True)
    given = {"announcement": batch, "by": officer, "number": "演公告〔2026〕1号", "announced_on": clock.today()}
    refuses("公告须经市级审定", announcements.publish, **given)
    leave_to_the_checker(filing.people, "announce")
    announcements.publish(**given)


@AREA
def test_a_change_of_a_baseline_is_decided_as_the_settings_say(people):
    kinds = {kind.key: Change(kind=kind.key) for kind in change_kinds()}
    assert chain_of_change(kinds["plots_baseline"])[-1] == "审定"
    leave_to_the_checker(people, "change_of_baseline")
    chains = {key: chain_of_change(change) for key, change in kinds.items()}
    left = "boundary key_projects_baseline pilot_baseline plot_merge plot_plan plot_renumber plot_split plots_baseline works_baseline"
    assert {key for key, chain in chains.items() if "审定" not in chain} == set(left.split())


def leave_out_the_check(people, key="default", *before_the_director):
    """A chain of the settings goes from the officer to the director."""
    set_setting(by=people.city_director, key=f"approval_chain.{key}", value=["经办", *before_the_director, "审定"], reason="精简层级")


@AREA
def test_an_application_goes_from_the_officer_to_the_director_where_the_chain_has_no_check():
    filing = Filing().to_notice().end_notice()
    refuses("须先经市级审核", filing.do, "close_notice_to_decide", "city_officer")
    leave_out_the_check(filing.people)
    refuses("办理层级中没有审核", filing.do, "close_notice", "city_officer")
    filing.do("close_notice_to_decide", "city_officer")
    assert [task.title for task in tasks_for(Viewer(filing.people.city_director))] == ["试点申报：待审定"]
    assert [(link["name"], link["state"]) for link in chain_of(filing.case)] == [("经办", "done"), ("审定", "now")]
    shown = {step.name: step.state for step in steps_of(filing.case, timeline.of_subject(filing.case))}
    assert (shown["公示"], shown["审定"]) == ("done", "now")


def test_the_page_leaves_out_steps_that_another_one_replaces(client):
    filing = Filing().to_notice().end_notice()
    client.force_login(filing.people.city_officer)
    case = reverse("approvals:case", args=[filing.case.pk])

    def shown():
        return {offer.action for offer in client.get(case).context["offered"]} & {"close_notice", "close_notice_to_decide"}

    assert shown() == {"close_notice"}
    leave_out_the_check(filing.people)
    assert shown() == {"close_notice_to_decide"}


@AREA
def test_a_failed_acceptance_keeps_the_chain_of_adverse_decisions(people):
    walk = Accepting(people).to_reviewed(Conclusion.FAILED)
    leave_out_the_check(people)
    refuses("须先经市级审核", walk.do, "to_decide", "city_officer")
    leave_out_the_check(people, "cancel_or_revoke", "法制审核")
    walk.do("to_decide", "city_officer")


def decided(**given):
    return Filing(**given).to_deciding().do("decide", "city_director", number="", decided_on=clock.today(), scan=None)


def test_a_decision_waits_for_its_number_and_is_not_announced_without():
    filing = decided()
    assert (filing.case.status, filing.case.decision_number) == ("decided", "")
    people = filing.people
    batch = announcements.create_batch(by=people.city_officer, cases=[filing.case], demo=True)
    batch = announcements.approve(announcement=batch, by=people.city_director)
    given = {"announcement": batch, "by": people.city_officer, "number": "演沪建公告〔2026〕1号", "announced_on": clock.today()}
    refuses("尚未登记决定文号", announcements.publish, **given)
    filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号", scan=pdf())
    announcements.publish(**given)
    filing.fresh()
    assert (filing.case.status, filing.case.decision_scan.title) == ("announced", "决定 演沪建〔2026〕8号")
    assert verify(filing.case).holds
    record = filing.case.decision_records.get(step="number")
    assert (record.by, timezone.localdate(record.at)) == (people.city_officer, clock.today())
    assert AuditRecord.objects.filter(action="decision.number").count() == 1


def test_the_page_asks_for_the_number_until_it_is_there(client):
    filing = decided()
    client.force_login(filing.people.city_officer)
    case, where = (reverse(f"approvals:{name}", args=[filing.case.pk]) for name in ("case", "case_number"))
    assert where in client.get(case).content.decode()
    assert "文号待填" in client.get(reverse("reports:letter", args=["case", filing.case.pk, "grant"])).content.decode()
    assert client.get(where).status_code == 200
    assert client.post(where, {"number": "演沪建〔2026〕8号", "version": filing.case.version}).status_code == 302
    assert "登记文号" in client.get(case).content.decode()
    assert client.get(where).status_code == 404


def test_only_the_officer_enters_it_once_and_a_wrong_one_is_put_right():
    filing = decided()
    refuses(NotAllowed, filing.do, numbering.enter_number, "city_director", number="演沪建〔2026〕8号")
    refuses(Stale, filing.do, numbering.enter_number, "city_officer", number="演沪建〔2026〕8号", version=filing.case.version - 1)
    refuses("请填写决定文号", filing.do, numbering.enter_number, "city_officer", number="  ")
    filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号")
    refuses("更正", filing.do, numbering.enter_number, "city_officer", number="演沪建〔2026〕9号")


def test_the_database_holds_a_number_for_one_paper():
    first = Filing(name="演示一城（虚构）")
    second = Filing(first.people, name="演示二城（虚构）")
    Case.objects.filter(pk=first.case.pk).update(decision_number="演沪建〔2026〕8号")
    with pytest.raises(IntegrityError, match="case_decision_number_once"), transaction.atomic():
        Case.objects.filter(pk=second.case.pk).update(decision_number="演沪建〔2026〕8号")
    batch = {"year": 2026, "number": "演沪建公告〔2026〕1号", "created_by": first.people.city_officer, "is_demo": True,
             "announced_on": clock.today()}  # fmt: skip
    Announcement.objects.create(**batch, batch=1, status="published")
    Announcement.objects.create(**batch, batch=2)
    with pytest.raises(IntegrityError, match="announcement_number_once"), transaction.atomic():
        Announcement.objects.filter(batch=2).update(status="published")


def test_one_number_belongs_to_one_paper():
    first = decided(name="演示一城（虚构）")
    first.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕8号")
    second = Filing(first.people, name="演示二城（虚构）").to_deciding()
    refuses("已用于", second.do, "decide", "city_director", number="演沪建〔2026〕8号 ", decided_on=clock.today(), scan=None)
    for written in ("演沪建[2026]8号", "演沪建（2026）8号", "演沪建【2026】 8号"):
        told = f"文号{written}（登记为演沪建〔2026〕8号）已用于"
        refuses(re.escape(told), second.do, "decide", "city_director", number=written, decided_on=clock.today(), scan=None)
    second.do("decide", "city_director", number="", decided_on=clock.today(), scan=None)
    refuses("已用于", second.do, numbering.enter_number, "city_officer", number="演沪建〔2026〕8号")
    second.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕9号")
    with pytest.raises(Refused, match="已用于"):
        requests.propose_rectification(
            case=second.fresh(), by=second.people.city_officer, field="decision_number", after="演沪建〔2026〕8号", reason="登记有误"
        )


def test_a_notice_of_intent_and_an_announcement_have_a_number_of_their_own():
    first, district = failing()
    told = Losing(first, district).to_hearing().case.loss.intent_number
    other = make_pilot(first, name="演示二城（虚构）")
    record_failures(other, first.city_officer, *FAILED)
    walk = Losing(first, other).to_telling()
    with pytest.raises(Refused, match=f"文号{told}已用于{district}取消与撤销的事先告知书，请核对") as refused:
        walk.do("tell", "city_officer", number=f" {told} ", intent_served_on=clock.today(), scan=pdf())
    assert [one.field for one in refused.value.refusals] == ["number"]
    walk.do("tell", "city_officer", number="演告〔2026〕2号", intent_served_on=clock.today(), scan=pdf())


@AREA
def test_two_batches_do_not_share_a_number_and_a_correction_gives_none_away():
    first = Filing().to_announced()
    batch = first.case.announcement_line.announcement
    second = Filing(first.people, name="演示二城（虚构）").to_decided()
    draft = announcements.create_batch(by=first.people.city_officer, cases=[second.case], demo=True)
    draft = announcements.approve(announcement=draft, by=first.people.city_director)
    given = {"announcement": draft, "by": first.people.city_officer, "announced_on": clock.today()}
    for number, holder in ((batch.number, str(batch)), (first.case.decision_number, f"{first.case}的决定")):
        refuses(f"文号{number}已用于{holder}，请核对", announcements.publish, number=number, **given)
    announcements.publish(number="演沪建公告〔2026〕77号", **given)
    with pytest.raises(Refused, match="演沪建公告〔2026〕77号已用于"):
        requests.propose_rectification(
            case=first.fresh(), by=first.people.city_officer, field="announce_number", after="演沪建公告〔2026〕77号", reason="登记有误"
        )


@AREA
def test_a_loss_is_not_served_without_its_number():
    people, district = failing()
    walk = Losing(people, district).to_deciding()
    walk.do("decide", "city_director", number="", decided_on=clock.today(), remedies=WAYS)
    served = {"served_on": clock.today(), "served_way": "直接送达", "served_to": "演示签收人", "scan": pdf()}
    refuses("尚未登记决定文号", walk.do, "serve", "city_officer", **served)
    walk.do(numbering.enter_number, "city_officer", number="演沪建撤〔2026〕1号", scan=pdf())
    walk.do("serve", "city_officer", **served)
    assert walk.case.documents.filter(slot="decision").count() == 1


def test_a_closed_case_without_number_lies_on_the_officers_desk():
    filing = Filing().to_deciding()
    refuses(Refused, filing.do, "decide", "city_director", number="", decided_on=clock.today() + dt.timedelta(days=1), scan=None)
    filing.do("decide_failed", "city_director", number="", decided_on=clock.today(), reason="控制项不满足")

    def asked_for():
        return [task.link for task in city_tasks(Viewer(filing.people.city_officer)) if task.kind == "number"]

    assert asked_for() == [reverse("approvals:case_number", args=[filing.case.pk])]
    filing.do(numbering.enter_number, "city_officer", number="演沪建〔2026〕18号")
    assert asked_for() == []


def test_an_application_goes_from_draft_to_a_title():
    filing = Filing().to_announced()
    case, district = filing.case, filing.case.district
    year = clock.today().year
    assert (case.status, case.number, case.star_found) == ("announced", f"SQ-{year}-0001", 2)
    actions = TransitionRecord.objects.filter(machine="application").order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "hand_up", "sign", "send_up", "accept", "open_review", "review_concluded", "open_notice", "close_notice", "agree", "decide",
        "announce",
    ]  # fmt: skip
    assert (case.review.concluded_at is None, case.decided_on is None) == (False, False)
    assert (case.decision_number, case.decision_scan.title) == ("演沪建〔2026〕8号", "决定 演沪建〔2026〕8号")
    batch = case.announcement_line.announcement
    assert (batch.number, batch.announced_on, batch.scan.kind) == ("演沪建公告〔2026〕1号", clock.today(), "公告")
    title = Title.objects.get(district=district)
    assert (title.kind, title.star, title.granted_on, title.historic) == ("pilot", 2, clock.today(), False)
    assert (title.number, title.policy) == (f"CH-{year}-0001", "沪住建规范联〔2023〕13号")
    assert (district.stage, district.star, district.title_number) == ("pilot", 2, title.number)
    assert (district.titled_on, district.title_batch) == (clock.today(), f"{year}年第一批（演示）")
    assert (district.baselines.filter(kind="pilot").count(), case.table.status) == (1, "received")
    assert list(Title.objects.filter(end="")) == [title]
    assert [str(row) for row in announcements_public()] == [f"{year}年第一批（演示）"]


def test_the_receipt_keeps_what_was_submitted_with_a_digest():
    filing = Filing().to_endorsing()
    submission = Submission.objects.get()
    content = submission.content
    assert (content["number"], content["table"]["version"], len(submission.digest)) == (filing.case.number, 1, 64)
    assert {row["rule"] for row in content["policy"]["verdicts"]} >= {"APPLY-PLOTS", "SPECIAL-PLAN"}
    assert content["reasons"]["APPLY-IN-PLAN"]


def test_batches_are_numbered_by_year_and_hold_decided_cases_only():
    filing = Filing().to_decided()
    officer = filing.people.city_officer
    first = announcements.create_batch(by=officer, demo=True)
    second = announcements.create_batch(by=officer, demo=True)
    real = announcements.create_batch(by=officer)
    assert (first.batch, second.batch, real.batch) == (1, 2, 1)
    announcements.set_lines(announcement=first, cases=[filing.case], by=officer)
    refuses("已列入其他批次", announcements.set_lines, announcement=second, cases=[filing.case], by=officer)
    refuses("演示数据和正式数据不能列在同一批次", announcements.set_lines, announcement=real, cases=[filing.case], by=officer)


def test_publishing_says_everything_that_is_missing():
    filing = Filing().to_decided()
    batch = announcements.create_batch(by=filing.people.city_officer, demo=True)
    tomorrow = clock.today() + dt.timedelta(days=1)
    with pytest.raises(Refused) as refused:
        announcements.publish(announcement=batch, by=filing.people.city_officer, number=" ", announced_on=tomorrow)
    assert [refusal.text for refusal in refused.value.refusals] == ["批次里尚无城区", "请填写公告文号", "公告日期不能晚于今天"]


def test_a_batch_is_published_only_as_it_was_approved():
    filing = Filing().to_decided()
    people = filing.people
    batch = announcements.create_batch(by=people.city_officer, cases=[filing.case], demo=True)
    with pytest.raises(NotAllowed, match="由市级审定办理"):
        announcements.approve(announcement=batch, by=people.city_officer)
    approved = announcements.approve(announcement=batch, by=people.city_director)
    same = announcements.set_lines(announcement=approved, cases=[filing.case], by=people.city_officer)
    assert same.approved_by == people.city_director
    emptied = announcements.set_lines(announcement=same, cases=[], by=people.city_officer)
    assert emptied.approved_at is None
    refuses("尚无城区", announcements.approve, announcement=emptied, by=people.city_director)


def test_nothing_is_stored_of_a_decision_that_is_refused():
    filing = Filing().to_deciding()
    Review.objects.filter(pk=filing.case.review_id).update(conclusion="failed")
    files = Evidence.objects.count()
    refuses("专家技术审查未通过", filing.do, "decide", "city_director", number="演决7", decided_on=clock.today(), scan=pdf())
    assert (filing.fresh().decided_on, filing.case.decision_number, Evidence.objects.count()) == (None, "", files)


def test_a_refused_signature_from_paper_leaves_neither_entry_nor_scan():
    filing = Filing().to_signing()
    filing.district.key_projects.all().delete()
    files, entry = Evidence.objects.count(), {"way": "paper", "received_on": clock.today(), "on_behalf": "演示", "note": "", "scan": pdf()}
    refuses(Refused, filing.do, "enter_sign", "city_officer", entry=ProxyEntry(**entry))
    assert (filing.case.paper_entries.count(), Evidence.objects.count()) == (0, files)
