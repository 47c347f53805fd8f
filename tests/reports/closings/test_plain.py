"""Figures as plain data and back: nothing is lost on the way through JSON."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.file.models.district import District
from reports.closings.plain import digest_of, from_plain, to_plain

Cell = str | int | Decimal | dt.date | None


class Kind(StrEnum):
    NEW = "new"
    RENEWAL = "renewal"


class Held(NamedTuple):
    kind: Kind
    since: dt.date | None


@dataclass(frozen=True)
class Bar:
    score: Decimal


@dataclass(frozen=True)
class Line:
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Figures:
    name: str
    total: Decimal | None
    held: Held | None
    filed_at: dt.datetime | None
    by_year: Mapping[int, Decimal]
    rows: tuple[tuple[str, Cell], ...]
    blocks: tuple[Bar | Line, ...]
    totals: Mapping[str, Any]
    codes: frozenset[str] = frozenset()
    names: list[str] = field(default_factory=list)
    is_demo: bool = False

    @property
    def shown(self):
        return self.name


numbers = st.decimals(allow_nan=False, allow_infinity=False)
days = st.dates()
cells = st.one_of(st.none(), st.text(), st.integers(), numbers, days)
moments = st.datetimes(timezones=st.just(dt.timezone(dt.timedelta(hours=8))))
figures = st.builds(
    Figures,
    name=st.text(),
    total=st.none() | numbers,
    held=st.none() | st.builds(Held, st.sampled_from(Kind), st.none() | days),
    filed_at=st.none() | moments,
    by_year=st.dictionaries(st.integers(), numbers),
    rows=st.lists(st.tuples(st.text(), cells)).map(tuple),
    blocks=st.lists(st.builds(Bar, numbers) | st.builds(Line, st.text(), st.lists(cells).map(tuple))).map(tuple),
    totals=st.dictionaries(st.text(), st.recursive(cells, st.lists, max_leaves=3)),
    codes=st.frozensets(st.text()),
    names=st.lists(st.text()),
    is_demo=st.booleans(),
)


@given(figures)
def test_what_was_kept_is_what_comes_back(value):
    data = to_plain(value)
    again = json.loads(json.dumps(data))
    assert from_plain(Figures, again) == value
    assert digest_of(again) == digest_of(data)


def test_a_decimal_keeps_its_places():
    """1.50 is printed with two places again."""
    assert str(from_plain(Bar, to_plain(Bar(Decimal("1.50")))).score) == "1.50"


def test_a_field_that_is_new_takes_its_default():
    kept = to_plain(Figures("甲", None, None, None, {}, (), (), {}))
    del kept["is_demo"], kept["names"]
    assert from_plain(Figures, kept).names == []


@pytest.mark.parametrize("value", [object(), 1.5, {"a": {object()}}])
def test_what_has_no_plain_form_is_refused(value):
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(value)


def test_a_member_of_no_union_is_refused():
    with pytest.raises(TypeError, match="none of"):
        to_plain(Line("甲", (dt.time(),)))


def test_a_model_comes_back_with_the_values_of_then():
    district = District(pk=7, code="a", name="甲（虚构）", area_km2=Decimal("2.0500"), aliases=["乙"], titled_on=dt.date(2024, 6, 1))
    again = from_plain(District, json.loads(json.dumps(to_plain(district))))
    assert (again.pk, again.name, again.area_km2, again.aliases) == (7, "甲（虚构）", Decimal("2.0500"), ["乙"])
    assert (again.titled_on, again.applicant_id, again.get_stage_display()) == (dt.date(2024, 6, 1), None, "培育")
