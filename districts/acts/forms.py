"""Forms of recorded acts about a whole district."""

from typing import Any

from django import forms

from districts.acts.models import DistrictAct
from districts.acts.services import MAY_APPLY
from districts.file.columns import DISTRICT
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.columns.declared import Columns


class ActForm(forms.Form):
    """Fields common to all acts: date, document, reason."""

    on, document, reason = Columns.of(DistrictAct, "on", "document", "reason").needed().form_fields().values()

    def __init__(self, *args: Any, district: District, user: User, **kwargs: Any) -> None:
        del user
        self.district = district
        super().__init__(*args, **kwargs)

    def offer(self, name: str, rows: Any) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows


class RenameForm(ActForm):
    """The new name."""

    name = DISTRICT["name"].form_field(label="新名称", help_text="原名称留作别名")
    field_order = ("name", "on", "document", "reason")


class MergeForm(ActForm):
    """The district into which this one is merged."""

    into = forms.ModelChoiceField(label="并入", queryset=District.objects.none(), empty_label="请选择")
    field_order = ("into", "on", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = District.objects.filter(is_demo=self.district.is_demo, guideline_area=False, merged_into=None)
        self.offer("into", others.exclude(pk=self.district.pk).order_by("name_pinyin"))


class ApplicantForm(ActForm):
    """The new applicant."""

    applicant = forms.ModelChoiceField(label="新的申报主体", queryset=Organisation.objects.none(), empty_label="请选择")
    field_order = ("applicant", "on", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(kind__in=MAY_APPLY, is_demo=self.district.is_demo)
        self.offer("applicant", bodies.exclude(pk=self.district.applicant_id or 0).order_by("name_pinyin"))


class TypeForm(ActForm):
    """The experts' finding on a mixed district."""

    renewal_share = DISTRICT["renewal_share"].form_field(required=True)
    field_order = ("renewal_share", "on", "document", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].help_text = "专家意见的名称和日期"
