"""Forms of a reconsideration or suit: recording it, its stay, the city's reply, its outcome."""

from typing import Any

from django import forms

from approvals.cases.forms import date_field
from approvals.titles.enums import RemedyKind, RemedyOutcome
from approvals.titles.models import remedies as sizes
from greendistrict.core import clock
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField


class RemedyForm(forms.Form):
    """What was served on the city."""

    kind = forms.ChoiceField(label="类别", choices=RemedyKind, widget=forms.RadioSelect)
    body = forms.CharField(label="受理机关", max_length=sizes.BODY, help_text="行政复议机关或者人民法院的名称")
    number = forms.CharField(label="案号", max_length=sizes.NUMBER)
    filed_on = date_field("申请或者起诉日期")
    served_on = date_field("收到副本日期", help_text="答复期限自这一天起算")


class StayForm(forms.Form):
    """The paper by which the decision is not carried out."""

    number = forms.CharField(label="停止执行文书文号", max_length=sizes.NUMBER)
    on = date_field("停止执行日期")
    ground = forms.CharField(label="停止执行的理由", max_length=sizes.GROUND)


class LiftForm(forms.Form):
    """The day from which the decision is carried out again."""

    on = date_field("恢复执行日期")


class ReplyRemedyForm(forms.Form):
    """Number and day of the city's reply."""

    number = forms.CharField(label="答复文号", max_length=sizes.NUMBER)
    on = date_field("答复日期")


class OutcomeForm(forms.Form):
    """The decision or judgment that took effect."""

    outcome = forms.ChoiceField(label="结果", choices=[("", "请选择"), *RemedyOutcome.choices])
    number = forms.CharField(label="结果文书文号", max_length=sizes.NUMBER)
    on = date_field("生效日期", help_text="行政复议决定书送达之日，判决、裁定生效之日")
    words = forms.CharField(
        label="主文", max_length=sizes.WORDS, help_text="照结果文书录入，请勿写个人信息", widget=forms.Textarea(attrs={"rows": 3})
    )
    scan = EvidenceField(label="结果文书扫描件", required=False, level=Confidentiality.INTERNAL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today
