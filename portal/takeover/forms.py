"""Forms of a request for missing records, of its answers and of its withdrawal."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms

from approvals.record_requests.enums import LineAnswer, LineState
from approvals.record_requests.models import RecordRequest, RequestedRecord
from approvals.record_requests.services import GONE, NOTHING_CHOSEN, GivenAnswer
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, TextColumn
from portal.takeover.rules import RecordGap
from portal.takeover.selectors import RequestLine

REQUEST = Columns.of(RecordRequest, "due", "words", due=DayColumn(), words=TextColumn(rows=3, most=500))
WITHDRAWAL = Columns.of(RecordRequest, "withdrawal_reason").needed()
ANSWER = Columns(RequestedRecord, answer=ChoiceColumn(), text=TextColumn(rows=2, most=500))
NOT_NOW = ("", "先不答复")


@with_columns(REQUEST)
class RecordAskForm(ColumnsForm):
    """What is missing now, all of it ticked but what the district said before is not to be found; the day, and words to the district."""

    lines = forms.MultipleChoiceField(
        label="请补录的内容",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": GONE, "required": NOTHING_CHOSEN},
    )

    def __init__(self, *args: Any, gaps: Iterable[RecordGap], unknown: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {gap.asked.key: gap for gap in gaps}
        lines = self.fields["lines"]
        assert isinstance(lines, forms.MultipleChoiceField)  # noqa: S101 -- declared above
        lines.choices = [(key, f"{gap.told}{'，上次答复查不到' if key in unknown else ''}") for key, gap in offered.items()]
        lines.initial = [key for key in offered if key not in unknown]


class AnswersForm(forms.Form):
    """For each line that is not added: what the district answers, and why or what."""

    def __init__(self, *args: Any, rows: Iterable[RequestLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = [row.line for row in rows if row.state != LineState.ADDED]
        own = {row.line.pk for row in rows if any(gap.asked.is_own for gap in row.gaps)}
        for line in self.open:
            offered = [one for one in LineAnswer.choices if one[0] != LineAnswer.TOLD or line.pk not in own]
            choices = offered if line.answer else [NOT_NOW, *offered]
            wrong = {"invalid_choice": "请选择列出的答复"}
            answer = ANSWER["answer"].form_field(choices=choices, required=False, initial=line.answer, error_messages=wrong)
            self.fields[f"answer-{line.pk}"] = answer
            self.fields[f"text-{line.pk}"] = ANSWER["text"].form_field(required=False, initial=line.text)
            for name in (f"answer-{line.pk}", f"text-{line.pk}"):
                field = self.fields[name]
                field.widget.attrs["aria-label"] = f"{field.label}：{line.words}"

    def fields_of(self, line: RequestedRecord) -> list[forms.BoundField]:
        """Both fields of a line; none if it is added."""
        return [self[name] for name in (f"answer-{line.pk}", f"text-{line.pk}") if name in self.fields]

    def answers(self) -> dict[int, GivenAnswer]:
        """What is typed, by line."""
        data = self.cleaned_data
        return {line.pk: GivenAnswer(data[f"answer-{line.pk}"], data[f"text-{line.pk}"]) for line in self.open}


@with_columns(WITHDRAWAL)
class WithdrawForm(ColumnsForm):
    """Why a request is withdrawn."""
