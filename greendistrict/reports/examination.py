"""Figures for the annual examination of the leading bodies (八（四）, ANNUAL-EXAM): counts only, no score and no rank.

The portal supplies figures to the examination that others hold. Reports on a year are handed in the year after, so the examination
of a year counts those on the year before.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from approvals.cityresults import results_of
from assessments.intake import FORMS, TITLED
from assessments.models import InspectionFinding, SelfCheck, YearlyReport
from assessments.rules.intakes import HANDED_IN
from districts.models import District
from greendistrict.core.memo import held_reads
from greendistrict.obligations.selectors import with_decisions
from greendistrict.obligations.selfcheck import owed
from greendistrict.reports.book import Book, marks

COLUMNS = {
    "pilot": "试点",
    "demonstration": "示范",
    "check_owed": "自查应报",
    "check_received": "自查已接收",
    "operation_owed": "运营报告应报",
    "operation_filed": "运营报告已报送",
    "carbon_owed": "碳核查应报",
    "carbon_filed": "碳核查已报送",
    "passed": "评估合格",
    "failed": "评估不合格",
    "findings": "检查问题",
    "open": "未销号",
    "serious": "未销号中严重",
}


@dataclass(frozen=True)
class Row:
    """A leading body with its counts by column."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def cells(self) -> list[int]:
        """Counts in the order of the columns."""
        return [self.counts[key] for key in COLUMNS]


@dataclass(frozen=True)
class Examination:
    """The table of one year: rows by leading body, totals with each district counted once."""

    year: int
    is_demo: bool
    rows: tuple[Row, ...]
    total: Row


def examination(year: int, today: dt.date, *, demo: bool) -> Examination:
    """Figures of a year; fiction and real districts are never added together. A constant number of queries."""
    districts = list(
        District.objects.filter(stage__in=TITLED, is_demo=demo, guideline_area=False).prefetch_related("authorities").order_by("pk")
    )
    counts: dict[int, Counter[str]] = {district.pk: Counter({str(district.stage): 1}) for district in districts}
    with held_reads():
        _count_filed(counts, year - 1)
        _count_results(counts, districts, year, today)
        _count_findings(counts, year)
    bodies = {body.pk: body for district in districts for body in district.authorities.all()}
    led = {key: [district.pk for district in districts if body in district.authorities.all()] for key, body in bodies.items()}
    order = sorted(bodies.values(), key=lambda body: (body.admin_code or "", body.name_pinyin, body.pk))
    rows = tuple(Row(body.name, _sum(counts[pk] for pk in led[body.pk])) for body in order)
    return Examination(year, demo, rows, Row("合计", _sum(counts.values())))


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counts, Counter[str]())


def _count_filed(counts: dict[int, Counter[str]], reported: int) -> None:
    for duty in with_decisions(owed([reported])):
        if duty.district_id in counts:
            counts[duty.district_id]["check_owed"] += not duty.waived
    for district in SelfCheck.objects.filter(year=reported, status="received", district__in=counts).values_list("district_id", flat=True):
        counts[district]["check_received"] += 1
    rows = YearlyReport.objects.filter(year=reported, kind__in=FORMS, district__in=counts)
    for district, kind, status in rows.values_list("district_id", "kind", "status"):
        counts[district][f"{kind}_owed"] += 1
        counts[district][f"{kind}_filed"] += status in HANDED_IN


def _count_results(counts: dict[int, Counter[str]], districts: list[District], year: int, today: dt.date) -> None:
    for district, results in results_of(districts, today).items():
        for result in results:
            if result.on.year == year:
                counts[district]["passed" if result.passed else "failed"] += 1


def _count_findings(counts: dict[int, Counter[str]], year: int) -> None:
    """Findings of the inspections of the year; what is open counts whenever it was found."""
    rows = InspectionFinding.objects.filter(inspection__district__in=counts, inspection__status__in=("issued", "closed"))
    for district, day, status, severity in rows.values_list("inspection__district_id", "inspection__inspected_on", "status", "severity"):
        counts[district]["findings"] += day.year == year
        counts[district]["open"] += status != "closed"
        counts[district]["serious"] += status != "closed" and severity == "serious"


def examination_book(found: Examination) -> bytes:
    """The table as a workbook."""
    book = Book()
    rows = [[number, row.name, *row.cells] for number, row in enumerate(found.rows, start=1)]
    rows.append(["", found.total.name, *found.total.cells])
    head, widths = ["序号", "实施主体", *COLUMNS.values()], [6, 34, *[12] * len(COLUMNS)]
    book.sheet("考核供数", title_of(found), marks(demo=found.is_demo, reference=False), head=head, rows=rows, widths=widths)
    return book.content()


def title_of(found: Examination) -> str:
    """Heading of page and workbook."""
    return f"{found.year}年度考核供数"
