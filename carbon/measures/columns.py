"""Columns of a measure and of a scenario."""

from carbon.measures.models import AbatementMeasure, CarbonScenario
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, NumberColumn, TextColumn, YearColumn

MEASURE = Columns(
    AbatementMeasure,
    name=TextColumn(),
    sector=ChoiceColumn(),
    tco2e=NumberColumn("tCO₂e/a"),
    investment=NumberColumn("万元"),
    yearly=NumberColumn("万元/a", signed=True),
    first=YearColumn("年", least=1990, most=2100),
    last=YearColumn("年", least=1990, most=2100),
    source=TextColumn(),
)
SCENARIO = Columns(CarbonScenario, name=TextColumn(), note=TextColumn(rows=2, most=500))
