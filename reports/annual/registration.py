"""The annual reports in the registry of kinds."""

from reports.annual.services import (
    district_document,
    may_have_district_report,
    received_districts,
    received_stamp,
    received_years,
)
from reports.jobs.enums import ReportKind, Scope, Sight
from reports.jobs.kinds import Report, YearlyRun

MISSING = "尚无已接收的自查，不能出报告"
KINDS = {
    ReportKind.ANNUAL_DISTRICT: Report(
        "{whose}{year}年度评估报告",
        compose=district_document,
        name="城区年度评估报告",
        about="一个城区一个年度：基本情况、得分、未达目标的条文及原因、自评报告、地块和项目、碳排放、监督检查、应报事项、下一年计划、评分表和佐证清单。自查接收后自动生成。",
        scope=Scope.DISTRICT,
        may=may_have_district_report,
        years=received_years,
        districts=received_districts,
        missing=MISSING,
        sight=Sight.CITY,
        steps=1,
        material="年度评估报告",
        stamp=received_stamp,
        yearly=YearlyRun(6, 1),
    ),
}
