"""Filters of 管控应办未办 and 绿色生态指标汇总: conditions on districts, and page-specific ones."""

import django_filters
from django import forms

from districts.common.enums import ControlBody, ControlDuty
from districts.file.forms import DistrictFilter, of_world
from districts.land.green_indicators import indicators
from districts.overview.selectors.omissions import PLOT, TOLD, WORK
from greendistrict.columns.filters import ChosenFilter

KINDS = [(PLOT, "地块"), (WORK, "市政设施")]


class OmissionFilter(DistrictFilter):
    """Conditions of the page. Those on the step are no columns of a district and filter its rows (``selectors.omissions``)."""

    without = ("type", "star", "key_area")
    code = django_filters.CharFilter(field_name="code", widget=forms.HiddenInput())
    duty = ChosenFilter("应办事项", ControlDuty.choices)
    body = ChosenFilter("应办单位", ControlBody.choices)
    what = ChosenFilter("对象", KINDS)
    told = ChosenFilter("补录说明", [(TOLD, "已有补录说明")], nothing="没有说明的")
    kind = of_world(nothing="全部城区")


class PortfolioFilter(DistrictFilter):
    """Conditions on districts, and the indicator for which they are listed."""

    without = ("star",)
    indicator = ChosenFilter("按城区列出的指标", lambda: [(key, known.name) for key, known in indicators().items()], nothing=None)
    kind = of_world(nothing=None)
