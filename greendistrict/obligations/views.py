"""到期事项: the list, and waiver or extension of one of them."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core import clock, workdays
from greendistrict.core.errors import Refused
from greendistrict.core.memo import held_reads
from greendistrict.core.widgets import DayInput
from greendistrict.obligations import services
from greendistrict.obligations.duties import Obligation, State
from greendistrict.obligations.models import Exemption
from greendistrict.obligations.selectors import obligations_visible_to
from greendistrict.policy.rules import decides

PER_PAGE = 50
FILTERS = ("", *[state.value for state in State])


class DecisionForm(forms.Form):
    """Waiver or extension."""

    extended_to = forms.DateField(label="延至", required=False, help_text="不填日期即免报", widget=DayInput())
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


def _rows(rows: list[Obligation], today: dt.date) -> list[dict[str, object]]:
    calendar = workdays.current()
    return [
        {"obligation": row, "state": row.state(today).value, "left": calendar.between(today, row.due), "open": row.met_on is None}
        for row in rows
    ]


@login_required
@require_safe
def obligation_list(request: HttpRequest) -> HttpResponse:
    """What is owed in sight of this person, most urgent first; ``?state=`` and ``?q=`` narrow it."""
    user, today = signed_in(request), clock.today()
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    with held_reads():
        rows = _rows(obligations_visible_to(user, today), today)
    counts = {name: sum(row["state"] == name for row in rows) for name in FILTERS if name}
    if state in counts:
        rows = [row for row in rows if row["state"] == state]
    if text:
        rows = [row for row in rows if text in str(row["obligation"].district) or text in str(row["obligation"].organisation)]  # type: ignore[attr-defined]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "counts": counts, "state": state, "text": text, "today": today}
    context["may_decide"] = _may_decide(user)
    return render(request, "obligations/obligation_list.html", context)


def _may_decide(user: User) -> bool:
    return decides(user, "waive") or decides(user, "extend")


@login_required
def obligation_decide(request: HttpRequest, key: str) -> HttpResponse:
    """Waive or extend one obligation, 审定 only."""
    user, today = signed_in(request), clock.today()
    found = next((row for row in obligations_visible_to(user, today) if row.key == key), None)
    if found is None or not _may_decide(user):
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide(obligation=key, by=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{found.district}{found.title}已{'延期' if form.cleaned_data['extended_to'] else '免报'}")
            return redirect("obligations:obligation_list")
    decided = Exemption.objects.filter(obligation=key).select_related("decided_by")
    context = {"obligation": found, "form": form, "decided": decided, "state": found.state(today).value}
    return render(request, "obligations/obligation_decide.html", context)
