"""Forms of application papers: start, star and reasons, endorsement, correction, formal review, objection, announcement."""

from collections.abc import Iterable
from typing import Any

from django import forms

from approvals.applications.services.drafts import may_apply
from approvals.applications.services.endorsements import EndorsementPaper
from approvals.cases.bindings import NewFinding, clauses_of
from approvals.cases.checklist import FORM_REVIEW, finding_slots
from approvals.cases.columns import CASE, ENDORSEMENT
from approvals.cases.forms import StepForm
from approvals.cases.models.cases import Case, Endorsement
from approvals.cases.reasons import SHORT_OF_STAR, reason_label
from districts.file.models.district import District
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.documents.forms import EvidenceField
from greendistrict.policy.engine import Verdict

FINDING_ROWS = 8
MOST_ROWS = 64


class StartForm(forms.Form):
    """District that applies, and the star applied for."""

    district = forms.ModelChoiceField(
        District.objects.none(),
        label="城区",
        empty_label="请选择",
        error_messages={"invalid_choice": "这个城区现在不能建立试点申报：已有称号，已有申报在办，已并入其他城区，或者不由您填报"},
    )
    star_asked = CASE["star_asked"].form_field()

    def __init__(self, *args: Any, held: HeldPosts, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = may_apply(District.objects.filter(applicant_id__in=held.organisations_as("preparer")))
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared three lines above
        field.queryset = own.order_by("name_pinyin")


class CaseForm(forms.Form):
    """Star requested, and a reason for each should-rule that does not hold (field ``reason-<rule>``).

    ``short``: in words what the score table reaches if that is below the star requested; it wants a reason as well.
    """

    star_asked = CASE["star_asked"].form_field()

    def __init__(self, *args: Any, case: Case, warnings: Iterable[Verdict], short: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"star_asked": case.star_asked})
        super().__init__(*args, **kwargs)
        self.case = case
        if short:
            help_text = f"自评{short}，申报{case.get_star_asked_display()}；也可以改报自评达到的星级。理由随办件报送"
            self._ask(SHORT_OF_STAR, reason_label(SHORT_OF_STAR), help_text)
        for verdict in warnings:
            self._ask(verdict.rule, f"{verdict.title}（{verdict.cite}）未满足的理由", f"要求{verdict.required}，现状{verdict.found}")

    def _ask(self, key: str, label: str, help_text: str) -> None:
        self.fields[f"reason-{key}"] = forms.CharField(
            label=label,
            help_text=help_text,
            required=False,
            max_length=500,
            initial=self.case.reasons.get(key, ""),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def reasons(self) -> dict[str, str]:
        """Reasons by rule id: the typed ones, plus stored ones of rules that now hold."""
        typed = {name.removeprefix("reason-"): text for name, text in self.cleaned_data.items() if name.startswith("reason-")}
        return {**self.case.reasons, **typed}


@with_columns(ENDORSEMENT)
class EndorsementForm(ColumnsForm):
    """批复 and 报送函 of one body, each with number, date and scan."""

    approval_scan = EvidenceField(label="批复扫描件", required=False)
    letter_scan = EvidenceField(label="报送函扫描件", required=False)
    field_order = ("approval_number", "approval_on", "approval_scan", "letter_number", "letter_on")

    def __init__(self, *args: Any, endorsement: Endorsement | None, **kwargs: Any) -> None:
        if endorsement is not None:
            kwargs.setdefault("initial", self.initial_of(endorsement))
        super().__init__(*args, **kwargs)
        kept = {"approval_scan": endorsement and endorsement.approval_scan, "letter_scan": endorsement and endorsement.letter_scan}
        for name, scan in kept.items():
            if scan:
                self.fields[name].help_text = f"已上传《{scan.printed_title}》，再次上传则替换。{self.fields[name].help_text}"

    def papers(self) -> dict[str, EndorsementPaper]:
        """The two documents as ``EndorsementPaper``, ready for the service."""
        data = self.cleaned_data
        return {
            kind: EndorsementPaper(data[f"{kind}_number"], data[f"{kind}_on"], data[f"{kind}_scan"] or None)
            for kind in ("approval", "letter")
        }


class CorrectionForm(StepForm):
    """Rows of findings, each bound to a slot or a clause; empty rows are skipped."""

    nothing = "请至少写一条需要补正的内容"

    def __init__(self, *args: Any, case: Case, rows: int = FINDING_ROWS, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        slots = [("", "—"), *finding_slots(case.kind).items()]
        self.numbers = range(1, min(max(rows, FINDING_ROWS), MOST_ROWS) + 1)
        for number in self.numbers:
            self.fields[f"slot-{number}"] = forms.ChoiceField(label=f"第{number}条材料项", choices=slots, required=False)
            self.fields[f"item-{number}"] = forms.CharField(label=f"第{number}条条文号", max_length=20, required=False)
            self.fields[f"text-{number}"] = forms.CharField(
                label=f"第{number}条问题", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Bound fields of each row, for the template."""
        return [(number, self[f"slot-{number}"], self[f"item-{number}"], self[f"text-{number}"]) for number in self.numbers]

    def clean(self) -> dict[str, Any] | None:
        """Check that every row that is not empty has a text and exactly one of slot and clause."""
        self.cleaned_data["findings"] = self.findings()
        if not self.cleaned_data["findings"]:
            raise forms.ValidationError(self.nothing)
        clauses = clauses_of(self.case)
        for number in self.numbers:
            slot, item, text = (self.cleaned_data.get(f"{name}-{number}", "") for name in ("slot", "item", "text"))
            if (slot or item) and not text.strip():
                self.add_error(f"text-{number}", "请写明问题")
            elif text.strip() and bool(slot) == bool(item.strip()):
                self.add_error(f"slot-{number}", "材料项和条文号填其中一项")
            elif item.strip() and item.strip() not in clauses:
                self.add_error(f"item-{number}", f"锁定的评价标准里没有条文{item.strip()}")
        return self.cleaned_data

    def findings(self) -> list[NewFinding]:
        """Typed findings as ``NewFinding``, ready for the service."""
        found = []
        for number in self.numbers:
            slot, item, text = (self.cleaned_data.get(f"{name}-{number}", "").strip() for name in ("slot", "item", "text"))
            if slot or item or text:
                found.append(NewFinding(text=text, slot=slot, item_id=item))
        return found


class FormReviewForm(forms.Form):
    """The fixed checklist of the formal review."""

    HOLDS = (("", "未填"), ("yes", "符合"), ("no", "不符合"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: dict[Any, str] = {True: "yes", False: "no"}
        for key, title in FORM_REVIEW:
            entry = case.form_review.get(key) or {}
            self.fields[f"holds-{key}"] = forms.ChoiceField(
                label=title, choices=self.HOLDS, required=False, initial=words.get(entry.get("holds"), "")
            )
            self.fields[f"note-{key}"] = forms.CharField(label="说明", required=False, max_length=300, initial=entry.get("note", ""))

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Title and two bound fields of each item."""
        return [(title, self[f"holds-{key}"], self[f"note-{key}"]) for key, title in FORM_REVIEW]

    def clean(self) -> dict[str, Any] | None:
        """Require a note for every item that does not hold."""
        for key, _ in FORM_REVIEW:
            if self.cleaned_data.get(f"holds-{key}") == "no" and not self.cleaned_data.get(f"note-{key}", "").strip():
                self.add_error(f"note-{key}", "不符合的请写明情况")
        return self.cleaned_data

    def entries(self) -> dict[str, tuple[bool | None, str]]:
        """Entries as item key → (holds, note)."""
        words = {"yes": True, "no": False, "": None}
        return {key: (words[self.cleaned_data[f"holds-{key}"]], self.cleaned_data[f"note-{key}"]) for key, _ in FORM_REVIEW}
