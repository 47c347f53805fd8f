"""Every step of a stage assessment: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.common.mechanism import CHECKLIST
from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors.stages import tasks_for
from assessments.versions.services import tables
from greendistrict.core import clock
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.procedure import procedure_of, receivers, take
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.factories.stages import make_stage
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(STAGE_ASSESSMENT)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
OPINION = "指标按计划落实（虚构）"
TYPED = {"opinion": OPINION, "visited_on": "2026-01-05", "visit_note": "查看例会记录（虚构）"} | {
    f"holds-{one.key}": "yes" for one in CHECKLIST
}


def make_filled():
    cast = make_cast()
    return cast, make_stage(cast)


filled = once(make_filled)
world = copy_of("filled")


def moved_to(stage, action, source, signer):
    """The assessment in a state, with what the guards of the step read."""
    over = action == "close_unmended"
    StageAssessment.objects.filter(pk=stage.pk).update(
        status=source,
        verdict={"qualified": action != "disqualify", "aspects": []} if source == "deciding" else {},
        rectification="已逐项整改（虚构）",
        rectify_due=clock.today() + dt.timedelta(days=-1 if over else 30),
        extension_asked="设备到货推迟（虚构）" if action in {"extend", "refuse_extension"} else "",
    )
    if source != "draft":
        tables.lock_table(table=stage.table)
    if source == "filed":
        tables.submit_table(table=stage.table, by=signer, extra={})
    return StageAssessment.objects.select_related("district", "table").get(pk=stage.pk)


def walk(client, world, step):
    cast, stage = world
    machine, action, source = step
    own = "stage_judge" if action == "propose" else "stage_action"
    page, url = (reverse(f"assessments:{name}", args=[stage.pk]) for name in ("stage", own))
    return Walk(
        client,
        cast,
        machine,
        moved_to(stage, action, source, cast.reviewer),
        action,
        page,
        url,
        values=TYPED if action == "propose" else {},
    )


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_what_the_steps_say_they_make_is_made_and_the_findings_are_kept(client, world):
    cast, stage = world
    made = {action: step.makes for action, step in procedure_of(stage).steps.items() if step.makes}
    assert made == {"sign": ("number", "paper_code", "table_version"), "open_review": ("review",)}
    take(obj=stage, action="hand_up", by=cast.preparer, version=stage.version)
    take(obj=stage, action="sign", by=cast.reviewer, version=stage.version)
    assert stage.number.startswith("JD-")
    assert stage.table.versions.count() == 1
    take(obj=stage, action="open_review", by=cast.city_officer, version=stage.version)
    assert stage.review.table == stage.table
    StageAssessment.objects.update(status="judging")
    proposed = Walk(client, cast, STAGE_ASSESSMENT, stage, "propose", "", reverse("assessments:stage_judge", args=[stage.pk]), values=TYPED)
    client.force_login(cast.city_officer)
    assert proposed.post(stage.version).status_code == 302
    stage.refresh_from_db()
    assert (stage.opinion, stage.visited_on, stage.visit_note) == (OPINION, dt.date(2026, 1, 5), TYPED["visit_note"])
    assert stage.judged["team"] == {"holds": True, "note": ""}
    assert stage.verdict["aspects"]


def test_a_conclusion_that_is_refused_is_not_stored(client, world):
    cast, _ = world
    proposed = walk(client, world, (STAGE_ASSESSMENT, "propose", "judging"))
    client.force_login(cast.city_officer)
    answer = proposed.post(proposed.obj.version, **{"holds-coordination": ""})
    assert answer.status_code == 409
    assert OPINION in answer.content.decode()
    stored = StageAssessment.objects.get()
    assert (stored.status, stored.judged, stored.opinion) == ("judging", {}, "")


def test_an_extension_left_to_the_checker_reaches_both_desks(world):
    cast, stage = world
    asking = moved_to(stage, "ask_extension", "rectifying", cast.reviewer)
    turn, _ = receivers(asking, "ask_extension", "rectifying").people(asking, "rectifying", None)
    assert turn == [cast.city_director]
    key = "approval_chain.director_decides"
    left = [word for word in parameters.get(key).value if word != "extend"]
    set_setting(by=cast.city_director, key=key, value=left, reason="授权审核（虚构）")
    turn, _ = receivers(asking, "ask_extension", "rectifying").people(asking, "rectifying", None)
    assert turn == [cast.city_director, cast.city_checker]
    take(obj=asking, action="ask_extension", by=cast.preparer, version=asking.version, reason="设备到货推迟（虚构）")
    asked = reverse("assessments:stage", args=[stage.pk])
    assert all(asked in [task.link for task in tasks_for(user)] for user in turn)
    take(obj=asking, action="extend", by=cast.city_checker, version=asking.version)
    assert asking.extended
