"""Terms of filings by districts: countersigning, and receipt or return of self-checks, yearly reports and implementation plans."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import Exists, Q, QuerySet

from assessments.common.calendar import countersigning_term, receiving_day, receiving_term, self_check_windows
from assessments.common.enums import YearlyReportKind
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from districts.common.enums import PlanStatus
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.core.addresses import reverse
from greendistrict.workflow.history import changed_since, passed, stays, steps_column
from obligations.duties import Actors, Obligation
from obligations.matter_rows import DistrictMatter, MatterRows, Since, given_up, matter_table, moved_since, rows_of
from obligations.matters import INSIDE, OFFICER, Debtor, Matter, OwedTerm, is_listed, owed
from obligations.way import Day

KINDS = ("countersign", "receive_filing")
RECEIVING, COUNTERSIGNING = "receive_days", "countersign_days"
CHECKS = matter_table(SelfCheck, (SelfCheckState.RECEIVED,), "year")
REPORTS = matter_table(YearlyReport, (YearlyReportState.RECEIVED,), "year", "kind")


def _plans(since: Since) -> QuerySet[ImplementationPlan]:
    """Plans of leading bodies, which belong to no district in particular."""
    live = ~Q(status=PlanStatus.NOTED) | Exists(changed_since(ImplementationPlan, since.moment))
    return ImplementationPlan.objects.filter(live).annotate(steps=steps_column(ImplementationPlan))


PLANS = MatterRows(
    *(ImplementationPlan._meta.label_lower, _plans, ("pk", "year", "status", "is_demo", "authority__name", "steps")),
    is_live=lambda row, since: row["status"] != PlanStatus.NOTED or moved_since(row["steps"], since),
    place="",
)
TABLES = (CHECKS, REPORTS, PLANS)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Open terms of filings on a day, and those met in the year before it."""
    found = chain(_of_self_checks(day, only), _of_reports(day, only), () if only is not None else _of_plans(day))
    return (one for one in found if is_listed(one, day))


def _of_self_checks(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    rows = rows_of(CHECKS, day.since, only)
    windows = self_check_windows(row["year"] for row in rows)
    for row in rows:
        one = DistrictMatter(row, day, "self-check", f"{row['year']}年度自查", reverse("assessments:selfcheck", args=[row["pk"]]))
        bodies = Debtor("区专门机构", Actors((Role.AUTHORITY,), tuple(row["leading"])), tuple(row["leading"]), None, tuple(row["leading"]))
        for stay in one.stays(SelfCheckState.COUNTERSIGNING):
            if given_up(stay):
                continue
            how = day.how(stay.since, "送会签", COUNTERSIGNING)
            due = countersigning_term(stay.since, day.terms)
            term = OwedTerm("countersign", str(stay.number), "会签", due, how, stay.until, to=one.matter.applicant, is_link_open=False)
            yield owed(one.matter, bodies, term._replace(is_default=day.is_default(COUNTERSIGNING)))
        for stay in one.stays(SelfCheckState.FILED):
            window = windows[row["year"]]
            due = receiving_day(stay.since, window, day.terms)
            by_setting = due == window.receipt
            yield from _received(one, stay, due, "selfcheck.city_receipt" if by_setting else RECEIVING)


def _of_reports(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    for row in rows_of(REPORTS, day.since, only):
        name = f"{row['year']}年度{YearlyReportKind(row['kind']).label}"
        one = DistrictMatter(row, day, "report", name, reverse("assessments:yearly_report", args=[row["pk"]]))
        for stay in one.stays(YearlyReportState.FILED):
            yield from _received(one, stay, receiving_term(stay.since, day.terms), RECEIVING)


def _received(one: DistrictMatter, stay: Any, due: dt.date, setting: str) -> Iterator[Obligation]:
    """The city accepts or returns what was filed; withdrawn filings are not owed."""
    if given_up(stay):
        return
    how = one.day.how(stay.since, "报送", setting)
    term = OwedTerm("receive_filing", str(stay.number), "接收或退回", due, how, stay.until, to=one.matter.applicant, is_link_open=False)
    yield owed(one.matter, OFFICER, term._replace(is_default=one.day.is_default(setting)))


def _of_plans(day: Day) -> Iterator[Obligation]:
    for row in rows_of(PLANS, day.since, None):
        page = reverse("districts:implementation_plan_edit", args=[row["pk"]])
        name = f"{row['authority__name']}{row['year']}年度实施计划"
        matter = Matter("plan", row["pk"], None, "", row["is_demo"], None, "", (), name, page, row["status"])
        for stay in stays(passed(row["steps"]), (PlanStatus.FILED,), day.on):
            if not given_up(stay):
                how = day.how(stay.since, "上报", RECEIVING)
                term = OwedTerm("receive_filing", str(stay.number), "接收或退回", receiving_term(stay.since, day.terms), how, stay.until)
                given = {"to": row["authority__name"], "seen_by": INSIDE, "is_default": day.is_default(RECEIVING)}
                yield owed(matter, OFFICER, term._replace(**given))
