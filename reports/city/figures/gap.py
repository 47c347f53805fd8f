"""The gap of the whole city to the planning scores: by district, and by clause and state (pure)."""

from decimal import Decimal
from typing import NamedTuple

from reports.annual.figures import AnnualFigures
from reports.annual.figures.gap import ScoreGap

NAMED = 3  # clauses with most points, which the report names


class DistrictGap(NamedTuple):
    """Gap of one district in points of its total; ``states`` in the order of ``GAP_STATES``, ``rest`` what no clause accounts for."""

    district: str
    points: Decimal
    states: tuple[Decimal, ...]
    rest: Decimal


class ClauseSum(NamedTuple):
    """Points that a clause in one state makes of the gap, added up over its districts."""

    clause: str
    title: str
    state: str
    districts: int
    points: Decimal


class GapReason(NamedTuple):
    """Why a clause stays below the planning score, as the district with the largest gap in it says."""

    clause: str
    district: str
    text: str


class CityGap(NamedTuple):
    """Districts, largest gap first, and all clauses that make a difference, most points first.

    ``reasons`` are those of the clauses with most points; none in editions closed before they were kept.
    """

    districts: tuple[DistrictGap, ...]
    clauses: tuple[ClauseSum, ...]
    reasons: tuple[GapReason, ...] = ()

    @property
    def points(self) -> Decimal:
        """Gap of all districts together; the points of all clauses and of ``rest`` add up to it."""
        return sum((one.points for one in self.districts), Decimal(0))

    @property
    def states(self) -> tuple[Decimal, ...]:
        """Points of all districts by state."""
        return tuple(sum(column, Decimal(0)) for column in zip(*(one.states for one in self.districts), strict=True))

    @property
    def rest(self) -> Decimal:
        """Points that no clause accounts for."""
        return sum((one.rest for one in self.districts), Decimal(0))


class GapSums:
    """Running sums of the gaps while the score tables are read."""

    def __init__(self) -> None:
        self.districts: list[DistrictGap] = []
        self._clauses: dict[tuple[str, str, str], tuple[int, Decimal]] = {}
        self._reasons: dict[str, tuple[Decimal, GapReason]] = {}

    def add(self, row: AnnualFigures) -> None:
        """Add a district, unless one of its two totals is missing."""
        gap: ScoreGap | None = row.gap
        if gap is None:
            return
        self.districts.append(DistrictGap(row.district.name, gap.points, tuple(gap.by_state.values()), gap.rest))
        reasons = {item.id: item.reason for item in row.items}
        for one in gap.clauses:
            count, points = self._clauses.get(one[:3], (0, Decimal(0)))
            self._clauses[one[:3]] = count + 1, points + one.points
            text = reasons.get(one.clause, "").strip()
            if text and one.points > self._reasons.get(one.clause, (Decimal(0),))[0]:
                self._reasons[one.clause] = one.points, GapReason(one.clause, row.district.name, text)

    def made(self) -> CityGap:
        """The sums, ordered."""
        clauses = sorted(
            (ClauseSum(*key, *sums) for key, sums in self._clauses.items()), key=lambda one: (-one.points, one.clause, one.state)
        )
        first = dict.fromkeys(one.clause for one in clauses[:NAMED] if one.points > 0)
        return CityGap(
            tuple(sorted(self.districts, key=lambda one: (-one.points, one.district))),
            tuple(clauses),
            tuple(self._reasons[clause][1] for clause in first if clause in self._reasons),
        )
