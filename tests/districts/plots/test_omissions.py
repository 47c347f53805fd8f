"""The rules that find omitted steps of plots and works, by day and record."""

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from districts.common.enums import Acquisition, ControlStep
from districts.plots.omissions import PlotRecord, omissions_of
from districts.projects.omissions import WorkRecord, omissions_of_work

TODAY = dt.date(2026, 11, 20)
LONG_AGO, SINCE = dt.date(2023, 9, 30), dt.date(2023, 10, 1)
NOTHING = PlotRecord(
    "", None, None, None, None, "", is_exempt=False, was_asked=False, is_required=False, due_on=None, department="", finished_on=None
)


def day(month, year=2026):
    return dt.date(year, month, 1)


def told(today=TODAY, **kept):
    found = omissions_of(NOTHING._replace(**kept), today, lambda on: on >= SINCE)
    return [(one.duty.value, one.body.value, one.since) for one in found]


def test_nothing_is_owed_before_land_is_taken():
    assert told() == told(acquisition=Acquisition.GRANT) == []


def test_land_taken_without_a_question_was_not_consulted_about():
    assert told(acquisition=Acquisition.GRANT, acquired_on=day(3)) == [("consult", "planning", day(3))]
    assert told(acquisition=Acquisition.ALLOCATION, acquired_on=day(3), was_asked=True) == [("require", "housing", day(3))]
    assert told(acquisition=Acquisition.GRANT, acquired_on=day(3), was_asked=True, is_required=True) == []


def test_own_land_is_asked_about_from_its_beginning():
    assert told(acquisition=Acquisition.OWN) == []
    assert told(acquisition=Acquisition.OWN, started_on=day(4))[0] == ("consult", "planning", day(4))


def test_building_without_review_and_a_completion_without_acceptance():
    kept = {"acquisition": Acquisition.GRANT, "acquired_on": day(1), "was_asked": True, "is_required": True}
    reviews = [("review", "planning", day(2)), ("review", "drawings", day(2))]
    assert told(**kept, started_on=day(2)) == reviews
    assert told(**kept, started_on=day(2), is_exempt=True) == reviews[1:]
    assert told(**kept, started_on=day(2), built_on=day(5)) == [*reviews, ("accept", "builder", day(5)), ("review", "checkers", day(5))]
    assert told(**kept, built_on=day(5))[0] == ("review", "planning", day(5))


def test_a_question_is_late_from_the_day_after_its_term():
    waiting = {"status": ControlStep.CONSULT, "was_asked": True, "due_on": day(6), "department": "演示住建委"}
    assert told(today=day(6), **waiting) == []
    assert told(today=day(6) + dt.timedelta(days=1), **waiting) == [("require", "housing", day(6))]


def test_a_finished_plot_is_to_be_accepted_once_its_planned_day_is_over():
    done = {"status": ControlStep.COMPLETION, "acquired_on": day(1), "started_on": day(2), "finished_on": day(7)}
    assert told(**done, planned_finish=day(12)) == []
    assert told(**done, planned_finish=day(9)) == [("accept", "builder", day(9))]
    assert told(**done) == [("accept", "builder", day(7))]


def test_days_before_the_policy_and_days_to_come_owe_nothing():
    old = {"acquisition": Acquisition.GRANT, "acquired_on": LONG_AGO, "started_on": LONG_AGO, "built_on": LONG_AGO}
    assert told(**old) == []
    assert told(**{**old, "built_on": SINCE}) == [("accept", "builder", SINCE), ("review", "checkers", SINCE)]
    assert told(today=day(1), acquisition=Acquisition.GRANT, acquired_on=day(3)) == []


def test_a_work_begun_without_requirement_or_check_and_built_without_acceptance():
    def of(started, built, *, required=False, checked=False, accepted=False):
        record = WorkRecord(started, built, is_required=required, was_checked=checked, is_accepted=accepted)
        return [(one.duty.value, one.since) for one in omissions_of_work(record, TODAY, lambda on: on >= SINCE)]

    assert of(None, None) == of(day(3), day(5), required=True, checked=True, accepted=True) == []
    assert of(day(3), None) == [("require", day(3)), ("review", day(3))]
    assert of(day(3), day(5), required=True) == [("review", day(3)), ("accept", day(5))]
    assert of(None, day(5), checked=True, accepted=True) == [("require", day(5))]
    assert of(LONG_AGO, day(5), accepted=True) == []


DAYS = st.one_of(st.none(), st.dates(dt.date(2022, 1, 1), dt.date(2027, 12, 31)))
THROUGH = [step.value for step in ControlStep if step not in {ControlStep.PREPARE, ControlStep.CONSULT, ControlStep.COMPLETION}]


@given(acquired=DAYS, started=DAYS, built=DAYS, planned=DAYS, step=st.sampled_from(THROUGH))
def test_what_came_through_its_table_went_past_nothing(acquired, started, built, planned, step):
    days = {"acquired_on": acquired, "started_on": started, "built_on": built, "planned_finish": planned}
    assert told(**days, status=step, was_checked=True) == []
    completed = built is not None and SINCE <= built <= TODAY
    assert told(**days, status=step) == ([("review", "checkers", built)] if completed else []), "the departments' check is no step"


@given(way=st.sampled_from([*Acquisition.values, ""]), when=st.tuples(DAYS, DAYS, DAYS), asked=st.booleans(), required=st.booleans())
def test_time_and_missing_records_never_take_an_omission_back(way, when, asked, required):
    kept = {"acquisition": way, **dict(zip(("acquired_on", "started_on", "built_on"), when, strict=True))}
    days = [dt.date(2023, 1, 1), dt.date(2025, 6, 1), dt.date(2028, 1, 1)]
    grown = [{one[:2] for one in told(today=on, **kept, was_asked=asked, is_required=required)} for on in days]
    assert all(before <= after for before, after in pairwise(grown))
    assert told(**kept, was_asked=asked, is_required=True) == [
        one for one in told(**kept, was_asked=asked, is_required=required) if one[0] != "require"
    ]
