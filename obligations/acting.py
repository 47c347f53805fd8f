"""Districts in which a person has something to do without being a party: review panels, assigned table rows, questions about plots."""

from typing import Any

from django.db.models import Q, QuerySet

from assessments.reviews.enums import ON_PANEL
from assessments.reviews.models import PanelMember
from assessments.sharing.models import RowShare, ShareState
from districts.file.rules import answering_bodies
from districts.plots.models import PlotOpinion
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer


def acting_districts(viewer: Viewer) -> set[int]:
    """Districts of matters in which the viewer acts for itself or its body; no query for people without such a role."""
    held = viewer.held
    found: list[QuerySet[Any, tuple[int]]] = []
    if held.has(Role.EXPERT):
        seats = PanelMember.objects.filter(expert__user=viewer.person, state__in=ON_PANEL)
        found.append(seats.order_by().values_list("review__table__district_id"))
    if held.has(Role.BUREAU):
        shares = RowShare.objects.filter(Q(organisation__in=held.organisations_as(Role.BUREAU)) | Q(person=viewer.person))
        found.append(shares.exclude(status=ShareState.WITHDRAWN).order_by().values_list("table__district_id"))
    if bodies := answering_bodies(held):
        found.append(PlotOpinion.objects.filter(organisation__in=bodies).order_by().values_list("plot__district_id"))
    if not found:
        return set()
    return {district for (district,) in found[0].union(*found[1:])}
