"""The public list of notices and announcements."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from greendistrict.core import clock
from greendistrict.core.paging import list_context
from portal.publicity import selectors
from portal.publicity.forms import PublicityForm


@login_not_required
@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """All announcements and notices, newest first, with search."""
    form = PublicityForm(request.GET or None, years=selectors.years_of())
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    context = list_context(request, selectors.entries_matching(asked), form)
    entries = selectors.entries_of(context["page"].object_list, clock.today())
    return render(request, "portal/publicity/list.html", {**context, "entries": entries})
