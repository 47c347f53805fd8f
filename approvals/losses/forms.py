"""Step forms of a loss of title: the cleaned fields are the keyword arguments of the service that takes the step."""

from typing import Any

from django import forms

from approvals.applications.forms.steps import DecisionForm
from approvals.cases.forms import StepForm, date_field
from approvals.cases.models.cases import Case
from approvals.common.enums import LossGround, RecordedKind
from approvals.requests.forms import ProxyEntryForm
from assessments.common.enums import StageConclusion
from greendistrict.documents.forms import EvidenceField
from greendistrict.policy import letter_texts

WAYS = (("直接送达", "直接送达"), ("邮寄送达", "邮寄送达"), ("留置送达", "留置送达"), ("公告送达", "公告送达"))


def text_field(label: str, rows: int = 4, help_text: str = "") -> forms.CharField:
    """Multi-line text field."""
    return forms.CharField(label=label, max_length=4000, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


class GroundsForm(StepForm):
    """事实和依据; for 八（四） also the documented finding of non-implementation."""

    facts = text_field("事实", 6, "写明查明的事实和证据")
    basis = text_field("依据", 3, "写明文件名称、文号和条款")
    not_implemented = text_field("未按照绿色生态相关要求实施的认定", 5, "八（四）的两项条件之一，写明哪些要求没有实施、由何材料证明")

    scan = EvidenceField(label="证明材料", required=False, help_text="调查记录、评估报告、现场照片等；必交，没有材料不能提交审核")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        loss = case.loss
        kwargs.setdefault("initial", {"facts": loss.facts, "basis": loss.basis, "not_implemented": loss.not_implemented})
        super().__init__(*args, case=case, **kwargs)
        for field in self.fields.values():
            field.required = False
        if loss.ground != LossGround.REVOKE:
            del self.fields["not_implemented"]


class IntentForm(StepForm):
    """登记事先告知."""

    number = forms.CharField(label="告知书文号", max_length=60)
    intent_served_on = date_field("送达日期", help_text="陈述申辩期限自次日起算")
    scan = EvidenceField(label="告知书扫描件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intent_served_on"].initial = self.today


class StatementForm(StepForm):
    """提交陈述申辩."""

    statement = text_field("陈述申辩的意见和理由", 8)
    scan = EvidenceField(label="附件", required=False)


class EnteredStatementForm(ProxyEntryForm):
    """Statement of the title's holder that was made on paper, in person or at a hearing."""

    statement = forms.CharField(label="陈述申辩的内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class ConsideredForm(StepForm):
    """复核意见 before the legal review."""

    considered = text_field("对陈述申辩的复核意见", 6, "逐条写明是否采纳和理由；没有陈述申辩的，写明情况")


class LegalForm(StepForm):
    """法制审核意见."""

    reason = text_field("法制审核意见", 6, "事实是否清楚，证据是否充分，依据是否正确，程序是否合法")
    scan = EvidenceField(label="法制审核意见扫描件")


class DiscussionForm(StepForm):
    """登记集体讨论."""

    minutes_number = forms.CharField(label="纪要文号", max_length=60)
    discussed_on = date_field("讨论日期")
    discussed_by = forms.CharField(label="参加人员", max_length=300)
    discussion = text_field("讨论意见")
    scan = EvidenceField(label="纪要扫描件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discussed_on"].initial = self.today


class LossDecisionForm(DecisionForm):
    """决定书 with its remedies."""

    remedies = text_field("救济途径", 4, "写明机关和期限，以决定书为准")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"城区": self.case.district.name, "申报主体": self.case.applicant.name}
        self.fields["remedies"].initial = letter_texts.wording("remedies", names)


class ServeForm(StepForm):
    """登记送达."""

    served_on = date_field("送达日期")
    served_way = forms.ChoiceField(label="送达方式", choices=WAYS)
    served_to = forms.CharField(label="签收人", max_length=100)
    scan = EvidenceField(label="送达回证扫描件")
    decision_scan = EvidenceField(label="决定书扫描件", help_text="审定和登记文号时没有上传的，在这里补上")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case.documents.filter(slot="decision").exists():
            del self.fields["decision_scan"]
        self.fields["served_on"].initial = self.today


class RecordAssessmentForm(forms.Form):
    """补录: a city assessment that was held on paper."""

    kind = forms.ChoiceField(label="类别", choices=RecordedKind.choices)
    concluded_on = date_field("结论日期")
    passed = forms.TypedChoiceField(
        label="结论",
        choices=(("no", StageConclusion.UNQUALIFIED.label), ("yes", StageConclusion.QUALIFIED.label)),
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    source = forms.CharField(label="出处", max_length=300, help_text="结论文件的名称、文号")
    document = EvidenceField(label="结论文件")
