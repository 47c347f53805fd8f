"""The city's annual report in the registry of kinds, in its two editions."""

from functools import partial

from reports.annual.services import received_districts, received_stamp, received_years
from reports.city.enums import HANDED_ON_KIND
from reports.city.services import ended_years, internal_report, report_to_hand_on, stood_stamp, year_end
from reports.jobs.enums import ReportKind, Sight
from reports.jobs.kinds import Report, YearlyRun

_report = partial(
    Report,
    sight=Sight.CITY,
    years=received_years,
    districts=received_districts,
    missing="尚无已接收的自查，不能出报告",
    material="年度评估报告",
    stamp=received_stamp,
)
KINDS = {
    ReportKind.ANNUAL_CITY: _report(
        "{whose}{year}年度评估报告",
        compose=internal_report,
        name="全市年度评估报告",
        about="全市一个年度：总体情况、自查和排名、评估验收、土地与项目、碳排放、监督检查、预警与建议、分城区、方法与口径、附表。内部使用。",
        yearly=YearlyRun(6, 1),
    ),
    HANDED_ON_KIND: _report(
        "{whose}{year}年度评估报告（不含排名）",
        compose=report_to_hand_on,
        name="全市年度评估报告（不含排名）",
        about="可以转送的版本：没有排名、预警与建议，不列逾期单位和未办结的整改、意见。",
    ),
    "year_end": Report(
        "{whose}{year}年末名录",
        sight=Sight.CITY,
        compose=year_end,
        name="年末名录",
        about="12月31日的名录：数量、各实施主体、分布、城区一览、称号名录。",
        material="年末名录",
        years=ended_years,
        yearly=YearlyRun(1, 1),
        stamp=stood_stamp,
    ),
}
