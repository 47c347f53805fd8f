"""Forms of events: opening, text, programme, material, sign-up, rating, attendance, filters."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from districts.file.forms import VersionMixin, several
from districts.file.models.district import District
from greendistrict.columns.filters import ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.documents.forms import EvidenceFilesField, KeptFilesInput
from greendistrict.documents.office.inspection import ACCEPT
from outreach.common.areas import area_boxes, area_filter
from outreach.common.views import PublicForm
from outreach.exchange.columns import EVENT, EVENT_WRITTEN, ROW, SIGN_UP
from outreach.exchange.models import EventSignUp, ExchangeEvent
from outreach.exchange.services.events import FIELDS

SATISFIED = [("yes", "满意"), ("no", "不满意")]


@with_columns(EVENT.part("kind", "title"))
class EventOpenForm(ColumnsForm):
    """Kind and title of a new event."""


@with_columns(EVENT_WRITTEN)
class EventForm(ColumnsForm, VersionMixin):
    """Text, dates and number of places; only kind and title are required before publication."""

    def __init__(self, data: Any = None, *, event: ExchangeEvent) -> None:
        super().__init__(data, initial={**self.initial_of(event), "areas": event.areas, "version": event.version})
        self.fields["areas"] = area_boxes()

    def clean(self) -> dict[str, Any]:
        """Refuse dates in the wrong order."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last, until = (data.get(name) for name in ("starts_on", "ends_on", "sign_up_until"))
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期")
        if until and (last or first) and until > (last or first):
            self.add_error("sign_up_until", "报名截止不能晚于活动结束")
        if last and not first:
            self.add_error("starts_on", "填了结束日期的，请填开始日期")
        return data

    def values(self) -> Mapping[str, Any]:
        """Keyword arguments for the service."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请按14:30的样子填写时间"},
    )


@with_columns(ROW)
class AgendaRowForm(ColumnsForm):
    """A line of the programme."""

    begins = _time("开始时间")
    ends = _time("结束时间")
    field_order = ("day",)

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", "结束时间应晚于开始时间")
        return data


class MaterialForm(forms.Form):
    """Files of the event, public or only for signed-in people."""

    upload = EvidenceFilesField(label="材料", widget=KeptFilesInput(attrs={"accept": ACCEPT}))
    title = forms.CharField(label="材料名称", max_length=100, required=False, help_text="不填则用文件名；一次选几个的用各自的文件名")
    released = forms.BooleanField(label="对外公开", required=False, help_text="不选的，登录本平台的人才能打开")


class SignUpForm(forms.Form):
    """District for which a person with an account attends."""

    def __init__(self, data: Any = None, *, districts: Sequence[District], must: bool) -> None:
        super().__init__(data)
        self.fields["district"] = forms.ModelChoiceField(
            label="代表的城区",
            required=must,
            queryset=District.objects.filter(pk__in=[district.pk for district in districts]),
            empty_label="请选择" if must else "不代表城区",
            initial=districts[0] if len(districts) == 1 else None,
        )


@with_columns(SIGN_UP.part("name", "body", "contact").needed("name", "contact"))
class PublicSignUpForm(PublicForm):
    """Sign-up of a person without an account."""


class StrikeForm(forms.Form):
    """Reason for rejecting a sign-up."""

    reason = SIGN_UP["struck_reason"].form_field(required=True)


class RatingForm(forms.Form):
    """Rating by an attendee."""

    satisfied = forms.TypedChoiceField(label="对这次活动", choices=SATISFIED, coerce=lambda value: value == "yes", widget=forms.RadioSelect)
    comment = SIGN_UP["comment"].form_field()


class AttendanceForm(VersionMixin):
    """Who of the people with a place attended, and the organiser's evaluation."""

    evaluation = EVENT["evaluation"].form_field()

    def __init__(self, data: Any = None, *, event: ExchangeEvent, rows: Sequence[EventSignUp]) -> None:
        came = [str(row.pk) for row in rows if row.attended]
        super().__init__(data, initial={"evaluation": event.evaluation, "version": event.version, "came": came})
        self.fields["came"] = several("到场的人", [(str(row.pk), _line(row)) for row in rows], "没有勾选的记为未到场")
        self.order_fields(["version", "came", "evaluation"])


def _line(row: EventSignUp) -> str:
    return "　".join(part for part in (row.who, row.district.name if row.district else row.body) if part)


class PublicEventFilter(ListFilter):
    """Filter of the public list."""

    q = WordsFilter("名称、地点或内容", "title", "number", "place", "summary")
    kind = ColumnFilter(EVENT["kind"])
    area = area_filter()


class ExchangeFilter(PublicEventFilter):
    """Filter of the internal list."""

    status = ColumnFilter(EVENT["status"])
