"""Scores on paper: typed by one, checked by another, counted only then, and seen by nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.reviews.models import ExpertScore, PaperScores
from assessments.reviews.selectors.pool import opinions_of
from assessments.reviews.selectors.reviews import tasks_for
from assessments.reviews.services import paper as reviews_paper
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.services import end_post
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Closed, NotAllowed, Stale
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.notifications.models import Notification
from greendistrict.workflow.outbox import drain
from greendistrict.workflow.procedure import take
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.accounts import make_organisation, make_user
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene
from tests.files import pdf
from tests.refusing import refuses
from tests.steps import step, version_of


class Desk:
    """A review with two secretaries and a sheet that came on paper."""

    def __init__(self):
        self.scene = Scene().to_scoring()
        self.member = self.scene.members[0]
        self.typist = self.scene.secretary
        self.second = make_user(Role.SECRETARIAT, self.typist.posts.get().organisation, username="sec2", name="演示秘书二")
        self.items = list(self.member.assignments.order_by("pk").values_list("item_id", flat=True))
        self.typing, self.check = (url(f"paper_{what}", self.scene.review, self.member.number) for what in ("type", "check"))

    def entries(self, **changed):
        return {item: {"judgement": "agree", "points": "", "comment": "", "comment_kind": ""} for item in self.items} | changed

    def typed(self):
        paper = reviews_paper.open_paper(member=self.member, by=self.typist)
        said = {"judgement": "differ", "points": "0", "comment": "纸上写的", "comment_kind": "must"}
        entries = self.entries(**{self.scene.clause(self.member): said})
        return reviews_paper.save_paper(paper=paper, entries=entries, version=0, by=self.typist)

    def handed_over(self):
        return step(self.typed(), "hand_over", self.typist)

    def leave(self, post, reason, successor):
        keeper = make_user(Role.SECURITY_KEEPER, make_organisation(OrganisationKind.KEEPER), username="sec-keeper-b")
        return end_post(post=post, by=keeper, reason=reason, successor=successor)


made = once(Desk)
desk = copy_of("made")


def test_it_counts_only_when_a_second_person_has_checked_it_and_keeps_both_names(desk):
    def waiting():
        return [[task.title for task in tasks_for(Viewer(user)) if "纸质评分" in task.title] for user in (desk.typist, desk.second)]

    paper, scores = desk.typed(), ExpertScore.objects.filter(assignment__member=desk.member)
    assert waiting() == [["录入纸质评分"], []]
    step(paper, "hand_over", desk.typist)
    assert waiting() == [[], ["复核纸质评分"]]
    assert (scores.exclude(judgement="").exists(), opinions_of(desk.scene.review)) == (False, {})
    refuses(NotAllowed, step, paper, "check", desk.typist)
    refuses(Stale, take, obj=paper, action="check", by=desk.second, version=0)
    step(paper, "check", desk.second)
    desk.member.refresh_from_db()
    assert (paper.status, paper.typed_by, paper.checked_by) == ("checked", desk.typist, desk.second)
    assert desk.member.submitted_at is not None
    score = scores.get(assignment__item_id=desk.scene.clause(desk.member))
    assert (score.judgement, score.points, score.comment, score.comment_kind) == ("differ", 0, "纸上写的", "must")
    names = AuditRecord.objects.get(action="review.check_paper").data
    assert (names["typed_by"], names["checked_by"]) == (desk.typist.pk, desk.second.pk)
    with transaction.atomic(), pytest.raises(IntegrityError):
        PaperScores.objects.filter(pk=paper.pk).update(checked_by=desk.typist)


def test_the_scan_goes_to_the_second_person_and_to_the_meeting_without_a_name(desk):
    typist, scene = browser(desk.typist), desk.scene
    assert typist.get(desk.typing).status_code == 200
    assert not PaperScores.objects.exists()  # looking at the sheet begins nothing
    assert typist.post(desk.typing, {"do": "scan"}).status_code == 422
    paper = desk.typed()
    upload = SimpleUploadedFile("张三的评分.pdf", pdf(), "application/pdf")
    assert typist.post(desk.typing, {"do": "scan", "upload": upload}).status_code == 302
    paper.refresh_from_db()
    assert (paper.scan.original_name, len(paper.entries)) == (f"{desk.member} 纸质评分.pdf", len(desk.items))
    link, expert = reverse("documents:download", args=[paper.scan.key]), scene.members[1].expert.user
    sees = {"typist": desk.typist, "second": desk.second, "officer": scene.people.city_officer, "expert": expert}

    def readers():
        return {name for name, user in sees.items() if evidence_by_key(Viewer(user), paper.scan.key)}

    assert readers() == {"typist"}
    step(paper, "hand_over", desk.typist)
    assert readers() == {"typist", "second"}
    assert link in text_of(browser(desk.second).get(desk.check))
    refuses(NotAllowed, reviews_paper.keep_scan, paper=paper, upload=SimpleUploadedFile("x.pdf", pdf(), "application/pdf"), by=desk.typist)
    step(paper, "check", desk.second)
    assert readers() == set()
    scene.finish_scoring()
    assert readers() == {"typist", "second", "officer"}
    assert [link in text_of(browser(user).get(url("review_meeting", scene.review))) for user in (desk.typist, expert)] == [True, False]


def test_the_secretariat_sees_only_what_it_typed_and_nothing_once_it_counts(desk):
    typist, second, first = browser(desk.typist), browser(desk.second), desk.items[0]

    def typed(client, version, do="save", comment="纸上写的", **more):
        sent = {"version": version, "do": do, f"{first}-judgement": "doubt", f"{first}-comment": comment, **more}
        return client.post(desk.typing, sent)

    assert typist.get(desk.typing).status_code == 200
    assert typed(typist, 0).status_code == 302
    assert {second.get(address).status_code for address in (desk.typing, desk.check)} == {404}
    late = typed(second, 0, comment="第二人也在录")
    assert lacking(late, "第二人也在录", "纸上写的") == (409, ["纸上写的"])
    assert lacking(typed(typist, 0, comment="另一句"), "另一句") == (409, [])
    assert lacking(typed(typist, 1, "hand_over"), "未评") == (422, [])
    full = {f"{item}-judgement": "agree" for item in desk.items} | {"do": "hand_over"}
    assert typist.post(desk.typing, {**full, "version": 2}).status_code == 302
    assert typist.get(desk.check).status_code == 404
    assert second.post(desk.check, {"action": "send_back", "reason": "第一条看错", "version": 4}).status_code == 302
    assert typist.post(desk.typing, {**full, "version": 5}).status_code == 302
    assert desk.typist.name in text_of(second.get(desk.check))
    assert second.post(desk.check, {"action": "check", "version": 7}).status_code == 302
    assert {typist.get(desk.typing).status_code, second.get(desk.check).status_code} <= {404, 410}
    assert f"{desk.typist.name}录入，{desk.second.name}复核" in text_of(second.get(url("review", desk.scene.review)))


def test_a_comment_without_a_clause_of_the_seat_is_refused(desk):
    paper = reviews_paper.open_paper(member=desk.member, by=desk.typist)
    foreign = next(one for one in desk.scene.review.claims if one not in desk.items)
    said = {"judgement": "doubt", "points": "", "comment": "无处可放", "comment_kind": "must"}
    points = {"judgement": "differ", "points": "999", "comment": "过高", "comment_kind": ""}
    placeless = [(item, said, "意见须对应条文") for item in ("", "9.9.9", foreign)]
    for item, entry, words in (*placeless, (desk.scene.clause(desk.member), points, "评分")):
        refuses(words, reviews_paper.save_paper, paper=paper, entries={item: entry}, version=0, by=desk.typist)
    assert browser(desk.typist).post(desk.typing, {"version": 0, "do": "save", "-comment": "总体意见"}).status_code == 422


def test_paper_and_screen_do_not_overwrite_each_other(desk):
    paper = desk.handed_over()
    desk.scene.judge(desk.member, desk.items[0])
    refuses("已在线评分", take, obj=paper, action="check", by=desk.second, version=version_of(paper))
    other = desk.scene.members[1]
    desk.scene.judge(other, other.assignments.first().item_id)
    refuses("已在线评分", reviews_paper.open_paper, member=other, by=desk.typist)
    desk.scene.hand_in(other)
    refuses(Closed, reviews_paper.open_paper, member=other, by=desk.typist)
    refuses(NotAllowed, reviews_paper.open_paper, member=desk.member, by=desk.scene.people.city_officer)


def test_the_sheet_prints_for_the_expert_and_the_secretariat_without_a_name(desk):
    sheet, people = url("paper_sheet", desk.scene.review, desk.member.number), desk.scene.people
    for user in (desk.member.expert.user, desk.typist):
        body = text_of(browser(user).get(sheet)).partition("gd-printed")[2].partition("</main>")[0]
        assert [item for item in desk.items if item not in body] == []
        assert desk.member.expert.user.name not in body
    for user in (desk.scene.members[1].expert.user, people.city_officer, people.preparer):
        assert browser(user).get(sheet).status_code == 404


@pytest.mark.parametrize("over", [False, True])
def test_who_leaves_hands_on_the_sheet_being_typed_and_keeps_what_is_being_checked(desk, over):
    paper = desk.handed_over() if over else desk.typed()
    handed = desk.leave(desk.typist.posts.get(), "调离", desk.second)
    paper.refresh_from_db()
    assert (handed, paper.typed_by) == (([], desk.typist) if over else (["录入中的纸质评分1项"], desk.second))
    if not over:
        reviews_paper.save_paper(paper=paper, entries=desk.entries(), version=paper.version, by=desk.second)
        assert AuditRecord.objects.get(action="accounts.hand_on").data == {"successor": desk.second.name, "handed": handed}


def test_the_seat_of_an_expert_who_leaves_goes_to_nobody_and_the_secretariat_is_told(desk):
    expert = desk.member.expert.user
    post = expert.posts.get()
    colleague = make_user(Role.EXPERT, post.organisation, username="exp-b", name="演示同事")
    assert desk.leave(post, "退休", colleague) == ["评审席位（通知评审秘书另行安排）1项"]
    desk.member.refresh_from_db()
    assert desk.member.expert.user == expert
    drain()
    assert Notification.objects.filter(receiver=desk.typist, title__startswith="评审专家离任").count() == 1
