"""Terms of department opinions on cases and plots, and of assigned table rows."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import chain

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from approvals.consultations.models import ANSWERED_IN, Consultation
from assessments.sharing.models import RowShare, ShareState
from assessments.tables.models import ScoreTable, TableState
from assessments.tables.rules import EDITABLE
from districts.common.enums import OpinionPurpose
from districts.plots.models import PlotOpinion
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import has_people_by
from greendistrict.core import clock
from greendistrict.workflow.history import passed, state_on, stays, steps_column
from obligations.duties import Actors, Obligation, ReaderSide
from obligations.matter_rows import DISTRICT, MatterRows, Row, Since, rows_of
from obligations.matters import INSIDE, Debtor, Matter, OwedTerm, is_listed, owed
from obligations.way import Day, How

KINDS = ("consult_reply", "plot_opinion", "assigned_rows")
CONSULTING, CONDITIONS, DESIGN = "consult_days", "plot_consult_days", "consult_days"
OWN_ALONE = frozenset({ReaderSide.OWN})
OF_DISTRICT = OWN_ALONE | {ReaderSide.OTHERS}
ANSWERING = (Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER)


def _columns(place: str) -> tuple[str, ...]:
    return tuple(f"{place}__{name}" for name in DISTRICT)


def _consultations(since: Since) -> QuerySet[Consultation]:
    consultations = Consultation.objects.filter(Q(answered_at__isnull=True) | Q(answered_at__gte=since.moment))
    return consultations.annotate(steps=steps_column(Case, "case_id"), is_recorded=has_people_by("department", "due"))


def _opinions(since: Since) -> QuerySet[PlotOpinion]:
    opinions = PlotOpinion.objects.filter(Q(answered_on__isnull=True) | Q(answered_on__gte=since.day), carried_from=None)
    return opinions.annotate(is_recorded=has_people_by("organisation", "due_on"))


def _shares(since: Since) -> QuerySet[RowShare]:
    shares = RowShare.objects.filter(Q(status=ShareState.OPEN) | Q(signed_at__gte=since.moment), due_on__isnull=False)
    recorded = Q(person__isnull=False) | has_people_by("organisation", "due_on")
    return shares.annotate(steps=steps_column(RowShare), moves=steps_column(ScoreTable, "table_id"), is_recorded=recorded)


CONSULTATIONS = MatterRows(
    Consultation._meta.label_lower,
    _consultations,
    (
        *("pk", "case_id", "case__kind", "case__number", "department_id", "department__name", "asked_at", "due", "answered_at"),
        *("dropped_at", "entry__received_on", "steps", "is_recorded", *_columns("case")),
    ),
    is_live=lambda row, since: row["answered_at"] is None or row["answered_at"] >= since.moment,
    days=("due", "entry__received_on"),
    moments=("asked_at", "answered_at", "dropped_at"),
    place="case__district",
)
PLOTS = MatterRows(
    PlotOpinion._meta.label_lower,
    _opinions,
    (
        *("pk", "plot_id", "plot__number", "plot__district__code", "purpose", "department", "organisation_id"),
        *("asked_on", "due_on", "answered_on", "is_recorded", *_columns("plot")),
    ),
    is_live=lambda row, since: row["answered_on"] is None or row["answered_on"] >= since.day,
    days=("asked_on", "due_on", "answered_on"),
    place="plot__district",
)
SHARES = MatterRows(
    RowShare._meta.label_lower,
    _shares,
    (
        *("pk", "status", "organisation_id", "organisation__name", "person_id", "person__name"),
        *("assigned_at", "signed_at", "due_on", "steps", "moves", "is_recorded", *_columns("table")),
    ),
    is_live=lambda row, since: row["status"] == ShareState.OPEN or (row["signed_at"] is not None and row["signed_at"] >= since.moment),
    days=("due_on",),
    moments=("assigned_at", "signed_at"),
    place="table__district",
)
TABLES = (CONSULTATIONS, PLOTS, SHARES)


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Open terms of departments on a day, and those met in the year before it."""
    found = chain(_of_cases(day, only), _of_plots(day, only), _of_tables(day, only))
    return (one for one in found if is_listed(one, day))


def _matter(of: str, row: Row, place: str, name: str, page: str) -> Matter:
    """Matter in the district of a row; ``place`` is its index in the row."""
    district, called, is_demo, applicant, words = (row[f"{place}__{column}"] for column in DISTRICT)
    return Matter(of, row["pk"], district, called, is_demo, applicant, words or "", (), name, page)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def _of_cases(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    """Opinions of partners; silence is never consent. Cancelled ones and those of decided cases are not owed."""
    for row in rows_of(CONSULTATIONS, day.since, only):
        asked, dropped = _day(row["asked_at"]), _day(row["dropped_at"])
        answered = row["entry__received_on"] or _day(row["answered_at"])
        answered = answered if answered and answered <= day.on else None
        awaited = answered is not None or state_on(passed(row["steps"]), day.on) in ANSWERED_IN
        if asked is None or asked > day.on or (dropped and dropped <= day.on) or not awaited:
            continue
        name = f"{CaseKind(row['case__kind']).label}{row['case__number']}"
        matter = _matter("consultation", row, "case", name, reverse("approvals:consultation", args=[row["pk"]]))
        seats = Actors((Role.PARTNER,), (row["department_id"],))
        how = day.how(asked, "征询", CONSULTING)
        term = OwedTerm("consult_reply", "", "部门意见", row["due"], how, answered, seen_by=INSIDE, is_default=day.is_default(CONSULTING))
        yield owed(matter, Debtor(row["department__name"], seats, (row["department_id"],)), term._replace(is_recorded=row["is_recorded"]))


def _of_plots(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    """Opinions on the conditions of a plot or on its design."""
    address = cache(lambda code: reverse("districts:plot_control", args=[code, 0]).rpartition("/0/"))  # computed once per district
    for row in rows_of(PLOTS, day.since, only):
        if row["asked_on"] > day.on:
            continue
        answered = row["answered_on"] if row["answered_on"] and row["answered_on"] <= day.on else None
        before, _, after = address(row["plot__district__code"])
        matter = _matter("plot-opinion", row, "plot", f"地块{row['plot__number']}", f"{before}/{row['plot_id']}/{after}")
        body = (row["organisation_id"],) if row["organisation_id"] else ()
        granting = row["purpose"] == OpinionPurpose.CONDITIONS
        setting, rule = (CONDITIONS, "PLOT-INDICATORS") if granting else (DESIGN, "PLOT-DESIGN")
        how = day.how(row["asked_on"], "征询", setting)
        term = OwedTerm("plot_opinion", "", "征询意见", row["due_on"], how, answered, seen_by=OF_DISTRICT, to="规划资源部门", rule=rule)
        debtor = Debtor(row["department"], Actors(ANSWERING, body), body)
        yield owed(matter, debtor, term._replace(is_default=day.is_default(setting), is_recorded=row["is_recorded"]))


def _of_tables(day: Day, only: Collection[int] | None) -> Iterator[Obligation]:
    """Table rows assigned to a body or person with a due day; completed by the assignee."""
    for row in rows_of(SHARES, day.since, only):
        given = _day(row["assigned_at"])
        signed = stays(passed(row["steps"]), (ShareState.SIGNED,), day.on)
        withdrawn = stays(passed(row["steps"]), (ShareState.WITHDRAWN,), day.on)
        done = signed[-1].since if signed and signed[-1].until is None else None
        fillable = done is not None or state_on(passed(row["moves"]), day.on, TableState.OPEN) in EDITABLE
        if given is None or given > day.on or withdrawn or not fillable:
            continue
        matter = _matter("share", row, "table", "", reverse("assessments:share", args=[row["pk"]]))
        body = (row["organisation_id"],) if row["organisation_id"] else ()
        seats = Actors((Role.BUREAU,), body) if body else Actors((), (), (row["person_id"],))
        how = How(f"{day.words(given)}分派", "申报主体确定的完成期限")
        term = OwedTerm(
            "assigned_rows", "", "填写分派的条文并签认", row["due_on"], how, done, seen_by=frozenset({ReaderSide.OWN}), is_default=False
        )
        debtor = Debtor(row["organisation__name"] or row["person__name"], seats, body)
        yield owed(matter, debtor, term._replace(to=matter.applicant, is_link_open=False, is_recorded=row["is_recorded"]))
