"""Nothing adverse follows from a default alone: what each adverse step rests on while the city has confirmed no setting and no reading."""

from contextlib import contextmanager
from http import HTTPStatus

import pytest

from approvals.losses.models import RecordedAssessment
from assessments.post_evaluations.models import PostEvaluation
from greendistrict.policy.models import Setting
from greendistrict.policy.selectors import setting_label
from greendistrict.workflow.declaration import machines
from greendistrict.workflow.models import TransitionRecord
from tests.factories.stages import POST_READ_AS, READ_AS, confirm
from tests.matters.every import MATTERS
from tests.matters.walk import step_of
from tests.steps import REASON

ADVERSE = [(machine.name, state, one) for machine in machines() for one in machine.transitions if one.adverse for state in one.sources]
# What carries a step that asks for no reason of its own: results that the city recorded, its criteria, what its officer found by them.
RESULTS, CRITERIA_OF_CITY, FINDINGS = "results", "criteria", "findings"
CARRIED = {
    ("loss", "agree"): RESULTS, ("loss", "tell"): RESULTS, ("loss", "decide"): RESULTS,
    ("stage_assessment", "disqualify"): CRITERIA_OF_CITY,
    ("post_evaluation", "disqualify"): FINDINGS,
}  # fmt: skip

JUDGED_BY = (READ_AS, "stage.targets_share", "rectify.days")  # the assessment of this world judged no plan


def test_each_adverse_step_is_taken_by_a_person_who_says_why_or_rests_on_what_the_city_recorded():
    without = {(name, one.action) for name, _, one in ADVERSE if not one.reason_required}
    assert without == set(CARRIED)
    assert [one.action for _, _, one in ADVERSE if one.by_system or not one.seats] == []


@contextmanager
def nothing_confirmed(client, name, state, action):
    """The step ready to be taken, of a world in which no setting and no reading was ever decided."""
    kind = MATTERS[name]
    matter = kind()
    matter.to(state)
    with step_of(client, matter, action) as step:
        Setting.objects.all().delete()
        client.force_login(step.takers[0])
        yield step


def pressed(step, **more):
    """Whether the step was taken, and the page that says why not."""
    step.matter.fresh()
    before = step.matter.state
    answer = step.post(step.matter.obj.version, confirmed="yes", **more)
    step.matter.fresh()
    return step.matter.state != before, "" if answer.status_code == HTTPStatus.FOUND else answer.content.decode()


RECORDED = [(name, state, one.action) for name, state, one in ADVERSE if not one.reason_required]
SAID = [(name, state, one.action) for name, state, one in ADVERSE if one.reason_required]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "state", "action"), SAID)
def test_what_rests_on_a_reason_is_not_taken_without_one(client, name, state, action):
    with nothing_confirmed(client, name, state, action) as step:
        assert pressed(step, reason=" ")[0] is False
        assert pressed(step)[0] is True
        last = TransitionRecord.objects.latest("pk")
        assert (last.action, last.reason, last.actor_id) == (action, REASON, step.takers[0].pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "state", "action"), [(name, state, one.action) for name, state, one in ADVERSE if not one.reason_required]
)
def test_what_rests_on_records_is_not_taken_without_them(client, name, state, action):
    """Criteria have to be confirmed, results of the city checked by a second person, findings written with their basis."""
    with nothing_confirmed(client, name, state, action) as step:
        if CARRIED[name, action] == RESULTS:
            checked = list(RecordedAssessment.objects.all())
            RecordedAssessment.objects.update(checked_at=None, checked_by=None)
            assert pressed(step)[0] is False
            RecordedAssessment.objects.bulk_update(checked, ["checked_at", "checked_by"])
            if action == "tell":  # begins the term whose lapse goes on without the holder
                assert pressed(step)[0] is False
                confirm(step.matter.people, "hearing_days")
        elif CARRIED[name, action] == CRITERIA_OF_CITY:
            taken, said = pressed(step)
            assert (taken, [key for key in JUDGED_BY if f"“{setting_label(key)}”未经市级确认" not in said]) == (False, [])
            confirm(step.matter.people, *JUDGED_BY)
        else:
            found = step.obj.judged
            PostEvaluation.objects.update(judged={key: {**line, "holds": True} for key, line in found.items()})
            assert pressed(step)[0] is False
            PostEvaluation.objects.update(judged=found)
            taken, said = pressed(step)
            assert (taken, f"“{setting_label(POST_READ_AS)}”未经市级确认" in said) == (False, True)
            confirm(step.matter.people, POST_READ_AS)
        assert pressed(step)[0] is True
