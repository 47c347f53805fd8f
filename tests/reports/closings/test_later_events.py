"""What happens after the last day of receipt changes no figure of the year: drawn events, and the year computed anew after them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind, LossGround, TitleKind
from approvals.losses.models import LossFile, RecordedAssessment
from approvals.titles.enums import HolderSide
from approvals.titles.models.publicity import Title
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment, StageOpinion
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import ProjectState
from districts.plot_changes import proposals
from districts.plot_changes.proposals import PlotPart
from districts.plot_changes.services import plots_to_change, record_change
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.special_plans.models import SpecialPlan
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from greendistrict.policy.services import set_setting
from greendistrict.workflow.models import TransitionRecord
from obligations.models import Exemption
from reports.annual.documents import district_composition
from reports.annual.figures import report_figures
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.closings.figures import LATE
from reports.closings.services import computed, open_due
from reports.composition.services import texts_of
from tests.factories.accounts import make_organisation
from tests.factories.approvals import pdf
from tests.factories.changes_of_names import follow, rename
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.factories.received import at, received_self_check
from tests.factories.stages import make_stage
from tests.factories.titles import give_title
from tests.reports.annual.worlds import eventful_year
from tests.reports.closings.world import YEAR, close_year

pytestmark = [pytest.mark.django_db, pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")]
JUNE, LATER, END = at(2027, 6, 3), at(2027, 9, 9), at(2028, 2, 1)
DAY = LATER.date()
FOLLOWER = "演示承继区人民政府（虚构）"


def move(obj, source, target, **stored):
    """A step as the engine logs it, with what it stores."""
    told = {"machine": "x", "label": "x", "actor_name": "x", "action": "x", "source": source, "target": target}
    TransitionRecord.objects.create(subject=f"{obj._meta.label_lower}:{obj.pk}", at=LATER, **told)
    type(obj).objects.filter(pk=obj.pk).update(status=target, **stored)


made = once(eventful_year)
world = copy_of("made")


def title_ends(people, check):
    by = {"created_by": people.city_officer, "created_at": LATER, "decided_on": DAY}
    case = Case.objects.create(kind=CaseKind.LOSS, district=check.district, applicant=check.district.applicant, status="announced", **by)
    LossFile.objects.create(case=case, ground=LossGround.REVOKE)
    ended = {"end": "revoked", "ended_on": DAY, "end_case": case, "end_reason": "撤销（虚构）"}
    Title.objects.filter(district=check.district, end="").update(**ended)


def title_follows(people, check):
    give_title(make_district(people, name="演示后来城（虚构）"), TitleKind.DEMONSTRATION, granted_on=DAY)


def loss_begins(people, check):
    by = {"created_by": people.city_officer, "created_at": LATER}
    LossFile.objects.create(
        case=Case.objects.create(kind=CaseKind.LOSS, district=check.district, applicant=check.district.applicant, status="hearing", **by),
        ground=LossGround.REVOKE,
    )


def plots_change(people, check):
    def split():
        plot = plots_to_change(check.district, ["QP-0000"])[0]
        return proposals.split(plot, [PlotPart(name, plot.area_ha / 2, None) for name in ("QP-0000甲", "QP-0000乙")])

    told = {"read": split().read, "reason": "按批复分割（虚构）", "number": "沪规划〔2027〕1号", "upload": pdf()}
    record_change(district=check.district, propose=split, by=people.preparer, on=DAY, **told)


def land_is_built(people, check):
    days = {"acquired_on": DAY, "started_on": DAY, "built_on": DAY}
    Plot.objects.filter(district=check.district, acquired_on=None, built_on=None).update(conforms=True, **days)
    Work.objects.filter(district=check.district, built_on=None).update(started_on=DAY, built_on=DAY, conforms=True)
    KeyProject.objects.filter(district=check.district, in_use_on=None).update(state=ProjectState.IN_USE, finished_on=DAY, in_use_on=DAY)


def findings_close(people, check):
    for finding in InspectionFinding.objects.all():
        move(finding, "open", "closed", closed_at=LATER, replied_at=LATER)
    visit = {"mode": "desk", "basis": "年度检查（虚构）", "team": "甲", "status": "issued", "opened_at": LATER, "issued_at": LATER}
    found = Inspection.objects.create(district=check.district, inspected_on=DAY, number="JC-2027-0009", **visit)
    InspectionFinding.objects.create(inspection=found, order=1, rule="SUPERVISION", text="问题", demand="整改", due=DAY, severity="serious")


def assessments_end(people, check):
    stage = StageAssessment.objects.get(district=check.district)
    move(stage, stage.status, "rectifying", conclusion="unqualified", concluded_at=LATER, filed_at=LATER)
    StageOpinion.objects.update(status="closed", reply="已修改（虚构）", replied_at=LATER, checked_at=LATER)
    RecordedAssessment.objects.create(
        district=check.district, kind="stage", concluded_on=DAY, passed=False, source="结论（虚构）", recorded_by=people.city_officer,
        recorded_at=LATER, checked_at=LATER,
    )  # fmt: skip
    make_stage(people, district=check.district, filled=False, due=dt.date(2028, 1, 1))


def papers_arrive(people, check):
    for other in SelfCheck.objects.exclude(status="received"):
        move(other, other.status, "received", filed_at=LATER, received_at=LATER)
    days = {"opened_at": LATER, "filed_at": LATER, "received_at": LATER, "status": "received"}
    for kind in ("operation", "carbon"):
        for year in (YEAR, YEAR + 1):
            YearlyReport.objects.get_or_create(district=check.district, kind=kind, year=year, defaults={"number": f"{kind}{year}", **days})


def next_year_is_reported(people, check):
    received_self_check(people, district=check.district, year=YEAR + 1)


def duties_are_waived(people, check):
    other = SelfCheck.objects.exclude(status="received").first()
    key = f"self_check:{other.district_id if other else check.district_id}:{YEAR}"
    decided = {"reason": "免报（虚构）", "decided_at": LATER, "decided_by": people.city_director, "checked_at": LATER}
    Exemption.objects.create(obligation=key, **decided)


def plans_are_approved(people, check):
    SpecialPlan.objects.create(district=check.district, number=2, carbon_intensity_target=Decimal(20), approved_on=DAY)


def settings_change(people, check):
    set_setting(by=people.city_director, key="selfcheck.due", value="Y+1-01-31", reason="提前（虚构）")


def names_change(people, check):
    district = type(check.district).objects.get(pk=check.district_id)
    # At the same place of lists, whose order follows names of today.
    rename(people, district, f"{district.name.removesuffix('（虚构）')}新（虚构）")
    follow(people, district, DAY, HolderSide.AUTHORITY, HolderSide.APPLICANT)


EVENTS = (
    title_ends, title_follows, loss_begins, plots_change, land_is_built, findings_close, assessments_end, papers_arrive,
    next_year_is_reported, duties_are_waived, plans_are_approved, settings_change, names_change,
)  # fmt: skip


# Where a paper is found now, and by what a district is found and who works on it now: no paper prints these.
LINKS = {"href", "link", "record", "aliases", "name_pinyin", "search_text", "applicant_id", "organisation_id", "actors", "debtor_ids"}


def leaves(data, way=()):
    """Values of plain data by their path, without links."""
    if isinstance(data, dict | list):
        for name, one in data.items() if isinstance(data, dict) else enumerate(data):
            if name not in LINKS:
                yield from leaves(one, (*way, name))
    else:
        yield way, data


def year_now():
    """Every part of the year as it would be frozen now; papers that came too late are named until it is closed."""
    return {(one.kind.key, one.part): dict(leaves(one.data)) for one in computed(YEAR, clock.today()) if one.kind.key != LATE}


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(EVENTS), min_size=4, unique=True))
@example(list(EVENTS))
def test_the_year_computed_after_later_events_is_the_year_before_them(world, events):
    people, check = world
    if not Organisation.objects.filter(name=FOLLOWER).exists():
        make_organisation("authority", name=FOLLOWER)
    with clock.at(JUNE):
        before = year_now()
    with transaction.atomic():
        with clock.at(LATER):
            for event in events:
                event(people, check)
        with clock.at(END):
            after = year_now()
        transaction.set_rollback(True)
    assert after.keys() == before.keys()
    for part, data in before.items():
        moved = {way: (data.get(way), after[part].get(way)) for way in {*data, *after[part]} if data.get(way) != after[part].get(way)}
        assert moved == {}, part


def days_in_papers(checks):
    """Days that the papers of the year name today, by paper."""
    city = city_report(YEAR, clock.today(), demo=True)
    papers = {edition.value: city_composition(city, edition) for edition in ReportEdition}
    papers |= {check.district.name: district_composition(report_figures(check, clock.today())) for check in checks}
    found = {}
    for name, paper in papers.items():
        text = "".join(texts_of(paper)) + str(paper.cover)
        found[name] = {dt.date(*map(int, day)) for day in re.findall(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text)}
    return found


def test_no_paper_of_a_closed_year_names_a_day_after_its_closing_that_nobody_knew_of_then(world):
    people, check = world
    with clock.at(JUNE):
        [closing] = [one for one in open_due(clock.today()) if one.year == YEAR]
        close_year(people, closing)
        before = days_in_papers([check])
    with clock.at(LATER):
        for event in EVENTS:
            event(people, check)
    with clock.at(END):
        after = days_in_papers([check])
    for name, days in after.items():
        assert days - before[name] <= {END.date()}, name
    assert all(max(days) > dt.date(YEAR, 12, 31) for days in before.values())
