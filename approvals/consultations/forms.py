"""Forms for asking departments and for their answers."""

from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from approvals.consultations.models import UNANSWERED, Consultation
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn
from greendistrict.core.widgets import BoxList
from greendistrict.documents.forms import EvidenceField

ANSWER = Columns(Consultation, opinion=ChoiceColumn(radio=True), text=TextColumn(rows=4, most=2000))


@with_columns(Columns(Consultation, question=TextColumn(rows=3, most=1000)))
class ConsultForm(ColumnsForm):
    """Departments and the question."""

    departments = forms.ModelMultipleChoiceField(Organisation.objects.none(), label="部门", widget=BoxList)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = case.consultations.filter(UNANSWERED).values("department")
        field = self.fields["departments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 -- declared above
        partners = Organisation.objects.filter(kind=OrganisationKind.PARTNER, is_demo=case.is_demo).exclude(pk__in=asked)
        field.queryset = partners.order_by("name_pinyin", "pk")


class OpinionOfDepartmentForm(forms.Form):
    """A department's answer, with the scan when entered from a letter."""

    opinion, text = ANSWER.needed("opinion").form_fields().values()
    scan = EvidenceField(label="复函扫描件", required=False)
