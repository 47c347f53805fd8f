"""Leading bodies (实施主体) on the snapshot day: their districts, target of 四（一）, designated body and yearly plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from approvals.casework.selectors.known_on_day import passed_since
from approvals.common.enums import TitleKind
from districts.overview.selectors.authority_progress import AuthorityRow, StoodTitle, rows_on
from obligations.authority_duties import authorities
from reports.city.figures.standing import StandingDistrict, TitleStand


@dataclass(frozen=True)
class CityBody:
    """A leading body; ``km2`` is None if no area of its districts is known."""

    key: int
    name: str
    pilots: int
    demonstrations: int
    km2: Decimal | None
    km2_missing: int
    new: int
    target: str
    designated: str
    plans: tuple[str, ...]


def body_figures(stood: TitleStand) -> tuple[CityBody, ...]:
    """Rows in the order of GB/T 2260. A district with two leading bodies is in both; bodies ended by then that lead none are left out."""
    titles = {row.district.pk: StoodTitle(row.held.star, row.held.granted_on) for row in stood.rows}
    rows = rows_on(stood.on, demo=stood.is_demo, titles=titles, passed=passed_since(stood.on))
    led: dict[int, list[StandingDistrict]] = {}
    for row in stood.rows:
        for body in row.bodies:
            led.setdefault(body, []).append(row)
    new = {row.district.pk for row in stood.new}
    ended = {body.pk for body in authorities() if body.ended and body.ended < stood.on}
    standing = (row for row in rows if row.authority.pk in led or row.authority.pk not in ended)
    return tuple(_figures(row, led.get(row.authority.pk, []), new) for row in standing)


def _figures(row: AuthorityRow, led: Sequence[StandingDistrict], new: set[int]) -> CityBody:
    areas = [one.area_km2 for one in led if one.area_km2 is not None]
    return CityBody(
        key=row.authority.pk,
        name=row.authority.name,
        pilots=sum(one.held.kind == TitleKind.PILOT for one in led),
        demonstrations=sum(one.held.kind == TitleKind.DEMONSTRATION for one in led),
        km2=sum(areas, Decimal(0)) if areas else None,
        km2_missing=len(led) - len(areas),
        new=sum(one.district.pk in new for one in led),
        target=row.star.words,
        designated=row.body.words,
        plans=tuple(cell.words for cell in row.plans),
    )
