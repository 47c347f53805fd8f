"""Form of the page of tokens."""

from collections.abc import Iterable
from typing import Any

from django import forms

from portal.tokens.models import WriteScope


class TokenForm(forms.Form):
    """Scopes of a new token, and confirmation that it replaces the old one."""

    scopes = forms.MultipleChoiceField(
        label="写入范围",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选则只能读取。写入按您的岗位办理，与在页面上填写相同",
    )
    confirmed = forms.BooleanField(label="我会把令牌只交给本单位的系统，并知道旧令牌立即失效")

    def __init__(self, *args: Any, scopes: Iterable[WriteScope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, one.label) for one in scopes]
        if choices:
            self.fields["scopes"].choices = choices  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["scopes"]
