"""The annual reports in the registry of kinds."""

from reports.annual.services import (
    district_files,
    may_have_district_report,
    received_districts,
    received_stamp,
    received_years,
)
from reports.jobs.enums import FileFormat, ReportKind, Scope
from reports.jobs.kinds import Report, YearlyRun

FORMATS = (FileFormat.PDF, FileFormat.XLSX)
MISSING = "尚无已接收的自查，不能出报告"
KINDS = {
    ReportKind.ANNUAL_DISTRICT: Report(
        "{whose}{year}年度评估报告",
        district_files,
        name="城区年度评估报告",
        about="一个城区一个年度：总分和各章得分、控制项、不参评、自评报告、逐条评分表。自查接收后自动生成。",
        formats=FORMATS,
        scope=Scope.DISTRICT,
        may=may_have_district_report,
        years=received_years,
        districts=received_districts,
        missing=MISSING,
        steps=2,
        material="年度评估报告",
        stamp=received_stamp,
        yearly=YearlyRun(6, 1),
    ),
}
