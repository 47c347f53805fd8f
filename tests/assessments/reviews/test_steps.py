"""Steps of a review, of a panel member and of scores on paper: the page names who gets a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.experts.models.experts import ExpertProfile
from assessments.reviews.lifecycle.paper import PAPER
from assessments.reviews.lifecycle.review import MEMBER, REVIEW
from assessments.reviews.models.papers import PaperScores
from assessments.reviews.models.review import Review
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import make_user
from tests.factories.once import copy_of, once
from tests.factories.reviews import Scene
from tests.steps import Walk, step, steps_of, version_of

pytestmark = pytest.mark.django_db
REVIEW_STEPS, MEMBER_STEPS, PAPER_STEPS = steps_of(REVIEW), steps_of(MEMBER), steps_of(PAPER)
ON_PAGES = {"adjourn": "review_adjourn", "conclude": "review_conclude", "appoint": "review_appoint", "reappoint": "review_appoint"}
begun = once(Scene)
scene = copy_of("begun")


def names(steps):
    return [f"{action}-{source}" for _, action, source in steps]


def url(name, review, *args):
    return reverse(f"assessments:{name}", args=[review.pk, *args])


def free_place(scene):
    """One place is empty; a member leaves a panel that scores already."""
    member = scene.review.members.select_related("expert__user").first()
    action = "decline" if member.state == "invited" else "recuse"
    step(member, action, member.expert.user, "出差（虚构）")


def same_specialty():
    ExpertProfile.objects.update(specialties=["lowcarbon"])


def accounts_of(scene, **narrowed):
    """Seats of the cast, or names of those who are not in it, behind members of the panel."""
    known = {user.pk: seat for seat, user in scene.people.everybody.items()}
    rows = scene.review.members.filter(**narrowed).select_related("expert__user")
    return {known.get(row.expert.user_id, row.expert.user.username) for row in rows}


def ready(scene, action, source):
    """Bring a review to where the step can be taken; gives what is typed into its form."""
    values = {}
    if action in {"redraw", "reappoint"} or (action == "commit" and source != "preparing"):
        free_place(scene)
    if action in {"draw", "redraw"}:
        step(scene.review, "commit", scene.secretary)
    elif action in {"appoint", "reappoint"}:
        same_specialty()
        taken = scene.review.members.filter(state__in=("invited", "accepted")).values("expert")
        free = [one.pk for one in scene.experts if one.pk not in {row["expert"] for row in taken}]
        left = ExpertProfile.objects.filter(pk__in=free).exclude(memberships__review=scene.review).values_list("pk", flat=True)
        values = {"experts": [str(pk) for pk in left[: 5 if action == "appoint" else 1]]}
    elif action == "start_scoring":
        for member in scene.review.members.select_related("expert__user"):
            scene.accept(member)
        values = {"score_due": (clock.today() + dt.timedelta(days=9)).isoformat()}
    elif action == "open_meeting":
        for member in scene.members:
            scene.hand_in(member)
        scene.call()
    elif action in {"conclude", "adjourn"}:
        scene.finish_scoring().sign_all()
        values = {"conclusion": "passed", "star": "3"} if action == "conclude" else {}
    return values


def walk(client, scene, taken):
    machine, action, source = taken
    before = accounts_of(scene, state="invited")
    values = ready(scene, action, source)
    review = Review.objects.get(pk=scene.review.pk)
    assert review.status == source
    own = ON_PAGES.get(action)
    page = url(own, review) if own == "review_appoint" else url("review_meeting" if own else "review", review)

    def labels():
        drawn = accounts_of(scene, state="invited") - before
        return {"专家组": accounts_of(scene, state="accepted"), **dict.fromkeys(("抽中的专家", "补抽的专家", "被指定的专家"), drawn)}

    target = url(own or "review_action", review)
    return Walk(client, scene.people, machine, review, action, page, target, values=values, labels=labels)


def at(scene, source):
    """The review with its panel invited, or at its scores; a meeting is opened by what gets the step ready."""
    return scene if source == "preparing" else scene.to_inviting() if source in {"inviting", "invited"} else scene.to_scoring()


@pytest.mark.parametrize("taken", REVIEW_STEPS, ids=names(REVIEW_STEPS))
def test_a_review_tells_those_whom_its_page_names(client, scene, taken):
    walk(client, at(scene, taken[2]), taken).holds_its_promise()


@pytest.mark.parametrize("taken", REVIEW_STEPS, ids=names(REVIEW_STEPS))
def test_an_old_page_of_a_review_changes_nothing(client, scene, taken):
    walk(client, at(scene, taken[2]), taken).refuses_an_old_form()


def member_walk(client, scene, taken):
    machine, action, source = taken
    cast = {user.pk for user in scene.people.experts}
    member = next(one for one in scene.review.members.select_related("expert__user") if one.expert.user_id in cast)
    assert member.state == source
    review, prefix, page = member.review, "act", ""
    if action == "drop_out":
        page, target, prefix = url("review", review), url("review_drop_out", review, member.pk), str(member.pk)
    elif action == "release":
        target = url("review_release", review, member.pk)
    else:
        target = url("review_invitation" if source == "invited" else "review_recuse", review)
    values = {"declared": "on"} if action == "accept" else {}
    named = {"专家本人": accounts_of(scene, pk=member.pk)}
    return Walk(client, scene.people, machine, member, action, page or target, target, prefix, values, named)


@pytest.mark.parametrize("taken", MEMBER_STEPS, ids=names(MEMBER_STEPS))
def test_a_step_of_a_member_tells_those_whom_its_page_names(client, scene, taken):
    at(scene, taken[2])
    before = version_of(scene.review)
    member_walk(client, scene, taken).holds_its_promise()
    assert version_of(scene.review) == before + 1, "the review's page showed another panel"


@pytest.mark.parametrize("taken", MEMBER_STEPS, ids=names(MEMBER_STEPS))
def test_an_old_page_of_a_member_changes_nothing(client, scene, taken):
    member_walk(client, at(scene, taken[2]), taken).refuses_an_old_form()


def paper_walk(client, scene, taken):
    machine, action, source = taken
    other = make_user(Role.SECRETARIAT, scene.people.secretariat_body, username="second")
    member, typist = scene.members[0], scene.secretary if action == "hand_over" else other
    typed = {item: {"judgement": "agree"} for item in member.assignments.values_list("item_id", flat=True)}
    paper = PaperScores.objects.create(member=member, status=source, typed_by=typist, typed_at=clock.now(), entries=typed)
    target = url("paper_type" if action == "hand_over" else "paper_check", scene.review, member.number)
    values = {"do": "hand_over", **{f"{item}-judgement": "agree" for item in typed}} if action == "hand_over" else {}
    both = {"secretariat", "second"}
    named = {"其他评审秘书": both, "评审秘书": both, "录入的评审秘书": {"second"}, "专家": accounts_of(scene, pk=member.pk)}
    return Walk(client, scene.people, machine, paper, action, target, target, "act", values, named)


@pytest.mark.parametrize("taken", PAPER_STEPS, ids=names(PAPER_STEPS))
def test_scores_on_paper_tell_those_whom_the_page_names(client, scene, taken):
    paper_walk(client, scene.to_scoring(), taken).holds_its_promise()


@pytest.mark.parametrize("taken", PAPER_STEPS, ids=names(PAPER_STEPS))
def test_an_old_page_of_scores_on_paper_changes_nothing(client, scene, taken):
    paper_walk(client, scene.to_scoring(), taken).refuses_an_old_form()


def test_nobody_begins_the_scoring_from_a_page_that_shows_another_panel(scene):
    inviting = scene.to_inviting()
    for member in inviting.review.members.select_related("expert__user"):
        inviting.accept(member)
    opened = Review.objects.get(pk=inviting.review.pk)
    gone = inviting.members[0]
    step(gone, "recuse", gone.expert.user, "近亲属任职（虚构）")
    with pytest.raises(Stale):
        take(obj=opened, action="start_scoring", by=inviting.secretary, version=opened.version, values={"score_due": clock.today()})


def test_what_the_steps_say_they_make_is_made(scene):
    scoring = scene.to_scoring()
    steps = procedure_of(scoring.review).steps
    made = {key for one in steps.values() for key in one.makes}
    assert made == {"draw", "members", "assignments", "result"}
    review = scoring.review
    assert review.draws.get().result
    assert review.members.count() == 5
    assert scoring.members[0].assignments.exists()
    scoring.finish_scoring().sign_all()
    step(review, "conclude", scoring.secretary, conclusion="passed", star=3, star_reason="")
    assert review.result["settled"]
