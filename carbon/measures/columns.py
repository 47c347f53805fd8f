"""Columns of a measure and of a scenario."""

from carbon.measures.models import AbatementMeasure, CarbonScenario
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, TextColumn, YearColumn

YEAR = YearColumn("年", least=1990)
MEASURE = Columns.of(
    AbatementMeasure,
    *("name", "sector", "tco2e", "investment", "yearly", "first", "last", "source"),
    tco2e=NumberColumn("tCO₂e/a"),
    investment=NumberColumn("万元"),
    yearly=NumberColumn("万元/a", signed=True),
    first=YEAR,
    last=YEAR,
)
SCENARIO = Columns(CarbonScenario, name=TextColumn(), note=TextColumn(rows=2, most=500))
