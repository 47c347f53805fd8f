"""Filter bar of 谁在哪一步: conditions on the district, its duties and its policy check."""

import django_filters
from django.db.models import QuerySet

from districts.common.enums import World
from districts.file.forms.filters import DistrictFilter
from districts.file.models.district import District
from portal.pilot_progress.rules import Lateness, Readiness


class ProgressFilter(DistrictFilter):
    """Conditions of the page; ``late`` and ``ready`` are not columns of a district and are applied to the rows (``selectors``)."""

    type = star = key_area = None
    kind = django_filters.ChoiceFilter(label="真实或虚构", choices=World.choices, method="by_kind", empty_label="全部城区")
    late = django_filters.ChoiceFilter(label="逾期", choices=Lateness.choices, method="by_row", empty_label="全部")
    ready = django_filters.ChoiceFilter(label="下一阶段条件", choices=Readiness.choices, method="by_row", empty_label="全部")

    def by_row(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Leaves the districts unfiltered; see ``selectors.narrowed``."""
        del name, value
        return queryset
