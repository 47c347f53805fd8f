"""A whole application by its services."""

import datetime as dt

import pytest

from approvals.cases.models.cases import Submission
from approvals.publicity.selectors import announcements_public
from approvals.publicity.services import announcements
from approvals.requests.services.requests import ProxyEntry
from approvals.titles.models.publicity import Title
from assessments.reviews.models.review import Review
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.models import Evidence
from greendistrict.workflow.models import OutboxMessage, TransitionRecord
from tests.factories.approvals import Filing, pdf, step

pytestmark = pytest.mark.django_db


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
    title = Title.objects.get(district=district)
    assert (title.kind, title.star, title.granted_on, title.historic) == ("pilot", 2, clock.today(), False)
    assert title.number == f"CH-{year}-0001"
    assert title.policy == "沪住建规范联〔2023〕13号"
    assert (district.stage, district.star, district.title_number) == ("pilot", 2, title.number)
    assert (district.titled_on, district.title_batch) == (clock.today(), f"{year}年第一批（演示）")
    assert district.baselines.filter(kind="pilot").count() == 1
    assert case.table.status == "received"
    assert list(Title.objects.filter(end="")) == [title]
    assert [str(row) for row in announcements_public()] == [f"{year}年第一批（演示）"]


def test_passed_review_decided_and_announced_each_have_date_and_document():
    filing = Filing().to_announced()
    case = filing.case
    assert case.review.concluded_at is not None
    assert case.decided_on is not None
    assert (case.decision_number, case.decision_scan.title) == ("演沪建〔2026〕8号", "决定 演沪建〔2026〕8号")
    batch = case.announcement_line.announcement
    assert (batch.number, batch.announced_on, batch.scan.kind) == ("演沪建公告〔2026〕1号", clock.today(), "公告")


def test_the_receipt_keeps_what_was_submitted_with_a_digest():
    filing = Filing().to_endorsing()
    submission = Submission.objects.get()
    assert submission.content["number"] == filing.case.number
    assert len(submission.digest) == 64
    assert submission.content["table"]["version"] == 1
    assert {row["rule"] for row in submission.content["policy"]["verdicts"]} >= {"APPLY-PLOTS", "SPECIAL-PLAN"}
    assert submission.content["reasons"]["APPLY-IN-PLAN"]


def test_whoever_has_the_next_turn_is_told_once():
    filing = Filing().to_endorsing()
    notes = OutboxMessage.objects.filter(kind="notification").values_list("payload", flat=True)
    told = sorted((payload["receiver"], payload["kind"]) for payload in notes)
    people = filing.people
    assert told == sorted([(people.reviewer.pk, "case_todo"), (people.authority.pk, "case_todo")])
    assert all(payload["demo"] for payload in notes)


def test_batches_are_numbered_by_year_and_hold_decided_cases_only():
    filing = Filing().to_decided()
    officer = filing.people.city_officer
    first = announcements.create_batch(by=officer, demo=True)
    second = announcements.create_batch(by=officer, demo=True)
    real = announcements.create_batch(by=officer)
    assert (first.batch, second.batch, real.batch) == (1, 2, 1)
    announcements.set_lines(announcement=first, cases=[filing.case], by=officer)
    with pytest.raises(Refused, match="已列入其他批次"):
        announcements.set_lines(announcement=second, cases=[filing.case], by=officer)
    with pytest.raises(Refused, match="演示数据和正式数据不能列在同一批次"):
        announcements.set_lines(announcement=real, cases=[filing.case], by=officer)


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
    with pytest.raises(Refused, match="公告须经市级审定"):
        announcements.publish(announcement=batch, by=people.city_officer, number="演1号", announced_on=clock.today())
    approved = announcements.approve(announcement=batch, by=people.city_director)
    same = announcements.set_lines(announcement=approved, cases=[filing.case], by=people.city_officer)
    assert same.approved_by == people.city_director
    emptied = announcements.set_lines(announcement=same, cases=[], by=people.city_officer)
    assert emptied.approved_at is None
    with pytest.raises(Refused, match="尚无城区"):
        announcements.approve(announcement=emptied, by=people.city_director)


def test_nothing_is_stored_of_a_decision_that_is_refused():
    filing = Filing().to_deciding()
    Review.objects.filter(pk=filing.case.review_id).update(conclusion="failed")
    files = Evidence.objects.count()
    with pytest.raises(Refused, match="专家技术审查未通过"):
        filing.do("decide", "city_director", number="演决7", decided_on=clock.today(), scan=pdf())
    assert (filing.fresh().decided_on, filing.case.decision_number, Evidence.objects.count()) == (None, "", files)


def test_a_refused_signature_from_paper_leaves_neither_entry_nor_scan():
    filing = Filing().to_signing()
    filing.district.key_projects.all().delete()
    files, entry = Evidence.objects.count(), {"way": "paper", "received_on": clock.today(), "on_behalf": "演示", "note": "", "scan": pdf()}
    with pytest.raises(Refused):
        step("enter_sign", case=filing.case, by=filing.people.city_officer, entry=ProxyEntry(**entry))
    assert (filing.case.paper_entries.count(), Evidence.objects.count()) == (0, files)
