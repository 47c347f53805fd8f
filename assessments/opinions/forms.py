"""Forms of one opinion: the reply with its file, the check, the responsible body."""

from collections.abc import Sequence
from typing import Any

from django import forms

from greendistrict.documents.forms import EvidenceField

ASKED = "请写明修改情况；不采纳的建议写明理由"


class OpinionReplyForm(forms.Form):
    """Reply: what was changed, with an optional file."""

    reply = forms.CharField(label="答复", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": ASKED})
    upload = EvidenceField(label="附件（选填）", required=False)


class OpinionCheckForm(forms.Form):
    """Result of the check."""

    reason = forms.CharField(
        label="复核意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="退回时写明还须补充什么"
    )


class OpinionBodyForm(forms.Form):
    """The body responsible for an opinion: an organisation of the portal, or the name of another one."""

    organisation = forms.TypedChoiceField(label="责任单位", coerce=int, empty_value=None, required=False)
    body = forms.CharField(
        label="平台外单位名称", max_length=120, required=False, help_text="上面没有的单位填写名称，由申报主体转告，并代为答复"
    )

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "平台外的单位"), *bodies]  # type: ignore[attr-defined]
