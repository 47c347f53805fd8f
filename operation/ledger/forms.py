"""Filter of the list of ledgers."""

import datetime as dt

from django.db.models import QuerySet
from django.http import QueryDict

from assessments.common.forms import words_of_district
from districts.file.forms.filters import of_world
from districts.file.models.district import District
from greendistrict.columns.filters import ChosenFilter, ListFilter

YEARS = 6


class LedgerFilter(ListFilter):
    """Conditions on the districts, and the year of what is listed of them."""

    q = words_of_district("")
    year = ChosenFilter("年度", (), coerce=int, empty_value=None)
    short = ChosenFilter("管理机制", [("lacking", "记录不齐"), ("whole", "记录齐全")])
    world = of_world()

    def __init__(self, data: QueryDict, queryset: QuerySet[District], *, today: dt.date) -> None:
        super().__init__(data, queryset)
        this = today.year
        self.form.fields["year"].choices = [("", "本年"), *((year, f"{year}年度") for year in range(this, this - YEARS, -1))]
