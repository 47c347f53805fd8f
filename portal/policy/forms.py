"""Filter bar of the city-wide policy check."""

from typing import ClassVar

import django_filters
from django.db.models import QuerySet

from districts.common.enums import DistrictType, Stage
from districts.file.forms.filters import areas_of_filter, key_areas
from districts.file.models.district import District
from districts.file.selectors.visibility import in_key_area
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.choices import NamedChoiceFilter


class PolicyCheckFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Conditions of the city-wide policy check: text, stage, type, area."""

    q = django_filters.CharFilter(label="城区或拼音", method="search")
    stage = django_filters.ChoiceFilter(label="阶段", choices=Stage.choices, empty_label="全部")
    type = django_filters.ChoiceFilter(label="类型", choices=DistrictType.choices, empty_label="全部")
    area = NamedChoiceFilter(
        label="所在区",
        queryset=areas_of_filter,
        field_name="areas",
        to_field_name="code",
        empty_label="全部",
    )
    key_area = django_filters.ChoiceFilter(label="重点区域", choices=key_areas, method="by_key_area", empty_label="全部")

    class Meta:
        model = District
        fields: ClassVar = ["q", "stage", "type", "area", "key_area"]

    def by_key_area(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter districts by key area (四（二）)."""
        del name
        return queryset.filter(in_key_area(viewer_of(self.request), value))

    def search(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter districts whose name, alias or pinyin contains the text."""
        del name
        return queryset.filter(search_text__contains=value.strip().lower())
