"""Forms of what the officer enters for somebody (代录), of extensions and of rectifications."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from approvals.changes import change_kinds
from approvals.enums import EntryWay
from approvals.forms.steps import MOST_TEXT, StepForm, date_field
from approvals.models import Case
from approvals.selectors.requests import deadline_of, wrong_fields
from approvals.services.drafts import MAY_APPLY
from approvals.services.requests import Entry
from districts.enums import Star
from districts.models import District
from greendistrict.core import clock
from greendistrict.documents.forms import EvidenceField

STARS = [("", "未定"), *Star.choices]


class EntryForm(StepForm):
    """How a matter came; ``entry`` is what the service takes."""

    way = forms.ChoiceField(label="来件方式", choices=EntryWay.choices, widget=forms.RadioSelect)
    received_on = date_field("收到日期")
    on_behalf = forms.CharField(label="代何人办理", max_length=100, help_text="单位和姓名")
    scan = EvidenceField(label="原件扫描件", required=False, help_text="纸质来件必须上传")
    note = forms.CharField(label="通话内容和核实情况", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = clock.today

    def clean(self) -> dict[str, Any]:
        """The entry in one piece, the step's own fields beside it."""
        data = super().clean() or self.cleaned_data
        if data.get("way") == EntryWay.PAPER and not data.get("scan"):
            self.add_error("scan", "纸质来件须上传扫描件")
        if data.get("way") == EntryWay.PHONE and not str(data.get("note", "")).strip():
            self.add_error("note", "电话办理的，请写明通话内容和核实情况")
        own: dict[str, Any] = {name: data.get(name) for name in ("way", "received_on", "on_behalf", "scan", "note")}
        rest = {name: value for name, value in data.items() if name not in own}
        return {**rest, "entry": Entry(**{**own, "scan": own["scan"] or None, "note": own["note"] or ""})} if not self.errors else data


class EnteredWithdrawalForm(EntryForm):
    """The applicant withdrew on paper or by phone."""

    reason = forms.CharField(label="撤回理由", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class EnteredStatementForm(EntryForm):
    """What the holder of the title said on paper, in person or at a hearing."""

    statement = forms.CharField(label="陈述申辩的内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class ExtensionForm(StepForm):
    """Until when, and why."""

    until = date_field("申请延至")
    reason = forms.CharField(label="理由", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = deadline_of(self.case)
        if found is not None:
            self.fields["until"].help_text = f"原期限{found[1].year}年{found[1].month}月{found[1].day}日"


class EnteredExtensionForm(EntryForm):
    """The applicant asked for more time on paper or by phone."""

    until = date_field("申请延至")
    reason = forms.CharField(label="申请理由", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class RectificationForm(StepForm):
    """What is wrong on a decided case, and what is right."""

    field = forms.ChoiceField(label="更正内容", widget=forms.RadioSelect)
    after = forms.CharField(label="更正为", max_length=60, help_text="日期写作2026-11-20，星级写作1、2或3")
    reason = forms.CharField(label="理由和依据", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        chosen = self.fields["field"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- declared above
        chosen.choices = [(key, f"{label}：现为{value}") for key, label, value in wrong_fields(case)]


class EnteredAnswersForm(EntryForm):
    """One answer per open row (``answer-<id>``), each wanted; the service takes them as ``answers``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_ids = []
        for row, label in self.open_rows():
            self.row_ids.append(row)
            self.fields[f"answer-{row}"] = forms.CharField(label=label, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))

    def open_rows(self) -> list[tuple[int, str]]:
        """Findings of the open correction: id and words."""
        correction = self.case.corrections.order_by("-round").first()
        findings = correction.findings.order_by("pk") if correction else ()
        return [(row.pk, f"第{number}条答复（{row.bound_label}：{row.text}）"[:200]) for number, row in enumerate(findings, 1)]

    def clean(self) -> dict[str, Any]:
        """The answers in one piece beside the entry."""
        data = super().clean()
        answers = {row: data.pop(f"answer-{row}", "") for row in self.row_ids}
        return {**data, "answers": answers} if not self.errors else data


class EnteredRepliesForm(EnteredAnswersForm):
    """Replies to the open pre-review questions."""

    def open_rows(self) -> list[tuple[int, str]]:
        """Open questions: id and words."""
        questions = self.case.questions.filter(answered_at__isnull=True).order_by("number")
        return [(row.pk, f"第{row.number}问答复（{row.bound_label}：{row.text}）"[:200]) for row in questions]


class EnteredObjectionForm(EntryForm):
    """An objection to a notice that came as a letter or by phone."""

    name = forms.CharField(label="姓名或单位", max_length=60, required=False, help_text="不具名的留作线索")
    text = forms.CharField(label="意见", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 5}))


class EnteredStartForm(EntryForm):
    """A matter that came on paper and opens a case: of which district."""

    district = forms.ModelChoiceField(District.objects.none(), label="城区", empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=Case(), **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = self.candidates().order_by("name_pinyin")

    def candidates(self) -> QuerySet[District]:
        """Districts that such a matter may concern: those with an applicant."""
        return District.objects.filter(applicant__isnull=False, guideline_area=False)


class EnteredChangeForm(EnteredStartForm):
    """A change that came on paper: of which district, and of what."""

    kind = forms.ChoiceField(label="变更事项", widget=forms.RadioSelect)
    field_order = ("district", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 -- declared above
        kind.choices = [(one.key, one.label) for one in change_kinds()]


class EnteredFilingForm(EnteredStartForm):
    """A pilot application that came on paper: which district, for which star."""

    star_asked = forms.TypedChoiceField(
        label="申报星级", choices=[("", "未定"), *Star.choices], coerce=int, required=False, empty_value=None
    )
    field_order = ("district", "star_asked")

    def candidates(self) -> QuerySet[District]:
        """Districts that may apply as they stand."""
        return super().candidates().filter(stage__in=MAY_APPLY)
