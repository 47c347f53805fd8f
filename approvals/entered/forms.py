"""Forms to enter (代录) applications, changes, replies and objections that arrived on paper or by phone."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from approvals.applications.forms.entered import EnteredAnswersForm
from approvals.cases.columns import CASE, OBJECTION
from approvals.cases.models.cases import Case
from approvals.changes.change_kinds import change_kinds
from approvals.requests.forms import ENTERED, ProxyEntryForm
from districts.common.enums import MAY_APPLY
from districts.file.models.district import District


class EnteredRepliesForm(EnteredAnswersForm):
    """Replies to the open pre-review questions."""

    def open_rows(self) -> list[tuple[int, str]]:
        """Open questions as (id, text)."""
        questions = self.case.questions.filter(answered_at__isnull=True).order_by("number")
        return [(row.pk, f"第{row.number}问答复（{row.bound_label}：{row.text}）"[:200]) for row in questions]


class EnteredObjectionForm(ProxyEntryForm):
    """An objection to a notice that came as a letter or by phone."""

    name = OBJECTION["name"].form_field(help_text="不具名的留作线索")
    text = OBJECTION["text"].form_field()


class EnteredStartForm(ProxyEntryForm):
    """District of a paper that opens a case."""

    district = forms.ModelChoiceField(District.objects.none(), label="城区", empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=Case(), **kwargs)
        field = self.fields["district"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = self.candidates().order_by("name_pinyin")

    def candidates(self) -> QuerySet[District]:
        """Districts with an applicant."""
        return District.objects.filter(applicant__isnull=False, guideline_area=False)


class EnteredChangeForm(EnteredStartForm):
    """District and kind of a change that arrived on paper."""

    kind = forms.ChoiceField(label="变更事项", widget=forms.RadioSelect)
    field_order = ("district", "kind", *ENTERED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 -- declared above
        kind.choices = [(one.key, one.label) for one in change_kinds()]


class EnteredFilingForm(EnteredStartForm):
    """District and star of a pilot application that arrived on paper."""

    star_asked = CASE["star_asked"].form_field()
    field_order = ("district", "star_asked", *ENTERED)

    def candidates(self) -> QuerySet[District]:
        """Districts that may apply now."""
        return super().candidates().filter(stage__in=MAY_APPLY)
