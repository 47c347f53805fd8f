"""Page of the factor library: all versions with their sources; the city adds one by decision, another person checks it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carbon.factors import services
from carbon.factors.models import AddedFactor
from carbon.factors.selectors import factors_now, may_add
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import YearColumn
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.workflow.second_person import may_check
from greendistrict.workflow.second_person_pages import check_page

FACTOR = Columns.of(
    AddedFactor, "name", "since", "value", "unit", "source", "published", "certainty", "decision", "decided_on",
    since=YearColumn("年", least=1990),
)  # fmt: skip


@with_columns(FACTOR.without("name", "value"))
class AddedFactorForm(ColumnsForm):
    """A factor version, its source and the decision that added it."""

    key = forms.SlugField(label="因子编号", max_length=60, help_text="已有因子填它的编号；新的因子用小写英文字母、数字和连字符")
    name = FACTOR["name"].form_field(required=False, help_text="新的因子必填；已有因子沿用原名")
    value = FACTOR["value"].form_field(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    field_order = ("key", "name", "since")

    def refuse(self, refusals: Any) -> None:
        """Add each refusal of the service as an error of its field."""
        for refusal in refusals:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.text)


METHODS = ["GET", "HEAD", "POST"]


@require_safe
def factor_list(request: HttpRequest) -> HttpResponse:
    """Every factor with its versions."""
    return _page(request)


def _page(request: HttpRequest, form: AddedFactorForm | None = None, status: int = 200) -> HttpResponse:
    held = viewer_of(request).held
    adding = form or (AddedFactorForm() if may_add(held) else None)
    rows = AddedFactor.objects.waiting().select_related("entered_by") if held.is_city else ()
    waiting = [(row, may_check(held, row)) for row in rows]
    context = {"factors": list(factors_now().values()), "form": adding, "waiting": waiting}
    return render(request, "carbon/factors/factor_list.html", context, status=status)


@require_POST
def factor_add(request: HttpRequest) -> HttpResponse:
    """Add a version."""
    viewer, form = viewer_of(request), AddedFactorForm(request.POST)
    NotAllowed.unless(may_add(viewer.held), "只有市级审定可以增加因子版本")
    if form.is_valid():
        try:
            made = services.add_version(**form.cleaned_data, by=viewer.user)
        except Refused as refused:
            form.refuse(refused.refusals)
        else:
            messages.success(request, f"已增加：{made}。市级另一人核对后启用")
            return HttpResponseRedirect(reverse("carbon:factor_list"))
    return _page(request, form, 422)


@require_http_methods(METHODS)
def factor_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a version that somebody else added."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def factor_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a version back that somebody else added."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = AddedFactor.objects.waiting().select_related("entered_by")
    return check_page(request, rows, pk, "carbon/factors/factor_check.html", back=reverse("carbon:factor_list"), returning=returning)
