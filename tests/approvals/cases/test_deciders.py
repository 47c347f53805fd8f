"""Settings ``approval_chain.director_decides``: which decisions are the director's, action by action."""

import datetime as dt

import pytest

from approvals.casework.selectors.progress import chain_of, steps_of
from approvals.casework.selectors.tasks import tasks_for
from approvals.changes.kinds import change_kinds
from approvals.changes.models import Change
from approvals.changes.selectors.changes import chain_of_change
from approvals.requests.services import requests
from assessments.common.enums import Conclusion
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.workflow import timeline
from obligations import services as obligations
from tests.factories.acceptance import Accepting, Losing, make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import Filing
from tests.steps import step

pytestmark = pytest.mark.django_db


def leave_to_the_checker(people, *actions):
    """The settings name these actions no longer."""
    left = [word for word in parameters.get("approval_chain.director_decides").value if word not in actions]
    set_setting(by=people.city_director, key="approval_chain.director_decides", value=left, reason="授权审核")


def test_granting_is_the_director_s_until_the_settings_leave_it_to_the_checker():
    filing = Filing().to_deciding()
    given = {"number": "演沪建〔2026〕8号", "decided_on": clock.today()}
    with pytest.raises(NotAllowed):
        filing.do("decide", "city_checker", **given)
    assert [task.title for task in tasks_for(filing.people.city_checker)] == []
    leave_to_the_checker(filing.people, "grant")
    assert [task.title for task in tasks_for(filing.people.city_checker)] == ["试点申报：待审定"]
    filing.do("decide", "city_checker", **given)
    assert filing.case.status == "decided"


@pytest.mark.parametrize("ground", ["cancel", "revoke"])
def test_cancelling_and_revoking_are_named_one_by_one(ground):
    people = cast()
    if ground == "cancel":
        failed = Accepting(people).to_failed()
        walk = Losing(people, failed.district, failed.case)
    else:
        walk = Losing(people, make_pilot(people))
        record_failures(walk.district, people.city_officer, dt.date(2025, 6, 1), dt.date(2026, 6, 1))
    walk.to_deciding()
    given = {"number": "演决〔2026〕1号", "decided_on": clock.today(), "remedies": "六十日内申请行政复议"}
    leave_to_the_checker(people, "grant", "cancel" if ground == "revoke" else "revoke")
    with pytest.raises(NotAllowed):
        walk.do("decide", "city_checker", **given)
    leave_to_the_checker(people, ground)
    assert walk.do("decide", "city_checker", **given).case.status == "decided"


def test_extensions_and_waivers_are_named_one_by_one():
    filing = Filing().to_correcting()
    people, due = filing.people, filing.case.corrections.get().due
    asked = requests.ask_extension(case=filing.case, by=people.reviewer, until=due + dt.timedelta(days=9), reason="外业")
    asked = step(asked, "forward", people.city_officer)
    later = clock.today() + dt.timedelta(days=30)
    for refused in (
        lambda: step(asked, "grant", people.city_checker),
        lambda: obligations.decide(obligation="x", by=people.city_checker, reason="停办", extended_to=later),
    ):
        with pytest.raises(NotAllowed):
            refused()
    leave_to_the_checker(people, "extend")
    assert "延期申请待审定" in [task.title for task in tasks_for(people.city_checker)]
    assert step(asked, "grant", people.city_checker).status == "granted"
    assert obligations.decide(obligation="x", by=people.city_checker, reason="停办", extended_to=later).extended_to == later
    with pytest.raises(NotAllowed):
        obligations.decide(obligation="x", by=people.city_checker, reason="停办")
    leave_to_the_checker(people, "waive")
    obligations.decide(obligation="x", by=people.city_checker, reason="停办")


def test_a_change_of_a_baseline_is_decided_as_the_settings_say():
    people = cast()
    kinds = {kind.key: Change(kind=kind.key) for kind in change_kinds()}
    assert chain_of_change(kinds["plots_baseline"])[-1] == "审定"
    leave_to_the_checker(people, "change_of_baseline")
    chains = {key: chain_of_change(change) for key, change in kinds.items()}
    assert {key for key, chain in chains.items() if "审定" not in chain} == {
        "boundary",
        "key_projects_baseline",
        "pilot_baseline",
        "plot_merge",
        "plot_plan",
        "plot_renumber",
        "plot_split",
        "plots_baseline",
        "works_baseline",
    }


def leave_out_the_check(people):
    """The settings' default chain goes from the officer to the director."""
    set_setting(by=people.city_director, key="approval_chain.default", value=["经办", "审定"], reason="精简层级")


def test_an_application_goes_from_the_officer_to_the_director_where_the_chain_has_no_check():
    filing = Filing().to_notice().end_notice()
    with pytest.raises(Refused, match="须先经市级审核"):
        filing.do("close_notice_to_decide", "city_officer")
    leave_out_the_check(filing.people)
    with pytest.raises(Refused, match="办理层级中没有审核"):
        filing.do("close_notice", "city_officer")
    filing.do("close_notice_to_decide", "city_officer")
    assert filing.case.status == "deciding"
    assert [task.title for task in tasks_for(filing.people.city_director)] == ["试点申报：待审定"]
    assert [(link["name"], link["state"]) for link in chain_of(filing.case)] == [("经办", "done"), ("审定", "now")]
    shown = {step.name: step.state for step in steps_of(filing.case, timeline.of_subject(filing.case))}
    assert (shown["公示"], shown["审定"]) == ("done", "now")


def test_a_failed_acceptance_keeps_the_chain_of_adverse_decisions():
    people = cast()
    walk = Accepting(people).to_reviewed(Conclusion.FAILED)
    leave_out_the_check(people)
    with pytest.raises(Refused, match="须先经市级审核"):
        walk.do("to_decide", "city_officer")
    set_setting(by=people.city_director, key="approval_chain.cancel_or_revoke", value=["经办", "法制审核", "审定"], reason="精简层级")
    assert walk.do("to_decide", "city_officer").case.status == "deciding"
