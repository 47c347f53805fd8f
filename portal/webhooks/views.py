"""Pages of one's own webhooks: registering (the secret is shown once), deliveries, restarting, pausing, deleting."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import Refused
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.refusals import RefusalsIn
from portal.webhooks import services
from portal.webhooks.models import KEPT, Webhook, WebhookEvent
from portal.webhooks.selectors import deliveries_visible_to, events_open_to, may_hold_webhook, webhooks_visible_to


class WebhookForm(forms.Form):
    """Target URL and events."""

    url = forms.CharField(
        label="接收网址",
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text="本单位系统的网址，以 https:// 开头，证书有效；不跟随跳转",
    )
    events = forms.MultipleChoiceField(
        label="事件", widget=forms.CheckboxSelectMultiple, help_text="只推送您在平台上能看到的内容，与接口读取的相同"
    )

    def __init__(self, *args: Any, events: Iterable[WebhookEvent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = "portal/webhooks/_event.html"
        choices = [(event.value, render_to_string(page, {"label": event.label, "key": event.value})) for event in events]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_url(self) -> str:
        """Strip surrounding spaces."""
        return str(self.cleaned_data["url"]).strip()


UNPROCESSABLE = 422


def _holder(request: HttpRequest) -> Viewer:
    """The signed-in person. Raises ``Http404`` if they may not have webhooks."""
    viewer = viewer_of(request)
    if not may_hold_webhook(viewer.held):
        raise Http404
    return viewer


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """One's own webhooks; after registering, the secret is shown once."""
    viewer = _holder(request)
    held = viewer.held
    form = WebhookForm(request.POST or None, events=events_open_to(held))
    secret, made = "", None
    if request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            made, secret = services.register_webhook(by=viewer.user, **form.cleaned_data)
        if made is not None:
            form = WebhookForm(events=events_open_to(held))
    context = {"webhooks": list(webhooks_visible_to(viewer)), "form": form, "secret": secret, "made": made}
    return _unkept(render(request, "portal/webhooks/webhooks.html", context, status=UNPROCESSABLE if form.errors else 200))


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with its deliveries; pause, resume, test, new secret."""
    viewer = _holder(request)
    found = get_object_or_404(webhooks_visible_to(viewer), pk=pk)
    secret = ""
    if request.method == "POST":
        act = request.POST.get("action")
        if act == "renew":
            secret = services.renew_secret(by=viewer.user, webhook=found)
        else:
            _act(request, str(act), viewer.user, found)
            return redirect("portal:webhook", pk=pk)
    page = Paginator(found.deliveries.all(), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"webhook": found, "page": page, "secret": secret, "days": KEPT.days}
    return _unkept(render(request, "portal/webhooks/webhook.html", context))


def _act(request: HttpRequest, act: str, user: User, found: Webhook) -> None:
    """Perform the posted action. Raises ``Http404`` for an unknown one."""
    acts: dict[str, tuple[Any, str]] = {
        "pause": (services.pause, "已暂停"),
        "resume": (services.resume, "已恢复，此后的事件照常推送"),
        "test": (services.send_test, "试推送已发出，结果见推送记录"),
    }
    if act not in acts:
        raise Http404
    service, words = acts[act]
    try:
        service(by=user, webhook=found)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)


@require_POST
def webhook_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a webhook with its deliveries."""
    viewer = _holder(request)
    found = get_object_or_404(webhooks_visible_to(viewer), pk=pk)
    back = reverse("portal:webhook", args=[pk])
    if asking := deletion_question(request, f"接口推送 {found.url}", back=back, loss="推送记录一并删除，不能恢复。"):
        return asking
    services.remove(by=viewer.user, webhook=found)
    messages.success(request, "接口推送已删除")
    return redirect("portal:webhooks")


@require_POST
def webhook_redeliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Restart a delivery."""
    viewer = _holder(request)
    delivery = get_object_or_404(deliveries_visible_to(viewer), pk=pk)
    try:
        services.redeliver(by=viewer.user, delivery=delivery)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已重新发送")
    return redirect("portal:webhook", pk=delivery.webhook_id)


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
