"""Columns of an area of the draft."""

from beautiful.frame.programme import BeautyArea
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NamesColumn, TextColumn, WholeColumn

MOST = 100
AREA = Columns(
    BeautyArea,
    key=TextColumn(label="重点领域", example="development"),
    number=WholeColumn(source="no", label="序号", most=MOST, example=6),
    name=TextColumn(label="名称", example="发展之美"),
    city=TextColumn(label="目标城市", example="绿色低碳城市"),
    group=TextColumn(label="组别", example="internal"),
    group_name=TextColumn(label="组别名称", example="内在美"),
    tasks=NamesColumn(label="原文的任务", most=0, longest=MOST, example=["绿色尖端产业体系"]),
)
