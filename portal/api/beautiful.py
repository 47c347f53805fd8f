"""Areas of 美丽上海 and their indicators in the API, read-only.

Rows are visible to the same people as the corresponding pages. Every row is marked as based on a draft.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from beautiful.area_indicators.columns import FIGURE
from beautiful.area_indicators.models import AreaFigure
from beautiful.area_indicators.selectors import AreaView, area_views, may_read_areas
from beautiful.frame.columns import AREA
from beautiful.frame.programme import programme
from districts.file.columns import DISTRICT
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn
from greendistrict.core.number_parsing import plain
from portal.api import beautiful_lists as lists
from portal.api.shapes import CODE, CodeField, DistrictShape, Shape
from portal.api.views import Row

UNFED = "没有城区供数"
KINDS = {"indicator": "城区指标", "figure": "碳排放、能源和地块", "city": "市级登记"}


class AreaFedSerializer(Shape):
    """Contributions to an area; sums over real or over fictional pilots."""

    example: ClassVar = {
        "year": 2025, "pilots": 3, "indicators": 12, "green": 7, "amber": 2, "none": 2, "by_hand": 0, "waiting": 0,
        "unfed": ["计量的光伏发电"],
    }  # fmt: skip
    year = serializers.IntegerField(help_text="按年度的数取的年度")
    is_demo = api_field(lists.DEMO, required=True)
    pilots = serializers.IntegerField(help_text="试点和示范城区")
    feeding = serializers.IntegerField(help_text="供数城区")
    indicators = serializers.IntegerField(help_text="城区指标")
    green = serializers.IntegerField(help_text="其中达到")
    amber = serializers.IntegerField(help_text="其中略落后")
    red = serializers.IntegerField(help_text="其中落后")
    none = serializers.IntegerField(help_text="其中不作判断")
    figures = serializers.IntegerField(help_text="碳排放、能源和地块的数，其中有数的")
    by_hand = serializers.IntegerField(help_text="市级登记的指标")
    waiting = serializers.IntegerField(help_text="城区填报、等待城区另一人核对的数，没有计入")
    unfed = serializers.ListField(child=serializers.CharField(), help_text="没有城区供数的数")
    note = serializers.CharField(allow_blank=True, help_text="没有任何城区供数的写明")


class BeautyAreaSerializer(lists.MarkedShape):
    """One of the ten areas, in the words of the draft."""

    columns = AREA
    fed = AreaFedSerializer(allow_null=True, help_text="供数情况，市级岗位可见，其他为空")


class AreaIndicatorSerializer(lists.LightShape, lists.AreaShape):
    """A value that contributes to an area."""

    columns = Columns(AreaFigure, area=ChoiceColumn(example="habitat"), **FIGURE.part("name", "unit", "source"))
    example: ClassVar = {
        **DistrictShape.example, "kind": "indicator", "dimension": "低碳高效", "name": "碳排放强度", "unit": "kgCO₂e/(m²·a)",
        "source": "城区填报；统计年报", "year": 2025, "found": "34", "due": "36",
    }  # fmt: skip
    kind = serializers.CharField(help_text=f"取值：{lists.listed(KINDS)}")
    district = CodeField("，市级登记的为空", allow_null=True)
    district_name = serializers.CharField(allow_blank=True, help_text=DISTRICT["name"].label)
    dimension = serializers.CharField(allow_blank=True, help_text="城区指标的方面")
    year = serializers.IntegerField(allow_null=True, help_text=f"{FIGURE['year'].label}；没有数的、现状的为空")
    found = serializers.CharField(allow_blank=True, help_text=f"{FIGURE['value'].label}，没有的为空")
    of = serializers.CharField(allow_blank=True, help_text="数值是一部分的，全部是多少")
    due = serializers.CharField(allow_blank=True, help_text="路径应达，没有的为空")


class OverviewQuery(serializers.Serializer[Any]):
    """Query of the list of areas."""

    year = lists.year_field("按年度的数取的年度，不填为上一年")
    is_demo = api_field(lists.DEMO, help_text=f"{lists.DEMO.label}，不填为正式数据；两者不相加")


class IndicatorQuery(OverviewQuery):
    """Query of the list of indicators."""

    area = lists.AreaField()
    district = serializers.CharField(required=False, help_text=CODE)
    kind = lists.KnownField(KINDS, "取值", "类别不可用")


def _views(viewer: Viewer, asked: Mapping[str, Any], only: str = "") -> list[AreaView]:
    return area_views(viewer, is_demo=asked.get("is_demo", False), year=_year(viewer, asked), only=only)


def _year(viewer: Viewer, asked: Mapping[str, Any]) -> int:
    year: int = asked.get("year") or viewer.today.year - 1
    return year


@lists.described("beautiful_areas", "美丽上海重点领域", BeautyAreaSerializer, OverviewQuery)
class BeautyAreas(lists.ComputedList):
    """The ten areas; contributions of districts are shown to the city only, as on the page."""

    serializer_class = BeautyAreaSerializer
    query = OverviewQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[lists.Keyed]:
        """Areas in order."""
        if not lists.is_business(viewer):
            return []
        views = {one.area.key: one for one in _views(viewer, asked)} if may_read_areas(viewer.held) else {}
        return [
            lists.Keyed(area.key, {**lists.values_of(AREA, area), "fed": _fed(viewer, views[area.key], asked) if views else None})
            for area in programme().areas
        ]


def _fed(viewer: Viewer, view: AreaView, asked: Mapping[str, Any]) -> Row:
    return {
        "year": _year(viewer, asked),
        "is_demo": asked.get("is_demo", False),
        "pilots": len(view.pilots),
        "feeding": view.feeding_anything,
        "indicators": view.all_lights.total,
        **{colour or "none": count for colour, _, count in view.all_lights.counts},
        "figures": view.figures_fed,
        "by_hand": len(view.by_hand),
        "waiting": view.waiting,
        "unfed": [one.source.name for one in view.figures_unfed],
        "note": "" if view.is_fed else UNFED,
    }


@lists.described("beautiful_indicators", "美丽上海重点领域指标", AreaIndicatorSerializer, IndicatorQuery)
class AreaIndicators(lists.ComputedList):
    """Contributions of pilots and figures of the city; visible to the city only, as on the page."""

    serializer_class = AreaIndicatorSerializer
    query = IndicatorQuery

    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[lists.Keyed]:
        """Rows by area: indicators of districts, registered figures of districts, figures of the city."""
        if not may_read_areas(viewer.held):
            return []
        is_demo = asked.get("is_demo", False)
        views = _views(viewer, asked, asked.get("area", ""))
        rows = [row for view in views for row in _rows_of(view, _year(viewer, asked))]
        told = [lists.Keyed(row.key, row.row | {"is_demo": is_demo}) for row in rows]
        return [one for one in told if all(one.row[name] == asked[name] for name in ("district", "kind") if name in asked)]


def _rows_of(view: AreaView, year: int) -> Iterator[lists.Keyed]:
    for share in view.pilots:
        for indicator in share.indicators:
            line, light = indicator.progress.line, indicator.progress.light
            told = {
                "kind": "indicator",
                "dimension": line.row.dimension,
                "name": str(line.row),
                "unit": line.measure.unit,
                "source": f"{indicator.came}；{line.row.source}" if line.row.source else indicator.came,
                "year": indicator.year,
                "found": indicator.found,
                "due": indicator.progress.due,
                "light": light.colour or "none",
                "light_words": light.words,
            }
            yield lists.Keyed(f"{view.area.key}:indicator:{share.district.code}:{line.row.key}", _row(view, share.district) | told)
    for number, figure in enumerate(view.figures):
        source = figure.source
        told = {"kind": "figure", "name": source.name, "unit": source.unit, "source": source.source}
        told["year"] = year if source.yearly else None
        for district, fed in figure.by_pilot:
            if fed is not None:
                values = {"found": plain(fed.value), "of": "" if fed.whole is None else plain(fed.whole)}
                yield lists.Keyed(f"{view.area.key}:figure:{district.code}:{number}", _row(view, district) | told | values)
    for one in view.by_hand:
        told = {"kind": "city", "name": one.name, "unit": one.unit, "source": one.source, "year": one.year, "found": plain(one.value)}
        yield lists.Keyed(f"{view.area.key}:city:{one.pk}", _row(view, None) | told)


def _row(view: AreaView, district: District | None) -> Row:
    """A row with all common keys, values still empty."""
    return {
        "area": view.area.key,
        "area_name": view.area.name,
        "kind": "",
        "district": district.code if district else None,
        "district_name": district.name if district else "",
        "dimension": "",
        "name": "",
        "unit": "",
        "source": "",
        "year": None,
        "found": "",
        "of": "",
        "due": "",
        "light": "none",
        "light_words": "",
    }
