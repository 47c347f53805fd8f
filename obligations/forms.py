"""Filter form of the obligation list, and the form of a waiver or extension."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from django import forms
from django.http import QueryDict

from assessments.common.forms import ALL, WORLDS
from greendistrict.core.widgets import DayInput
from obligations.duties import UNMET_STATES, Obligation, ObligationState, kinds

UNMET, OWED = "unmet", "owed"
# Unmet is what a group of the desk counts, owed what a filing rate is of: everything that nobody was let off.
GROUPS: dict[str, AbstractSet[ObligationState]] = {
    UNMET: UNMET_STATES,
    OWED: set(ObligationState) - {ObligationState.WAIVED, ObligationState.NONE},
} | {state.value: {state} for state in ObligationState if state != ObligationState.NONE}
GROUP_WORDS = {UNMET: "未完成", OWED: "应报"} | {state.value: str(state.label) for state in ObligationState}


class ExemptionForm(forms.Form):
    """Waiver or extension."""

    extended_to = forms.DateField(label="延至", required=False, help_text="不填日期即免报；遇休息日顺延至下一工作日", widget=DayInput())
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ObligationFilter(forms.Form):
    """Query of the list. Choices are those that the rows in sight have; a figure elsewhere leads here with the conditions it counted by."""

    q = forms.CharField(label="城区或单位", required=False, max_length=60)
    kind = forms.ChoiceField(label="事项", required=False)
    authority = forms.TypedChoiceField(label="实施主体", required=False, coerce=int, empty_value=None)
    district = forms.TypedChoiceField(label="城区", required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(label="状态", required=False)
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    due = forms.DateField(label="期限", required=False, widget=DayInput())
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=WORLDS)

    def __init__(self, data: QueryDict, rows: Sequence[Obligation], *, names: Iterable[tuple[int, str]], today: dt.date) -> None:
        super().__init__(data)
        self._rows, self._today = rows, today
        counts = Counter(row.state(today) for row in rows)
        there = {row.kind for row in rows}
        districts = {row.district_id: row.district for row in rows if str(row.district_id) == data.get("district")}
        self._offer("kind", ((key, kind.label) for key, kind in kinds().items() if key in there))
        self._offer("authority", names)
        self._offer("district", districts.items())
        if not data.get("district"):  # a page of a district leads here with it; the bar does not list thousands
            del self.fields["district"]
        self._offer("state", ((key, f"{GROUP_WORDS[key]}（{sum(counts[one] for one in states)}）") for key, states in GROUPS.items()))
        self._offer("year", ((year, f"{year}年度") for year in sorted({row.year for row in rows if row.year}, reverse=True)))

    def _offer(self, field: str, choices: Iterable[tuple[Any, str]]) -> None:
        self.fields[field].choices = [ALL, *choices]  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> list[Obligation]:
        """Rows that meet every condition; a condition that cannot be read is shown as wrong and narrows nothing."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return [row for row in self._rows if self._meets(row, asked)]

    def _meets(self, row: Obligation, asked: dict[str, Any]) -> bool:
        met: dict[str, Callable[[Any], bool]] = {
            "q": lambda text: text in row.district or text in row.organisation or text in row.carried_by,
            "kind": lambda kind: row.kind == kind,
            "authority": lambda body: body in row.authority_ids,
            "district": lambda district: row.district_id == district,
            "state": lambda state: row.state(self._today) in GROUPS[state],
            "year": lambda year: row.year == year,
            "due": lambda day: row.due == day,
            "world": lambda which: row.is_demo == (which == "demo"),
        }
        return all(met[name](value) for name, value in asked.items())
