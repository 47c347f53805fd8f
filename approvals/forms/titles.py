"""Conditions of the list of titles."""

from typing import ClassVar

import django_filters
from django.db.models import Q, QuerySet

from approvals.enums import TitleEnd, TitleKind
from approvals.models import Title
from districts.enums import DistrictType, Star

STATES = (("current", "有效"), *TitleEnd.choices)


class TitleFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Text (number, name, pinyin), kind, star, type, state."""

    q = django_filters.CharFilter(label="编号、城区或拼音", method="search")
    kind = django_filters.ChoiceFilter(label="称号", choices=TitleKind.choices, empty_label="全部")
    star = django_filters.ChoiceFilter(label="星级", choices=Star.choices, empty_label="全部")
    type = django_filters.ChoiceFilter(label="类型", field_name="district__type", choices=DistrictType.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=STATES, method="in_state", empty_label="全部")

    class Meta:
        model = Title
        fields: ClassVar = ["q", "kind", "star", "type", "state"]

    def search(self, queryset: QuerySet[Title], name: str, value: str) -> QuerySet[Title]:
        """Number, name, alias or pinyin contains the text."""
        del name
        text = value.strip().lower()
        return queryset.filter(Q(number__icontains=text) | Q(district__search_text__contains=text))

    def in_state(self, queryset: QuerySet[Title], name: str, value: str) -> QuerySet[Title]:
        """Current titles, or those that ended in one way."""
        del name
        return queryset.filter(end="" if value == "current" else value)
