"""Columns of a meter."""

from carbon.metering.models import Meter
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NumberColumn, RelatedColumn, TextColumn, WholeColumn

METER = Columns(
    Meter,
    code=TextColumn(),
    name=TextColumn(),
    carrier=ChoiceColumn(),
    unit=ChoiceColumn(),
    interval=ChoiceColumn(),
    cumulative=FlagColumn(pair=("累计示数", "每个间隔的用量")),
    multiplier=NumberColumn(positive=True),
    digits=WholeColumn("位", least=3, most=12),
    parent=RelatedColumn(empty="无，本表直接计入城区用量"),
    plot=RelatedColumn(empty="不在地块上"),
    work=RelatedColumn(empty="不属于市政设施"),
    building=TextColumn(),
    begins=DayColumn(),
    ends=DayColumn(),
).needed("multiplier")
