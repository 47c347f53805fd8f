"""Columns of a meter, and its list on pages."""

import datetime as dt
from typing import Any

from carbon.metering.models import Meter
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import FlagColumn, NumberColumn, RelatedColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.days import day_in_words


def last_month_words(meter: Any, _today: dt.date) -> str:
    """The last month with readings."""
    return f"{meter.last_month.year}年{meter.last_month.month}月" if meter.last_month else ""


def term_words(meter: Any, _today: dt.date) -> str:
    """From when to when the meter is in use."""
    return f"{day_in_words(meter.begins)}起" + (f"，{day_in_words(meter.ends)}停用" if meter.ends else "")


METER = Columns.of(
    Meter,
    *("code", "name", "carrier", "unit", "interval", "cumulative", "multiplier", "digits", "parent", "plot", "work", "building"),
    *("begins", "ends"),
    cumulative=FlagColumn(pair=("累计示数", "每个间隔的用量")),
    multiplier=NumberColumn(positive=True),
    digits=WholeColumn("位", least=3, most=12),
    parent=RelatedColumn(empty="无，本表直接计入城区用量"),
    plot=RelatedColumn(empty="不在地块上"),
    work=RelatedColumn(empty="不属于市政设施"),
).needed("multiplier")
METER_LIST = ListTable(
    Columns(
        Meter,
        **METER.part("name", "code", "carrier", "unit", "interval"),
        place=TextColumn(label="位置", empty="未填"),
        above=TextColumn(source="parent__code", label="总表", empty="无"),
        last_month=ComputedColumn("最近读数", last_month_words, empty="没有"),
        term=ComputedColumn("使用期", term_words),
    ),
    "name", "code", "carrier+unit", "interval", "place", "above", "last_month", "term", caption="计量器具",
)  # fmt: skip
