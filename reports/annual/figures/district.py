"""Everything that a district's annual report and its pages in the city's report show, as of the snapshot day."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from approvals.casework.selectors.titles_on_day import HeldTitle
from approvals.common.enums import TitleKind
from assessments.self_checks.enums import SelfCheckState
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import TableVersion
from districts.common.certainty import is_inferred
from districts.common.enums import Certainty, Stage
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.workflow import timeline
from reports.annual.figures.carbon import CarbonFigures, carbon_of
from reports.annual.figures.coming import ComingFigures, coming_of
from reports.annual.figures.land import LandFigures, land_of
from reports.annual.figures.scores import FILES, NO_TITLE, SCORES, AnnualFigures, SnapshotState, district_figures, snapshot_state
from reports.annual.figures.supervision import SupervisionFigures, supervision_of
from reports.closings.days import edition_in_force, received_in_time
from reports.closings.figures import YearFigures, year_figures
from reports.closings.registry import frozen_as


@dataclass(frozen=True)
class Reporter:
    """Who hands the self-check in: body, who signed for it, who prepared it with telephone, and the day; empty where not recorded."""

    body: str
    head: str
    contact: str
    phone: str
    on: dt.date | None


@dataclass(frozen=True)
class DistrictFigures:
    """``scores`` is None while no self-check of the year was received."""

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

    @property
    def judged_on(self) -> dt.date:
        """Day by which it is judged what is overdue: the last day of receipt, until it has come today."""
        return min(self.closing.closes_on, self.made_on)

    @property
    def is_demo(self) -> bool:
        """Whether the district is fiction."""
        return self.district.is_demo

    @property
    def reference(self) -> bool:
        """Whether its scores are by an unofficial edition."""
        return self.scores is not None and self.scores.reference

    @property
    def is_building(self) -> bool:
        """Whether it held a pilot title on the snapshot day, so that no star is stated."""
        return self.held is not None and self.held.kind == TitleKind.PILOT

    @property
    def is_recorded_only(self) -> bool:
        """Whether nobody works on it in the portal, so that nothing is known beside the public record."""
        return self.district.applicant_id is None

    @property
    def stage_words(self) -> str:
        """Title held on the snapshot day, marked as on every page."""
        return self.held.text if self.held else NO_TITLE

    @property
    def type_words(self) -> str:
        """Type of the district, marked where it is concluded; empty where unknown."""
        word = self.district.get_type_display()
        return f"{word}（推定）" if word and self.district.type_certainty == Certainty.INFERRED else word

    @property
    def area_is_inferred(self) -> bool:
        """Whether the area is concluded, or of another scope than the district's own."""
        return self.area_km2 is not None and is_inferred(self.district.fact_certainty, "面积")


class Shared(NamedTuple):
    """What is read for several districts together: the state on the snapshot day, and the lists of each by district."""

    stood: SnapshotState
    land: Mapping[int, LandFigures]
    carbon: Mapping[int, CarbonFigures]
    supervision: Mapping[int, SupervisionFigures]
    coming: Mapping[int, ComingFigures]


def report_figures(check: SelfCheck) -> DistrictFigures:
    """Figures of the report on one received self-check. Raises ``Refused`` when no version of it counts."""
    district, year = copy(check.district), check.year
    with held_reads():
        scores = district_figures(check)
        return _frozen(district, year, scores) or _gathered(district, year, check, scores, _shared([district], year))


def figures_of(district: District, year: int) -> DistrictFigures:
    """Figures of a district for ``year`` whether or not its self-check was received in time; a constant number of queries."""
    [found] = figures_of_many([district], year)
    return found


def figures_of_many(districts: Sequence[District], year: int) -> list[DistrictFigures]:
    """``figures_of`` each of them; what they share is read once."""
    with held_reads():
        own = [copy(district) for district in districts]  # what is kept with them is of this moment
        shared = _shared(own, year) if edition_in_force(year) is None else None
        return [_figures(district, year, shared) for district in own]


def _shared(districts: Sequence[District], year: int) -> Shared:
    """Read the lists of the districts, and keep with each what its policy facts are computed from."""
    stood = snapshot_state(year, [district.pk for district in districts])
    day = stood.on
    facts_of_many(districts, day)
    stages = {district.pk: _stage(stood.held.get(district.pk)) for district in districts}
    return Shared(
        stood,
        land_of(districts, day),
        carbon_of(districts, year, day),
        supervision_of(districts, year, day),
        coming_of(districts, year, day, stages),
    )


def _stage(held: HeldTitle | None) -> str:
    return held.kind if held else Stage.CANDIDATE


def _figures(district: District, year: int, shared: Shared | None) -> DistrictFigures:
    if kept := _frozen(district, year, frozen_as(AnnualFigures, year, SCORES, str(district.pk))):
        return kept
    checks = SelfCheck.objects.select_related("district", "table__edition", "handed_up_by")
    check = checks.filter(received_in_time(year), district=district, year=year, status=SelfCheckState.RECEIVED).first()
    shared = shared or _shared([district], year)
    return _gathered(district, year, check, district_figures(check, shared.stood) if check else None, shared)


def _frozen(district: District, year: int, scores: AnnualFigures | None) -> DistrictFigures | None:
    """Figures of a closed year with these scores; None while it is not closed."""
    kept = frozen_as(DistrictFigures, year, FILES, str(district.pk))
    return kept and dataclasses.replace(kept, scores=scores, made_on=clock.today(), closing=year_figures(year))


def _gathered(district: District, year: int, check: SelfCheck | None, scores: AnnualFigures | None, shared: Shared) -> DistrictFigures:
    state = shared.stood
    return DistrictFigures(
        district=district,
        year=year,
        on=state.on,
        made_on=clock.today(),
        held=state.held.get(district.pk),
        area_km2=state.area_of(district.pk, district.area_km2),
        parties=tuple(district.authorities.order_by("admin_code", "name_pinyin").values_list("name", flat=True)),
        reporter=_reporter(district, check),
        version=_version(check),
        closing=year_figures(year),
        scores=scores,
        land=shared.land[district.pk],
        carbon=shared.carbon[district.pk],
        supervision=shared.supervision[district.pk],
        coming=shared.coming[district.pk],
    )


def _version(check: SelfCheck | None) -> int:
    """Number of the version that counts; 0 without one."""
    if check is None:
        return 0
    return TableVersion.objects.filter(table=check.table_id, counts=True).values_list("number", flat=True).first() or 0


def _reporter(district: District, check: SelfCheck | None) -> Reporter:
    body = district.applicant.name if district.applicant else district.applicant_text
    if check is None:
        return Reporter(body, "", "", "", None)
    signed = [record for record in timeline.of_subject(check) if record.action == "sign"]
    last = signed[-1] if signed else None
    preparer = check.handed_up_by
    on = check.filed_at.astimezone(clock.SHANGHAI).date() if check.filed_at else None
    body = last.organisation if last and last.organisation else body
    return Reporter(body, last.actor_name if last else "", preparer.name if preparer else "", preparer.phone if preparer else "", on)
