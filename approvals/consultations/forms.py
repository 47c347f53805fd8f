"""Forms for asking departments and for their answers."""

from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from approvals.common.enums import OpinionKind
from approvals.consultations.models import UNANSWERED
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.core.widgets import BoxList
from greendistrict.documents.forms import EvidenceField


class ConsultForm(forms.Form):
    """Departments and the question."""

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
    """A department's answer, with the scan when entered from a letter."""

    opinion = forms.ChoiceField(label="意见", choices=OpinionKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label="意见内容", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    scan = EvidenceField(label="复函扫描件", required=False)
