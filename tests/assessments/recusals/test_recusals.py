"""What an applicant says before a draw, what follows from it, and what a late conflict and a missing answer lead to."""

import datetime as dt

import pytest

from assessments.experts import services as pool
from assessments.experts.models import ExpertTie
from assessments.recusals import services
from assessments.recusals.selectors import recusals_visible_to
from assessments.reviews.models import ExpertScore
from assessments.reviews.selectors.pool import candidates, opinions_of
from assessments.reviews.services import meeting_records
from assessments.tasks import lapse_invitations
from assessments.worklist.selectors import tasks_for
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refused
from tests.assessments.browsing import browser, lacking, text_of, url
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene
from tests.refusing import refuses
from tests.steps import draw_for, reaches, step, version_of

begun = once(Scene)
scene = copy_of("begun")


def ask(scene, **given):
    values = {"person": "", "body": "", "reason": "存在商业纠纷", **given}
    return services.ask(table=scene.table, by=scene.people.preparer, **values)


def reasons(scene, expert):
    return next(one.reasons for one in candidates(scene.review, clock.today()) if one.id == expert.pk)


def test_a_granted_request_is_a_conflict_and_a_refused_one_is_not(scene):
    first, second, third = scene.experts[:3]
    employer = third.employments.get().organisation.name
    named, refused, body = ask(scene, person=first.user.name), ask(scene, person=second.user.name), ask(scene, body=employer)
    assert reasons(scene, first) == ()
    step(named, "grant", scene.secretary, "")
    refuses("理由", step, refused, "refuse", scene.secretary, " ")
    step(refused, "refuse", scene.secretary, "未见利害关系")
    step(body, "grant", scene.secretary, "属实")
    assert reasons(scene, first) == (f"申报单位申请{first.user.name}回避，已同意",)
    assert reasons(scene, second) == ()
    assert employer in reasons(scene, third)[0]
    scene.to_inviting()
    assert not scene.review.members.filter(expert__in=[first, third]).exists()


def test_a_list_does_not_freeze_before_the_requests_are_answered(scene):
    asked, people = ask(scene, person="张演示"), scene.people
    assert "答复回避申请" in [task.title for task in tasks_for(Viewer(scene.secretary))]
    reaches(people, asked, "begun")
    step(scene.review, "commit", scene.secretary)
    refuses("尚未答复", draw_for, scene.review, scene.secretary)
    step(asked, "refuse", scene.secretary, "库中没有此人")
    draw_for(scene.review, scene.secretary)
    with pytest.raises(Closed, match="冻结"):
        ask(scene, person="李演示")
    refuses(Closed, services.add_body, table=scene.table, role="design", name="演示设计院（虚构）", group="", by=people.preparer)


def test_bodies_that_took_part_keep_their_people_and_their_group_away(scene):
    employed, grouped = scene.experts[:2]
    body, other = (one.employments.get().organisation for one in (employed, grouped))
    for organisation, group in ((body, "演示大集团（虚构）"), (other, "演示院所集团（虚构）")):
        organisation.group = group
        organisation.save()
    planned = {"role": "planning", "name": body.name, "group": "", "by": scene.people.preparer}
    services.add_body(table=scene.table, **planned)
    services.add_body(table=scene.table, role="verifying", name="演示别院（虚构）", group=other.group, by=scene.secretary)
    assert reasons(scene, employed) == (f"现任职于规划单位{body.name}",)
    assert "同属演示院所集团（虚构）" in reasons(scene, grouped)[0]
    refuses("已经登记", services.add_body, table=scene.table, **planned)


def test_declared_ties_are_conflicts(scene):
    worked, related, elsewhere = scene.experts[:3]
    ties = {
        worked: {"kind": "took_part", "project": scene.table.district.name, "note": "参与专业规划"},
        related: {"kind": "relation", "body": scene.people.applicant_body.name, "note": "近亲属任职"},
        elsewhere: {"kind": "relation", "body": "演示无关公司（虚构）", "note": "近亲属任职"},
    }
    for expert, values in ties.items():
        pool.add_row(expert=expert, kind=ExpertTie, values=values, by=expert.user)
    assert reasons(scene, worked) == (f"声明参与过项目：{scene.table.district.name}，参与专业规划",)
    assert reasons(scene, related) == (f"声明有利害关系：申报主体{scene.people.applicant_body.name}，近亲属任职",)
    assert reasons(scene, elsewhere) == ()


def test_who_reads_and_who_asks(scene):
    ask(scene, person="张演示")
    inside = {"preparer", "reviewer", "secretariat", "city_officer", "city_checker", "city_director", "city_legal"}
    for seat, user in scene.people.everybody.items():
        assert recusals_visible_to(Viewer(user), scene.table).exists() == (seat in inside), seat
        if seat not in {"preparer", "reviewer"}:
            refuses(NotAllowed, services.ask, table=scene.table, person="x", body="", reason="y", by=user)


def test_asking_and_answering_in_the_browser_keeps_what_was_typed(scene):
    page, preparer = url("recusals", scene.table), browser(scene.people.preparer)
    again = preparer.post(f"{page}ask/", {"person": "", "body": "", "reason": "纠纷未结"})
    assert lacking(again, "请写明专家姓名或单位", "纠纷未结") == (422, [])
    assert preparer.post(f"{page}ask/", {"person": "张演示", "body": "", "reason": "纠纷未结"}).url == page
    assert preparer.post(f"{page}bodies/", {"role": "design", "name": "演示设计院（虚构）", "group": ""}).url == page
    assert preparer.post(f"{page}bodies/{scene.table.project_bodies.get().pk}/remove/", {"confirmed": "1"}).url == page
    asked = scene.table.recusals.get()
    answer = {"version": version_of(asked), "reason": "", "action": "grant"}
    assert browser(scene.secretary).post(f"{page}{asked.pk}/answer/", answer).url == page
    assert "已同意" in text_of(preparer.get(page))


@pytest.mark.parametrize("by_secretary", [False, True])
def test_scores_of_a_late_conflict_are_kept_and_count_for_nothing(scene, by_secretary):
    scene.to_scoring()
    gone = scene.members[0]
    item, own = scene.clause(gone), ExpertScore.objects.filter(assignment__member=gone).order_by("pk")
    scene.judge(gone, item, "differ", points="0", comment="依据不足")
    for member in scene.members:
        scene.hand_in(member)

    def counting(*items):
        found = opinions_of(scene.review)
        return {one.number for name in items or found for one in found[name]}

    kept = list(own.values_list("pk", "judgement", "points"))
    assert gone.number in counting(item)
    if by_secretary:
        page, secretary = url("review_release", scene.review, gone), browser(scene.secretary)
        for reason, status in (("", 422), ("申报单位来函，查实近亲属任职", 302)):
            assert secretary.post(page, {"reason": reason, "version": 1, "confirmed": "yes"}).status_code == status
        assert secretary.get(page).status_code == 404
    else:
        step(gone, "recuse", gone.expert.user, "发现参与过规划编制")
    assert list(own.values_list("pk", "judgement", "points")) == kept != []
    assert gone.number not in counting()
    scene.review.refresh_from_db()
    scene.to_inviting()
    heir = scene.review.members.get(state="invited")
    scene.accept(heir)
    step(scene.review, "start_scoring", scene.secretary, score_due=clock.today())
    scene.finish_scoring()
    assert (gone.number in counting(), heir.number in counting(item)) == (False, True)


def test_no_answer_frees_the_seat_once(scene):
    scene.to_inviting()
    first, *others = scene.review.members.select_related("expert__user")
    for member in others:
        scene.accept(member)
    assert lapse_invitations() == 0
    assert [meeting_records.lapse_overdue(clock.today() + dt.timedelta(days=14)) for _ in range(2)] == [1, 0]
    first.refresh_from_db()
    assert first.state == "lapsed"
    refuses(Refused, step, first, "accept", first.expert.user, declared=True)
    assert "补抽评审专家" in [task.title for task in tasks_for(Viewer(scene.secretary))]
    assert browser(first.expert.user).get(url("review", scene.review)).status_code == 404
    scene.to_inviting()
    assert scene.review.members.get(state="invited").expert_id != first.expert_id


def test_the_page_takes_the_same_queries_for_one_and_three(scene, kept_queries):
    client, page = browser(scene.secretary), url("recusals", scene.table)
    for number, wanted in enumerate((1, 3)):
        while scene.table.recusals.count() < wanted:
            ask(scene, person=f"演示{number}{scene.table.recusals.count()}")
        client.get(page)
        with kept_queries():
            assert len(client.get(page).context["requests"]) == wanted
