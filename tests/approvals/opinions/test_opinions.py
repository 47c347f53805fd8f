"""Opinions of a panel: drawn up at the conclusion, closed one by one; open ones that must be followed block the grant."""

import pytest
from django.urls import reverse

from approvals.applications.lifecycle import APPLICATION
from approvals.cases.facts import open_musts
from approvals.cases.models.cases import Case
from approvals.casework.selectors.tasks import tasks_for
from approvals.opinions.models import ReviewOpinion
from approvals.opinions.selectors import opinions_visible_to
from assessments.common.enums import CommentKind
from assessments.experts.models import ExpertProfile
from assessments.opinions import services as opinions
from assessments.opinions.forms import OpinionReplyForm
from assessments.opinions.selectors import bodies_to_answer
from assessments.opinions.services import name_body
from assessments.reviews.enums import MemberState
from assessments.reviews.models import Assignment, ExpertScore, PanelMember
from assessments.stage_assessments.models import StageOpinion
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import take
from greendistrict.workflow.services import perform
from tests.factories.approvals import Filing, pdf, step
from tests.factories.once import copy_of, once
from tests.factories.stages import make_stage
from tests.refusing import refuses
from tests.signing_in import browser
from tests.steps import reaches
from tests.steps import step as taken

AREA = pytest.mark.area("approvals", "assessments/opinions")


def commented(filing, kinds=("must", "advice")):
    """Comments of one member on clauses of the review, as scoring leaves them."""
    review = filing.case.review
    expert = ExpertProfile.objects.create(user=filing.people.experts[0], specialties=[], valid_from="2020-01-01", is_demo=True)
    member = PanelMember.objects.create(review=review, expert=expert, number=1, state=MemberState.ACCEPTED, invited_at=clock.now())
    for item_id, kind in zip(review.claims, kinds, strict=False):
        assigned = Assignment.objects.create(member=member, item_id=item_id, reading="lead")
        ExpertScore.objects.create(assignment=assigned, judgement="agree", comment=f"{item_id}补充材料", comment_kind=kind)
    return filing


begun = once(lambda: commented(Filing().to_reviewing()))
reviewing = copy_of("begun")


@pytest.fixture
def filing(reviewing):
    return reviewing.conclude()


def must(filing):
    return filing.case.review_opinions.get(kind=CommentKind.MUST)


def answered(filing, row=None, **more):
    return taken(row or must(filing), "reply", filing.people.preparer, **more, reply="已补充第3章")


def test_the_conclusion_draws_up_the_list_clause_by_clause(filing):
    first, second = filing.case.review_opinions.all()
    assert [(one.number, one.kind) for one in (first, second)] == [(1, "must"), (2, "advice")]
    assert (first.item_id in filing.case.review.claims, bool(first.field)) == (True, True)
    assert (first.organisation, first.body) == (filing.case.applicant, filing.case.applicant.name)
    for seat in ("preparer", "reviewer"):
        assert "评审意见待答复2条，其中须修改1条" in [task.title for task in tasks_for(Viewer(getattr(filing.people, seat)))]


def test_a_refused_application_has_no_list(reviewing):
    assert not reviewing.conclude("failed", None).case.review_opinions.exists()


def test_the_public_is_told_only_after_what_must_be_mended_is_closed(filing):
    def refused():
        with pytest.raises(Refused, match="还有1条须修改的评审意见没有销号") as stood:
            step("open_notice", case=filing.case, by=filing.people.city_officer)
        return next(one for one in stood.value.refusals if "销号" in one.text)

    shown = browser(filing.people.city_officer).get(reverse("approvals:case", args=[filing.case.pk]))
    offer = next(one for one in shown.context["offered"] if one.action == "open_notice")
    assert (offer.allowed, offer.refusals[0].text in shown.content.decode()) == (False, True)
    first = refused()
    assert (f"第1条 {must(filing).item_id}" in first.text, "待答复" in first.text, first.href[-10:]) == (True, True, "/opinions/")
    answered(filing)
    assert "待复核" in refused().text
    taken(must(filing), "send_back", filing.people.city_officer, "还差图件")
    refused()
    answered(filing)
    taken(must(filing), "close", filing.people.secretariat)
    step("open_notice", case=filing.case, by=filing.people.city_officer)
    assert filing.case.review_opinions.filter(status="open").count() == 1  # the advice


@AREA
def test_the_director_is_told_which_are_open(filing):
    Case.objects.filter(pk=filing.case.pk).update(status="deciding", decision_number="x", decided_on=clock.today())
    case = Case.objects.get(pk=filing.case.pk)
    facts = {"conclusion": "passed", "grant": [], "opinions": open_musts(case)}
    payload = {"decided_on": clock.today()}
    with pytest.raises(Refused, match="还有1条须修改的评审意见没有销号：第1条"):
        perform(machine=APPLICATION, obj=case, action="decide", by=filing.people.city_director, facts=facts, payload=payload)
    facts["opinions"] = []
    perform(machine=APPLICATION, obj=case, action="decide", by=filing.people.city_director, facts=facts, payload=payload)


def test_a_closed_case_takes_no_reply(filing):
    Case.objects.filter(pk=filing.case.pk).update(status="withdrawn")
    refuses("已办结", answered, filing)


def test_replies_want_words_a_version_and_the_right_person(filing):
    row = must(filing)
    assert OpinionReplyForm({"reply": " "}).errors == {"reply": ["请写明修改情况；不采纳的建议写明理由"]}
    refuses(NotAllowed, taken, row, "reply", filing.people.outsider_preparer, reply="已改")
    answered(filing)
    refuses(Stale, take, obj=row, action="reply", by=filing.people.preparer, version=row.version, values={"reply": "另一答复"})


@AREA
def test_an_opinion_is_given_to_a_bureau_that_replies_from_its_own_desk(filing):
    people, row = filing.people, must(filing)
    page = reverse("approvals:case_opinions", args=[filing.case.pk])
    step = reverse("approvals:opinion_step", args=[filing.case.pk, row.pk])
    assert browser(people.bureau).get(page).status_code == 404
    given = opinions.name_body(opinion=row, organisation=people.bureau_body.pk, version=0, by=people.preparer)
    assert (given.organisation, given.body) == (people.bureau_body, people.bureau_body.name)
    reaches(people, given, "body_named", 责任单位={"bureau"})
    reaches(people, filing.case.review_opinions.order_by("number").first(), "begun")
    assert [task.title for task in tasks_for(Viewer(people.bureau))] == ["评审意见待答复1条，其中须修改1条"]
    assert "评审意见待答复1条" in [task.title for task in tasks_for(Viewer(people.preparer))]  # the advice; the other is with the bureau
    bureau = browser(people.bureau)
    shown = bureau.get(page).content.decode()
    assert row.item_id in shown
    assert filing.case.review_opinions.get(kind="advice").item_id not in shown
    assert f'href="{reverse("approvals:case", args=[filing.case.pk])}"' not in shown
    assert bureau.get(reverse("approvals:case", args=[filing.case.pk])).status_code == 404
    other = reverse("approvals:opinion_step", args=[filing.case.pk, filing.case.review_opinions.get(kind="advice").pk])
    assert bureau.post(other, {"action": "reply"}).status_code == 404
    assert bureau.post(step, {"action": "body", "body": "别的单位", "version": 1}).status_code == 403
    typed = {"action": "reply", "reply": "已补充第3章", "version": 1, "upload": pdf("第3章.pdf")}
    assert bureau.post(step, typed).status_code == 302
    assert evidence_by_key(Viewer(people.bureau), must(filing).document.key) == must(filing).document
    assert tasks_for(Viewer(people.bureau)) == []
    taken(must(filing), "send_back", people.city_officer, "还差图件")
    assert len(tasks_for(Viewer(people.bureau))) == 1
    taken(must(filing), "reply", people.bureau, reply="图件已补")
    taken(must(filing), "close", people.city_officer)
    refuses("已销号", opinions.name_body, opinion=must(filing), organisation=filing.case.applicant_id, version=5, by=people.preparer)


def test_the_responsible_body_is_one_of_the_district_or_a_name_outside(filing):
    people, row = filing.people, must(filing)
    near = set(bodies_to_answer(filing.case))
    assert {filing.case.applicant, people.authority_body, people.bureau_body} <= near
    assert people.outsider_preparer.posts.get().organisation not in near
    far = people.secretariat.posts.get().organisation_id
    for wrong in ({}, {"organisation": far}, {"organisation": people.bureau_body.pk, "body": "x"}):
        refuses(Refused, opinions.name_body, opinion=row, version=0, by=people.preparer, **wrong)
    for stranger in (people.partner, people.bureau, people.authority):
        refuses(NotAllowed, opinions.name_body, opinion=row, body="演示区水务局（虚构）", version=0, by=stranger)
    outside = opinions.name_body(opinion=row, body="演示区水务局（虚构）", version=0, by=people.city_officer)
    assert (outside.organisation, outside.body) == (None, "演示区水务局（虚构）")
    assert "评审意见待答复2条，其中须修改1条" in [task.title for task in tasks_for(Viewer(people.preparer))]  # the applicant passes it on


def test_who_sees_the_list_and_its_files(filing):
    row = answered(filing, upload=pdf("第3章.pdf"))
    for seat in ("preparer", "city_officer", "secretariat", "authority", "outsider_preparer", "expert1", "audit_keeper"):
        user, sees = getattr(filing.people, seat), seat in {"preparer", "city_officer", "secretariat", "authority"}
        assert (row in opinions_visible_to(Viewer(user)), bool(evidence_by_key(Viewer(user), row.document.key))) == (sees, sees), seat
    answered(filing, filing.case.review_opinions.get(kind="advice"))
    assert "评审意见待复核2条，其中须修改1条" in [task.title for task in tasks_for(Viewer(filing.people.secretariat))]


def test_the_page_refuses_what_is_not_whole_and_keeps_it(filing):
    step = reverse("approvals:opinion_step", args=[filing.case.pk, must(filing).pk])
    own, officer = browser(filing.people.preparer), browser(filing.people.city_officer)
    both = {"organisation": filing.people.bureau_body.pk, "body": "演示区水务局（虚构）"}
    refused = own.post(step, {"action": "body", **both, "version": 0})
    assert (refused.status_code, "演示区水务局（虚构）" in refused.content.decode()) == (409, True)
    assert own.post(step, {"action": "reply", "reply": "", "version": 0}).status_code == 422
    typed = {"action": "reply", "reply": "已补充第3章", "version": 0}
    assert own.post(step, {**typed, "upload": pdf("第3章.pdf")}).status_code == 302
    assert officer.post(step, {"action": "send_back", "reason": "", "version": 1}).status_code == 409


def test_the_list_asks_the_same_for_one_line_and_three(filing, kept_queries):
    filing.case.review_opinions.filter(kind="advice").delete()
    client, page = browser(filing.people.city_officer), reverse("approvals:case_opinions", args=[filing.case.pk])
    with kept_queries():
        client.get(page)
    row = must(filing)
    for number in (2, 3):
        row.pk, row.number = None, number
        row.save()
    with kept_queries():
        client.get(page)


KINDS = [ReviewOpinion, StageOpinion]
PATHS = {"case": "approvals:opinion_step", "stage": "assessments:stage_opinion_step"}


@pytest.fixture
def world(reviewing):
    """One opinion of each kind that a bureau answers for."""
    people = reviewing.people
    stage = make_stage(people, filled=False, status="judging")
    line = {"number": 1, "field": "能源", "item_id": "4.1.1", "text": "补充（虚构）", "kind": "must", "drawn_up_at": clock.now()}
    line |= {"review": reviewing.case.review, "organisation": people.bureau_body, "body": people.bureau_body.name}
    return people, [ReviewOpinion.objects.create(case=reviewing.case, **line), StageOpinion.objects.create(stage=stage, **line)]


def of_kind(world, model):
    people, rows = world
    return people, next(row for row in rows if isinstance(row, model))


def second(row):
    """Another opinion of the same matter."""
    return type(row).objects.create(**{row.MATTER: row.matter}, review=row.review, number=2, field="水", item_id="5.1.1", text="补充",
                                    kind="advice", body=row.body, drawn_up_at=clock.now())  # fmt: skip


@AREA
@pytest.mark.parametrize("model", KINDS)
def test_the_city_hears_of_the_last_reply_and_the_applicant_of_the_last_that_is_closed(world, model):
    people, row = of_kind(world, model)
    other = second(row)
    taken(row, "reply", people.bureau, reply="已补充（虚构）")
    assert not OutboxMessage.objects.filter(payload__title__icontains="已逐条答复").exists()
    taken(other, "reply", people.preparer, reply="已采纳（虚构）")
    told = OutboxMessage.objects.filter(payload__title__icontains="已逐条答复").values_list("payload__receiver", flat=True)
    assert set(told) == {people.city_officer.pk, people.secretariat.pk}
    taken(row, "close", people.city_officer)
    assert not OutboxMessage.objects.filter(payload__title__icontains="全部销号").exists()
    taken(other, "close", people.secretariat, "齐全")
    told = OutboxMessage.objects.filter(payload__title__icontains="全部销号").values_list("payload__receiver", flat=True)
    assert set(told) == {people.preparer.pk, people.reviewer.pk}


@pytest.mark.parametrize("model", KINDS)
def test_a_reply_that_is_refused_stores_neither_words_nor_file(world, model):
    people, row = of_kind(world, model)
    model.objects.update(status="closed", reply="已补充（虚构）")
    refuses(Refused, taken, row, "reply", people.preparer, reply="另一答复", upload=pdf())
    row.refresh_from_db()
    assert (row.reply, row.document) == ("已补充（虚构）", None)
    assert not Evidence.objects.filter(kind="评审意见答复").exists()


@AREA
@pytest.mark.parametrize("model", KINDS)
def test_a_body_named_from_an_old_page_is_not_stored(client, world, model):
    people, row = of_kind(world, model)
    model.objects.update(version=3)
    refuses(Stale, name_body, opinion=row, body="演示区水务局（虚构）", version=0, by=people.preparer)
    client.force_login(people.preparer)
    url = reverse(PATHS[row.MATTER], args=[row.matter.pk, row.pk])
    answer = client.post(url, {"action": "body", "body": "演示区水务局（虚构）", "version": 0})
    assert (answer.status_code, "演示区水务局（虚构）" in answer.content.decode()) == (409, True)
    assert model.objects.get().body == people.bureau_body.name


@AREA
@pytest.mark.parametrize("model", KINDS)
def test_who_may_not_name_a_body_is_told_so_whatever_was_typed(client, world, model):
    people, row = of_kind(world, model)
    client.force_login(people.bureau)
    url = reverse(PATHS[row.MATTER], args=[row.matter.pk, row.pk])
    typed = ({}, {"body": "演示区水务局（虚构）"}, {"organisation": "x", "body": "长" * 500})
    assert [client.post(url, {"action": "body", "version": 0, **data}).status_code for data in typed] == [403, 403, 403]
