"""Forms for checklist files, for answers to findings with new files, and for pre-review questions."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from approvals.applications.forms.papers import CorrectionForm
from approvals.cases.bindings import NewFinding
from approvals.cases.checklist import uploaded_of
from approvals.cases.models.cases import Case, Correction, Finding
from approvals.cases.models.correspondence import CorrectionOpening, PreReviewQuestion
from assessments.common.forms import TitledFileForm
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceField

ANSWER = Columns(Finding, answer=TextColumn(rows=2, most=1000))["answer"]
REPLY = Columns(PreReviewQuestion, answer=TextColumn(rows=2, most=2000))["answer"]


class FileForm(TitledFileForm):
    """One file for one slot of the case's kind."""

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
    """One answer, and one new file where required, per finding of the open correction."""

    def __init__(self, *args: Any, correction: Correction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings = list(correction.findings.prefetch_related("files__document").order_by("pk"))
        for finding in self.findings:
            self.fields[f"answer-{finding.pk}"] = ANSWER.form_field(initial=finding.answer)
            self.fields[f"file-{finding.pk}"] = EvidenceField(label="新材料", required=False, help_text="")

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Each finding with its two bound form fields (text, file)."""
        return [(finding, self[f"answer-{finding.pk}"], self[f"file-{finding.pk}"]) for finding in self.findings]

    def answers(self) -> dict[int, str]:
        """Answers as finding id → text."""
        return {finding.pk: self.cleaned_data[f"answer-{finding.pk}"] for finding in self.findings}

    def uploads(self) -> "dict[int, UploadedFile[Any]]":
        """Uploads as finding id → file, for findings that have one."""
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
