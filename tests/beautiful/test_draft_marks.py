"""Forms of the programme are marked as based on a draft, like its pages."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.evaluations import services as evaluations
from beautiful.evaluations.models import AreaEvaluation
from beautiful.frame.programme import programme
from beautiful.plans import services as plans
from greendistrict.core import clock
from tests.beautiful.plans.world import FIRST, make_draft, make_issued, rolled, spring
from tests.beautiful.reserves.world import at, make_project
from tests.factories.accounts import cast

pytestmark = pytest.mark.django_db


def notes(client, user, name, *args):
    """What the amber notes of a page say."""
    client.force_login(user)
    answer = client.get(reverse(f"beautiful:{name}", args=args))
    assert answer.status_code == HTTPStatus.OK, name
    page = answer.content.decode()
    return [part.partition("</div>")[0] for part in page.split('<div class="gd-note gd-note-amber mb-3" role="note">')[1:]]


def marked(client, user, name, *args):
    """Whether one note names the draft, once, and that nothing rests on it."""
    [note] = notes(client, user, name, *args)
    return f"（{programme().mark}）" in note and "不作任何决定的依据" in note


def test_forms_of_a_draft_and_of_a_plan_in_force(client):
    world = make_draft()
    officer, authority = world.people.city_officer, world.people.authority
    for name, args in (
        ("plan_create", ()),
        ("plan_issue", (world.plan.pk,)),
        ("task_create", (world.plan.pk,)),
        ("task_edit", (world.own.pk,)),
        ("task_split", (world.city.pk,)),
    ):
        assert marked(client, officer, name, *args), name
    with clock.at(spring(FIRST)):
        plans.issue_plan(plan=world.plan, on=spring(FIRST).date(), basis="演示〔2026〕1号", by=officer)
    for row in (world.plan, world.own):
        row.refresh_from_db()
    with clock.at(spring(FIRST + 1)):
        for name, args in (("plan_roll", (world.plan.pk,)), ("task_adjust", (world.own.pk,))):
            assert marked(client, officer, name, *args), name
        assert marked(client, authority, "task_report", world.own.pk)
        draft = rolled(world.plan, officer)
        assert marked(client, officer, "plan_roll_revoke", draft.pk)


def test_forms_of_an_evaluation(client):
    world = make_issued()
    people = world.people
    with clock.at(spring(FIRST + 1)):
        evaluations.begin(plan=world.plan, year=FIRST, areas=("habitat", "institution"), by=people.city_officer)
        found = AreaEvaluation.objects.get(area="habitat")
        for name, by, said in (
            ("report", people.authority, {}),
            ("check", people.city_officer, {}),
            ("conclude", people.city_director, {"conclusion": "on_path"}),
        ):
            assert marked(client, by, f"evaluation_{name}", found.pk), name
            found = getattr(evaluations, name)(evaluation=found, version=found.version, text="说明（虚构）", by=by, **said)
        assert marked(client, people.city_officer, "evaluation_use", found.pk)


def test_the_form_that_enters_a_project_into_a_library(client):
    people = cast()
    project = at(make_project(people), "reserved", submitted_by=people.authority, number="CB-2026-0009")
    assert marked(client, people.city_officer, "reserve_enter", project.pk)
    client.force_login(people.city_officer)
    refused = client.post(reverse("beautiful:reserve_enter", args=[project.pk]), {"version": project.version})
    assert f"（{programme().mark}）" in refused.content.decode()
