"""API lists that are computed for one person, marked as based on the draft of 美丽上海: their base, shapes and conditions."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Model
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from beautiful.evaluations.columns import EVALUATION
from beautiful.frame.programme import programme
from beautiful.plans.columns import PLAN
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR, ActionPlan
from greendistrict.accounts.viewer import Viewer
from greendistrict.columns.api import api_field
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import FlagColumn
from greendistrict.core.number_parsing import plain
from portal.api import filters
from portal.api.auth import reader
from portal.api.paging import Paging
from portal.api.shapes import Shape
from portal.api.views import AUTHENTICATION, Row

LIGHT_WORDS = "红绿灯：green达到、amber略落后、red落后、none不作判断"
NAMED = "MS-2026-0001　演示任务（虚构）"
DEMO = FlagColumn().bound("is_demo", ActionPlan)


def listed(words: Mapping[str, str]) -> str:
    """Keys with their words."""
    return "、".join(key if key == told else f"{key} {told}" for key, told in words.items())


def is_business(viewer: Viewer) -> bool:
    """Whether the person may read the frame: everybody with a business post, not system keepers."""
    held = viewer.held
    return bool(held.roles) and not held.is_keeper


def values_of(columns: Columns, row: Any) -> Row:
    """Values of a row: numbers without trailing zeros, moments in Shanghai, keys of other rows."""
    return {name: _plain(column.of(row)) for name, column in columns.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value)
    if isinstance(value, Model):
        return value.pk
    return plain(value) if isinstance(value, Decimal) else value


class MarkedShape(Shape):
    """A row with the state of the draft that defines the areas."""

    example: ClassVar = {"mark": programme().mark}
    mark = serializers.CharField(help_text=f"文件状态：{programme().mark}，不作任何决定的依据")


class AreaShape(MarkedShape):
    """A row of an area, real or fictional."""

    example: ClassVar = {"area_name": "人居之美"}
    area_name = serializers.CharField(help_text="重点领域名称")
    is_demo = api_field(DEMO, required=True)


class PlanShape(AreaShape):
    """A row of an area in a plan."""

    example: ClassVar = {"plan_name": "演示三年行动计划（虚构，2026—2028年）"}
    plan_name = serializers.CharField(help_text=PLAN["name"].label)


class LightShape(Shape):
    """What a traffic light says."""

    example: ClassVar = {"light": "green", "light_words": "达到路径"}
    light = serializers.CharField(help_text=LIGHT_WORDS)
    light_words = serializers.CharField(allow_blank=True, help_text="红绿灯的说明")


class KnownField(serializers.CharField):
    """One of a set of keys; ``refusal`` is the error message for any other value."""

    def __init__(self, words: Mapping[str, str], label: str, refusal: str = "没有这一项") -> None:
        self.words, self.refusal = words, refusal
        super().__init__(required=False, help_text=f"{label}：{listed(words)}")

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The key. Raises ``ValidationError`` for an unknown one."""
        found = super().run_validation(data)
        if found not in self.words:
            msg = f"{self.refusal}。可用的：{listed(self.words)}"
            raise serializers.ValidationError(msg)
        return found


class AreaField(KnownField):
    """Key of an area."""

    def __init__(self) -> None:
        super().__init__(dict(programme().area_choices), "重点领域", "没有这个重点领域")


def year_field(words: str) -> serializers.IntegerField:
    """Year of the plans."""
    return serializers.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text=words)


class AreaQuery(serializers.Serializer[Any]):
    """Query of a list by area, real or fictional."""

    area = AreaField()
    is_demo = api_field(DEMO)


class PlanQuery(AreaQuery):
    """Query of a list by plan."""

    plan = api_field(EVALUATION["plan"], min_value=1, max_value=2**31 - 1)


@dataclass(frozen=True)
class Keyed:
    """A row of a computed list, with a ``key`` that is never reused."""

    key: str
    row: Any


class ComputedList(GenericAPIView[Any]):
    """Base view: ``found`` returns the rows visible to a person, ``told`` renders the rows of one page."""

    authentication_classes = AUTHENTICATION
    permission_classes = (IsAuthenticated,)
    pagination_class = Paging
    filter_backends = ()
    query: ClassVar[type[Serializer[Any]]]

    @abstractmethod
    def found(self, viewer: Viewer, asked: Mapping[str, Any]) -> Sequence[Keyed]:
        """Rows visible to the person and matching the query."""

    def told(self, page: Sequence[Keyed]) -> list[Row]:
        """Rendered rows of one page, with the draft mark."""
        return [one.row | {"mark": programme().mark} for one in page]

    def get(self, request: Request) -> Response:
        """One page of rows. Raises ``ValidationError`` for unknown or invalid parameters."""
        filters.check_parameters(request, self.query().fields, ())
        query = self.query(data={name: value for name, value in request.query_params.items() if value})
        query.is_valid(raise_exception=True)
        page = self.paginate_queryset(self.found(reader(request), query.validated_data))
        return self.get_paginated_response(self.told(page or []))


def described(name: str, words: str, shape: type[Serializer[Any]], query: type[Serializer[Any]]) -> Any:
    """Schema decorator with example and query parameters."""
    return extend_schema_view(get=extend_schema(operation_id=name, summary=words, responses=shape(many=True), parameters=[query]))
