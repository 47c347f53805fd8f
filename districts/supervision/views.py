"""Pages of a plot's and of a municipal work's records of supervision and oversight."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from districts.file.rules import fills_plot, may_read_file
from districts.file.views.common import UNPROCESSABLE
from districts.plots.models import Plot
from districts.plots.rules import lists_plots
from districts.plots.selectors.plots import supervision_of_plot
from districts.plots.views.access import plot_to_read
from districts.projects.models import Work
from districts.projects.views import work_to_read
from districts.supervision.models import SupervisionRecord
from districts.supervision.services import EDITORS, FINDING, closed_words, record_supervision
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.errors import NotAllowed
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.forms import EvidenceField

RECORD = Columns.of(SupervisionRecord, "kind", "body", "inspected_on", "finding", finding=TextColumn(rows=3, most=FINDING))


class SupervisionForm(forms.Form):
    """Inspecting body, day, finding and document."""

    kind, body, inspected_on, finding = RECORD.form_fields().values()
    upload = EvidenceField(label="记录文件")

    def __init__(self, data: Any = None, files: Any = None, *, today: dt.date) -> None:
        super().__init__(data, files, initial={"inspected_on": today})


def plot_supervision(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show the records of a plot and of those it replaced."""
    plot = plot_to_read(request, code, pk)
    return _page(request, plot, supervision_of_plot(plot), reverse("districts:plot_control", args=[code, pk]))


def work_supervision(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show the records of a municipal work."""
    work = work_to_read(request, code, pk)
    return _page(request, work, work.supervision_records.all(), reverse("districts:work", args=[code, pk]))


def _page(request: HttpRequest, subject: Plot | Work, records: Any, back: str) -> HttpResponse:
    """Render the records, newest first, with a form for the next one for users who may record findings."""
    viewer = viewer_of(request)
    closed = closed_words(subject)
    held = viewer.held
    may_record = fills_plot(held, subject.district) and not closed
    if request.method == "POST":
        NotAllowed.unless(may_record, closed or EDITORS)
    form = SupervisionForm(request.POST or None, request.FILES or None, today=viewer.today) if may_record else None
    if form and request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            record_supervision(subject=subject, by=viewer.user, **form.cleaned_data)
            messages.success(request, "记录已登记")
            return HttpResponseRedirect(request.path)
    context = {
        "district": subject.district,
        "subject": subject,
        "is_plot": isinstance(subject, Plot),
        "lists": lists_plots(held, subject.district) or may_read_file(held, subject.district),
        "back": back,
        "page": Paginator(records.select_related("plot", "document", "recorded_by"), PAGE_ROWS).get_page(request.GET.get("page")),
        "closed": closed,
        "form": form,
    }
    return render(request, "districts/supervision/supervision.html", context, status=UNPROCESSABLE if form and form.errors else 200)
