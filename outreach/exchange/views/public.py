"""Public pages of events: list, event, calendar file, material, sign-up, receipt, feeds. They need neither scripts nor an account."""

import datetime as dt
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.core.feeds import MOST, PublicFeed, marked, rss_and_atom
from greendistrict.core.masks import masked_mail
from outreach.common.areas import area_names
from outreach.common.models import FilingKind
from outreach.common.services import HeldReceipt
from outreach.common.views import filed, held_page, looked_up
from outreach.exchange import rules, selectors
from outreach.exchange.calendar_file import calendar_file
from outreach.exchange.forms import PublicEventFilter, PublicSignUpForm, RatingForm
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.mails import mailbox
from outreach.exchange.models import EventSignUp, EventState, ExchangeEvent, SignUpCircle, SignUpStanding
from outreach.exchange.services import sign_ups
from outreach.exchange.services.sign_ups import rate

ROWS = 20
KEPT = "public, max-age=60"
CLOSED = "default-src 'none'; sandbox"


def _works(request: HttpRequest) -> bool:
    """Whether the reader has an account that opens the internal pages."""
    held = viewer_of(request).held
    return bool(held.roles) and not held.is_keeper


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Public events, latest starting day first."""
    found = PublicEventFilter(request.GET, selectors.events_public())
    page = Paginator(found.qs, ROWS).get_page(request.GET.get("page"))
    lines = [(one, EXCHANGE.state(one.status), area_names(one.areas)) for one in page]
    context = {"page": page, "lines": lines, "total": page.paginator.count, "form": found.form, "works": _works(request)}
    return render(request, "outreach/exchange/events.html", context)


@require_safe
def event_public(request: HttpRequest, pk: int) -> HttpResponse:
    """A published event at its permanent address."""
    found = get_object_or_404(selectors.events_public(), pk=pk)
    is_taking = selectors.is_taking(found, clock.today())
    context = {
        "event": found,
        "state": EXCHANGE.state(found.status),
        "areas": area_names(found.areas),
        "agenda": list(found.agenda.all()),
        "files": list(selectors.material_public(found)),
        "is_taking": is_taking,
        "not_taking": "" if is_taking else selectors.not_taking(found),
        "places": selectors.places_of(found) if is_taking else None,
        "counted": selectors.attendance_of(found) if found.status == EventState.CLOSED else None,
        "open_to_public": found.circle == SignUpCircle.PUBLIC,
        "works": _works(request),
    }
    return render(request, "outreach/exchange/event_public.html", context)


@require_safe
def event_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Calendar file of the event."""
    del request
    found = get_object_or_404(selectors.events_public(), pk=pk)
    response = HttpResponse(calendar_file(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"], response["Cache-Control"] = f'attachment; filename="{found.number}.ics"', KEPT
    return response


@require_safe
def event_file(request: HttpRequest, pk: int, key: UUID) -> HttpResponseBase:
    """Released material of a published event."""
    del request
    found = get_object_or_404(selectors.events_public(), pk=pk)
    file = get_object_or_404(selectors.material_public(found), key=key)
    response = FileResponse(file.file.open("rb"), as_attachment=True, filename=file.original_name, content_type=file.content_type)
    response["Content-Security-Policy"], response["Cache-Control"] = CLOSED, KEPT
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_sign_up_public(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up without an account: the form, or the receipt after signing up; a refused form keeps what was typed."""
    found = get_object_or_404(selectors.events_public(), pk=pk, circle=SignUpCircle.PUBLIC)
    form = PublicSignUpForm(request.POST if request.method == "POST" else None)
    made, status = filed(
        request,
        form,
        FilingKind.SIGN_UP,
        lambda words, sender: sign_ups.take_sign_up(event=found, words=sign_ups.SignUpWords(**words), sender=sender),
    )
    if isinstance(made, HeldReceipt):
        return held_page(request, made)
    if made is not None:
        context = {"event": found, "row": made.sign_up, "sign_up": made.sign_up, "code": made.code, **_line(made.sign_up)}
        return render(request, "outreach/exchange/sign_up_done.html", context)
    is_taking = selectors.is_taking(found, clock.today())
    context = {
        "event": found,
        "form": form,
        "is_taking": is_taking,
        "not_taking": "" if is_taking else selectors.not_taking(found),
        "places": selectors.places_of(found),
    }
    return render(request, "outreach/exchange/sign_up_public.html", context, status=status)


def _line(row: EventSignUp) -> dict[str, Any]:
    is_waiting = row.standing == SignUpStanding.WAITING
    return {"line": selectors.place_in_line(row) if is_waiting else 0, "mailed": masked_mail(mailbox(row))}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_receipt(request: HttpRequest) -> HttpResponse:
    """A sign-up by its secret code (posted, so that it appears in no URL or log), with withdrawing and rating."""
    found, status, context = looked_up(request, selectors.sign_up_of_receipt, sign_ups.may_look)
    if found is not None:
        status = _act(request, found, context)
        context |= _held(found, context["form"].cleaned_data["code"], context.get("rating_form"))
    return render(request, "outreach/exchange/sign_up_receipt.html", context, status=status)


def _act(request: HttpRequest, row: EventSignUp, context: dict[str, Any]) -> HTTPStatus:
    """Perform the requested action, if any."""
    act, rating = request.POST.get("act"), RatingForm(request.POST)
    try:
        if act == "withdraw":
            sign_ups.withdraw_public(row=row)
            context["said"] = "报名已取消"
        elif act == "rate":
            if not rating.is_valid():
                context["rating_form"] = context["refused"] = rating
                return HTTPStatus.UNPROCESSABLE_ENTITY
            rate(row=row, **rating.cleaned_data)
            context["said"] = "评价已保存"
    except Refused as refused:
        context["refused"] = [refusal.text for refusal in refused.refusals]
        return HTTPStatus(refused.status)
    row.refresh_from_db()
    return HTTPStatus.OK


def _held(row: EventSignUp, code: str, typed: RatingForm | None) -> dict[str, Any]:
    return {
        "sign_up": row,
        "event": row.event,
        "standing": row.standing,
        "code": code,
        "may_withdraw": rules.is_movable(row),
        "rating_form": typed or (RatingForm() if rules.may_rate(row) else None),
        **_line(row),
    }


class EventFeed(PublicFeed):
    """Feed of the newest events."""

    title = "上海市绿色生态城区交流活动"
    description = "绿色生态城区的论坛、对话交流、现场观摩、研讨和培训"
    page = "outreach:events"

    def items(self) -> list[ExchangeEvent]:
        """Newest first."""
        return list(selectors.events_newest()[:MOST])

    def item_title(self, item: Any) -> str:
        """Kind and title; fictional and cancelled events are marked."""
        state = "【已取消】" if item.status == EventState.CANCELLED else ""
        return marked(f"{state}{item.get_kind_display()}：{item.title}", demo=item.is_demo)

    def item_description(self, item: Any) -> str:
        """Contents of the event."""
        return str(item.summary)

    def item_link(self, item: ExchangeEvent) -> str:
        """Permanent address."""
        return reverse("outreach:event_public", args=[item.pk])

    def item_pubdate(self, item: ExchangeEvent) -> dt.datetime | None:
        """When it was published."""
        return item.published_at

    def item_categories(self, item: ExchangeEvent) -> tuple[str, ...]:
        """Kind of the event."""
        return (item.get_kind_display(),)


rss, atom = rss_and_atom(EventFeed)
