"""Filters and ordering of the API."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Announcement, Title
from assessments.self_checks.models import SelfCheck
from assessments.tables.models import ScoreRow
from districts.common.enums import CheckStage, DistrictType, OpinionPurpose, Stage, Star
from districts.file.models.district import District
from districts.plots.models import Plot, PlotCheck, PlotOpinion
from districts.projects.models import KeyProject, Work, WorkCheck
from greendistrict.core.integers import whole
from greendistrict.core.pinyin import search_key
from greendistrict.documents.enums import Confidentiality
from indicators.editions.models import Edition
from portal.api.problems import WrongParameters
from reports.archive.enums import Retention
from reports.archive.lifecycle import ARCHIVE_VOLUME
from reports.archive.models import ArchiveVolume
from reports.archive.selectors import found_by

NUMBERS = ("limit", "offset")
CURSOR = "cursor"
ORDERING = "ordering"


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
    """Raise ``WrongParameters`` naming every query parameter that is not allowed."""
    if unknown := [name for name in request.query_params if name not in allowed]:
        told = f"可用的参数：{'、'.join(allowed)}" if allowed else "这个地址没有参数"
        words = f"参数不存在：{'、'.join(unknown)}。{told}"
        raise WrongParameters(dict.fromkeys(unknown, words))


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


class DistrictApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of districts."""

    stage = django_filters.ChoiceFilter(choices=Stage.choices)
    type = django_filters.ChoiceFilter(choices=DistrictType.choices)
    star = django_filters.ChoiceFilter(choices=Star.choices)
    area = django_filters.CharFilter(field_name="areas__code", label="所在区的行政区划代码")
    key_area = django_filters.CharFilter(method="by_key_area", label="所在重点区域的名称")
    is_demo = django_filters.BooleanFilter(label="虚构城区")
    guideline_area = django_filters.BooleanFilter(label="导则覆盖区")
    titled_after = django_filters.DateFilter(field_name="titled_on", lookup_expr="gte", label="公告日期起")
    titled_before = django_filters.DateFilter(field_name="titled_on", lookup_expr="lte", label="公告日期止")
    q = django_filters.CharFilter(method="by_text", label="名称、别名或拼音")

    class Meta:
        model = District
        fields: list[str] = []

    def by_key_area(self, queryset: Any, name: str, value: str) -> QuerySet[District]:
        """Districts in a key area (四（二）), of those whose key areas the reader may see."""
        del name
        found: QuerySet[District] = queryset.filter(key_areas__contains=[value], hidden=False)  # annotated by disclosed_to
        return found

    def by_text(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Every word occurs in name, alias or pinyin."""
        del name
        for word in value.lower().split():
            plain = search_key(word).split(" ")[0]
            queryset = queryset.filter(Q(search_text__contains=word) | Q(search_text__contains=plain))
        return queryset


class TitleApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of titles."""

    kind = django_filters.ChoiceFilter(choices=TitleKind.choices)
    star = django_filters.ChoiceFilter(choices=Star.choices)
    district = django_filters.CharFilter(field_name="district__code", label="城区代码")
    current = django_filters.BooleanFilter(method="by_current", label="现行")
    granted_after = django_filters.DateFilter(field_name="granted_on", lookup_expr="gte", label="授予日期起")
    granted_before = django_filters.DateFilter(field_name="granted_on", lookup_expr="lte", label="授予日期止")
    is_demo = django_filters.BooleanFilter(field_name="district__is_demo", label="虚构城区")

    class Meta:
        model = Title
        fields: list[str] = []

    def by_current(self, queryset: QuerySet[Title], name: str, value: bool) -> QuerySet[Title]:  # noqa: FBT001 -- django-filter's signature
        """Current titles, or ended ones."""
        del name
        return queryset.filter(end="") if value else queryset.exclude(end="")


class AnnouncementFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of announcement batches."""

    year = django_filters.NumberFilter(label="年度")
    is_demo = django_filters.BooleanFilter(label="虚构城区")
    historic = django_filters.BooleanFilter(label="历史补录")
    announced_after = django_filters.DateFilter(field_name="announced_on", lookup_expr="gte", label="公告日期起")
    announced_before = django_filters.DateFilter(field_name="announced_on", lookup_expr="lte", label="公告日期止")

    class Meta:
        model = Announcement
        fields: list[str] = []


class EditionFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of editions."""

    official = django_filters.BooleanFilter(label="官方标准")
    complete = django_filters.BooleanFilter(label="录入完整")

    class Meta:
        model = Edition
        fields: list[str] = ["status"]


class AssessmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of received self-checks."""

    year = django_filters.NumberFilter(label="年度")
    district = django_filters.CharFilter(field_name="district__code", label="城区代码")
    is_demo = django_filters.BooleanFilter(field_name="district__is_demo", label="虚构城区")
    received_after = django_filters.DateFilter(field_name="received_at", lookup_expr="date__gte", label="接收日期起")
    received_before = django_filters.DateFilter(field_name="received_at", lookup_expr="date__lte", label="接收日期止")

    class Meta:
        model = SelfCheck
        fields: list[str] = []


class PlotApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of plots."""

    district = django_filters.CharFilter(field_name="district__code", label="城区代码")
    number = django_filters.CharFilter(label="地块编号")
    is_demo = django_filters.BooleanFilter(field_name="district__is_demo", label="虚构城区")

    class Meta:
        model = Plot
        fields: list[str] = []


class ProjectApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of key projects."""

    district = django_filters.CharFilter(field_name="district__code", label="城区代码")
    name = django_filters.CharFilter(label="项目名称")
    is_demo = django_filters.BooleanFilter(field_name="district__is_demo", label="虚构城区")

    class Meta:
        model = KeyProject
        fields: list[str] = []


class WorkApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of municipal works."""

    district = django_filters.CharFilter(field_name="district__code", label="城区代码")
    name = django_filters.CharFilter(label="设施名称")
    is_demo = django_filters.BooleanFilter(field_name="district__is_demo", label="虚构城区")

    class Meta:
        model = Work
        fields: list[str] = []


class PlotOpinionApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of questions to departments."""

    district = django_filters.CharFilter(field_name="plot__district__code", label="城区代码")
    plot = django_filters.NumberFilter(label="地块的固定标识")
    purpose = django_filters.ChoiceFilter(choices=OpinionPurpose.choices, label="事项")
    department = django_filters.CharFilter(label="部门")
    open = django_filters.BooleanFilter(field_name="answered_on", lookup_expr="isnull", label="尚未答复")
    is_demo = django_filters.BooleanFilter(field_name="plot__district__is_demo", label="虚构城区")

    class Meta:
        model = PlotOpinion
        fields: list[str] = []


class PlotCheckApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of plot checks."""

    district = django_filters.CharFilter(field_name="plot__district__code", label="城区代码")
    plot = django_filters.NumberFilter(label="地块的固定标识")
    stage = django_filters.ChoiceFilter(choices=CheckStage.choices, label="环节")
    department = django_filters.CharFilter(label="部门")
    is_demo = django_filters.BooleanFilter(field_name="plot__district__is_demo", label="虚构城区")

    class Meta:
        model = PlotCheck
        fields: list[str] = []


class WorkCheckApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of work checks."""

    district = django_filters.CharFilter(field_name="work__district__code", label="城区代码")
    work = django_filters.NumberFilter(label="市政设施的固定标识")
    stage = django_filters.ChoiceFilter(choices=CheckStage.choices, label="环节")
    department = django_filters.CharFilter(label="部门")
    is_demo = django_filters.BooleanFilter(field_name="work__district__is_demo", label="虚构城区")

    class Meta:
        model = WorkCheck
        fields: list[str] = []


class ScoreRowApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of editable clauses."""

    district = django_filters.CharFilter(field_name="table__district__code", label="城区代码")
    year = django_filters.NumberFilter(field_name="table__year", label="年度")
    table = django_filters.NumberFilter(label="评分表编号")
    item = django_filters.CharFilter(field_name="item_id", label="条文号")

    class Meta:
        model = ScoreRow
        fields: list[str] = []


class VolumeApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Query of the list of archive volumes."""

    year = django_filters.NumberFilter(label="年度")
    kind = django_filters.CharFilter(label="事项类别")
    retention = django_filters.ChoiceFilter(choices=Retention.choices, label="保管期限")
    confidentiality = django_filters.ChoiceFilter(choices=Confidentiality.choices, label="密级")
    status = django_filters.ChoiceFilter(choices=ARCHIVE_VOLUME.choices(), label="状态")
    district = django_filters.CharFilter(field_name="district__code", label="城区代码")
    is_demo = django_filters.BooleanFilter(label="虚构数据")
    handed_over_after = django_filters.DateFilter(field_name="handed_over_on", lookup_expr="gte", label="移交日期起")
    handed_over_before = django_filters.DateFilter(field_name="handed_over_on", lookup_expr="lte", label="移交日期止")
    q = django_filters.CharFilter(method="by_text", label="题名、文号、编号、城区或拼音")

    class Meta:
        model = ArchiveVolume
        fields: list[str] = []

    def by_text(self, queryset: QuerySet[ArchiveVolume], name: str, value: str) -> QuerySet[ArchiveVolume]:
        """The same search as the list of volumes on the page."""
        del name
        return queryset.filter(found_by(value.strip()))
