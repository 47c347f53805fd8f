"""The meeting: who is there, what members confirm, how they sign, what happens when one goes."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from lxml import html

from assessments.reviews.enums import Judgement
from assessments.reviews.lifecycle.review import REVIEW
from assessments.reviews.models import AgreedConfirmation, ExpertScore, PanelMember
from assessments.reviews.rules import agreed_until, opinion_mark
from assessments.reviews.selectors.agenda import agenda_of, draft_opinion, opinion_of
from assessments.reviews.selectors.facts import lines_inferred, meeting_facts
from assessments.reviews.selectors.pool import findings_of, opinions_of, rules_of
from assessments.reviews.selectors.reviews import sheets_visible_to, tasks_for
from assessments.reviews.services import meeting, meeting_records, scoring
from assessments.reviews.services.meeting import Agreement
from assessments.reviews.settlement import Cause
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.notifications.models import Notification
from greendistrict.policy.services import set_setting
from greendistrict.workflow.machine import Question
from greendistrict.workflow.outbox import drain
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.accounts import PASSWORD
from tests.factories.approvals import pdf
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene, agreed_seen, record_agreed, record_vote, sign_in, signing_in
from tests.refusing import refuses
from tests.steps import reaches, step, version_of

AREA = pytest.mark.area("assessments/reviews")
COMPARE = "核对书面表决、确认和签名"
SHEET = pdf().read()
AGREED = Agreement(points="0", reason="会上核对后一致")


scored = once(lambda: Scene().to_scoring())
scene = copy_of("scored")


def disputed(scene):
    """A meeting with one clause on which a reader differs."""
    item = scene.clause(scene.members[0], reading="lead")
    scene.judge(scene.members[0], item, Judgement.DIFFER, points="0", comment="没有佐证", comment_kind="must")
    scene.finish_scoring()
    return item


def conclude(scene):
    step(scene.review, "conclude", scene.secretary, conclusion="passed", star=3, star_reason="")


def facts(scene):
    return meeting_facts(scene.review, clock.today())


def save_opinion(scene, opinion="同意。"):
    scene.review.refresh_from_db()
    meeting.save_opinion(review=scene.review, opinion=opinion, seen=opinion_mark(scene.review), by=scene.secretary)
    scene.review.refresh_from_db()


def sign(scene, member, by=None):
    meeting_records.sign_opinion(review=scene.review, member=member, by=by or member.expert.user, seen=opinion_mark(scene.review))


def compares(user):
    """Whether the desk asks to compare what was said on paper."""
    return COMPARE in {task.title for task in tasks_for(Viewer(user))}


def confirm(scene, member, item, *, agrees=True, dissent="", by=None):
    said = {"item_ids": [item], "agrees": agrees, "dissent": dissent, "seen": agreed_until(scene.review.agreed.all())}
    meeting_records.confirm_agreed(review=scene.review, member=member, by=by or member.expert.user, **said)


def sheet():
    return SimpleUploadedFile("签名页.pdf", SHEET)


@AREA
def test_below_the_quorum_nothing_is_concluded_and_a_substitute_can_be_drawn(scene):
    scene.finish_scoring()
    experts = {member.expert.user.username for member in scene.members}
    assert len(reaches(scene.people, scene.review, "call_meeting", by="secretariat", 专家组=experts)) == 2
    assert "已提交评分" in str(reaches(scene.people, scene.members[0], "hand_in"))
    first, *others = scene.members
    refuses("尚未签到", record_vote, review=scene.review, member=first, vote="passed", by=first.expert.user)
    refuses(NotAllowed, sign_in, scene.review, [first], others[0].expert.user)
    sign_in(scene.review, [first], first.expert.user)
    scene.sign_all()
    assert (facts(scene)["present"], facts(scene)["quorum"]) == (5, 5)
    refuses("原因", meeting_records.sign_out, review=scene.review, member=first, reason=" ", version=version_of(first), by=scene.secretary)
    meeting_records.sign_out(review=scene.review, member=first, reason="家中有事", version=version_of(first), by=scene.secretary)
    with pytest.raises(Refused, match="到会专家不足") as refused:
        conclude(scene)
    [quorum] = [one for one in refused.value.refusals if one.text.startswith("到会")]
    assert (quorum.required, quorum.found) == ("至少5人（默认值）签到", "4人签到")
    assert "休会" in quorum.remedy
    step(first, "drop_out", scene.secretary, "住院")
    assert str(first.number) not in {str(one.number) for given in opinions_of(scene.review).values() for one in given}
    assert first.assignments.count() == ExpertScore.objects.filter(assignment__member=first).exclude(judgement="").count()  # kept
    refuses(NotAllowed, step, scene.review, "adjourn", scene.people.city_officer, "人数不足")
    step(scene.review, "adjourn", scene.secretary, "人数不足")
    assert (scene.review.status, scene.review.meeting_at) == ("scoring", None)
    assert not scene.review.members.exclude(vote="").exists()
    scene.to_inviting()
    heir = scene.review.members.select_related("expert__user").get(state="invited")
    scene.accept(heir)
    step(scene.review, "start_scoring", scene.secretary, score_due=clock.today() + dt.timedelta(days=9))
    assert set(heir.assignments.values_list("item_id", "reading")) == set(first.assignments.values_list("item_id", "reading"))
    scene.finish_scoring().sign_all()
    conclude(scene)
    assert set(scene.review.result["votes"]) == {str(member.number) for member in [*others, heir]}


def test_a_conflict_that_shows_in_the_meeting_takes_the_scores_out_of_the_result(scene):
    item = disputed(scene)
    scene.sign_all()
    member = scene.members[0]
    assert len(agenda_of(scene.review).lines) == 1
    step(member, "recuse", member.expert.user, "配偶任职于申报主体")
    assert agenda_of(scene.review).lines == ()
    kept = ExpertScore.objects.get(assignment__member=member, assignment__item_id=item)
    assert (kept.judgement, kept.points) == ("differ", 0)
    assert facts(scene)["present"] == 4
    assert not PanelMember.objects.filter(signed_at__isnull=False).exists()  # what was signed rested on other scores
    refuses("到会专家不足", conclude, scene)


@AREA
def test_agreed_figures_want_the_members_and_a_dissent_is_kept(scene):
    item = disputed(scene)
    record_agreed(review=scene.review, item_id=item, agreement=AGREED, by=scene.secretary)
    first, second, third, *rest = scene.members
    refuses("尚未签到", confirm, scene, first, item)
    scene.sign_in()
    refuses(NotAllowed, confirm, scene, first, item, by=second.expert.user)
    refuses("写明保留意见", confirm, scene, first, item, agrees=False)
    refuses("不能同时同意", confirm, scene, first, item, dissent="应给半分")  # what was typed is not dropped
    for member in (first, second):
        confirm(scene, member, item, agrees=False, dissent="应给半分")
    assert f"{item}（专家{third.number}、" in facts(scene)["unconfirmed"][0]
    for member in (third, *rest):
        confirm(scene, member, item, by=scene.secretary)
    assert (facts(scene)["unconfirmed"], facts(scene)["turned_down"]) == ([], [])
    confirm(scene, third, item, agrees=False, dissent="材料不足")
    assert facts(scene)["turned_down"] == [item]  # two of five
    confirm(scene, third, item)
    save_opinion(scene)
    for member in scene.members:
        record_vote(review=scene.review, member=member, vote="passed", by=member.expert.user)
        sign(scene, member)
    refuses("代记的书面表决和确认尚未经第二人核对", conclude, scene)
    for member in rest:
        meeting_records.check_said(review=scene.review, member=member, by=scene.people.city_officer)
    conclude(scene)
    assert scene.review.result["settled"][item]["how"] == "agreed"
    [(_, _, _, dissents)] = opinion_of(scene.review)["agreed"]
    assert dissents == [f"专家{first.number}：应给半分", f"专家{second.number}：应给半分"]


def test_what_is_agreed_anew_or_taken_back_is_confirmed_anew(scene):
    item = disputed(scene)

    def agree(by=scene.secretary):
        record_agreed(review=scene.review, item_id=item, agreement=AGREED, by=by)

    def withdraw():
        meeting.withdraw_agreed(review=scene.review, item_id=item, seen=agreed_seen(scene.review, item), by=scene.secretary)

    def left():
        return AgreedConfirmation.objects.count(), PanelMember.objects.filter(signed_at__isnull=False).count()

    refuses(NotAllowed, agree, scene.people.city_officer)
    agree()
    scene.sign_all()
    assert left() == (5, 5)
    agree()
    assert left() == (0, 0)
    refuses("没有确认", conclude, scene)
    scene.sign_all()
    withdraw()
    assert left() == (0, 0)
    refuses("没有商定结果", withdraw)


def test_contradicting_comments_come_to_the_meeting_which_says_what_they_weigh(scene):
    first = scene.members[0]
    item = scene.clause(first, reading="lead")
    other = next(member for member in scene.members[1:] if member.assignments.filter(item_id=item).exists())
    scene.judge(first, item, Judgement.AGREE, comment="必须补监测点位", comment_kind="must")
    scene.judge(other, item, Judgement.AGREE, comment="可以再加点位", comment_kind="advice")
    scene.finish_scoring()
    [line] = agenda_of(scene.review).lines
    assert line.causes == (str(Cause.COMMENTS),)
    points = scene.review.claims[item]["points"]
    with pytest.raises(Refused, match="须修改还是建议"):
        record_agreed(review=scene.review, item_id=item, agreement=Agreement(points, reason="一致"), by=scene.secretary)
    record_agreed(review=scene.review, item_id=item, agreement=Agreement(points, reason="一致", comment_kind="advice"), by=scene.secretary)
    assert "须修改的内容" not in draft_opinion(scene.review)


def test_signatures_on_paper_want_the_sheet_and_a_second_person(scene):
    scene.finish_scoring().sign_all()
    first, officer = scene.members[0], scene.people.city_officer
    record_vote(review=scene.review, member=first, vote="passed", by=first.expert.user)
    refuses("先上传签名页", sign, scene, first, scene.secretary)
    refuses(NotAllowed, meeting_records.keep_sheet, review=scene.review, upload=sheet(), by=first.expert.user)
    meeting_records.keep_sheet(review=scene.review, upload=sheet(), by=scene.secretary)
    sign(scene, first, scene.secretary)
    refuses("第二人核对", conclude, scene)
    for user in (scene.secretary, scene.members[1].expert.user):
        refuses(NotAllowed, meeting_records.check_signature, review=scene.review, member=first, by=user)
    assert (compares(officer), compares(scene.secretary)) == (True, False)
    meeting_records.check_signature(review=scene.review, member=first, by=officer)
    assert list(sheets_visible_to(Viewer(scene.people.preparer))) == []
    assert scene.review in sheets_visible_to(Viewer(first.expert.user))
    conclude(scene)
    assert scene.review in sheets_visible_to(Viewer(scene.people.preparer))


@AREA
def test_votes_and_confirmations_on_paper_want_a_second_person(scene):
    item = disputed(scene)
    scene.sign_in()
    first, officer = scene.members[0], scene.people.city_officer
    record_agreed(review=scene.review, item_id=item, agreement=AGREED, by=scene.secretary)
    scene.sign_all()
    record_vote(review=scene.review, member=first, vote="passed", by=scene.secretary)
    said = {"agrees": False, "dissent": "书面保留意见", "by": scene.secretary}
    confirm(scene, first, item, **said)
    meeting_records.keep_sheet(review=scene.review, upload=sheet(), by=scene.secretary)
    sign(scene, first, scene.secretary)
    meeting_records.check_signature(review=scene.review, member=first, by=officer)
    for event in ("paper_vote", "paper_signature"):
        reaches(scene.people, scene.review, event, by="secretariat")
    assert (compares(officer), compares(scene.secretary)) == (True, False)
    refuses(f"代记的书面表决和确认尚未经第二人核对：{first}", conclude, scene)
    for user in (scene.secretary, scene.members[1].expert.user, first.expert.user):
        refuses(NotAllowed, meeting_records.check_said, review=scene.review, member=first, by=user)
    page, second = url("review_meeting", scene.review), browser(officer)
    assert "与书面表决、确认一致" not in text_of(browser(scene.secretary).get(page))
    shown = text_of(second.get(page))
    assert (f"书面表决，{scene.secretary.name}登记" in shown, shown.count("与书面表决、确认一致")) == (True, 1)
    assert second.post(url("review_check_said", scene.review), {"member": first.pk}).status_code == 302
    assert not compares(officer)
    refuses("没有待核对", meeting_records.check_said, review=scene.review, member=first, by=officer)
    first.refresh_from_db()
    assert (first.voted_by, first.vote_checked_by) == (scene.secretary, officer)
    with transaction.atomic(), pytest.raises(IntegrityError):
        first.confirmations.update(checked_by=scene.secretary)
    confirm(scene, first, item, **said)  # said anew, compared anew
    assert facts(scene)["uncompared"] == [str(first)]
    meeting_records.check_said(review=scene.review, member=first, by=officer)
    conclude(scene)


@AREA
def test_a_signed_sheet_is_registered_by_one_press_and_checked_by_another(scene):
    disputed_item = disputed(scene)
    scene.sign_in()
    first, officer, page = scene.members[0], scene.people.city_officer, url("review_meeting", scene.review)
    record_agreed(review=scene.review, item_id=disputed_item, agreement=AGREED, by=scene.secretary)
    scene.sign_all()
    record_vote(review=scene.review, member=first, vote="failed", by=first.expert.user)  # not signed any more
    first.confirmations.all().delete()
    desk, second = browser(scene.secretary), browser(officer)
    assert "按签名页一次登记" not in text_of(desk.get(page)), "there is no sheet yet"
    meeting_records.keep_sheet(review=scene.review, upload=sheet(), by=scene.secretary)
    shown = html.fromstring(text_of(desk.get(page)))
    (button,) = shown.xpath("//button[@name='whole']")
    fields = {field.name: field.value for field in button.xpath("ancestor::form//input") if field.name != "csrfmiddlewaretoken"}
    answer = desk.post(url("review_vote", scene.review), {**fields, "vote": "passed", "whole": "1", "seen": ""})
    assert (answer.status_code, first.confirmations.count()) == (409, 0), "agreements have changed meanwhile: nothing is registered"
    drain()
    told = max(Notification.objects.values_list("pk", flat=True), default=0)
    assert desk.post(url("review_vote", scene.review), {**fields, "vote": "passed", "whole": "1"}).status_code == 302
    first.refresh_from_db()
    assert (first.vote, first.signed_by, first.confirmations.get().agrees) == ("passed", scene.secretary, True)
    reaches(scene.people, scene.review, "paper_sheet", by="secretariat")
    new = Notification.objects.filter(receiver=officer, pk__gt=told).values_list("title", flat=True)
    assert [title.partition("：")[2] for title in new] == ["签名页的表决、确认和签名待核对"], "one sheet, one message"
    assert text_of(second.get(page)).count("与签名页一致") == 1
    assert second.post(url("review_check_said", scene.review), {"member": first.pk, "whole": "1"}).status_code == 302
    first.refresh_from_db()
    assert (first.vote_checked_by, first.sign_checked_by, facts(scene)["uncompared"]) == (officer, officer, [])
    conclude(scene)


def test_files_of_the_review_stand_at_the_meeting(scene):
    member = scene.members[1]
    kept = scoring.attach_file(member=member, item_id=scene.clause(member), upload=sheet(), by=member.expert.user).document
    scene.finish_scoring().sign_in()
    save_opinion(scene)
    meeting_records.keep_sheet(review=scene.review, upload=sheet(), by=scene.secretary)
    scene.review.refresh_from_db()
    for user in (scene.secretary, scene.people.city_officer, scene.members[0].expert.user):
        page = text_of(browser(user).get(url("review_meeting", scene.review)))
        assert page.count(url("review_pack", scene.review)) == 2
        for file in (kept, scene.review.signed_sheet):
            assert reverse("documents:download", args=[file.key]) in page
            assert evidence_by_key(Viewer(user), file.key) == file


def test_an_opinion_that_changes_voids_the_signed_sheet(scene):
    scene.finish_scoring().sign_all()
    meeting_records.keep_sheet(review=scene.review, upload=sheet(), by=scene.secretary)
    save_opinion(scene, "另一稿。")
    assert (scene.review.signed_sheet, facts(scene)["unsigned"]) == (None, 5)


def test_old_forms_of_the_session_change_nothing_and_keep_what_was_typed(scene):
    item, desk, member, review = disputed(scene), browser(scene.secretary), scene.members[1], scene.review
    old = {"version": version_of(member), **signing_in(member)}
    record_agreed(review=review, item_id=item, agreement=AGREED, by=scene.secretary)
    stale = desk.post(url("review_agree", review, item), {"points": "0", "reason": "看的是商定以前的页面", "seen": ""})
    assert lacking(stale, "看的是商定以前的页面") == (409, [])
    assert desk.post(url("review_withdraw", review, item), {"seen": ""}).status_code == 409
    assert review.agreed.get().reason == AGREED.reason
    sign_in(review, [member], member.expert.user)
    meeting_records.sign_out(review=review, member=member, reason="家中有事", version=version_of(member), by=scene.secretary)
    stale = desk.post(url("review_sign_in", review), old)
    assert (stale.status_code, bool(re.search(rf'value="{member.pk}"[^>]*checked', text_of(stale)))) == (409, True)
    sign_in(review, [member], member.expert.user)
    stale = desk.post(url("review_vote", review), {"member": member.pk, "vote": "failed", "version": old["version"]})
    [choices] = re.findall(rf'id="v-{member.pk}".*?</select>', text_of(stale), re.DOTALL)
    assert (stale.status_code, re.findall(r'value="(\w+)"\s+selected', choices)) == (409, ["failed"])
    seat = review.members.get(pk=member.pk)
    assert (seat.vote, bool(seat.present_at)) == ("", True)


def test_pages_of_the_session_keep_what_was_typed(scene):
    item, review, member = disputed(scene), scene.review, scene.members[1]
    desk, own, page = browser(scene.secretary), browser(member.expert.user), url("review_meeting", scene.review)

    def sent(client, name, *place, **typed):
        return client.post(url(f"review_{name}", review, *place), typed)

    assert sent(desk, "sign_in").status_code == 422
    for client, who, status in ((own, scene.members[:1], 403), (own, [member], 302)):
        assert client.post(url("review_sign_in", review), signing_in(*who)).status_code == status
    assert "1人到会，应到5人，至少5人" in text_of(own.get(page))
    assert desk.post(url("review_sign_in", review), signing_in(*scene.members)).status_code == 302
    assert [sent(desk, "agree", item, points=points, reason="商定").status_code for points in ("0.01", "0")] == [422, 302]
    assert "有1条商定结果待您确认" in text_of(own.get(page))
    assert sent(own, "confirm", member=member.pk, item=item, agrees="no", dissent="").status_code == 422
    assert sent(own, "confirm", member=member.pk, agrees="yes", seen=agreed_until(review.agreed.all())).status_code == 302
    other = scene.members[0].pk
    assert [sent(one, "vote", member=other, vote="failed").status_code for one in (own, browser(scene.people.city_officer))] == [403, 403]
    assert sent(own, "vote", member=member.pk, vote="passed", version=version_of(member)).status_code == 302
    seen = opinion_mark(review)
    assert sent(desk, "opinion_save", opinion="同意。", seen=seen).status_code == 302
    assert lacking(sent(desk, "opinion_save", opinion="另一稿", seen=seen), "另一稿") == (409, [])
    review.refresh_from_db()
    assert lacking(sent(own, "sign", member=member.pk, password="x"), "密码不正确，没有签名") == (422, [])
    assert sent(own, "sign", member=member.pk, password=PASSWORD, seen=opinion_mark(review)).status_code == 302
    assert lacking(sent(desk, "sign_out", member=member.pk, reason=""), "提前退席的原因") == (422, [])
    assert sent(desk, "adjourn", reason="", version=version_of(review)).status_code == 409
    assert sent(desk, "withdraw", item, seen=agreed_seen(review, item)).status_code == 302
    assert sent(desk, "drop_out", member.pk, reason="住院", version=version_of(member)).status_code == 302
    assert own.get(page).status_code == 404
    assert sent(desk, "adjourn", reason="人数不足", version=version_of(review)).status_code == 302
    assert desk.get(page).status_code == 404  # readings are closed again


def test_the_pack_prints_agenda_readings_and_blank_sheets(scene):
    item, pack, (first, second, *_) = disputed(scene), url("review_pack", scene.review), scene.members
    assert lacking(browser(scene.people.city_officer).get(pack), item, "没有佐证", first.expert.user.name) == (200, [])
    assert second.expert.user.name not in text_of(browser(first.expert.user).get(pack))


@pytest.mark.parametrize(
    ("star", "reason", "limits", "refused"),
    [
        (3, "", False, "应写明理由"),
        (3, "专家组认为达到（虚构）", False, ""),
        (3, "专家组认为达到（虚构）", True, "不得高于"),
        (None, "", False, "不得高于"),
    ],
)
def test_score_lines_of_a_reference_edition_lower_no_star_before_the_city_accepts_them(scene, star, reason, limits, refused):
    if limits:
        set_setting(by=scene.people.city_director, key="reference_limits", value=True, reason="处务会议定（虚构）")
    inferred = lines_inferred(scene.review)
    known = {"judges_star": True, "star_reached": 2, "star_asked": 3, "lines_inferred": inferred}
    typed = {"conclusion": "passed", "star": star, "star_reason": reason}
    guards = REVIEW.find("conclude", "meeting").guards
    [star_found] = [guard for guard in guards if guard.__name__ == "_star_found"]
    said = [one.text for one in star_found(Question(scene.review, posts_of(scene.secretary), {"meeting": known}, typed))]
    assert (inferred, len(said), refused in "".join(said)) == (not limits, int(bool(refused)), True)


def test_without_accepted_lines_the_votes_pass_whatever_the_score(scene):
    scene.finish_scoring()
    scored = [key for key, item in rules_of(scene.review).items.items() if not item.is_control]
    judged = {"judgement": Judgement.DIFFER, "points": 0, "comment": "没有佐证（虚构）"}
    ExpertScore.objects.filter(assignment__item_id__in=scored).update(**judged)
    scene.sign_all("passed")

    def known():
        found = findings_of(scene.review)
        return found.star_reached, found.controls_hold, meeting_facts(scene.review, clock.today())["allowed"]

    assert known() == (0, True, ["passed"])
    set_setting(by=scene.people.city_director, key="reference_limits", value=True, reason="处务会议定（虚构）")
    assert known() == (0, True, ["revise", "failed"])
