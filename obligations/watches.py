"""Watched items: late or expiring things in a district. Shown and summed up weekly, never reminded of individually; no breach of a duty."""

import datetime as dt
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import Least
from django.urls import reverse

from assessments.tables.models import RowEvidence
from districts.overview.selectors.authority_progress import ready_for_acceptance
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.accounts.enums import Role
from greendistrict.core.days import day_in_words
from greendistrict.core.django_internals import CompiledFor
from greendistrict.policy.duty_table import CITY, DutyKind, duty_kind
from obligations.city_duties import city_row
from obligations.duties import Actors, Obligation
from obligations.titled_districts import NO_APPLICANT, TitledDistrict, titled_districts
from obligations.way import Day, How

PLOTS, PROJECTS, WORKS = duty_kind("plot_late"), duty_kind("project_late"), duty_kind("work_late")
EVIDENCE, READY = duty_kind("evidence_expiring"), duty_kind("acceptance_ready")
EVIDENCE_DAYS = "duties.evidence_days"
OPEN_END = dt.date(9999, 12, 31)  # without a planned day, so never late


class Planned(NamedTuple):
    """A table with planned days and the days of completion."""

    kind: DutyKind
    rows: QuerySet[Any]
    words: str
    pairs: tuple[tuple[str, str], ...]


def planned() -> tuple[Planned, ...]:
    """Plots, key projects and municipal works, with their planned days."""
    plot = (("planned_acquisition", "acquired_on"), ("planned_start", "started_on"), ("planned_finish", "built_on"))
    project = (("planned_start", "started_on"), ("planned_finish", "finished_on"))
    return (
        Planned(PLOTS, Plot.objects.filter(buildable=True), "个地块晚于计划", plot),
        Planned(PROJECTS, KeyProject.objects.all(), "个重点项目晚于计划", project),
        Planned(WORKS, Work.objects.all(), "项市政设施晚于计划", (("planned_finish", "built_on"),)),
    )


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Late and soon expiring things of titled districts on a day."""
    held = _held(day, only)
    if not held:
        return
    until = day.terms.calendar.add(day.on, day.terms.settings.integer(EVIDENCE_DAYS))
    found = COUNTED.read(None if only is None else held, day.on, until)
    words, rule = {one.kind.key: one for one in planned()}, day.rule(EVIDENCE_DAYS)
    for kind, district, number, first in found:
        if district not in held:
            continue
        if late := words.get(kind):
            how = How(f"最早的计划日期{day_in_words(first)}", late.kind.due)
            yield _row(late.kind, held[district], f"{number}{late.words}", first)._replace(how=how)
        else:
            how = How(f"最早的有效期至{day_in_words(first)}", rule)
            yield _row(EVIDENCE, held[district], f"{number}份佐证材料即将到期", first)._replace(how=how)


def collect_ready(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Pilots that meet 八（三） but have not applied for acceptance; as of today only, because past fulfilment is not stored."""
    held = _held(day, only) if day.past is None else {}
    for district in ready_for_acceptance(day.on, held) if held else ():
        link = reverse("districts:district_detail", args=[district.code])
        row = _row(READY, held[district.pk], "已具备终期验收条件，尚未申请", OPEN_END)
        yield row._replace(how=How(rule=READY.due), link=link)


def _held(day: Day, only: Collection[int] | None) -> dict[int, TitledDistrict]:
    """Titled districts whose applicant has users in the portal."""
    titled = titled_districts(only, day.past)
    return {row.pk: row for row in titled if row.joined is not None and row.joined <= day.on}


def _counted(only: Collection[int] | None, on: dt.date, until: dt.date) -> QuerySet[Any, Any]:
    """Rows late on a day or expiring by another, by kind and district with the first day; one statement."""
    ends = {"document__valid_to__gte": on, "document__valid_to__lte": until, "document__replaced_by": None}
    files = RowEvidence.objects.filter(**ends, **({} if only is None else {"row__table__district__in": only}))
    of_files = _by_district(EVIDENCE, files, "row__table__district_id", Count("document", distinct=True), Min("document__valid_to"))
    first, *others = (*(_late(one, on, only) for one in planned()), of_files)
    return first.union(*others, all=True)


def _late(planned: Planned, on: dt.date, only: Collection[int] | None) -> QuerySet[Any, Any]:
    """Rows with a planned day before ``on`` that was not met by then."""
    late = [Q(**{f"{planned}__lt": on}) & (Q(**{done: None}) | Q(**{f"{done}__gt": on})) for planned, done in planned.pairs]
    firsts = [Min(planned, filter=one) for (planned, _), one in zip(planned.pairs, late, strict=True)]
    first = Least(*firsts) if len(firsts) > 1 else firsts[0]  # PostgreSQL's least(), which ignores NULL
    rows = planned.rows.filter(reduce(or_, late), **({} if only is None else {"district__in": only}))
    return _by_district(planned.kind, rows, "district_id", Count("pk"), first)


def _by_district(kind: DutyKind, found: QuerySet[Any], place: str, number: Count, first: Least | Min) -> QuerySet[Any, Any]:
    rows = found.order_by().values(place=F(place)).annotate(number=number, first=first)
    told: QuerySet[Any, Any] = rows.values_list(Value(kind.key, CharField()), "place", "number", "first")
    return told


COUNTED = CompiledFor(_counted, dt.date.min, dt.date.max)


def _row(kind: DutyKind, district: TitledDistrict, title: str, due: dt.date) -> Obligation:
    own = (district.applicant_id,) if district.applicant_id else ()
    return city_row(kind, f"{district.pk}", title, due, CITY)._replace(
        district_id=district.pk,
        district=district.name,
        organisation_id=district.applicant_id,
        organisation=district.applicant or NO_APPLICANT,
        authority_ids=tuple(district.leading),
        debtor_ids=own,
        is_default_date=False,
        is_demo=district.is_demo,
        is_watch=True,
        actors=Actors((Role.PREPARER, Role.REVIEWER), own),
    )
