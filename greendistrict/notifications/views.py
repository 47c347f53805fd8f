"""Inbox, and a person's choice of channels for each group of messages."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import deleted, deletion_question, redirect_saying
from greendistrict.notifications import services
from greendistrict.notifications.channels import choices_of, takes
from greendistrict.notifications.enums import FIXED, Channel, MessageGroup, group_of, kinds_of
from greendistrict.notifications.models import ChannelChoice, Notification
from greendistrict.notifications.selectors import notifications_visible_to, with_files
from greendistrict.notifications.transports import TRANSPORTS, connected, states

READ_LOSS = "删除后不能恢复；未读的、法律文书和告知不删除。"
LINES = tuple(group for group in MessageGroup if group not in FIXED)


class ChannelForm(forms.Form):
    """One checkbox for each group of messages and connected channel; legal notices and account notices have none."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.channels = connected()
        chosen = choices_of([user]).get(user.pk, {})
        for group in LINES:
            for channel in self.channels:
                self.fields[f"{group.value}-{channel.value}"] = forms.BooleanField(
                    label=f"{group.label}：{channel.label}", required=False, initial=takes(group, channel, chosen)
                )
        self.addresses = [(channel, TRANSPORTS[channel].address(user)) for channel in self.channels]
        self.missing = [channel for channel, is_connected in states() if not is_connected]

    def lines(self) -> Iterator[tuple[MessageGroup, list[forms.BoundField]]]:
        """Each group with its checkboxes, in the order of the channels."""
        for group in LINES:
            yield group, [self[f"{group.value}-{channel.value}"] for channel in self.channels]

    def chosen(self) -> dict[tuple[MessageGroup, Channel], bool]:
        """Choices by group and channel."""
        return {(group, channel): bool(self.cleaned_data[f"{group.value}-{channel.value}"]) for group in LINES for channel in self.channels}


PER_PAGE = 30
# Groups that messages stand in; followed matters are items of reminders.
GROUPS = [(group.value, group.label) for group in MessageGroup if kinds_of(group)]


class InboxFilter(forms.Form):
    """Filter of the inbox; a condition that is not valid is told and not asked for."""

    group = forms.ChoiceField(
        label=str(ChannelChoice._meta.get_field("group").verbose_name), required=False, choices=[("", "全部"), *GROUPS]
    )
    read = forms.ChoiceField(
        label=str(Notification._meta.get_field("read_at").verbose_name),
        required=False,
        choices=[("", "全部"), ("no", "未读"), ("yes", "已读")],
    )

    def found(self, rows: QuerySet[Notification]) -> QuerySet[Notification]:
        """Messages that meet the conditions."""
        self.full_clean()
        if group := self.cleaned_data.get("group"):
            rows = rows.filter(kind__in=kinds_of(group))
        if read := self.cleaned_data.get("read"):
            rows = rows.filter(read_at__isnull=read == "no")
        return rows


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Own messages that the filter finds, newest first, by day."""
    viewer, form = viewer_of(request), InboxFilter(request.GET)
    page = Paginator(form.found(notifications_visible_to(viewer)), PER_PAGE).get_page(request.GET.get("page"))
    days = groupby(with_files(viewer, page), key=lambda shown: localtime(shown.note.created_at).date())
    context = {
        "page": page,
        "form": form,
        "total": page.paginator.count,
        "read_loss": f"按上面的查询条件删除。{READ_LOSS}",
        "days": [(day, list(messages_of_day)) for day, messages_of_day in days],
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
def message_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an own message."""
    user, note = signed_in(request), get_object_or_404(notifications_visible_to(viewer_of(request)), pk=pk)
    inbox_page = reverse("notifications:inbox")
    may = group_of(note.kind) != MessageGroup.LEGAL
    return deleted(
        request, f"消息“{note.title}”", lambda: services.drop(by=user, notification=note), back=inbox_page, to=inbox_page, may=may
    )


@require_POST
def read_drop(request: HttpRequest) -> HttpResponse:
    """Delete the read messages that the filter in the address finds; with a condition that is not valid nothing is deleted."""
    form = InboxFilter(request.GET)
    found = form.found(notifications_visible_to(viewer_of(request)))
    back = f"{reverse('notifications:inbox')}?{request.GET.urlencode()}"
    if not form.is_valid():
        messages.error(request, "有查询条件不可用，没有删除；请更正或者清空")
        return redirect(back)
    if asking := deletion_question(request, "符合条件的已读消息", back=back, loss=READ_LOSS):
        return asking
    return redirect_saying(request, f"已删除{services.drop_read(by=signed_in(request), among=found)}条消息", back)


@require_safe
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a message is about, or the file asked for that it leads to, and mark it as read."""
    user, viewer = signed_in(request), viewer_of(request)
    note = get_object_or_404(notifications_visible_to(viewer), pk=pk)
    services.mark_read(by=user, notification=note)
    if asked := request.GET.get("file"):
        keys = [file.document.key for shown in with_files(viewer, [note]) for file in shown.files if str(file.document.key) == asked]
        if keys:
            return redirect("documents:download", keys[0])
    return _lead_to(request, note.link)


@require_safe
def follow_line(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Open what an item of a digest is about and mark the digest as read."""
    user = signed_in(request)
    note = get_object_or_404(notifications_visible_to(viewer_of(request)), pk=pk)
    if not 1 <= number <= len(note.lines):
        raise Http404
    services.mark_read(by=user, notification=note)
    return _lead_to(request, note.lines[number - 1]["link"])


def _lead_to(request: HttpRequest, link: str) -> HttpResponse:
    """The page of the portal behind a link, else the inbox."""
    if link and url_has_allowed_host_and_scheme(link, {request.get_host()}):
        return redirect(link)
    return redirect("notifications:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    notifications_visible_to(viewer_of(request)).filter(read_at__isnull=True).update(read_at=clock.now())
    return redirect("notifications:inbox")


def channel_settings(request: HttpRequest) -> HttpResponse:
    """Own choice of channels for each group of messages."""
    user = signed_in(request)
    form = ChannelForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        services.choose_channels(by=user, chosen=form.chosen())
        messages.success(request, "消息设置已保存")
        return redirect("notifications:channel_settings")
    context = {
        "form": form,
        "fixed": [group.label for group in MessageGroup if group in FIXED],
        "crumbs": [("消息", reverse("notifications:inbox")), ("消息设置", "")],
    }
    return render(request, "notifications/channel_settings.html", context)
