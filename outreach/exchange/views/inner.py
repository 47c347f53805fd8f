"""Pages of events for signed-in people: list, event with forms, programme, material, steps.

Also here: signing up, withdrawing, rating, attendance, rejecting, entry in the ledger.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.common.views import timeline_entry
from districts.file.models.district import District
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import deleted, looked_at
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.masks import masked_contact
from greendistrict.core.paging import list_context
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE, MatterPage
from greendistrict.workflow.procedure import offered
from outreach.common.areas import area_names
from outreach.exchange import rules, selectors
from outreach.exchange.columns import EVENT, EVENT_LIST
from outreach.exchange.forms import (
    AgendaRowForm,
    AttendanceForm,
    EventForm,
    EventOpenForm,
    ExchangeFilter,
    MaterialForm,
    RatingForm,
    SignUpForm,
    StrikeForm,
)
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.models import EventSignUp, ExchangeEvent, SignUpCircle, SignUpStanding
from outreach.exchange.services import events, sign_ups

TEMPLATE = "outreach/exchange/event.html"
STORED = EVENT.part("title", "summary", "place", "starts_on", "ends_on", "capacity", "sign_up_until")


def seen(viewer: Viewer, pk: int) -> ExchangeEvent:
    """Event that the person may see. Raises ``Http404``."""
    return get_object_or_404(selectors.events_visible_to(viewer), pk=pk)


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Visible events."""
    return _listed(request)


def _listed(request: HttpRequest, opening: EventOpenForm | None = None, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    found = ExchangeFilter(request.GET, selectors.events_visible_to(viewer))
    context = list_context(request, EVENT_LIST.ordered(found.qs, ""), found.form)
    page = context["page"]
    rows = EVENT_LIST.read(page.object_list)
    context["shown"] = EVENT_LIST.html(rows, viewer.today, RowAddress("outreach:event"), first=page.start_index())
    context["opening"] = opening or (EventOpenForm(auto_id="new-%s") if rules.organises(viewer.held) else None)
    return render(request, "outreach/exchange/event_list.html", context, status=status)


@require_POST
def event_open(request: HttpRequest) -> HttpResponse:
    """Create an event."""
    viewer, form = viewer_of(request), EventOpenForm(request.POST, auto_id="new-%s")
    NotAllowed.unless(rules.organises(viewer.held), events.ORGANISER)
    if form.is_valid():
        try:
            made = events.open_event(**form.cleaned_data, by=viewer.user)
        except Refused as refused:
            add_refusals(form, refused)
        else:
            return FILE.done(request, made.pk, "活动已建立")
    return _listed(request, form, UNPROCESSABLE)


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of one event."""
    return FILE.show(request, pk)


def detail_context(viewer: Viewer, event: ExchangeEvent, **extra: Any) -> dict[str, Any]:
    """Template context of the page."""
    held = viewer.held
    writing, material = rules.may_write(held, event), rules.may_add_file(held, event)
    return {
        "event": event,
        "state": EXCHANGE.state(event.status),
        "areas": area_names(event.areas),
        "agenda": list(event.agenda.all()),
        "files": selectors.material_of(event),
        "writing": writing,
        "form": EventForm(event=event) if writing else None,
        "row_form": AgendaRowForm(initial={"day": event.starts_on}, auto_id="row-%s") if writing else None,
        "material_form": MaterialForm(auto_id="material-%s") if material else None,
        "may_drop": rules.may_drop(held, event),
        "offered": offered(event, viewer.user),
        "action_url": reverse("outreach:event_action", args=[event.pk]),
        "entries": [timeline_entry(record) for record in reversed(timeline.of_subject(event))],
        "counted": selectors.attendance_of(event),
        "places": selectors.places_of(event),
        "ledger": selectors.ledger_lines(event, viewer),
        **_own(viewer, event),
        **_people(viewer, event),
        **extra,
    }


def _own(viewer: Viewer, event: ExchangeEvent) -> dict[str, Any]:
    """The person's own sign-up and what they can do with it."""
    own = selectors.own_sign_up(event, viewer)
    live = own is not None and own.withdrawn_at is None
    districts = selectors.districts_to_speak_for(viewer)
    must = event.circle == SignUpCircle.DISTRICTS
    opens = not live and selectors.is_taking(event, viewer.today) and bool(districts or not must)
    return {
        "own": own,
        "own_line": selectors.place_in_line(own) if own and own.standing == SignUpStanding.WAITING else 0,
        "sign_up_form": SignUpForm(districts=districts, must=must) if opens else None,
        "may_withdraw": own is not None and rules.may_withdraw(viewer.held, own),
        "rating_form": RatingForm(initial=_said(own)) if own and rules.may_rate(own) else None,
    }


def _said(row: EventSignUp) -> dict[str, Any]:
    return {} if row.satisfied is None else {"satisfied": "yes" if row.satisfied else "no", "comment": row.comment}


def _people(viewer: Viewer, event: ExchangeEvent) -> dict[str, Any]:
    """People who signed up, for the city, contacts masked."""
    held = viewer.held
    if not rules.may_read_people(held):
        return {}
    rows = list(event.sign_ups.select_related("person", "district"))
    placed = [row for row in rows if row.standing == SignUpStanding.PLACED]
    marks = rules.may_mark(held, event)
    for row in rows:
        row.event = event
    lines = [(row, row.standing, masked_contact(row.contact)) for row in rows]
    return {
        "people": lines,
        "strikes": {row.pk for row in rows if rules.may_strike(held, row)},
        "attendance_form": AttendanceForm(event=event, rows=placed) if marks else None,
    }


FILE = MatterPage("outreach:event", TEMPLATE, seen, detail_context)


@require_POST
def event_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the text; after an edit conflict both versions are shown."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    form = EventForm(request.POST, event=found)

    def beside(typed: QueryDict, stored: ExchangeEvent) -> dict[str, Any]:
        return {"form": EventForm(typed, event=stored), "stored": STORED.facts(stored)}

    def keep() -> object:
        return events.save_event(event=found, values=form.values(), version=form.version_read(), by=viewer.user)

    return FILE.save(request, pk, form, keep, beside, "已保存", may=rules.may_write(viewer.held, found))


@require_POST
def event_row_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a row to the programme."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)

    def keep(**typed: Any) -> None:
        events.add_row(event=found, values=typed, by=viewer.user)

    form, may = AgendaRowForm(request.POST, auto_id="row-%s"), rules.may_write(viewer.held, found)
    return FILE.entered(request, pk, "row_form", form, keep, "议程已保存", "#h-agenda", may=may)


@require_POST
def event_row_drop(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Remove a row of the programme."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    kept = get_object_or_404(found.agenda.select_related("event"), pk=row)
    drop = partial(events.drop_row, row=kept, by=viewer.user)
    return FILE.dropped(request, pk, f"议程“{kept}”", drop, "议程已删除", "#h-agenda", may=rules.may_write(viewer.held, found))


@require_POST
def event_file_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add material."""
    viewer = viewer_of(request)
    found, form = seen(viewer, pk), MaterialForm(request.POST, request.FILES, auto_id="material-%s")
    keep, may = partial(events.add_material, event=found, by=viewer.user), rules.may_add_file(viewer.held, found)
    return FILE.entered(request, pk, "material_form", form, keep, "材料已上传", "#h-material", may=may)


@require_POST
def event_file_drop(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """Remove a file."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    kept = get_object_or_404(selectors.material_rows(found), key=key)
    drop = partial(events.drop_material, event=found, file=kept, by=viewer.user)
    return FILE.dropped(request, pk, f"材料“{kept.title}”", drop, "材料已删除", "#h-material", may=rules.may_add_file(viewer.held, found))


@require_POST
def event_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an event that was never published."""
    viewer = viewer_of(request)
    found = seen(viewer, pk)
    drop, may = partial(events.drop_event, event=found, by=viewer.user), rules.may_drop(viewer.held, found)
    back, loss = reverse("outreach:event", args=[pk]), "内容、议程和材料一并删除，不能恢复。"
    return deleted(request, str(found), drop, back=back, to="outreach:event_list", loss=loss, may=may)


@require_POST
def event_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step."""
    return FILE.act(request, pk)


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
    return FILE.entered(request, pk, "rating_form", form, partial(sign_ups.rate, row=own), "评价已保存", "#h-own", may=True)


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
        sign_ups.mark(event=found, came=came, evaluation=said, version=form.version_read(), by=viewer.user)
    except Refused as refused:
        return FILE.again(request, pk, refused, attendance_form=form)
    return FILE.done(request, pk, f"已登记到场{len(came)}人", "#h-people")


@require_POST
def event_strike(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Reject a sign-up."""
    viewer, form = viewer_of(request), StrikeForm(request.POST, auto_id=f"strike-{row}-%s")
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
        made = sign_ups.take_to_ledger(event=found, district=for_whom, by=viewer.user)
    except NotAllowed:
        raise
    except Refused as refused:
        return FILE.again(request, pk, refused)
    return FILE.done(request, pk, f"已记入{for_whom.name}{made.session.year}年度运营台账", "#h-ledger")
