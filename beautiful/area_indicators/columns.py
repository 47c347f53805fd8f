"""Columns of a figure of the city for an area."""

from beautiful.area_indicators.models import AreaFigure
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, TextColumn, YearColumn

FIGURE = Columns(
    AreaFigure,
    name=TextColumn(),
    unit=TextColumn(),
    year=YearColumn(least=FIRST_YEAR, most=LAST_YEAR),
    value=NumberColumn(signed=True),
    source=TextColumn(),
)
