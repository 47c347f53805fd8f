"""Preview of moving a district to another edition; writes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.file.views.common import UNPROCESSABLE, district_to_read
from districts.indicator_systems.forms import EditionChoice
from districts.indicator_systems.services.edition_move import edition_followed, preview_move
from greendistrict.core.errors import Refused
from indicators.editions.selectors import published_editions

TEMPLATE = "districts/indicator_systems/edition_move.html"


@require_safe
def edition_move(request: HttpRequest, code: str) -> HttpResponse:
    """Preview the move to the edition ``?edition=``; without it show the choice."""
    district, editable = district_to_read(request, code)
    old = edition_followed(district)
    choices = published_editions().exclude(pk=old.pk if old else 0).order_by("-in_force", "code")
    form = EditionChoice(request.GET or None, editions=choices)
    context: dict[str, Any] = {"district": district, "old": old, "form": form, "editable": editable}
    if not form.is_valid():
        return render(request, TEMPLATE, context, status=UNPROCESSABLE if form.errors else 200)
    try:
        context["preview"] = preview_move(district, form.cleaned_data["edition"])
    except Refused as refused:
        context["refusals"] = refused.refusals
    return render(request, TEMPLATE, context)
