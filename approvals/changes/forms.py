"""Forms of a change: kind and reason. The form of the kind itself comes from the registry."""

from typing import Any

from django import forms

from approvals.changes.change_kinds import change_kinds
from approvals.changes.models import Change
from districts.file.models.district import District
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn


class StartChangeForm(forms.Form):
    """District and kind of change; the plot named by a link from its page is passed on to the form of the kind."""

    district = forms.ModelChoiceField(District.objects.none(), label="城区", empty_label="请选择", to_field_name="code")
    kind = forms.ChoiceField(label="变更事项", widget=forms.RadioSelect)
    plot = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, held: HeldPosts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        own = District.objects.filter(applicant_id__in=held.organisations_as(Role.PREPARER), guideline_area=False)
        field.queryset = own.order_by("name_pinyin")
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 -- declared above
        kind.choices = [(one.key, one.label) for one in change_kinds()]


@with_columns(Columns(Change, reason=TextColumn(rows=4, most=2000)))
class ChangeReasonForm(ColumnsForm):
    """Reason of the change."""
