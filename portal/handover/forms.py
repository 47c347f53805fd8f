"""Form for a handover."""

from typing import Any

from django import forms

from districts.file.forms.fields import day
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import HeldPosts


class HandoverForm(forms.Form):
    """Predecessor, successor and reason."""

    leaver = forms.ModelChoiceField(label="移交人", queryset=User.objects.none(), empty_label="请选择")
    taker = forms.ModelChoiceField(label="接收人", queryset=User.objects.none(), empty_label="请选择", help_text="须已有本单位的岗位")
    on = day("交接日期", required=True)
    reason = forms.CharField(label="事由", max_length=300, help_text="如调离、退休")

    def __init__(self, *args: Any, held: HeldPosts, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": held.day})
        super().__init__(*args, **kwargs)
        people = User.objects.filter(posts__organisation_id__in=held.organisation_ids).distinct().order_by("pk")
        for name in ("leaver", "taker"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = people
