"""Form of a new webhook."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.template.loader import render_to_string

from portal.webhooks.models import WebhookEvent


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
        choices = [(one.value, render_to_string(page, {"label": one.label, "key": one.value})) for one in events]
        self.fields["events"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_url(self) -> str:
        """Strip surrounding spaces."""
        return str(self.cleaned_data["url"]).strip()
