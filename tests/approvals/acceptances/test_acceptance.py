"""Final acceptance (YS): gates over the frozen baseline, the way to 示范, the ways out, who asks and who does not."""

import pytest

from approvals.acceptances.selectors.ready import ready_districts
from approvals.acceptances.services import acceptances
from approvals.applications.services import corrections
from approvals.cases.bindings import NewFinding
from approvals.cases.models.cases import Case
from approvals.cases.selectors.cases import cases_visible_to
from approvals.casework.selectors.tasks import tasks_for
from approvals.losses.selectors import cancel_proposals
from approvals.titles.models.publicity import Title
from assessments.reviews.models.review import Review
from districts.baselines.services import freeze_baseline
from districts.file.models.district import District
from districts.projects.models import KeyProject
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from tests.factories.acceptance import Accepting, conclude_review, make_pilot
from tests.factories.accounts import cast

pytestmark = pytest.mark.django_db


def test_from_request_to_demonstration():
    walk = Accepting().to_sent()
    assert walk.case.number == f"YS-{clock.today().year}-0001"
    assert walk.case.table.purpose == "acceptance"
    assert walk.case.table.stage == "operation"
    kept = walk.case.submissions.get().content["policy"]["verdicts"]
    assert {row["rule"] for row in kept} >= {"ACCEPT-INFRA", "ACCEPT-PLOTS", "ACCEPT-KEY-PROJECTS"}
    walk.do("accept", "city_officer")
    with pytest.raises(Refused, match="形式审查"):
        walk.do("open_review", "secretariat")
    walk = Accepting(walk.people, make_pilot(walk.people)).to_decided().announce()
    district = District.objects.get(pk=walk.district.pk)
    assert (walk.case.status, district.stage, district.star) == ("announced", "demonstration", 2)
    assert [title.end for title in Title.objects.filter(district=district).order_by("pk")] == ["superseded", ""]
    assert walk.case.notices.get().title.endswith("拟授予绿色生态城区示范称号的公示")


def test_dropping_a_project_from_the_live_list_opens_no_gate():
    people = cast()
    district = make_pilot(people)
    KeyProject.objects.filter(name="演示学校（虚构）").delete()
    walk = Accepting(people, district)
    with pytest.raises(Refused) as refused:
        walk.to_signing()
    assert {refusal.rule for refusal in refused.value.refusals} == {"ACCEPT-KEY-PROJECTS"}
    freeze_baseline(district=district, kind="pilot", reason="变更", by=None)
    walk.to_signing()


def test_a_renewal_district_is_asked_for_its_projects_only():
    people = cast()
    district = make_pilot(people, ready=False, type="renewal")
    walk = Accepting(people, district)
    with pytest.raises(Refused) as refused:
        walk.to_signing()
    assert {refusal.rule for refusal in refused.value.refusals} == {"ACCEPT-KEY-PROJECTS"}
    KeyProject.objects.filter(district=district).update(state="in_use", in_use_on=clock.today())
    assert walk.to_sent().case.status == "sent"


def test_the_city_opens_for_a_district_that_does_not_ask():
    people = cast()
    district = make_pilot(people)
    assert [row.district for row in ready_districts(District.objects.all(), clock.today())] == [district]
    walk = Accepting(people, district, by="city_officer")
    assert ready_districts(District.objects.all(), clock.today()) == []
    for seat in ("city_officer", "preparer"):
        assert cases_visible_to(getattr(people, seat)).filter(pk=walk.case.pk).exists()
    assert not cases_visible_to(people.partner).exists()
    with pytest.raises(Refused, match="在办"):
        acceptances.start_acceptance(district=district, by=people.preparer)
    with pytest.raises(NotAllowed):
        acceptances.start_acceptance(district=district, by=people.outsider_preparer)
    walk.to_accepted()
    assert walk.case.status == "accepted"


def test_only_a_pilot_with_a_frozen_baseline_is_accepted():
    people = cast()
    district = make_pilot(people)
    district.baselines.all().delete()
    with pytest.raises(Refused, match="尚未建立试点基线"):
        acceptances.start_acceptance(district=district, by=people.preparer)


def test_a_failed_acceptance_is_a_proposal_and_touches_no_title():
    walk = Accepting().to_failed()
    assert walk.case.status == "failed"
    assert District.objects.get(pk=walk.district.pk).stage == "pilot"
    assert Title.objects.get(district=walk.district).end == ""
    assert list(cancel_proposals()) == [walk.case]
    assert "终期验收未通过，须办理取消试点称号" in [task.title for task in tasks_for(walk.people.city_officer)]
    assert not Case.objects.filter(kind="CX").exists()


def test_what_the_panel_passed_is_not_decided_as_failed_and_the_other_way_round():
    walk = Accepting().to_deciding()
    with pytest.raises(Refused, match="评审结论为通过"):
        walk.do("decide_failed", "city_director", number="演1", decided_on=clock.today(), reason="不同意")
    other = Accepting(walk.people, make_pilot(walk.people)).to_reviewed("failed")
    other.do("to_check", "city_officer").do("agree", "city_checker")
    with pytest.raises(Refused, match="终期验收审查未通过"):
        other.do("decide", "city_director", number="演1", decided_on=clock.today())


def test_correction_revision_recheck_and_withdrawal():
    walk = Accepting().to_accepted()
    finding = [NewFinding("缺少投用证明", slot="key-projects")]
    walk.do("correct", "city_officer", findings=finding)
    assert (walk.case.status, walk.case.table.status) == ("correcting", "returned")
    answers = {row.pk: "已补" for row in walk.case.corrections.get().findings.all()}
    walk.do(corrections.save_answers, "preparer", answers=answers).do("answer", "reviewer")
    assert walk.case.submissions.count() == 2
    walk.do("withdraw", "reviewer", reason="另择时间申请")
    again = Accepting(walk.people, walk.district).to_reviewed("revise")
    assert again.case.status == "revising"
    again.do("resubmit", "reviewer").do("open_review", "secretariat")
    conclude_review(again.case, again.people.secretariat, "passed_after")
    again.fresh()
    with pytest.raises(Refused, match="须先登记组长"):
        again.do("open_notice", "city_officer")
    again.do("recheck", "secretariat", note="组长：已改", on=clock.today())
    again.do("open_notice", "city_officer")
    assert again.case.status == "notice"


def test_withdrawal_during_the_review_stops_it():
    walk = Accepting().to_reviewing()
    walk.do("withdraw", "reviewer", reason="调整")
    review = Review.objects.get(pk=walk.case.review_id)
    assert (walk.case.status, review.status) == ("withdrawn", "stopped")
    assert [task for task in tasks_for(walk.people.secretariat) if "评审" in task.title] == []
