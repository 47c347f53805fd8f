"""Splitting and merging plots never changes baseline shares: property test with exact fractions."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.plots.succession import AREA_UNIT, UnevenAreasError, balanced, joined, parts_of, whole

AREA = st.integers(2, 500_000).map(lambda units: units * AREA_UNIT)


class Land:
    """A list of plots as the portal keeps it: pk, area, floor, whether it is done, a value of an indicator, origins."""

    def __init__(self, rows):
        self.rows = {
            pk: {"area": area, "floor": area * 3, "done": done, "value": value, "origins": {}}
            for pk, (area, done, value) in enumerate(rows)
        }
        self.frozen = {pk: row["area"] for pk, row in self.rows.items()}
        self.next = len(rows)

    def split(self, pk, cuts):
        row = self.rows.pop(pk)
        units = int(row["area"] / AREA_UNIT)
        marks = sorted({1 + cut % (units - 1) for cut in cuts}) if units > 1 else []
        edges = [0, *marks, units]
        areas = balanced(row["area"], [(b - a) * AREA_UNIT for a, b in pairwise(edges)], AREA_UNIT)
        for area, origins in zip(areas, parts_of(pk, row["origins"], areas), strict=True):
            self.rows[self.next] = {**row, "area": area, "floor": area * 3, "origins": origins}
            self.next += 1

    def merge(self, one, other):
        rows = {pk: self.rows.pop(pk) for pk in (one, other)}
        first = rows[one]
        self.rows[self.next] = {
            **first,
            "area": sum(row["area"] for row in rows.values()),
            "floor": sum(row["floor"] for row in rows.values()),
            "origins": joined({pk: row["origins"] for pk, row in rows.items()}),
        }
        self.next += 1

    def shares(self):
        """Gate over the baseline by count and by area; of the list: area done, floor-weighted mean and share of the indicator."""
        done = {pk for pk, row in self.rows.items() if row["done"]}
        counted = done | whole(row["origins"] for row in self.rows.values() if row["done"])
        reached = [pk for pk in self.frozen if pk in counted]
        floor = sum(row["floor"] for row in self.rows.values())
        return (
            len(reached),
            sum((self.frozen[pk] for pk in reached), Decimal(0)),
            sum((row["area"] for row in self.rows.values()), Decimal(0)),
            sum((row["area"] for row in self.rows.values() if row["done"]), Decimal(0)),
            sum(row["value"] * row["floor"] for row in self.rows.values()) / floor,
            sum((row["floor"] for row in self.rows.values() if row["value"] > 1), Decimal(0)) / floor,
        )


@given(
    st.lists(st.tuples(AREA, st.booleans(), st.integers(0, 3)), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 99), st.integers(0, 99), st.lists(st.integers(0, 10**6), min_size=1, max_size=4)),
        max_size=8,
    ),
)
def test_no_share_moves_by_splitting_or_merging(rows, steps):
    land = Land(rows)
    before = land.shares()
    for splits, one, other, cuts in steps:
        held = sorted(land.rows)
        first, second = held[one % len(held)], held[other % len(held)]
        if splits:
            land.split(first, cuts)
        elif first != second and all(land.rows[first][name] == land.rows[second][name] for name in ("done", "value")):
            land.merge(first, second)
    assert land.shares() == before


@given(st.lists(AREA, min_size=2, max_size=6))
def test_the_shares_of_the_parts_add_up_through_every_generation(areas):
    first = parts_of(1, {}, areas)
    second = parts_of(2, first[0], areas)
    assert sum(Fraction(origins["1"]) for origins in first) == 1
    assert sum(Fraction(origins["1"]) for origins in [*second, *first[1:]]) == 1


def test_a_plot_counts_once_all_that_stands_for_it_does():
    parts = parts_of(7, {}, [Decimal(1), Decimal(2)])
    assert whole(parts) == {7}
    assert whole(parts[:1]) == set()
    assert whole([joined({8: parts[0], 9: parts[1]})]) == {7, 8, 9}


def test_rounding_goes_to_the_largest_part_and_anything_more_is_refused():
    whole_area, parts = Decimal("1.0000"), [Decimal("0.3333"), Decimal("0.3333"), Decimal("0.3333")]
    assert balanced(whole_area, parts, AREA_UNIT) == [Decimal("0.3334"), Decimal("0.3333"), Decimal("0.3333")]
    with pytest.raises(UnevenAreasError) as uneven:
        balanced(whole_area, [Decimal("0.5"), Decimal("0.4998")], AREA_UNIT)
    assert (uneven.value.off, uneven.value.most) == (Decimal("-0.0002"), Decimal("0.0001"))
