"""Figures as plain data and back, what differs between two editions, and the forms that closed years were frozen in."""

import dataclasses
import datetime as dt
import enum
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from districts.file.models.district import District
from reports.annual.figures.district import DistrictFigures
from reports.annual.figures.scores import AnnualFigures
from reports.city.figures.whole import PARTS
from reports.closings import plain
from reports.closings.plain import digest_of, from_plain, to_plain
from reports.closings.registry import FigureChange, NamedFigure, differences, figures_in

AREA = pytest.mark.area("reports")

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
lines = st.builds(Line, st.text(), st.lists(cells).map(tuple))
figures = st.builds(
    Figures, total=st.none() | numbers, filed_at=st.none() | moments, by_year=st.dictionaries(st.integers(), numbers),
    rows=st.lists(st.tuples(st.text(), cells)).map(tuple), blocks=st.lists(st.builds(Bar, numbers) | lines).map(tuple),
    totals=st.dictionaries(st.text(), st.recursive(cells, st.lists, max_leaves=3)), codes=..., names=..., is_demo=...,
)  # fmt: skip


@AREA
@given(figures)
def test_what_was_kept_is_what_comes_back(value):
    data = to_plain(value)
    again = json.loads(json.dumps(data))
    assert from_plain(Figures, again) == value
    assert digest_of(again) == digest_of(data)


def test_a_decimal_keeps_its_places_and_a_field_that_is_new_takes_its_default():
    """1.50 is printed with two places again."""
    assert str(from_plain(Bar, to_plain(Bar(Decimal("1.50")))).score) == "1.50"
    kept = to_plain(Figures("甲", None, None, None, {}, (), (), {}))
    del kept["is_demo"], kept["names"]
    assert from_plain(Figures, kept).names == []


@pytest.mark.parametrize("value", [object(), 1.5, {"a": {object()}}])
def test_what_has_no_plain_form_is_refused(value):
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(value)
    with pytest.raises(TypeError, match="none of"):
        to_plain(Line("甲", (dt.time(),)))  # a member of no union


def test_a_model_comes_back_with_the_values_of_then():
    district = District(pk=7, code="a", name="甲（虚构）", area_km2=Decimal("2.0500"), aliases=["乙"], titled_on=dt.date(2024, 6, 1))
    again = from_plain(District, json.loads(json.dumps(to_plain(district))))
    assert (again.pk, again.name, again.area_km2, again.aliases) == (7, "甲（虚构）", Decimal("2.0500"), ["乙"])
    assert (again.titled_on, again.applicant_id, again.get_stage_display()) == (dt.date(2024, 6, 1), None, "培育")


words = st.text(alphabet="甲乙丙", max_size=2)
tables = st.dictionaries(st.tuples(words, words), st.text(alphabet="01", min_size=1, max_size=2))


def listed(table):
    return [NamedFigure(*key, value) for key, value in table.items()]


@AREA
@given(tables, tables)
def test_the_changes_lead_from_one_edition_to_the_other(before, after):
    changes = differences(listed(before), listed(after))
    led = dict(before)
    for one in changes:
        assert led.pop((one.subject, one.name), "") == one.before != one.after
        if one.after:
            led[one.subject, one.name] = one.after
    assert led == after
    assert {FigureChange(one.subject, one.name, one.after, one.before) for one in changes} == set(
        differences(listed(after), listed(before))
    )
    assert differences(listed(after), listed(after)) == []


def test_the_order_is_that_of_the_later_edition():
    before, after = {("甲", "总分"): "60", ("丙", "总分"): "9"}, {("乙", "总分"): "1", ("甲", "总分"): "61"}
    assert differences(listed(before), listed(after)) == [("乙", "总分", "", "1"), ("甲", "总分", "60", "61"), ("丙", "总分", "9", "")]


def test_figures_are_named_by_their_way_down():
    chapters = [{"title": "低碳", "score": "5"}, {"title": "低碳", "score": None}]
    data = {"total": "61.50", "digest": "x", "浦东（虚构）": {"total": "9"}, "chapters": chapters, "ok": True}
    labels = {"total": "总分", "chapters": "章", "score": "得分", "ok": "受理"}
    assert [one[1:] for one in figures_in(data, "甲", labels)] == [
        ("总分", "61.50"),
        ("浦东（虚构）·总分", "9"),
        ("章·低碳·得分", "5"),
        ("章·低碳（第2项）·得分", "未查明"),
        ("受理", "是"),
    ]


KEPT = Path(__file__).with_name("frozen_forms.yaml")  # required fields by type; a line is taken away only with a migration of closings
KEPT_VALUES = Path(__file__).with_name("frozen_values.yaml")  # values by enumeration; as above


def required(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        missing = dataclasses.MISSING
        return [one.name for one in dataclasses.fields(kind) if one.init and one.default is missing and one.default_factory is missing]
    return [name for name in kind._fields if name not in kind._field_defaults]


def forms(kind: Any, found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Required fields of every dataclass and named tuple in a type; values of every enumeration go to ``VALUES``."""
    for member in plain._members(kind):
        if inspect.isclass(member) and issubclass(member, enum.Enum):
            VALUES[member.__qualname__] = [one.value for one in member]
        if inspect.isclass(member) and plain._has_fields(member):
            if member.__qualname__ not in found:
                found[member.__qualname__] = required(member)
                for hint in plain._fields(member).values():
                    forms(hint, found)
        else:
            for argument in get_args(member):
                forms(argument, found)
    return found


FORMS: dict[str, list[str]] = {}
VALUES: dict[str, list[Any]] = {}


for frozen in (AnnualFigures, DistrictFigures, *PARTS.values()):
    forms(frozen, FORMS)


def test_the_list_names_every_frozen_type_and_no_field_is_asked_for_that_older_closings_lack():
    kept = yaml.safe_load(KEPT.read_text())
    assert FORMS.keys() == kept.keys()
    assert {name: more for name, fields in FORMS.items() if (more := set(fields) - set(kept[name]))} == {}
    assert len(FORMS) > 40


def test_no_enumeration_loses_a_value_that_older_closings_may_name():
    kept = yaml.safe_load(KEPT_VALUES.read_text())
    assert {name: lost for name, values in kept.items() if (lost := set(values) - set(VALUES[name]))} == {}
    assert {name: new for name, values in VALUES.items() if (new := set(values) - set(kept.get(name, [])))} == {}, "name them in the list"
