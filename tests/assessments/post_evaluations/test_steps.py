"""Every step of an evaluation after acceptance: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.post_evaluations import services
from assessments.post_evaluations.lifecycle import POST_EVALUATION
from assessments.post_evaluations.models import PostEvaluation
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(POST_EVALUATION)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
HOLD, FALL = {"holds": True, "note": "查阅台账（虚构）"}, {"holds": False, "note": "能耗未下降（虚构）"}
OPINION = "两个方面均已核对（虚构）"
TYPED = {"opinion": OPINION, "holds-operation": "yes", "holds-effect": "no", "note-effect": FALL["note"]}


def make_told():
    cast = make_cast()
    make_district(cast, stage=Stage.DEMONSTRATION, titled_on=clock.today() - dt.timedelta(days=400))
    sample = services.commit_sample(year=clock.today().year, demo=True, by=cast.secretariat)
    services.draw(sample=sample, by=cast.secretariat)
    values = {"operation": "专班运行（虚构）", "effect": "能耗下降（虚构）"}
    services.save_report(found=PostEvaluation.objects.get(), values=values, version=0, by=cast.preparer)
    return cast, PostEvaluation.objects.get()


told = once(make_told)
world = copy_of("told")


def walk(client, world, step):
    cast, found = world
    machine, action, source = step
    judged = {"operation": HOLD, "effect": FALL if action == "disqualify" else HOLD} if source == "deciding" else {}
    PostEvaluation.objects.filter(pk=found.pk).update(status=source, judged=judged)
    found.refresh_from_db()
    own = "post_judge" if action == "propose" else "post_action"
    page, url = (reverse(f"assessments:{name}", args=[found.pk]) for name in ("post", own))
    return Walk(client, cast, machine, found, action, page, url, values=TYPED if action == "propose" else {})


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_a_conclusion_typed_before_the_evaluation_was_recalled_is_kept_on_the_page(client, world):
    cast, _ = world
    opened = walk(client, world, (POST_EVALUATION, "propose", "filed"))
    PostEvaluation.objects.update(status="draft", version=opened.obj.version + 1)
    client.force_login(cast.city_officer)
    answer = opened.post(opened.obj.version)
    assert answer.status_code == 409
    assert OPINION in answer.content.decode()
    assert client.get(opened.url).status_code == 404
    assert PostEvaluation.objects.get().judged == {}


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, world):
    cast, found = world
    made = {action: step.makes for action, step in procedure_of(found).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code")}
    take(obj=found, action="hand_up", by=cast.preparer, version=found.version)
    take(obj=found, action="sign", by=cast.reviewer, version=found.version)
    assert found.number.startswith("HP-")
    proposed = Walk(client, cast, POST_EVALUATION, found, "propose", "", reverse("assessments:post_judge", args=[found.pk]), values=TYPED)
    client.force_login(cast.city_officer)
    assert proposed.post(found.version).status_code == 302
    found.refresh_from_db()
    assert (found.judged, found.opinion) == ({"operation": {"holds": True, "note": ""}, "effect": FALL}, OPINION)
    assert found.proposed_by == cast.city_officer
