"""Tabs of the pages about obligations."""

from typing import Any

from django.template import Library
from django.urls import reverse

from greendistrict.accounts.viewer import viewer_of
from obligations.rules import reads_outlook, reads_progress, reads_watches

register = Library()


@register.simple_tag(takes_context=True)
def duty_tabs(context: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Key, label and address of the pages the person may open."""
    tabs = [("list", "清单", reverse("obligations:obligation_list")), ("calendar", "日历", reverse("obligations:duty_calendar"))]
    held = viewer_of(context["request"]).held
    if reads_watches(held):
        tabs.append(("watches", "关注", reverse("obligations:watch_list")))
    if reads_progress(held):
        tabs.append(("progress", "谁在哪一步", reverse("portal:pilot_progress")))
    if reads_outlook(held):
        tabs.append(("outlook", "未来五年", reverse("portal:outlook")))
    return tabs
