"""Columns of a figure of the city for an area, and of the decision on a link."""

from beautiful.area_indicators.models import AreaFigure, DimensionLinkDecision
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, YearColumn

YEAR = YearColumn(least=FIRST_YEAR, most=LAST_YEAR)
FIGURE = Columns.of(AreaFigure, "name", "unit", "year", "value", "source", year=YEAR, value=NumberColumn(signed=True))
LINK = Columns.of(DimensionLinkDecision, "dimension", "areas", "decided_on", "basis", "reason")
WITHDRAWAL = Columns.of(AreaFigure, "withdrawal")["withdrawal"]
