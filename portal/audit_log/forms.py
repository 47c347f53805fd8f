"""Filter bar of the audit log."""

from typing import Any

from django import forms

from greendistrict.audit.selectors import Asked
from greendistrict.core.day_fields import DayField


class EventFilter(forms.Form):
    """Conditions on audit records: time, person, action, object, address, or a text in any of them."""

    q = forms.CharField(label="人员、动作或对象", required=False, max_length=60)
    first_day = DayField(label="日期起", required=False)
    last_day = DayField(label="日期止", required=False)
    person = forms.CharField(label="人员", required=False, max_length=60, help_text="姓名，或登录时所填的账号")
    action = forms.CharField(label="动作", required=False, max_length=60)
    obj = forms.CharField(label="对象", required=False, max_length=80)
    address = forms.CharField(label="来源地址", required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Refuse a first day after the last day."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "日期止早于日期起")
        return cleaned

    def asked(self) -> Asked:
        """The valid conditions; invalid ones are left out."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value})
