"""Pages of the sensitivity report: choice, input, request; the result is on the page of the job."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from indicators.editions.models import Edition
from indicators.editions.selectors import editions_visible_to
from indicators.scoring.refusals import EditionIncomplete
from reports.jobs.enums import ReportKind
from reports.jobs.models import ExportJob
from reports.jobs.selectors import may_request
from reports.sensitivity.adjust import LEVEL, Limit, limits_of, moved, star_lines
from reports.sensitivity.services import request_sensitivity

MOST_ITEMS = 20


class SensitivityForm(forms.Form):
    """The edition, and the clauses whose limits are to be changed."""

    edition = forms.ModelChoiceField(label="标准", queryset=Edition.objects.none(), empty_label="请选择")
    items = forms.CharField(
        label="要改门槛的条文号", required=False, max_length=400, help_text="用逗号分开，如 4.2.1，5.2.3；只改星级门槛或只换标准的不填"
    )

    def __init__(self, data: object, *, editions: QuerySet[Edition]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Parse the clause numbers; refuse those that the edition does not have."""
        data = super().clean() or {}
        names = [name for name in re.split(r"[，,、;；\s]+", data.get("items") or "") if name]
        if len(names) > MOST_ITEMS:
            self.add_error("items", f"一次最多{MOST_ITEMS}条")
        edition = data.get("edition")
        if edition is not None and names:
            known = {item["id"] for chapter in edition.document["chapters"] for item in chapter["items"]}
            if unknown := [name for name in names if name not in known]:
                self.add_error("items", f"{edition.code} 没有条文 {'、'.join(unknown[:5])}")
        return {**data, "items": names}


class LimitsForm(forms.Form):
    """One field per limit, filled with its current number."""

    def __init__(self, data: object, *, limits: Iterable[Limit]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.limits = list(limits)
        for number, limit in enumerate(self.limits):
            widget = forms.NumberInput(attrs={"data-unit": limit.unit, "step": "any"})
            self.fields[f"l{number}"] = forms.DecimalField(
                label=limit.what, initial=Decimal(limit.value), max_digits=12, decimal_places=6, widget=widget,
                help_text=f"现为{limit.value}{limit.unit}",
            )  # fmt: skip

    @property
    def lines(self) -> Iterator[forms.BoundField]:
        """Fields of the star lines."""
        return (self[f"l{at}"] for at, limit in enumerate(self.limits) if limit.key.startswith(f"{LEVEL}:"))

    @property
    def steps(self) -> Iterator[forms.BoundField]:
        """Fields of the clauses."""
        return (self[f"l{at}"] for at, limit in enumerate(self.limits) if not limit.key.startswith(f"{LEVEL}:"))

    def numbers(self) -> dict[str, Decimal]:
        """Typed numbers by key of the limit."""
        return {limit.key: self.cleaned_data[f"l{at}"] for at, limit in enumerate(self.limits)}


TEMPLATE = "reports/sensitivity/sensitivity.html"
UNPROCESSABLE = 422


def sensitivity(request: HttpRequest) -> HttpResponse:
    """Choose an edition by ``?edition=`` and clauses by ``?items=``, enter other limits, and request the computation."""
    viewer = viewer_of(request)
    NotAllowed.unless(may_request(viewer, ReportKind.SENSITIVITY), "标准调整的影响由市住房城乡建设管理委测算")
    choose = SensitivityForm(request.GET or None, editions=editions_visible_to(viewer).filter(complete=True))
    context: dict[str, Any] = {"choose": choose}
    if not choose.is_valid():
        return render(request, TEMPLATE, context, status=UNPROCESSABLE if choose.errors else 200)
    edition: Edition = choose.cleaned_data["edition"]
    limits = [*star_lines(edition.document), *limits_of(edition.document, choose.cleaned_data["items"])]
    form = LimitsForm(request.POST or None, limits=limits)
    context |= {"edition": edition, "form": form}
    if request.method == "POST" and form.is_valid():
        job = _asked(request, edition, form)
        if job is not None:
            return redirect("reports:job", job.pk)
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if form.is_bound else 200)


def _asked(request: HttpRequest, edition: Edition, form: LimitsForm) -> ExportJob | None:
    """The requested job; None with errors in the form."""
    numbers: dict[str, Decimal] = form.numbers()
    parsed, changes = moved(edition.document, form.limits, numbers)
    wrong = [problem for problem in parsed.problems if problem.kind == "invalid"]
    for problem in wrong:
        form.add_error(None, problem.text)
    if wrong:
        return None
    try:
        return request_sensitivity(edition=edition, changes=changes, by=signed_in(request))
    except NotAllowed:
        raise
    except Refused as refused:
        for refusal in refused.refusals:
            form.add_error(None, refusal.text)
    except EditionIncomplete as incomplete:
        form.add_error(None, str(incomplete))
    return None
