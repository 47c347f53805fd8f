"""Form of a delegation."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from greendistrict.accounts.models import Post, User
from greendistrict.core.day_fields import DayField


class PostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """Choice of a post, labelled with its holder."""

    def label_from_instance(self, obj: Any) -> str:
        """Holder, body and role."""
        return f"{obj.user.name}　{obj.organisation.name}　{obj.get_role_display()}"


class DelegationForm(forms.Form):
    """Post to delegate, deputy, period and reason."""

    post = PostChoice(label="委托的岗位", queryset=Post.objects.none(), empty_label="请选择")
    deputy = forms.ModelChoiceField(label="受托人", queryset=User.objects.none(), empty_label="请选择", help_text="本单位任职的人员")
    first = DayField(label="委托起")
    last = DayField(label="委托止")
    reason = forms.CharField(label="事由", max_length=300, help_text="如出差、休假、培训")

    def __init__(self, *args: Any, posts: QuerySet[Post], deputies: QuerySet[User], today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"first": today})
        super().__init__(*args, **kwargs)
        for name, found in (("post", posts), ("deputy", deputies)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = found
        self.fields["last"].help_text = f"含当天，一次最长{settings.DELEGATION_DAYS}天"
