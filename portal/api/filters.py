"""Filters and ordering of the API."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from approvals.titles.columns import BATCH_TOLD, TITLE
from approvals.titles.models.publicity import Title
from assessments.self_checks.columns import CHECK_TOLD
from assessments.tables.columns import SCORE_ROW
from districts.common.enums import Stage, Star
from districts.file.columns import DISTRICT
from districts.file.forms import named
from districts.file.models.district import District
from districts.plots.columns import PLOT, PLOT_CHECK, PLOT_OPINION
from districts.plots.models import Plot
from districts.projects.columns import PROJECT, WORK, WORK_CHECK
from districts.projects.models import Work
from greendistrict.columns.api import key_help
from greendistrict.columns.base import DeclaredColumn
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, WholeColumn
from greendistrict.core.integers import whole
from indicators.editions.columns import EDITION
from portal.api.problems import WrongParameters, ignored_parameters
from reports.archive.columns import VOLUME
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveVolume
from reports.archive.selectors import found_by

NUMBERS = ("limit", "offset")
CURSOR = "cursor"
ORDERING = "ordering"
FILTERS = {WholeColumn: django_filters.NumberFilter, FlagColumn: django_filters.BooleanFilter}


def check_parameters(request: Request, conditions: Iterable[str], ordering_fields: Collection[str]) -> None:
    """Raise ``WrongParameters`` for unknown parameters, invalid ordering and invalid numbers, naming the permitted ones."""
    allowed = (*conditions, *NUMBERS, CURSOR, ORDERING)
    refuse_unknown(request, allowed)
    for name in NUMBERS:
        if whole(request.query_params.get(name, "0"), -1) < 0:
            raise WrongParameters({name: f"参数{name}应为非负整数"})
    asked = [one.strip().removeprefix("-") for one in request.query_params.get(ORDERING, "").split(",")]
    if wrong := [one for one in asked if one and one not in ordering_fields]:
        fields = "、".join(ordering_fields)
        raise WrongParameters({ORDERING: f"不能按这样的字段排序：{'、'.join(wrong)}。可用的字段：{fields}，前加-为倒序"})


def refuse_unknown(request: Request, allowed: Collection[str]) -> None:
    """Raise ``WrongParameters`` naming every query parameter that is not allowed, or stands there more than once."""
    if wrong := ignored_parameters(request.query_params, allowed):
        raise WrongParameters(wrong)


class AskedFilters(DjangoFilterBackend):  # type: ignore[misc]  # django-filter ships no types
    """Filter backend that builds no form if the query has no conditions, which saves a tenth of a list's work."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Filtered rows. Raises ``ValidationError`` for invalid values."""
        if view.filterset_class.base_filters.keys().isdisjoint(request.query_params):
            return queryset
        found: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return found


class StableOrdering(OrderingFilter):
    """Order by the fields a view allows, then by primary key, so that pages never overlap.

    ``order_as`` of the view replaces a field by the value the person sees.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Ordered rows."""
        ordering = (self._key(name, view.order_as) for name in self.get_ordering(request, queryset, view) or ())
        return queryset.order_by(*ordering, "pk")

    def _key(self, name: str, order_as: Mapping[str, Any]) -> Any:
        shown = order_as.get(name.removeprefix("-"))
        if shown is None:
            return name
        return shown.desc() if name.startswith("-") else shown.asc()


class ApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Conditions of a list: by ``columns``, by the district that ``district`` leads to, and its own.

    Of a column of days, the first and the last may be asked for.
    """

    columns: ClassVar[Columns | None] = None
    district: ClassVar[str] = ""

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Filters of its columns and its district, then its own."""
        found: dict[str, Any] = {}
        for column in (cls.columns or {}).values():
            found |= _conditions(column)
        if cls.district:
            found["district"] = django_filters.CharFilter(f"{cls.district}__code", label="城区代码")
            found["is_demo"] = django_filters.BooleanFilter(f"{cls.district}__is_demo", label="虚构城区")
        return {**found, **super().get_filters()}


def _conditions(column: DeclaredColumn) -> dict[str, Any]:
    """Filters of a column by their names. Raises ``ValueError`` for one that withholds values: its condition has to look at them."""
    if column.withheld:
        msg = f"{column.name}: a filter would find rows by values that they withhold"
        raise ValueError(msg)
    if isinstance(column, DayColumn):
        name = column.name.removesuffix("_on")
        return {
            f"{name}_after": django_filters.DateFilter(column.source, "gte", label=f"{column.label}起"),
            f"{name}_before": django_filters.DateFilter(column.source, "lte", label=f"{column.label}止"),
        }
    if isinstance(column, ChoiceColumn):
        return {column.name: django_filters.ChoiceFilter(column.source, label=column.label, choices=[*column.choices.items()])}
    kind = next((kind for of, kind in FILTERS.items() if isinstance(column, of)), django_filters.CharFilter)
    return {column.name: kind(column.source, label=column.label)}


class DistrictApiFilter(ApiFilter):
    """Query of the list of districts."""

    columns = DISTRICT.part("type", "guideline_area", "titled_on")
    stage = django_filters.ChoiceFilter(choices=Stage.choices)
    star = django_filters.ChoiceFilter(choices=Star.choices)
    area = django_filters.CharFilter(field_name="areas__code", label="所在区的行政区划代码")
    key_area = django_filters.CharFilter(method="by_key_area", label="所在重点区域的名称")
    is_demo = django_filters.BooleanFilter(label="虚构城区")
    q = django_filters.CharFilter(method="by_text", label="名称、别名或拼音")

    def by_key_area(self, queryset: Any, name: str, value: str) -> QuerySet[District]:
        """Districts in a key area (四（二）), of those whose key areas the reader may see."""
        del name
        found: QuerySet[District] = queryset.filter(key_areas__contains=[value], hidden=False)  # annotated by disclosed_to
        return found

    def by_text(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Every word occurs in name, alias or pinyin."""
        del name
        return queryset.filter(named(value))


class TitleApiFilter(ApiFilter):
    """Query of the list of titles."""

    columns, district = TITLE.part("kind", "granted_on"), "district"
    star = django_filters.ChoiceFilter(choices=Star.choices)
    current = django_filters.BooleanFilter(method="by_current", label="现行")

    def by_current(self, queryset: QuerySet[Title], name: str, value: bool) -> QuerySet[Title]:  # noqa: FBT001 -- django-filter's signature
        """Current titles, or ended ones."""
        del name
        return queryset.filter(end="") if value else queryset.exclude(end="")


class AnnouncementFilter(ApiFilter):
    """Query of the list of announcement batches."""

    columns = BATCH_TOLD.part("year", "is_demo", "historic", "announced_on")


class EditionFilter(ApiFilter):
    """Query of the list of editions."""

    columns = EDITION.part("official", "complete", "status")


class AssessmentFilter(ApiFilter):
    """Query of the list of received self-checks."""

    columns, district = CHECK_TOLD.part("year"), "district"
    received_after = django_filters.DateFilter(field_name="received_at", lookup_expr="date__gte", label="接收日期起")
    received_before = django_filters.DateFilter(field_name="received_at", lookup_expr="date__lte", label="接收日期止")


class PlotApiFilter(ApiFilter):
    """Query of the list of plots."""

    columns, district = PLOT.part("number"), "district"


class ProjectApiFilter(ApiFilter):
    """Query of the list of key projects."""

    columns, district = PROJECT.part("name"), "district"


class WorkApiFilter(ApiFilter):
    """Query of the list of municipal works."""

    columns, district = WORK.part("name"), "district"


class PlotOpinionApiFilter(ApiFilter):
    """Query of the list of questions to departments."""

    columns, district = PLOT_OPINION.part("purpose", "department"), "plot__district"
    plot = django_filters.NumberFilter(label=key_help(Plot._meta.verbose_name))
    open = django_filters.BooleanFilter(field_name="answered_on", lookup_expr="isnull", label="尚未答复")


class PlotCheckApiFilter(ApiFilter):
    """Query of the list of plot checks."""

    columns, district = PLOT_CHECK.part("stage", "department"), "plot__district"
    plot = django_filters.NumberFilter(label=key_help(Plot._meta.verbose_name))


class WorkCheckApiFilter(ApiFilter):
    """Query of the list of work checks."""

    columns, district = WORK_CHECK.part("stage", "department"), "work__district"
    work = django_filters.NumberFilter(label=key_help(Work._meta.verbose_name))


class ScoreRowApiFilter(ApiFilter):
    """Query of the list of editable clauses."""

    district = django_filters.CharFilter(field_name="table__district__code", label="城区代码")
    columns = SCORE_ROW.part("year", "item")
    table = django_filters.NumberFilter(label="评分表编号")


class VolumeApiFilter(ApiFilter):
    """Query of the list of archive volumes."""

    columns = VOLUME.part("year", "kind", "retention", "confidentiality", "handed_over_on")
    district = "district"
    is_demo = django_filters.BooleanFilter(label="演示数据")
    status = django_filters.ChoiceFilter(choices=ARCHIVE_VOLUME.choices(), label="状态")
    q = django_filters.CharFilter(method="by_text", label="题名、文号、编号、城区或拼音")

    def by_text(self, queryset: QuerySet[ArchiveVolume], name: str, value: str) -> QuerySet[ArchiveVolume]:
        """The same search as the list of volumes on the page."""
        del name
        return queryset.filter(found_by(value.strip()))
