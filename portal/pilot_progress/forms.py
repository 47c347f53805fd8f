"""Filter bar of 谁在哪一步: conditions on the district, its duties and its policy check."""

from districts.file.forms.filters import DistrictFilter, of_world
from greendistrict.columns.filters import ChosenFilter
from portal.pilot_progress.rules import Lateness, Readiness


class ProgressFilter(DistrictFilter):
    """Conditions of the page; ``late`` and ``ready`` are not columns of a district and are applied to the rows (``selectors``)."""

    without = ("type", "star", "key_area")
    kind = of_world(nothing="全部城区")
    late = ChosenFilter("逾期", Lateness.choices)
    ready = ChosenFilter("下一阶段条件", Readiness.choices)
