"""Filters of 管控应办未办 and 绿色生态指标汇总: conditions on districts, and page-specific ones."""

import django_filters
from django import forms
from django.db.models import QuerySet

from districts.common.enums import ControlBody, ControlDuty, World
from districts.file.forms.filters import DistrictFilter
from districts.file.models.district import District
from districts.land.green_indicators import indicators
from districts.overview.selectors.omissions import PLOT, TOLD, WORK

KINDS = [(PLOT, "地块"), (WORK, "市政设施")]


class OmissionFilter(DistrictFilter):
    """Conditions of the page. Those on the step are no columns of a district and filter its rows (``selectors.omissions``)."""

    type = star = key_area = None
    code = django_filters.CharFilter(field_name="code", widget=forms.HiddenInput())
    duty = django_filters.ChoiceFilter(label="应办事项", choices=ControlDuty.choices, method="by_row", empty_label="全部")
    body = django_filters.ChoiceFilter(label="应办单位", choices=ControlBody.choices, method="by_row", empty_label="全部")
    what = django_filters.ChoiceFilter(label="对象", choices=KINDS, method="by_row", empty_label="全部")
    told = django_filters.ChoiceFilter(label="补录说明", choices=[(TOLD, "已有补录说明")], method="by_row", empty_label="没有说明的")
    kind = django_filters.ChoiceFilter(label="真实或虚构", choices=World.choices, method="by_kind", empty_label="全部城区")

    def by_row(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Return all districts; the condition is applied to rows later."""
        del name, value
        return queryset


def _indicators() -> list[tuple[str, str]]:
    return [(key, known.name) for key, known in indicators().items()]


class PortfolioFilter(DistrictFilter):
    """Conditions on districts, and the indicator for which they are listed."""

    star = None
    indicator = django_filters.ChoiceFilter(label="按城区列出的指标", choices=_indicators, method="by_row", empty_label=None)
    kind = django_filters.ChoiceFilter(label="真实或虚构", choices=World.choices, method="by_kind", empty_label=None)

    def by_row(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Return all districts; the condition is applied to rows later."""
        del name, value
        return queryset
