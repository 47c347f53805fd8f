"""State of each plot in one word; maps colour and lists filter by the same conditions."""

from django.db.models import Case, CharField, Q, Value, When

from districts.common.enums import PlotState

STATE = Case(
    When(Q(buildable=False), then=Value(PlotState.KEPT.value)),
    When(Q(built_on__isnull=False, conforms=True), then=Value(PlotState.BUILT.value)),
    When(Q(built_on__isnull=False) | Q(conforms=False), then=Value(PlotState.UNFIT.value)),
    When(Q(started_on__isnull=False), then=Value(PlotState.BUILDING.value)),
    default=Value(PlotState.WAITING.value),
    output_field=CharField(),
)
