"""Forms of the steps of an application and of its papers."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from approvals.applications.models import EndorsementChoice
from approvals.applications.services.drafts import may_apply
from approvals.applications.services.endorsements import EndorsementPaper
from approvals.cases.bindings import NewFinding, clauses_of
from approvals.cases.checklist import FORM_REVIEW, finding_slots, uploaded_of
from approvals.cases.columns import CASE, ENDORSEMENT
from approvals.cases.forms import MOST_TEXT, STEP, StepForm
from approvals.cases.guards import own_page
from approvals.cases.models.cases import Case, Correction, Endorsement, Finding
from approvals.cases.models.correspondence import CorrectionOpening, PreReviewQuestion
from approvals.cases.reasons import SHORT_OF_STAR, reason_label
from approvals.requests.forms import ProxyEntryForm
from assessments.common.forms import TitledFileForm
from districts.file.models.district import District
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceField, EvidenceFilesField
from greendistrict.policy.engine import Verdict

# Form that sets which bodies must endorse (批复) an application.


@with_columns(Columns(EndorsementChoice, reason=TextColumn(rows=3, most=1000)))
class ModeForm(ColumnsForm):
    """Which bodies must endorse the case, and the reason."""

    mode = CASE["endorsement_mode"].form_field()

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"mode": case.endorsement_mode})
        super().__init__(*args, **kwargs)


# Form for entering answers to a correction that arrived on paper (代录).


class EnteredAnswersForm(ProxyEntryForm):
    """One required answer per open row (``answer-<id>``); the service takes them as ``answers``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Build one required field per open finding."""
        super().__init__(*args, **kwargs)
        self.row_ids = []
        for row, label in self.open_rows():
            self.row_ids.append(row)
            self.fields[f"answer-{row}"] = forms.CharField(label=label, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))

    def open_rows(self) -> list[tuple[int, str]]:
        """Findings of the open correction as (id, text)."""
        correction = self.case.corrections.order_by("-round").first()
        findings = correction.findings.order_by("pk") if correction else ()
        return [(row.pk, f"第{number}条答复（{row.bound_label}：{row.text}）"[:200]) for number, row in enumerate(findings, 1)]

    def clean(self) -> dict[str, Any]:
        """Collect the answers into ``answers`` (finding id → text) next to the paper's entry."""
        data = super().clean()
        answers = {row: data.pop(f"answer-{row}", "") for row in self.row_ids}
        return {**data, "answers": answers} if not self.errors else data


# Forms of application papers: start, star and reasons, endorsement, correction, formal review, objection, announcement.

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
        findings = []
        for number in self.numbers:
            slot, item, text = (self.cleaned_data.get(f"{name}-{number}", "").strip() for name in ("slot", "item", "text"))
            if slot or item or text:
                findings.append(NewFinding(text=text, slot=slot, item_id=item))
        return findings


MATERIALS, CLAUSES = "materials", "clauses"
# Where on the case's page stands what an item of the formal review is judged by.
SHOWN_AT = {
    "conditions": CLAUSES, "procedures": MATERIALS, "ownership": MATERIALS, "safety": MATERIALS, "policy": CLAUSES, "materials": MATERIALS,
}  # fmt: skip


class FormReviewForm(forms.Form):
    """The fixed checklist of the formal review."""

    HOLDS = (("", "未填"), ("yes", "符合"), ("no", "不符合"))
    REST_HOLDS = "rest"  # the button that takes every item nobody answered for one that holds

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        words: dict[Any, str] = {True: "yes", False: "no"}
        for key, title in FORM_REVIEW:
            entry = case.form_review.get(key) or {}
            self.fields[f"holds-{key}"] = forms.ChoiceField(
                label=title, choices=self.HOLDS, required=False, initial=words.get(entry.get("holds"), "")
            )
            self.fields[f"note-{key}"] = forms.CharField(label="说明", required=False, max_length=300, initial=entry.get("note", ""))

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField, str]]:
        """Title, two bound fields and the place on the case's page that each item is judged by."""
        page = own_page("case", self.case)
        return [(title, self[f"holds-{key}"], self[f"note-{key}"], f"{page}#{SHOWN_AT[key]}") for key, title in FORM_REVIEW]

    def clean(self) -> dict[str, Any] | None:
        """Require a note for every item that does not hold; the rest holds by its button, but for what has a note and no result."""
        for key, _ in FORM_REVIEW:
            holds, note = self.cleaned_data.get(f"holds-{key}"), self.cleaned_data.get(f"note-{key}", "").strip()
            if self.REST_HOLDS in self.data and not holds and note:
                self.add_error(f"holds-{key}", "写了说明，请选择结果")
            elif self.REST_HOLDS in self.data and not holds:
                self.cleaned_data[f"holds-{key}"] = "yes"
            if holds == "no" and not note:
                self.add_error(f"note-{key}", "不符合的请写明情况")
        return self.cleaned_data

    def entries(self) -> dict[str, tuple[bool | None, str]]:
        """Entries as item key → (holds, note)."""
        words = {"yes": True, "no": False, "": None}
        return {key: (words[self.cleaned_data[f"holds-{key}"]], self.cleaned_data[f"note-{key}"]) for key, _ in FORM_REVIEW}


# Forms for checklist files, for answers to findings with new files, and for pre-review questions.

ANSWER = Columns(Finding, answer=TextColumn(rows=2, most=1000))["answer"]
REPLY = Columns(PreReviewQuestion, answer=TextColumn(rows=2, most=2000))["answer"]


class FileForm(TitledFileForm):
    """Files for one slot of the case's kind."""

    slot = forms.ChoiceField(label="材料项", help_text="格式见上面清单的“要求”")
    field_order = ("slot",)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["slot"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [(slot.key, slot.title) for slot in uploaded_of(case.kind)]


class VersionForm(forms.Form):
    """A newer version of a file."""

    upload = EvidenceField(label="新版本文件", level="")


class CorrectionAnswerForm(forms.Form):
    """One answer, and new files where required, per finding of the open correction."""

    def __init__(self, *args: Any, correction: Correction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = list(correction.findings.prefetch_related("files__document").order_by("pk"))
        for finding in self.findings:
            self.fields[f"answer-{finding.pk}"] = ANSWER.form_field(initial=finding.answer)
            self.fields[f"file-{finding.pk}"] = EvidenceFilesField(label="新材料", required=False, help_text="")

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each finding with its two bound form fields (text, file)."""
        return [(finding, self[f"answer-{finding.pk}"], self[f"file-{finding.pk}"]) for finding in self.findings]

    def answers(self) -> dict[int, str]:
        """Answers as finding id → text."""
        return {finding.pk: self.cleaned_data[f"answer-{finding.pk}"] for finding in self.findings}

    def uploads(self) -> "dict[int, list[UploadedFile[Any]]]":
        """Uploads as finding id → files, for findings that have some."""
        given = {finding.pk: self.cleaned_data.get(f"file-{finding.pk}") for finding in self.findings}
        return {key: upload for key, upload in given.items() if upload}


class QuestionForm(CorrectionForm):
    """Pre-review questions, each bound to a slot or clause like a finding."""

    nothing = "请至少写一个问题"

    def questions(self) -> list[NewFinding]:
        """Typed questions as ``NewFinding``, ready for the service."""
        return self.findings()


class ReplyAllForm(forms.Form):
    """One answer per open pre-review question."""

    def __init__(self, *args: Any, questions: list[PreReviewQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for row in questions:
            self.fields[f"answer-{row.pk}"] = REPLY.form_field(label=f"第{row.number}问答复")

    def rows(self) -> list[tuple[PreReviewQuestion, forms.BoundField]]:
        """Each question with its bound form field."""
        return [(row, self[f"answer-{row.pk}"]) for row in self.questions]

    def answers(self) -> dict[int, str]:
        """Answers as question id → text."""
        return {row.pk: self.cleaned_data[f"answer-{row.pk}"] for row in self.questions}


@with_columns(Columns(CorrectionOpening, reason=TextColumn(rows=3, most=1000)))
class ReasonOnlyForm(ColumnsForm):
    """Form with a required reason that is stored with the case."""


# Step forms: the cleaned fields are the keyword arguments of the service that takes the step.


class RequiredReasonForm(StepForm):
    """A step with a required reason."""

    reason = STEP.form_field(label="理由", required=True)


class StepOpinionForm(StepForm):
    """A step with an optional opinion."""

    reason = STEP.form_field()


class DecisionForm(StepForm):
    """Number, date and scan of the decision that the office issues in its own document system."""

    number = CASE["decision_number"].form_field()
    decided_on = CASE["decided_on"].form_field(required=True)
    scan = EvidenceField(label="决定扫描件", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_on"].initial = self.today

    def clean_decided_on(self) -> dt.date:
        """Refuse a date in the future."""
        day: dt.date = self.cleaned_data["decided_on"]
        if day > self.today:
            msg = "审定日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day


class DecisionNumberForm(StepForm):
    """Number given by the office's document system, and the signed scan unless it is stored already."""

    number = CASE["decision_number"].form_field(required=True, help_text="")
    scan = EvidenceField(label="决定扫描件", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case.decision_scan_id:
            del self.fields["scan"]


class FailedDecisionForm(DecisionForm):
    """不通过: the decision and its reason."""

    reason = STEP.form_field(label="不通过的理由", required=True)


class RecheckForm(StepForm):
    """Who verified the improvements that the panel required."""

    on = CASE["recheck_on"].form_field(required=True)
    note = CASE["recheck_note"].form_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.today


class OriginalsForm(StepForm):
    """Originals that the city's officer compared with the scans."""

    note = CASE["originals_note"].form_field(required=True)
