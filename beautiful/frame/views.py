"""Pages that show the draft: a public one, and one for signed-in people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from beautiful.frame.programme import programme


@require_safe
def public_programme(request: HttpRequest) -> HttpResponse:
    """Contents of the draft, marked as a draft; no database access."""
    return render(request, "beautiful/frame/public_programme.html", {"programme": programme()})


@require_safe
def frame(request: HttpRequest) -> HttpResponse:
    """Contents of the draft for signed-in people, with areas by target year and the dimensions linked to each area."""
    found = programme()
    names = {area.key: area.name for area in found.areas}
    links = [(dimension, [names[key] for key in keys]) for dimension, keys in found.dimension_links.items()]
    return render(request, "beautiful/frame/frame.html", {"programme": found, "links": links})
