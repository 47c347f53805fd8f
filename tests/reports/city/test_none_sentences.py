"""Sentences that there is none of something are true for the whole of what their heading says: worlds that broke them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from approvals.losses.models import RecordedAssessment
from approvals.titles.models.publicity import Title
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.reviews.models import Draw
from assessments.stage_assessments.models import StageOpinion
from assessments.yearly_reports.models import YearlyReport
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans.models import PlanItem
from greendistrict.core import clock
from reports.annual import figures
from reports.annual.documents import district_composition
from reports.city.documents import city_composition
from reports.city.enums import ReportEdition
from reports.city.figures.whole import city_report
from reports.composition.printed import texts_of
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.factories.received import at, received_self_check
from tests.factories.titles import give_title
from tests.reports.annual.worlds import eventful_year
from tests.reports.world import spoil

pytestmark = [pytest.mark.django_db, pytest.mark.area("reports", "assessments", "carbon", "districts", "obligations")]
NOW, YEAR = at(2027, 5, 20), 2026


@pytest.fixture
def words(people):
    """What district and city print of a pilot with a control item that fails, an assessment that failed, and a plan not yet approved."""
    check = received_self_check(people, change=spoil)
    RecordedAssessment.objects.create(
        district=check.district, kind="stage", concluded_on=dt.date(2026, 9, 1), passed=False, source="结论（虚构）",
        recorded_by=people.city_officer, recorded_at=at(2026, 9, 2), checked_at=at(2026, 9, 2),
    )  # fmt: skip
    targets = {"carbon_intensity_target": Decimal(33), "carbon_stage_targets": [{"year": 2030, "value": "28.5"}]}
    SpecialPlanFactory(district=check.district, **targets)
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
        papers = {edition: city_composition(report, edition) for edition in ReportEdition}
        papers["district"] = district_composition(figures.report_figures(check, clock.today()))
        return {name: " ".join(texts_of(paper)) for name, paper in papers.items()}


def test_a_failure_without_rectification_is_not_called_none(words):
    inside, outside = words[ReportEdition.INTERNAL], words[ReportEdition.HANDED_ON]
    assert "本年度不合格的评估和验收1次，平台没有它们的整改记录。" in inside
    assert "没有提出整改" not in inside
    assert outside.count("不合格而没有整改办结记录的评估和验收1次，不列入本版。") == 1
    assert "没有形成结论的评估和验收" not in outside


def test_what_is_drafted_or_under_construction_is_told_apart_from_none(words):
    assert "没有已批准的专业规划登记的分阶段目标" in words["district"]
    assert "截止日前没有接收碳排放核查报告，排放量无记录。" in words["district"]
    assert "没有需要提请研究的事项" not in words[ReportEdition.INTERNAL]


FIRST, LAST = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
OF_YEAR = {"inspected_on__range": (FIRST, LAST)}


def registered():
    """A district with any of these has a line of its own in each table on land, with 0 where it has none of one kind."""
    return Plot.objects.all(), KeyProject.objects.all(), Work.objects.all()


# What the city's report may say there is none of, and the rows that contradict it, asked without the selectors of the report.
NONE_OF = {
    "平台没有本年度监督检查的记录。": lambda: (
        InspectionFinding.objects.filter(inspection__in=Inspection.objects.filter(**OF_YEAR)),
        Inspection.objects.filter(**OF_YEAR),
    ),
    "，没有发现问题。": lambda: (InspectionFinding.objects.filter(inspection__in=Inspection.objects.filter(**OF_YEAR)),),
    "没有未销号的检查问题。": lambda: (InspectionFinding.objects.exclude(status="closed"),),
    "没有未销号的评审意见。": lambda: (StageOpinion.objects.exclude(status="closed"),),
    "没有登记的可建设地块。": registered,
    "没有登记的可建设地块，无从计算。": registered,
    "没有登记的重点项目和主要市政设施。": registered,
    "没有晚于计划的重点项目。": lambda: (KeyProject.objects.filter(planned_finish__lte=LAST, finished_on=None),),
    "截止日前没有接收本年度碳排放核查报告。": lambda: (YearlyReport.objects.filter(kind="carbon", year=YEAR),),
    "本年度没有授予、变更或终止称号。": lambda: (
        Title.objects.filter(granted_on__range=(FIRST, LAST)),
        Title.objects.filter(ended_on__range=(FIRST, LAST)),
    ),
    "平台没有本年度抽取的记录。": lambda: (Draw.objects.filter(drawn_at__date__range=(FIRST, LAST)),),
}


def city_words():
    with clock.at(NOW):
        report = city_report(YEAR, clock.today(), demo=True)
        return " ".join(text for edition in ReportEdition for text in texts_of(city_composition(report, edition)))


def said_where_nothing_stands_against_it(none_of, printed):
    """Not with all rows there; each sentence once its own rows are taken away."""
    whole = printed()
    against = {said: any(found.exists() for found in rows()) for said, rows in none_of.items()}
    assert ([said for said in none_of if said in whole], [said for said, there in against.items() if not there]) == ([], [])
    for said, rows in none_of.items():
        mark = transaction.savepoint()
        for found in rows():
            found._raw_delete(found.db)
        assert said in printed()
        transaction.savepoint_rollback(mark)


def test_each_none_is_said_exactly_where_no_row_stands_against_it():
    people, _check = eventful_year()
    give_title(make_district(people, name="演示新授区（虚构）", code="xinshou"), granted_on=dt.date(2026, 9, 1))
    said_where_nothing_stands_against_it(NONE_OF, city_words)


def of_district(pk):
    """The same of the report of one district."""
    inspected = Inspection.objects.filter(district=pk, **OF_YEAR)
    concluded = {"concluded_on__range": (FIRST, LAST)}
    return {
        "没有登记地块。": lambda: (Plot.objects.filter(district=pk),),
        "没有登记近期重点项目。": lambda: (KeyProject.objects.filter(district=pk),),
        "没有登记市政设施。": lambda: (Work.objects.filter(district=pk),),
        f"没有{YEAR}年的监督检查记录。": lambda: (InspectionFinding.objects.filter(inspection__in=inspected), inspected),
        "没有需要整改的检查问题。": lambda: (InspectionFinding.objects.filter(inspection__district=pk),),
        f"没有{YEAR}年的市级评估结论。": lambda: (RecordedAssessment.objects.filter(district=pk, **concluded),),
        "没有需要办理的评审意见。": lambda: (StageOpinion.objects.filter(stage__district=pk),),
        f"已上报的{YEAR + 1}年度实施计划没有列入本城区的工作。": lambda: (PlanItem.objects.filter(district=pk, plan__year=YEAR + 1),),
        "截止日前没有接收碳排放核查报告，排放量无记录。": lambda: (YearlyReport.objects.filter(district=pk, kind="carbon", year=YEAR),),
        "没有已批准的专业规划登记的分阶段目标": lambda: (SpecialPlan.objects.filter(district=pk),),
    }


def test_a_district_has_none_exactly_where_no_row_of_it_stands_against_it():
    people, check = eventful_year()
    RecordedAssessment.objects.create(
        district=check.district, kind="stage", concluded_on=dt.date(2026, 9, 1), passed=False, source="结论（虚构）",
        recorded_by=people.city_officer, recorded_at=at(2026, 9, 2), checked_at=at(2026, 9, 2),
    )  # fmt: skip

    def printed():
        with clock.at(NOW):
            return " ".join(texts_of(district_composition(figures.report_figures(check, clock.today()))))

    said_where_nothing_stands_against_it(of_district(check.district_id), printed)
