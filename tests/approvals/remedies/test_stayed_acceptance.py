"""Nothing follows from a failed acceptance while the decision is stayed or after it was set aside: no cancellation, and nothing owed."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.casework.selectors.tasks import tasks_for
from approvals.losses.models import LossFile
from approvals.losses.selectors import cancel_proposals, revocation_candidates
from approvals.losses.services import open_loss
from approvals.publicity.lifecycle import held_back
from approvals.titles.enums import AFTER_APPEAL, CONFIRMED_REMEDIES, RESTORING, RemedyOutcome
from approvals.titles.models.remedies import Remedy
from approvals.titles.selectors import decision_set_aside
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.workdays import current
from obligations.selectors import obligations_visible_to
from tests.approvals.remedies.test_other_decisions import make_failed
from tests.approvals.remedies.test_remedies import OUTCOME, close, record, stay
from tests.factories.acceptance import FAILED, Losing, record_failures
from tests.factories.once import copy_of, once
from tests.refusing import refuses
from tests.steps import step

pytestmark = pytest.mark.django_db
failed = once(make_failed)
failure = copy_of("failed")


def seen_of_cancelling(client, people, case):
    """Where the city is told to cancel the title: list of losses, desk, duties, and the button of the case."""
    owed = [one for one in obligations_visible_to(Viewer(people.city_officer)) if one.kind == "cancel_start"]
    tasks = [task for task in tasks_for(Viewer(people.city_officer)) if task.kind == "loss"]
    client.force_login(people.city_officer)
    page = client.get(reverse("approvals:case", args=[case.pk])).content.decode()
    return {"list": len(cancel_proposals()), "desk": len(tasks), "owed": len(owed), "button": page.count("启动取消程序")}


EVERYWHERE = {"list": 1, "desk": 1, "owed": 1, "button": 1}
NOWHERE = dict.fromkeys(EVERYWHERE, 0)


def cancelling(people):
    return next(one for one in obligations_visible_to(Viewer(people.city_officer)) if one.kind == "cancel_start")


def test_a_failed_acceptance_that_is_stayed_is_not_followed_by_a_cancellation(client, failure):
    people, case = failure
    assert seen_of_cancelling(client, people, case) == EVERYWHERE
    before = cancelling(people).due
    remedy = stay(people, record(people, case))
    assert seen_of_cancelling(client, people, case) == NOWHERE
    refuses("停止执行结束前不能据以取消", open_loss, district=case.district, ground="cancel", by=people.city_officer, acceptance=case)
    with clock.at(clock.now() + dt.timedelta(days=60)):
        assert seen_of_cancelling(client, people, case) == NOWHERE
        step(remedy, "lift", people.city_officer, on=clock.today())
        assert seen_of_cancelling(client, people, case) == EVERYWHERE
        stayed = current().between(clock.today() - dt.timedelta(days=60), clock.today())
        assert cancelling(people).due == current().add(before, stayed)
        assert cancelling(people).how.extended == f"决定停止执行的{stayed}个工作日不计"


@pytest.mark.parametrize("outcome", sorted(set(RemedyOutcome.values) - set(AFTER_APPEAL)))
def test_a_failed_acceptance_that_is_set_aside_is_not_followed_by_a_cancellation(client, failure, outcome):
    people, case = failure
    remedy = record(people, case)
    if outcome in RESTORING:
        step(remedy, "find", people.city_officer, **{**OUTCOME, "outcome": outcome}, on=clock.today(), scan=None, redo_by=clock.today())
        step(remedy, "confirm_redo", people.city_director)
    else:
        close(people, remedy, outcome=outcome)
    assert seen_of_cancelling(client, people, case) == (NOWHERE if outcome in RESTORING else EVERYWHERE)
    [after] = Remedy.objects.all()
    assert (after.restores, decision_set_aside(case)) == (outcome in RESTORING, outcome in RESTORING)
    with clock.at(clock.now() - dt.timedelta(days=1)):
        assert "cancel_start" not in [one.kind for one in obligations_visible_to(Viewer(people.city_officer))]


def test_while_a_cancellation_is_stayed_the_title_is_neither_cancelled_nor_revoked_again(client, failure):
    people, case = failure
    losing = Losing(people, case.district, case).to_served().announce()
    record_failures(District.objects.get(pk=case.district_id), people.city_officer, *FAILED)
    remedy = stay(people, record(people, losing.case))
    district = District.objects.get(pk=case.district_id)
    assert district.stage == "pilot"
    for ground in ("cancel", "revoke"):
        refuses("停止执行结束前不能另行启动", open_loss, district=district, ground=ground, by=people.city_officer, acceptance=case)
    assert (list(cancel_proposals()), revocation_candidates(clock.today())) == ([], [])
    step(remedy, "lift", people.city_officer, on=clock.today())
    assert District.objects.get(pk=district.pk).stage == "cancelled"
    assert (list(cancel_proposals()), LossFile.objects.count()) == ([], 1)


FIRST = sorted(set(RemedyOutcome.values) - set(AFTER_APPEAL))
WAYS = [
    *(("review", outcome, "") for outcome in FIRST),
    *(("suit", outcome, "") for outcome in FIRST),
    *(("appeal", outcome, first) for outcome in sorted(RemedyOutcome.values) for first in ("annulled", "rejected")),
]


@pytest.mark.parametrize("status", ["open", "judged", "found", "redoing", "closed"])
def test_guard_list_and_duties_agree_which_outcome_sets_a_decision_aside(failure, status):
    people, case = failure
    today = clock.today()
    common = {
        "case": case, "body": "演示法院（虚构）", "filed_on": today, "served_on": today, "outcome_number": "甲2号", "outcome_on": today,
        "judged_on": today, "judgment": "judgment", "recorded_at": clock.now(), "recorded_by": people.city_officer,
    }  # fmt: skip
    for kind, outcome, first in WAYS:
        after = None
        if first:
            given = {"kind": "suit", "number": "甲1号", "status": "closed", "outcome": first, "appealed_on": today}
            after = Remedy.objects.create(**common, **given)
        given = {"kind": kind, "number": "甲3号", "status": status, "outcome": outcome, "after": after}
        remedy = Remedy.objects.create(**common, **given, filer="city" if after else "")
        aside = status in CONFIRMED_REMEDIES and remedy.restores
        owed = any(one.kind == "cancel_start" for one in obligations_visible_to(Viewer(people.city_officer)))
        found = (decision_set_aside(case), not owed, cancel_proposals().count() == 0, bool(list(held_back(case))))
        assert found == (aside,) * 4, (kind, outcome, first)
        Remedy.objects.filter(pk=remedy.pk).delete()
        Remedy.objects.all().delete()
