"""Forms of the steps: their cleaned fields are the keyword arguments of the service that takes the step."""

import datetime as dt
from typing import Any

from django import forms

from approvals.models import Case
from approvals.services.notices import standard_text
from greendistrict.core import clock
from greendistrict.core.widgets import DayInput
from greendistrict.documents.forms import EvidenceField

MOST_TEXT = 2000


def date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Day with the browser's own picker."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DayInput())


class StepForm(forms.Form):
    """A step without fields; the base of all."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    @property
    def asks_more_than_reason(self) -> bool:
        """Whether the form has fields that the decision panel does not show."""
        return bool(set(self.fields) - {"reason"})


class ReasonForm(StepForm):
    """A step that wants a reason."""

    reason = forms.CharField(label="理由", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class OpinionForm(StepForm):
    """A step that may carry an opinion."""

    reason = forms.CharField(label="意见", max_length=MOST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(StepForm):
    """The decision's number, date and scan; the paper itself is made in the office's document system."""

    number = forms.CharField(label="决定文号", max_length=60)
    decided_on = date_field("审定日期")
    scan = EvidenceField(label="决定扫描件", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_on"].initial = clock.today

    def clean_decided_on(self) -> dt.date:
        """No date in the future."""
        day: dt.date = self.cleaned_data["decided_on"]
        if day > clock.today():
            msg = "审定日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day


class FailedDecisionForm(DecisionForm):
    """不通过: the decision with its reason."""

    reason = forms.CharField(label="不通过的理由", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class NoticeForm(StepForm):
    """When the notice opens and what it says (参考稿)."""

    opens_on = date_field("公示开始日期", help_text="遇休息日顺延到下一个工作日")
    body = forms.CharField(label="公示内容（参考稿，可以修改）", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opens_on"].initial = clock.today
        self.fields["body"].initial = standard_text(self.case)

    def clean_opens_on(self) -> dt.date:
        """Not before today."""
        day: dt.date = self.cleaned_data["opens_on"]
        if day < clock.today():
            msg = "公示开始日期不能早于今天"
            raise forms.ValidationError(msg)
        return day


class RecheckForm(StepForm):
    """Who looked again at what the panel wanted improved."""

    on = date_field("复核日期")
    note = forms.CharField(
        label="复核人和意见", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="写明组长或指定专家的姓名"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today


class OriginalsForm(StepForm):
    """Which originals the city's officer compared."""

    note = forms.CharField(label="核对了哪些原件", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
