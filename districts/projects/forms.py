"""Forms of the key-project plan, project photos and green requirements of municipal works."""

from typing import Any

from django import forms

from districts.file.forms import VersionMixin, day
from districts.land.green_indicators import show
from districts.plausibility.views import ExplainedForm
from districts.plots.forms import ProofFields
from districts.projects.checks import measure
from districts.projects.columns import PROJECT, WORK
from districts.projects.models import KeyProjectPlan, WorkIndicator
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.documents.forms import WARNING, EvidenceField, EvidenceFilesField, KeptFilesInput


class ProjectPlanForm(VersionMixin):
    """近期重点项目实施计划."""

    approved_on, approved_by, number = Columns.of(KeyProjectPlan, "approved_on", "approved_by", "number").form_fields().values()
    upload = EvidenceField(label="实施计划文件", required=False)


class PhotoForm(forms.Form):
    """Photos; what a typed caption says is said of each."""

    upload = EvidenceFilesField(
        label="照片", widget=KeptFilesInput(attrs={"accept": ".jpg,.jpeg,.png"}), help_text=f"jpg、png，可以一次选几张。{WARNING}",
        error_messages={"required": "请选择照片"},
    )  # fmt: skip
    title = forms.CharField(label="说明", max_length=200, required=False)


@with_columns(Columns.of(WorkIndicator, "name", "kind", "unit", "required", "designed", "built"))
class WorkIndicatorForm(ColumnsForm, VersionMixin):
    """A green requirement of a work with its values; once the work has begun, only the values."""

    STANDING = ("name", "kind", "unit", "required")

    def __init__(self, *args: Any, row: WorkIndicator | None = None, stands: bool = False, **kwargs: Any) -> None:
        self.stored = words_of(row) if row is not None else {}
        kwargs["initial"] = {**self.stored, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.stands = stands and row is not None
        for name in self.STANDING if self.stands else ():
            self.fields[name].disabled = True

    def values(self) -> dict[str, str]:
        """Keyword arguments for the service."""
        return {name: self.cleaned_data[name] for name in self.columns}


def words_of(row: WorkIndicator) -> dict[str, str]:
    """Stored requirement as typed text."""
    known = measure(row.name, row.kind, row.unit)
    typed = {name: show(known, getattr(row, name)) for name in ("required", "designed", "built")}
    return {"name": row.name, "kind": row.kind, "unit": row.unit, **typed}


class UseForm(ProofFields, ExplainedForm, VersionMixin):
    """Registration that a key project is in use."""

    on = PROJECT["in_use_on"].form_field(required=True, help_text="")
    field_order = ["on", "upload", "backfill", "backfill_reason"]


class AcceptanceForm(ProofFields, ExplainedForm, VersionMixin):
    """Acceptance of a work; 符合 or 不符合 follows from the values."""

    field_order = ["on", "number", "reason", "upload", "backfill", "backfill_reason"]

    on = day("竣工验收日期", required=True)
    number = WORK["acceptance_number"].form_field(required=True)
    reason = forms.CharField(label="整改措施", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AcceptanceBackForm(VersionMixin):
    """Reason for withdrawing the registration of an acceptance."""

    reason = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
