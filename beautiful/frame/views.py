"""Pages of the programme's draft: for the public, and for those who are signed in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beautiful.frame.programme import programme


@login_not_required
@require_safe
def public_programme(request: HttpRequest) -> HttpResponse:
    """What the draft says, marked as a draft; asks the database nothing."""
    return render(request, "beautiful/frame/public_programme.html", {"programme": programme()})


@require_safe
def frame(request: HttpRequest) -> HttpResponse:
    """The same with areas by horizon, and which dimension of the districts speaks to which area."""
    found = programme()
    names = {area.key: area.name for area in found.areas}
    links = [(dimension, [names[key] for key in keys]) for dimension, keys in found.dimension_links.items()]
    return render(request, "beautiful/frame/frame.html", {"programme": found, "links": links})
