"""Forms of one opinion: the reply with its file, the check, the responsible body."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assessments.opinions.columns import LINE
from greendistrict.documents.forms import EvidenceField

ASKED = "请写明修改情况；不采纳的建议写明理由"


class OpinionReplyForm(forms.Form):
    """Reply: what was changed, with an optional file."""

    reply = LINE["reply"].form_field(required=True, error_messages={"required": ASKED})
    upload = EvidenceField(label="附件（选填）", required=False)


class OpinionCheckForm(forms.Form):
    """Result of the check."""

    reason = LINE["note"].form_field()


class OpinionBodyForm(forms.Form):
    """The body responsible for an opinion: an organisation of the portal, or the name of another one."""

    organisation = forms.TypedChoiceField(label="责任单位", coerce=int, empty_value=None, required=False)
    body = LINE["body"].form_field(label="平台外单位名称", required=False)

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "平台外的单位"), *bodies]  # type: ignore[attr-defined]
