"""Figures for the annual examination of the leading bodies (八（四）, ANNUAL-EXAM): counts only, no score and no rank.

The examination itself is held outside the portal. Reports on a year are filed in the following year, so an examination counts reports on
the year before, owed by those who held a title at its end. Titles are those of the snapshot day of the year; papers, findings and
assessments those of the day asked about.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from approvals.casework.selectors.known_on_day import leading_on
from approvals.casework.selectors.titles_on_day import snapshot_day, titles_held_on
from approvals.common.enums import TitleKind
from approvals.losses.city_assessments import results_of
from assessments.inspections.models import Severity
from assessments.inspections.selectors import findings_known_on, left_on
from districts.file.models.district import District
from greendistrict.core.memoisation import held_reads
from greendistrict.core.templatetags.gd import cn_date
from obligations.selectors import owed_on_years
from obligations.titled_districts import names_of
from reports.common.book import ReportBook, marks
from reports.common.definitions import EXAMINATION_MEANINGS, AsOf, defined

COUNTED = "（期限已确认或已报送）"  # narrower than ``Filing.OWED``: what else was owed stands in a column of its own
COLUMNS = {
    **{kind.value: str(kind.label) for kind in TitleKind},
    "check_owed": f"自查应报{COUNTED}",
    "check_received": "自查已接收",
    "operation_owed": f"运营工作报告应报{COUNTED}",
    "operation_filed": "运营工作报告已报送",
    "carbon_owed": f"碳排放核查报告应报{COUNTED}",
    "carbon_filed": "碳排放核查报告已报送",
    "unconfirmed": "未报，期限待市级确认",
    "passed": "评估合格",
    "failed": "评估不合格",
    "findings": "检查问题",
    "open": "未销号",
    "serious": "未销号中严重",
}
# Years closed before the days of the city's choice were told apart: what is owed has every duty, whatever its day rests on.
COLUMNS_BEFORE = {key: word.removesuffix(COUNTED) for key, word in COLUMNS.items() if key != "unconfirmed"}
UNITS = {"unconfirmed": "份", "passed": "次", "failed": "次"}  # others in 个
FILED = ("check_owed", "check_received", "operation_owed", "operation_filed", "carbon_owed", "carbon_filed", "unconfirmed")
COLUMNS_OF = {"self_check": "check", "operation_report": "operation", "carbon_verification": "carbon"}
WORKING, NO_RECORD = "working", "无记录"


@dataclass(frozen=True)
class ExaminationRow:
    """A leading body with counts by column; filings are 无记录 if none of its districts uses the portal."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def cells(self) -> list[int | str]:
        """Counts in the order of the columns."""
        return self.cells_of(COLUMNS)

    def cells_of(self, columns: Iterable[str]) -> list[int | str]:
        """Counts in these columns."""
        return [NO_RECORD if key in FILED and not self.counts[WORKING] else self.counts[key] for key in columns]


@dataclass(frozen=True)
class Examination:
    """The table of one year: rows by leading body, totals with each district counted once."""

    year: int
    is_demo: bool
    rows: tuple[ExaminationRow, ...]
    total: ExaminationRow


def examination(year: int, today: dt.date, *, demo: bool) -> Examination:
    """Figures of a year for demo or real districts, which are never added together, by the records of the day.

    A constant number of queries.
    """
    day = snapshot_day(year, today)
    titles = titles_held_on(day)
    with held_reads():
        owed = owed_on_years([year - 1], stood_on=today)
        existing = District.objects.filter(is_demo=demo, guideline_area=False, pk__in={*titles, *(duty.district_id for duty in owed)})
        districts = list(existing.prefetch_related("authorities").order_by("pk"))
        counts = {row.pk: Counter({WORKING: int(row.applicant_id is not None)}) for row in districts}
        for district in titles.keys() & counts:
            counts[district][titles[district].kind] += 1
        # Reports owed and filed are counted as in the list of obligations; waived ones are left out.
        for duty in owed:
            if duty.district_id in counts and not duty.waived:
                if duty.met_on is None and duty.is_default_date:
                    counts[duty.district_id]["unconfirmed"] += 1
                    continue
                column = COLUMNS_OF[duty.kind]
                counts[duty.district_id][f"{column}_owed"] += 1
                done = duty.is_received if column == "check" else duty.met_on is not None
                counts[duty.district_id][f"{column}_{'received' if column == 'check' else 'filed'}"] += done
        for district, results in results_of(counts, today).items():
            for result in results:
                if result.on.year == year:
                    counts[district]["passed" if result.passed else "failed"] += 1
        # Findings count in the year of their inspection, open ones of any year.
        findings = findings_known_on(today).filter(inspection__district__in=counts).annotate(left=left_on(today))
        for key, seen_on, left, severity in findings.values_list("inspection__district_id", "inspection__inspected_on", "left", "severity"):
            counts[key]["findings"] += seen_on.year == year
            counts[key]["open"] += left
            counts[key]["serious"] += left and severity == Severity.SERIOUS
        led = {row.pk: leading_on(day, row.pk, [body.pk for body in row.authorities.all()]) for row in districts}
    named = names_of({body for leading in led.values() for body in leading})
    rows = tuple(ExaminationRow(name, _sum(counts[pk] for pk, leading in led.items() if body in leading)) for body, name in named.items())
    return Examination(year, demo, rows, ExaminationRow("合计", _sum(counts.values())))


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counts, Counter[str]())


def examination_book(found: Examination, today: dt.date) -> bytes:
    """The table as a workbook."""
    book = ReportBook()
    rows = [[number, row.name, *row.cells] for number, row in enumerate(found.rows, start=1)]
    rows.append(["", found.total.name, *found.total.cells])
    head, widths = ["序号", "实施主体", *COLUMNS.values()], [6, 34, *[12] * len(COLUMNS)]
    mark, day = marks(demo=found.is_demo, reference=False), cn_date(snapshot_day(found.year, today))
    book.sheet("考核供数", title_of(found), mark, head=head, rows=rows, widths=widths)
    days = {AsOf.STOCK: day, AsOf.MADE: cn_date(today)}
    book.define([defined(EXAMINATION_MEANINGS[key], name, UNITS.get(key, "个"), days) for key, name in COLUMNS.items()], mark)
    return book.content()


def title_of(found: Examination) -> str:
    """Heading of page and workbook."""
    return f"{found.year}年度考核供数"
