"""Columns of a platform."""

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, NumberColumn, TextColumn
from operation.platforms.models import DigitalPlatform

PLATFORM = Columns(
    DigitalPlatform,
    kind=ChoiceColumn(),
    name=TextColumn(),
    standing=ChoiceColumn(),
    owner=TextColumn(),
    coverage=NumberColumn("%"),
    interfaces=TextColumn(),
    in_use_on=DayColumn(),
)
