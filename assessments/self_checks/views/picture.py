"""Inserting a picture into a section of the report."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from assessments.self_checks import services
from assessments.self_checks.forms import PictureForm
from assessments.self_checks.selectors.pictures import pictures_for
from assessments.self_checks.views.files import seen_check
from assessments.tables.rules import may_edit_table
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused


def report_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose or upload a picture; it is inserted after the line with the text cursor, or at the end of the section."""
    viewer = viewer_of(request)
    check = seen_check(viewer, pk)
    NotAllowed.unless(may_edit_table(viewer.held, check.table), "这份自评报告现在不能改")
    first = {name: request.GET[name] for name in ("section", "at") if name in request.GET}
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm(initial=first)
    form.fields["document"].queryset = pictures_for(viewer, check)  # type: ignore[attr-defined]  # set for each district
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_picture(
                check=check,
                key=data["section"],
                caption=data["caption"],
                document=data["document"],
                upload=data["upload"],
                at=data["at"],
                by=viewer.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "插图已放入自评报告，可以在文字中移动它所在的一行")
            return HttpResponseRedirect(f"{reverse('assessments:selfcheck_report', args=[pk])}#id_{data['section']}")
    context = {"check": check, "form": form}
    return render(request, "assessments/self_checks/selfcheck_report_picture.html", context, status=422 if form.errors else 200)
