"""Filter of the list of ledgers."""

import datetime as dt

from django import forms
from django.http import QueryDict

from assessments.common.forms import WORLDS, DistrictQuery

YEARS = 6


class LedgerFilter(DistrictQuery):
    """Year, and conditions on the districts."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    short = forms.ChoiceField(label="管理机制", required=False, choices=[("", "全部"), ("lacking", "记录不齐"), ("whole", "记录齐全")])
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=WORLDS)

    def __init__(self, data: QueryDict, *, today: dt.date) -> None:
        super().__init__(data)
        this = today.year
        self.fields["year"].choices = [("", "本年"), *((year, f"{year}年度") for year in range(this, this - YEARS, -1))]  # type: ignore[attr-defined]
