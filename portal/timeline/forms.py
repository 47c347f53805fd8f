"""Filter bar of the timeline."""

from typing import Any

from django import forms

from districts.file.forms.fields import day
from portal.timeline.selectors import ALL_GROUPS, TimelineConditions


class TimelineForm(forms.Form):
    """Filter of the timeline."""

    group = forms.ChoiceField(label="类别", choices=[("", "全部"), *((group, group) for group in ALL_GROUPS)], required=False)
    since = day("从")
    until = day("到")
    q = forms.CharField(label="文字", max_length=60, required=False)

    def wanted(self) -> TimelineConditions:
        """The valid conditions."""
        data: dict[str, Any] = getattr(self, "cleaned_data", {})
        return TimelineConditions(data.get("group", ""), data.get("since"), data.get("until"), data.get("q", "").strip())
