"""State of each plot in one word; maps, lists and boards use the same conditions."""

from django.db.models import Case, CharField, Q, Value, When

from districts.common.enums import PlotState

UNFIT = Q(buildable=True, conforms=False)
UNCHECKED = Q(buildable=True, conforms__isnull=True, built_on__isnull=False)
STATE = Case(
    When(Q(buildable=False), then=Value(PlotState.KEPT.value)),
    When(Q(built_on__isnull=False, conforms=True), then=Value(PlotState.BUILT.value)),
    When(UNFIT, then=Value(PlotState.UNFIT.value)),
    When(UNCHECKED, then=Value(PlotState.UNCHECKED.value)),
    When(Q(started_on__isnull=False), then=Value(PlotState.BUILDING.value)),
    default=Value(PlotState.WAITING.value),
    output_field=CharField(),
)
