"""Sign-ups, for signed-in people: signing up, withdrawing, rating, attendance, rejecting, entry in the ledger."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.looks import looked_at
from greendistrict.core.masks import masked_contact
from outreach.exchange import rules, selectors
from outreach.exchange.forms import AttendanceForm, RatingForm, SignUpForm, StrikeForm
from outreach.exchange.models import SignUpCircle
from outreach.exchange.services import attendance, sign_ups
from outreach.exchange.views.inner import FILE, seen


@require_POST
def event_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up with one's account."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    must = found.circle == SignUpCircle.DISTRICTS
    form = SignUpForm(request.POST, districts=selectors.districts_to_speak_for(viewer), must=must)
    if not form.is_valid():
        return FILE.again(request, pk, sign_up_form=form, errors=form)
    try:
        made = sign_ups.sign_up(event=found, by=viewer.user, **form.cleaned_data)
    except Refused as refused:
        return FILE.again(request, pk, refused, sign_up_form=form)
    return FILE.done(request, pk, "已报上名" if made.placed_at else "名额已满，已列入候补", "#h-own")


@require_POST
def event_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one's own sign-up."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    own = get_object_or_404(found.sign_ups.filter(selectors.LIVE).select_related("event"), person=viewer.user)
    try:
        sign_ups.withdraw(row=own, by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused)
    if selectors.events_visible_to(viewer).filter(pk=pk).exists():
        return FILE.done(request, pk, "报名已取消", "#h-own")
    return render(request, "outreach/exchange/withdrawn.html", {"event": found})


@require_POST
def event_rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Rate an attended event."""
    viewer = viewer_of(request)
    found, form = seen(viewer, pk), RatingForm(request.POST)
    own = get_object_or_404(found.sign_ups.filter(selectors.LIVE).select_related("event"), person=viewer.user)
    return FILE.entered(request, pk, "rating_form", form, partial(attendance.rate, row=own), "评价已保存", "#h-own", may=True)


@require_POST
def event_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who attended."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    NotAllowed.unless(rules.organises(viewer.held), "到场由市级经办登记")
    rows = list(found.sign_ups.filter(selectors.PLACED).select_related("person", "district"))
    form = AttendanceForm(request.POST, event=found, rows=rows)
    if not form.is_valid():
        return FILE.again(request, pk, attendance_form=form, errors=form)
    came = [int(key) for key in form.cleaned_data["came"]]
    try:
        said = form.cleaned_data["evaluation"]
        attendance.mark(event=found, came=came, evaluation=said, version=form.version_read(), by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused, attendance_form=form)
    return FILE.done(request, pk, f"已登记到场{len(came)}人", "#h-people")


@require_POST
def event_strike(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Reject a sign-up."""
    viewer, form = viewer_of(request), StrikeForm(request.POST)
    kept = get_object_or_404(selectors.sign_ups_visible_to(viewer), pk=row, event=pk)
    if not form.is_valid():
        return FILE.invalid(request, pk, may=rules.may_strike(viewer.held, kept), errors=form)
    try:
        sign_ups.strike(row=kept, by=viewer.user, **form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refused:
        return FILE.again(request, pk, refused)
    return FILE.done(request, pk, "已记为不予接受", "#h-people")


def event_contact(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Show the contact of a member of the public for a stated reason, which is audited."""
    viewer = viewer_of(request)
    NotAllowed.unless(rules.may_read_people(viewer.held), "报名人的联系方式由市级查看")
    kept = get_object_or_404(selectors.sign_ups_visible_to(viewer), pk=row, event=pk, person=None)
    template, reveal = "outreach/exchange/sign_up_contact.html", partial(sign_ups.reveal_contact, row=kept, by=viewer.user)
    return looked_at(request, template, reveal, sign_up=kept, event=kept.event, masked=masked_contact(kept.contact))


@require_POST
def event_take(request: HttpRequest, pk: int, district: int) -> HttpResponse:
    """Enter a closed training in a district's ledger."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    for_whom: District = get_object_or_404(files_visible_to(viewer), pk=district)
    try:
        made = attendance.take_to_ledger(event=found, district=for_whom, by=viewer.user)
    except NotAllowed:
        raise
    except Refused as refused:
        return FILE.again(request, pk, refused)
    return FILE.done(request, pk, f"已记入{for_whom.name}{made.session.year}年度运营台账", "#h-ledger")
