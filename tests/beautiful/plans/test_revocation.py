"""A roll-over is revoked while the next plan is a draft; its decisions stay on record."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.frame.programme import programme
from beautiful.plans import services
from beautiful.plans.models import ActionPlan, ActionTask, PlannedTask, PlanStanding, RollOutcome, RollOverRevocation
from beautiful.plans.selectors import plans as selectors
from beautiful.plans.services import RollDecision
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from tests.beautiful.plans.world import FIRST, make_issued, offered, report, rolled, seats, spring, status, values
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
REASON = "选错了一项结果（虚构）"


def make_rolled():
    """The plan rolled on by mistake, a task with a report ended, a new task with a district task in the draft."""
    world = make_issued()
    people = world.people
    with clock.at(spring(FIRST + 1)):
        report(world.own, people.authority, 4, 30)
        world.draft = rolled(world.plan, people.city_officer, (world.alone, RollDecision(RollOutcome.ENDED, "不再需要（虚构）")))
        new = values(people.partner_body, title="新任务（虚构）", area="ecology", due_on=dt.date(FIRST + 3, 12, 31))
        world.new = services.add_task(plan=world.draft, values=new, by=people.city_officer)
        part = values(people.authority_body, title="新区任务（虚构）")
        services.add_task(plan=world.draft, values=part, city_task=world.new, by=people.city_officer)
    return world


once_rolled = once(make_rolled)
world = copy_of("once_rolled")


def revoke(world, by=None, reason=REASON):
    return services.revoke_roll_over(plan=ActionPlan.objects.get(pk=world.plan.pk), reason=reason, by=by or world.people.city_officer)


def test_everything_goes_on_as_before_and_can_be_rolled_again(client, world):
    made = revoke(world)
    [plan] = ActionPlan.objects.all()
    assert (plan.pk, plan.standing, plan.rolled_into) == (world.plan.pk, PlanStanding.IN_FORCE, None)
    assert set(PlannedTask.objects.values_list("plan", "outcome", "outcome_reason")) == {(plan.pk, "", "")}
    assert ActionTask.objects.count() == 4
    assert [row.value for row in selectors.history_of(world.own, Viewer(world.people.city_officer))[0].progress.all()] == [30]
    assert "report" in offered(client, world.people.authority, world.own)
    assert {one["outcome"] for one in made.decided} == {"结转", "终止"}
    assert len(made.dropped) == 2
    assert AuditRecord.objects.get(action="beautiful.revoke_roll").data["reason"] == REASON
    assert rolled(plan, world.people.city_officer).planned.count() == 4


def test_an_issued_plan_is_not_taken_back(world):
    with clock.at(spring(FIRST + 1) + dt.timedelta(days=30)):
        services.issue_plan(plan=world.draft, on=clock.today(), basis="演示〔2027〕1号", by=world.people.city_officer)
        refuses("已经印发", revoke, world)
    assert not RollOverRevocation.objects.exists()


def test_only_the_seat_takes_back_with_a_reason_and_once(world):
    refuses(NotAllowed, revoke, world, by=world.people.city_director)
    refuses("理由", revoke, world, reason=" ")
    revoke(world)
    refuses("没有滚动", revoke, world)


def test_the_page_says_what_goes_and_the_plan_keeps_the_record(client, world):
    people = world.people
    assert seats(client, people, "plan_roll_revoke", world.draft.pk) == {"city_officer"}
    assert status(client, people.city_officer, "plan_roll_revoke", world.plan.pk) == HTTPStatus.NOT_FOUND
    address = reverse("beautiful:plan_roll_revoke", args=[world.draft.pk])
    text = client.get(address).content.decode()
    assert "新增的2项任务一并删除" in text
    assert "新任务（虚构）" in text
    assert f"（{programme().mark}）" in text
    assert client.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ActionPlan.objects.count() == 2
    done = client.post(address, {"reason": REASON}, follow=True)
    text = done.content.decode()
    assert done.redirect_chain[-1][0] == reverse("beautiful:plan", args=[world.plan.pk])
    assert REASON in text
    assert "不再需要（虚构）" in text
