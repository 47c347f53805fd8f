"""Forms of the expert pool (filter, entry, edit, rows of the record, confirmation, hours)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from assessments.common.enums import PoolState
from assessments.experts.columns import ABSENCE, ACCOUNT, EMPLOYMENT, GROUP, PERSON, TIE, TRAINING
from assessments.experts.models import ExpertAbsence, ExpertEmployment, ExpertTie, ExpertTraining
from assessments.experts.services import ExpertEntry, Row
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.mails import MailField
from greendistrict.core.widgets import OLDEST_YEAR, DayField

YES_NO = [("", "全部"), ("yes", "是"), ("no", "否")]
LOADS = [("", "全部"), ("none", "没有在办评审"), ("some", "在办1至2项"), ("heavy", "在办3项及以上")]


def _day(label: str, *, required: bool = True, **more: Any) -> DayField:
    return DayField(label=label, required=required, **more)


def _in_order(form: forms.Form, first: str, last: str, words: str) -> None:
    start, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if start and end and end < start:
        form.add_error(last, words)


class ExpertFilter(forms.Form):
    """Filter of the list."""

    q = forms.CharField(label="姓名、账号或单位", required=False)
    specialty = forms.ChoiceField(label="专业", required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *PoolState.choices])
    available = forms.ChoiceField(label="可参加", required=False, choices=YES_NO)
    load = forms.ChoiceField(label="负荷", required=False, choices=LOADS)
    confirmed = forms.ChoiceField(label="本年已确认", required=False, choices=YES_NO)
    ended = forms.ChoiceField(label="聘期已满", required=False, choices=YES_NO)

    def __init__(self, *args: Any, words: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialty"].choices = [("", "全部"), *words.items()]  # type: ignore[attr-defined]


@with_columns(PERSON.part("rank", "valid_from", "valid_to"))
class ExpertForm(ColumnsForm):
    """Fields of an expert that the keepers of the pool edit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    specialties = forms.MultipleChoiceField(label="专业", widget=forms.CheckboxSelectMultiple, help_text="能评审的章，可以多选")
    available = forms.BooleanField(label=PERSON["available"].label, required=False, initial=True)
    field_order: tuple[str, ...] = ("rank", "specialties", "valid_from", "valid_to", "available")

    def __init__(self, *args: Any, words: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["specialties"].choices = list(words.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a term that ends before it begins."""
        cleaned = super().clean() or {}
        _in_order(self, "valid_from", "valid_to", "聘期止不能早于聘期起")
        return cleaned


class EnterForm(ExpertForm):
    """A person to enter into the pool and invite."""

    username = ACCOUNT["username"].form_field(help_text="已有账号填原账号；没有的新建，密码由本人用邮件中的链接设定")
    name = ACCOUNT["name"].form_field()
    email = MailField(label=ACCOUNT["email"].label, required=False, help_text="新建账号时填写，用来收通知")
    employer = forms.CharField(label="工作单位", max_length=100, help_text="填全称，用来核对应回避情形")
    group = GROUP.form_field(help_text="单位属于集团的，填集团全称")
    employed_from = _day("任职起", required=False, first=OLDEST_YEAR, help_text="不填按聘期起算")
    field_order = ("username", "name", "email", "rank", "specialties", "employer", "group", "employed_from", "valid_from", "valid_to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["available"], self.fields["version"]

    @property
    def entry(self) -> ExpertEntry:
        """The entry in the form the service takes."""
        return ExpertEntry(**self.cleaned_data)


class RowForm(ColumnsForm):
    """Base of the rows of a record; some days must have come by today."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today


@with_columns(EMPLOYMENT)
class EmploymentForm(RowForm):
    """An employer of the expert with first and last day."""

    employer = forms.CharField(label="单位", max_length=100, help_text="填全称")
    group = GROUP.form_field()

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order or in the future."""
        cleaned = super().clean() or {}
        _in_order(self, "valid_from", "valid_to", "任职止不能早于任职起")
        if (start := cleaned.get("valid_from")) and start > self.today:
            self.add_error("valid_from", "任职起不能晚于今天")
        if (end := cleaned.get("valid_to")) and end > self.today:
            self.add_error("valid_to", "在任的不填任职止")
        return cleaned


@with_columns(TIE)
class TieForm(RowForm):
    """A declared tie: work on a project, or a relation to a body."""

    def clean(self) -> dict[str, Any]:
        """Require the name of the district or body the tie concerns."""
        cleaned = super().clean() or {}
        if not cleaned.get("body", "").strip() and not cleaned.get("project", "").strip():
            self.add_error("body", "请填写有关单位，或有关城区")
        return cleaned


@with_columns(ABSENCE)
class AbsenceForm(RowForm):
    """A period in which the expert gets no invitations."""

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        cleaned = super().clean() or {}
        _in_order(self, "valid_from", "valid_to", "止不能早于起")
        return cleaned


@with_columns(TRAINING)
class TrainingForm(RowForm):
    """A training the expert attended."""


class EndForm(forms.Form):
    """Last day of an employment."""

    until = _day("离任日期")


ROWS: dict[str, tuple[type[Row], type[RowForm], str]] = {
    "employment": (ExpertEmployment, EmploymentForm, "任职单位"),
    "tie": (ExpertTie, TieForm, "应回避的关系"),
    "absence": (ExpertAbsence, AbsenceForm, "不可参加的时段"),
    "training": (ExpertTraining, TrainingForm, "培训"),
}


class PoolConfirmationForm(forms.Form):
    """Yearly confirmation of the own data."""

    correct = forms.BooleanField(label="专业、任职单位、应回避的关系和时段均已核对，属实")
    available = forms.BooleanField(label="本年可以参加评审", required=False)


class PeriodForm(forms.Form):
    """First and last day of the period for the list of hours."""

    first = _day("结论日期自", required=False)
    last = _day("至", required=False)

    def period(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day chosen; by default from 1 January to today."""
        given = self.cleaned_data if self.is_valid() else {}
        return given.get("first") or today.replace(month=1, day=1), given.get("last") or today
