"""Opinions of a stage assessment's panel: drawn up at its conclusion, closed one by one; the re-check waits for those that are musts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.opinions.selectors import opinion_tasks
from assessments.reviews.models.review import ExpertScore
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.services import stages as services
from greendistrict.core.errors import Refused, Stale
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.workflow.procedure import offered, take
from tests.assessments.reviews.review_browsing import browser
from tests.factories.approvals import pdf
from tests.factories.once import copy_of, once
from tests.factories.stages import StageScene
from tests.steps import reaches, step

pytestmark = pytest.mark.django_db
PASS = "recheck_pass"


def commented():
    """A panel that met and wrote one must and one advice, on two clauses."""
    scene = StageScene().with_targets().to_reviewing().to_meeting()
    rows = ExpertScore.objects.filter(assignment__member__review=scene.review, assignment__reading="lead").order_by("assignment__item_id")
    for row, kind in zip(rows[:2], ("must", "advice"), strict=True):
        ExpertScore.objects.filter(pk=row.pk).update(comment="补充监测记录", comment_kind=kind)
    return scene


met = once(commented)
met_scene = copy_of("met")


@pytest.fixture
def scene(met_scene):
    return met_scene.to_rectifying()


def must(scene):
    return scene.stage.review_opinions.get(kind="must")


def answered(scene, row=None, **more):
    return step(row or must(scene), "reply", scene.people.preparer, **more, reply="已补充三个月的监测记录")


def page_of(scene):
    return reverse("assessments:stage_opinions", args=[scene.stage.pk])


def report(scene):
    stage = StageAssessment.objects.get(pk=scene.stage.pk)
    services.save_rectification(stage=stage, text="已逐项整改（虚构）。", version=stage.version, by=scene.people.preparer)
    scene.take("report_mended", scene.people.reviewer)


def test_the_conclusion_draws_up_the_list_and_a_passed_assessment_shows_what_is_open(met_scene):
    scene = met_scene
    assert not scene.stage.review_opinions.exists()
    assert browser(scene.people.preparer).get(page_of(scene)).status_code == 404
    scene.to_deciding()
    scene.take("qualify", scene.people.city_director)
    first, second = scene.stage.review_opinions.all()
    assert [first.number, second.number] == [1, 2]
    assert {first.kind, second.kind} == {"must", "advice"}
    assert (first.organisation, first.body) == (scene.stage.applicant, scene.stage.applicant.name)
    assert first.field
    assert "评审意见2条，请逐条答复" in str(reaches(scene.people, first, "begun"))
    assert "评审意见待答复2条，其中须修改1条" in [task.title for task in opinion_tasks(scene.people.preparer)]
    shown = browser(scene.people.preparer).get(reverse("assessments:stage", args=[scene.stage.pk])).content.decode()
    assert "须修改而没有销号的1条" in shown
    assert page_of(scene) in shown


def test_the_recheck_passes_only_when_every_must_is_closed(scene):
    people, row = scene.people, must(scene)
    with pytest.raises(Refused) as refused:
        report(scene)
    [refusal] = refused.value.refusals
    assert refusal.text.startswith(f"还有1条须修改的评审意见没有答复：第{row.number}条 {row.item_id}")
    assert refusal.href == page_of(scene)
    answered(scene)
    report(scene)
    offers = offered(scene.stage, people.city_officer)
    offer = next(one for one in offers if one.action == PASS)
    assert offer.refusals[0].text.startswith("还有1条须修改的评审意见没有销号")
    with pytest.raises(Refused, match="没有销号"):
        scene.take(PASS, people.city_officer, reason="现场复核（虚构）")
    step(must(scene), "send_back", people.city_officer, "还差图件")
    scene.take("recheck_return", people.city_officer, reason="第1条材料不全")
    answered(scene)
    scene.take("report_mended", people.reviewer)
    step(must(scene), "close", people.secretariat)
    scene.take(PASS, people.city_officer, reason="现场复核（虚构）")  # the advice is still open
    assert scene.stage.status == "mended"
    answered(scene, scene.stage.review_opinions.get(kind="advice"))


def test_a_closed_assessment_takes_no_reply(scene):
    StageAssessment.objects.filter(pk=scene.stage.pk).update(status="unmended")
    with pytest.raises(Refused, match="整改未通过"):
        answered(scene)


def test_a_bureau_replies_from_its_own_desk_and_sees_no_other_line(scene):
    people, row = scene.people, must(scene)
    page, url = page_of(scene), reverse("assessments:stage_opinion_step", args=[scene.stage.pk, row.pk])
    bureau, officer = browser(people.bureau), browser(people.city_officer)
    assert bureau.get(page).status_code == 404
    assert officer.post(url, {"action": "body", "organisation": people.bureau_body.pk, "version": 0}).status_code == 302
    [task] = opinion_tasks(people.bureau)
    assert (task.title, task.due) == ("评审意见待答复1条，其中须修改1条", scene.stage.rectify_due)
    shown = bureau.get(page).content.decode()
    assert row.item_id in shown
    assert scene.stage.review_opinions.get(kind="advice").item_id not in shown
    assert reverse("assessments:stage", args=[scene.stage.pk]) + '"' not in shown
    assert bureau.get(reverse("assessments:stage", args=[scene.stage.pk])).status_code == 404
    typed = {"action": "reply", "reply": "已补充", "version": 1}
    upload = SimpleUploadedFile("记录.pdf", pdf().read(), "application/pdf")
    assert bureau.post(url, {**typed, "upload": upload}).status_code == 302
    for seat in ("bureau", "preparer", "city_officer", "authority"):
        assert evidence_by_key(getattr(people, seat), must(scene).document.key) == must(scene).document, seat
    assert list(opinion_tasks(people.bureau)) == []
    assert "评审意见待复核1条，其中须修改1条" in [task.title for task in opinion_tasks(people.secretariat)]
    assert officer.post(url, {"action": "close", "reason": "材料齐全", "version": 2}).status_code == 302
    assert "材料齐全" in bureau.get(page).content.decode()


def test_what_was_answered_meanwhile_is_said(scene):
    row = must(scene)
    answered(scene)
    with pytest.raises(Stale):
        take(obj=row, action="reply", by=scene.people.preparer, version=row.version, values={"reply": "另一答复"})


def test_the_list_asks_the_same_for_one_line_and_three(scene, kept_queries):
    scene.stage.review_opinions.filter(kind="advice").delete()
    client, page = browser(scene.people.city_officer), page_of(scene)
    with kept_queries():
        client.get(page)
    row = must(scene)
    for number in (12, 13):
        row.pk, row.number = None, number
        row.save()
    with kept_queries():
        client.get(page)
