"""Columns of a figure of the city for an area."""

from beautiful.area_indicators.models import AreaFigure
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, YearColumn

YEAR = YearColumn(least=FIRST_YEAR, most=LAST_YEAR)
FIGURE = Columns.of(AreaFigure, "name", "unit", "year", "value", "source", year=YEAR, value=NumberColumn(signed=True))
