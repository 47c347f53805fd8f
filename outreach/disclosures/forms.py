"""Forms of requests for information: filing, completion, extension, reply, service, filter of the list."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from approvals.cases.forms import date_field
from assessments.common.forms import WORLDS
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField
from outreach.common.areas import ALL
from outreach.common.forms import PublicForm
from outreach.disclosures import models
from outreach.disclosures.enums import DisclosureAsker, DisclosureDelivery, DisclosureOutcome, DisclosureProgress, IssuedPaper, Withheld


class DisclosureForm(PublicForm):
    """A request with the contents required by 政府信息公开条例第二十九条."""

    asker = forms.ChoiceField(label="申请人类型", choices=DisclosureAsker, widget=forms.RadioSelect)
    name = forms.CharField(label="姓名或名称", max_length=models.NAME, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    identity = forms.CharField(
        label="身份证明",
        max_length=models.IDENTITY,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="公民填写身份证件号码，法人或者其他组织填写统一社会信用代码",
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=models.CONTACT,
        help_text="电话或者电子邮箱；选择电子邮件的，填写电子邮箱",
    )
    wanted = forms.CharField(
        label="所需信息",
        max_length=models.WANTED,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明信息的名称、文号，或者便于查询的其他特征，不超过1000字",
    )
    delivery = forms.ChoiceField(label="获取方式", choices=DisclosureDelivery, widget=forms.RadioSelect)
    address = forms.CharField(
        label="通信地址", max_length=models.ADDRESS, required=False, help_text="选择邮寄的必填",
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Require the address or e-mail that the chosen way of delivery needs."""
        data = super().clean() or self.cleaned_data
        if data.get("delivery") == DisclosureDelivery.POST and not data.get("address"):
            self.add_error("address", "选择邮寄的，请填写通信地址")
        if data.get("delivery") == DisclosureDelivery.MAIL and "@" not in str(data.get("contact") or "@"):
            self.add_error("contact", "选择电子邮件的，请填写电子邮箱")
        return data


class ExtendForm(forms.Form):
    """Reason for extending the term."""

    reason = forms.CharField(label="延长的理由", max_length=models.REASON, help_text="写入延期答复告知书，申请人凭查询码可以看到")


class ClarificationForm(forms.Form):
    """What the request lacks; the city may ask once (政府信息公开条例第三十条)."""

    words = forms.CharField(
        label="需要补正的事项",
        max_length=models.ASKED,
        help_text="一次性写明全部需要补正的事项，写入补正告知书，申请人凭查询码可以看到",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = date_field("补正期限", help_text="合理的期限；逾期无正当理由不补正的，视为放弃申请")


class CompleteForm(forms.Form):
    """What the asker adds to an incomplete request."""

    words = forms.CharField(
        label="补正的内容", max_length=models.WANTED, help_text="不超过1000字，只能补正一次", widget=forms.Textarea(attrs={"rows": 4})
    )


class GivenFileForm(forms.Form):
    """A file that is given to the asker."""

    upload = EvidenceField(label="提供的文件", level=Confidentiality.INTERNAL)
    title = forms.CharField(label="文件名称", max_length=200, required=False, help_text="申请人看到的名称；不填的用文件本身的名称")


class LetterScanForm(forms.Form):
    """Signed scan of a letter that was issued."""

    paper = forms.ChoiceField(label="告知书")
    upload = EvidenceField(label="签章扫描件", level=Confidentiality.INTERNAL)

    def __init__(self, *args: Any, papers: Sequence[IssuedPaper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [(one.value, one.label) for one in reversed(papers)]  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """The reply with the number and date of its document."""

    outcome = forms.ChoiceField(label="答复类型", choices=[("", "请选择"), *DisclosureOutcome.choices])
    withheld = forms.ChoiceField(
        label="不予公开的依据", required=False, choices=[("", "不适用"), *Withheld.choices], help_text="不予公开、部分公开的必选"
    )
    reply = forms.CharField(
        label="答复内容", max_length=models.REPLY, widget=forms.Textarea(attrs={"rows": 5}), help_text="提供的信息或者理由，写入答复告知书"
    )
    number = forms.CharField(label="告知书文号", max_length=models.NUMBER)
    on = date_field("答复日期")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class ServedForm(forms.Form):
    """Day on which the reply was served on the asker."""

    on = date_field("送达日期", help_text="申请人收到告知书的日期，申请行政复议和起诉的期限自这一天起算；登记有误的再登记一次")


class DisclosureFilter(forms.Form):
    """Filter of the city's list."""

    q = forms.CharField(label="编号、文号或所需信息", max_length=60, required=False)
    standing = forms.ChoiceField(label="办理情况", required=False, choices=[ALL, *DisclosureProgress.choices])
    outcome = forms.ChoiceField(label="答复类型", required=False, choices=[ALL, *DisclosureOutcome.choices])
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=WORLDS)
