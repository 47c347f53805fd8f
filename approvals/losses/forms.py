"""Step forms of a loss of title: the cleaned fields are the keyword arguments of the service that takes the step."""

from typing import Any

from django import forms

from approvals.applications.forms import DecisionForm
from approvals.cases.forms import StepForm
from approvals.cases.models.cases import Case
from approvals.common.enums import LossGround
from approvals.losses.columns import LOSS, RECORDED
from approvals.losses.lifecycle import BY_NOTICE
from approvals.requests.forms import ProxyEntryForm
from assessments.common.enums import StageConclusion
from greendistrict.documents.forms import EvidenceField, EvidenceFilesField
from greendistrict.policy import letter_texts
from greendistrict.policy.statutes import HOW_SERVED_BY_NOTICE

WAYS = (("直接送达", "直接送达"), ("邮寄送达", "邮寄送达"), ("留置送达", "留置送达"), (BY_NOTICE, BY_NOTICE))


class GroundsForm(StepForm):
    """事实和依据; for 八（四） also the documented finding of non-implementation."""

    facts = LOSS["facts"].form_field()
    basis = LOSS["basis"].form_field()
    not_implemented = LOSS["not_implemented"].form_field()
    scan = EvidenceFilesField(label="证明材料", required=False, help_text="调查记录、评估报告、现场照片等；必交，没有材料不能提交审核")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        loss = case.loss
        kwargs.setdefault("initial", {"facts": loss.facts, "basis": loss.basis, "not_implemented": loss.not_implemented})
        super().__init__(*args, case=case, **kwargs)
        if loss.ground != LossGround.REVOKE:
            del self.fields["not_implemented"]


class IntentForm(StepForm):
    """登记事先告知."""

    number = LOSS["intent_number"].form_field(required=True)
    intent_served_on = LOSS["intent_served_on"].form_field(required=True)
    scan = EvidenceField(label="告知书扫描件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intent_served_on"].initial = self.today


class StatementForm(StepForm):
    """提交陈述申辩."""

    statement = LOSS["statement"].form_field(required=True)
    scan = EvidenceFilesField(label="附件", required=False)


class EnteredStatementForm(ProxyEntryForm):
    """Statement of the title's holder that was made on paper, in person or at a hearing."""

    statement = LOSS["statement"].form_field(required=True)


class ConsideredForm(StepForm):
    """复核意见 before the legal review."""

    considered = LOSS["considered"].form_field(required=True)


class LegalForm(StepForm):
    """法制审核意见."""

    reason = LOSS["legal_opinion"].form_field(required=True)
    scan = EvidenceField(label="法制审核意见扫描件")


class DiscussionForm(StepForm):
    """登记集体讨论."""

    minutes_number = LOSS["minutes_number"].form_field(required=True)
    discussed_on = LOSS["discussed_on"].form_field(required=True)
    discussed_by = LOSS["discussed_by"].form_field(required=True)
    discussion = LOSS["discussion"].form_field(required=True)
    scan = EvidenceField(label="纪要扫描件")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discussed_on"].initial = self.today


class LossDecisionForm(DecisionForm):
    """决定书 with its remedies."""

    remedies = LOSS["remedies"].form_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"城区": self.case.district.name, "申报主体": self.case.applicant.name}
        self.fields["remedies"].initial = letter_texts.wording("remedies", names)


class ServeForm(StepForm):
    """登记送达."""

    served_on = LOSS["served_on"].form_field(required=True, help_text=f"公告送达的填写发出公告的日期，{HOW_SERVED_BY_NOTICE}")
    served_way = forms.ChoiceField(label=LOSS["served_way"].label, choices=WAYS)
    served_to = LOSS["served_to"].form_field(required=True)
    scan = EvidenceField(label="送达回证扫描件")
    decision_scan = EvidenceField(label="决定书扫描件", help_text="审定和登记文号时没有上传的，在这里补上")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case.documents.filter(slot="decision").exists():
            del self.fields["decision_scan"]
        self.fields["served_on"].initial = self.today


class RecordAssessmentForm(forms.Form):
    """补录: a city assessment that was held on paper."""

    kind = RECORDED["kind"].form_field()
    concluded_on = RECORDED["concluded_on"].form_field()
    passed = forms.TypedChoiceField(
        label="结论",
        choices=(("no", StageConclusion.UNQUALIFIED.label), ("yes", StageConclusion.QUALIFIED.label)),
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    source = RECORDED["source"].form_field()
    document = EvidenceField(label="结论文件")
