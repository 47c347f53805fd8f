"""Filters of the lists, and forms of waivers, extensions, urgings and outages."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from django import forms
from django.http import QueryDict

from districts.common.enums import World
from greendistrict.columns.filters import LONGEST
from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.pinyin import keyed
from greendistrict.core.widgets import DayField, MomentField
from greendistrict.policy.duty_table import DUTY_KINDS, is_waivable
from obligations.acting import ActingPerson
from obligations.batch import NO_WAIVER, BatchWay, BatchWish, no_extension
from obligations.columns import EXEMPTION, OUTAGE, URGING
from obligations.duties import ANSWERED, UNMET_STATES, Obligation, ObligationState
from obligations.outages import OutagePeriod
from obligations.workloads import BELONGS, Workload

UNMET, OWED = "unmet", "owed"
# Groups of states: unmet as counted on the desk; owed (everything not waived) as the denominator of filing rates.
LISTED = [state for state in ObligationState if state != ObligationState.NONE]
GROUPS: dict[str, AbstractSet[ObligationState]] = {
    UNMET: UNMET_STATES,
    OWED: set(LISTED) - {ObligationState.WAIVED},
} | {state.value: {state} for state in LISTED}
GROUP_WORDS = {UNMET: "未完成", OWED: "应报"} | {state.value: str(state.label) for state in LISTED}

BY_AUTHORITY, BY_DISTRICT, BY_KIND, BY_PERSON = "authority", "district", "kind", "person"
ALL = ("", "全部")
GROUPINGS = (
    ("", "日期"),
    (BY_AUTHORITY, "实施主体"),
    (BY_DISTRICT, "城区"),
    (BY_KIND, "事项"),
    (BY_PERSON, "经办人"),
)
NOBODY_LEADS, BESIDE_BODIES = 0, "市级和其他"  # choice among the leading bodies: obligations that none of them is responsible for
MOST_CHOICES = 100  # above this number no choices are offered; a link can still name one


def _choosable(names: Mapping[int, str], asked: str) -> dict[int, str]:
    """Choices by key; if there are too many, only the selected one."""
    return dict(names) if len(names) <= MOST_CHOICES else {pk: name for pk, name in names.items() if str(pk) == asked}


class ExemptionForm(forms.Form):
    """Waiver or extension."""

    extended_to = EXEMPTION["extended_to"].form_field()
    reason = EXEMPTION["reason"].form_field()

    def __init__(self, data: QueryDict | None = None, *, owed: Obligation, today: dt.date) -> None:
        super().__init__(data)
        self._owed, self._today = owed, today
        if not is_waivable(owed.kind):
            self.fields["extended_to"].required = True
            self.fields["extended_to"].help_text = f"遇休息日顺延至下一工作日；{NO_WAIVER}"

    def clean_extended_to(self) -> dt.date | None:
        """A day to which the obligation can be extended. Raises ``ValidationError``."""
        day: dt.date | None = self.cleaned_data["extended_to"]
        if day is not None and (wrong := no_extension(self._owed, workdays.current().roll_forward(day), self._today)):
            raise forms.ValidationError(wrong)
        return day


class BatchForm(forms.Form):
    """One waiver or extension of several obligations."""

    way = forms.ChoiceField(label="办理方式", choices=BatchWay.choices, widget=forms.RadioSelect)
    extended_to = EXEMPTION["extended_to"].form_field(help_text="统一延至一个日期的填写；遇休息日顺延")
    days = forms.IntegerField(label="延长工作日", required=False, min_value=1, max_value=250, help_text="各自延长的填写，自原期限起算")
    reason = EXEMPTION["reason"].form_field()
    refused_status = 200

    def clean(self) -> dict[str, Any]:
        """Require the day or number that the chosen decision needs."""
        data = self.cleaned_data
        needed = {BatchWay.EXTEND_TO: "extended_to", BatchWay.EXTEND_BY: "days"}.get(data.get("way", ""))
        if needed and needed not in self.errors and not data.get(needed):
            self.add_error(needed, "请填写延期的日期" if needed == "extended_to" else "请填写延长的工作日数")
        return data

    @property
    def wish(self) -> BatchWish:
        """The requested decision; only for a valid form."""
        way = BatchWay(self.cleaned_data["way"])
        to, days = self.cleaned_data.get("extended_to"), self.cleaned_data.get("days")
        return BatchWish(way, to if way == BatchWay.EXTEND_TO else None, days if way == BatchWay.EXTEND_BY else None)

    @property
    def words(self) -> str:
        """The decision as text."""
        wish = self.wish
        if wish.extended_to:
            return f"延至{day_in_words(wish.extended_to)}，遇休息日顺延"
        return f"各自延长{wish.days}个工作日" if wish.days else str(BatchWay.WAIVE.label)


class UrgingForm(forms.Form):
    """Note added to an urging."""

    note = URGING["note"].form_field()


class MomentInput(forms.DateTimeInput):
    """Browser widget for date and time."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class OutageForm(forms.Form):
    """Period in which the portal was unavailable, and the reason."""

    began_at = MomentField(label="停运开始", widget=MomentInput())
    ended_at = MomentField(label="恢复", widget=MomentInput())
    reason = OUTAGE["reason"].form_field()

    @property
    def period(self) -> OutagePeriod:
        """Period of a valid form."""
        return OutagePeriod(self.cleaned_data["began_at"], self.cleaned_data["ended_at"])


def _is_called(name: str, text: str) -> bool:
    """Whether a text occurs in a name, or (Latin letters) in its pinyin or initials."""
    return text in name or (text.isascii() and text.lower() in keyed(name))


class ObligationFilter(forms.Form):
    """Filter of the list. Choices come from the visible rows; figures elsewhere link here with the filter by which they count."""

    q = forms.CharField(label="城区或单位", required=False, max_length=LONGEST)
    kind = forms.ChoiceField(label="事项", required=False)
    authority = forms.TypedChoiceField(label="实施主体", required=False, coerce=int, empty_value=None)
    district = forms.TypedChoiceField(label="城区", required=False, coerce=int, empty_value=None)
    whose = forms.ChoiceField(label="范围", required=False, choices=[ALL, (ANSWERED, "本单位应报或牵头")])
    state = forms.ChoiceField(label="状态", required=False)
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    due = DayField(label="期限", required=False)
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=[ALL, *World.choices])
    counts_states = True

    def __init__(
        self,
        data: QueryDict,
        rows: Sequence[Obligation],
        *,
        names: Iterable[tuple[int, str]],
        today: dt.date,
        own: AbstractSet[int] = frozenset(),
        years: Iterable[int] = (),
    ) -> None:
        """``own`` are the bodies of a person who also reads obligations of others; without it the field is left out.

        ``years`` can be chosen besides those of the rows.
        """
        super().__init__(data)
        self._rows, self._today, self._own = rows, today, own
        if not own:
            del self.fields["whose"]
        there = {row.kind for row in rows} | {data.get("kind", "")}
        districts = _choosable({row.district_id: row.district for row in rows if row.district_id}, data.get("district", ""))
        self._offer("kind", ((key, kind.label) for key, kind in DUTY_KINDS.items() if key in there))
        asked = data.get("authority", "")
        beside = [(NOBODY_LEADS, BESIDE_BODIES)] if asked == str(NOBODY_LEADS) or not all(row.authority_ids for row in rows) else []
        self._offer("authority", [*names, *beside])
        self._offer("district", districts.items())
        if not districts:
            del self.fields["district"]
        self._offer("state", GROUP_WORDS.items())
        self._offer("year", ((year, f"{year}年度") for year in sorted({*years, *(row.year for row in rows if row.year)}, reverse=True)))

    def _offer(self, field: str, choices: Iterable[tuple[Any, str]]) -> None:
        self.fields[field].choices = [ALL, *choices]  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> list[Obligation]:
        """Rows matching every condition; invalid conditions are marked and ignored."""
        found = self._meeting(self._rows)
        if self.counts_states:
            # each state with the number of rows it would leave, given all other conditions
            counts = Counter(row.state(self._today) for row in self._meeting(self._rows, beside="state"))
            self._offer("state", [(key, f"{GROUP_WORDS[key]}（{sum(counts[one] for one in states)}）") for key, states in GROUPS.items()])
        return found

    def _asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def _meeting(self, rows: Iterable[Obligation], *, beside: str = "") -> list[Obligation]:
        met = self.tests()
        conditions = [(met[name], value) for name, value in self._asked().items() if name in met and name != beside]
        return [row for row in rows if all(is_met(row, value) for is_met, value in conditions)]

    def tests(self) -> dict[str, Callable[[Obligation, Any], bool]]:
        """Predicates by field name."""
        return {
            "q": lambda row, text: any(_is_called(name, text) for name in (row.district, row.organisation, row.carried_by)),
            "kind": lambda row, kind: row.kind == kind,
            "authority": lambda row, body: not row.authority_ids if body == NOBODY_LEADS else body in row.authority_ids,
            "district": lambda row, district: row.district_id == district,
            "whose": lambda row, _: not self._own.isdisjoint(row.answering_bodies),
            "state": lambda row, state: row.state(self._today) in GROUPS[state],
            "year": lambda row, year: row.year == year,
            "due": lambda row, day: row.due == day,
            "world": lambda row, which: row.is_demo == (which == "demo"),
        }


class WatchFilter(ObligationFilter):
    """Filter of watched items, which have no state and no due date."""

    counts_states = False

    def __init__(self, data: QueryDict, rows: Sequence[Obligation], *, names: Iterable[tuple[int, str]], today: dt.date) -> None:
        super().__init__(data, rows, names=names, today=today)
        for name in ("state", "year", "due"):
            del self.fields[name]


class CalendarFilter(ObligationFilter):
    """Filter of the calendar: like the list, plus person and grouping of the list below the month.

    Choices come from the whole year, so that a selection survives turning the month.
    """

    person = forms.TypedChoiceField(label="经办人", required=False, coerce=int, empty_value=None)
    workload = forms.ChoiceField(label="工作", required=False, choices=[ALL, *Workload.choices])
    by = forms.ChoiceField(label="列出方式", required=False, choices=GROUPINGS)
    month = forms.CharField(required=False, widget=forms.HiddenInput())
    counts_states = False  # choices come from the whole year, the page shows a month

    def __init__(
        self,
        data: QueryDict,
        rows: Sequence[Obligation],
        *,
        names: Iterable[tuple[int, str]],
        today: dt.date,
        people: Mapping[str, Sequence[ActingPerson]],
    ) -> None:
        super().__init__(data, rows, names=names, today=today)
        self._people = people
        del self.fields["year"]
        there = {row.kind for row in self._rows} | {data.get("kind", "")}
        self._offer("kind", ((key, kind.label) for key, kind in DUTY_KINDS.items() if key in there))
        found = _choosable({person.pk: person.name for acting in self._people.values() for person in acting}, data.get("person", ""))
        self._offer("person", sorted(found.items(), key=lambda person: person[1]))
        if not found:
            del self.fields["person"]

    def tests(self) -> dict[str, Callable[[Obligation, Any], bool]]:
        """Predicates of the list plus person; the day restricts the list below the month, not the month."""
        people = self._people
        return {name: met for name, met in super().tests().items() if name != "due"} | {
            "person": lambda row, pk: any(person.pk == pk for person in people[row.key]),
            "workload": lambda row, workload: BELONGS[Workload(workload)](row),
        }

    @property
    def grouping(self) -> str:
        """Grouping of the list; empty: by day."""
        self.is_valid()
        return str(self.cleaned_data.get("by", ""))

    def watched(self, rows: Iterable[Obligation]) -> list[Obligation]:
        """Watched items matching the same filter; none if the filter has a condition they cannot meet."""
        return [] if self._asked().keys() & {"state", "person", "workload"} else self.of_day(self._meeting(rows))

    def of_day(self, rows: Sequence[Obligation]) -> list[Obligation]:
        """Rows of the selected day, or all."""
        day = self.cleaned_data.get("due")
        return [row for row in rows if day is None or row.due == day]
