"""Filter form of the case list."""

from typing import ClassVar

import django_filters
from django.db.models import Q, QuerySet

from approvals.cases.lifecycle.machines import case_machines
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from districts.common.enums import DistrictType
from districts.file.forms.filters import areas_of_filter, key_areas
from districts.file.models.district import District
from districts.file.selectors.visibility import in_key_area
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.choices import NamedChoiceFilter
from greendistrict.core.widgets import BoxList


def state_choices() -> list[tuple[str, str]]:
    """States as choices; a key shared by several kinds is listed once, with the label of the first kind."""
    return list({key: (key, label) for machine in reversed(case_machines().values()) for key, label in machine.choices()}.values())


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters: text (number, name, pinyin), state, type, area."""

    q = django_filters.CharFilter(label="编号、城区或拼音", method="search")
    status = django_filters.MultipleChoiceFilter(label="状态", choices=state_choices, widget=BoxList, distinct=False)
    kind = django_filters.ChoiceFilter(label="类别", choices=CaseKind.choices, empty_label="全部")
    type = django_filters.ChoiceFilter(label="类型", field_name="district__type", choices=DistrictType.choices, empty_label="全部")
    area = NamedChoiceFilter(
        label="所在区",
        queryset=areas_of_filter,
        field_name="district__areas",
        to_field_name="code",
        empty_label="全部",
    )
    key_area = django_filters.ChoiceFilter(label="重点区域", choices=key_areas, method="by_key_area", empty_label="全部")

    class Meta:
        model = Case
        fields: ClassVar = ["q", "kind", "status", "type", "area", "key_area"]

    def by_key_area(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Cases of districts in the key area ``value`` (四（二）)."""
        del name
        return queryset.filter(district__in=District.objects.filter(in_key_area(viewer_of(self.request), value)))

    def search(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Cases whose number, or whose district's name, alias or pinyin contains the text."""
        del name
        text = value.strip().lower()
        return queryset.filter(Q(number__icontains=text) | Q(district__search_text__contains=text) | Q(applicant__name__icontains=text))
