"""Columns of an indicator of a system: what defines one outside the edition, and what is filled in."""

from districts.indicator_systems.models import FIRST_YEAR, LAST_YEAR, IndicatorRow
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import FlagColumn, TextColumn, YearColumn

INDICATOR = Columns.of(
    IndicatorRow,
    "title", "dimension", "rule", "unit", "taking_part", "exclusion_reason", "baseline_year", "baseline", "near", "mid", "long",
    "department", "source",
    taking_part=FlagColumn(pair=("参评", "不参评")), baseline_year=YearColumn("年", least=FIRST_YEAR, most=LAST_YEAR),
    **dict.fromkeys(("exclusion_reason", "department", "source"), TextColumn(width=20)),
).needed("dimension", "rule", "taking_part")  # fmt: skip
