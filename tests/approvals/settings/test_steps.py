"""Every step of a decision about a setting: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from approvals.settings.lifecycle import SETTING
from approvals.settings.models import SettingProposal
from approvals.settings.services import propose_setting
from greendistrict.core.errors import Stale
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.steps import REASON, Walk, reaches, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(SETTING)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
KEY = "supplement.days"


def propose(cast, value=20):
    return propose_setting(key=KEY, value=value, reason="处务会议定（虚构）", by=cast.city_officer)


def make_proposed():
    cast = make_cast()
    return cast, propose(cast)


proposed = once(make_proposed)
world = copy_of("proposed")


def walk(client, world, step):
    cast, proposal = world
    machine, action, source = step
    if (action, source) == ("decide", "proposed"):
        set_setting(by=cast.city_director, key="approval_chain.default", value=["经办", "审定"], reason="精简（虚构）")
    SettingProposal.objects.filter(pk=proposal.pk).update(status=source)
    proposal.refresh_from_db()
    page, url = (reverse(f"approvals:{name}", args=[KEY]) for name in ("setting", "setting_act"))
    return Walk(client, cast, machine, proposal, action, page, url)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_a_page_of_one_proposal_is_old_for_the_next(client, world):
    cast, opened = world
    take(obj=opened, action="withdraw", by=cast.city_officer, version=0)
    second = propose(cast, 99)
    with pytest.raises(Stale):
        take(obj=second, action="agree", by=cast.city_checker, version=0)
    client.force_login(cast.city_checker)
    answer = client.post(reverse("approvals:setting_act", args=[KEY]), {"action": "agree", "version": "0"})
    assert answer.status_code == 409
    assert SettingProposal.objects.get(pk=second.pk).status == "proposed"


def test_a_decision_puts_the_value_in_force_and_a_refusal_says_why(world):
    cast, proposal = world
    assert {action: step.makes for action, step in procedure_of(proposal).steps.items() if step.makes} == {"decide": ("setting",)}
    take(obj=proposal, action="agree", by=cast.city_checker, version=0)
    take(obj=proposal, action="decide", by=cast.city_director, version=1)
    assert parameters.get(KEY).value == 20
    second = propose(cast, 30)
    take(obj=second, action="refuse", by=cast.city_checker, version=second.version, reason=REASON)
    notes = OutboxMessage.objects.filter(key__startswith=f"note:setting:{second.pk}:").order_by("pk")
    *_begun, note = notes
    assert all("待审核" in title for title in reaches(cast, second, "begun"))
    assert note.payload["receiver"] == cast.city_officer.pk
    assert REASON in note.payload["body"]
