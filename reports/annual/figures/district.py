"""Figures of a district's annual report and of its pages in the city's report, as of the snapshot day.

Also here: Carbon of a district: targets of the plan in force, with verified years and filed inventories. Its supervision: inspections with
findings, assessments, panel opinions.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from approvals.casework.selectors.known_on_day import applicants_changed_since, as_named_on, leading_on, name_on
from approvals.casework.selectors.titles_on_day import HeldTitle
from approvals.losses.city_assessments import CityResult, results_of
from approvals.opinions.selectors import OpinionOnDay, opinions_on
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import FindingOnDay, issued_on
from assessments.opinions.models import OpinionState
from assessments.self_checks.models import SelfCheck
from assessments.yearly_reports.comparison import FigureComparison, FigureGap
from assessments.yearly_reports.selectors.comparison import received_comparisons
from assessments.yearly_reports.selectors.text import VerifiedYear, received_years
from carbon.targets.compared_years import ComparedYear
from carbon.targets.selectors import paths_filed, targets_in
from districts.common.enums import Stage
from districts.facts.facts import approved_plan_on, facts_of_many, plan_on
from districts.file.models.district import District
from districts.file.selectors.parties import Renewal, renewals_of
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.workflow import timeline
from greendistrict.workflow.models import TransitionRecord
from reports.annual.figures.coming import ComingFigures, coming_of
from reports.annual.figures.land import LandFigures, land_of
from reports.annual.figures.scores import (
    FILES,
    SCORES,
    AnnualFigures,
    Counted,
    SnapshotState,
    StandingFigures,
    counted_scores,
    hold_received,
    snapshot_state,
    totals_of,
)
from reports.closings.figures import YearFigures, year_figures
from reports.closings.registry import frozen_many, received_in_time


@dataclass(frozen=True)
class CarbonFigures:
    """``target`` in kgCO₂e/(m²·a), None if no approved plan sets one; ``stages``: (year, target) of that plan; ``verified``: newest first.

    ``draft`` is the target of a plan that was not approved by the day, where no approved one sets a target.
    ``compared`` are the years with an inventory compared with the path, oldest first; None in editions closed before inventories were
    read.
    """

    year: int
    plan: str
    target: Decimal | None
    stages: tuple[tuple[int, Decimal], ...]
    verified: tuple[VerifiedYear, ...]
    compared: tuple[ComparedYear, ...] | None = None
    draft: Decimal | None = None

    @property
    def found(self) -> VerifiedYear | None:
        """Verification of the report's year, or None."""
        return next((row for row in self.verified if row.report.year == self.year), None)

    @property
    def against(self) -> ComparedYear | None:
        """The report's year compared with its target, or None."""
        return next((row for row in self.compared or () if row.year == self.year), None)


def carbon_of(districts: Sequence[District], year: int, day: dt.date) -> dict[int, CarbonFigures]:
    """By district: targets as of ``day``; verifications and inventories up to ``year`` that arrived by its last day of receipt."""
    plans = {district.pk: approved_plan_on(district, day) for district in districts}
    drafts = {district.pk: plan_on(district, day) for district in districts}
    verified = received_years(plans, year, received_in_time(year), day)
    compared = paths_filed(plans, year, received_in_time(year, "filed_at"))
    figures = {}
    for key, plan in plans.items():
        stages, target = targets_in(plan)
        own = tuple(_named(row, day) for row in verified.get(key, ()))
        paths = tuple(compared.get(key, ()))
        draft = targets_in(drafts[key])[1] if target is None else None
        figures[key] = CarbonFigures(year, str(plan) if plan else "", target, tuple(sorted(stages)), own, paths, draft)
    return figures


def _named(row: VerifiedYear, day: dt.date) -> VerifiedYear:
    """The verification under the district's name on the day."""
    return dataclasses.replace(row, line=dataclasses.replace(row.line, district=name_on(row.report.district, day)))


@dataclass(frozen=True)
class SupervisionFigures:
    """Inspections and assessments of the year; findings and opinions of the year and earlier ones still open."""

    inspections: tuple[Inspection, ...]
    findings: tuple[FindingOnDay, ...]
    results: tuple[CityResult, ...]
    opinions: tuple[OpinionOnDay, ...]

    @property
    def open_opinions(self) -> tuple[OpinionOnDay, ...]:
        """Opinions still open on the day."""
        return tuple(row for row in self.opinions if row.state != OpinionState.CLOSED)


def supervision_of(districts: Sequence[District], year: int, day: dt.date) -> dict[int, SupervisionFigures]:
    """State as of ``day`` by district; eight queries."""
    keys = [district.pk for district in districts]
    inspections, findings = issued_on(keys, year, day)
    results, opinions = results_of(keys, day), opinions_on(keys, year, day)
    as_named_on(day, [row.opinion.matter.district for rows in opinions.values() for row in rows])
    return {
        key: SupervisionFigures(
            tuple(row for row in inspections if row.district_id == key),
            tuple(row for row in findings if row.finding.inspection.district_id == key),
            tuple(row for row in results[key] if row.on.year == year),
            tuple(row._replace(matter=str(row.opinion.matter)) for row in opinions.get(key, ())),
        )
        for key in keys
    }


TOGETHER = 200  # districts read at once


@dataclass(frozen=True)
class Reporter:
    """Who files the self-check: body, signer, preparer with telephone, and day; empty if not recorded."""

    body: str
    head: str
    contact: str
    phone: str
    on: dt.date | None


@dataclass(frozen=True)
class DistrictFigures(StandingFigures):
    """Figures of one district; ``scores`` is None if no self-check of the year was received.

    ``renewal_projects``: those of a renewal district in words; None if the year was closed before they were kept with it.
    ``operation_gaps``: figures of the received operation report on the year that differ from ``land``.
    ``totals``: of all districts whose self-check of the year counts, read for its own report alone.
    """

    district: District
    year: int
    on: dt.date
    made_on: dt.date
    held: HeldTitle | None
    area_km2: Decimal | None
    parties: tuple[str, ...]
    reporter: Reporter
    version: int
    closing: YearFigures
    scores: AnnualFigures | None
    land: LandFigures
    carbon: CarbonFigures
    supervision: SupervisionFigures
    coming: ComingFigures
    renewal_projects: str | None = None
    operation_gaps: tuple[FigureGap, ...] = ()
    totals: tuple[Decimal, ...] = ()

    @property
    def judged_on(self) -> dt.date:
        """Day on which overdue duties are judged: the last day of receipt, or today if that is earlier."""
        return min(self.closing.closes_on, self.made_on)

    @property
    def reference(self) -> bool:
        """Whether its scores are under an unofficial edition."""
        return self.scores is not None and self.scores.reference

    @property
    def is_recorded_only(self) -> bool:
        """Whether the district has no applicant in the portal, so that only public records are known."""
        return self.district.applicant_id is None


class Lists(NamedTuple):
    """Data read together for several districts on a day: the year, its snapshot day, and by district its leading bodies and lists."""

    made_on: dt.date
    closing: YearFigures
    stood: SnapshotState
    parties: Mapping[int, Sequence[str]]
    land: Mapping[int, LandFigures]
    carbon: Mapping[int, CarbonFigures]
    supervision: Mapping[int, SupervisionFigures]
    coming: Mapping[int, ComingFigures]
    renewals: Mapping[int, Renewal]
    operation: Mapping[int, FigureComparison]


def report_figures(check: SelfCheck, today: dt.date) -> DistrictFigures:
    """Figures of the report on one received self-check, without its scores where it came too late, as in the city's report.

    Raises ``Refused`` if no version of it counts.
    """
    with held_reads():
        found = figures_of(check.district, check.year, today)
        if found.scores is None:
            hold_received(check)
            return found
        totals = totals_of(check.year, demo=found.is_demo).values()
        return dataclasses.replace(found, totals=tuple(sorted(totals)))


def figures_of(district: District, year: int, today: dt.date) -> DistrictFigures:
    """Figures of a district for ``year``, even if its self-check was not received in time; a constant number of queries."""
    [found] = figures_of_many([district], year, today)
    return found


def figures_in_turn(
    districts: Sequence[District], year: int, today: dt.date, known: Mapping[int, AnnualFigures] | None = None
) -> Iterator[DistrictFigures]:
    """``figures_of`` each district, read in batches so that memory does not grow with the city; ``known`` as in ``figures_of_many``."""
    for first in range(0, len(districts), TOGETHER):
        yield from figures_of_many(districts[first : first + TOGETHER], year, today, known)


def figures_of_many(
    districts: Sequence[District], year: int, today: dt.date, known: Mapping[int, AnnualFigures] | None = None
) -> list[DistrictFigures]:
    """``figures_of`` each district, with as many queries as for one.

    ``known`` are scores by district for every self-check of the year that counts, if ``annual_rows`` were read already.
    """
    with held_reads():
        own = [copy(district) for district in districts]  # what is kept with them is of this moment
        scores = known
        if scores is None:  # those of a closed year
            parts = frozen_many(AnnualFigures, year, SCORES, [str(district.pk) for district in own])
            scores = {int(part): kept for part, kept in parts.items()}
        found = _frozen(own, year, today, scores)
        left = [district for district in own if district.pk not in found]
        if left:
            counted = counted_scores(year, today, [district.pk for district in left], known)
            received = {key: row._replace(scores=scores.get(key, row.scores)) for key, row in counted.items()}
            found |= _gathered(left, year, today, received)
        return [found[district.pk] for district in own]


def _frozen(districts: Sequence[District], year: int, today: dt.date, scores: Mapping[int, AnnualFigures]) -> dict[int, DistrictFigures]:
    """Figures of a closed year by district, with these scores; empty while it is not closed."""
    parts = frozen_many(DistrictFigures, year, FILES, [str(district.pk) for district in districts])
    return {
        key: dataclasses.replace(kept, scores=scores.get(key), made_on=today, closing=year_figures(year, today))
        for key, kept in ((int(part), kept) for part, kept in parts.items())
    }


def _gathered(districts: Sequence[District], year: int, today: dt.date, received: Mapping[int, Counted]) -> dict[int, DistrictFigures]:
    """Current figures by district, with those of the received self-checks."""
    lists, steps = _lists(districts, year, today), timeline.of_subjects(row.check for row in received.values())
    return {
        district.pk: _figures(
            district, year, received.get(district.pk), lists, _reporter(district, received.get(district.pk), lists, steps)
        )
        for district in districts
    }


def _lists(districts: Sequence[District], year: int, today: dt.date) -> Lists:
    """Read the lists of the districts, and attach to each district the data for its policy facts."""
    keys = [district.pk for district in districts]
    stood = snapshot_state(year, today, keys)
    day = stood.on
    facts = facts_of_many(districts, day, past=True)
    prefetch_related_objects(districts, "applicant", "authorities")
    as_named_on(day, districts)
    stages = {key: stood.held[key].kind if key in stood.held else str(Stage.CANDIDATE) for key in keys}
    led = {district.pk: leading_on(day, district.pk, [body.pk for body in district.authorities.all()]) for district in districts}
    bodies = Organisation.objects.filter(pk__in={body for leading in led.values() for body in leading})
    named = dict(bodies.order_by("admin_code", "name_pinyin").values_list("pk", "name"))
    parties = {key: [name for body, name in named.items() if body in leading] for key, leading in led.items()}
    land = land_of(keys, day, facts)
    return Lists(
        today,
        year_figures(year, today),
        stood,
        parties,
        land,
        carbon_of(districts, year, day),
        supervision_of(districts, year, day),
        coming_of(districts, year, day, stages),
        renewals_of(districts),
        received_comparisons(year, day, received_in_time(year), {key: vars(own) for key, own in land.items()}),
    )


def _figures(district: District, year: int, received: Counted | None, lists: Lists, reporter: Reporter) -> DistrictFigures:
    key, stood, renewal = district.pk, lists.stood, lists.renewals.get(district.pk)
    return DistrictFigures(
        district=district,
        year=year,
        on=stood.on,
        made_on=lists.made_on,
        held=stood.held.get(key),
        area_km2=stood.area_of(key, district.area_km2),
        parties=tuple(lists.parties.get(key, ())),
        reporter=reporter,
        version=received.version if received else 0,
        closing=lists.closing,
        scores=received.scores if received else None,
        land=lists.land[key],
        carbon=lists.carbon[key],
        supervision=lists.supervision[key],
        coming=lists.coming[key],
        renewal_projects=renewal.by_drive if renewal else "",
        operation_gaps=lists.operation.get(key, FigureComparison()).gaps,
    )


def _reporter(district: District, received: Counted | None, lists: Lists, steps: Mapping[int, Sequence[TransitionRecord]]) -> Reporter:
    now = district.applicant.name if district.applicant else district.applicant_text
    body = applicants_changed_since(lists.stood.on).get(district.pk, now)
    if received is None:
        return Reporter(body, "", "", "", None)
    check = received.check
    signed = [record for record in steps[check.pk] if record.action == "sign"]
    last = signed[-1] if signed else None
    preparer = check.handed_up_by
    on = check.filed_at.astimezone(clock.SHANGHAI).date() if check.filed_at else None
    body = last.organisation if last and last.organisation else body
    return Reporter(body, last.actor_name if last else "", preparer.name if preparer else "", preparer.phone if preparer else "", on)
