"""Opinions of a panel: drawn up at the conclusion, closed one by one; open ones that must be followed block the grant."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.applications.lifecycle import APPLICATION
from approvals.cases.facts import open_musts
from approvals.cases.guards import opinions_closed
from approvals.cases.models.cases import Case
from approvals.casework.selectors.tasks import tasks_for
from approvals.opinions.selectors import opinions_visible_to
from assessments.common.enums import CommentKind, MemberState
from assessments.experts.models.experts import ExpertProfile
from assessments.opinions import services as opinions
from assessments.opinions.forms import OpinionReplyForm
from assessments.opinions.selectors import bodies_to_answer
from assessments.reviews.models.review import Assignment, ExpertScore, PanelMember
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.workflow.machine import Question
from greendistrict.workflow.procedure import take
from greendistrict.workflow.services import perform
from tests.factories.approvals import Filing, pdf, step
from tests.factories.once import copy_of, once
from tests.steps import reaches
from tests.steps import step as taken

pytestmark = pytest.mark.django_db


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


def pdf_upload():
    return SimpleUploadedFile("第3章.pdf", pdf().read(), "application/pdf")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_conclusion_draws_up_the_list_clause_by_clause(filing):
    first, second = filing.case.review_opinions.all()
    assert [first.number, second.number] == [1, 2]
    assert (first.kind, second.kind) == ("must", "advice")
    assert first.item_id in filing.case.review.claims
    assert first.field
    assert (first.organisation, first.body) == (filing.case.applicant, filing.case.applicant.name)
    for seat in ("preparer", "reviewer"):
        assert "评审意见待答复2条，其中须修改1条" in [task.title for task in tasks_for(getattr(filing.people, seat))]


def test_a_refused_application_has_no_list(reviewing):
    filing = reviewing.conclude("failed", None)
    assert not filing.case.review_opinions.exists()
    assert browser(filing.people.preparer).get(reverse("approvals:case_opinions", args=[filing.case.pk])).status_code == 200


def test_an_open_opinion_that_must_be_followed_blocks_the_grant_and_a_closed_one_does_not(filing):
    def against():
        return list(opinions_closed(Question(filing.case, None, {"opinions": open_musts(filing.case)})))

    row = must(filing)
    [refusal] = against()
    assert f"第1条 {row.item_id}" in refusal.text
    assert "待答复" in refusal.text
    assert refusal.href.endswith("/opinions/")
    answered(filing)
    assert "待复核" in against()[0].text
    taken(must(filing), "send_back", filing.people.city_officer, "还差图件")
    assert len(against()) == 1
    answered(filing)
    taken(must(filing), "close", filing.people.secretariat)
    assert against() == []  # the advice is still open
    assert filing.case.review_opinions.filter(status="open").count() == 1


def test_the_public_is_told_only_after_what_must_be_mended_is_closed(filing):
    page = reverse("approvals:case", args=[filing.case.pk])
    officer = browser(filing.people.city_officer)
    offer = next(one for one in officer.get(page).context["offered"] if one.action == "open_notice")
    assert not offer.allowed
    assert offer.refusals[0].text in officer.get(page).content.decode()
    with pytest.raises(Refused, match="还有1条须修改的评审意见没有销号"):
        step("open_notice", case=filing.case, by=filing.people.city_officer)
    answered(filing)
    taken(must(filing), "close", filing.people.city_officer)
    step("open_notice", case=filing.case, by=filing.people.city_officer)
    assert Case.objects.get(pk=filing.case.pk).status == "notice"


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
    with pytest.raises(Refused, match="已办结"):
        answered(filing)


def test_replies_want_words_a_version_and_the_right_person(filing):
    row = must(filing)
    assert OpinionReplyForm({"reply": " "}).errors == {"reply": ["请写明修改情况；不采纳的建议写明理由"]}
    for seat in ("outsider_preparer", "authority", "city_officer", "secretariat", "expert1"):
        with pytest.raises(NotAllowed):
            taken(row, "reply", getattr(filing.people, seat), reply="已改")
    answered(filing)
    with pytest.raises(Stale):
        take(obj=row, action="reply", by=filing.people.preparer, version=row.version, values={"reply": "另一答复"})
    with pytest.raises(Refused, match="理由"):
        taken(must(filing), "send_back", filing.people.city_officer, " ")
    with pytest.raises(NotAllowed):
        taken(must(filing), "close", filing.people.preparer)


def test_an_opinion_is_given_to_a_bureau_that_replies_from_its_own_desk(filing):
    people, row = filing.people, must(filing)
    page = reverse("approvals:case_opinions", args=[filing.case.pk])
    step = reverse("approvals:opinion_step", args=[filing.case.pk, row.pk])
    assert browser(people.bureau).get(page).status_code == 404
    given = opinions.name_body(opinion=row, organisation=people.bureau_body.pk, version=0, by=people.preparer)
    assert (given.organisation, given.body) == (people.bureau_body, people.bureau_body.name)
    reaches(people, given, "body_named", 责任单位={"bureau"})
    reaches(people, filing.case.review_opinions.order_by("number").first(), "begun")
    assert [task.title for task in tasks_for(people.bureau)] == ["评审意见待答复1条，其中须修改1条"]
    assert "评审意见待答复1条" in [task.title for task in tasks_for(people.preparer)]  # the advice; the other is with the bureau
    bureau = browser(people.bureau)
    shown = bureau.get(page).content.decode()
    assert row.item_id in shown
    assert filing.case.review_opinions.get(kind="advice").item_id not in shown
    assert f'href="{reverse("approvals:case", args=[filing.case.pk])}"' not in shown
    assert bureau.get(reverse("approvals:case", args=[filing.case.pk])).status_code == 404
    other = reverse("approvals:opinion_step", args=[filing.case.pk, filing.case.review_opinions.get(kind="advice").pk])
    assert bureau.post(other, {"action": "reply"}).status_code == 404
    assert bureau.post(step, {"action": "body", "body": "别的单位", "version": 1}).status_code == 403
    typed = {"action": "reply", "reply": "已补充第3章", "version": 1, "upload": pdf_upload()}
    assert bureau.post(step, typed).status_code == 302
    assert evidence_by_key(people.bureau, must(filing).document.key) == must(filing).document
    assert tasks_for(people.bureau) == []
    taken(must(filing), "send_back", people.city_officer, "还差图件")
    assert len(tasks_for(people.bureau)) == 1
    taken(must(filing), "reply", people.bureau, reply="图件已补")
    taken(must(filing), "close", people.city_officer)
    assert must(filing).status == "closed"
    with pytest.raises(Refused, match="已销号"):
        opinions.name_body(opinion=must(filing), organisation=filing.case.applicant_id, version=5, by=people.preparer)


def test_the_responsible_body_is_one_of_the_district_or_a_name_outside(filing):
    people, row = filing.people, must(filing)
    near = set(bodies_to_answer(filing.case))
    assert {filing.case.applicant, people.authority_body, people.bureau_body} <= near
    assert people.outsider_preparer.posts.get().organisation not in near
    for wrong in (
        {},
        {"organisation": people.secretariat.posts.get().organisation_id},
        {"organisation": people.bureau_body.pk, "body": "x"},
    ):
        with pytest.raises(Refused):
            opinions.name_body(opinion=row, version=0, by=people.preparer, **wrong)
    for stranger in (people.partner, people.bureau, people.authority):
        with pytest.raises(NotAllowed):
            opinions.name_body(opinion=row, body="演示区水务局（虚构）", version=0, by=stranger)
    outside = opinions.name_body(opinion=row, body="演示区水务局（虚构）", version=0, by=people.city_officer)
    assert (outside.organisation, outside.body) == (None, "演示区水务局（虚构）")
    assert "评审意见待答复2条，其中须修改1条" in [task.title for task in tasks_for(people.preparer)]  # the applicant passes it on


def test_who_sees_the_list_and_its_files(filing):
    row = answered(filing, upload=pdf_upload())
    for seat in ("preparer", "reviewer", "city_officer", "secretariat", "authority"):
        assert row in opinions_visible_to(getattr(filing.people, seat)), seat
        assert evidence_by_key(getattr(filing.people, seat), row.document.key) == row.document, seat
    for seat in ("outsider_preparer", "expert1", "audit_keeper"):
        assert row not in opinions_visible_to(getattr(filing.people, seat)), seat
        assert browser(getattr(filing.people, seat)).get(reverse("approvals:case_opinions", args=[filing.case.pk])).status_code == 404
    answered(filing, filing.case.review_opinions.get(kind="advice"))
    assert "评审意见待复核2条，其中须修改1条" in [task.title for task in tasks_for(filing.people.secretariat)]


def test_the_page_refuses_what_is_not_whole_and_keeps_it(filing):
    step = reverse("approvals:opinion_step", args=[filing.case.pk, must(filing).pk])
    own, officer = browser(filing.people.preparer), browser(filing.people.city_officer)
    both = {"organisation": filing.people.bureau_body.pk, "body": "演示区水务局（虚构）"}
    refused = own.post(step, {"action": "body", **both, "version": 0})
    assert refused.status_code == 409
    assert "演示区水务局（虚构）" in refused.content.decode()
    assert own.post(step, {"action": "reply", "reply": "", "version": 0}).status_code == 422
    typed = {"action": "reply", "reply": "已补充第3章", "version": 0}
    assert own.post(step, {**typed, "upload": pdf_upload()}).status_code == 302
    back = officer.post(step, {"action": "send_back", "reason": "", "version": 1})
    assert back.status_code == 409


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
