"""Page of plots acquired or built outside the control tables, and the form for reason and proof."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from districts.file.views.common import UNPROCESSABLE, district_to_read, section_context
from districts.plots.forms import BackfillForm
from districts.plots.selectors.backfills import backfills, unproven_plots
from districts.plots.services.backfills import record_backfill
from greendistrict.accounts.http import signed_in
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn


def plot_backfill(request: HttpRequest, code: str) -> HttpResponse:
    """Readers of the file see which plots do not count and why others do; editors record reason and proof."""
    district, editable = district_to_read(request, code)
    rows = unproven_plots(district)
    form = BackfillForm(request.POST or None, request.FILES or None, plots=rows)
    if request.method == "POST":
        NotAllowed.unless(editable, "补录说明由申报主体登记")
        if form.is_valid():
            given = form.cleaned_data
            with RefusalsIn(form):
                record_backfill(
                    district=district,
                    plots=[plot.pk for plot in given["plots"]],
                    reason=given["reason"],
                    upload=given["upload"],
                    by=signed_in(request),
                )
                messages.success(request, "已登记补录说明，所选地块计入")
                return redirect("districts:plot_backfill", code=district.code)
    context = {
        **section_context(request, district, "plot_list"),
        "editable": editable,
        "rows": rows,
        "recorded": backfills(district),
        "form": form,
    }
    return render(request, "districts/plots/plot_backfill.html", context, status=UNPROCESSABLE if form.errors else 200)
