"""Filter form of the case list."""

import django_filters
from django.db.models import QuerySet

from approvals.cases.columns import CASE
from approvals.cases.lifecycle import case_machines
from approvals.cases.models.cases import Case
from districts.file.columns import DISTRICT
from districts.file.forms import areas_of_filter, key_areas
from districts.file.models.district import District
from districts.file.selectors.visibility import in_key_area
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.filters import ColumnFilter, ListFilter, NamedChoiceFilter, WordsFilter
from greendistrict.core.widgets import BoxList


def state_choices() -> list[tuple[str, str]]:
    """States as choices; a key shared by several kinds is listed once, with the label of the first kind."""
    return list({key: (key, label) for machine in reversed([*case_machines().values()]) for key, label in machine.choices()}.values())


class CaseFilter(ListFilter):
    """Filter of the list."""

    q = WordsFilter("编号、城区或拼音", "number", "district__search_text__contains", "applicant__name")
    kind = ColumnFilter(CASE["kind"])
    status = django_filters.MultipleChoiceFilter(label=CASE["state"].label, choices=state_choices, widget=BoxList, distinct=False)
    type = ColumnFilter(CASE["type"])
    area = NamedChoiceFilter(
        label=CASE["areas"].label, queryset=areas_of_filter, field_name="district__areas", to_field_name="code", empty_label="全部"
    )
    key_area = ColumnFilter(DISTRICT["key_areas"], choices=key_areas, method="by_key_area")

    def by_key_area(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Cases of districts in the key area ``value`` (四（二）)."""
        del name
        return queryset.filter(district__in=District.objects.filter(in_key_area(viewer_of(self.request), value)))
