"""Titles, duties, awards and the examination on any day, against a plain reading of drawn histories that are over when asked."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, LossGround
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.titles.models.publicity import Title
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from obligations.selectors import due
from reports.awards.selectors import award_lines
from reports.city.figures.standing import figures_of, standing
from reports.examination.figures import COLUMNS, examination
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import make_stage
from tests.factories.titles import give_title
from tests.obligations.test_truth_table import logged

pytestmark = [pytest.mark.django_db, pytest.mark.area("reports", "assessments", "approvals", "obligations")]
NOW, CHECKED = at(2030, 1, 10), 2026
NONE_OWED = "无记录"
FIRST = dt.date(2026, 6, 1)
DAYS = st.dates(FIRST, dt.date(2029, 3, 1))
GAP = st.none() | st.integers(1, 400)
HISTORY = st.fixed_dictionaries({
    "granted": st.dates(dt.date(2023, 1, 1), dt.date(2024, 12, 31)),
    "ended": st.none() | DAYS,
    "check": st.none() | st.tuples(st.dates(dt.date(2027, 1, 5), dt.date(2027, 6, 30)), GAP),
    "recorded": st.lists(st.tuples(DAYS, st.booleans()), max_size=2, unique_by=lambda one: one[0]),
    "stage": st.none() | st.tuples(DAYS, GAP),
    "loss": st.none() | st.tuples(DAYS, GAP),
    "finding": st.none() | st.tuples(DAYS, GAP, st.booleans()),
})  # fmt: skip


def after(first, gap):
    """A day as long after another one; None if it never comes."""
    return None if gap is None else first + dt.timedelta(days=gap)


def moment(day):
    """Ten o'clock of a day."""
    return None if day is None else at(day.year, day.month, day.day)


def enter(people, number, told):
    """A district with all of its history, as it is stored when everything is over."""
    district = make_district(people, name=f"演示{number}城（虚构）", code=f"d{number}")
    give_title(district, granted_on=told["granted"])
    if told["ended"]:
        Title.objects.filter(district=district).update(end="cancelled", ended_on=told["ended"], end_reason="取消（虚构）")
    if told["check"]:
        filed, received = told["check"][0], after(*told["check"])
        check = make_self_check(people, district=district, year=CHECKED, filled=False)
        steps = [("draft", "filed", moment(filed)), *([("filed", "received", moment(received))] if received else [])]
        logged(check, *steps)
        kept = {"status": steps[-1][1], "filed_at": moment(filed), "received_at": moment(received), "number": f"ZC-{number}"}
        SelfCheck.objects.filter(pk=check.pk).update(**kept)
    for on, passed in told["recorded"]:
        by = {"recorded_by": people.city_officer, "recorded_at": moment(on), "checked_at": moment(on)}
        RecordedAssessment.objects.create(district=district, kind="stage", concluded_on=on, passed=passed, source="结论", **by)
    if told["stage"]:
        concluded, mended = told["stage"][0], after(*told["stage"])
        stage = make_stage(people, district=district, filled=False, due=dt.date(2026, 1, 1))
        steps = [("deciding", "rectifying", moment(concluded)), *([("rechecking", "mended", moment(mended))] if mended else [])]
        logged(stage, *steps)
        kept = {"status": steps[-1][1], "opened_at": at(2026, 1, 2), "conclusion": "unqualified", "concluded_at": moment(concluded)}
        StageAssessment.objects.filter(pk=stage.pk).update(**kept)
    if told["loss"]:
        begun, dropped = told["loss"][0], after(*told["loss"])
        by = {"created_by": people.city_officer, "created_at": moment(begun), "status": "dropped" if dropped else "hearing"}
        case = Case.objects.create(kind=CaseKind.LOSS, district=district, applicant=district.applicant, **by)
        LossFile.objects.create(case=case, ground=LossGround.REVOKE)
        logged(case, *([("hearing", "dropped", moment(dropped))] if dropped else []))
    if told["finding"]:
        issued, closed, serious = told["finding"][0], after(*told["finding"][:2]), told["finding"][2]
        visit = {
            "mode": "desk",
            "basis": "年度检查",
            "team": "甲",
            "status": "issued",
            "opened_at": moment(issued),
            "issued_at": moment(issued),
        }
        found = Inspection.objects.create(district=district, inspected_on=issued, number=f"JC-{number}", **visit)
        state = {"severity": "serious" if serious else "minor", "status": "closed" if closed else "open", "closed_at": moment(closed)}
        InspectionFinding.objects.create(inspection=found, order=1, rule="SUPERVISION", text="问题", demand="整改", due=issued, **state)
    return district


def runs(span, day):
    """Whether something begun had not come to its end."""
    return span is not None and span[0] <= day and ((end := after(*span[:2])) is None or day < end)


def came(span, day):
    """Whether the second day of a pair is over."""
    return span is not None and (end := after(*span[:2])) is not None and end <= day


def holds(told, day):
    return told["granted"] <= day and (told["ended"] is None or day < told["ended"])


def results(told, day):
    """Conclusions by the day, as (day, kind, passed)."""
    found = [(on, passed) for on, passed in told["recorded"]] + ([(told["stage"][0], False)] if told["stage"] else [])
    return sorted((on, passed) for on, passed in found if on <= day)


def told_of(told, day):
    """Numbers that stand for what awards say of a district: receipts, failures, rectification, loss, findings."""
    failed = 0
    for _, passed in results(told, day):
        failed = 0 if passed else failed + 1
    return (came(told["check"], day), failed, runs(told["stage"], day), runs(told["loss"], day), runs(told["finding"], day))


def said(line):
    """The same of a line of the list."""
    words = line.against
    return (
        f"{CHECKED}年度自查已接收" in line.merits,
        sum("阶段评估不合格" in one for one in words),
        any("整改未完成" in one for one in words),
        any("办理中" in one for one in words),
        any("未销号" in one for one in words),
    )


def was_asked(told, day):
    """Whether a title that ended in the year of the day stood when the first papers of the year before were due, or had filed one."""
    filed = told["check"] is not None and day.year == CHECKED + 1 and told["check"][0] <= day
    return told["ended"].year >= day.year and (filed or told["ended"] > dt.date(day.year, 3, 31))


def examined(all_told, day):
    """Counts of the examination of the year of the day; whoever lost the title after papers of the year before were due is still asked."""
    held = [told for told in all_told if holds(told, day)]
    asked = [told for told in all_told if holds(told, day) or (told["granted"] <= day and was_asked(told, day))]
    conclusions = [passed for told in asked for on, passed in results(told, day) if on.year == day.year]
    findings = [told["finding"] for told in asked if told["finding"] and told["finding"][0] <= day]
    left = [finding for finding in findings if runs(finding, day)]
    return {
        "pilot": len(held), "passed": sum(conclusions), "failed": len(conclusions) - sum(conclusions),
        "check_received": sum(day.year == CHECKED + 1 and came(told["check"], day) for told in held),
        "findings": sum(finding[0].year == day.year for finding in findings), "open": len(left), "serious": sum(one[2] for one in left),
    }  # fmt: skip


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(HISTORY, min_size=1, max_size=2), st.lists(DAYS, min_size=4, max_size=4))
def test_every_day_is_told_as_it_was(people, all_told, days):
    with transaction.atomic():
        Setting.objects.create(key="obligations_from", value="2025-01-05", by=people.city_director, at=at(2025, 1, 5), reason="首次启用")
        entered = {enter(people, number, told).pk: told for number, told in enumerate(all_told)}
        with clock.at(NOW):
            for day in days:
                held = {pk for pk, told in entered.items() if holds(told, day)}
                lines = {line.title.district_id: said(line) for line in award_lines(Title.objects.all(), day)}
                assert lines == {pk: told_of(entered[pk], day) for pk in held}
                counts = dict(zip(COLUMNS, examination(day.year, day, demo=True).total.cells, strict=True))
                wanted = examined(all_told, day)
                assert {key: 0 if counts[key] == NONE_OWED else counts[key] for key in wanted} == wanted
                stood = standing(day.year, day, demo=True)
                figures = {figure.key: figure.value for figure in figures_of(stood)}
                lost = sum(told["ended"] is not None and told["ended"].year == day.year and told["ended"] <= day for told in all_told)
                assert ({row.district.pk for row in stood.rows}, figures["pilot"], figures["lost"]) == (held, len(held), lost)
                owed = [row for row in due(Viewer(None, as_of=day), kinds=["self_check"]) if row.year == CHECKED]
                filed = {pk: told["check"][0] for pk, told in entered.items() if told["check"] and told["check"][0] <= day}
                assert all(row.met_on == filed.get(row.district_id) for row in owed)
                assert {row.district_id for row in owed if row.ended_on is None} <= held
                lost_on = {pk: told["ended"] for pk, told in entered.items() if pk not in held}
                assert all(row.ended_on == lost_on[row.district_id] for row in owed if row.district_id not in held)
        transaction.set_rollback(True)
