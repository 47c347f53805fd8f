"""Figures of the district page with source, author and date of entry."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from districts.common.certainty import inferred_by
from districts.common.enums import Certainty
from districts.file.models.district import District
from districts.file.models.parties import FigureSource
from greendistrict.accounts.acting import named
from greendistrict.core.django_internals import Compiled
from greendistrict.core.rounding import percent

PUBLISHED = "公开资料，见出处"
UNSOURCED = "填报时没有写依据"
LISTS = {
    "地块建成": "按地块清单逐块计数，绿色生态内容符合的才计入",
    "近期重点项目投用": "按近期重点项目清单计数",
}
UNITS = {"area_km2": "km²", "developable_km2": "km²", "population": "人", "floor_area_forecast": "万m²", "renewal_share": "%"}
FACTS = {"type": "类型", "area_km2": "面积", "key_areas": "重点区域"}  # as their certainty is stored
FIELDS = ("type", "renewal_share", "area_km2", "developable_km2", "population", "floor_area_forecast", "target_star", "key_areas")


@dataclass(frozen=True)
class Origin:
    """A figure: name, value, source, author and time of entry; ``guess`` marks an inferred value."""

    label: str
    value: str
    source: str
    who: str = ""
    at: dt.datetime | None = None
    guess: bool = False


def origins_of(district: District, figures: Iterable[Mapping[str, Any]] = ()) -> list[Origin]:
    """Known figures of the profile, then counted ones, including ``figures`` shown on the page; one query."""
    kept = {row.field: row for row in SOURCES.read(district.pk)}
    origins = [_origin(district, name, kept.get(name)) for name in FIELDS if _value(district, name)]
    if district.area_km2 and district.developable_km2 is not None:
        share = percent(district.developable_km2, district.area_km2)
        origins.append(Origin("待开发用地占比", share, "待开发用地面积 ÷ 规划范围面积"))
    counted = [figure for figure in figures if figure["label"] in LISTS]
    of_lists = [Origin(str(figure["label"]), f"{figure['value']} {figure['unit']}", LISTS[figure["label"]]) for figure in counted]
    return origins + of_lists


SOURCES = Compiled(lambda district: FigureSource.objects.filter(district=district).select_related("entered_by"), -1)


def _origin(district: District, name: str, row: FigureSource | None) -> Origin:
    label = str(District._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # plain fields only
    if row is None:
        return _public_origin(district, name, label)
    who = named(row, "entered_by")
    return Origin(label, _value(district, name), row.source or UNSOURCED, who, row.entered_at)


def _public_origin(district: District, name: str, label: str) -> Origin:
    """A figure from public records; of an inferred one, by what it was inferred."""
    basis = inferred_by(district.fact_certainty, FACTS[name]) if name in FACTS else ""
    guess = bool(basis) or (name == "type" and district.type_certainty == Certainty.INFERRED)
    source = f"{PUBLISHED}{f'；{basis}' if basis else ''}" if district.sources else "历史资料，登记时没有记录来源"
    return Origin(label, _value(district, name), source, guess=guess)


def _value(district: District, name: str) -> str:
    value = getattr(district, name)
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return "、".join(value)
    if name in ("type", "target_star"):
        return str(getattr(district, f"get_{name}_display")())
    number = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return f"{number} {UNITS[name]}" if name in UNITS else number
