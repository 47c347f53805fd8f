"""Scores on paper: typed by one, checked by another, counted only then, and seen by nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from assessments.reviews.models.papers import PaperScores
from assessments.reviews.models.review import ExpertScore
from assessments.reviews.selectors.reviews import tasks_for
from assessments.reviews.selectors.scores import opinions_of
from assessments.reviews.services import paper as reviews_paper
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.services import end_post
from greendistrict.audit.models import AuditRecord
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.documents.selectors import evidence_by_key
from greendistrict.notifications.models import Notification
from greendistrict.workflow.outbox import drain
from greendistrict.workflow.procedure import take
from tests.factories.accounts import make_organisation, make_user
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene
from tests.files import pdf
from tests.steps import step, version_of

pytestmark = pytest.mark.django_db


class Desk:
    """A review with two secretaries and a sheet that came on paper."""

    def __init__(self):
        self.scene = Scene().to_scoring()
        self.member = self.scene.members[0]
        self.typist = self.scene.secretary
        self.second = make_user(Role.SECRETARIAT, self.typist.posts.get().organisation, username="sec2", name="演示秘书二")
        self.items = list(self.member.assignments.order_by("pk").values_list("item_id", flat=True))

    def entries(self, **changed):
        agreed = {item: {"judgement": "agree", "points": "", "comment": "", "comment_kind": ""} for item in self.items}
        return agreed | changed

    def typed(self):
        paper = reviews_paper.open_paper(member=self.member, by=self.typist)
        item = self.scene.clause(self.member)
        said = {"judgement": "differ", "points": "0", "comment": "纸上写的", "comment_kind": "must"}
        return reviews_paper.save_paper(paper=paper, entries=self.entries(**{item: said}), version=0, by=self.typist)

    def handed_over(self):
        paper = self.typed()
        step(paper, "hand_over", self.typist)
        return paper

    def page(self, name, user):
        client = Client()
        client.force_login(user)
        return client, reverse(f"assessments:{name}", args=[self.scene.review.pk, self.member.number])


made = once(Desk)
desk = copy_of("made")


def test_it_counts_only_when_a_second_person_has_checked_it_and_keeps_both_names(desk):
    paper = desk.handed_over()
    assert not ExpertScore.objects.filter(assignment__member=desk.member).exclude(judgement="").exists()
    assert opinions_of(desk.scene.review) == {}
    with pytest.raises(NotAllowed):
        take(obj=paper, action="check", by=desk.typist, version=version_of(paper))
    with pytest.raises(Stale):
        take(obj=paper, action="check", by=desk.second, version=0)
    take(obj=paper, action="check", by=desk.second, version=version_of(paper))
    paper.refresh_from_db()
    desk.member.refresh_from_db()
    assert (paper.status, paper.typed_by, paper.checked_by) == ("checked", desk.typist, desk.second)
    assert desk.member.submitted_at is not None
    score = ExpertScore.objects.get(assignment__member=desk.member, assignment__item_id=desk.scene.clause(desk.member))
    assert (score.judgement, score.points, score.comment, score.comment_kind) == ("differ", 0, "纸上写的", "must")
    names = AuditRecord.objects.get(action="review.check_paper").data
    assert (names["typed_by"], names["checked_by"]) == (desk.typist.pk, desk.second.pk)
    desk.scene.finish_scoring()
    with transaction.atomic(), pytest.raises(IntegrityError):
        PaperScores.objects.filter(pk=paper.pk).update(checked_by=desk.typist)


def test_the_scan_goes_to_the_second_person_and_to_the_meeting_without_a_name(desk):
    typist, page = desk.page("paper_type", desk.typist)
    assert typist.get(page).status_code == 200
    assert not PaperScores.objects.exists()  # looking at the sheet begins nothing
    assert typist.post(page, {"do": "scan"}).status_code == 422
    paper = desk.typed()
    upload = SimpleUploadedFile("张三的评分.pdf", pdf(), "application/pdf")
    assert typist.post(page, {"do": "scan", "upload": upload}).status_code == 302
    paper.refresh_from_db()
    assert paper.scan.original_name == f"{desk.member} 纸质评分.pdf"
    assert len(paper.entries) == len(desk.items)
    link = reverse("documents:download", args=[paper.scan.key])
    sees = {
        "typist": desk.typist,
        "second": desk.second,
        "officer": desk.scene.people.city_officer,
        "expert": desk.scene.members[1].expert.user,
    }

    def readers():
        return {name for name, user in sees.items() if evidence_by_key(user, paper.scan.key)}

    assert readers() == {"typist"}
    step(paper, "hand_over", desk.typist)
    assert readers() == {"typist", "second"}
    second, check = desk.page("paper_check", desk.second)
    assert link in second.get(check).content.decode()
    with pytest.raises(NotAllowed):
        reviews_paper.keep_scan(paper=paper, upload=SimpleUploadedFile("x.pdf", pdf(), "application/pdf"), by=desk.typist)
    take(obj=paper, action="check", by=desk.second, version=version_of(paper))
    assert readers() == set()
    desk.scene.finish_scoring()
    assert readers() == {"typist", "second", "officer"}
    meeting = reverse("assessments:review_meeting", args=[desk.scene.review.pk])
    assert link in typist.get(meeting).content.decode()
    expert, _ = desk.page("paper_type", sees["expert"])
    assert link not in expert.get(meeting).content.decode()


def test_the_secretariat_sees_only_what_it_typed_and_nothing_once_it_counts(desk):
    typist, typing = desk.page("paper_type", desk.typist)
    second, check = desk.page("paper_check", desk.second)
    assert typist.get(typing).status_code == 200
    data = {"version": 0, "do": "save", f"{desk.items[0]}-judgement": "doubt", f"{desk.items[0]}-comment": "纸上写的"}
    assert typist.post(typing, data).status_code == 302
    assert {second.get(address).status_code for address in (typing, check)} == {404}
    late = second.post(typing, data | {f"{desk.items[0]}-comment": "第二人也在录"})
    assert late.status_code == 409
    assert "第二人也在录" in late.content.decode()
    assert "纸上写的" not in late.content.decode()
    stale = typist.post(typing, data | {f"{desk.items[0]}-comment": "另一句"})
    assert stale.status_code == 409
    assert "另一句" in stale.content.decode()
    lacking = typist.post(typing, data | {"version": 1, "do": "hand_over"})
    assert lacking.status_code == 422
    assert "未评" in lacking.content.decode()
    full = {f"{item}-judgement": "agree" for item in desk.items} | {"version": 2, "do": "hand_over"}
    assert typist.post(typing, full).status_code == 302
    assert typist.get(check).status_code == 404
    assert second.post(check, {"action": "send_back", "reason": "第一条看错", "version": 4}).status_code == 302
    assert typist.post(typing, full | {"version": 5}).status_code == 302
    page = second.get(check).content.decode()
    assert desk.typist.name in page
    assert second.post(check, {"action": "check", "version": 7}).status_code == 302
    for client, address in ((typist, typing), (second, check)):
        assert client.get(address).status_code in {404, 410}
    review = second.get(reverse("assessments:review", args=[desk.scene.review.pk])).content.decode()
    assert f"{desk.typist.name}录入，{desk.second.name}复核" in review


def test_a_comment_without_a_clause_of_the_seat_is_refused(desk):
    paper = reviews_paper.open_paper(member=desk.member, by=desk.typist)
    foreign = next(one for one in desk.scene.review.claims if one not in desk.items)
    said = {"judgement": "doubt", "points": "", "comment": "无处可放", "comment_kind": "must"}
    for item in ("", "9.9.9", foreign):
        with pytest.raises(Refused, match="意见须对应条文"):
            reviews_paper.save_paper(paper=paper, entries={item: said}, version=0, by=desk.typist)
    client, typing = desk.page("paper_type", desk.typist)
    answer = client.post(typing, {"version": 0, "do": "save", "-comment": "总体意见"})
    assert answer.status_code == 422
    points = {"judgement": "differ", "points": "999", "comment": "过高", "comment_kind": ""}
    with pytest.raises(Refused, match="评分"):
        reviews_paper.save_paper(paper=paper, entries={desk.scene.clause(desk.member): points}, version=0, by=desk.typist)


def test_paper_and_screen_do_not_overwrite_each_other(desk):
    paper = desk.handed_over()
    desk.scene.judge(desk.member, desk.items[0])
    with pytest.raises(Refused, match="已在线评分"):
        take(obj=paper, action="check", by=desk.second, version=version_of(paper))
    other = desk.scene.members[1]
    desk.scene.judge(other, other.assignments.first().item_id)
    with pytest.raises(Refused, match="已在线评分"):
        reviews_paper.open_paper(member=other, by=desk.typist)
    desk.scene.hand_in(other)
    with pytest.raises(Closed):
        reviews_paper.open_paper(member=other, by=desk.typist)
    with pytest.raises(NotAllowed):
        reviews_paper.open_paper(member=desk.member, by=desk.scene.people.city_officer)


def test_the_sheet_prints_for_the_expert_and_the_secretariat_without_a_name(desk):
    for user in (desk.member.expert.user, desk.typist):
        client, sheet = desk.page("paper_sheet", user)
        page = client.get(sheet)
        assert page.status_code == 200
        body = page.content.decode().partition("gd-printed")[2].partition("</main>")[0]
        assert all(item in body for item in desk.items)
        assert desk.member.expert.user.name not in body
    for user in (desk.scene.members[1].expert.user, desk.scene.people.city_officer, desk.scene.people.preparer):
        client, sheet = desk.page("paper_sheet", user)
        assert client.get(sheet).status_code == 404


def test_the_work_waits_on_the_desk(desk):
    desk.typed()
    assert "录入纸质评分" in [task.title for task in tasks_for(desk.typist)]
    assert "复核纸质评分" not in [task.title for task in tasks_for(desk.second)]
    step(PaperScores.objects.get(), "hand_over", desk.typist)
    assert "复核纸质评分" in [task.title for task in tasks_for(desk.second)]
    assert "复核纸质评分" not in [task.title for task in tasks_for(desk.typist)]


def test_who_leaves_hands_on_the_sheet_being_typed(desk):
    paper, keeper = desk.typed(), cast_keeper()
    handed = end_post(post=desk.typist.posts.get(), by=keeper, reason="调离", successor=desk.second)
    assert handed == ["录入中的纸质评分1项"]
    paper.refresh_from_db()
    assert paper.typed_by == desk.second
    reviews_paper.save_paper(paper=paper, entries=desk.entries(), version=paper.version, by=desk.second)
    assert AuditRecord.objects.get(action="accounts.hand_on").data == {"successor": desk.second.name, "handed": handed}


def test_what_was_handed_over_for_checking_keeps_its_typist(desk):
    paper = desk.handed_over()
    assert end_post(post=desk.typist.posts.get(), by=cast_keeper(), reason="调离", successor=desk.second) == []
    paper.refresh_from_db()
    assert paper.typed_by == desk.typist


def test_the_seat_of_an_expert_who_leaves_goes_to_nobody_and_the_secretariat_is_told(desk):
    expert = desk.member.expert.user
    post = expert.posts.get()
    colleague = make_user(Role.EXPERT, post.organisation, username="exp-b", name="演示同事")
    assert end_post(post=post, by=cast_keeper(), reason="退休", successor=colleague) == ["评审席位（通知评审秘书另行安排）1项"]
    desk.member.refresh_from_db()
    assert desk.member.expert.user == expert
    drain()
    assert Notification.objects.filter(receiver=desk.typist, title__startswith="评审专家离任").count() == 1


def cast_keeper():
    return make_user(Role.SECURITY_KEEPER, make_organisation(OrganisationKind.KEEPER), username="sec-keeper-b", name="演示安全管理员")
