"""Conditions of the report centre."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.base import offered
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from reports.center.columns import JOB
from reports.center.selectors import districts_named, having, history_of, ordered, spread_of
from reports.jobs.enums import JobState
from reports.jobs.kinds import report_kinds
from reports.jobs.models import FORMER, ExportJob

LETTERS = (("1", "文书参考稿"),)


class HistoryFilter(ListFilter):
    """Filter of the history; ``letters`` shows the letters, which stand apart. A condition that all rows meet is not offered."""

    letters = ChosenFilter(LETTERS[0][1], LETTERS, widget=forms.HiddenInput)
    q = WordsFilter("名称、城区、拼音、编号或查验码", method="having")
    kind, state, year, district = (ColumnFilter(JOB[name], choices=()) for name in ("kind", "state", "year", "district"))

    def __init__(self, data: Any, *, request: Any) -> None:
        self.viewer = viewer_of(request)
        self.is_letters = data.get("letters") == "1"
        super().__init__(data, queryset=history_of(self.viewer, letters=self.is_letters), request=request)
        self.spread = spread_of(self.viewer, letters=self.is_letters)
        fields = self.form.fields
        for name, choices in self._choices():
            fields[name].choices = offered(choices)
            if len(choices) < 2 and not data.get(name):  # noqa: PLR2004 -- nothing to choose
                del fields[name]

    def _choices(self) -> list[tuple[str, list[tuple[Any, str]]]]:
        """Choices by condition: what the rows have."""
        spread = self.spread
        kinds = sorted(((key, report_kinds.by_key.get(key, FORMER).word) for key in spread["kinds"]), key=lambda one: one[1])
        years = [(year, f"{year}年度") for year in sorted(spread["years"], reverse=True)]
        states = [(state.value, str(state.label)) for state in JobState if state in spread["states"]]
        return [("kind", kinds), ("state", states), ("year", years), ("district", districts_named(spread["districts"]))]

    def having(self, rows: QuerySet[ExportJob], _name: str, words: str) -> QuerySet[ExportJob]:
        """Rows that have the words."""
        return having(rows, words, self.viewer)

    @property
    def found(self) -> QuerySet[ExportJob]:
        """Rows that meet the conditions, in the order asked for."""
        return ordered(self.qs, self.data.get("order", ""))
