"""Operation of the year: reports received, ledgers kept; 美丽街区 and 美丽家园 projects of renewal districts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from assessments.common.enums import YearlyReportKind
from assessments.common.mechanism import REQUIRED
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from assessments.yearly_reports.selectors.yearly_reports import figures_of
from districts.common.enums import DistrictType
from districts.file.models.parties import RenewalProject, RenewalProjectKind
from greendistrict.core.memoisation import once
from greendistrict.workflow.history import status_on
from operation.ledger.selectors import LedgerRow, ledger_rows
from reports.city.figures.standing import StandingDistrict, TitleStand
from reports.city.sources import CityFigure, Reckoning, SourceRow
from reports.closings.registry import receipts_day, received_in_time
from reports.common.own_words import first_sentence


@dataclass(frozen=True)
class OperationLine:
    """A district: figures of its received report, 万m² (``before``: in use by the report on the year before), and of its ledger.

    None means unknown; the ledger has no figures where it holds no complete entry. ``reason`` is the district's own word on its problems.
    """

    district: str
    received: bool
    in_use: Decimal | None
    green: Decimal | None
    before: Decimal | None
    mechanisms: int | None
    trainings: int | None
    trained: int | None
    budget: Decimal | None
    used: Decimal | None
    reason: str
    href: str

    @property
    def is_complete(self) -> bool:
        """Whether both mechanisms that the policy asks for are on record."""
        return self.mechanisms is not None and self.mechanisms >= len(REQUIRED)


@dataclass(frozen=True)
class CityOperation:
    """Figures of the part on operation."""

    lines: tuple[OperationLine, ...]
    figures: tuple[CityFigure, ...]


@dataclass(frozen=True)
class RenewalLine:
    """A renewal district: its 美丽街区 and 美丽家园 projects, those begun and those finished by the snapshot day."""

    district: str
    streets: int
    homes: int
    begun: int
    finished: int
    href: str

    @property
    def projects(self) -> int:
        """Number of projects."""
        return self.streets + self.homes


@dataclass(frozen=True)
class CityRenewal:
    """Figures of the part on streets and homes; no lines without a renewal district."""

    lines: tuple[RenewalLine, ...]
    figures: tuple[CityFigure, ...]


def operation_figures(stood: TitleStand, *, whole: bool = True) -> CityOperation:
    """Reports and ledgers by the last day of receipt, of districts with a title on the snapshot day; a constant number of queries.

    ``whole``: with what each line says of the year before, which no figure counts.
    """
    keys = tuple(sorted(stood.by_district))
    now, last = once(_received, stood.year, keys), once(_received, stood.year - 1, keys) if whole else {}
    ledgers = {row.district.pk: row for row in ledger_rows(stood.districts, stood.year, receipts_day(stood.year))}
    read = ((row, row.district.pk) for row in stood.rows)
    lines = tuple(_line(row, now.get(key), last.get(key), ledgers[key], stood.year) for row, key in read)
    received = tuple(SourceRow(line.district, "运营工作报告", line.href) for line in lines if line.received)
    in_use = tuple(SourceRow(line.district, "已投入使用的建筑面积", line.href, line.in_use) for line in lines if line.in_use is not None)
    both = tuple(SourceRow(line.district, "两项机制", line.href) for line in lines if line.is_complete)
    unknown = len(lines) - len(in_use)
    return CityOperation(
        lines,
        (
            CityFigure("operation_received", "已接收的运营工作报告", "个", received),
            CityFigure("operation_in_use", "报告的已投入使用的建筑面积", "万m²", in_use, Reckoning.SUM, unknown=unknown),
            CityFigure("operation_mechanisms", "应建立的管理机制记录齐全的城区", "个", both),
        ),
    )


def _received(year: int, districts: tuple[int, ...]) -> dict[int, YearlyReport]:
    """Operation reports on a year that were received in time, by district; with a title in both years they are read once."""
    found = YearlyReport.objects.filter(received_in_time(year), kind=YearlyReportKind.OPERATION, year=year, district__in=districts)
    counted = found.annotate(stood=status_on(YearlyReport, receipts_day(year))).filter(stood=YearlyReportState.RECEIVED)
    return {report.district_id: report for report in counted}


def _line(row: StandingDistrict, report: YearlyReport | None, last: YearlyReport | None, ledger: LedgerRow, year: int) -> OperationLine:
    values: Mapping[str, Decimal] = figures_of(report) if report else {}
    kept = bool(ledger.mechanisms or ledger.meetings or ledger.platforms or ledger.trainings or ledger.budget or ledger.used)
    page = reverse("operation:ledger", args=[row.district.code, year])
    return OperationLine(
        row.name,
        received=report is not None,
        in_use=values.get("in_use"),
        green=values.get("green"),
        before=figures_of(last).get("in_use") if last else None,
        mechanisms=ledger.mechanisms if kept else None,
        trainings=ledger.trainings if kept else None,
        trained=ledger.trained if kept else None,
        budget=ledger.budget if kept else None,
        used=ledger.used if kept else None,
        reason=first_sentence(report.text.get("plan", "")) if report else "",
        href=reverse("assessments:yearly_report", args=[report.pk]) if report else page,
    )


def renewal_figures(stood: TitleStand) -> CityRenewal:
    """Projects of the renewal districts with a title, by the days that are entered; one query."""
    renewals = {row.district.pk: row for row in stood.rows if row.district.type == DistrictType.RENEWAL}
    projects: dict[int, list[RenewalProject]] = {}
    for project in RenewalProject.objects.filter(district__in=renewals).order_by("district_id", "pk") if renewals else ():
        projects.setdefault(project.district_id, []).append(project)
    lines = tuple(_renewed(row, projects.get(key, []), stood) for key, row in renewals.items())
    registered = tuple(SourceRow(line.district, "登记的项目", line.href, line.projects) for line in lines if line.projects)
    finished = tuple(SourceRow(line.district, "已完工的项目", line.href, line.finished) for line in lines if line.finished)
    return CityRenewal(
        lines,
        (
            CityFigure("renewal_projects", "美丽街区、美丽家园项目", "个", registered),
            CityFigure("renewal_finished", "已完工的美丽街区、美丽家园项目", "个", finished),
        ),
    )


def _renewed(row: StandingDistrict, projects: list[RenewalProject], stood: TitleStand) -> RenewalLine:
    return RenewalLine(
        row.name,
        sum(one.kind == RenewalProjectKind.STREET for one in projects),
        sum(one.kind == RenewalProjectKind.HOME for one in projects),
        sum(one.started_on is not None and one.started_on <= stood.on for one in projects),
        sum(one.finished_on is not None and one.finished_on <= stood.on for one in projects),
        row.href,
    )
