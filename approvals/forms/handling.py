"""Forms beside the steps of a case: whose 批复, what departments are asked and say, a prolonged notice."""

from typing import Any

from django import forms

from approvals.enums import EndorsementMode, OpinionKind
from approvals.models import Case
from approvals.models.handling import UNANSWERED
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.core.widgets import BoxList
from greendistrict.documents.forms import EvidenceField


def _reason() -> forms.CharField:
    return forms.CharField(label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ModeForm(forms.Form):
    """Whose 批复 the case needs, and why."""

    mode = forms.ChoiceField(label="批复方式", choices=EndorsementMode.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如申报主体是管委会所属公司，或管委会已报送集体研究纪要；确认人和理由留在办件里",
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"mode": case.endorsement_mode})
        super().__init__(*args, **kwargs)


class ConsultForm(forms.Form):
    """Departments and what they are asked."""

    departments = forms.ModelMultipleChoiceField(Organisation.objects.none(), label="部门", widget=BoxList)
    question = forms.CharField(label="征询内容", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = case.consultations.filter(UNANSWERED).values("department")
        field = self.fields["departments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 -- declared above
        partners = Organisation.objects.filter(kind=OrganisationKind.PARTNER, is_demo=case.is_demo).exclude(pk__in=asked)
        field.queryset = partners.order_by("name_pinyin", "pk")


class OpinionOfDepartmentForm(forms.Form):
    """A department's answer; whoever enters a letter adds its scan."""

    opinion = forms.ChoiceField(label="意见", choices=OpinionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label="意见内容", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    scan = EvidenceField(label="复函扫描件", required=False)


class ExtendNoticeForm(forms.Form):
    """Why a notice goes on."""

    reason = _reason()
    days = forms.IntegerField(label="延长（工作日）", min_value=1, max_value=60, required=False, help_text="不填则按参数")


class TakeOverForm(forms.Form):
    """A workbook or CSV of old records."""

    upload = forms.FileField(label="Excel 或 CSV 文件", widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))
