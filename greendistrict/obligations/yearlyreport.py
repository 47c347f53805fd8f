"""OPERATE-REPORT, 八（四）, and OPERATE-CARBON, 七（三）4: reports on a year of operation, owed once the year is over."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.urls import reverse

from assessments.calendar import report_dues
from assessments.enums import ReportKind
from assessments.intake import FORMS, Form, owes
from assessments.models import YearlyReport
from assessments.rules.intakes import HANDED_IN
from greendistrict.core import clock, memo
from greendistrict.obligations.duties import Obligation
from greendistrict.obligations.titled import Titled, titled_districts
from greendistrict.obligations.use import first_day_in_use

CITY = "市住房城乡建设管理委"


def collect_operation(today: dt.date) -> Iterable[Obligation]:
    """Operation reports on the year before."""
    return _owed(ReportKind.OPERATION, today.year - 1)


def collect_carbon(today: dt.date) -> Iterable[Obligation]:
    """Carbon verifications of the year before: owed by the leading bodies, carried out by those who run the district."""
    return _owed(ReportKind.CARBON, today.year - 1)


def _owed(kind: str, year: int) -> Iterator[Obligation]:
    due = report_dues([year])[kind, year]
    if due < first_day_in_use():
        return
    there, unopened = _reports_on(year), reverse("assessments:intake_list")
    duty = Duty(FORMS[kind], f"{year}年度{FORMS[kind].kind.label}", year, due)
    for district in titled_districts():
        if owes(district.stage, district.held_since, year):
            yield _obligation(district, duty, there.get((district.pk, kind)), unopened)


def _reports_on(year: int) -> dict[tuple[int, str], YearlyReport]:
    """Reports of both kinds by district and kind; read once for both duties."""
    rows = YearlyReport.objects.filter(year=year).only("district_id", "kind", "status", "filed_at")
    return memo.once(f"obligations.reports:{year}", lambda: {(row.district_id, row.kind): row for row in rows})


class Duty(NamedTuple):
    """What every district owes alike: the report, its words, its year and its last day."""

    form: Form
    title: str
    year: int
    due: dt.date


def _obligation(district: Titled, duty: Duty, report: YearlyReport | None, unopened: str) -> Obligation:
    filed = report.filed_at if report is not None and report.status in HANDED_IN else None
    return Obligation(
        key=f"{duty.form.kind.value}-report:{district.pk}:{duty.year}",
        rule=duty.form.rule,
        cite=duty.form.cite,
        title=duty.title,
        district_id=district.pk,
        district=district.name,
        organisation_id=district.applicant_id,
        organisation=district.applicant,
        to=CITY,
        due=duty.due,
        link=reverse("assessments:intake", args=[report.pk]) if report else unopened,
        met_on=filed.astimezone(clock.SHANGHAI).date() if filed else None,
        authority_ids=tuple(district.leading),
        is_demo=district.is_demo,
    )
