"""Forms of extensions, rectifications, and entries from paper."""

from typing import Any

from django import forms

from approvals.cases.columns import ENTRY
from approvals.cases.forms import REASON, STEP, StepForm
from approvals.cases.models.cases import Case
from approvals.common.enums import EntryWay
from approvals.requests.models import ExtensionRequest, Rectification
from approvals.requests.selectors import deadline_of, wrong_fields
from approvals.requests.services import ProxyEntry
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import with_columns
from greendistrict.columns.kinds import ChoiceColumn
from greendistrict.core.workdays import term_in_words
from greendistrict.documents.forms import EvidenceField

EXTENSION = Columns.of(ExtensionRequest, "until", "reason", reason=REASON)
RECTIFICATION = Columns.of(Rectification, "field", "after", "reason", field=ChoiceColumn(radio=True), reason=REASON)
ENTERED = ("way", "received_on", "on_behalf", "scan", "note")


@with_columns(ENTRY)
class ProxyEntryForm(StepForm):
    """How a matter entered by the officer arrived; ``entry`` in the cleaned data is the argument of the service."""

    scan = EvidenceField(label="原件扫描件", required=False, help_text="纸质来件必须上传")
    field_order: tuple[str, ...] = ENTERED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = self.today

    def clean(self) -> dict[str, Any]:
        """Add the entry to the cleaned fields of the step."""
        data = super().clean() or self.cleaned_data
        if data.get("way") == EntryWay.PAPER and not data.get("scan"):
            self.add_error("scan", "纸质来件须上传扫描件")
        if data.get("way") == EntryWay.PHONE and not str(data.get("note", "")).strip():
            self.add_error("note", "电话办理的，请写明通话内容和核实情况")
        own: dict[str, Any] = {name: data.get(name) for name in ENTERED}
        rest = {name: value for name, value in data.items() if name not in own}
        return {**rest, "entry": ProxyEntry(**{**own, "scan": own["scan"] or None, "note": own["note"] or ""})} if not self.errors else data


class EnteredWithdrawalForm(ProxyEntryForm):
    """Withdrawal declared by the applicant on paper or by phone."""

    reason = STEP.form_field(label="撤回理由", required=True)


@with_columns(EXTENSION)
class ExtensionForm(StepForm):
    """New last day, and the reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deadline = deadline_of(self.case)
        if deadline is not None:
            self.fields["until"].help_text = f"原期限{term_in_words(deadline[1])}"


@with_columns(EXTENSION)
class EnteredExtensionForm(ProxyEntryForm):
    """Extension requested by the applicant on paper or by phone."""


@with_columns(RECTIFICATION)
class RectificationForm(StepForm):
    """Field to correct on a decided case, its right value and the reason."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        chosen = self.fields["field"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- declared above
        chosen.choices = [(key, f"{label}：现为{value}") for key, label, value in wrong_fields(case)]
