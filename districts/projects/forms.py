"""Forms of the key-project plan, project photos and green requirements of municipal works."""

from typing import Any

from django import forms

from districts.common.enums import ValueKind
from districts.file.forms.fields import VersionMixin, day
from districts.land.green_indicators import show
from districts.plausibility.forms import ExplainedForm
from districts.plots.forms.plots import ProofFields
from districts.projects.checks import measure
from districts.projects.models import WorkIndicator
from greendistrict.documents.forms import WARNING, EvidenceField, KeptFileInput


class ProjectPlanForm(VersionMixin):
    """近期重点项目实施计划."""

    approved_on = day("批准日期", required=True)
    approved_by = forms.CharField(label="批准单位", max_length=100)
    number = forms.CharField(label="批准文号", max_length=60, required=False)
    upload = EvidenceField(label="实施计划文件", required=False)


class PhotoForm(forms.Form):
    """One photo."""

    upload = forms.FileField(
        label="照片", widget=KeptFileInput(attrs={"accept": ".jpg,.jpeg,.png"}), help_text=f"jpg、png。{WARNING}",
        error_messages={"required": "请选择照片"},
    )  # fmt: skip
    title = forms.CharField(label="说明", max_length=200, required=False)


class WorkIndicatorForm(VersionMixin):
    """A green requirement of a work with its values; once the work has begun, only the values."""

    name = forms.CharField(label="指标", max_length=60, help_text="按专业规划和设计文件的名称，如透水铺装率、再生材料利用率")
    kind = forms.ChoiceField(label="比较方式", choices=ValueKind.choices)
    unit = forms.CharField(label="单位", max_length=20, required=False, help_text="如%、m³；是否做到的不填")
    required = forms.CharField(label="要求值", max_length=20, help_text="数字；是否做到的填是或否")
    designed = forms.CharField(label="设计值", max_length=20, required=False)
    built = forms.CharField(label="建成值", max_length=20, required=False)
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
        return {name: self.cleaned_data[name] for name in ("name", "kind", "unit", "required", "designed", "built")}


def words_of(row: WorkIndicator) -> dict[str, str]:
    """Stored requirement as typed text."""
    known = measure(row.name, row.kind, row.unit)
    typed = {name: show(known, getattr(row, name)) for name in ("required", "designed", "built")}
    return {"name": row.name, "kind": row.kind, "unit": row.unit, **typed}


class UseForm(ProofFields, ExplainedForm, VersionMixin):
    """Registration that a key project is in use."""

    on = day("投用日期", required=True)
    field_order = ["on", "upload", "backfill", "backfill_reason"]


class AcceptanceForm(ProofFields, ExplainedForm, VersionMixin):
    """Acceptance of a work; 符合 or 不符合 follows from the values."""

    field_order = ["on", "number", "reason", "upload", "backfill", "backfill_reason"]

    on = day("竣工验收日期", required=True)
    number = forms.CharField(label="竣工验收报告编号", max_length=60)
    reason = forms.CharField(label="整改措施", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AcceptanceBackForm(VersionMixin):
    """Reason for withdrawing the registration of an acceptance."""

    reason = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
