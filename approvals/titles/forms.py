"""Filter form of the title list."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q

from approvals.cases.forms import MOST_TEXT, StepForm, date_field
from approvals.common.enums import TitleEnd
from approvals.titles.columns import TITLE
from approvals.titles.models.publicity import STANDING_UNKNOWN
from approvals.titles.services.notices import standard_text
from districts.common.enums import Certainty
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter

STATES = (("current", "有效"), ("unknown", STANDING_UNKNOWN), *TitleEnd.choices)


def in_state(state: str) -> Q:
    """Titles that are current, of unknown standing, or ended in the given way."""
    doubt = Q(standing_certainty=Certainty.UNKNOWN)
    return {"current": Q(~doubt, end=""), "unknown": Q(doubt, end="")}.get(state, Q(end=state))


class TitleFilter(ListFilter):
    """Filter of the list."""

    q = WordsFilter("编号、城区或拼音", "number", "district__search_text__contains")
    kind, star, type = (ColumnFilter(TITLE[name]) for name in ("kind", "star", "type"))
    state = ChosenFilter(TITLE["state"].label, STATES, in_state)


class NoticeForm(StepForm):
    """Opening day and draft text (参考稿) of a notice."""

    opens_on = date_field("公示开始日期", help_text="遇休息日顺延到下一个工作日")
    body = forms.CharField(label="公示内容（参考稿，可以修改）", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opens_on"].initial = self.today
        self.fields["body"].initial = standard_text(self.case)

    def clean_opens_on(self) -> dt.date:
        """Refuse a day before today."""
        day: dt.date = self.cleaned_data["opens_on"]
        if day < self.today:
            msg = "公示开始日期不能早于今天"
            raise forms.ValidationError(msg)
        return day
